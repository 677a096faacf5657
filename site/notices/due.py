"""Work that is due at a time: put into rows by actions, done by `manage.py tick`, by name of its handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from notices.models import DueWork


class Postpone(Exception):
    """Raised by a handler: not now, but at `until`. Costs no attempt."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def schedule(
    kind: str, *, subject: str, due_at: datetime, period: str = "", payload: Mapping[str, Any] | None = None
) -> DueWork:
    """Have `kind` done for `subject` at `due_at`. Asked twice for the same (kind, subject, period) it is done once; while
    it waits, the later call moves it to its own due_at."""
    raise NotImplementedError


def cancel(kind: str, *, subject: str, period: str | None = None) -> None:
    """Take back what still waits."""
    raise NotImplementedError


def handler(kind: str) -> Callable[[Callable[[DueWork], None]], Callable[[DueWork], None]]:
    """Decorator: this function does work of this kind. It is idempotent, and raises Postpone for later."""
    raise NotImplementedError
