"""Where a meeting stands, without anybody's words. Frozen; `machine.apply` makes the next one from an event.

People are *places*: numbers from 0 in the order in which they came into the meeting, which never change while it lasts.
Kept as JSON beside the log; instants are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from community.sets.meeting.plan import Part, Phase


@dataclass(frozen=True)
class Place:
    """Somebody in the meeting. `seat` and `person` are public ids; `how` is "web", "telephone" or, not here, ""."""

    seat: str
    person: str
    role: str = "member"
    active: bool = True
    how: str = ""
    # Since when they have been here, or not.
    since: datetime | None = None
    muted_until: datetime | None = None
    # When the next contribution would be one too many, but for the burst that is allowed.
    paid_until: datetime | None = None


@dataclass(frozen=True)
class Timer:
    """`ends_at` while it runs; `left` seconds while it is stopped. `lasts` is the whole, in seconds."""

    lasts: int
    ends_at: datetime | None = None
    left: int | None = None


@dataclass(frozen=True)
class Visit:
    """One stay in a phase. Coming back to it is another visit with a number of its own."""

    number: int
    phase: Phase
    began_at: datetime | None = None
    turn: int | None = None
    timer: Timer | None = None
    # The places that have had their say, or have passed.
    spoken: tuple[int, ...] = ()


@dataclass(frozen=True)
class Turn:
    presenter: int
    minutes: int
    resources: bool = False


@dataclass(frozen=True)
class ToReview:
    """A commitment of an earlier meeting, by its public id, and what came of it ("" while nobody has said)."""

    commitment: str
    place: int
    outcome: str = ""


@dataclass(frozen=True)
class Claim:
    """A deputy asks to lead, and waits for another member to agree."""

    place: int
    at: datetime


@dataclass(frozen=True)
class Away:
    """The part that a break has interrupted, to go on with afterwards: the seconds it had left, who had spoken, and
    who waits for what."""

    left: int
    spoken: tuple[int, ...]
    hands: tuple[int, ...]
    floor: int | None
    question: int | None


@dataclass(frozen=True)
class Undo:
    """What the last "next" left, and until when it can be taken back."""

    until: datetime
    position: int
    away: Away | None
    visit: Visit
    hands: tuple[int, ...]
    floor: int | None
    question: int | None


@dataclass(frozen=True)
class State:
    places: tuple[Place, ...] = ()
    slow: bool = False
    # Where the set is: a slow meeting counts its days there.
    zone: str = "UTC"
    minutes: int = 90
    overrides: dict[str, int] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    # Where in `parts`; -1 in the lobby.
    position: int = -1
    visit: Visit = Visit(0, Phase.LOBBY)
    # Away from the plan, in a break that somebody needed.
    away: Away | None = None
    turns: tuple[Turn, ...] = ()
    bids: tuple[int, ...] = ()
    reviews: tuple[ToReview, ...] = ()
    # Who leads, and who may ask to when they are gone.
    holder: int | None = None
    deputies: tuple[int, ...] = ()
    claim: Claim | None = None
    hands: tuple[int, ...] = ()
    # In explore: who may ask now, and the number (seq) of the question that is being answered.
    floor: int | None = None
    question: int | None = None
    silence_until: datetime | None = None
    break_asked: bool = False
    # Nothing happened for a long time: everything waits until somebody says to go on.
    held: bool = False
    # While it is held: whoever leads had stopped the timer before.
    stopped: bool = False
    undo: Undo | None = None

    @property
    def phase(self) -> Phase:
        return self.visit.phase

    @property
    def is_over(self) -> bool:
        return self.phase == Phase.CLOSED

    @property
    def turn(self) -> Turn | None:
        return None if self.visit.turn is None else self.turns[self.visit.turn]

    @property
    def presenter(self) -> int | None:
        return self.turn.presenter if self.turn else None

    def place_of(self, person: str) -> int | None:
        """The place of somebody who is in the meeting, by their public id."""
        return next((n for n, place in enumerate(self.places) if place.active and place.person == person), None)


# JSON ----------------------------------------------------------------------------------------------------------------


def to_json(state: State) -> dict[str, Any]:
    return _plain(state)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    # A mapping, or one of the classes above; `asdict` would copy each value deeply.
    items = value if isinstance(value, dict) else vars(value)
    return {key: _plain(item) for key, item in items.items()}


def from_json(data: dict[str, Any]) -> State:
    """The inverse of `to_json`; what was added since a snapshot was kept has its default."""
    if not data:
        return State()
    known = dict(data)
    known["places"] = tuple(_place(place) for place in data["places"])
    known["parts"] = tuple(Part(Phase(part["phase"]), part["minutes"], part["turn"]) for part in data["parts"])
    known["visit"] = _visit(data["visit"])
    known["turns"] = tuple(Turn(**turn) for turn in data["turns"])
    known["reviews"] = tuple(ToReview(**review) for review in data["reviews"])
    known["claim"] = Claim(data["claim"]["place"], _instant(data["claim"]["at"])) if data["claim"] else None
    known["silence_until"] = _instant(data["silence_until"])
    known["away"] = _away(data["away"])
    known["undo"] = _undo(data["undo"]) if data["undo"] else None
    for name in ("bids", "deputies", "hands"):
        known[name] = tuple(data[name])
    return State(**known)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _place(data: dict[str, Any]) -> Place:
    times = {name: _instant(data.get(name)) for name in ("since", "muted_until", "paid_until")}
    return Place(**{**data, **times})


def _visit(data: dict[str, Any]) -> Visit:
    timer = data["timer"]
    return Visit(
        number=data["number"],
        phase=Phase(data["phase"]),
        began_at=_instant(data["began_at"]),
        turn=data["turn"],
        timer=Timer(timer["lasts"], _instant(timer["ends_at"]), timer["left"]) if timer else None,
        spoken=tuple(data["spoken"]),
    )


def _away(data: dict[str, Any] | int | None) -> Away | None:
    if isinstance(data, int):  # at first only the seconds were kept
        return Away(data, spoken=(), hands=(), floor=None, question=None)
    return Away(**{**data, "spoken": tuple(data["spoken"]), "hands": tuple(data["hands"])}) if data else None


def _undo(data: dict[str, Any]) -> Undo:
    return Undo(
        until=_instant(data["until"]),
        position=data["position"],
        away=_away(data["away"]),
        visit=_visit(data["visit"]),
        hands=tuple(data["hands"]),
        floor=data["floor"],
        question=data["question"],
    )
