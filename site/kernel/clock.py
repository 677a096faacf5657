"""The only clock. Tests freeze it with `freeze`; nothing else asks the system for the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _frozen.get() or timezone.now()


@contextmanager
def freeze(instant: datetime) -> Iterator[datetime]:
    """Hold `now()` at an aware instant for the length of the block."""
    if timezone.is_naive(instant):
        raise ValueError("Freeze the clock at an aware instant.")
    token = _frozen.set(instant)
    try:
        yield instant
    finally:
        _frozen.reset(token)
