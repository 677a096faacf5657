"""What a meeting's room shows, and what its sockets catch up on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from community.sets import presence, wire
from community.sets.meeting import method, words
from community.sets.meeting.commands import ContributionKind
from community.sets.meeting.events import SPOKEN, Event, Kind
from community.sets.meeting.plan import Part, Phase
from community.sets.meeting.state import State, from_json
from community.sets.models import Attendance, Commitment, Helped, Meeting, MeetingEvent, MeetingState, Seat
from kernel import clock
from kernel.markup import to_html
from people.selectors import paused_people

if TYPE_CHECKING:
    from people.models import User

# What the list of a meeting shows: words, and what changes the ground under them.
_LISTED = (*SPOKEN, Kind.PHASE_ENTERED, Kind.PASSED, Kind.HIDDEN, Kind.PRESENTERS_CHOSEN)


@dataclass(frozen=True)
class Item:
    """One thing that was said. `name` is whose it is; `scribe` who wrote it down for them, "" for nobody."""

    seq: int
    at: datetime
    kind: Kind
    contribution: str
    place: int | None
    name: str
    scribe: str = ""
    html: str = ""
    language: str = ""
    gone: str = ""
    mine: bool = False
    helped: bool = False
    # Of those who were chosen to present.
    names: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def is_spoken(self) -> bool:
        return self.kind in SPOKEN

    @property
    def label(self) -> str:
        if self.contribution:
            return str(words.KINDS[ContributionKind(self.contribution)])
        return str(words.LABELS.get(self.kind, ""))

    @property
    def phase_name(self) -> str:
        return words.name(Phase(self.data["phase"])) if self.kind == Kind.PHASE_ENTERED else ""


@dataclass(frozen=True)
class SeatInRoom:
    """One seat around the circle, in words and in marks."""

    place: int
    name: str
    role: str
    how: str
    is_me: bool
    is_here: bool
    is_presenter: bool
    is_leading: bool
    has_floor: bool
    hand: int
    is_paused: bool
    is_muted: bool
    has_spoken: bool
    has_bid: bool

    @property
    def note(self) -> str:
        """What is most worth knowing, under the name in the picture."""
        notes = ((self.is_presenter, _("presents")), (self.has_floor, _("asks now")), (self.is_leading, _("leads")))
        return next((words for holds, words in notes if holds), _("you") if self.is_me else "")


@dataclass(frozen=True)
class LedgerLine:
    """One member's air time over the meetings that the set has held."""

    place: int
    name: str
    turns: int
    minutes: int
    unheard: int


@dataclass(frozen=True)
class ToLookBackAt:
    commitment: Commitment
    place: int
    name: str
    outcome: str


@dataclass(frozen=True)
class Room:
    """A meeting as one of its people sees it. `place` is theirs; None before the room was made."""

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
    def kinds(self) -> list[tuple[str, str]]:
        """What may be contributed now: (kind, its label), as the machine allows."""
        if self.place is None or self.state.held or self.is_muted:
            return []
        if self.state.phase in method.ONCE and self.place in self.state.visit.spoken:
            return []
        allowed = method.may_contribute(self.state, self.place)
        return [(str(kind), str(words.KINDS[kind])) for kind in ContributionKind if kind in allowed]

    @property
    def may_pass(self) -> bool:
        return self.place is not None and (
            (self.state.phase in method.MAY_PASS and self.place not in self.state.visit.spoken)
            or (self.is_presenting and self.state.question is not None)
        )

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


def room_of(meeting: Meeting, person: User) -> Room:
    """Six queries, however much was said."""
    state = from_json(meeting.snapshot)
    place = state.place_of(str(person.public_id))
    seats = _seats(meeting, state)
    names = _names(state, seats)
    now = clock.now()
    around = _around(meeting, state, place, names=names, seats=seats, now=now) if seats else _expected(meeting, person)
    return Room(
        meeting=meeting,
        state=state,
        place=place,
        items=_items(meeting, state, names, place),
        seats=around,
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
    live = Seat.objects.filter(learning_set_id=meeting.learning_set_id, until__isnull=True).select_related("person")
    seats = list(live.order_by("number", "pk"))
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
    rows = meeting.events.filter(kind__in=_LISTED).order_by("seq")
    return [_item(row, names, place, row.seq in helped) for row in rows]


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
        html="" if gone else to_html(row.text) if row.text else "",
        language=row.language,
        gone=gone,
        mine=place is not None and place in (whose, row.place),
        helped=helped,
        names=tuple(names.get(each, "") for each in row.data.get("presenters", ())),
        data=row.data,
    )


