"""What a meeting's room shows, and what its sockets catch up on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from community.sets import presence
from community.sets.meeting import words
from community.sets.meeting.events import SPOKEN, Kind
from community.sets.meeting.plan import Part, Phase
from community.sets.meeting.state import State, from_json
from community.sets.models import Attendance, Commitment, Helped, Meeting, MeetingEvent, MeetingState, Seat
from community.sets.selectors.live import html_of
from community.sets.selectors.room_parts import Item, LedgerLine, SeatInRoom, ToLookBackAt
from community.sets.selectors.seats import around
from kernel import clock
from people.selectors import paused_people

if TYPE_CHECKING:
    from people.models import User

# What the list of a meeting shows: words, and what changes the ground under them.
_LISTED = (*SPOKEN, Kind.PHASE_ENTERED, Kind.PASSED, Kind.HIDDEN, Kind.PRESENTERS_CHOSEN)


@dataclass(frozen=True)
class Room:
    """A meeting as one of its people sees it. `place` is theirs; None before the room was made, and for who came into
    the set after it. `items` is the whole history, or what else is shown of it."""

    meeting: Meeting
    state: State
    place: int | None
    items: Sequence[Item]
    seats: Sequence[SeatInRoom]
    to_review: Sequence[ToLookBackAt]
    ledger: Sequence[LedgerLine]
    now: datetime

    @property
    def phase_name(self) -> str:
        return words.name(self.state.phase)

    @property
    def what_to_do(self) -> str:
        return words.what_to_do(self.state, self.place)

    @property
    def me(self) -> SeatInRoom | None:
        return next((seat for seat in self.seats if seat.is_me), None)

    @property
    def presenter(self) -> SeatInRoom | None:
        return next((seat for seat in self.seats if seat.is_presenter), None)

    @property
    def leader(self) -> SeatInRoom | None:
        return next((seat for seat in self.seats if seat.is_leading), None)

    @property
    def claimer(self) -> SeatInRoom | None:
        claim = self.state.claim
        return next((seat for seat in self.seats if claim and seat.place == claim.place), None)

    @property
    def asking(self) -> SeatInRoom | None:
        return next((seat for seat in self.seats if seat.has_floor), None)

    @property
    def is_leading(self) -> bool:
        return self.place is not None and self.place == self.state.holder

    @property
    def keeps_safe(self) -> bool:
        return self.is_leading or bool(self.me and self.me.role == "adviser")

    @property
    def is_presenting(self) -> bool:
        return self.place is not None and self.place == self.state.presenter

    @property
    def is_muted(self) -> bool:
        return bool(self.me and self.me.is_muted)

    @property
    def muted_until(self) -> datetime | None:
        return self.state.places[self.place].muted_until if self.place is not None else None

    @property
    def by_telephone(self) -> list[SeatInRoom]:
        """Those for whom somebody else may enter something."""
        return [seat for seat in self.seats if seat.how == "telephone" and not seat.is_me]

    @property
    def seconds_left(self) -> int | None:
        timer = self.state.visit.timer
        if timer is None:
            return None
        left = (timer.ends_at - self.now).total_seconds() if timer.ends_at else timer.left or 0
        return max(0, round(left))

    @property
    def is_timer_stopped(self) -> bool:
        timer = self.state.visit.timer
        return timer is not None and timer.ends_at is None

    @property
    def may_undo(self) -> bool:
        return self.is_leading and self.state.undo is not None and self.now <= self.state.undo.until

    @property
    def silence_seconds(self) -> int:
        until = self.state.silence_until
        return max(0, round((until - self.now).total_seconds())) if until else 0

    @property
    def coming(self) -> list[tuple[str, Part]]:
        """What is still to come, by the plan."""
        parts = [
            part
            for part in self.state.parts[self.state.position + 1 :]
            if part.turn is None or part.turn < max(1, len(self.state.turns))
        ]
        return [(words.name(part.phase), part) for part in parts]


def room_of(meeting: Meeting, person: User, *, history: bool = True) -> Room:
    """Six queries, however much was said. Without the history, of all words those alone that one acts on now."""
    state = from_json(meeting.snapshot)
    place = state.place_of(str(person.public_id))
    seats = _seats(meeting, state)
    names = _names(state, seats)
    now = clock.now()
    sitting = (
        _sitting(meeting, state, place, names=names, seats=seats, now=now) if seats else _expected(meeting, person)
    )
    return Room(
        meeting=meeting,
        state=state,
        place=place,
        items=_items(meeting, state, names, place) if history else _items_now(meeting, state, names, place),
        seats=sitting,
        to_review=_to_review(state, names) if state.phase == Phase.ACTION_REVIEW else [],
        ledger=ledger(meeting, state, names) if state.phase == Phase.BIDS else [],
        now=now,
    )


def _seats(meeting: Meeting, state: State) -> dict[str, Seat]:
    wanted = [place.seat for place in state.places]
    rows = Seat.objects.filter(learning_set_id=meeting.learning_set_id, public_id__in=wanted)
    return {str(seat.public_id): seat for seat in rows.select_related("person")}


def _expected(meeting: Meeting, person: User) -> list[SeatInRoom]:
    """Who will sit there once somebody has come; numbered as the room will number them."""
    seats = list(around(meeting.learning_set_id))
    paused = paused_people(seat.person_id for seat in seats)
    nothing = dict.fromkeys(("is_here", "is_presenter", "is_leading", "has_floor"), False)
    nothing |= dict.fromkeys(("is_muted", "has_spoken", "has_bid"), False)
    return [
        SeatInRoom(
            place=number,
            name=name_of(seat),
            role=seat.role,
            how="",
            is_me=seat.person_id == person.pk,
            hand=0,
            is_paused=seat.person_id in paused,
            **nothing,
        )
        for number, seat in enumerate(seats)
    ]


def _names(state: State, seats: dict[str, Seat]) -> dict[int, str]:
    """What the members call one another in this room."""
    return {number: name_of(seats.get(place.seat)) for number, place in enumerate(state.places)}


def name_of(seat: Seat | None) -> str:
    return seat.person.name or _("A member") if seat and seat.person else _("Somebody who has left")


def _items(meeting: Meeting, state: State, names: dict[int, str], place: int | None) -> list[Item]:
    helped: set[int] = set()
    if place is not None:
        mine = Helped.objects.filter(event__meeting=meeting, seat__public_id=state.places[place].seat)
        helped = set(mine.values_list("event__seq", flat=True))
    return [_item(row, names, place, row.seq in helped) for row in _rows(meeting, Q(kind__in=_LISTED))]


def _items_now(meeting: Meeting, state: State, names: dict[int, str], place: int | None) -> list[Item]:
    """The question that is being answered; who asks for air time, and for what."""
    wanted = Q(kind=Kind.BID) if state.phase == Phase.BIDS else Q(seq=state.question) if state.question else None
    return [_item(row, names, place, False) for row in _rows(meeting, wanted)] if wanted else []


def _rows(meeting: Meeting, wanted: Q) -> QuerySet[MeetingEvent]:
    """With their words as the database has them: `html_of` opens them once for everybody."""
    return meeting.events.filter(wanted).defer("text").annotate(sealed=Cast("text", TextField())).order_by("seq")


def _item(row: MeetingEvent, names: dict[int, str], place: int | None, helped: bool) -> Item:
    whose = row.data.get("for", row.place)
    gone = row.data.get("gone", "")
    return Item(
        seq=row.seq,
        at=row.at,
        kind=Kind(row.kind),
        contribution=row.data.get("kind", "") if row.kind == Kind.CONTRIBUTED else "",
        place=whose,
        name=names.get(whose, ""),
        scribe=names.get(row.place, "") if "for" in row.data else "",
        html="" if gone or not row.sealed else html_of(row.sealed),
        language=row.language,
        gone=gone,
        mine=place is not None and place in (whose, row.place),
        helped=helped,
        names=tuple(names.get(each, "") for each in row.data.get("presenters", ())),
        data=row.data,
    )


def _sitting(
    meeting: Meeting,
    state: State,
    place: int | None,
    *,
    names: dict[int, str],
    seats: dict[str, Seat],
    now: datetime,
) -> list[SeatInRoom]:
    active = [number for number, each in enumerate(state.places) if each.active]
    here = set(presence.here(meeting.public_id, active))
    people = {n: seats[state.places[n].seat].person_id for n in active if state.places[n].seat in seats}
    paused = paused_people(person for person in people.values() if person)
    return [
        SeatInRoom(
            place=number,
            name=names[number],
            role=state.places[number].role,
            how=state.places[number].how,
            is_me=number == place,
            is_here=number in here or number == place or state.places[number].how == "telephone",
            is_presenter=number == state.presenter,
            is_leading=number == state.holder,
            has_floor=number == state.floor,
            hand=state.hands.index(number) + 1 if number in state.hands else 0,
            is_paused=people.get(number) in paused,
            is_muted=bool(state.places[number].muted_until and state.places[number].muted_until > now),
            has_spoken=number in state.visit.spoken,
            has_bid=state.phase == Phase.BIDS and number in state.bids,
        )
        for number in active
    ]


def _to_review(state: State, names: dict[int, str]) -> list[ToLookBackAt]:
    rows = Commitment.objects.filter(public_id__in=[review.commitment for review in state.reviews])
    known = {str(row.public_id): row for row in rows}
    return [
        ToLookBackAt(known[each.commitment], each.place, names[each.place], each.outcome)
        for each in state.reviews
        if each.commitment in known
    ]


def ledger(meeting: Meeting, state: State, names: dict[int, str]) -> list[LedgerLine]:
    """Who has presented and who asked and was not heard, over the closed meetings; the least heard first. One query."""
    places = {place.seat: number for number, place in enumerate(state.places) if place.active}
    sums = {number: [0, 0, 0] for number in places.values() if state.places[number].role != "adviser"}
    rows = Attendance.objects.filter(
        meeting__learning_set_id=meeting.learning_set_id, meeting__state=MeetingState.CLOSED, seat__public_id__in=places
    )
    for seat, turns, minutes, bid in rows.values_list("seat__public_id", "turns", "minutes", "bid"):
        number = places[str(seat)]
        if number in sums:
            sums[number][0] += turns
            sums[number][1] += minutes
            sums[number][2] += int(bid and not turns)
    lines = [LedgerLine(number, names[number], *total) for number, total in sums.items()]
    return sorted(lines, key=lambda line: (line.turns, line.minutes, -line.unheard, line.place))
