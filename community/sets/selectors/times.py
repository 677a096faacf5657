"""Instants from the times that people say: a day and a time of a place, the times that suit a set."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.sets.meeting.times import DAYS, HOURS
from community.sets.models import Cadence, LearningSet, Meeting, MeetingState
from kernel import clock
from people.zones import zone_of

# Days between two meetings; every month is every fourth week, so that the day of the week stays.
DAYS_BETWEEN = {Cadence.WEEKLY: 7, Cadence.FORTNIGHTLY: 14, Cadence.MONTHLY: 28, Cadence.AGREED: 14}
MOST_SUGGESTED = 4
# Nobody is asked to be there tomorrow.
EARLIEST = timedelta(days=1)
AROUND_DAYS = 13


def instant_of(day: date, face: time, zone: ZoneInfo) -> datetime | None:
    """The instant of a wall time, the first of two where clocks are set back; None for one that clocks jump over, or
    that is beyond the calendar."""
    local = datetime.combine(day, face, tzinfo=zone)
    try:
        instant = local.astimezone(UTC)
        return instant if _face(instant.astimezone(zone)) == _face(local) else None
    except OverflowError:
        return None


def comes_twice(day: date, face: time, zone: ZoneInfo) -> bool:
    """Whether clocks are set back over this wall time. For times that exist."""
    local = datetime.combine(day, face, tzinfo=zone)
    return local.utcoffset() != local.replace(fold=1).utcoffset()


def beginning_of(day: date, zone: ZoneInfo) -> datetime | None:
    """The first instant of a day, also where clocks jump over midnight; None beyond the calendar."""
    try:
        return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None


def suggestions(learning_set: LearningSet) -> list[datetime]:
    """When the set could meet next, by time: as long after the last meeting as it wants to, and at the times that suit
    it around that day. One query."""
    now, zone = clock.now(), zone_of(learning_set.zone)
    rows = Meeting.objects.filter(learning_set=learning_set, starts_at__isnull=False)
    taken = list(rows.exclude(state=MeetingState.CANCELLED).values_list("starts_at", "slow"))
    live = [at for at, slow in taken if not slow]
    wanted = _after_the_last(max(live), learning_set, zone, now) if live else None
    target = wanted.astimezone(zone).date() if wanted else now.astimezone(zone).date() + timedelta(days=7)
    found = [wanted] if wanted else []
    for away in sorted(range(-AROUND_DAYS, AROUND_DAYS + 1), key=abs):
        found += _that_suit(target + timedelta(days=away), learning_set, zone)
    free = [at for at in dict.fromkeys(found) if at > now + EARLIEST and at not in live]
    return sorted(free[:MOST_SUGGESTED])


def _after_the_last(last: datetime, learning_set: LearningSet, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The same time of the week, whole steps later."""
    local, step = last.astimezone(zone), DAYS_BETWEEN[Cadence(learning_set.cadence)]
    ahead = max(((now + EARLIEST).astimezone(zone).date() - local.date()).days, 0)
    day = local.date() + timedelta(days=(ahead // step + 1) * step)
    return instant_of(day, local.time().replace(second=0, microsecond=0, fold=0), zone)


def _that_suit(day: date, learning_set: LearningSet, zone: ZoneInfo) -> list[datetime]:
    name = list(DAYS)[day.weekday()]
    instants = (
        instant_of(day, time(hour), zone) for part, hour in HOURS.items() if f"{name}_{part}" in learning_set.suits
    )
    return [instant for instant in instants if instant is not None]


def _face(local: datetime) -> datetime:
    return local.replace(tzinfo=None, fold=0)
