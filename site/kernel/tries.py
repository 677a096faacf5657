"""How often somebody may try what can be guessed. Counted in the cache: a number that is lost costs nothing."""

from __future__ import annotations

from django.core.cache import cache


def count(name: str, *, limit: int, seconds: int) -> bool:
    """Count a try of this name; False once there were more than `limit` of them within `seconds` of the first."""
    cache.add(name, 0, seconds)
    try:
        return cache.incr(name) <= limit
    except ValueError:  # it has just run out
        return True


def forget(name: str) -> None:
    """One try less. Those before it still count."""
    try:
        cache.decr(name)
    except ValueError:  # it has just run out
        return
