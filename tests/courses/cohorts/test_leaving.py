"""Leaving a cohort, changing to another, coming back, and being erased."""

import pytest

from courses.cohorts import actions
from courses.cohorts.facts import CohortLeft, CohortTransferred, PlaceGiven
from courses.cohorts.models import Enrolment, PlaceRequest
from courses.curriculum.selectors import step_keys
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from people.models import Pause, User
from people.mydata import contributions
from tests.courses.cohorts.test_joining import places_of, told, waiting
from tests.factories import UserFactory, make_course, the_course
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    FacilitationFactory,
    MembershipFactory,
    PlaceFactory,
    PlaceRequestFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("only_steps")]


@pytest.fixture
def place():
    """Somebody's place in a full cohort of one, with two who wait."""
    place = PlaceFactory(cohort__places=1)
    PlaceRequestFactory.create_batch(2, cohort=place.cohort)
    actions.complete_step(enrolment=place, step_key=step_keys(the_course())[0], by=place.person)
    return place


class TestLeave:
    def test_at_ones_own_pace(self, place, facts_told, django_capture_on_commit_callbacks):
        cohort, (first, second) = place.cohort, waiting(place.cohort)
        with django_capture_on_commit_callbacks(execute=True):
            left = actions.leave_cohort(cohort=cohort, by=place.person)
        assert (left.state, left.cohort, left.meetings_needed, left.steps_done.count()) == ("active", None, 0, 1)
        assert places_of(cohort) == (1, 1)
        assert Enrolment.objects.get(cohort=cohort).person == first
        assert waiting(cohort) == [second]
        assert told(first) == ["moved_up"]
        moved = Enrolment.objects.get(person=first)
        assert CohortLeft(enrolment=left.public_id, cohort=cohort.public_id) in facts_told
        assert PlaceGiven(enrolment=moved.public_id) in facts_told
        assert moved.meetings_needed == cohort.meetings_needed

    def test_altogether_and_coming_back_keeps_what_was_done(self, place):
        cohort = place.cohort
        left = actions.leave_cohort(cohort=cohort, by=place.person, withdraw=True)
        assert (left.state, left.steps_done.count(), places_of(cohort)) == ("withdrawn", 1, (1, 1))
        assert left.cohort == cohort, "who has withdrawn from where stays known"
        with pytest.raises(Refused, match="withdrawn"):
            actions.complete_step(enrolment=left, step_key=step_keys(the_course())[1], by=place.person)
        other = CohortFactory(meetings_needed=2)
        back = actions.join(cohort=other, by=place.person)
        assert (back.pk, back.state, back.cohort, back.meetings_needed) == (place.pk, "active", other, 2)
        assert back.steps_done.count() == 1
        assert (places_of(cohort), places_of(other)) == ((1, 1), (1, 1))

    def test_beginning_again_after_withdrawing_is_at_ones_own_pace(self, place):
        actions.leave_cohort(cohort=place.cohort, by=place.person, withdraw=True)
        back = actions.enrol(course=the_course(), by=place.person)
        assert (back.pk, back.state, back.cohort, back.meetings_needed) == (place.pk, "active", None, 0)

    def test_the_same_cohort_again_means_the_end_of_its_list(self, place):
        actions.leave_cohort(cohort=place.cohort, by=place.person)
        request = actions.join(cohort=place.cohort, by=place.person)
        assert waiting(place.cohort)[-1] == place.person
        assert request.position == 3

    def test_nobody_leaves_what_they_are_not_in(self, place):
        for person in (UserFactory(), waiting(place.cohort)[0], FacilitationFactory(cohort=place.cohort).person):
            with pytest.raises(NotAllowed):
                actions.leave_cohort(cohort=place.cohort, by=person)
        actions.leave_cohort(cohort=place.cohort, by=place.person)
        with pytest.raises(NotAllowed):
            actions.leave_cohort(cohort=place.cohort, by=place.person)
        assert places_of(place.cohort) == (1, 1)

    def test_whoever_has_completed_has_nothing_to_leave(self, place):
        Enrolment.objects.filter(pk=place.pk).update(state="completed", completed_at=clock.now())
        with pytest.raises(Refused, match="already_completed"):
            actions.leave_cohort(cohort=place.cohort, by=place.person)

    def test_without_the_group_its_meetings_are_not_asked_any_more(self):
        place = PlaceFactory(required_steps=[str(step_keys(the_course())[0])])
        actions.complete_step(enrolment=place, step_key=step_keys(the_course())[0], by=place.person)
        assert not Enrolment.objects.get(pk=place.pk).is_completed
        assert actions.leave_cohort(cohort=place.cohort, by=place.person).is_completed


