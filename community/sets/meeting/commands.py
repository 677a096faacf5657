"""What somebody may ask of a meeting. `parse` makes one from a frame or a form and refuses whatever it does not know;
who asks comes from the connection, never from the frame.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar


class ContributionKind(StrEnum):
    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"
    REFLECTION = "reflection"
    RESOURCE = "resource"


LONGEST_TEXT = 2000
SHORT_TEXT = 300


class BadCommand(ValueError):
    """A frame that no page of ours would send. `code` says what about it, for programs."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


@dataclass(frozen=True, kw_only=True)
class Command:
    name: ClassVar[str]
    # What is never taken from a frame: the whole command, or these of its fields.
    of_the_house: ClassVar[bool] = False
    looked_up: ClassVar[tuple[str, ...]] = ()
    # Makes a second sending of the same harmless.
    client_id: str = ""


@dataclass(frozen=True, kw_only=True)
class OnVisit(Command):
    """Asked for while looking at one visit of a phase; stale once the meeting has gone on."""

    visit: int


# Coming and going


@dataclass(frozen=True, kw_only=True)
class Arrive(Command):
    name = "arrive"
    how: str = "web"
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class Leave(Command):
    name = "leave"
    behalf: int | None = None


# Leading


@dataclass(frozen=True, kw_only=True)
class Next(OnVisit):
    name = "next"
    confirmed: bool = False


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
class SetTimer(OnVisit):
    name = "set_timer"
    minutes: int


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
    """Who presents, in this order."""

    name = "choose"
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
class Contribute(Command):
    name = "contribute"
    kind: ContributionKind
    text: str
    language: str = ""
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class Withdraw(Command):
    """`author` is filled in by the action."""

    name = "withdraw"
    seq: int
    author: int | None = None
    looked_up = ("author",)


@dataclass(frozen=True, kw_only=True)
class Pass(Command):
    name = "pass"
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class RaiseHand(Command):
    name = "raise_hand"
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class LowerHand(Command):
    name = "lower_hand"
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class Silence(Command):
    name = "silence"


@dataclass(frozen=True, kw_only=True)
class NeedBreak(Command):
    name = "need_break"


@dataclass(frozen=True, kw_only=True)
class Bid(Command):
    name = "bid"
    text: str
    language: str = ""
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class WithdrawBid(Command):
    name = "withdraw_bid"
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class WantResources(Command):
    name = "want_resources"
    on: bool = True
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class Commit(Command):
    name = "commit"
    text: str
    first_step: str = ""
    by_when: date | None = None
    confidence: int | None = None
    language: str = ""
    behalf: int | None = None


@dataclass(frozen=True, kw_only=True)
class Review(Command):
    name = "review"
    commitment: str
    outcome: str
    text: str = ""
    language: str = ""
    behalf: int | None = None


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
    name = "close_forgotten"
    of_the_house = True


def _named(base: type[Command]) -> dict[str, type[Command]]:
    found = {}
    for command in base.__subclasses__():
        if "name" in vars(command):
            found[command.name] = command
        found |= _named(command)
    return found


COMMANDS = {name: each for name, each in _named(Command).items() if not each.of_the_house}


def parse(frame: Mapping[str, Any]) -> Command:
    """A command from `{"command": name, …}`. Raises BadCommand for unknown names and keys, and for what does not fit;
    texts that are too long are let through, for the machine to refuse with a sentence."""
    if not isinstance(frame, Mapping):
        raise BadCommand("not_an_object")
    asked = frame.get("command")
    command = COMMANDS.get(asked) if isinstance(asked, str) else None
    if command is None:
        raise BadCommand("unknown_command")
    known = {field.name: field for field in fields(command) if field.name not in command.looked_up}
    if unknown := set(frame) - set(known) - {"command", "type"}:
        raise BadCommand("unknown_key", sorted(unknown)[0])
    values = {}
    for name, field in known.items():
        if name in frame:
            values[name] = _read(name, str(field.type), frame[name])
        elif field.default is MISSING:
            raise BadCommand("missing_key", name)
    return command(**values)


def _read(name: str, kind: str, value: Any) -> Any:
    if value is None and kind.endswith("| None"):
        return None
    reader = _READERS[kind.removesuffix(" | None")]
    if value != "":
        reader = _BY_NAME.get(name, reader)
    try:
        return reader(value)
    except (TypeError, ValueError, OverflowError):
        raise BadCommand("bad_value", name) from None


def _uuid(value: Any) -> str:
    return str(uuid.UUID(_str(value)))


def _str(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise TypeError
    # A lone surrogate cannot be kept.
    value.encode()
    return value


def _language(value: Any) -> str:
    if not _LANGUAGE.fullmatch(_str(value)):
        raise ValueError
    return value


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise TypeError
    return value


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _places(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or len(value) > 40:
        raise TypeError
    return tuple(_int(each) for each in value)


# As much of BCP 47 as a row has room for.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?")
_BY_NAME = {"client_id": _uuid, "commitment": _uuid, "language": _language}
_READERS = {
    "str": _str,
    "int": _int,
    "bool": _bool,
    "tuple[int, ...]": _places,
    "date": lambda value: date.fromisoformat(_str(value)),
    "ContributionKind": ContributionKind,
}
