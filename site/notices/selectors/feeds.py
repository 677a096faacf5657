"""Questions about somebody's personal calendar."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from notices.models import CalendarFeed

if TYPE_CHECKING:
    from people.models import User


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def feed_of(person: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(person=person).first()


def owner_of(token: str) -> User | None:
    """Whose calendar this is the address of; nobody's who has left. Looked for by its hash, so that the time it takes
    says nothing about how near a guess is. One query."""
    feeds = CalendarFeed.objects.select_related("person").defer("token")
    feed = feeds.filter(token_hash=hash_of(token), person__is_active=True).first()
    return feed.person if feed else None
