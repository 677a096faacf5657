"""When cohorts meet: setting it, telling it once, reminders, calendar files, own steps."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from courses.cohorts import actions
from courses.cohorts.models import CohortSession, OwnStep
from courses.cohorts.receivers import remind_of_meeting
from courses.cohorts.selectors.timetable import entries_of, next_meeting
from courses.curriculum.selectors import course_page, outline
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import DueWork, Notice
from tests.factories import UserFactory, make_course, the_course
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    FacilitationFactory,
    OwnStepFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def keys():
    return [session.key for session in outline(course_page(the_course(), "en")).sessions]


@pytest.fixture
def place():
    DueWork.objects.filter(kind="session_soon").delete()  # what the demonstration waits for
    with clock.freeze(NOON):
        place = PlaceFactory()
        FacilitationFactory(cohort=place.cohort)
        yield place


@pytest.fixture
def by(place):
    return place.cohort.facilitations.get().person


def at(key, days, hours=2):
    start = NOON + timedelta(days=days)
    return actions.MeetingTime(session_key=key, starts_at=start, ends_at=start + timedelta(hours=hours))


def set_timetable(place, by, *times):
    return actions.set_timetable(cohort=place.cohort, by=by, sessions=times)


class TestSetTimetable:
    def test_members_are_told_once_and_of_changes_alone(self, place, by, keys):
        for _ in range(2):
            set_timetable(place, by, at(keys[0], 10), at(keys[1], 20))
        notice = Notice.objects.get(person=place.person)
        assert (notice.kind, notice.count) == ("timetable_changed", 1)

    def test_a_changed_meeting_keeps_its_identity_with_a_higher_sequence(self, place, by, keys):
        first, second = set_timetable(place, by, at(keys[0], 10), at(keys[1], 20))
        moved, same = set_timetable(place, by, at(keys[0], 11), at(keys[1], 20))
        assert (moved.public_id, moved.sequence) == (first.public_id, 1)
        assert (same.public_id, same.sequence) == (second.public_id, 0)
        assert [m.public_id for m in set_timetable(place, by, at(keys[1], 20))] == [second.public_id]

    @pytest.mark.parametrize(
        ("times", "code"),
        [
            (lambda keys: [at(keys[0], 10, hours=0)], "ends_before_start"),
            (lambda keys: [at(keys[0], 10, hours=-3)], "ends_before_start"),
            (lambda keys: [at(keys[0], 10, hours=13)], "too_long"),
            (lambda keys: [at(keys[0], 10), at(keys[0], 11)], "twice"),
            (lambda keys: [at(the_course().key, 10)], "unknown_session"),
            (lambda keys: [at(keys[0], 4000)], "out_of_range"),
        ],
    )
    def test_nonsense_is_refused_with_a_sentence_and_changes_nothing(self, place, by, keys, times, code):
        with pytest.raises(Refused) as refusal:
            set_timetable(place, by, *times(keys))
        assert refusal.value.code == code
        assert refusal.value.message.endswith(".")
        assert not CohortSession.objects.filter(cohort=place.cohort).exists()

    def test_a_meeting_where_somebody_was_stays(self, place, by, keys):
        (meeting,) = set_timetable(place, by, at(keys[0], 10))
        AttendanceFactory(enrolment=place, session=meeting)
        with pytest.raises(Refused, match="was_held"):
            set_timetable(place, by)

    def test_for_those_who_run_it_alone(self, place, keys):
        for person in (place.person, UserFactory(), FacilitationFactory().person):
            with pytest.raises(NotAllowed):
                set_timetable(place, person, at(keys[0], 10))


class TestReminders:
    def work(self):
        return DueWork.objects.get(kind="session_soon", state="waiting")

    def test_the_day_before_and_moved_with_the_meeting(self, place, by, keys):
        set_timetable(place, by, at(keys[0], 10))
        assert self.work().due_at == NOON + timedelta(days=9)
        set_timetable(place, by, at(keys[0], 12))
        assert self.work().due_at == NOON + timedelta(days=11)
        set_timetable(place, by)
        assert not DueWork.objects.filter(kind="session_soon").exists()

    def test_tells_those_who_are_there_by_then_and_only_before_it_begins(self, place, by, keys):
        set_timetable(place, by, at(keys[0], 10))
        late, gone = PlaceFactory(cohort=place.cohort), PlaceFactory(cohort=place.cohort)
        actions.leave_cohort(cohort=place.cohort, by=gone.person)
        with clock.freeze(NOON + timedelta(days=9, minutes=1)):
            remind_of_meeting(self.work())
        told = Notice.objects.filter(kind="session_soon")
        assert {notice.person for notice in told} == {place.person, late.person}
        told.delete()
        with clock.freeze(NOON + timedelta(days=10, hours=1)):
            remind_of_meeting(self.work())
        assert not told.exists()

    def test_not_for_a_cohort_that_was_called_off(self, place, by, keys):
        set_timetable(place, by, at(keys[0], 10))
        work = self.work()
        actions.cancel_cohort(cohort=place.cohort, by=by)
        assert not DueWork.objects.filter(kind="session_soon").exists()
        with clock.freeze(NOON + timedelta(days=9, minutes=1)):
            remind_of_meeting(work)
        assert not Notice.objects.filter(kind="session_soon").exists()


class TestCalendar:
    def events(self, client, cohort):
        response = client.get(f"/fr/learn/cohorts/{cohort.public_id}/timetable.ics")
        assert response["Content-Type"].startswith("text/calendar")
        return Calendar.from_ical(response.content).walk("VEVENT")

    def test_a_file_in_ones_language(self, client, place, by, keys):
        (meeting,) = set_timetable(place, by, at(keys[0], 10))
        client.force_login(place.person)
        (event,) = self.events(client, place.cohort)
        assert str(meeting.public_id) in event["UID"]
        assert event["DTSTART"].dt == meeting.starts_at
        assert outline(course_page(the_course(), "fr")).sessions[0].title in event["SUMMARY"]
        assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
        set_timetable(place, by, at(keys[0], 11))
        (moved,) = self.events(client, place.cohort)
        assert (moved["UID"], moved["SEQUENCE"]) == (event["UID"], 1)
        actions.cancel_cohort(cohort=place.cohort, by=by)
        (off,) = self.events(client, place.cohort)
        assert (off["UID"], off["SEQUENCE"], off["STATUS"]) == (event["UID"], 2, "CANCELLED")

    def test_ones_own_calendar_holds_the_meetings_of_ones_own_cohorts(self, place, by, keys):
        set_timetable(place, by, at(keys[0], 10))
        CohortSessionFactory()
        for person in (place.person, by):
            (entry,) = entries_of(person)
            assert place.cohort.name in entry.title
        assert entries_of(UserFactory()) == []

    def test_the_next_meeting_is_the_first_that_is_not_over(self, place, by, keys):
        first, second = set_timetable(place, by, at(keys[0], 10), at(keys[1], 20))
        assert next_meeting([place.cohort]) == first
        with clock.freeze(first.starts_at + timedelta(hours=1)):
            assert next_meeting([place.cohort]) == first
        with clock.freeze(first.ends_at):
            assert next_meeting([place.cohort]) == second
        with clock.freeze(second.ends_at):
            assert next_meeting([place.cohort]) is None


class TestOwnSteps:
    def step(self, place, by, keys, **more):
        words = {"title": {"en": "Our step", "fr": " "}, "text": {"en": "Read **this**."}, "minutes": 5, **more}
        return actions.add_own_step(cohort=place.cohort, by=by, session_key=keys[0], **words)

    def test_are_added_in_order_changed_and_taken_away(self, place, by, keys):
        first, second = self.step(place, by, keys), self.step(place, by, keys, minutes=10_000)
        assert (first.order, second.order, second.minutes) == (1, 2, 240)
        assert first.title == {"en": "Our step"}
        changed = actions.change_own_step(step=first, by=by, title={"es": "Paso"}, text={}, minutes=7)
        assert (changed.public_id, changed.title) == (first.public_id, {"es": "Paso"})
        for _ in range(2):
            actions.remove_own_step(step=second, by=by)
        assert list(place.cohort.own_steps.all()) == [first]

    def test_need_a_name_and_a_session_of_the_course(self, place, by, keys):
        with pytest.raises(Refused, match="no_title"):
            self.step(place, by, keys, title={"en": " "})
        with pytest.raises(Refused, match="unknown_session"):
            self.step(place, by, [the_course().key])
        for person in (place.person, UserFactory()):
            with pytest.raises(NotAllowed):
                self.step(place, person, keys)
        assert not OwnStep.objects.filter(cohort=place.cohort).exists()

    def test_are_done_by_their_cohort_and_complete_nothing(self, place):
        step = OwnStepFactory(cohort=place.cohort)
        done = actions.complete_step(enrolment=place, step_key=step.public_id, by=place.person)
        assert (done.state, done.steps_done.count()) == ("active", 1)
        actions.reopen_step(enrolment=place, step_key=step.public_id, by=place.person)
        assert done.steps_done.count() == 0
        for other in (PlaceFactory(), PlaceFactory(cohort=CohortFactory(course=make_course("other")))):
            with pytest.raises(NotAllowed):
                actions.complete_step(enrolment=other, step_key=step.public_id, by=other.person)
