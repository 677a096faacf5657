import threading
import uuid
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.db import connection

from courses.cohorts import actions
from courses.cohorts.facts import CourseBegun, CourseCompleted
from courses.cohorts.models import Enrolment, StepDone
from courses.cohorts.selectors import progress_in
from courses.curriculum.models import Course, SessionPage, StepPage
from courses.curriculum.selectors import step_keys
from kernel import clock
from kernel.errors import NotAllowed, Refused
from pages.loading import page_key
from tests.factories import EnrolmentFactory, UserFactory, make_course, the_course
from tests.helpers import COURSE, SESSIONS

pytestmark = pytest.mark.usefixtures("only_steps")
NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def heard(facts_told):
    """The facts of this app that were told, after commit."""
    return facts_told


@pytest.fixture
def enrolment(db):
    return actions.enrol(course=the_course(), by=UserFactory())


def required(course=None):
    return list(step_keys(course or the_course(), required_only=True))


def complete(enrolment, keys):
    for key in keys:
        enrolment = actions.complete_step(enrolment=enrolment, step_key=key, by=enrolment.person)
    return enrolment


@pytest.mark.django_db
class TestEnrol:
    def test_gives_a_place_with_the_rule_of_today_and_tells_it_once(self, heard, django_capture_on_commit_callbacks):
        person = UserFactory()
        with django_capture_on_commit_callbacks(execute=True), clock.freeze(NOON):
            first = actions.enrol(course=the_course(), by=person)
            again = actions.enrol(course=the_course(), by=person)
        assert first == again
        assert first.required_steps == [str(key) for key in required()]
        assert (first.state, first.begun_at, first.completed_at) == ("active", NOON, None)
        assert heard == [CourseBegun(enrolment=first.public_id)]

    def test_asking_again_after_completion_keeps_the_completion(self, enrolment):
        complete(enrolment, required())
        assert actions.enrol(course=the_course(), by=enrolment.person).is_completed

    def test_a_course_without_steps_is_refused(self):
        with pytest.raises(Refused) as refusal:
            actions.enrol(course=make_course("bare", steps=0), by=UserFactory())
        assert refusal.value.code == "no_steps"
        assert not Enrolment.objects.filter(course__name="bare").exists()

    def test_a_course_without_a_page_is_refused(self):
        with pytest.raises(Refused) as refusal:
            actions.enrol(course=Course.objects.create(name="Bare"), by=UserFactory())
        assert refusal.value.code == "no_page"


