"""How long a socket waits for the database or the cache, what it makes of an answer that comes too late, and how long
those wait who send too much."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError

T = TypeVar("T")

# Somebody who waits for so long would rather be told.
SECONDS = 8
# One that does not answer is away, like one that is not there.
AWAY = (OperationalError, InterfaceError, TimeoutError)


async def asked(question: Callable[..., T], *args: object) -> T:
    """In the one thread of all that only asks. TimeoutError when there is no answer."""
    async with asyncio.timeout(SECONDS):
        return await database_sync_to_async(question)(*args)


async def carried_out(workers: Executor, work: Callable[[], T], late: Callable[[T], None]) -> T:
    """By one of `workers`. TimeoutError when it has not been done in time: then it is never begun or, where it was
    under way, `late` is called with what came of it."""
    job = workers.submit(work)
    waiting = asyncio.wrap_future(job)
    done, _others = await asyncio.wait([waiting], timeout=SECONDS)
    if done:
        return waiting.result()
    if not job.cancel():
        waiting.add_done_callback(lambda after: None if after.exception() else late(after.result()))
    raise TimeoutError


class Bucket:
    """So many at once, and then so many a second."""

    def __init__(self, per_second: float, at_once: float) -> None:
        self._per_second, self._at_once = per_second, at_once
        self._left, self._at = at_once, time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._left = min(self._at_once, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
