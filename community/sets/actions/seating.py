"""What the verbs of seats have in common, each within a transaction that holds the set's lock.

Lock the set, then look. The count of seats is moved by an UPDATE that checks it, and the database's own check has the
last word.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db.models import F, Max
from django.utils.translation import gettext as _

from community.sets import telling
from community.sets.actions import meetings, scheduling
from community.sets.facts import SeatLeft, SeatTaken
from community.sets.meeting import commands
from community.sets.models import (
    MOST_SEATS,
    SEAT_REQUEST,
    LearningSet,
    MeetingState,
    RequestState,
    Seat,
    SeatRequest,
    SeatRole,
    SetState,
    TimeAnswer,
)
from community.sets.selectors.seats import WAITS, live_seats
from courses.cohorts.selectors.cohorts import CODE_LENGTH, CODE_LETTERS
from kernel import clock
from kernel.errors import Refused
from kernel.facts import tell
from people.audit import record
from people.selectors import paused_people

if TYPE_CHECKING:
    from people.models import User


def lock(learning_set: LearningSet) -> LearningSet:
    """Sets before meetings. Not the key: whoever holds a meeting may still write a line that refers to its set."""
    return LearningSet.objects.select_for_update(of=("self",), no_key=True).get(pk=learning_set.pk)


def check_open(learning_set: LearningSet) -> None:
    if not learning_set.is_open:
        raise Refused("closed", _("This set is closed. Its members can still read what it has left."))


def fresh_code() -> str:
    """An invite code that no set has."""
    while LearningSet.objects.filter(code=(code := "".join(secrets.choice(CODE_LETTERS) for _n in range(CODE_LENGTH)))):
        pass
    return code


def changed() -> Refused:
    return Refused("wrong_state", _("This is not possible any more. Look at the page again: something has changed."))


def take(learning_set: LearningSet, person: User, *, by: User | None, role: str = SeatRole.MEMBER) -> Seat | None:
    """The next free number around the circle; beside it for an adviser. None when no seat is free."""
    number = 0
    if role != SeatRole.ADVISER:
        free = LearningSet.objects.filter(pk=learning_set.pk, seats_taken__lt=F("seats"))
        if not free.update(seats_taken=F("seats_taken") + 1):
            return None
        learning_set.refresh_from_db(fields=["seats_taken"])
        taken = set(live_seats(learning_set).values_list("number", flat=True))
        number = next(number for number in range(1, MOST_SEATS + 1) if number not in taken)
    seat = Seat.objects.create(learning_set=learning_set, person=person, role=role, number=number, since=clock.now())
    record("seat.taken", by=by, about=person, subject=seat, set=str(learning_set.public_id))
    tell(SeatTaken(seat=seat.public_id))
    return seat


def end(seat: Seat, learning_set: LearningSet, *, by: User | None, verb: str = "seat.left", **detail: str) -> None:
    """The seat is over: the waiting list moves up, somebody looks after the set, and an empty set is closed."""
    seat.until = max(clock.now(), seat.since)
    seat.save(update_fields=["until"])
    if seat.role != SeatRole.ADVISER:
        LearningSet.objects.filter(pk=learning_set.pk).update(seats_taken=F("seats_taken") - 1)
    # What it said about times that are still being chosen counts no more.
    TimeAnswer.objects.filter(seat=seat, option__meeting__state=MeetingState.PROPOSED).delete()
    record(verb, by=by, about=seat.person, subject=seat, set=str(learning_set.public_id), **detail)
    telling.forget_seat(seat.person, learning_set)
    tell(SeatLeft(seat=seat.public_id))
    _move_up(learning_set)
    if learning_set.is_open:
        see_to_convenor(learning_set, convenor_left=seat.role == SeatRole.CONVENOR)
    meetings.seats_changed(learning_set=learning_set)
    if learning_set.is_open and not live_seats(learning_set).exists():
        shut(learning_set, by=None)


def fill(learning_set: LearningSet) -> None:
    """Give every free seat to the next who waits, in their order, and tell them and an open room."""
    if _move_up(learning_set):
        meetings.seats_changed(learning_set=learning_set)


def _move_up(learning_set: LearningSet) -> bool:
    if not learning_set.is_open:
        return False
    learning_set.refresh_from_db(fields=["seats", "seats_taken"])
    moved = False
    waiting = learning_set.requests.filter(state=RequestState.WAITING, person__is_active=True)
    for request in waiting.select_related("person", "learning_set").order_by("position")[: learning_set.seats_free]:
        take(learning_set, request.person, by=None)
        answer(request, "accept")
        telling.about_seat(request.person, "seat_moved_up", learning_set)
        moved = True
    return moved


def next_position(learning_set: LearningSet) -> int:
    """In the order they come; given under the set's lock."""
    return (learning_set.requests.aggregate(last=Max("position"))["last"] or 0) + 1