def _around(
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
            has_bid=number in state.bids,
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


# For sockets ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entered:
    """What a socket needs to know of a meeting that its person may enter."""

    seq: int
    place: int | None
    places: int


def enter(meeting_id: uuid.UUID, person: User) -> Entered | None:
    """None for who has no seat in the set now. Two queries."""
    row = Meeting.objects.filter(public_id=meeting_id).values_list("learning_set_id", "seq", "snapshot").first()
    if row is None or not person.is_active:
        return None
    learning_set, seq, snapshot = row
    if not Seat.objects.filter(learning_set_id=learning_set, person_id=person.pk, until__isnull=True).exists():
        return None
    state = from_json(snapshot)
    return Entered(seq=seq, place=state.place_of(str(person.public_id)), places=len(state.places))


@lru_cache(maxsize=5000)
def _html_of(sealed: str) -> str:
    """Of words as the database has them. Everybody who joins or comes back gets the same ones, and opening them and
    making HTML of them takes up to a millisecond each."""
    return to_html(MeetingEvent._meta.get_field("text").from_db_value(sealed, None, None))


def catch_up(meeting_id: uuid.UUID, after: int) -> list[dict[str, Any]]:
    """The frames of everything that happened after a number. One query."""
    columns = ("seq", "at", "kind", "place", "data", Cast("text", TextField()), "language")
    rows = MeetingEvent.objects.filter(meeting__public_id=meeting_id, seq__gt=after).order_by("seq")
    found = []
    for seq, at, kind, place, data, sealed, language in rows.values_list(*columns):
        gone = data.get("gone", "")
        html = _html_of(sealed) if sealed and not gone else ""
        found.append(wire.frame(Event(seq, at, Kind(kind), place, data), html=html, language=language, gone=gone))
    return found


def last_seq(meeting_id: uuid.UUID) -> int:
    return Meeting.objects.filter(public_id=meeting_id).values_list("seq", flat=True).first() or 0


def public_state(state: State, here: Iterable[int]) -> dict[str, Any]:
    """What a client may know of the state at once: no ids, no words."""
    timer = state.visit.timer
    return {
        "phase": str(state.phase),
        "visit": state.visit.number,
        "turn": state.visit.turn,
        "presenter": state.presenter,
        "leading": state.holder,
        "claim": state.claim.place if state.claim else None,
        "hands": list(state.hands),
        "floor": state.floor,
        "question": state.question,
        "bids": list(state.bids),
        "spoken": list(state.visit.spoken),
        "held": state.held,
        "break_asked": state.break_asked,
        "timer": {
            "lasts": timer.lasts,
            "ends_at": timer.ends_at.isoformat() if timer.ends_at else None,
            "left": timer.left,
        }
        if timer
        else None,
        "silence_until": state.silence_until.isoformat() if state.silence_until else None,
        "here": list(here),
    }


def snapshot_of(meeting_id: uuid.UUID, person: User, after: int) -> tuple[Entered, dict[str, Any]] | None:
    """Where the meeting stands and what happened since `after`, as one frame; None for who may not know. Three queries,
    however much happened."""
    row = Meeting.objects.filter(public_id=meeting_id).values_list("learning_set_id", "snapshot", "seq").first()
    if row is None or not person.is_active:
        return None
    learning_set, snapshot, seq = row
    if not Seat.objects.filter(learning_set_id=learning_set, person_id=person.pk, until__isnull=True).exists():
        return None
    frames = catch_up(meeting_id, after)
    state = from_json(snapshot)
    # Lines written between the two queries are in the list, and in no harm's way: clients apply each number once.
    seq = max(seq, frames[-1]["seq"]) if frames else seq
    here = presence.here(meeting_id, range(len(state.places)))
    place = state.place_of(str(person.public_id))
    frame = {
        "type": "snapshot",
        "seq": seq,
        "you": place,
        "state": public_state(state, here),
        "events": frames,
    }
    return Entered(seq=seq, place=place, places=len(state.places)), wire.now(frame)
