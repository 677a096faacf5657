"""What a room is made of, as one of its people sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from community.sets.meeting import words
from community.sets.meeting.commands import ContributionKind
from community.sets.meeting.events import SPOKEN, Kind
from community.sets.meeting.method import OUTCOMES
from community.sets.meeting.plan import Phase
from community.sets.models import Commitment, CommitmentState


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
        if self.kind == Kind.REVIEWED:
            return _looking_back(self.data["outcome"])
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
class Voice:
    """Somebody whose words may be entered here and now: one's own, or those of a member on the telephone."""

    place: int
    name: str
    is_me: bool
    kind: str = ""
    kind_label: str = ""

    @property
    def behalf(self) -> str:
        """As forms send it."""
        return "" if self.is_me else str(self.place)


@dataclass(frozen=True)
class OnTelephone:
    """What may be done for a member on the telephone, besides writing."""

    seat: SeatInRoom
    may_pass: bool
    may_raise: bool


@dataclass
class Stretch:
    """One stay in a phase, the newest item first. `presenter` is a place."""

    name: str
    visit: int
    at: datetime | None = None
    presenter: int | None = None
    presenter_name: str = ""
    items: list[Item] = field(default_factory=list)


def labels() -> list[tuple[str, str]]:
    """What is written beside a name, by kind."""
    reviews = [(f"{Kind.REVIEWED}-{outcome}", _looking_back(outcome)) for outcome in OUTCOMES]
    return [(str(kind), str(label)) for kind, label in (*words.KINDS.items(), *words.LABELS.items())] + reviews


def _looking_back(outcome: str) -> str:
    # Translators: what became of a commitment, as in: Looking back: done
    return _("Looking back: %(outcome)s") % {"outcome": CommitmentState(outcome).label}


def seats_in_words(seats: Sequence[SeatInRoom]) -> list[tuple[SeatInRoom, str]]:
    """The circle for those who do not see it."""
    return [(seat, ", ".join(_of_seat(seat))) for seat in seats]


def _of_seat(seat: SeatInRoom) -> list[str]:
    marks = (
        (seat.is_me, _("you")),
        (seat.role == "adviser", _("set adviser")),
        (seat.is_presenter, _("presents")),
        (seat.is_leading, _("leads the meeting")),
        (seat.has_floor, _("asks now")),
        (seat.hand, _("hand raised, number %(n)d") % {"n": seat.hand}),
        (seat.has_bid, _("asks for air time")),
        (seat.is_muted, _("has been asked to pause")),
        (seat.is_paused, _("rests at the moment")),
        (seat.how == "telephone", _("on the telephone")),
    )
    return [words for holds, words in marks if holds]
