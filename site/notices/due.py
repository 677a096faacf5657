"""Work that is due at a time: put into rows by actions, done by `manage.py tick`, by name of its handler.

Why rows, leases and a state for what is just leaving: docs/decisions/0007.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kernel import clock
from kernel.errors import NotAllowed
from notices import quick
from notices.models import DUE_WORK, DueState, DueWork
from notices.rules import tend_work
from people import audit

if TYPE_CHECKING:
    from people.models import User

logger = logging.getLogger(__name__)

# How long a worker may be silent before its rows are somebody else's.
LEASE = timedelta(minutes=5)
# What is waited after each failure; the one after the last is the end.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
BATCH = 50


class Postpone(Exception):
    """Raised by a handler: not now, but at `until`. Costs no attempt."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class Failure(Exception):
    """Raised by a handler that can say in a few words of ours why it failed; others are told by their type."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class GiveUp(Failure):
    """It failed, and would fail the same way every time."""


class InDoubt(Failure):
    """Nobody can say whether it was sent."""


class _Lost(Exception):
    """The lease ran out and another worker has the row."""


class _NothingLeft(Exception):
    """There is nothing to send any more."""


@dataclass(frozen=True)
class _Handler:
    run: Callable[..., None]
    load: Callable[[list[DueWork]], Any] | None


_handlers: dict[str, _Handler] = {}


def handler(
    kind: str, *, load: Callable[[list[DueWork]], Any] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorator: this function does work of this kind. It is idempotent, and raises Postpone for later.

    With `load`, which gets all rows of the kind that were claimed together, it is called with what that returned as its
    second argument: one query for many.
    """

    def keep(run: Callable[..., None]) -> Callable[..., None]:
        _handlers[kind] = _Handler(run, load)
        return run

    return keep


def schedule(
    kind: str, *, subject: str, due_at: datetime, period: str = "", payload: Mapping[str, Any] | None = None
) -> DueWork:
    """Have `kind` done for `subject` at `due_at`. Asked twice for the same (kind, subject, period) it is done once;
    while it waits, the later call moves it to its own due_at."""
    wanted = {"due_at": due_at, "payload": dict(payload or {})}
    work, created = DueWork.objects.get_or_create(kind=kind, subject=subject, period=period, defaults=wanted)
    if not created and DueWork.objects.filter(pk=work.pk, state=DueState.WAITING).update(**wanted):
        work.due_at, work.payload = due_at, wanted["payload"]
    return work


def cancel(kind: str, *, subject: str, period: str | None = None) -> None:
    """Take back what still waits."""
    rows = DueWork.objects.filter(kind=kind, subject=subject, state=DueState.WAITING)
    (rows if period is None else rows.filter(period=period)).delete()


@transaction.atomic
def again(*, work: DueWork, by: User) -> DueWork:
    """Put back what was given up or is in doubt, due at once. Writes the audit line. `payload["again"]` tells the
    handler that somebody wants it although it may have been sent.

    Raises NotAllowed for who is not of the staff, Refused("wrong_state") for work that has not failed.
    """
    work = DueWork.objects.select_for_update().get(pk=work.pk)
    if not tend_work.allows(by, work):
        raise NotAllowed
    audit.record("due_work.put_back", by=by, subject=work, kind=work.kind, state=work.state)
    work.state = DUE_WORK.after(work.state, "again")
    work.payload = {**work.payload, "again": True}
    work.due_at, work.attempts, work.last_error, work.claimed_by = clock.now(), 0, "", None
    work.save(update_fields=["state", "payload", "due_at", "attempts", "last_error", "claimed_by"])
    return work


def work(limit: int = BATCH, worker: uuid.UUID | None = None, stop: Callable[[], bool] = lambda: False) -> int:
    """Do what is due, the longest due first, at most `limit` rows; returns how many were taken. When `stop` says so the
    rest of them is put back."""
    rows = _claim(limit, worker or uuid.uuid4())
    loaded: dict[str, Any] = {}
    for number, row in enumerate(rows):
        if stop():
            _put_back(rows[number:])
            return number
        _do(row, rows, loaded)
    return len(rows)


