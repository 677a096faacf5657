"""Leaving a set, taking a seat away, handing on who looks after the set; and an account that is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.sets import rules, telling
from community.sets.actions.safety import without_words_of
from community.sets.actions.seating import appoint, changed, check_open, end, fresh_code, lock, next_position
from community.sets.models import (
    Commitment,
    Helped,
    LearningSet,
    MeetingEvent,
    Report,
    RequestState,
    Seat,
    SeatRequest,
    SeatRole,
    TimeAnswer,
)
from community.sets.selectors.seats import live_seats, seat_in
from kernel import clock
from kernel.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from people.models import User


class Reason(TextChoices):
    """Why a seat was taken away, for the record: a code and nobody's words."""

    ASKED = "asked", gettext_lazy("They asked for it")
    AWAY = "away", gettext_lazy("They have not come for a long time")
    RULES = "rules", gettext_lazy("They did not keep the ground rules")
    OTHER = "other", gettext_lazy("Another reason")


@transaction.atomic
def leave_set(*, learning_set: LearningSet, by: User) -> Seat:
    """Give one's seat on: the next on the waiting list moves up and is told. What was done together stays with the set
    for as long as anything of it does. When the convenor leaves, the member who has sat longest looks after the set,
    and is told; when nobody is left, it is closed. Tells SeatLeft. Raises NotAllowed without a seat there.
    """
    learning_set = lock(learning_set)
    seat = seat_in(learning_set, by)
    if seat is None:
        raise NotAllowed
    end(seat, learning_set, by=by)
    return seat


@transaction.atomic
def remove_seat(*, seat: Seat, by: User, reason: str) -> Seat:
    """Those who look after the set take a seat away; the person is told, without the reason. The invite code is
    another one from then on. Twice is once. Tells SeatLeft.

    Raises NotAllowed, Refused("oneself") and Refused("closed").
    """
    learning_set = lock(seat.learning_set)
    if not rules.convene.allows(by, learning_set):
        raise NotAllowed
    seat = Seat.objects.select_related("person").get(pk=seat.pk)
    if seat.until is not None:
        return seat
    if seat.person_id == by.pk:
        raise Refused("oneself", _("This is your own seat. You can leave the set from its page."))
    check_open(learning_set)
    person = seat.person
    # Nobody comes back by a door that was closed behind them, but they may ask.
    SeatRequest.objects.create(
        learning_set=learning_set,
        person=person,
        state=RequestState.DECLINED,
        position=next_position(learning_set),
        asked_at=clock.now(),
        answered_at=clock.now(),
    )
    learning_set.code = fresh_code()
    learning_set.save(update_fields=["code"])
    end(seat, learning_set, by=by, verb="seat.removed", reason=Reason(reason).value)
    telling.about_seat(person, "seat_removed", learning_set)
    return seat


@transaction.atomic
def hand_over(*, learning_set: LearningSet, to: Seat, by: User) -> Seat:
    """Another member looks after the set from now on, and is told. Twice is once.

    Raises NotAllowed, Refused("closed"), and "wrong_state" when they have left meanwhile.
    """
    learning_set = lock(learning_set)
    seat = live_seats(learning_set).select_related("person").filter(pk=to.pk).first()
    if seat is not None and seat.role == SeatRole.CONVENOR and rules.sit.allows(by, learning_set):
        return seat
    if not rules.convene.allows(by, learning_set):
        raise NotAllowed
    check_open(learning_set)
    if seat is None or seat.role != SeatRole.MEMBER:
        raise changed()
    appoint(seat, learning_set, by=by)
    return seat


def forget_person(*, person: User) -> None:
    """Before an account is erased: their requests go, their seats end and are nobody's, the waiting lists move up, and
    their own words and commitments are deleted. That somebody sat there and was at a meeting stays, without a name."""
    with transaction.atomic():
        sets = LearningSet.objects.filter(all_seats__person=person, all_seats__until__isnull=True).distinct()
        person.seat_requests.all().delete()
        for learning_set in sets.order_by("pk"):
            locked = lock(learning_set)
            if seat := seat_in(locked, person):
                end(seat, locked, by=None)
        own = Seat.objects.filter(person=person)
        MeetingEvent.objects.filter(seat__in=own).update(text="", language="")
        for report in Report.objects.filter(meeting__learning_set__all_seats__in=own).distinct():
            Report.objects.filter(pk=report.pk).update(items=without_words_of(report, own))
        Commitment.objects.filter(seat__in=own).delete()
        TimeAnswer.objects.filter(seat__in=own).delete()
        Helped.objects.filter(seat__in=own).delete()
        own.update(person=None)
