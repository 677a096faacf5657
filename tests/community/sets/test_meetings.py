"""The one door to a meeting: what it lets in, what it writes, and what follows."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from community.sets import presence
from community.sets.actions import meetings
from community.sets.actions.idle import look_after_idle
from community.sets.facts import MeetingAttended, MeetingClosed
from community.sets.meeting import commands as c
from community.sets.meeting.method import MUTE_MINUTES
from community.sets.models import Attendance, Commitment, Meeting, MeetingEvent, MeetingState
from community.sets.selectors import live
from community.sets.selectors import room as selectors
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import DueWork
from people.models import AuditLine
from tests.community.sets.arrangements import N, Q, R, a_room
from tests.factories import UserFactory
from tests.factories.sets import CommitmentFactory, GroundRulesFactory, SeatFactory

pytestmark = pytest.mark.django_db


def refused(room, number, command) -> str:
    with pytest.raises(Refused) as refusal:
        room.do(number, command)
    return refusal.value.code


class TestTheDoor:
    def test_the_first_knock_makes_the_room(self):
        room = a_room()
        room.do(2, c.Arrive())
        assert [event.kind for event in room.meeting.events.all()] == ["convened", "arrived"]
        assert len(room.state.places) == 4
        assert room.meeting.state == MeetingState.SCHEDULED

    def test_the_room_opens_a_quarter_of_an_hour_before(self):
        room = a_room(in_minutes=16)
        assert refused(room, 0, c.Arrive()) == "not_open"
        assert not room.meeting.events.exists()
        with clock.freeze(clock.now() + timedelta(minutes=2)):
            room.do(0, c.Arrive())

    @pytest.mark.parametrize("made", [True, False])
    def test_strangers_and_former_members_find_nothing(self, made):
        room = a_room()
        if made:
            room.do(0, c.Arrive())
        gone = SeatFactory(learning_set=room.learning_set, left=True)
        before = room.meeting.events.count()
        for person in (UserFactory(), gone.person):
            with pytest.raises(NotAllowed):
                meetings.do(meeting_id=room.meeting.public_id, command=c.Arrive(), by=person)
        with pytest.raises(NotAllowed):
            meetings.do(meeting_id=uuid.uuid4(), command=c.Arrive(), by=room.people[0])
        assert room.meeting.events.count() == before

    def test_a_cancelled_meeting_has_no_room(self):
        room = a_room(cancelled=True)
        assert refused(room, 0, c.Arrive()) == "over"

    def test_whoever_does_something_is_there(self):
        room = a_room()
        room.say(1, N)
        assert room.state.places[1].how == "web"
        assert Attendance.objects.get(meeting=room.meeting).seat == room.seats[1]

    def test_the_snapshot_is_what_the_log_says(self):
        room = a_room()
        room.reach("explore")
        room.say(2, Q)
        assert room.replayed() == room.state


class TestSending:
    def test_sent_twice_it_is_one_line(self):
        room = a_room()
        client_id = str(uuid.uuid4())
        first = room.say(1, N, client_id=client_id)
        again = room.say(1, N, client_id=client_id)
        assert again.seq == first.seq
        assert room.meeting.events.filter(kind="contributed").count() == 1

    def test_sent_again_after_the_phase_has_closed_it_was_taken(self):
        room = a_room()
        room.reach("check_in")
        client_id = str(uuid.uuid4())
        first = room.say(1, R, client_id=client_id)
        room.next()
        assert room.say(1, R, client_id=client_id).seq == first.seq

    def test_the_same_id_of_another_member_is_another_line(self):
        room = a_room()
        client_id = str(uuid.uuid4())
        assert room.say(1, N, client_id=client_id).seq != room.say(2, N, client_id=client_id).seq

    def test_what_is_refused_leaves_nothing(self):
        room = a_room()
        room.reach("check_in")
        before = room.meeting.events.count()
        assert refused(room, 1, c.Contribute(kind=Q, text="Why?")) == "wrong_kind"
        room.meeting.refresh_from_db()
        assert (room.meeting.events.count(), room.meeting.seq) == (before, before)

    def test_words_are_sealed_and_nowhere_else(self):
        room = a_room()
        outcome = room.say(1, N, "Quetzalcoatl is my word")
        row = MeetingEvent.objects.filter(seq=outcome.seq, meeting=room.meeting)
        assert row.get().text == "Quetzalcoatl is my word"
        room.meeting.refresh_from_db()
        assert "Quetzal" not in str(room.meeting.snapshot) + str(row.get().data)
        assert "Quetzal" not in repr(outcome)

    def test_too_fast_says_how_long_to_wait(self):
        room = a_room()
        with clock.freeze(clock.now()):
            for _number in range(5):
                room.say(1, N)
            with pytest.raises(meetings.RefusedByMeeting) as refusal:
                room.say(1, N)
        assert refusal.value.retry_after == 2

    def test_a_contribution_costs_a_fixed_number_of_queries(self, django_assert_num_queries):
        room = a_room()
        room.say(1, N)
        for _number in range(2):
            with django_assert_num_queries(5):  # savepoint twice, lock, line, snapshot
                room.say(1, N)


class TestWhatFollows:
    def test_a_whole_meeting(self):
        room = a_room()
        room.reach("commitments")
        commit = c.Commit(text="I ask for an hour", first_step="Write the mail", confidence=7, language="fr")
        room.do(1, commit)
        assert refused(room, 2, c.Commit(text="Not mine")) == "not_presenting"
        while room.state.phase != "closed":
            room.next()
        room.meeting.refresh_from_db()
        assert room.meeting.state == MeetingState.CLOSED
        assert room.meeting.opened_at <= room.meeting.closed_at
        made = Commitment.objects.get(meeting=room.meeting)
        assert (made.what, made.first_step, made.confidence, made.seat) == (
            "I ask for an hour",
            "Write the mail",
            7,
            room.seats[1],
        )
        presented = Attendance.objects.get(meeting=room.meeting, seat=room.seats[1])
        assert (presented.bid, presented.turns) == (True, 1)
        assert presented.minutes > 0
        assert not DueWork.objects.filter(kind="meeting_idle").exists()
        assert refused(room, 0, c.RaiseHand()) == "over"

    def test_the_next_meeting_opens_with_commitments_and_ledger(self):
        commitment = CommitmentFactory(seat=(room := a_room()).seats[1])
        room.reach("action_review")
        [review] = room.state.reviews
        assert (review.commitment, review.place) == (str(commitment.public_id), 1)
        room.do(1, c.Review(commitment=review.commitment, outcome="partly", text="That it takes two."))
        commitment.refresh_from_db()
        assert (commitment.state, commitment.learnt) == ("partly", "That it takes two.")
        room.next()
        seen = selectors.room_of(room.meeting.__class__.objects.get(pk=room.meeting.pk), room.people[0])
        assert [line.place for line in seen.ledger] == [0, 1, 2, 3]

    def test_new_ground_rules_are_read_together_once(self):
        room = a_room()
        rules = GroundRulesFactory(learning_set=room.learning_set)
        room.reach("agreement")
        room.meeting.refresh_from_db()
        assert room.meeting.ground_rules == rules

    def test_there_by_telephone(self):
        room = a_room()
        room.do(0, c.Arrive(how="telephone", behalf=3))
        room.reach("check_in")
        outcome = room.do(1, c.Contribute(kind=R, text="Said on the telephone", behalf=3, language="es"))
        line = room.meeting.events.get(seq=outcome.seq)
        assert (line.place, line.data["for"], line.seat) == (1, 3, room.seats[3])
        assert Attendance.objects.get(meeting=room.meeting, seat=room.seats[3]).how == "telephone"
        assert refused(room, 1, c.Contribute(kind=R, text="Not for you", behalf=2)) == "not_by_telephone"


class TestSafety:
    def test_withdrawn_words_are_gone(self):
        room = a_room()
        seq = room.say(1, N, "Too much said").seq
        assert refused(room, 2, c.Withdraw(seq=seq)) == "not_yours"
        room.do(1, c.Withdraw(seq=seq))
        line = room.meeting.events.get(seq=seq)
        assert (line.text, line.data["gone"]) == ("", "withdrawn")
        assert refused(room, 1, c.Withdraw(seq=seq)) == "nothing_there"
        assert all("Too much" not in frame["html"] for frame in live.catch_up(room.meeting.public_id, 0))

    def test_hidden_words_are_kept_but_not_shown_and_the_deed_is_noted(self):
        room = a_room(adviser=True)
        seq = room.say(1, N, "Quetzalcoatl").seq
        assert refused(room, 2, c.Hide(seq=seq, reason="No")) == "not_leading"
        room.do(4, c.Hide(seq=seq, reason="It names a nurse"))
        assert room.meeting.events.get(seq=seq).text == "Quetzalcoatl"
        assert all("Quetzal" not in frame["html"] for frame in live.catch_up(room.meeting.public_id, 0))
        line = AuditLine.objects.get(verb="meeting_item.hidden")
        assert line.about == room.people[1]
        assert "nurse" not in str(line.detail)

    def test_a_withdrawn_commitment_is_none(self):
        room = a_room()
        room.reach("commitments")
        seq = room.do(1, c.Commit(text="Too much")).seq
        room.do(1, c.Withdraw(seq=seq))
        assert not Commitment.objects.filter(meeting=room.meeting).exists()

    def test_asked_to_pause_for_a_quarter_of_an_hour(self):
        room = a_room()
        room.do(1, c.Arrive())
        room.do(0, c.Mute(place=1))
        with pytest.raises(meetings.RefusedByMeeting) as refusal:
            room.say(1, N)
        assert refusal.value.retry_after > (MUTE_MINUTES - 1) * 60
        with clock.freeze(clock.now() + timedelta(minutes=MUTE_MINUTES, seconds=1)):
            room.say(1, N)

    def test_a_removed_member_is_out_at_once(self):
        room = a_room()
        room.say(1, N)
        seat = room.seats[1]
        seat.until = clock.now()
        seat.save()
        meetings.seats_changed(learning_set=room.learning_set)
        with pytest.raises(NotAllowed):
            room.say(1, N)
        assert live.snapshot_of(room.meeting.public_id, room.people[1], 0) is None

    def test_a_new_member_comes_into_a_meeting_under_way(self):
        room = a_room(people=3)
        room.say(1, N)
        seat = SeatFactory(learning_set=room.learning_set)
        meetings.seats_changed(learning_set=room.learning_set)
        room.seats.append(seat)
        room.say(3, N)
        assert room.replayed() == room.state


class TestLeading:
    def test_a_deputy_asks_after_a_minute_and_another_agrees(self):
        room = a_room()
        for number in range(4):
            room.do(number, c.Arrive())
            presence.seen(room.meeting.public_id, number)
        assert refused(room, 1, c.ClaimLead()) == "still_led"
        with clock.freeze(clock.now() + timedelta(seconds=61)):
            presence.seen(room.meeting.public_id, 1)
            room.do(1, c.ClaimLead())
            assert room.state.holder == 0
            assert refused(room, 1, c.ConfirmClaim(to=1)) == "another_must_agree"
            room.do(2, c.ConfirmClaim(to=1))
        assert room.state.holder == 1

    def test_nobody_else_leads(self):
        room = a_room()
        room.do(0, c.Arrive())
        assert refused(room, 1, c.Next(visit=0)) == "not_leading"


class TestForgotten:
    def test_held_after_half_an_hour_and_closed_a_day_later(self):
        room = a_room()
        room.reach("check_in")
        began = clock.now()
        look = look_after_idle(meeting_id=room.meeting.public_id)
        assert began + timedelta(minutes=29) < look < began + timedelta(minutes=31)
        with clock.freeze(began + timedelta(minutes=31)):
            look = look_after_idle(meeting_id=room.meeting.public_id)
            assert room.state.held
            assert refused(room, 1, c.Contribute(kind=R, text="Still here")) == "held"
            room.do(1, c.GoOn())
            room.say(1, R)
            assert not room.state.held
        with clock.freeze(began + timedelta(minutes=70)):
            look = look_after_idle(meeting_id=room.meeting.public_id)
        with clock.freeze(look + timedelta(seconds=1)):
            assert look_after_idle(meeting_id=room.meeting.public_id) is None
        room.meeting.refresh_from_db()
        assert room.meeting.state == MeetingState.CLOSED

    def test_facts_are_told(self, monkeypatch):
        told = []
        monkeypatch.setattr("community.sets.actions.following.tell", told.append)
        room = a_room()
        room.reach("close")
        room.next()
        assert {type(fact) for fact in told} == {MeetingAttended, MeetingClosed}
        assert Meeting.objects.get(pk=room.meeting.pk).state == MeetingState.CLOSED
