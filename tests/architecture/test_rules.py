"""Every rule of every app says the same of a row as of a table, and says no to strangers.

A new rule needs rows in ROWS: things that some of the people below may touch and others may not.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from kernel import clock
from kernel.rules import Rule
from notices import due
from people.models import User
from tests.factories import EnrolmentFactory, UserFactory, make_course
from tests.factories.cohorts import (
    CohortFactory,
    FacilitationFactory,
    MembershipFactory,
    PlaceFactory,
    PlaceRequestFactory,
)
from tests.factories.evaluation import AnswersFactory
from tests.factories.initiatives import InitiativeFactory, StoryOfferFactory
from tests.factories.journal import EntryFactory, EntryShareFactory
from tests.factories.messages import CohortMessageFactory
from tests.factories.notices import NoticeFactory
from tests.factories.sets import (
    CommitmentFactory,
    LearningSetFactory,
    MeetingFactory,
    ReportFactory,
    SeatFactory,
    SeatRequestFactory,
)

pytestmark = pytest.mark.django_db


def enrolments(people: dict[str, User]) -> Iterable[Model]:
    return [EnrolmentFactory(person=person) for person in people.values()]


def cohorts(people: dict[str, User]) -> Iterable[Model]:
    """For each of them those they lead or led, belong to, wait for, look after for an organisation, or may join."""
    for person in people.values():
        yield FacilitationFactory(person=person, cohort__draft=True).cohort
        yield FacilitationFactory(person=person, cohort__draft=True, ended=True).cohort
        for cohort in (CohortFactory(by_code=True), CohortFactory(for_members=True)):
            yield cohort
            FacilitationFactory(cohort=cohort, person=person)
            FacilitationFactory(cohort=cohort)
        yield PlaceFactory(person=person, cohort__by_code=True).cohort
        yield PlaceRequestFactory(person=person, cohort__by_code=True).cohort
        yield PlaceRequestFactory(person=person, cohort__by_code=True, state="declined").cohort
        for membership in ({"lead": True}, {}, {"lead": True, "ended": True}):
            cohort = CohortFactory(for_members=True, draft=membership == {})
            MembershipFactory(organisation=cohort.organisation, person=person, **membership)
            MembershipFactory(organisation=cohort.organisation, lead=True)
            yield cohort
    yield CohortFactory(by_approval=True)
    yield CohortFactory(draft=True)


def answers(people: dict[str, User]) -> Iterable[Model]:
    return [AnswersFactory(enrolment__person=person) for person in people.values()]


def entries(people: dict[str, User]) -> Iterable[Model]:
    return [EntryFactory(owner=person) for person in people.values()]


def shares(people: dict[str, User]) -> Iterable[Model]:
    """From each of them and to each of them: held, taken back, and of somebody who is away."""
    for person in people.values():
        yield EntryShareFactory(entry__owner=person)
        yield EntryShareFactory(reader=person)
        yield EntryShareFactory(reader=person, taken_back=True)
        yield EntryShareFactory(reader=person, entry__owner__is_active=False)


def notices(people: dict[str, User]) -> Iterable[Model]:
    return [NoticeFactory(person=person) for person in people.values()]


def initiatives(people: dict[str, User]) -> Iterable[Model]:
    """Of each of them, and of learners in a cohort that each of them leads: shared or not, there still or gone."""
    for person in people.values():
        yield InitiativeFactory(enrolment__person=person, shared=True)
        cohort = FacilitationFactory(person=person).cohort
        FacilitationFactory(cohort=cohort)
        yield InitiativeFactory(enrolment=PlaceFactory(cohort=cohort), shared=True)
        yield InitiativeFactory(enrolment=PlaceFactory(cohort=cohort))
        yield InitiativeFactory(enrolment=PlaceFactory(cohort=cohort, state="withdrawn"), shared=True)
        ended = FacilitationFactory(person=person, ended=True).cohort
        yield InitiativeFactory(enrolment=PlaceFactory(cohort=ended, person__is_active=False), shared=True)


def stories(people: dict[str, User]) -> Iterable[Model]:
    """Of each of them: waiting, and taken back."""
    for person in people.values():
        yield StoryOfferFactory(initiative__enrolment__person=person)
        yield StoryOfferFactory(state="withdrawn", language="fr")


def organisations(people: dict[str, User]) -> Iterable[Model]:
    """Those that each of them leads, belongs to, led once, and that others lead."""
    for person in people.values():
        for membership in ({"lead": True}, {}, {"lead": True, "ended": True}):
            organisation = MembershipFactory(person=person, **membership).organisation
            MembershipFactory(organisation=organisation, lead=True)
            yield organisation


def cohort_messages(people: dict[str, User]) -> Iterable[Model]:
    """Of cohorts that each of them leads, led, belongs to or left: to all, to them, to another, to them elsewhere."""
    for person in people.values():
        yield CohortMessageFactory(cohort=FacilitationFactory(person=person).cohort)
        yield CohortMessageFactory(cohort=FacilitationFactory(person=person, ended=True).cohort)
        place = PlaceFactory(person=person)
        another = PlaceFactory(cohort=place.cohort)
        yield CohortMessageFactory(cohort=place.cohort)
        yield CohortMessageFactory(cohort=place.cohort, to=place)
        yield CohortMessageFactory(cohort=place.cohort, to=another)
        yield CohortMessageFactory(to=place)
        withdrawn = PlaceFactory(person=person, course=make_course(f"for-{person.pk}"), state="withdrawn")
        yield CohortMessageFactory(cohort=withdrawn.cohort)
        yield CohortMessageFactory(cohort=withdrawn.cohort, to=withdrawn)


def sets(people: dict[str, User]) -> Iterable[Model]:
    """For each of them those they sit in, look after, advise or have left, and those they may find: others sit there
    too."""
    for person in people.values():
        for role in ({}, {"convenor": True}, {"adviser": True}):
            yield SeatFactory(person=person, **role).learning_set
            yield SeatFactory(person=person, learning_set__closed=True, learning_set__listed=True, **role).learning_set
        left = SeatFactory(person=person, left=True, convenor=True)
        SeatFactory(learning_set=left.learning_set, convenor=True, number=2)
        yield left.learning_set
        cohort = PlaceFactory(person=person).cohort
        yield LearningSetFactory(joining="cohort", cohort=cohort)
        yield LearningSetFactory(joining="cohort", cohort=cohort, closed=True)
        yield LearningSetFactory(cohort=cohort)
    yield LearningSetFactory(listed=True, full=True)
    yield LearningSetFactory(for_cohort=True)
    yield LearningSetFactory(by_code=True)


def meetings_of_sets(people: dict[str, User]) -> Iterable[Model]:
    for learning_set in sets(people):
        yield MeetingFactory(learning_set=learning_set)


def seat_requests(people: dict[str, User]) -> Iterable[Model]:
    """From each of them, and to sets that each of them looks after, sits in or has left."""
    for person in people.values():
        yield SeatRequestFactory(person=person)
        for seat in ({}, {"convenor": True}, {"adviser": True}, {"convenor": True, "left": True}):
            yield SeatRequestFactory(learning_set=SeatFactory(person=person, **seat).learning_set)


def commitments(people: dict[str, User]) -> Iterable[Model]:
    """Of each of them, of somebody who sits beside them, and of a seat that they have left."""
    for person in people.values():
        seat = SeatFactory(person=person)
        yield CommitmentFactory(seat=seat)
        yield CommitmentFactory(seat=SeatFactory(learning_set=seat.learning_set))
        yield CommitmentFactory(seat=SeatFactory(person=person, left=True))


def reports(people: dict[str, User]) -> Iterable[Model]:
    return [ReportFactory(reporter=person) for person in people.values()]


def due_work(people: dict[str, User]) -> Iterable[Model]:
    return [due.schedule("test", subject=str(person.public_id), due_at=clock.now()) for person in people.values()]


# Rule (module and name) -> makes the rows it is asked about.
ROWS: dict[str, Callable[[dict[str, User]], Iterable[Model]]] = {
    "people.rules.see_organisation": organisations,
    "people.rules.lead_organisation": organisations,
    "courses.cohorts.rules.learn": enrolments,
    "courses.cohorts.rules.read_message": cohort_messages,
    "courses.evaluation.rules.own_answers": answers,
    "courses.journal.rules.own_entry": entries,
    "courses.journal.rules.own_initiative": initiatives,
    "courses.journal.rules.own_share": shares,
    "courses.journal.rules.own_story": stories,
    "courses.journal.rules.moderate_story": stories,
    "courses.journal.rules.read_initiative": initiatives,
    "courses.journal.rules.read_shared": shares,
    **{
        f"courses.cohorts.rules.{name}": cohorts
        for name in (
            "facilitate",
            "lead_cohort",
            "belong",
            "wait",
            "open_to_see",
            "see_cohort",
            "administer",
            "run_cohort",
        )
    },
    **{f"community.sets.rules.{name}": sets for name in ("sit", "convene", "find", "see_set")},
    **{f"community.sets.rules.{name}": meetings_of_sets for name in ("attend", "convene_meeting")},
    **{f"community.sets.rules.{name}": seat_requests for name in ("own_request", "answer_request")},
    "community.sets.rules.own_commitment": commitments,
    **{f"community.sets.rules.{name}": reports for name in ("handle_report", "own_report")},
    "notices.rules.read": notices,
    "notices.rules.tend_work": due_work,
}


def rules() -> dict[str, Rule]:
    found = {}
    for app in settings.LADDER:
        for module in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if "rules" in module.name.split(".")[-2:]:
                names = vars(importlib.import_module(module.name))
                found |= {f"{module.name}.{name}": rule for name, rule in names.items() if isinstance(rule, Rule)}
    return found


@pytest.fixture
def people() -> dict[str, User]:
    return {
        "somebody": UserFactory(),
        "somebody else": UserFactory(),
        "staff": UserFactory(is_staff=True, is_superuser=True),
        "inactive": UserFactory(is_active=False),
    }


def test_rules_are_found_and_each_has_rows():
    assert set(rules()) == set(ROWS)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_row_and_a_table_get_the_same_answer(name, people):
    rule, rows = rules()[name], list(ROWS[name](people))
    table = type(rows[0]).objects.filter(pk__in=[row.pk for row in rows])
    answers = {}
    for who, person in [*people.items(), ("anonymous", AnonymousUser()), ("nobody", None)]:
        visible = set(rule.visible(table, person))
        for row in rows:
            answers[who, row.pk] = rule.allows(person, row)
            assert answers[who, row.pk] == (row in visible), f"{name} disagrees with itself about {who}"
    assert {True, False} == set(answers.values()), f"{name} tells nobody from anybody with these rows"
    assert not any(answer for (who, _), answer in answers.items() if who in ("inactive", "anonymous", "nobody"))
