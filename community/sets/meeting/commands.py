"""What somebody may ask of a meeting. Who asks comes from the connection, never from the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar


class ContributionKind(StrEnum):
    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"
    REFLECTION = "reflection"
    RESOURCE = "resource"


LONGEST_TEXT, SHORT_TEXT = 2000, 300


@dataclass(frozen=True, kw_only=True)
class Command:
    name: ClassVar[str]
    # What is never taken from a frame: the whole command, or these of its fields.
    of_the_house: ClassVar[bool] = False
    looked_up: ClassVar[tuple[str, ...]] = ()
    # Makes a second sending of the same harmless.
    client_id: str = ""


@dataclass(frozen=True, kw_only=True)
class OnBehalf(Command):
    """May be asked for a member on the telephone, by somebody who has a page; `behalf` is the member's place."""

    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class OnVisit(Command):
    """Asked for while looking at one visit of a phase; stale once the meeting has gone on."""

    visit: int


# Coming and going


@dataclass(frozen=True, kw_only=True)
class Arrive(OnBehalf):
    name = "arrive"
    how: str = "web"


@dataclass(frozen=True, kw_only=True)
class Leave(OnBehalf):
    name = "leave"


# Leading


@dataclass(frozen=True, kw_only=True)
class Next(OnVisit):
    """`gone` is filled in by the action: commitments to look back at that were taken back meanwhile."""

    name = "next"
    confirmed: bool = False
    gone: tuple[str, ...] = ()
    looked_up = ("gone",)


@dataclass(frozen=True, kw_only=True)
class Back(OnVisit):
    name = "back"


@dataclass(frozen=True, kw_only=True)
class UndoNext(OnVisit):
    name = "undo"


@dataclass(frozen=True, kw_only=True)
class TakeBreak(OnVisit):
    name = "take_break"
    minutes: int = 10


@dataclass(frozen=True, kw_only=True)
class PauseTimer(OnVisit):
    name = "pause_timer"


@dataclass(frozen=True, kw_only=True)
class ResumeTimer(OnVisit):
    name = "resume_timer"


@dataclass(frozen=True, kw_only=True)
class Extend(OnVisit):
    name = "extend"
    minutes: int


@dataclass(frozen=True, kw_only=True)
class GoOn(Command):
    """After the meeting was held because nothing happened. Any member."""

    name = "go_on"


@dataclass(frozen=True, kw_only=True)
class HandOver(Command):
    name = "hand_over"
    to: int


@dataclass(frozen=True, kw_only=True)
class NameDeputies(Command):
    name = "name_deputies"
    deputies: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ClaimLead(Command):
    """`absent` is filled in by the action: for how many seconds nobody has seen who leads."""

    name = "claim"
    absent: int = 0
    looked_up = ("absent",)


@dataclass(frozen=True, kw_only=True)
class ConfirmClaim(Command):
    """`to` is who asks to lead, as far as whoever agrees has seen."""

    name = "confirm_claim"
    to: int


@dataclass(frozen=True, kw_only=True)
class Choose(OnVisit):
    name = "choose"
    # In this order.
    presenters: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Call(Command):
    """Give the floor to somebody, or to the next raised hand; the question before counts as answered."""

    name = "call"
    place: int | None = None


@dataclass(frozen=True, kw_only=True)
class Mute(Command):
    """For fifteen minutes; `off` ends it."""

    name = "mute"
    place: int
    off: bool = False


@dataclass(frozen=True, kw_only=True)
class Hide(Command):
    """`author` is filled in by the action."""

    name = "hide"
    seq: int
    reason: str
    author: int | None = None
    looked_up = ("author",)


# Taking part


@dataclass(frozen=True, kw_only=True)
class Contribute(OnBehalf):
    name = "contribute"
    kind: ContributionKind
    text: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Withdraw(Command):
    """Filled in by the action: `author`; `bid`, whose asking for air time this is."""

    name = "withdraw"
    seq: int
    author: int | None = None
    bid: int | None = None
    looked_up = ("author", "bid")


@dataclass(frozen=True, kw_only=True)
class Pass(OnBehalf):
    name = "pass"


@dataclass(frozen=True, kw_only=True)
class RaiseHand(OnBehalf):
    name = "raise_hand"


@dataclass(frozen=True, kw_only=True)
class LowerHand(OnBehalf):
    name = "lower_hand"


@dataclass(frozen=True, kw_only=True)
class Silence(Command):
    name = "silence"


@dataclass(frozen=True, kw_only=True)
class NeedBreak(Command):
    name = "need_break"


@dataclass(frozen=True, kw_only=True)
class Bid(OnBehalf):
    name = "bid"
    text: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class WithdrawBid(OnBehalf):
    name = "withdraw_bid"


@dataclass(frozen=True, kw_only=True)
class WantResources(OnBehalf):
    name = "want_resources"
    on: bool = True


@dataclass(frozen=True, kw_only=True)
class Commit(OnBehalf):
    name = "commit"
    text: str
    first_step: str = ""
    by_when: date | None = None
    confidence: int | None = None
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Review(OnBehalf):
    name = "review"
    commitment: str
    outcome: str
    text: str = ""
    language: str = ""


# Of the house: never from a frame.


@dataclass(frozen=True, kw_only=True)
class Convene(Command):
    """Make the room: `places` are (seat, person, role), `reviews` are (commitment, place)."""

    name = "convene"
    places: tuple[tuple[str, str, str], ...]
    reviews: tuple[tuple[str, int], ...] = ()
    minutes: int = 90
    agreement: bool = False
    overrides: Mapping[str, int] | None = None
    slow: bool = False
    zone: str = "UTC"
    of_the_house = True


@dataclass(frozen=True, kw_only=True)
class Reseat(Command):
    """The seats of the set as they are now; who is new gets a place, who is gone loses theirs."""

    name = "reseat"
    places: tuple[tuple[str, str, str], ...]
    of_the_house = True


@dataclass(frozen=True, kw_only=True)
class Hold(Command):
    name = "hold"
    of_the_house = True


@dataclass(frozen=True, kw_only=True)
class CloseForgotten(Command):
    """Of a meeting that is held; `anyhow`, of one that goes on without anybody."""

    name = "close_forgotten"
    anyhow: bool = False
    of_the_house = True
