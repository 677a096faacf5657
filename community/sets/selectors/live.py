"""What a meeting's sockets say and catch up on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import TextField
from django.db.models.functions import Cast

from community.sets import presence, wire
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.state import State, from_json
from community.sets.models import Meeting, MeetingEvent, Seat
from kernel.markup import to_html

if TYPE_CHECKING:
    from people.models import User


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
