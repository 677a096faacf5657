"""From a frame or a form to a command: closed, whatever is not known is refused."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from community.sets.meeting.commands import Command, ContributionKind


class BadCommand(ValueError):
    """A frame that no page of ours would send. `code` says what about it, for programs."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


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


def client_id_of(frame: Mapping[str, Any]) -> str:
    """What an answer is to; nothing goes back that a page of ours would not have sent."""
    try:
        return str(uuid.UUID(frame["client_id"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        return ""
