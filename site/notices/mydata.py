"""What the notices hold about a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from notices.models import CalendarFeed, DueWork, Habits, Notice, Preference
from notices.selectors.lists import in_words
from people.models import User
from people.mydata import Contribution, contribute


def collect(person: User) -> dict[str, Any]:
    habits = Habits.objects.filter(person=person).first()
    feed = CalendarFeed.objects.filter(person=person).defer("token").first()
    with translation.override(person.language):
        notices = [_notice(notice) for notice in Notice.objects.filter(person=person)]
    preferences = Preference.objects.filter(person=person).order_by("kind")
    return {
        "notices": notices,
        "preferences": {preference.kind: preference.how for preference in preferences},
        "habits": habits
        and {
            "quiet_from": habits.quiet_from.isoformat(),
            "quiet_until": habits.quiet_until.isoformat(),
            "digest_at": habits.digest_at.isoformat(),
            "digest_weekday": habits.digest_weekday,
        },
        # Not the address itself: whoever finds the file would have the calendar too.
        "calendar_address_made_at": feed and feed.made_at.isoformat(),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    told = in_words(notice)
    return {
        "headline": told.headline,
        "body": told.body,
        "count": notice.count,
        "happened_at": notice.happened_at.isoformat(),
        "read_at": notice.read_at and notice.read_at.isoformat(),
        "mailed_at": notice.mailed_at and notice.mailed_at.isoformat(),
    }


def erase(person: User) -> None:
    """Work that is due names people by public id, whichever app put it there."""
    name = str(person.public_id)
    DueWork.objects.filter(Q(subject=name) | Q(subject__startswith=f"{name}:")).delete()


contribute(
    Contribution(
        key="notices",
        title=_("What we told you, and how you want to be told"),
        collect=collect,
        models=[Notice, Preference, Habits, CalendarFeed],
        rule=_("Your notices, your choices about e-mail and your calendar address are deleted."),
        erase=erase,
    )
)
