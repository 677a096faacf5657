"""What follows from a meeting's log: commitments and the ledger, deadlines, and what ends by itself."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from community.sets.actions import meetings
from community.sets.actions.idle import look_after_idle
from community.sets.meeting import commands as c
from community.sets.models import Attendance, Commitment, MeetingState
from community.sets.selectors import room as selectors
from community.sets.selectors.meetings import minutes_of, plan_of
from kernel import clock
from kernel.errors import Refused
from notices import due
from notices.models import DueWork, Notice
from tests.community.sets.arrangements import R, TestRoom, a_room
from tests.factories.sets import CommitmentFactory, GroundRulesFactory, MeetingFactory

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def refused(room, number, command) -> str:
    with pytest.raises(Refused) as refusal:
        room.do(number, command)
    return refusal.value.code


def another_of(room, **meeting) -> TestRoom:
    """Another meeting of the same set."""
    made = MeetingFactory(learning_set=room.learning_set, starts_at=clock.now(), **meeting)
    return TestRoom(room.learning_set, made, room.seats)


def wait_for(room, at) -> None:
    """The clock has come so far, and what is due is done."""
    with clock.freeze(at):
        while due.work():
            pass
    room.meeting.refresh_from_db()


def held_and_forgotten(room) -> None:
    room.reach("check_in")
    with clock.freeze(clock.now() + HOUR):
        look_after_idle(meeting_id=room.meeting.public_id)


class TestOneAtATime:
    def test_another_meeting_waits_until_the_first_is_closed(self):
        slow = a_room(slow=True)
        slow.reach("check_in")
        other = another_of(slow)
        other.do(0, c.Arrive())
        assert refused(other, 0, c.Next(visit=0, confirmed=True)) == "another_runs"
        assert other.state.phase == "lobby"
        assert other.replayed() == other.state
        while slow.state.phase != "closed":
            slow.reach("closed")
        other.next()
        assert other.state.phase == "check_in"


class TestPromises:
    def promised(self, room) -> int:
        room.reach("commitments")
        return room.do(1, c.Commit(text="I ask for an hour")).seq

    def test_taken_back_after_its_meeting_is_not_looked_back_at(self):
        first = a_room()
        seq = self.promised(first)
        first.reach("closed")
        second = another_of(first)
        second.reach("action_review")
        [review] = second.state.reviews
        first.do(1, c.Withdraw(seq=seq))
        assert refused(second, 1, c.Review(commitment=review.commitment, outcome="done")) == "nothing_there"
        with clock.freeze(clock.now() + HOUR):
            second.do(0, c.Next(visit=second.state.visit.number))
        assert second.state.phase == "bids", "nobody is asked about a line that nobody sees"

    @pytest.mark.parametrize("taking", [(1, c.Withdraw), (0, lambda seq: c.Hide(seq=seq, reason="A name"))])
    def test_once_looked_back_at_it_stays_without_its_words(self, taking):
        first = a_room()
        seq = self.promised(first)
        first.reach("closed")
        second = another_of(first)
        second.reach("action_review")
        [review] = second.state.reviews
        second.do(1, c.Review(commitment=review.commitment, outcome="done", text="It takes two."))
        number, command = taking
        first.do(number, command(seq=seq))
        kept = Commitment.objects.get(public_id=review.commitment)
        assert (kept.state, kept.what, kept.first_step) == ("done", "", "")
        assert minutes_of(first.meeting).made == []

    def test_of_somebody_who_has_left_keeps_nobody_waiting(self):
        room = a_room()
        CommitmentFactory(seat=room.seats[2])
        room.reach("action_review")
        seat = room.seats[2]
        seat.until = clock.now()
        seat.save()
        meetings.seats_changed(learning_set=room.learning_set)
        with clock.freeze(clock.now() + HOUR):
            room.do(0, c.Next(visit=room.state.visit.number))
        assert room.state.phase == "bids"


class TestLedger:
    def ledger_of(self, room, number):
        return Attendance.objects.filter(meeting=room.meeting, seat=room.seats[number]).first()

    def choose(self, room, *presenters):
        for number in presenters:
            room.do(number, c.Arrive())
        room.do(0, c.Choose(visit=room.state.visit.number, presenters=presenters))

    def test_a_turn_that_was_undone_did_not_take_place(self):
        room = a_room()
        room.reach("bids")
        self.choose(room, 1)
        room.next()
        room.do(0, c.UndoNext(visit=room.state.visit.number))
        self.choose(room, 2)
        room.reach("closed")
        assert [self.ledger_of(room, number).turns for number in (1, 2)] == [0, 1]

    def test_choosing_again_after_a_turn_counts_nobody_twice(self):
        room = a_room(minutes=120)
        room.reach("bids")
        self.choose(room, 1, 2)
        room.next()
        room.do(0, c.Back(visit=room.state.visit.number))
        self.choose(room, 1, 3)
        room.reach("closed")
        assert [self.ledger_of(room, number).turns for number in (1, 3)] == [1, 1]
        assert self.ledger_of(room, 2).turns == 0

    def test_minutes_that_were_added_are_minutes_granted(self):
        room = a_room()
        room.reach("explore")
        before = room.state.turns[0].minutes
        room.do(0, c.Extend(visit=room.state.visit.number, minutes=5))
        room.reach("process_review")
        room.do(0, c.Extend(visit=room.state.visit.number, minutes=5))
        room.reach("closed")
        assert self.ledger_of(room, 1).minutes == before + 5

    def test_who_is_not_there_is_not_chosen_and_did_not_come(self):
        room = a_room()
        room.reach("bids")
        assert refused(room, 0, c.Choose(visit=room.state.visit.number, presenters=(3,))) == "absent"
        self.choose(room, 1)
        room.do(1, c.Leave())
        room.reach("closed")
        assert self.ledger_of(room, 3) is None
        assert self.ledger_of(room, 1).how == "web"

    def test_over_days_somebody_may_present_who_has_not_come_yet(self):
        room = a_room(slow=True)
        room.reach("bids")
        room.do(0, c.Choose(visit=room.state.visit.number, presenters=(3, 1)))
        room.do(1, c.Arrive())
        room.reach("closed")
        assert self.ledger_of(room, 3) is None
        assert (self.ledger_of(room, 1).turns, self.ledger_of(room, 1).minutes) == (1, 0)

    def test_who_asked_and_was_heard_was_heard(self):
        first = a_room()
        first.reach("bids")
        for number in (1, 2, 3):
            first.do(number, c.Bid(text="Mine"))
        first.do(3, c.WithdrawBid())
        self.choose(first, 1)
        first.reach("closed")
        second = another_of(first)
        second.reach("bids")
        lines = {line.place: line.unheard for line in selectors.room_of(second.meeting, first.people[0]).ledger}
        assert lines == {0: 0, 1: 0, 2: 1, 3: 0}

    def test_taking_back_the_words_of_a_bid_takes_back_the_bid(self):
        room = a_room()
        room.reach("bids")
        seq = room.do(2, c.Bid(text="Mine")).seq
        room.do(2, c.Withdraw(seq=seq))
        assert room.state.bids == ()
        assert not self.ledger_of(room, 2).bid
        again = room.do(2, c.Bid(text="In other words")).seq
        assert room.state.bids == (2,)
        assert again > seq

    def test_and_the_words_of_an_older_one_do_not(self):
        room = a_room()
        room.reach("bids")
        seq = room.do(2, c.Bid(text="Mine")).seq
        room.do(2, c.WithdrawBid())
        room.do(2, c.Bid(text="In other words"))
        room.do(2, c.Withdraw(seq=seq))
        assert room.state.bids == (2,)
        assert self.ledger_of(room, 2).bid


class TestRules:
    def test_that_are_written_while_people_arrive_are_agreed_on_next_time(self):
        room = a_room()
        first = GroundRulesFactory(learning_set=room.learning_set)
        room.do(0, c.Arrive())
        GroundRulesFactory(learning_set=room.learning_set, version=2)
        room.reach("closed")
        room.meeting.refresh_from_db()
        assert room.meeting.ground_rules == first
        assert "agreement" in [part.phase for part in opened(another_of(room)).parts]


class TestThePlan:
    def test_said_before_is_the_plan_of_the_room(self):
        room = a_room(adviser=True)
        GroundRulesFactory(learning_set=room.learning_set)
        CommitmentFactory(seat=room.seats[1])
        said = plan_of(room.meeting)
        parts = opened(room).parts
        assert [line.minutes for line in said[:3]] == [part.minutes for part in parts[:3]]
        assert said[0].minutes == 8, "two minutes for each of four; the adviser takes none"


def opened(room):
    room.do(0, c.Arrive())
    return room.state


class TestForgotten:
    def test_a_meeting_that_was_taken_up_again_is_watched_again(self):
        room = a_room()
        room.reach("check_in")
        began = clock.now()
        wait_for(room, began + timedelta(minutes=31))
        assert room.state.held
        with clock.freeze(began + timedelta(minutes=40)):
            room.do(1, c.GoOn())
        wait_for(room, began + timedelta(minutes=72))
        assert room.state.held

    def test_what_happens_while_the_house_makes_up_its_mind_counts(self, monkeypatch):
        room = a_room()
        room.reach("check_in")
        by_the_house = meetings.by_the_house

        def in_the_last_moment(*args, **more):
            room.say(1, R)
            by_the_house(*args, **more)

        monkeypatch.setattr("community.sets.actions.idle.by_the_house", in_the_last_moment)
        with clock.freeze(clock.now() + timedelta(minutes=31)):
            look_after_idle(meeting_id=room.meeting.public_id)
        assert not room.state.held

    def test_one_that_went_back_to_its_lobby_ends_too(self):
        room = a_room()
        room.reach("check_in")
        room.do(0, c.UndoNext(visit=room.state.visit.number))
        wait_for(room, clock.now() + HOUR)
        assert (room.meeting.state, room.state.phase) == (MeetingState.RUNNING, "lobby")
        wait_for(room, clock.now() + 2 * DAY)
        assert room.meeting.state == MeetingState.CLOSED


class TestDeadlines:
    @pytest.fixture
    def slow(self):
        room = a_room(slow=True)
        room.reach("check_in")
        return room

    def told(self, room, kind="slow_deadline"):
        return set(Notice.objects.filter(kind=kind).values_list("person", flat=True))

    def test_everybody_else_hears_that_a_phase_begins(self, slow):
        assert self.told(slow, "slow_phase") == {person.pk for person in slow.people[1:]}
        notice = Notice.objects.filter(kind="slow_phase").first()
        assert notice.values["until"] == {"at": slow.state.visit.timer.ends_at.isoformat()}

    def test_an_undone_phase_is_not_announced_any_more(self, slow):
        slow.do(0, c.UndoNext(visit=slow.state.visit.number))
        assert self.told(slow, "slow_phase") == set()

    def test_who_leads_hears_that_the_days_are_over_once(self, slow):
        ends_at = slow.state.visit.timer.ends_at
        wait_for(slow, ends_at - HOUR)
        assert self.told(slow) == set()
        for later in (HOUR, DAY, 5 * DAY):
            wait_for(slow, ends_at + later)
        assert self.told(slow) == {slow.people[0].pk}
        assert Notice.objects.get(kind="slow_deadline").count == 1
        slow.next()
        assert self.told(slow) == set()

    def test_another_day_is_another_deadline(self, slow):
        ends_at = slow.state.visit.timer.ends_at
        slow.do(0, c.Extend(visit=slow.state.visit.number, minutes=1440))
        wait_for(slow, ends_at + HOUR)
        assert self.told(slow) == set()
        wait_for(slow, ends_at + DAY + HOUR)
        assert self.told(slow) == {slow.people[0].pk}

    def test_a_fortnight_of_silence_after_it_closes_the_meeting(self, slow):
        ends_at = slow.state.visit.timer.ends_at
        wait_for(slow, ends_at + HOUR)
        with clock.freeze(ends_at + 10 * DAY):
            slow.say(1, R)
        wait_for(slow, ends_at + 15 * DAY)
        assert slow.meeting.state == MeetingState.RUNNING
        wait_for(slow, ends_at + 24 * DAY + HOUR)
        assert slow.meeting.state == MeetingState.CLOSED
        assert not DueWork.objects.filter(kind="slow_deadline", state="waiting").exists()

    def test_also_when_nobody_looked_for_a_year(self, slow):
        wait_for(slow, clock.now() + 400 * DAY)
        assert slow.meeting.state == MeetingState.CLOSED


class TestScribes:
    def test_may_take_back_what_they_wrote_down(self):
        room = a_room()
        room.reach("check_in")
        room.do(1, c.Arrive(how="telephone", behalf=3))
        seq = room.say(1, R, "Misheard", behalf=3).seq
        assert refused(room, 2, c.Withdraw(seq=seq)) == "not_yours"
        room.do(1, c.Withdraw(seq=seq))
        assert room.meeting.events.get(seq=seq).text == ""


def test_a_break_is_asked_for_once_however_often_it_is_sent():
    room = a_room()
    room.reach("check_in")
    ask = c.NeedBreak(client_id=str(uuid.uuid4()))
    first = room.do(1, ask)
    room.do(0, c.TakeBreak(visit=room.state.visit.number))
    room.next()
    assert room.do(1, ask).seq == first.seq
    assert not room.state.break_asked
    line = room.meeting.events.get(kind="break_asked")
    assert line.place is None, "nobody need know who"
