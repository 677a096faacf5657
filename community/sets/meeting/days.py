"""The deadlines of a slow meeting: the last minute of a day, where the set is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

LAST_MINUTE = time(23, 59)


def seconds_until(zone: str, days: int, *, after: datetime, now: datetime) -> int:
    """From now to the end of the day so many days `after`, however many hours these have."""
    where = ZoneInfo(zone)
    day = after.astimezone(where).date() + timedelta(days=days)
    return ceil((datetime.combine(day, LAST_MINUTE, where).astimezone(UTC) - now).total_seconds())