@pytest.mark.django_db
class TestCompleteStep:
    def test_twice_is_once(self, enrolment):
        key = required()[0]
        complete(enrolment, [key, key])
        assert enrolment.steps_done.count() == 1

    def test_the_first_date_stays(self, enrolment):
        with clock.freeze(NOON):
            complete(enrolment, required()[:1])
        complete(enrolment, required()[:1])
        assert enrolment.steps_done.get().at == NOON

    def test_a_step_of_another_course_is_not_allowed(self, enrolment):
        with pytest.raises(NotAllowed):
            actions.complete_step(enrolment=enrolment, step_key=uuid.uuid4(), by=enrolment.person)
        assert not StepDone.objects.filter(enrolment=enrolment).exists()

    @pytest.mark.parametrize("staff", [False, True])
    def test_nobody_does_anothers_steps(self, enrolment, staff):
        other = UserFactory(is_staff=staff, is_superuser=staff)
        for act in (actions.complete_step, actions.reopen_step):
            with pytest.raises(NotAllowed):
                act(enrolment=enrolment, step_key=required()[0], by=other)
        assert not enrolment.steps_done.exists()

    def test_the_last_required_step_completes_once_and_tells_it_once(
        self, enrolment, heard, django_capture_on_commit_callbacks
    ):
        keys = required()
        almost = complete(enrolment, keys[:-1])
        assert not almost.is_completed
        with django_capture_on_commit_callbacks(execute=True):
            with clock.freeze(NOON):
                done = complete(enrolment, keys[-1:])
            complete(done, keys[-1:])
            optional = [key for key in step_keys(the_course()) if key not in keys]
            complete(done, optional)
        enrolment.refresh_from_db()
        assert (enrolment.state, enrolment.completed_at) == ("completed", NOON)
        assert heard == [CourseCompleted(enrolment=enrolment.public_id)]

    def test_in_any_order(self, enrolment):
        assert complete(enrolment, reversed(required())).is_completed

    def test_optional_steps_alone_complete_nothing(self, enrolment):
        optional = [key for key in step_keys(the_course()) if key not in required()]
        assert optional
        assert not complete(enrolment, optional).is_completed

    def test_a_step_made_required_later_is_asked_of_newcomers_alone(self, enrolment):
        keys = required()
        StepPage.objects.filter(required=False).update(required=True)
        caches["pages"].clear()
        assert complete(enrolment, keys).is_completed
        assert not complete(actions.enrol(course=the_course(), by=UserFactory()), keys).is_completed

    def test_a_step_made_optional_later_is_still_asked_of_those_who_began_with_it(self, enrolment):
        keys = required()
        StepPage.objects.filter(translation_key=keys[-1]).update(required=False)
        caches["pages"].clear()
        assert not complete(enrolment, keys[:-1]).is_completed
        assert complete(enrolment, keys[-1:]).is_completed

    @pytest.mark.parametrize("gone", ["deleted", "unpublished"])
    def test_nobody_waits_for_a_step_that_editors_took_away(self, enrolment, gone):
        keys = required()
        complete(enrolment, keys[:-2])
        for page in StepPage.objects.filter(translation_key=keys[-1]):
            page.delete() if gone == "deleted" else page.unpublish()
        assert complete(enrolment, keys[-2:-1]).is_completed

    def test_nobody_waits_for_a_session_that_editors_took_away(self, enrolment):
        for session in SessionPage.objects.filter(translation_key=page_key(*COURSE, SESSIONS[-1])):
            session.unpublish()
        progress = progress_in(enrolment, "en")
        assert len(progress.outline.sessions) == 4
        complete(enrolment, [step.key for step in progress.outline.steps])
        assert Enrolment.objects.get(pk=enrolment.pk).is_completed


@pytest.mark.django_db
class TestReopenStep:
    def test_takes_the_mark_off_and_can_be_done_twice(self, enrolment):
        keys = required()[:2]
        complete(enrolment, keys)
        for _ in range(2):
            actions.reopen_step(enrolment=enrolment, step_key=keys[0], by=enrolment.person)
        assert [done.step_key for done in enrolment.steps_done.all()] == keys[1:]

    def test_is_refused_after_completion(self, enrolment):
        complete(enrolment, required())
        before = enrolment.steps_done.count()
        with pytest.raises(Refused) as refusal:
            actions.reopen_step(enrolment=enrolment, step_key=required()[0], by=enrolment.person)
        assert refusal.value.code == "already_completed"
        assert refusal.value.message.endswith(".")
        assert enrolment.steps_done.count() == before


def at_once(*works):
    """Run these at the same time, each on a connection of its own; returns what each answered. At most 16 hold one: the
    server's hundred are for the tests of the other process, too."""
    together, connections, answers = threading.Barrier(len(works)), threading.Semaphore(16), []

    def run(work):
        together.wait()
        with connections:
            try:
                answers.append(work())
            except Exception as error:
                answers.append(error)
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class TestRaces:
    def test_enrolling_twice_at_once_gives_one_place_and_one_fact(self, committed, heard):
        person, course = UserFactory(), the_course()
        answers = at_once(*[lambda: actions.enrol(course=course, by=person)] * 4)
        place = Enrolment.objects.get(person=person)
        assert answers == [place] * 4
        assert heard == [CourseBegun(enrolment=place.public_id)]

    def test_the_two_last_steps_at_once_complete_once(self, committed, heard):
        enrolment = EnrolmentFactory(required_steps=[str(key) for key in required()[:2]])
        answers = at_once(
            *[
                lambda key=key: actions.complete_step(enrolment=enrolment, step_key=key, by=enrolment.person)
                for key in required()[:2] * 2
            ]
        )
        assert [type(answer) for answer in answers] == [Enrolment] * 4
        enrolment.refresh_from_db()
        assert enrolment.is_completed
        assert enrolment.steps_done.count() == 2
        assert heard == [CourseCompleted(enrolment=enrolment.public_id)]
