"""Cohorts and what belongs to them.

`CohortFactory()` is an open cohort that takes those who come; traits: `by_code`, `by_approval`, `for_members`, `draft`,
`full` (of people who have a place). Times are in the future of the running clock.
"""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from courses.cohorts.models import (
    Attendance,
    AttendedBy,
    Cohort,
    CohortSession,
    CohortState,
    Enrolment,
    Facilitation,
    Joining,
    OwnStep,
    PlaceRequest,
    RequestState,
)
from courses.curriculum.selectors import course_page, outline
from kernel import clock
from people.models import Membership, Organisation, Role
from tests.factories import UserFactory, the_course


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    class Params:
        lead = factory.Trait(role=Role.LEAD)
        ended = factory.Trait(until=factory.LazyFunction(clock.now))

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(UserFactory)
    since = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))


def a_code(number: int) -> str:
    """Letters and digits of which none can be taken for another, as the Centre gives them."""
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return "".join(letters[number // 32**place % 32] for place in range(7, -1, -1))


class CohortFactory(DjangoModelFactory):
    class Meta:
        model = Cohort
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state=CohortState.DRAFT)
        by_code = factory.Trait(joining=Joining.CODE, code=factory.Sequence(a_code))
        by_approval = factory.Trait(joining=Joining.APPROVAL)
        for_members = factory.Trait(joining=Joining.MEMBERS, organisation=factory.SubFactory(OrganisationFactory))

    course = factory.LazyFunction(the_course)
    name = factory.Sequence(lambda n: f"Cohort {n}")
    state = CohortState.OPEN
    joining = Joining.OPEN
    places = 3
    starts_on = factory.LazyFunction(lambda: clock.now().date() + timedelta(days=7))
    ends_on = factory.LazyAttribute(lambda cohort: cohort.starts_on + timedelta(weeks=10))

    @factory.post_generation
    def full(self, create, extracted, **kwargs):
        if extracted:
            for _number in range(self.places - self.places_taken):
                PlaceFactory(cohort=self)


class PlaceFactory(DjangoModelFactory):
    """Somebody's enrolment with a place in a cohort, counted."""

    class Meta:
        model = Enrolment

    person = factory.SubFactory(UserFactory)
    cohort = factory.SubFactory(CohortFactory)
    course = factory.SelfAttribute("cohort.course")
    joined_at = factory.LazyFunction(clock.now)
    meetings_needed = factory.SelfAttribute("cohort.meetings_needed")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        place = super()._create(model_class, *args, **kwargs)
        place.cohort.places_taken += 1
        place.cohort.save(update_fields=["places_taken"])
        return place


class PlaceRequestFactory(DjangoModelFactory):
    class Meta:
        model = PlaceRequest

    class Params:
        asked = factory.Trait(state=RequestState.ASKED)

    cohort = factory.SubFactory(CohortFactory)
    person = factory.SubFactory(UserFactory)
    state = RequestState.WAITING
    position = factory.LazyAttribute(lambda request: request.cohort.requests.count() + 1)


class FacilitationFactory(DjangoModelFactory):
    class Meta:
        model = Facilitation

    class Params:
        ended = factory.Trait(until=factory.LazyFunction(clock.now))

    cohort = factory.SubFactory(CohortFactory)
    person = factory.SubFactory(UserFactory)
    since = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))


class CohortSessionFactory(DjangoModelFactory):
    """The cohort's next meeting: about session `number` of the course, in so many weeks, of two hours."""

    class Meta:
        model = CohortSession

    class Params:
        number = 1

    cohort = factory.SubFactory(CohortFactory)
    session_key = factory.LazyAttribute(
        lambda meeting: outline(course_page(meeting.cohort.course, "en")).sessions[meeting.number - 1].key
    )
    starts_at = factory.LazyAttribute(
        lambda meeting: (clock.now() + timedelta(weeks=meeting.number)).replace(minute=0, second=0, microsecond=0)
    )
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(hours=2))


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    enrolment = factory.SubFactory(PlaceFactory)
    session = factory.SubFactory(CohortSessionFactory, cohort=factory.SelfAttribute("..enrolment.cohort"))
    how = AttendedBy.WEB


class OwnStepFactory(DjangoModelFactory):
    class Meta:
        model = OwnStep

    cohort = factory.SubFactory(CohortFactory)
    session_key = factory.LazyAttribute(lambda step: outline(course_page(step.cohort.course, "en")).sessions[0].key)
    title = factory.LazyFunction(lambda: {"en": "Our own step", "fr": "Notre propre étape"})
    text = factory.LazyFunction(lambda: {"en": "Who is who **with us**."})
