"""When cohorts meet, on pages and in calendars."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.cohorts import rules
from courses.cohorts.models import Cohort, CohortSession, CohortState
from courses.curriculum import selectors as curriculum
from kernel import clock
from kernel.kept import kept
from notices.calendar import Entry
from people import zones
from people.models import User


@dataclass(frozen=True)
class Meeting:
    """A meeting of a cohort, with the session of the course that it is about, in one language."""

    session: CohortSession
    zone: str
    about: curriculum.Session | None

    @property
    def title(self) -> str:
        return self.about.title if self.about else _("Meeting")

    @property
    def is_over(self) -> bool:
        return self.session.ends_at <= clock.now()

    @property
    def there(self) -> str:
        """The time in the cohort's zone, where that is another time of day than the reader's; else empty."""
        tz = zones.zone_of(self.zone)
        same = (
            timezone.localtime(self.session.starts_at).utcoffset() == self.session.starts_at.astimezone(tz).utcoffset()
        )
        return "" if same else zones.instant_in_words(self.session.starts_at, self.zone)


def meetings(cohort: Cohort, language: str) -> list[Meeting]:
    """The timetable. One query, and one for the course's page."""
    about = sessions_of(cohort, language)
    return [
        Meeting(session=session, zone=cohort.zone, about=about.get(session.session_key))
        for session in cohort.sessions.all()
    ]


@kept
def _next_meeting(cohorts: list[int], now: datetime) -> QuerySet[CohortSession]:
    return CohortSession.objects.filter(ends_at__gt=now, cohort__in=cohorts).order_by("starts_at", "pk")[:1]


def next_meeting(cohorts: Sequence[Cohort]) -> CohortSession | None:
    """The next meeting, or the one under way, of these cohorts, with its cohort. One query."""
    meeting = _next_meeting.first([cohort.pk for cohort in cohorts], clock.now())
    if meeting:
        meeting.cohort = next(cohort for cohort in cohorts if cohort.pk == meeting.cohort_id)
    return meeting


def sessions_of(cohort: Cohort, language: str) -> dict[uuid.UUID, curriculum.Session]:
    page = curriculum.course_page(cohort.course, language)
    return {session.key: session for session in curriculum.outline(page).sessions} if page else {}


def entries_of_cohort(cohort: Cohort, language: str) -> list[Entry]:
    """The timetable for a calendar file. Its titles name the course's session, and nobody."""
    return [_entry(meeting, cohort) for meeting in meetings(cohort, language)]


def entries_of(person: User) -> list[Entry]:
    """The meetings of every cohort that somebody has a place in or leads, those that were called off among them."""
    cohorts = Cohort.objects.filter(rules.belong.rows(person) | rules.facilitate.rows(person))
    found = cohorts.exclude(state=CohortState.DRAFT).select_related("course").prefetch_related("sessions")
    language = get_language() or person.language
    return [entry for cohort in found for entry in entries_of_cohort(cohort, language)]


def _entry(meeting: Meeting, cohort: Cohort) -> Entry:
    session = meeting.session
    cancelled = cohort.state == CohortState.CANCELLED
    return Entry(
        uid=f"{session.public_id}@cohort-meeting",
        starts=session.starts_at,
        ends=session.ends_at,
        title=_("%(cohort)s: %(title)s") % {"cohort": cohort.name, "title": meeting.title},
        # Nothing keeps the moment of a change; what calendars need is that it grows with the number of changes.
        last_changed=cohort.made_at + timedelta(seconds=session.sequence + cancelled),
        url=cohort.get_absolute_url(),
        sequence=session.sequence + cancelled,
        cancelled=cancelled,
    )