@contextmanager
def leaving(work: DueWork, *, taking: Callable[[], bool] | None = None) -> Iterator[None]:
    """Around the one step that cannot be undone, and as little else as can be: the row says that it is leaving before
    the block, and that it is done right after it. Who dies inside leaves it in doubt.

    `taking` runs in the transaction of the first mark; when it answers False there is nothing to do any more, the block
    is not entered and the row is done.
    """
    with transaction.atomic():
        changes = {"state": DueState.SENDING, "claimed_until": clock.now() + LEASE, "payload": work.payload}
        if not _mark(work, changes, DueState.CLAIMED):
            raise _Lost
        if taking is not None and not taking():
            raise _NothingLeft
    yield
    try:
        _done(work)
    except Exception as error:
        # It is out: whatever happens now must not look like a failure that is tried again.
        raise InDoubt(f"sent, then {type(error).__name__}") from None


def _claim(limit: int, worker: uuid.UUID) -> list[DueWork]:
    """Take rows for one worker. On PostgreSQL others skip them, on SQLite IMMEDIATE transactions keep others out."""
    with transaction.atomic():
        now = clock.now()
        silent = DueWork.objects.filter(claimed_until__lte=now)
        silent.filter(state=DueState.SENDING).update(
            state=DueState.IN_DOUBT, claimed_until=None, last_error="the worker ended while it was leaving"
        )
        silent.filter(state=DueState.CLAIMED).update(state=DueState.WAITING, claimed_by=None, claimed_until=None)
        due = DueWork.objects.filter(state=DueState.WAITING, due_at__lte=now).order_by("due_at", "pk")
        rows = list(due.select_for_update(skip_locked=True)[:limit])
        claim = {"state": DueState.CLAIMED, "claimed_by": worker, "claimed_until": now + LEASE}
        DueWork.objects.filter(pk__in=[row.pk for row in rows]).update(**claim)
    for row in rows:
        for name, value in claim.items():
            setattr(row, name, value)
    return rows


def _do(row: DueWork, rows: list[DueWork], loaded: dict[str, Any]) -> None:
    try:
        if row.kind not in _handlers:
            raise Failure("no handler")
        entry = _handlers[row.kind]
        if entry.load is None:
            entry.run(row)
        else:
            if row.kind not in loaded:
                loaded[row.kind] = entry.load([other for other in rows if other.kind == row.kind])
            entry.run(row, loaded[row.kind])
    except Postpone as wish:
        # At least a while later, or a round that goes on until nothing is due would have no end.
        until = max(wish.until, clock.now() + BACK_OFF[0])
        _mark(row, {"state": DueState.WAITING, "due_at": until, "claimed_by": None, "claimed_until": None})
    except _NothingLeft:
        _done(row)
    except _Lost:
        return
    except Exception as error:
        _failed(row, error)
    else:
        _done(row)


def _mark(work: DueWork, changes: Mapping[str, Any], *states: DueState) -> bool:
    """Change the row if it is still this worker's and in one of these states (by default: in hand)."""
    states = states or (DueState.CLAIMED, DueState.SENDING)
    return bool(quick.update(DueWork, {"id": work.pk, "claimed_by": work.claimed_by, "state": states}, changes))


def _done(work: DueWork) -> None:
    """In doubt, too: who comes back late and knows that it was sent may say so."""
    if work.state == DueState.DONE:
        return
    changes = {
        "state": DueState.DONE,
        "done_at": clock.now(),
        "claimed_by": None,
        "claimed_until": None,
        "last_error": "",
    }
    _mark(work, changes, DueState.CLAIMED, DueState.SENDING, DueState.IN_DOUBT)
    work.state = DueState.DONE


def _failed(work: DueWork, error: Exception) -> None:
    # Never the exception's own text: it may quote what somebody wrote, or an address.
    words = getattr(error, "words", type(error).__name__)[:300]
    attempts = work.attempts + 1
    changes: dict[str, Any] = {"attempts": attempts, "last_error": words, "claimed_until": None}
    if isinstance(error, InDoubt):
        changes |= {"state": DueState.IN_DOUBT}
    elif isinstance(error, GiveUp) or attempts > len(BACK_OFF):
        changes |= {"state": DueState.DEAD, "claimed_by": None}
    else:
        changes |= {"state": DueState.WAITING, "due_at": clock.now() + BACK_OFF[attempts - 1], "claimed_by": None}
    _mark(work, changes)
    logger.warning("Due work %s %s: %s", work.kind, work.public_id, words)


def _put_back(rows: list[DueWork]) -> None:
    for row in rows:
        _mark(row, {"state": DueState.WAITING, "claimed_by": None, "claimed_until": None}, DueState.CLAIMED)
