"""Beginning a set, changing its page, its invite code, closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from community.sets import rules
from community.sets.actions.ground_rules import agree, write_first
from community.sets.actions.seating import check_open, fill, fresh_code, lock, shut, take
from community.sets.meeting.times import TIMES
from community.sets.models import Joining, LearningSet, MeetingState, SeatRole
from community.sets.selectors.seats import leads_a_cohort
from community.sets.selectors.sets import cohorts_for
from courses.cohorts.models import Cohort
from kernel import clock
from kernel.errors import NotAllowed, Refused
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

# More than anybody sits in; somebody who lists hundreds hides the others.
MOST_SETS = 10


@dataclass(frozen=True)
class Page:
    """What is said of a set: all that its convenor can change. `suits` are names of meeting.times in `zone`."""

    name: str
    language: str
    zone: str
    theme: str = ""
    about: str = ""
    joining: str = Joining.INVITATION
    cohort: Cohort | None = None
    seats: int = 6
    suits: Sequence[str] = ()
    cadence: str = "monthly"
    minutes: int = 90
    slow: bool = False
    call_link: str = ""
    call_numbers: str = ""
    call_pin: str = ""


@transaction.atomic
def propose_set(*, by: User, page: Page, as_adviser: bool = False) -> LearningSet:
    """A new set with its invite code and the ground rules that every set begins with, which whoever proposes it has
    accepted. They are its convenor in seat 1; or its adviser beside the seats, if they lead a cohort.

    Raises Refused: "many_sets", "not_your_cohort", "no_facilitator".
    """
    if by.seats.filter(until__isnull=True, learning_set__state="open").count() >= MOST_SETS:
        raise Refused(
            "many_sets", _("You have a seat in many sets already. Leave one of them before you begin another.")
        )
    if as_adviser and not leads_a_cohort(by):
        raise Refused("no_facilitator", _("A set adviser leads a cohort at the same time. Begin it as a member."))
    learning_set = LearningSet(code=fresh_code(), made_at=clock.now())
    _write(learning_set, page, by)
    learning_set.save()
    record("set.proposed", by=by, subject=learning_set)
    seat = take(learning_set, by, by=by, role=SeatRole.ADVISER if as_adviser else SeatRole.CONVENOR)
    agree(seat, write_first(learning_set), by=by)
    return learning_set


@transaction.atomic
def edit_set(*, learning_set: LearningSet, by: User, page: Page) -> LearningSet:
    """More seats let the waiting list move up. Raises Refused: "closed", "too_few_seats", "not_your_cohort"."""
    learning_set = _to_look_after(learning_set, by)
    check_open(learning_set)
    if page.seats < learning_set.seats_taken:
        raise Refused(
            "too_few_seats",
            _("%(taken)d people have a seat already, so there cannot be fewer seats than that.")
            % {"taken": learning_set.seats_taken},
        )
    _write(learning_set, page, by)
    learning_set.save()
    record("set.changed", by=by, subject=learning_set)
    fill(learning_set)
    return learning_set


@transaction.atomic
def make_new_code(*, learning_set: LearningSet, by: User) -> LearningSet:
    """The old code opens nothing any more. Raises Refused("closed")."""
    learning_set = _to_look_after(learning_set, by)
    check_open(learning_set)
    learning_set.code = fresh_code()
    learning_set.save(update_fields=["code"])
    record("set.code_made", by=by, subject=learning_set)
    return learning_set


@transaction.atomic
def close_set(*, learning_set: LearningSet, by: User) -> LearningSet:
    """The set is over: meetings that have not begun are called off, those who wait are told that there is no seat, and
    its members that it is closed. They keep their seats, and read for a year what is left. Twice is once.

    Tells SeatLeft for every seat, and MeetingCancelled. Raises Refused("under_way") during a meeting.
    """
    learning_set = _to_look_after(learning_set, by)
    if not learning_set.is_open:
        return learning_set
    if learning_set.meetings.filter(state=MeetingState.RUNNING).exists():
        raise Refused("under_way", _("A meeting is under way. Close the meeting first, and then the set."))
    shut(learning_set, by=by)
    return learning_set


def _to_look_after(learning_set: LearningSet, by: User) -> LearningSet:
    learning_set = lock(learning_set)
    if not rules.convene.allows(by, learning_set):
        raise NotAllowed
    return learning_set


def _write(learning_set: LearningSet, page: Page, by: User) -> None:
    cohort = page.cohort if page.joining == Joining.COHORT else None
    if page.joining == Joining.COHORT and (
        cohort is None or (cohort.pk != learning_set.cohort_id and cohort not in cohorts_for(by))
    ):
        raise Refused("not_your_cohort", _("Choose a cohort that you belong to or lead."))
    for field in fields(page):
        setattr(learning_set, field.name, getattr(page, field.name))
    learning_set.cohort, learning_set.suits = cohort, [name for name in TIMES if name in page.suits]
