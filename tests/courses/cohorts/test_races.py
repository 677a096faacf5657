"""Places under a rush, with real commits and a connection each."""

import random

import pytest

from courses.cohorts import actions
from courses.cohorts.models import Enrolment, PlaceRequest
from tests.courses.cohorts.test_actions import at_once
from tests.courses.cohorts.test_joining import places_of
from tests.factories import UserFactory
from tests.factories.cohorts import CohortFactory, PlaceFactory


def join(cohort, person):
    return lambda: actions.join(cohort=cohort, by=person)


def leave(cohort, person):
    return lambda: actions.leave_cohort(cohort=cohort, by=person)


@pytest.mark.usefixtures("committed")
def test_fifty_who_come_at_once_for_twelve_places():
    cohort, people = CohortFactory(places=12), UserFactory.create_batch(50)
    answers = at_once(*[join(cohort, person) for person in people])
    assert sorted(type(answer).__name__ for answer in answers) == ["Enrolment"] * 12 + ["PlaceRequest"] * 38
    assert places_of(cohort) == (12, 12)
    waiting = PlaceRequest.objects.filter(cohort=cohort, state="waiting").order_by("position")
    assert [request.position for request in waiting] == list(range(1, 39))
    assert [r.pk for r in waiting] == [r.pk for r in waiting.order_by("asked_at")], "in the order they came"


@pytest.mark.usefixtures("committed")
def test_coming_and_going_at_once_loses_nobody():
    cohort, other = CohortFactory(places=6), CohortFactory(places=6)
    inside = [PlaceFactory(cohort=where) for where in (cohort, other) for _ in range(6)]
    coming = UserFactory.create_batch(12)
    works = [join(cohort, person) for person in coming]
    works += [leave(place.cohort, place.person) for place in inside[:3] + inside[6:9]]
    # Both ways at the same time: the locks are taken in one order, so neither waits for the other for ever.
    works += [
        lambda place=place, to=to: actions.transfer(enrolment=place, to=to, by=place.person)
        for place, to in ((inside[3], other), (inside[9], cohort), (inside[4], other))
    ]
    random.Random(7).shuffle(works)
    answers = at_once(*works)
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(getattr(error, "code", "") == "full" for error in errors), errors
    for one in (cohort, other):
        taken, counted = places_of(one)
        assert taken == counted <= 6
    waits = PlaceRequest.objects.filter(cohort=cohort, state="waiting")
    assert places_of(cohort)[0] == 6 or not waits.exists(), "no place stays free while somebody waits"
    placed = Enrolment.objects.filter(person__in=coming, cohort=cohort).count()
    assert placed + waits.count() == len(coming), "whoever came has a place or a number"
    assert Enrolment.objects.filter(pk__in=[place.pk for place in inside], state="active").count() == len(inside)
