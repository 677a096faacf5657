"""Who is in the room just now: a hint in the cache that expires by itself, never a fact. Without a cache nobody is
seen, and nothing else changes.

For each place: when its page was last seen, in seconds; negative once the page has said goodbye."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable

from django.core.cache import cache

from kernel import clock

logger = logging.getLogger(__name__)

# A page says "here" every 20 seconds; who misses two is away.
HERE_SECONDS = 45
# Longer than anybody's absence is counted.
KEPT_SECONDS = 7 * 24 * 60 * 60


def _key(meeting: uuid.UUID, place: int) -> str:
    return f"sets:seen:{meeting}:{place}"


def seen(meeting: uuid.UUID, place: int) -> None:
    """Somebody's page has just said that it is there."""
    _try(lambda: cache.set(_key(meeting, place), clock.now().timestamp(), KEPT_SECONDS), None)


def gone(meeting: uuid.UUID, place: int) -> None:
    """One page of theirs has closed: they are away from now on, unless another says otherwise."""
    _try(lambda: cache.set(_key(meeting, place), -clock.now().timestamp(), KEPT_SECONDS), None)


def here(meeting: uuid.UUID, places: Iterable[int]) -> list[int]:
    """The places that were seen within 45 seconds."""
    keys = {_key(meeting, place): place for place in places}
    since = clock.now().timestamp() - HERE_SECONDS
    found = _try(lambda: cache.get_many(list(keys)), {})
    return sorted(keys[key] for key, at in found.items() if at >= since)


def absent_seconds(meeting: uuid.UUID, place: int) -> int | None:
    """For how long nobody has seen this place. Where nothing is known, after a restart of the cache for instance, it
    is counted from this question on; None without a cache."""
    now = clock.now().timestamp()
    at = _try(lambda: cache.get_or_set(_key(meeting, place), -now, KEPT_SECONDS), None)
    return None if at is None else max(0, int(now - abs(at)))


def _try(ask, otherwise):
    try:
        return ask()
    except Exception as error:
        logger.warning("Presence is unknown: %s", type(error).__name__)
        return otherwise
