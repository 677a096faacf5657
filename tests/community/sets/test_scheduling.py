"""Finding a time for a meeting: proposing, answering, choosing, moving, calling off; who is told, and reminders."""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from icalendar import Calendar

from community.sets import receivers, wire
from community.sets.actions import scheduling as actions
from community.sets.actions.leaving import leave_set
from community.sets.facts import MeetingCancelled, MeetingClosed, MeetingScheduled
from community.sets.meeting import commands as c
from community.sets.meeting_telling import remind_of_commitment
from community.sets.models import Commitment, Meeting, MeetingEvent, TimeAnswer
from community.sets.selectors import meetings as selectors
from community.sets.selectors.times import beginning_of, comes_twice, instant_of, suggestions
from kernel import clock, facts
from kernel.errors import NotAllowed, Refused
from notices import due, kinds
from notices.calendar import to_ics
from notices.models import DueState, DueWork, Notice
from people.actions import begin_pause
from people.models import AuditLine
from tests.community.sets.arrangements import TestRoom
from tests.factories import UserFactory
from tests.factories.cohorts import PlaceFactory
from tests.factories.sets import (
    AttendanceFactory,
    CommitmentFactory,
    LearningSetFactory,
    MeetingFactory,
    SeatFactory,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK, HOUR, MINUTE = timedelta(weeks=1), timedelta(hours=1), timedelta(minutes=1)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _nobody_is_told_yet(db):
    """The demonstration has notices, and work that is due."""
    Notice.objects.all().delete()
    DueWork.objects.all().delete()


@pytest.fixture
def told(monkeypatch):
    """The facts that were told, after commit."""
    found, deliver = [], facts._deliver
    monkeypatch.setattr(facts, "_deliver", lambda fact: (found.append(fact), deliver(fact)))
    return found


@pytest.fixture
def sent(monkeypatch):
    """What the sockets of meetings are told."""
    found = []
    told = lambda messages: found.extend((one.meeting, json.loads(one.text)) for one in messages)  # noqa: E731
    monkeypatch.setattr(wire, "send", told)
    return found


@pytest.fixture
def learning_set():
    with clock.freeze(NOON):
        learning_set = LearningSetFactory(zone="Europe/Paris", name="Tuesdays")
        for _ in range(3):
            SeatFactory(learning_set=learning_set)
        yield learning_set


@pytest.fixture
def people(learning_set):
    return [seat.person for seat in learning_set.all_seats.order_by("number")]


def propose(learning_set, by, *times, **more):
    return actions.propose_meeting(learning_set=learning_set, by=by, times=times, **more)


def notices(kind):
    return {notice.person for notice in Notice.objects.filter(kind=kind)}


def waiting(kind):
    return list(DueWork.objects.filter(kind=kind, state=DueState.WAITING).values_list("due_at", flat=True))


class TestOneTime:
    def test_is_settled_at_once_and_the_others_are_told(
        self, learning_set, people, told, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            meeting = propose(learning_set, people[0], NOON + WEEK, minutes=120, note=" About the ward. ")
        meeting.refresh_from_db()
        assert (meeting.state, meeting.number, meeting.starts_at) == ("scheduled", 1, NOON + WEEK)
        assert (meeting.minutes, meeting.sequence, meeting.note) == (120, 0, "About the ward.")
        assert notices("meeting_scheduled") == set(people[1:])
        assert told == [MeetingScheduled(meeting=meeting.public_id)]
        assert propose(learning_set, people[1], NOON + 2 * WEEK).number == 2
        assert AuditLine.objects.filter(verb="meeting.scheduled", by=people[0]).exists()

    def test_whoever_proposes_will_be_there_and_the_others_are_asked(self, learning_set, people):
        meeting = propose(learning_set, people[0], NOON + WEEK)
        (time,) = selectors.poll(meeting, people[1]).times
        assert (time.yes, time.mine) == ((people[0].name,), "")
        actions.answer_times(meeting=meeting, by=people[1], answers={time.option.public_id: "no"})
        poll = selectors.poll(meeting, people[1])
        assert (poll.times[0].no, poll.silent) == ((people[1].name,), (people[2].name,))
        with clock.freeze(NOON + WEEK), pytest.raises(Refused, match="wrong_state"):
            actions.answer_times(meeting=meeting, by=people[1], answers={time.option.public_id: "yes"})

    @pytest.mark.parametrize(
        ("times", "more", "code"),
        [
            ([], {}, "no_time"),
            ([NOON], {}, "past"),
            ([NOON + WEEK, NOON - HOUR], {}, "past"),
            ([NOON + timedelta(days=400)], {}, "too_far"),
            ([NOON + WEEK + n * HOUR for n in range(9)], {}, "too_many_times"),
            ([NOON + WEEK], {"minutes": 44}, "minutes"),
            ([NOON + WEEK], {"minutes": 241}, "minutes"),
            ([NOON + WEEK], {"note": "x" * 2001}, "too_long"),
            ([NOON - timedelta(days=1)], {"slow": True}, "past"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(self, learning_set, people, times, more, code):
        with pytest.raises(Refused) as refusal:
            propose(learning_set, people[0], *times, **more)
        assert refusal.value.code == code
        assert refusal.value.message.endswith(".")
        assert not Meeting.objects.filter(learning_set=learning_set).exists()

    def test_not_in_a_closed_set_nor_more_than_anybody_can_hold(self, learning_set, people):
        for number in range(actions.MOST_AHEAD):
            MeetingFactory(learning_set=learning_set, number=number + 1)
        with pytest.raises(Refused, match="too_many"):
            propose(learning_set, people[0], NOON + WEEK)
        closed = LearningSetFactory(closed=True)
        with pytest.raises(Refused, match="set_closed"):
            propose(closed, SeatFactory(learning_set=closed).person, NOON + WEEK)

    def test_one_member_does_not_write_to_the_others_without_end(self, learning_set, people, monkeypatch):
        monkeypatch.setattr(actions, "MOST_PROPOSED", 2)
        for number in range(2):
            meeting = propose(learning_set, people[0], NOON + (number + 1) * WEEK)
            actions.cancel_meeting(meeting=meeting, by=people[0])
        with pytest.raises(Refused, match="too_often"):
            propose(learning_set, people[0], NOON + WEEK)
        assert propose(learning_set, people[1], NOON + WEEK)

    def test_for_those_who_sit_there_alone(self, learning_set, people):
        meeting = propose(learning_set, people[0], NOON + WEEK)
        option = meeting.options.get()
        for person in (UserFactory(), SeatFactory(learning_set=learning_set, left=True).person, SeatFactory().person):
            for verb in (
                lambda by: propose(learning_set, by, NOON + WEEK),
                lambda by: actions.answer_times(meeting=meeting, by=by, answers={option.public_id: "yes"}),
                lambda by: actions.choose_time(meeting=meeting, option=option, by=by),
                lambda by: actions.move_meeting(meeting=meeting, by=by, starts_at=NOON + 2 * WEEK),
                lambda by: actions.cancel_meeting(meeting=meeting, by=by),
            ):
                with pytest.raises(NotAllowed):
                    verb(person)


class TestSeveralTimes:
    @pytest.fixture
    def meeting(self, learning_set, people):
        return propose(learning_set, people[0], NOON + WEEK, NOON + 2 * WEEK, NOON + WEEK)

    def answer(self, meeting, by, *answers):
        options = meeting.options.all()
        given = {option.public_id: answer for option, answer in zip(options, answers, strict=True)}
        return actions.answer_times(meeting=meeting, by=by, answers=given)

    def test_everybody_is_asked_once_about_each(self, meeting, people):
        assert (meeting.state, meeting.starts_at, meeting.options.count()) == ("proposed", None, 2)
        assert notices("times_asked") == set(people[1:])
        assert selectors.poll(meeting, people[0]).silent == tuple(person.name for person in people[1:])

    def test_answers_may_change_and_the_best_is_marked_by_count(self, meeting, people):
        self.answer(meeting, people[0], "yes", "yes")
        self.answer(meeting, people[1], "no", "if_needed")
        self.answer(meeting, people[2], "yes", "no")
        assert [time.best for time in selectors.poll(meeting, people[0]).times] == [True, False], (
            "more yes, as many can"
        )
        self.answer(meeting, people[2], "if_needed", "yes")
        times = selectors.poll(meeting, people[2]).times
        assert [time.best for time in times] == [False, True]
        assert [time.mine for time in times] == ["if_needed", "yes"]
        assert TimeAnswer.objects.filter(option__meeting=meeting).count() == 6

    def test_who_has_left_does_not_count(self, meeting, people, learning_set):
        self.answer(meeting, people[1], "no", "yes")
        learning_set.all_seats.filter(person=people[1]).update(until=clock.now())
        assert [time.best for time in selectors.poll(meeting, people[0]).times] == [True, False]

    def test_a_time_that_is_over_is_not_the_best(self, meeting, people):
        with clock.freeze(NOON + WEEK):
            first, second = selectors.poll(meeting, people[0]).times
            assert (first.is_over, first.best, second.best) == (True, False, True)
            with pytest.raises(Refused, match="past"):
                actions.choose_time(meeting=meeting, option=first.option, by=people[1])

    def test_any_member_chooses_and_twice_is_once(self, meeting, people):
        first, second = meeting.options.all()
        for _ in range(2):
            chosen = actions.choose_time(meeting=meeting, option=second, by=people[2])
        assert (chosen.state, chosen.starts_at, chosen.sequence) == ("scheduled", NOON + 2 * WEEK, 0)
        assert notices("meeting_scheduled") == set(people[:2])
        assert not notices("times_asked"), "what is unread about the question is not so any more"
        assert Notice.objects.filter(kind="meeting_scheduled", count__gt=1).count() == 0
        with pytest.raises(Refused, match="time_chosen"):
            actions.choose_time(meeting=meeting, option=first, by=people[0])
        with pytest.raises(Refused, match="time_chosen"):
            self.answer(meeting, people[1], "yes", "yes")

    def test_forged_answers_are_not_taken(self, meeting, people, learning_set):
        other = propose(learning_set, people[0], NOON + WEEK).options.get()
        with pytest.raises(NotAllowed):
            actions.answer_times(meeting=meeting, by=people[1], answers={other.public_id: "yes"})
        with pytest.raises(NotAllowed):
            self.answer(meeting, people[1], "perhaps", "yes")
        with pytest.raises(NotAllowed):
            actions.choose_time(meeting=meeting, option=other, by=people[1])

    def test_nothing_is_chosen_of_what_was_called_off(self, meeting, people):
        actions.cancel_meeting(meeting=meeting, by=people[1])
        with pytest.raises(Refused, match="wrong_state"):
            actions.choose_time(meeting=meeting, option=meeting.options.first(), by=people[1])
        with pytest.raises(Refused, match="wrong_state"):
            self.answer(meeting, people[1], "yes", "yes")

    def test_cannot_be_moved_before_one_is_chosen(self, meeting, people):
        with pytest.raises(Refused, match="no_time_yet"):
            actions.move_meeting(meeting=meeting, by=people[0], starts_at=NOON + WEEK)


class TestMoving:
    @pytest.fixture
    def meeting(self, learning_set, people):
        return propose(learning_set, people[0], NOON + WEEK)

    def test_everybody_is_told_and_calendars_follow(self, meeting, people, told, django_capture_on_commit_callbacks):
        before = selectors.entry_of(meeting)
        with clock.freeze(NOON + HOUR), django_capture_on_commit_callbacks(execute=True):
            moved = actions.move_meeting(meeting=meeting, by=people[1], starts_at=NOON + 2 * WEEK, minutes=60)
        after = selectors.entry_of(moved)
        assert (before.uid, before.sequence, after.sequence) == (after.uid, 0, 1)
        assert (after.starts, after.ends - after.starts) == (NOON + 2 * WEEK, HOUR)
        assert after.last_changed > before.last_changed
        assert notices("meeting_moved") == {people[0], people[2]}
        assert not notices("meeting_scheduled"), "the old time is not so any more"
        assert told == [MeetingScheduled(meeting=meeting.public_id)]

    def test_everybody_says_anew_whether_they_come(self, meeting, people):
        moved = actions.move_meeting(meeting=meeting, by=people[1], starts_at=NOON + 2 * WEEK)
        (time,) = selectors.poll(moved, people[0]).times
        assert (time.yes, time.mine) == ((people[1].name,), "")
        back = actions.move_meeting(meeting=moved, by=people[2], starts_at=NOON + WEEK)
        (time,) = selectors.poll(back, people[0]).times
        assert set(time.yes) == {people[0].name, people[2].name}, "what was said of this time holds again"

    def test_the_note_alone_tells_nobody(self, meeting, people):
        Notice.objects.all().delete()
        same = actions.move_meeting(meeting=meeting, by=people[1], starts_at=meeting.starts_at, note="Bring a chair.")
        same.refresh_from_db()
        assert (same.note, same.sequence, Notice.objects.count()) == ("Bring a chair.", 0, 0)

    def test_not_into_the_past_nor_once_it_runs(self, meeting, people):
        with pytest.raises(Refused, match="past"):
            actions.move_meeting(meeting=meeting, by=people[0], starts_at=NOON - HOUR)
        Meeting.objects.filter(pk=meeting.pk).update(state="running", opened_at=NOON)
        for verb in (
            lambda: actions.move_meeting(meeting=meeting, by=people[0], starts_at=NOON + 2 * WEEK),
            lambda: actions.cancel_meeting(meeting=meeting, by=people[0]),
        ):
            with pytest.raises(Refused, match="wrong_state"):
                verb()

    def test_a_length_can_change_after_the_beginning(self, meeting, people):
        with clock.freeze(NOON + WEEK + HOUR):
            longer = actions.move_meeting(meeting=meeting, by=people[0], starts_at=meeting.starts_at, minutes=60)
        assert (longer.minutes, longer.sequence) == (60, 1)

    def test_a_lobby_with_people_in_it_is_made_anew_and_its_numbers_go_on(self, learning_set, people):
        meeting = MeetingFactory(learning_set=learning_set, starts_at=NOON + MINUTE)
        room = TestRoom(learning_set, meeting, list(learning_set.all_seats.order_by("number")))
        last = room.do(1, c.Arrive()).last
        actions.move_meeting(meeting=meeting, by=people[0], starts_at=NOON + 2 * MINUTE)
        assert not room.state.places
        assert not MeetingEvent.objects.filter(meeting=meeting).exists()
        assert not meeting.attendances.exists()
        leave_set(learning_set=learning_set, by=people[2])
        assert not room.state.places, "nobody has come again yet"
        room.do(0, c.Arrive())
        assert min(meeting.events.values_list("seq", flat=True)) == last + 1
        assert len(room.state.places) == 2
        assert room.state == room.replayed()

    @pytest.mark.parametrize("minutes", [60, 90])
    def test_pages_that_are_open_load_again(self, meeting, people, sent, minutes, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            starts_at = meeting.starts_at + (WEEK if minutes == meeting.minutes else 0 * WEEK)
            actions.move_meeting(meeting=meeting, by=people[0], starts_at=starts_at, minutes=minutes)
            assert not sent, "not before it is so"
        assert sent == [(meeting.public_id, {"type": "reload"})]


class TestCallingOff:
    def test_everybody_is_told_and_twice_is_once(self, learning_set, people, told, django_capture_on_commit_callbacks):
        meeting = propose(learning_set, people[0], NOON + WEEK)
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                off = actions.cancel_meeting(meeting=meeting, by=people[1])
        assert (off.state, off.sequence) == ("cancelled", 1)
        assert told == [MeetingCancelled(meeting=meeting.public_id)]
        assert notices("meeting_cancelled") == {people[0], people[2]}
        assert Notice.objects.filter(kind="meeting_cancelled", count__gt=1).count() == 0
        assert not notices("meeting_scheduled")
        assert not waiting("meeting_tomorrow")

    def test_pages_that_are_open_load_again(self, learning_set, people, sent, django_capture_on_commit_callbacks):
        meeting = propose(learning_set, people[0], NOON + WEEK)
        with django_capture_on_commit_callbacks(execute=True):
            for _twice in range(2):
                actions.cancel_meeting(meeting=meeting, by=people[1])
        assert sent == [(meeting.public_id, {"type": "reload"})]

    def test_calendars_show_it_as_called_off_for_a_while(self, learning_set, people):
        meeting = propose(learning_set, people[0], NOON + WEEK)
        actions.cancel_meeting(meeting=meeting, by=people[1])
        (entry,) = selectors.entries_of(people[2])
        (event,) = Calendar.from_ical(to_ics([entry], name="x")).walk("VEVENT")
        assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
        with clock.freeze(NOON + timedelta(days=31)):
            assert selectors.entries_of(people[2]) == []


class TestCalendar:
    def test_holds_ones_own_meetings_and_nothing_confidential(self, learning_set, people):
        meeting = propose(learning_set, people[0], NOON + WEEK, note="About the ward")
        propose(learning_set, people[0], NOON + 2 * WEEK, NOON + 3 * WEEK)  # has no time yet
        MeetingFactory()
        file = to_ics(selectors.entries_of(people[1]), name="Centre").decode()
        (event,) = Calendar.from_ical(file).walk("VEVENT")
        assert event["SUMMARY"] == "Action learning set meeting"
        assert event["DTSTART"].dt == NOON + WEEK
        assert str(meeting.public_id) in event["UID"]
        assert "Tuesdays" not in file
        assert "ward" not in file
        assert selectors.entries_of(UserFactory()) == []

    def test_of_a_slow_meeting_its_first_day(self, learning_set, people):
        begins = beginning_of(date(2026, 3, 10), PARIS)
        meeting = propose(learning_set, people[0], begins, slow=True)
        entry = selectors.entry_of(meeting)
        assert (entry.starts, entry.ends - entry.starts) == (begins, timedelta(days=1))
        assert selectors.day_of(meeting) == date(2026, 3, 10)


class TestReminders:
    def test_the_day_before_and_the_hour_before_moved_with_the_meeting(self, learning_set, people):
        meeting = propose(learning_set, people[0], NOON + WEEK)
        assert waiting("meeting_tomorrow") == [NOON + WEEK - timedelta(days=1)]
        assert waiting("meeting_soon") == [NOON + WEEK - HOUR]
        actions.move_meeting(meeting=meeting, by=people[0], starts_at=NOON + 2 * WEEK)
        assert waiting("meeting_tomorrow") == [NOON + 2 * WEEK - timedelta(days=1)]
        actions.move_meeting(meeting=meeting, by=people[0], starts_at=NOON + 3 * HOUR)
        assert (waiting("meeting_tomorrow"), waiting("meeting_soon")) == ([], [NOON + 2 * HOUR])

    def test_of_a_slow_meeting_the_day_before_alone(self, learning_set, people):
        propose(learning_set, people[0], beginning_of(date(2026, 3, 10), PARIS), slow=True)
        assert len(waiting("meeting_tomorrow")) == 1
        assert waiting("meeting_soon") == []

    def test_reach_those_who_sit_there_by_then_save_who_is_paused(self, learning_set, people):
        propose(learning_set, people[0], NOON + WEEK)
        late = SeatFactory(learning_set=learning_set).person
        learning_set.all_seats.filter(person=people[1]).update(until=clock.now())
        begin_pause(person=people[2], by=people[2])
        with clock.freeze(NOON + WEEK - timedelta(hours=23)):
            due.work(limit=500)
        assert notices("meeting_tomorrow") == {people[0], late}
        with clock.freeze(NOON + WEEK - HOUR):
            due.work(limit=500)
        assert notices("meeting_soon") == {people[0], late}

    def test_told_late_are_not_told_at_all(self, learning_set, people):
        propose(learning_set, people[0], NOON + WEEK)
        with clock.freeze(NOON + WEEK):
            due.work(limit=500)
        assert not notices("meeting_tomorrow") | notices("meeting_soon")
        assert not DueWork.objects.filter(kind__in=("meeting_tomorrow", "meeting_soon")).exclude(state="done").exists()

    def test_not_of_a_set_that_closed_meanwhile(self, learning_set, people):
        meeting = propose(learning_set, people[0], NOON + WEEK)
        Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
        receivers.forget_reminders(MeetingCancelled(meeting=meeting.public_id))
        assert waiting("meeting_tomorrow") + waiting("meeting_soon") == []
        assert not notices("meeting_scheduled")


class TestAfterClosing:
    def close(self, meeting):
        Meeting.objects.filter(pk=meeting.pk).update(state="closed", opened_at=NOON, closed_at=clock.now())
        for hear in (
            receivers.tell_of_minutes,
            receivers.remind_of_what_was_promised,
            receivers.count_for_the_course,
        ):
            hear(MeetingClosed(meeting=meeting.public_id))

    def test_the_members_find_the_minutes_together_with_other_news(self, learning_set, people):
        self.close(propose(learning_set, people[0], NOON + WEEK))
        assert notices("meeting_closed") == set(people)
        assert kinds.kind("meeting_closed").how == "daily"
        assert not notices("meeting_scheduled")
        assert waiting("meeting_soon") == []

    def test_a_commitment_is_remembered_two_days_before(self, learning_set, people):
        people[0].zone = "America/New_York"
        people[0].save()
        seat = learning_set.all_seats.get(person=people[0])
        meeting = propose(learning_set, people[0], NOON + WEEK)
        commitment = CommitmentFactory(seat=seat, meeting=meeting, by_when=date(2026, 3, 20), what="Ask the manager")
        CommitmentFactory(seat=seat, meeting=meeting, by_when=None)
        self.close(meeting)
        morning = datetime(2026, 3, 18, 9, tzinfo=ZoneInfo("America/New_York"))
        for _ in range(2):
            remind_of_commitment(commitment)
        assert waiting("commitment_due") == [morning]
        with clock.freeze(morning):
            due.work(limit=500)
        (notice,) = Notice.objects.filter(kind="commitment_due")
        assert notice.person == people[0]
        assert "manager" not in str(notice.values)
        assert notice.values == {"set": "Tuesdays", "when": {"on": "2026-03-20"}}

    @pytest.mark.parametrize("why", ["reviewed", "left", "past", "paused"])
    def test_not_of_what_needs_no_reminder(self, learning_set, people, why):
        seat = learning_set.all_seats.get(person=people[0])
        commitment = CommitmentFactory(seat=seat, by_when=date(2026, 3, 20))
        remind_of_commitment(commitment)
        if why == "reviewed":
            Commitment.objects.filter(pk=commitment.pk).update(state="done", reviewed_at=clock.now())
        elif why == "left":
            learning_set.all_seats.filter(pk=seat.pk).update(until=clock.now())
        elif why == "paused":
            begin_pause(person=people[0], by=people[0])
        with clock.freeze(datetime(2026, 3, 22 if why == "past" else 18, 9, tzinfo=UTC)):
            due.work(limit=500)
        assert not notices("commitment_due")

    def test_enough_meetings_may_complete_the_course(self, told, django_capture_on_commit_callbacks):
        with clock.freeze(NOON):
            learning_set = LearningSetFactory(for_cohort=True)
            place = PlaceFactory(cohort=learning_set.cohort)
            seat = SeatFactory(learning_set=learning_set, person=place.person)
            meeting = MeetingFactory(learning_set=learning_set, closed=True)
            AttendanceFactory(meeting=meeting, seat=seat)
            with django_capture_on_commit_callbacks(execute=True):
                self.close(meeting)
        assert place.public_id in [getattr(fact, "enrolment", None) for fact in told]


class TestWords:
    def test_every_kind_says_the_name_of_the_set_and_a_time_and_no_more(self):
        for key in (
            *("times_asked", "meeting_scheduled", "meeting_moved", "meeting_cancelled", "meeting_tomorrow"),
            *("meeting_soon", "slow_phase", "meeting_closed", "commitment_due"),
        ):
            kind = kinds.kind(key)
            for text in (kind.headline, kind.many, kind.body, kind.button):
                str(text).format(set="Tuesdays", when="Monday", until="Monday", count=2)
        reminders = {kind.key for kind in kinds.all_kinds() if kind.reminder}
        assert {"meeting_tomorrow", "meeting_soon", "commitment_due"} <= reminders


class TestCall:
    def test_is_shown_from_a_quarter_of_an_hour_before_until_it_closes(self, learning_set, people):
        learning_set.call_link, learning_set.call_pin = "https://call.example.org/x", "4482"
        learning_set.save()
        meeting = propose(learning_set, people[0], NOON + WEEK)
        for moment, shown in (
            (NOON, False),
            (NOON + WEEK - timedelta(minutes=16), False),
            (NOON + WEEK - timedelta(minutes=15), True),
        ):
            with clock.freeze(moment):
                assert bool(selectors.call_of(meeting)) is shown
        meeting.state = "running"
        assert selectors.call_of(meeting).pin == "4482"
        for state in ("closed", "cancelled", "proposed"):
            meeting.state = state
            with clock.freeze(NOON + WEEK):
                assert selectors.call_of(meeting) is None


class TestPlan:
    def test_fits_the_people_and_the_commitments(self, learning_set, people):
        meeting = propose(learning_set, people[0], NOON + WEEK, minutes=70)
        lines = selectors.plan_of(meeting)
        assert lines[0].name == "Check-in"
        assert lines[0].minutes == 6, "two minutes for each of three"
        assert [line.name for line in lines].count("Turn 1") == 1
        assert "What became of our commitments" not in [line.name for line in lines]
        CommitmentFactory(seat=learning_set.all_seats.first(), meeting=meeting)
        assert "What became of our commitments" in [line.name for line in selectors.plan_of(meeting)]

    def test_of_a_slow_meeting_is_in_days(self, learning_set, people):
        meeting = propose(learning_set, people[0], beginning_of(date(2026, 3, 10), PARIS), slow=True)
        assert all(line.days for line in selectors.plan_of(meeting))


class TestSuggestions:
    def test_as_long_after_the_last_as_the_set_wants_to_at_the_same_time_of_the_day(self, learning_set):
        learning_set.cadence = "monthly"
        last = datetime(2026, 2, 24, 19, 30, tzinfo=PARIS)
        MeetingFactory(learning_set=learning_set, closed=True, starts_at=last)
        (next_one,) = suggestions(learning_set)
        assert next_one == datetime(2026, 3, 24, 19, 30, tzinfo=PARIS)

    def test_keep_the_time_of_the_day_when_clocks_change(self, learning_set):
        learning_set.cadence = "monthly"
        last = datetime(2026, 3, 3, 19, 30, tzinfo=PARIS)
        MeetingFactory(learning_set=learning_set, starts_at=last)
        (next_one,) = suggestions(learning_set)
        assert next_one.astimezone(PARIS) == datetime(2026, 3, 31, 19, 30, tzinfo=PARIS)
        assert next_one - last.astimezone(UTC) == timedelta(days=28) - HOUR

    def test_a_set_that_has_not_met_for_long_meets_soon(self, learning_set):
        learning_set.cadence = "weekly"
        MeetingFactory(learning_set=learning_set, closed=True, starts_at=datetime(2024, 1, 2, 19, tzinfo=PARIS))
        (next_one,) = suggestions(learning_set)
        assert NOON + timedelta(days=1) < next_one < NOON + timedelta(days=9)
        assert next_one.astimezone(PARIS).weekday() == 1

    def test_at_the_times_that_suit_in_the_zone_of_the_set(self, learning_set):
        learning_set.suits = ["tue_evening", "sat_morning"]
        found = [at.astimezone(PARIS) for at in suggestions(learning_set)]
        assert {(at.weekday(), at.hour) for at in found} == {(1, 20), (5, 10)}
        assert len(found) == 4
        assert found == sorted(found)
        assert all(at > NOON + timedelta(days=1) for at in found)

    def test_nothing_for_a_set_of_which_nothing_is_known(self, learning_set):
        assert suggestions(learning_set) == []


class TestWallTimes:
    def test_that_clocks_jump_over_are_none(self):
        assert instant_of(date(2026, 3, 29), time(2, 30), PARIS) is None
        assert instant_of(date(2026, 3, 29), time(3, 30), PARIS) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        assert instant_of(date(9999, 12, 31), time(23, 30), ZoneInfo("America/New_York")) is None

    def test_that_come_twice_are_the_first_and_known(self):
        day, face = date(2026, 10, 25), time(2, 30)
        assert instant_of(day, face, PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert comes_twice(day, face, PARIS)
        assert not comes_twice(day, time(3, 30), PARIS)

    def test_a_day_begins_also_where_there_is_no_midnight(self):
        beirut = ZoneInfo("Asia/Beirut")
        begins = beginning_of(date(2026, 3, 29), beirut)
        assert begins.astimezone(beirut) == datetime(2026, 3, 29, 1, tzinfo=beirut)

    def test_the_time_where_the_set_is_is_said_where_it_differs(self):
        with timezone.override(PARIS):
            assert selectors.there(NOON, "Europe/Madrid") == ""
            assert "Lima" in selectors.there(NOON, "America/Lima")
