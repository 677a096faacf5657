"""Leaving a cohort, or changing to another, with all that was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from courses.cohorts import rules, telling
from courses.cohorts.actions import learning
from courses.cohorts.actions.joining import find_by_code, may_ask
from courses.cohorts.actions.places import (
    changed,
    check_takes_people,
    completed,
    fill,
    give_back,
    has_place,
    lock,
    locked_enrolment,
    move,
    take_place,
)
from courses.cohorts.facts import CohortLeft, CohortTransferred
from courses.cohorts.models import ENROLMENT, TAKES_PLACE, Cohort, Enrolment, Joining, RequestState
from courses.cohorts.selectors.cohorts import WAITS
from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from people.audit import record

if TYPE_CHECKING:
    from people.models import User


@transaction.atomic
def leave_cohort(*, cohort: Cohort, by: User, withdraw: bool = False, person: User | None = None) -> Enrolment:
    """Give one's place on: the next on the waiting list moves up in the same transaction, and is told. What was done is
    kept. One goes on at one's own pace, without meetings to attend; with `withdraw`, one leaves the course altogether.

    The staff do it for a `person` who asks them to. Tells CohortLeft. Raises NotAllowed without a place there, and
    Refused("already_completed").
    """
    person = person or by
    if person != by and not rules.administer.allows(by, cohort):
        raise NotAllowed
    cohort = lock(cohort.pk)[cohort.pk]
    enrolment = locked_enrolment(cohort, person)
    if enrolment is None or not has_place(enrolment) or enrolment.cohort_id != cohort.pk:
        raise NotAllowed
    if enrolment.is_completed:
        raise Refused(
            "already_completed",
            _("You have completed the course with this cohort, so there is nothing to leave. It stays open to you."),
        )
    if withdraw:
        # The cohort stays written down: whoever asks later how many went has a right to a true number.
        enrolment.state = ENROLMENT.after(enrolment.state, "withdraw")
    else:
        enrolment.cohort, enrolment.joined_at, enrolment.meetings_needed = None, None, 0
    enrolment.save(update_fields=["state", "cohort", "joined_at", "meetings_needed"])
    record("cohort.left", by=by, about=person, subject=enrolment, cohort=str(cohort.public_id), withdrew=withdraw)
    telling.forget_place(person, cohort)
    tell(CohortLeft(enrolment=enrolment.public_id, cohort=cohort.public_id))
    give_back(cohort)
    fill(cohort)
    return enrolment if withdraw else learning.look_at_completion(enrolment=enrolment)


def transfer(*, enrolment: Enrolment, to: Cohort, by: User, code: str = "", address: str = "") -> Enrolment:
    """Move a place to another cohort of the same course, keeping all progress; the old one's list moves up. The learner
    asks, with the other cohort's code or for one that takes whoever comes; or whoever runs that cohort does it.

    Twice is once. Tells CohortTransferred. Raises NotAllowed, and Refused: "full", "closed", "already_completed",
    "approval_needed", "other_course", "wrong_code", "too_many_tries".
    """
    if not rules.run_cohort.allows(by, to):
        if not rules.learn.allows(by, enrolment):
            raise NotAllowed
        if to.joining == Joining.CODE and find_by_code(code=code, by=by, address=address) != to:
            raise NotAllowed
        if not may_ask(to, by):
            raise NotAllowed
        if to.joining == Joining.APPROVAL:
            raise Refused(
                "approval_needed",
                _("The facilitators of that cohort decide who joins it. Write to us, and we will ask them for you."),
            )
    return _transfer(enrolment, to, by)


@transaction.atomic
def _transfer(enrolment: Enrolment, to: Cohort, by: User) -> Enrolment:
    if to.course_id != enrolment.course_id:
        raise Refused("other_course", _("That cohort takes another course. You can join it from its own page."))
    locked = lock(to.pk, *Enrolment.objects.filter(pk=enrolment.pk).values_list("cohort_id", flat=True))
    to = locked[to.pk]
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("person").get(pk=enrolment.pk)
    if has_place(enrolment) and enrolment.cohort_id == to.pk:
        return enrolment
    if not has_place(enrolment) or enrolment.cohort_id not in locked:
        raise changed()
    check_takes_people(to)
    if enrolment.is_completed:
        raise completed()
    fill(to)
    if not take_place(to):
        raise Refused("full", _("That cohort is full. You keep the place that you have."))
    old = locked[enrolment.cohort_id]
    move(enrolment, to)
    record("cohort.transferred", by=by, about=enrolment.person, subject=enrolment, to=str(to.public_id))
    telling.forget_place(enrolment.person, old)
    telling.about_place(enrolment.person, "place_given", to)
    tell(CohortTransferred(enrolment=enrolment.public_id))
    give_back(old)
    fill(old)
    return learning.look_at_completion(enrolment=enrolment)


@transaction.atomic
def free_places_of(*, person: User) -> None:
    """Before an account is erased: what they wait for is taken back, their places are freed, and the lists move up."""
    places = Enrolment.objects.filter(person=person, state__in=TAKES_PLACE, cohort__isnull=False)
    locked = lock(*places.values_list("cohort_id", flat=True))
    person.place_requests.filter(state__in=WAITS).update(state=RequestState.WITHDRAWN, answered_at=clock.now())
    for enrolment in places.select_for_update(of=("self",)).filter(cohort_id__in=locked):
        cohort = locked[enrolment.cohort_id]
        Enrolment.objects.filter(pk=enrolment.pk).update(cohort=None)
        give_back(cohort)
        fill(cohort)
