"""What the Centre knows of people in their journals and initiatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from courses.journal.actions.entries import forget_shares
from courses.journal.models import Entry, EntryShare
from people.mydata import Contribution, contribute

if TYPE_CHECKING:
    from people.models import User


def _journal(person: User) -> dict[str, Any]:
    entries = Entry.objects.filter(owner=person).order_by("begun_at", "pk").prefetch_related("shares__reader")
    received = EntryShare.objects.filter(reader=person).select_related("entry__owner").order_by("shared_at", "pk")
    return {
        "entries": [_entry(entry) for entry in entries],
        # What others wrote is theirs: here is only that they shared it.
        "shared_with_you": [{"by": share.entry.owner.name, **_dates(share)} for share in received],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.public_id),
        "question": entry.prompt,
        "title": entry.title,
        "text": entry.body,
        "language": entry.language,
        "begun_at": entry.begun_at.isoformat(),
        "changed_at": entry.changed_at.isoformat(),
        "shared": [{"with": share.reader.name, **_dates(share)} for share in entry.shares.all()],
    }


def _dates(share: EntryShare) -> dict[str, str | None]:
    ended = share.taken_back_at
    return {"since": share.shared_at.isoformat(), "taken_back_at": ended.isoformat() if ended else None}


contribute(
    Contribution(
        key="journal",
        title=_("My journal"),
        collect=_journal,
        models=(Entry, EntryShare),
        erase=forget_shares,
        rule=_(
            "Everything in your journal is deleted, also what you have shared. "
            "What others have shared with you stays theirs, and you are no longer named there."
        ),
    )
)
