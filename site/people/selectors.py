"""Questions about people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from kernel import clock
from people.models import Pause

if TYPE_CHECKING:
    from people.models import User


def _under_way(at: datetime) -> Q:
    return Q(starts_at__lte=at, ended_at__isnull=True) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))


def pause_of(person: User, at: datetime | None = None) -> Pause | None:
    """The pause that this person is in now. One query."""
    return Pause.objects.filter(_under_way(at or clock.now()), person=person).first()


def paused_people(people: Iterable[int], at: datetime | None = None) -> set[int]:
    """The primary keys of those who are paused now. One query however many there are."""
    rows = Pause.objects.filter(_under_way(at or clock.now()), person__in=list(people))
    return set(rows.values_list("person_id", flat=True))


def paused_time(pauses: Iterable[Pause], since: datetime, until: datetime) -> timedelta:
    """How long somebody was paused between two instants: what every deadline of theirs moves by.

    No query: the caller brings the person's pauses.
    """
    total = timedelta()
    for pause in pauses:
        ends = [end for end in (pause.ends_at, pause.ended_at) if end is not None]
        begin, end = max(pause.starts_at, since), min([until, *ends])
        total += max(end - begin, timedelta())
    return total
