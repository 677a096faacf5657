"""The statements that every command of a meeting costs, as they are: the ORM takes several times as long to put them
together as the database to carry them out, and everybody in the room waits for it.

`look` and `append` are the short way, where the database can do both in one statement; `hold` and `write` are the long
one, in a transaction.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

from community.sets.models import Meeting, MeetingEvent, Seat

_HELD = ("id", "public_id", "learning_set_id", "state", "slow", "starts_at", "minutes", "seq", "snapshot")
_LINE = ("seq", "at", "kind", "place", "data", "text", "language", "client_id")


def hold(meeting_id: uuid.UUID) -> Meeting | None:
    """The meeting, held until the transaction ends: whatever is decided, is decided one after the other."""
    rows = Meeting.objects.raw(_select(connection.vendor), [_value(Meeting, "public_id", meeting_id)])
    return next(iter(rows), None)


def write(meeting: Meeting, lines: Sequence[MeetingEvent], seats: Sequence[str | None]) -> None:
    """The lines, and the meeting's number and snapshot after them. `seats` are the public ids of the seats whose words
    these are. The lines stay without keys."""
    with connection.cursor() as cursor:
        for line, seat in zip(lines, seats, strict=True):
            cursor.execute(_insert(connection.vendor), [meeting.pk, *_values(line, seat)])
        values = [_value(Meeting, name, getattr(meeting, name)) for name in ("seq", "snapshot", "id")]
        cursor.execute(_update(connection.vendor), values)


@dataclass(frozen=True)
class Seen:
    """A meeting as it was a moment ago, held by nobody."""

    key: int
    seq: int
    snapshot: dict[str, Any]


def look(meeting_id: uuid.UUID) -> Seen | None:
    """None also where there is no short way: in a transaction of somebody else's, and without PostgreSQL."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_glance(), [meeting_id])
        row = cursor.fetchone()
    return Seen(row[0], row[1], json.loads(row[2])) if row else None


def append(seen: Seen, snapshot: dict[str, Any], line: MeetingEvent, seat: str | None) -> bool:
    """One line, and the number and the snapshot after it; False, and nothing, when somebody was quicker."""
    before = [line.seq, _value(Meeting, "snapshot", snapshot), seen.key, seen.seq]
    with connection.cursor() as cursor:
        cursor.execute(_append(), [*before, *_values(line, seat)])
        return cursor.rowcount == 1


def _values(line: MeetingEvent, seat: str | None) -> list[Any]:
    return [*(_value(MeetingEvent, name, getattr(line, name)) for name in _LINE), _value(Seat, "public_id", seat)]


def _value(model: type[Model], name: str, value: Any) -> Any:
    return model._meta.get_field(name).get_db_prep_save(value, connection)


# Of our own models' names alone.


@lru_cache(maxsize=2)
def _select(vendor: str) -> str:
    # Not the key: that lets others write lines that refer to the meeting, a report or an answer.
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    return f"SELECT {', '.join(_HELD)} FROM {Meeting._meta.db_table} WHERE public_id = %s{lock}"  # noqa: S608


@lru_cache(maxsize=2)
def _insert(vendor: str) -> str:
    return f"INSERT INTO {MeetingEvent._meta.db_table} {_columns()} VALUES (%s, {_line()})"  # noqa: S608


@lru_cache(maxsize=2)
def _update(vendor: str) -> str:
    return f"UPDATE {Meeting._meta.db_table} SET seq = %s, snapshot = %s WHERE id = %s"  # noqa: S608


@lru_cache(maxsize=1)
def _glance() -> str:
    return f"SELECT id, seq, snapshot FROM {Meeting._meta.db_table} WHERE public_id = %s"  # noqa: S608


@lru_cache(maxsize=1)
def _append() -> str:
    held = f"{_update('')} AND seq = %s RETURNING id"
    line = f"INSERT INTO {MeetingEvent._meta.db_table} {_columns()} SELECT held.id, {_line()} FROM held"  # noqa: S608
    return f"WITH held AS ({held}) {line}"


def _columns() -> str:
    names = ", ".join(connection.ops.quote_name(name) for name in ("meeting_id", *_LINE, "seat_id"))
    return f"({names})"


def _line() -> str:
    seat = f"(SELECT id FROM {Seat._meta.db_table} WHERE public_id = %s)"  # noqa: S608
    return ", ".join([*["%s"] * len(_LINE), seat])
