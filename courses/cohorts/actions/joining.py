"""Joining a cohort, asking for a place in one, and answering those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.cohorts import rules, telling
from courses.cohorts.actions.places import (
    answer,
    check_free_to_join,
    decline,
    fill,
    has_place,
    lock,
    locked_enrolment,
    place,
    take_place,
)
from courses.cohorts.actions.tries import count_try, forget_try
from courses.cohorts.facts import PutOnWaitingList
from courses.cohorts.models import PLACE_REQUEST, Cohort, CohortState, Enrolment, Joining, PlaceRequest, RequestState
from courses.cohorts.selectors.cohorts import WAITS, by_code, facilitators_of
from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from people.audit import record

if TYPE_CHECKING:
    from people.models import User


def find_by_code(*, code: str, by: User, address: str = "") -> Cohort:
    """The cohort that this code invites to. `address` is where the person comes from.

    Every wrong code is answered alike: Refused("wrong_code"). After too many, Refused("too_many_tries").
    """
    count_try(by, address)
    cohort = by_code(code)
    if cohort is None:
        raise Refused(
            "wrong_code",
            _("No cohort has this code. Look at the letters once more, or ask whoever gave it to you."),
        )
    forget_try(by)
    return cohort


def join(*, cohort: Cohort, by: User, code: str = "", address: str = "") -> Enrolment | PlaceRequest:
    """Take a place, or the next one on the waiting list; where a facilitator decides, ask for one.

    Somebody who takes the course at their own pace, or had withdrawn, brings all their progress along. The meetings
    that the cohort asks for are copied. Tells PlaceGiven or PutOnWaitingList; asked twice, it answers with what there
    is.

    Raises NotAllowed for those who may not know of the cohort; Refused: "wrong_code", "too_many_tries", "closed",
    "already_completed", "in_another_cohort" (they transfer), "no_steps", "no_page".
    """
    if cohort.joining == Joining.CODE and find_by_code(code=code, by=by, address=address) != cohort:
        raise NotAllowed
    if not may_ask(cohort, by):
        raise NotAllowed
    return _join(cohort, by)


@transaction.atomic
def approve_request(*, request: PlaceRequest, by: User) -> PlaceRequest:
    """A facilitator, or the staff, says yes: the place is theirs, or the next one on the waiting list. Twice is once.

    Raises Refused("wrong_state") when it was taken back or declined, "in_another_cohort" and "already_completed".
    """
    cohort = lock(request.cohort_id)[request.cohort_id]
    request = _request_to_answer(request, cohort, by)
    if request.state in (RequestState.PLACED, RequestState.WAITING):
        return request
    PLACE_REQUEST.after(request.state, "approve")
    enrolment = locked_enrolment(cohort, request.person)
    check_free_to_join(enrolment, cohort, {})
    fill(cohort)
    if take_place(cohort):
        answer(request, "approve")
        place(enrolment, cohort, request.person, by=by)
    else:
        answer(request, "put_on_list")
        telling.about_place(request.person, "on_waiting_list", cohort)
        tell(PutOnWaitingList(request=request.public_id))
    return request


@transaction.atomic
def decline_request(*, request: PlaceRequest, by: User) -> PlaceRequest:
    """A facilitator, or the staff, says no; the person is told, without a reason. Twice is once.

    Raises Refused("wrong_state") once they have a place or have taken it back.
    """
    cohort = lock(request.cohort_id)[request.cohort_id]
    request = _request_to_answer(request, cohort, by)
    if request.state != RequestState.DECLINED:
        decline(request, cohort, by=by)
    return request


@transaction.atomic
def withdraw_request(*, request: PlaceRequest, by: User) -> PlaceRequest:
    """Somebody asks no more, or waits no more. Twice is once. Raises Refused("wrong_state") once it was answered."""
    if request.person_id != by.pk:
        raise NotAllowed
    cohort = lock(request.cohort_id)[request.cohort_id]
    request = PlaceRequest.objects.get(pk=request.pk)
    if request.state != RequestState.WITHDRAWN:
        answer(request, "withdraw")
        telling.forget_place(by, cohort)
        record("request.withdrawn", by=by, about=by, subject=request, cohort=str(cohort.public_id))
    return request


def may_ask(cohort: Cohort, person: User) -> bool:
    """May this person ask for a place here, the code apart?"""
    if cohort.joining == Joining.MEMBERS:
        members = person.memberships.filter(organisation_id=cohort.organisation_id, until__isnull=True)
        return cohort.state != CohortState.DRAFT and members.exists()
    return cohort.state != CohortState.DRAFT


@transaction.atomic
def _join(cohort: Cohort, person: User) -> Enrolment | PlaceRequest:
    here = Enrolment.objects.filter(person=person, course_id=cohort.course_id).values_list("cohort_id", flat=True)
    locked = lock(cohort.pk, *here)
    cohort = locked[cohort.pk]
    enrolment = locked_enrolment(cohort, person)
    if enrolment and has_place(enrolment) and enrolment.cohort_id == cohort.pk:
        return enrolment
    request = cohort.requests.filter(person=person, state__in=WAITS).first()
    if request is not None:
        return request
    check_free_to_join(enrolment, cohort, locked)
    if cohort.joining == Joining.APPROVAL:
        return _ask(cohort, person)
    fill(cohort)
    if take_place(cohort):
        return place(enrolment, cohort, person, by=person)
    return _wait(cohort, person)


def _request(cohort: Cohort, person: User, state: RequestState) -> PlaceRequest:
    last = cohort.requests.aggregate(last=Max("position"))["last"] or 0
    request = PlaceRequest.objects.create(
        cohort=cohort, person=person, state=state, position=last + 1, asked_at=clock.now()
    )
    record("place.requested", by=person, about=person, subject=request, cohort=str(cohort.public_id), state=str(state))
    return request


def _ask(cohort: Cohort, person: User) -> PlaceRequest:
    request = _request(cohort, person, RequestState.ASKED)
    telling.facilitators(facilitators_of(cohort), cohort)
    return request


def _wait(cohort: Cohort, person: User) -> PlaceRequest:
    request = _request(cohort, person, RequestState.WAITING)
    telling.about_place(person, "on_waiting_list", cohort)
    tell(PutOnWaitingList(request=request.public_id))
    return request


def _request_to_answer(request: PlaceRequest, cohort: Cohort, by: User) -> PlaceRequest:
    if not rules.run_cohort.allows(by, cohort):
        raise NotAllowed
    return PlaceRequest.objects.select_related("person").get(pk=request.pk)
