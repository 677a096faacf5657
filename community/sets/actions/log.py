"""The three statements that every command of a meeting costs, as they are: the ORM takes several times as long to put
them together as the database to carry them out, and everybody in the room waits for it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

from community.sets.models import Meeting, MeetingEvent, Seat

_HELD = ("id", "public_id", "learning_set_id", "state", "slow", "starts_at", "minutes", "seq", "snapshot")
_LINE = ("meeting", "seq", "at", "kind", "place", "data", "text", "language", "client_id")


def hold(meeting_id: uuid.UUID) -> Meeting | None:
    """The meeting, held until the transaction ends: whatever is decided, is decided one after the other."""
    rows = Meeting.objects.raw(_select(connection.vendor), [_value(Meeting, "public_id", meeting_id)])
    return next(iter(rows), None)


def write(meeting: Meeting, lines: Sequence[MeetingEvent], seats: Sequence[str | None]) -> None:
    """The lines, and the meeting's number and snapshot after them. `seats` are the public ids of the seats whose words
    these are. The lines stay without keys."""
    with _in_one_go(), connection.cursor() as cursor:
        for line, seat in zip(lines, seats, strict=True):
            values = [_value(MeetingEvent, name, getattr(line, _column(MeetingEvent, name))) for name in _LINE]
            cursor.execute(_insert(connection.vendor), [*values, _value(Seat, "public_id", seat)])
        values = [_value(Meeting, name, getattr(meeting, name)) for name in ("seq", "snapshot", "id")]
        cursor.execute(_update(connection.vendor), values)


@contextmanager
def _in_one_go() -> Iterator[None]:
    """What is asked of a PostgreSQL in here goes out together, and is answered together."""
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors, connection.connection.pipeline():
            yield
    else:
        yield


def _value(model: type[Model], name: str, value: Any) -> Any:
    return model._meta.get_field(name).get_db_prep_save(value, connection)


def _column(model: type[Model], name: str) -> str:
    return model._meta.get_field(name).attname


# Of our own models' names alone.


@lru_cache(maxsize=2)
def _select(vendor: str) -> str:
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    return f"SELECT {', '.join(_HELD)} FROM {Meeting._meta.db_table} WHERE public_id = %s{lock}"  # noqa: S608


@lru_cache(maxsize=2)
def _insert(vendor: str) -> str:
    columns = ", ".join(connection.ops.quote_name(_column(MeetingEvent, name)) for name in _LINE)
    seat = f"(SELECT id FROM {Seat._meta.db_table} WHERE public_id = %s)"  # noqa: S608
    marks = ", ".join(["%s"] * len(_LINE))
    return f"INSERT INTO {MeetingEvent._meta.db_table} ({columns}, seat_id) VALUES ({marks}, {seat})"  # noqa: S608


@lru_cache(maxsize=2)
def _update(vendor: str) -> str:
    return f"UPDATE {Meeting._meta.db_table} SET seq = %s, snapshot = %s WHERE id = %s"  # noqa: S608
