"""What the verbs of places have in common, each within a transaction that holds the cohort's lock.

Locks are taken in one order: cohorts (several in the order of their keys), then enrolments. Only then does anybody
look. The count of places is moved by an UPDATE that checks it, and the database's own check has the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from courses.cohorts import telling
from courses.cohorts.actions import learning
from courses.cohorts.facts import PlaceGiven
from courses.cohorts.models import (
    PLACE_REQUEST,
    TAKES_PLACE,
    Cohort,
    Enrolment,
    EnrolmentState,
    PlaceRequest,
    RequestState,
)
from courses.cohorts.selectors.cohorts import WAITS, is_live, takes_people
from courses.curriculum import selectors as curriculum
from kernel import clock
from kernel.errors import Refused
from kernel.facts import tell
from people.audit import record

if TYPE_CHECKING:
    from collections.abc import Container

    from people.models import User


def lock(*cohorts: int | None) -> dict[int, Cohort]:
    """These cohorts, locked in the order of their keys."""
    keys = {key for key in cohorts if key is not None}
    rows = Cohort.objects.select_for_update(of=("self",)).select_related("course").filter(pk__in=keys)
    return {cohort.pk: cohort for cohort in rows.order_by("pk")}


def take_place(cohort: Cohort) -> bool:
    free = Cohort.objects.filter(pk=cohort.pk, places_taken__lt=F("places"))
    return bool(free.update(places_taken=F("places_taken") + 1))


def give_back(cohort: Cohort) -> None:
    Cohort.objects.filter(pk=cohort.pk, places_taken__gt=0).update(places_taken=F("places_taken") - 1)


def fill(cohort: Cohort) -> None:
    """Give every free place to the next who waits, in their order, and tell them. Whoever is paused moves up like
    everybody; whoever has found another place meanwhile waits no more."""
    if not takes_people(cohort) or not curriculum.step_keys(cohort.course, required_only=True):
        return
    waiting = cohort.requests.filter(state=RequestState.WAITING, person__is_active=True).select_related("person")
    while free := _free(cohort):
        following = list(waiting.order_by("position")[:free])
        if not following:
            return
        _move_up(cohort, following)


def has_place(enrolment: Enrolment) -> bool:
    return enrolment.cohort_id is not None and enrolment.state in TAKES_PLACE


def decline(request: PlaceRequest, cohort: Cohort, *, by: User | None, kind: str = "request_declined") -> None:
    answer(request, "decline")
    record("request.declined", by=by, about=request.person, subject=request, cohort=str(cohort.public_id))
    telling.about_place(request.person, kind, cohort)


def _free(cohort: Cohort) -> int:
    cohort.refresh_from_db(fields=["places", "places_taken"])
    return cohort.places - cohort.places_taken


def _move_up(cohort: Cohort, following: list[PlaceRequest]) -> None:
    people = [request.person_id for request in following]
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(course_id=cohort.course_id, person__in=people)
    enrolments = {enrolment.person_id: enrolment for enrolment in rows.select_related("cohort").order_by("pk")}
    for request in following:
        enrolment = enrolments.get(request.person_id)
        if enrolment and (enrolment.is_completed or (has_place(enrolment) and is_live(enrolment.cohort))):
            answer(request, "withdraw")
            continue
        try:
            with transaction.atomic():
                take_place(cohort)
                answer(request, "move_up")
                place(enrolment, cohort, request.person, by=None, kind="moved_up")
        except Refused:  # through another door, this very moment
            PlaceRequest.objects.filter(pk=request.pk).update(state=RequestState.WITHDRAWN, answered_at=clock.now())


def locked_enrolment(cohort: Cohort, person: User) -> Enrolment | None:
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(person=person, course_id=cohort.course_id)
    return rows.select_related("person", "cohort").first()


def check_takes_people(cohort: Cohort) -> None:
    if not takes_people(cohort):
        raise Refused("closed", _("This cohort takes nobody new any more. Other cohorts may be open to you."))


def check_free_to_join(enrolment: Enrolment | None, cohort: Cohort, locked: Container[int]) -> None:
    check_takes_people(cohort)
    if enrolment is None:
        return
    if enrolment.is_completed:
        raise completed()
    if has_place(enrolment) and enrolment.cohort_id != cohort.pk:
        if is_live(enrolment.cohort):
            raise Refused(
                "in_another_cohort",
                _(
                    "There is a place in another cohort of the same course already. On the page of that cohort, choose "
                    "to change to this one: everything that was done is kept."
                ),
            )
        if locked and enrolment.cohort_id not in locked:
            raise changed()


def completed() -> Refused:
    return Refused("already_completed", _("The course is completed already. All its pages stay open."))


def changed() -> Refused:
    return Refused("wrong_state", _("This is not possible any more. Look at the page again: something has changed."))


def place(
    enrolment: Enrolment | None, cohort: Cohort, person: User, *, by: User | None, kind: str = "place_given"
) -> Enrolment:
    """Put somebody into a cohort whose place was just taken for them."""
    if enrolment is None:
        enrolment = learning.begin(course=cohort.course, person=person)
        enrolment = locked_enrolment(cohort, person) or enrolment
        check_free_to_join(enrolment, cohort, ())  # another door may have been a moment faster
    if has_place(enrolment) and enrolment.cohort_id != cohort.pk:
        give_back(enrolment.cohort)
    if enrolment.state == EnrolmentState.WITHDRAWN:
        learning.return_to(enrolment)
    move(enrolment, cohort)
    record("cohort.joined", by=by, about=person, subject=enrolment, cohort=str(cohort.public_id))
    telling.about_place(person, kind, cohort)
    tell(PlaceGiven(enrolment=enrolment.public_id))
    return enrolment


def move(enrolment: Enrolment, cohort: Cohort) -> None:
    enrolment.cohort, enrolment.joined_at = cohort, clock.now()
    enrolment.meetings_needed = cohort.meetings_needed
    enrolment.save(update_fields=["cohort", "joined_at", "meetings_needed"])
    # Whoever has a place waits nowhere else for the same course.
    others = PlaceRequest.objects.filter(
        person_id=enrolment.person_id, cohort__course_id=enrolment.course_id, state__in=WAITS
    )
    others.update(state=RequestState.WITHDRAWN, answered_at=clock.now())


def answer(request: PlaceRequest, verb: str) -> None:
    request.state = PLACE_REQUEST.after(request.state, verb)
    request.answered_at = clock.now()
    request.save(update_fields=["state", "answered_at"])
