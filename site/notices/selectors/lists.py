"""Questions about what somebody was told, and its words in the running language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel import clock
from kernel.kept import kept
from notices import kinds
from notices.models import Notice
from notices.rules import read
from people import zones

if TYPE_CHECKING:
    from people.models import User


LATEST = 3


@dataclass(frozen=True)
class Told:
    """A notice in words."""

    notice: Notice
    headline: str
    body: str
    button: str

    @property
    def is_unread(self) -> bool:
        return self.notice.read_at is None


@dataclass(frozen=True)
class Day:
    name: str
    told: list[Told]


def notices_of(person: User) -> QuerySet[Notice]:
    """What somebody was told, the newest first."""
    return read.visible(Notice.objects, person).order_by("-happened_at", "-pk")


def unread_count(person: User) -> int:
    return read.visible(Notice.objects, person).filter(read_at=None).count()


@kept
def _latest_unread(person: User) -> QuerySet[Notice]:
    return Notice.objects.filter(read.rows(person), read_at=None).order_by("-happened_at", "-pk")[:LATEST]


def latest_unread(person: User) -> list[Told]:
    """At most three, the newest first. One query."""
    return [in_words(notice) for notice in _latest_unread(person.pk)]


def in_words(notice: Notice) -> Told:
    """A kind that is no longer known, or whose words no longer fit what was noted, is told in general words."""
    try:
        kind = kinds.kind(notice.kind)
        values = {**kinds.spoken(notice.values), "count": notice.count}
        headline = kind.many if notice.count > 1 and kind.many else kind.headline
        words = [str(text).format(**values) for text in (headline, kind.body, kind.button)]
    except (KeyError, ValueError, IndexError, AttributeError, TypeError):
        words = [_("Something has changed"), "", ""]
    return Told(notice, *words)


def by_day(notices: Iterable[Notice]) -> list[Day]:
    """Notices that are in order already, under the days they happened on in the active zone."""
    today = timezone.localdate(clock.now())
    names = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
    return [
        Day(name=names.get(day) or zones.date_in_words(day), told=[in_words(notice) for notice in group])
        for day, group in groupby(notices, key=lambda notice: timezone.localdate(notice.happened_at))
    ]
