"""Taking a seat in a set, asking for one, and answering those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from community.sets import rules, telling
from community.sets.actions import meetings
from community.sets.actions.ground_rules import agree, check_newest
from community.sets.actions.seating import (
    answer,
    check_open,
    decline,
    fill,
    lock,
    next_position,
    take,
)
from community.sets.actions.tries import count_try, forget_try
from community.sets.models import (
    Joining,
    LearningSet,
    RequestState,
    Seat,
    SeatRequest,
    SeatRole,
)
from community.sets.selectors.seats import WAITS, by_code, conveners_of, leads_a_cohort, live_seats, seat_in
from kernel import clock
from kernel.errors import NotAllowed, Refused
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

MOST_REQUESTS = 10


def find_by_code(*, code: str, by: User, address: str = "") -> LearningSet:
    """The set that this code invites to. `address` is where the person comes from.

    Every wrong code is answered alike: Refused("wrong_code"). After too many, Refused("too_many_tries").
    """
    count_try(by, address)
    learning_set = by_code(code)
    if learning_set is None:
        raise Refused(
            "wrong_code", _("No set has this code. Look at the letters once more, or ask whoever gave it to you.")
        )
    forget_try(by)
    return learning_set


def take_seat(
    *,
    learning_set: LearningSet,
    by: User,
    accepts: int | None = None,
    code: str = "",
    address: str = "",
    as_adviser: bool = False,
) -> Seat | SeatRequest:
    """Take a seat, or the next place on the waiting list: with the code of the set, or as one of its cohort.

    `accepts` is the version of the ground rules that was read and accepted; it is needed for a seat, not for waiting.
    Whoever the set has declined or sent away asks for a seat instead, unless they have its code. An adviser leads a
    cohort; their seat is beside the others. Tells SeatTaken; twice is once.

    Raises NotAllowed for those who may not know of the set; Refused: "wrong_code", "too_many_tries", "closed", "newer",
    "no_facilitator", "has_adviser".
    """
    if code:
        if find_by_code(code=code, by=by, address=address) != learning_set:
            raise NotAllowed
    elif learning_set.joining != Joining.COHORT or not rules.find.allows(by, learning_set):
        raise NotAllowed
    return _take_seat(learning_set, by, accepts=accepts, invited=bool(code), as_adviser=as_adviser)


@transaction.atomic
def ask_for_seat(*, learning_set: LearningSet, by: User, note: str = "") -> SeatRequest:
    """Ask those who look after a listed set, with a few words. Twice is once: the words of the first stay.

    Raises NotAllowed for those who may not know of the set; Refused: "closed", "has_seat", "many_requests".
    """
    learning_set = lock(learning_set)
    if not rules.find.allows(by, learning_set):
        raise NotAllowed
    check_open(learning_set)
    if seat_in(learning_set, by):
        raise Refused("has_seat", _("You have a seat in this set already."))
    return _open_request(learning_set, by) or _ask(learning_set, by, note)


@transaction.atomic
def accept_request(*, request: SeatRequest, by: User) -> SeatRequest:
    """Those who look after the set say yes: the seat is theirs, or the next place on the waiting list. Twice is once.

    Raises Refused: "closed", and "wrong_state" when it was taken back or declined.
    """
    learning_set, request = _to_answer(request, by)
    if request.state in (RequestState.SEATED, RequestState.WAITING):
        return request
    check_open(learning_set)
    fill(learning_set)
    if take(learning_set, request.person, by=by):
        answer(request, "accept")
        telling.about_seat(request.person, "seat_given", learning_set)
        meetings.seats_changed(learning_set=learning_set)
    else:
        answer(request, "put_on_list")
        telling.about_seat(request.person, "seat_on_list", learning_set)
    record("seat_request.accepted", by=by, about=request.person, subject=request, set=str(learning_set.public_id))
    return request


@transaction.atomic
def decline_request(*, request: SeatRequest, by: User) -> SeatRequest:
    """They say no, or take somebody off the waiting list; the person is told, without a reason. Twice is once.

    Raises Refused("wrong_state") once they have a seat or have taken it back.
    """
    learning_set, request = _to_answer(request, by)
    if request.state != RequestState.DECLINED:
        decline(request, learning_set, by=by)
    return request


@transaction.atomic
def stop_asking(*, request: SeatRequest, by: User) -> SeatRequest:
    """Somebody asks no more, or waits no more. Twice is once. Raises Refused("wrong_state") once it was answered."""
    if not rules.own_request.allows(by, request):
        raise NotAllowed
    learning_set = lock(request.learning_set)
    request = SeatRequest.objects.select_related("learning_set").get(pk=request.pk)
    if request.state != RequestState.WITHDRAWN:
        answer(request, "withdraw")
        telling.forget_seat(by, learning_set)
        record("seat_request.withdrawn", by=by, about=by, subject=request, set=str(learning_set.public_id))
    return request


def _take_seat(
    learning_set: LearningSet, person: User, *, accepts: int | None, invited: bool, as_adviser: bool
) -> Seat | SeatRequest:
    with transaction.atomic():
        learning_set = lock(learning_set)
        if seat := seat_in(learning_set, person):
            return seat
        check_open(learning_set)
        if as_adviser:
            _check_may_advise(learning_set, person)
        request = _open_request(learning_set, person)
        # Asking and taking it back makes nobody forget that they were refused, or removed.
        asked = learning_set.requests.filter(person=person).exclude(state=RequestState.WITHDRAWN)
        latest = asked.order_by("-position").first()
        if not invited and latest and latest.state in (RequestState.ASKED, RequestState.DECLINED):
            return request or _ask(learning_set, person, "")
        fill(learning_set)
        if seat := seat_in(learning_set, person):  # it was their turn
            return seat
        role = SeatRole.ADVISER if as_adviser else SeatRole.MEMBER
        seat = take(learning_set, person, by=person, role=role)
        if seat is None:
            return _wait(learning_set, person, request)
        agree(seat, check_newest(learning_set, accepts), by=person)
        if request:
            answer(request, "accept")
        telling.forget_seat(person, learning_set)
        meetings.seats_changed(learning_set=learning_set)
        return seat


def _check_may_advise(learning_set: LearningSet, person: User) -> None:
    if not leads_a_cohort(person):
        raise Refused("no_facilitator", _("A set adviser leads a cohort at the same time. Take a member’s seat."))
    if live_seats(learning_set).filter(role=SeatRole.ADVISER).exists():
        raise Refused("has_adviser", _("This set has a set adviser already. Take a member’s seat."))


def _open_request(learning_set: LearningSet, person: User) -> SeatRequest | None:
    return learning_set.requests.filter(person=person, state__in=WAITS).select_related("learning_set").first()


def _request(learning_set: LearningSet, person: User, state: RequestState, note: str = "") -> SeatRequest:
    if person.seat_requests.filter(state__in=WAITS).count() >= MOST_REQUESTS:
        raise Refused(
            "many_requests", _("You wait for many sets already. Take one of these requests back before you ask again.")
        )
    request = SeatRequest.objects.create(
        learning_set=learning_set,
        person=person,
        state=state,
        position=next_position(learning_set),
        note=note.strip(),
        asked_at=clock.now(),
    )
    record("seat_request.made", by=person, about=person, subject=request, set=str(learning_set.public_id))
    return request


def _ask(learning_set: LearningSet, person: User, note: str) -> SeatRequest:
    request = _request(learning_set, person, RequestState.ASKED, note)
    telling.about_set(conveners_of(learning_set), "seat_asked", learning_set)
    return request


def _wait(learning_set: LearningSet, person: User, request: SeatRequest | None) -> SeatRequest:
    if request is None:
        request = _request(learning_set, person, RequestState.WAITING)
    elif request.state == RequestState.ASKED:
        answer(request, "put_on_list")
    telling.about_seat(person, "seat_on_list", learning_set)
    return request


def _to_answer(request: SeatRequest, by: User) -> tuple[LearningSet, SeatRequest]:
    learning_set = lock(request.learning_set)
    if not rules.answer_request.allows(by, request):
        raise NotAllowed
    return learning_set, SeatRequest.objects.select_related("person", "learning_set").get(pk=request.pk)
