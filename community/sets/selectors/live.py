"""What a meeting's sockets say and catch up on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.safestring import SafeString

from community.sets import presence, wire
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.state import State, from_json
from community.sets.models import Meeting, MeetingEvent
from community.sets.selectors.seats import live_seats
from kernel.markup import to_html

if TYPE_CHECKING:
    from people.models import User


@dataclass(frozen=True)
class Entered:
    """What a socket needs to know of a meeting that its person may enter: their place, None before the room is made."""

    place: int | None


def enter(meeting_id: uuid.UUID, person: User) -> Entered | None:
    """None for who may not know. Two queries."""
    found = _look(meeting_id, person)
    return found and found[2]


def _look(meeting_id: uuid.UUID, person: User) -> tuple[State, int, Entered] | None:
    """Where the meeting stands, and its last number; None for who has no seat in the set now, or had none in a meeting
    that is over."""
    row = Meeting.objects.filter(public_id=meeting_id).values_list("learning_set_id", "snapshot", "seq").first()
    if row is None or not person.is_active:
        return None
    learning_set, snapshot, seq = row
    seats = live_seats(learning_set).filter(person_id=person.pk)
    seat = seats.values_list("public_id", flat=True).first()
    if seat is None:
        return None
    state = from_json(snapshot)
    place = state.place_of(str(person.public_id))
    if state.is_over and not sat_in(state, place, seat):
        return None
    return state, seq, Entered(place)


def sat_in(state: State, place: int | None, seat: uuid.UUID) -> bool:
    """Whether somebody's seat of today is the one they had in the meeting."""
    return place is not None and state.places[place].seat == str(seat)


@lru_cache(maxsize=5000)
def html_of(sealed: str) -> SafeString:
    """Of words as the database has them. Everybody who joins or comes back gets the same ones, and opening them and
    making HTML of them takes up to a millisecond each."""
    return to_html(MeetingEvent._meta.get_field("text").from_db_value(sealed, None, None))


def number_in(given: str) -> int:
    """The last number that a page knows, as it says it; 0 for what is none."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def catch_up(meeting_id: uuid.UUID, after: int) -> list[dict[str, Any]]:
    """The frames of everything that happened after a number. One query."""
    columns = ("seq", "at", "kind", "place", "data", Cast("text", TextField()), "language")
    rows = MeetingEvent.objects.filter(meeting__public_id=meeting_id, seq__gt=after).order_by("seq")
    found = []
    for seq, at, kind, place, data, sealed, language in rows.values_list(*columns):
        gone = data.get("gone", "")
        html = html_of(sealed) if sealed and not gone else ""
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
    found = _look(meeting_id, person)
    if found is None:
        return None
    state, seq, entered = found
    frames = catch_up(meeting_id, after)
    # Lines written between the two queries are in the list, and in no harm's way: clients apply each number once.
    seq = max(seq, frames[-1]["seq"]) if frames else seq
    here = presence.here(meeting_id, range(len(state.places)))
    frame = {
        "type": "snapshot",
        "seq": seq,
        "you": entered.place,
        "state": public_state(state, here),
        "events": frames,
    }
    return entered, wire.now(frame)
