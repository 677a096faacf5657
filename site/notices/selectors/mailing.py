"""Questions about what is still to be mailed, and when the same may be mailed again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from notices.models import Notice

if TYPE_CHECKING:
    from people.models import User

# News about what was mailed and is still unread is mailed after so long.
A_DAY = timedelta(days=1)
# Tomorrow's digest is a day later; an hour less where clocks change, and today's may have left late.
NEXT_DIGEST = timedelta(hours=20)


def unmailed(person: User) -> QuerySet[Notice]:
    """What is unread, and was never mailed or has news since."""
    never_or_news = Q(mailed_at__isnull=True) | Q(happened_at__gt=F("mailed_at"))
    return Notice.objects.filter(never_or_news, person=person, read_at__isnull=True)


def rested(notice: Notice, rest: timedelta, at: datetime) -> datetime:
    """`at`, or when the last mail about it is so long ago, whichever is later."""
    return at if notice.mailed_at is None else max(at, notice.mailed_at + rest)
