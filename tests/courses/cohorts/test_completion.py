"""What completes a course besides its steps, and the window that pauses move."""

from datetime import UTC, date, datetime, timedelta

import pytest
from wagtail import hooks

from courses.cohorts import actions, selectors
from courses.cohorts.actions.facilitating import record_attendance
from courses.cohorts.facts import CourseCompleted, RequirementChanged
from courses.cohorts.models import Enrolment
from courses.cohorts.selectors import Requirement, complete_by, requirements
from courses.curriculum.selectors import step_keys
from kernel import clock
from kernel.facts import tell
from people.models import Pause
from tests.factories import UserFactory, the_course
from tests.factories.cohorts import AttendanceFactory, CohortSessionFactory, FacilitationFactory, PlaceFactory
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def initiative(monkeypatch):
    """A higher app that asks for an initiative, of everybody who began since; as long as `met` is false."""
    answer = {"met": False}

    def asks(enrolment):
        return Requirement(key="initiative", met=answer["met"], words="Tell of your initiative.", url="/en/there/")

    monkeypatch.setitem(hooks._hooks, "course_requirement", [(asks, 0)])
    return answer


@pytest.fixture
def first_key():
    return step_keys(the_course())[0]


@pytest.fixture
def place(first_key):
    """A place that needs one step, done, and two meetings."""
    place = PlaceFactory(required_steps=[str(first_key)], meetings_needed=2)
    actions.complete_step(enrolment=place, step_key=first_key, by=place.person)
    return place


def meeting(place, number):
    return CohortSessionFactory(cohort=place.cohort, number=number)


def is_completed(place):
    return Enrolment.objects.get(pk=place.pk).is_completed


class TestMeetings:
    def test_complete_by_whichever_way_one_was_there(self, place):
        for number, how in enumerate(("telephone", "absent", "caught_up"), start=1):
            assert not is_completed(place)
            AttendanceFactory(enrolment=place, session=meeting(place, number), how=how)
            actions.look_at_completion(enrolment=place)
        assert is_completed(place)

    def test_recording_who_was_there_completes(self, place, django_capture_on_commit_callbacks, facts_told):
        by = FacilitationFactory(cohort=place.cohort).person
        meetings = [meeting(place, number) for number in (1, 2)]
        with clock.freeze(clock.now() + timedelta(weeks=4)), django_capture_on_commit_callbacks(execute=True):
            for one in meetings:
                record_attendance(session=one, by=by, marks={place.public_id: "web"})
        assert is_completed(place)
        assert facts_told.count(CourseCompleted(enrolment=place.public_id)) == 1

    def test_the_same_session_in_two_cohorts_counts_once(self, place):
        for cohort in (place.cohort, PlaceFactory().cohort):
            AttendanceFactory(enrolment=place, session=CohortSessionFactory(cohort=cohort, number=1))
        assert selectors.meetings_attended(place) == 1

    def test_what_is_missing_is_said_in_words_once_the_steps_are_done(self, client, place):
        client.force_login(place.person)
        assert "2 more meetings of your cohort" in words(client.get("/en/my/"))
        Enrolment.objects.filter(pk=place.pk).update(required_steps=[str(key) for key in step_keys(the_course())])
        assert "more meetings of your cohort" not in words(client.get("/en/my/"))


class TestAlsoRequired:
    def test_newcomers_are_asked_while_somebody_asks(self, initiative, monkeypatch):
        assert actions.enrol(course=the_course(), by=UserFactory()).also_required == ["initiative"]
        monkeypatch.setitem(hooks._hooks, "course_requirement", [])
        assert actions.enrol(course=the_course(), by=UserFactory()).also_required == []

    def test_those_who_began_before_are_not(self, initiative, first_key):
        enrolment = actions.enrol(course=the_course(), by=UserFactory())
        Enrolment.objects.filter(pk=enrolment.pk).update(also_required=[], required_steps=[str(first_key)])
        assert actions.complete_step(enrolment=enrolment, step_key=first_key, by=enrolment.person).is_completed

    def test_the_fact_that_it_is_met_completes(self, initiative, first_key, client, django_capture_on_commit_callbacks):
        enrolment = actions.enrol(course=the_course(), by=UserFactory())
        Enrolment.objects.filter(pk=enrolment.pk).update(required_steps=[str(first_key)])
        assert not actions.complete_step(enrolment=enrolment, step_key=first_key, by=enrolment.person).is_completed
        client.force_login(enrolment.person)
        assert soup(client.get("/en/my/")).main.find("a", href="/en/there/").text == "Tell of your initiative."
        initiative["met"] = True
        with django_capture_on_commit_callbacks(execute=True):
            tell(RequirementChanged(enrolment=enrolment.public_id))
        assert is_completed(enrolment)

    def test_nobody_waits_for_what_nobody_asks_any_more(self, monkeypatch, first_key):
        monkeypatch.setitem(hooks._hooks, "course_requirement", [])
        enrolment = PlaceFactory(required_steps=[str(first_key)], meetings_needed=0, also_required=["initiative"])
        assert requirements(enrolment) == []
        assert actions.complete_step(enrolment=enrolment, step_key=first_key, by=enrolment.person).is_completed


class TestWindow:
    JOINED = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def place(self, **more):
        first = {"cohort__starts_on": date(2026, 3, 1), "cohort__ends_on": date(2026, 5, 1)}
        return PlaceFactory(**{**first, "joined_at": self.JOINED, "cohort__complete_by": date(2026, 6, 1), **more})

    def pause(self, start, end):
        return Pause(starts_at=start, ended_at=end)

    @pytest.mark.parametrize(("hours", "days"), [(0, 0), (1, 1), (24, 1), (25, 2), (24 * 14, 14)], ids=str)
    def test_moves_by_whole_days_begun(self, hours, days):
        begin = self.JOINED + timedelta(days=10)
        with clock.freeze(self.JOINED + timedelta(days=60)):
            moved = complete_by(self.place(), [self.pause(begin, begin + timedelta(hours=hours))])
        assert moved == date(2026, 6, 1) + timedelta(days=days)

    def test_an_open_pause_moves_it_day_by_day_and_one_before_joining_does_not(self):
        place = self.place()
        before = self.pause(self.JOINED - timedelta(days=9), self.JOINED - timedelta(days=2))
        still = self.pause(self.JOINED + timedelta(days=10), None)
        for later in (0, 5):
            with clock.freeze(self.JOINED + timedelta(days=10 + later)):
                assert complete_by(place, [before, still]) == date(2026, 6, 1) + timedelta(days=later)

    def test_without_one_there_is_none(self):
        assert complete_by(self.place(cohort__complete_by=None), []) is None
        assert complete_by(actions.enrol(course=the_course(), by=UserFactory()), []) is None


class TestActivity:
    def test_is_noted_once_a_day(self, place, django_assert_num_queries):
        tomorrow = clock.now() + timedelta(days=1)
        with clock.freeze(tomorrow):
            place.refresh_from_db()
            with django_assert_num_queries(1):
                actions.was_here([place])
            place.refresh_from_db()
            assert place.last_active_on == tomorrow.date()
            with django_assert_num_queries(0):
                actions.was_here([place])

    def test_a_step_and_the_learner_home_note_it(self, client, place):
        assert Enrolment.objects.get(pk=place.pk).last_active_on == clock.now().date()
        Enrolment.objects.update(last_active_on=None)
        client.force_login(place.person)
        client.get("/en/my/")
        assert Enrolment.objects.get(pk=place.pk).last_active_on == clock.now().date()