def answer(request: SeatRequest, verb: str) -> None:
    request.state = SEAT_REQUEST.after(request.state, verb)
    request.answered_at = clock.now()
    if verb in ("decline", "withdraw"):
        request.note = ""  # it was written to be answered
    request.save(update_fields=["state", "answered_at", "note"])
    if not SeatRequest.objects.filter(learning_set=request.learning_set_id, state=RequestState.ASKED).exists():
        telling.nobody_asks(request.learning_set)


def decline(request: SeatRequest, learning_set: LearningSet, *, by: User | None) -> None:
    answer(request, "decline")
    record("seat_request.declined", by=by, about=request.person, subject=request, set=str(learning_set.public_id))
    telling.about_seat(request.person, "seat_declined", learning_set)


def see_to_convenor(learning_set: LearningSet, *, convenor_left: bool) -> None:
    """When its convenor has gone, or nobody looks after the set, the member who has sat longest does, and is told.
    Somebody who is paused is asked last."""
    seats = list(live_seats(learning_set).select_related("person").order_by("since", "pk"))
    if any(seat.role == SeatRole.CONVENOR for seat in seats):
        return
    if not convenor_left and any(seat.role == SeatRole.ADVISER for seat in seats):
        return
    members = [seat for seat in seats if seat.role == SeatRole.MEMBER]
    if not members:
        return
    paused = paused_people(seat.person_id for seat in members)
    appoint(min(members, key=lambda seat: seat.person_id in paused), learning_set, by=None)


def appoint(seat: Seat, learning_set: LearningSet, *, by: User | None) -> None:
    """From now on this member looks after the set; whoever did is a member like the others."""
    live_seats(learning_set).filter(role=SeatRole.CONVENOR).update(role=SeatRole.MEMBER)
    seat.role = SeatRole.CONVENOR
    seat.save(update_fields=["role"])
    record("set.handed_over", by=by, about=seat.person, subject=learning_set)
    telling.about_set([seat.person], "set_handed_over", learning_set)


def shut(learning_set: LearningSet, *, by: User | None) -> None:
    """Nobody new comes, nothing new is planned; the members keep their seats, to read what there is."""
    learning_set.state, learning_set.closed_at, learning_set.code = SetState.CLOSED, clock.now(), None
    learning_set.save(update_fields=["state", "closed_at", "code"])
    record("set.closed", by=by, subject=learning_set)
    for meeting in learning_set.meetings.filter(state__in=(MeetingState.PROPOSED, MeetingState.SCHEDULED)):
        scheduling.call_off(pk=meeting.pk)
    for meeting in learning_set.meetings.filter(state=MeetingState.RUNNING):
        meetings.by_the_house(meeting.public_id, commands.CloseForgotten(anyhow=True))
    for request in learning_set.requests.filter(state__in=WAITS).select_related("person", "learning_set"):
        decline(request, learning_set, by=by)
    seats = list(live_seats(learning_set).select_related("person"))
    telling.about_set([seat.person for seat in seats if seat.person != by], "set_closed", learning_set)
    for seat in seats:
        tell(SeatLeft(seat=seat.public_id))
