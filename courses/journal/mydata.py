"""What the Centre knows of people in their journals and initiatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from courses.journal.actions.entries import forget_shares
from courses.journal.actions.stories import erase_stories
from courses.journal.models import Entry, EntryShare, Initiative, InitiativeUpdate, Milestone, StoryOffer
from people.mydata import Contribution, contribute

if TYPE_CHECKING:
    from people.models import User


def _journal(person: User) -> dict[str, Any]:
    entries = Entry.objects.filter(owner=person).order_by("begun_at", "pk").prefetch_related("shares__reader")
    received = EntryShare.objects.filter(reader=person).select_related("entry__owner").order_by("shared_at", "pk")
    return {
        "entries": [_entry(entry) for entry in entries],
        # What others wrote is theirs: here is only that they shared it.
        "shared_with_you": [{"owner": share.entry.owner.name, **_dates(share)} for share in received],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "public_id": str(entry.public_id),
        "prompt": entry.prompt,
        "title": entry.title,
        "body": entry.body,
        "language": entry.language,
        "begun_at": entry.begun_at.isoformat(),
        "changed_at": entry.changed_at.isoformat(),
        "shares": [{"reader": share.reader.name, **_dates(share)} for share in entry.shares.all()],
    }


def _dates(share: EntryShare) -> dict[str, str | None]:
    ended = share.taken_back_at
    return {"shared_at": share.shared_at.isoformat(), "taken_back_at": ended.isoformat() if ended else None}


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
        words={"entries": _("pages of your journal"), "shared_with_you": _("What others share with you")},
    )
)


def _initiatives(person: User) -> list[dict[str, Any]]:
    rows = Initiative.objects.filter(owner=person).order_by("begun_at", "pk")
    return [_initiative(row) for row in rows.prefetch_related("milestones", "updates")]


def _initiative(initiative: Initiative) -> dict[str, Any]:
    return {
        "id": str(initiative.public_id),
        "title": initiative.title,
        "aim": initiative.aim,
        "who_for": initiative.who_for,
        "who_decides": initiative.who_decides,
        "first_steps": initiative.first_steps,
        "what_changed": initiative.what_changed,
        "language": initiative.language,
        "shared_with_facilitators": initiative.shared_with_facilitators,
        "shared_with_set": initiative.shared_with_set,
        "begun_at": initiative.begun_at.isoformat(),
        "changed_at": initiative.changed_at.isoformat(),
        "milestones": [
            {
                "text": point.text,
                "by_date": point.by_date.isoformat() if point.by_date else None,
                "reached_at": point.reached_at.isoformat() if point.reached_at else None,
            }
            for point in initiative.milestones.all()
        ],
        "updates": [
            {"text": news.text, "attainment": news.attainment, "at": news.at.isoformat()}
            for news in initiative.updates.all()
        ],
    }


def _stories(person: User) -> list[dict[str, Any]]:
    return [
        {
            "id": str(offer.public_id),
            "title": offer.title,
            "text": offer.text,
            "shown_name": offer.shown_name,
            "language": offer.language,
            "state": offer.state,
            "answer": offer.answer,
            "offered_at": offer.offered_at.isoformat(),
            "answered_at": offer.answered_at.isoformat() if offer.answered_at else None,
        }
        for offer in StoryOffer.objects.filter(person=person).order_by("offered_at", "pk")
    ]


contribute(
    Contribution(
        key="initiatives",
        title=_("My initiatives"),
        collect=_initiatives,
        models=(Initiative, Milestone, InitiativeUpdate),
        words={"milestones": _("milestones"), "updates": _("updates")},
        rule=_("Your initiatives are deleted, with their milestones and updates, also where you have shared them."),
    )
)
contribute(
    Contribution(
        key="stories",
        title=_("Stories you have offered"),
        collect=_stories,
        models=(StoryOffer,),
        erase=erase_stories,
        rule=_("Your stories are deleted, and their public pages with them, in every language."),
    )
)