class TestTransfer:
    def test_keeps_everything_and_frees_the_old_place(self, place, facts_told, django_capture_on_commit_callbacks):
        old, to, next_one = place.cohort, CohortFactory(meetings_needed=2), waiting(place.cohort)[0]
        AttendanceFactory(enrolment=place, session=CohortSessionFactory(cohort=old))
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                moved = actions.transfer(enrolment=place, to=to, by=place.person)
        assert (moved.pk, moved.cohort, moved.meetings_needed) == (place.pk, to, 2)
        assert (moved.steps_done.count(), moved.attendances.count()) == (1, 1)
        assert (places_of(old), places_of(to)) == ((1, 1), (1, 1))
        assert Enrolment.objects.get(cohort=old).person == next_one
        assert [f for f in facts_told if isinstance(f, CohortTransferred)] == [
            CohortTransferred(enrolment=place.public_id)
        ]

    def test_to_a_full_one_nothing_changes(self, place):
        full = CohortFactory(places=1, full=True)
        with pytest.raises(Refused, match="full"):
            actions.transfer(enrolment=place, to=full, by=place.person)
        assert (places_of(place.cohort), places_of(full)) == ((1, 1), (1, 1))
        assert not PlaceRequest.objects.filter(person=place.person).exists()

    def test_needs_the_code_or_a_yes(self, place):
        by_code = CohortFactory(by_code=True, code="ABCD2345")
        with pytest.raises(Refused, match="wrong_code"):
            actions.transfer(enrolment=place, to=by_code, by=place.person, code="ABCD2346")
        with pytest.raises(NotAllowed):
            actions.transfer(enrolment=place, to=CohortFactory(for_members=True), by=place.person)
        asks = CohortFactory(by_approval=True)
        with pytest.raises(Refused, match="approval_needed"):
            actions.transfer(enrolment=place, to=asks, by=place.person)
        facilitator = FacilitationFactory(cohort=asks).person
        assert actions.transfer(enrolment=place, to=asks, by=facilitator).cohort == asks
        assert actions.transfer(enrolment=place, to=by_code, by=place.person, code="abcd 2345").cohort == by_code

    def test_nobody_moves_another_or_to_another_course(self, place):
        with pytest.raises(NotAllowed):
            actions.transfer(enrolment=place, to=CohortFactory(), by=UserFactory())
        with pytest.raises(Refused, match="other_course"):
            actions.transfer(enrolment=place, to=CohortFactory(course=make_course("other")), by=place.person)

    def test_a_closed_cohort_takes_nobody(self, place):
        with pytest.raises(Refused, match="closed"):
            actions.transfer(enrolment=place, to=CohortFactory(state="closed"), by=place.person)


class TestMyData:
    def contribution(self):
        return next(part for part in contributions() if part.key == "courses")

    def test_says_what_is_held(self, place):
        MembershipFactory(person=place.person)
        AttendanceFactory(enrolment=place, session=CohortSessionFactory(cohort=place.cohort))
        FacilitationFactory(person=place.person, cohort__name="One that I lead")
        held = self.contribution().collect(place.person)
        (course,) = held["courses"]
        assert course["cohort"] == place.cohort.name
        assert [step["step"] for step in course["steps_done"]] == [str(step_keys(the_course())[0])]
        assert [meeting["how"] for meeting in course["meetings"]] == ["web"]
        assert held["cohorts_led"][0]["cohort"] == "One that I lead"
        other = waiting(place.cohort)[0]
        assert self.contribution().collect(other)["places_asked_for"][0]["position"] == 1
        assert place.cohort.name not in str(self.contribution().collect(UserFactory()))

    def test_erasing_frees_the_place_and_the_list_moves_up(self, place):
        first, second = waiting(place.cohort)
        self.contribution().erase(second)
        second.delete()
        self.contribution().erase(place.person)
        User.objects.get(pk=place.person.pk).delete()
        assert places_of(place.cohort) == (1, 1)
        assert Enrolment.objects.get(cohort=place.cohort).person == first
        assert Notice.objects.filter(person=first, kind="moved_up").exists()
        assert waiting(place.cohort) == []

    def test_erasing_somebody_paused_moves_the_list_as_well(self, place):
        Pause.objects.create(person=place.person, starts_at=clock.now())
        self.contribution().erase(place.person)
        assert len(waiting(place.cohort)) == 1
