"""The verbs of one's personal calendar address."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction

from kernel import clock
from notices.models import CalendarFeed
from notices.selectors.feeds import hash_of
from people import audit
from people.models import User

# 256 bits: as many as the hash that it is found by.
TOKEN_BYTES = 32


@transaction.atomic
def open_feed(*, by: User) -> CalendarFeed:
    """Make this person's secret calendar address; the one they have, when they have one. Writes the audit line."""
    _lock(by)
    feed, made = CalendarFeed.objects.get_or_create(person=by, defaults=_new_token())
    if made:
        audit.record("calendar_feed.opened", by=by, about=by)
    return feed


@transaction.atomic
def renew(*, by: User) -> CalendarFeed:
    """Give this person another address; the old one stops at once. Writes the audit line."""
    _lock(by)
    feed, _made = CalendarFeed.objects.update_or_create(person=by, defaults={**_new_token(), "made_at": clock.now()})
    audit.record("calendar_feed.renewed", by=by, about=by)
    return feed


@transaction.atomic
def close(*, by: User) -> None:
    """Take the address away; it stops at once. Closing it twice is closing it once. Writes the audit line."""
    gone, _rows = CalendarFeed.objects.filter(person=by).delete()
    if gone:
        audit.record("calendar_feed.closed", by=by, about=by)


def _new_token() -> dict[str, Any]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return {"token": token, "token_hash": hash_of(token)}


def _lock(person: User) -> None:
    User.objects.select_for_update().get(pk=person.pk)
