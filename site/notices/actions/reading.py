"""The verbs of reading what one was told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from kernel import clock
from kernel.errors import NotAllowed
from notices import wire
from notices.models import Notice
from notices.rules import read as may_read

if TYPE_CHECKING:
    from people.models import User


@transaction.atomic
def read(*, notice: Notice, by: User) -> Notice:
    """Mark a notice as read, once: the first time stays. Knocks on this person's other open pages.

    Raises NotAllowed for somebody else's.
    """
    if not may_read.allows(by, notice):
        raise NotAllowed
    now = clock.now()
    if Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now):
        notice.read_at = now
        wire.changed(by.public_id)
    return notice


@transaction.atomic
def read_all(*, by: User, until: datetime | None = None) -> int:
    """Mark everything as read, or what had happened by `until` (an instant), so that what comes in while somebody reads
    the list stays unread. Says how many there were."""
    unread = may_read.visible(Notice.objects, by).filter(read_at=None)
    if until is not None:
        unread = unread.filter(happened_at__lte=until)
    count = unread.update(read_at=clock.now())
    if count:
        wire.changed(by.public_id)
    return count
