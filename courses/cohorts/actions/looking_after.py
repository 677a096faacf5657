"""What the staff do with cohorts in the CMS: making them, changing what they are, saying who leads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.cohorts import rules
from courses.cohorts.actions.cohorts import new_code, set_places
from courses.cohorts.actions.places import lock
from courses.cohorts.models import Cohort, Facilitation, Joining
from kernel import clock
from kernel.errors import NotAllowed, Refused
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

# What the staff write of a cohort. Its call is between its people; its state moves by verbs of its own.
WRITTEN = (
    *("name", "course", "organisation", "joining", "zone", "starts_on", "ends_on", "complete_by", "meetings_needed"),
    *("welcome", "joining_notes"),
)


@transaction.atomic
def make_cohort(*, by: User, places: int, **about: Any) -> Cohort:
    """A cohort that is being prepared, with an invite code of its own; `about` holds the fields of WRITTEN."""
    if not (by.is_active and by.is_staff and by.has_perm("cohorts.add_cohort")):
        raise NotAllowed
    cohort = Cohort(places=places, code=new_code(), **_known(about))
    cohort.full_clean()
    cohort.save()
    record("cohort.made", by=by, subject=cohort)
    return cohort


@transaction.atomic
def change_cohort(*, cohort: Cohort, by: User, places: int, **about: Any) -> Cohort:
    """Changes what differs. More places let the waiting list move up.

    Raises Refused: "too_few_places", and "course_has_people" for another course once somebody has a place.
    """
    if not rules.administer.allows(by, cohort):
        raise NotAllowed
    cohort = lock(cohort.pk)[cohort.pk]
    changed = [name for name, value in _known(about).items() if getattr(cohort, name) != value]
    if "course" in changed and (cohort.enrolments.exists() or cohort.requests.exists()):
        raise Refused("course_has_people", _("People have joined or asked already, so the course stays as it is."))
    for name in changed:
        setattr(cohort, name, about[name])
    if cohort.joining == Joining.CODE and not cohort.code:
        cohort.code = new_code()
        changed.append("code")
    if changed:
        cohort.full_clean()
        cohort.save(update_fields=changed)
        record("cohort.changed", by=by, subject=cohort, fields=changed)
    return set_places(cohort=cohort, by=by, places=places)


@transaction.atomic
def appoint(*, cohort: Cohort, person: User, by: User) -> Facilitation:
    """Somebody leads the cohort from now on. Twice is once."""
    if not rules.administer.allows(by, cohort):
        raise NotAllowed
    lock(cohort.pk)
    live, made = Facilitation.objects.get_or_create(cohort=cohort, person=person, until__isnull=True)
    if made:
        record("facilitator.appointed", by=by, about=person, subject=cohort)
    return live


@transaction.atomic
def end_facilitation(*, facilitation: Facilitation, by: User) -> Facilitation:
    """Somebody leads the cohort no more, and sees nothing of it from now on. Twice is once."""
    cohort = facilitation.cohort
    if not rules.administer.allows(by, cohort):
        raise NotAllowed
    lock(cohort.pk)
    facilitation.refresh_from_db()
    if facilitation.until is None:
        facilitation.until = clock.now()
        facilitation.save(update_fields=["until"])
        record("facilitator.ended", by=by, about=facilitation.person, subject=cohort)
    return facilitation


def _known(about: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(about) - set(WRITTEN):
        raise TypeError(f"A cohort has nothing to write called {sorted(unknown)}.")
    return about
