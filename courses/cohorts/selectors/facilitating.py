"""What facilitators see of their cohorts: who is where, who has gone quiet. Never journals, answers, consents, or what
people did not share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import caches
from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from courses.cohorts.models import (
    Attendance,
    Cohort,
    CohortSession,
    CohortState,
    Enrolment,
    EnrolmentState,
    Facilitation,
    OwnStep,
    PlaceRequest,
    RequestState,
)
from courses.cohorts.rules import facilitate
from courses.cohorts.selectors.learning import steps_done_by
from courses.cohorts.selectors.rows import Meeting, Row, fill, quiet_ones, rows_of
from courses.curriculum import selectors as curriculum
from kernel import clock
from kernel.kept import kept
from kernel.texts import in_language, language_of

if TYPE_CHECKING:
    from people.models import User

ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class Group:
    """A cohort before its facilitator: `page` holds a page of rows, `sessions` are the course's in one language."""

    cohort: Cohort
    sessions: tuple[curriculum.Session, ...]
    meetings: tuple[Meeting, ...]
    page: Page
    quiet: int
    active: int

    @property
    def heads(self) -> tuple[str, ...]:
        """What the columns are called after."""
        return tuple(one.title for one in (*self.sessions, *self.meetings))


@dataclass(frozen=True)
class Learner:
    """One person on a page of their own: each session with (title of a step, done), each meeting with how."""

    row: Row
    sessions: list[tuple[curriculum.Session, list[tuple[str, bool]]]]
    meetings: list[tuple[Meeting, str]]


@dataclass(frozen=True)
class OwnStepLine:
    """A step of the cohort's own, told in one language (`lang`: the one that its title is in)."""

    step: OwnStep
    title: str
    lang: str
    number: int
    session: str


@dataclass(frozen=True)
class Led:
    """One cohort on the home page of whoever leads it."""

    cohort: Cohort
    quiet: int
    asking: int
    next_meeting: datetime | None


@kept
def _led(person: User, public_id: uuid.UUID) -> QuerySet[Cohort]:
    cohorts = Cohort.objects.filter(facilitate.rows(person), public_id=public_id)
    return cohorts.select_related("course", "organisation")


def led_cohort(person: User, public_id: uuid.UUID) -> Cohort | None:
    """The cohort, to somebody who leads it now. One query."""
    return _led.first(person.pk, public_id)


def group(cohort: Cohort, language: str, *, quiet_first: bool = False, page: Any = 1) -> Group:
    """A page of the cohort's people and how far each has come. Seven queries however many they are."""
    rows = rows_of(cohort, quiet_first=quiet_first)
    shown = Paginator(rows, ROWS_PER_PAGE).get_page(page)
    sessions = sessions_of(cohort, language)
    meetings = meetings_of(cohort, sessions)
    fill(shown.object_list, sessions, meetings)
    return Group(
        cohort=cohort,
        sessions=sessions,
        meetings=meetings,
        page=shown,
        quiet=sum(row.standing.is_quiet for row in rows),
        active=sum(row.has_place for row in rows),
    )


def all_rows(cohort: Cohort, language: str, at_once: int = 100) -> Iterator[Row]:
    """Everybody in the cohort, for a file: a few queries for each hundred of them."""
    sessions = sessions_of(cohort, language)
    meetings = meetings_of(cohort, sessions)
    rows = rows_of(cohort)
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        fill(some, sessions, meetings)
        yield from some


def learner(enrolment: Enrolment, language: str) -> Learner:
    """One of them, with the steps by their titles. `enrolment.cohort` is loaded."""
    cohort = enrolment.cohort
    (row,) = rows_of(cohort, enrolment)
    sessions = sessions_of(cohort, language)
    meetings = meetings_of(cohort, sessions)
    fill([row], sessions, meetings)
    done = steps_done_by(enrolment)
    return Learner(
        row=row,
        sessions=[(session, [(step.title, step.key in done) for step in session.steps]) for session in sessions],
        meetings=list(zip(meetings, row.attended, strict=True)),
    )


def sessions_of(cohort: Cohort, language: str) -> tuple[curriculum.Session, ...]:
    """The sessions of the course in this language, kept with the cache of pages, which publishing empties."""
    key = f"sessions:{cohort.course.key}:{language}"
    return caches["pages"].get_or_set(key, lambda: _read_sessions(cohort, language))


def _read_sessions(cohort: Cohort, language: str) -> tuple[curriculum.Session, ...]:
    page = curriculum.course_page(cohort.course, language)
    return curriculum.outline(page).sessions if page else ()


@kept
def _meetings(cohort: int) -> QuerySet[CohortSession]:
    return CohortSession.objects.filter(cohort=cohort).order_by("starts_at", "pk")


def meetings_of(cohort: Cohort, outline: tuple[curriculum.Session, ...]) -> tuple[Meeting, ...]:
    """The cohort's meetings, in the order of time, each called as the session it is about."""
    now = clock.now()
    sessions = {session.key: session for session in outline}
    rows = _meetings(cohort.pk)
    return tuple(
        Meeting(
            pk=row.pk,
            public_id=row.public_id,
            title=_meeting_title(sessions.get(row.session_key), number),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            begun=row.starts_at <= now,
        )
        for number, row in enumerate(rows, start=1)
    )


def _meeting_title(session: curriculum.Session | None, number: int) -> str:
    if session is None:
        return _("Meeting %(number)s") % {"number": number}
    return _("Session %(number)s: %(title)s") % {"number": session.number, "title": session.title}


def own_steps_of(cohort: Cohort, language: str) -> list[OwnStepLine]:
    """The cohort's own steps in the order of the course."""
    sessions = {session.key: session for session in sessions_of(cohort, language)}
    lines = [_own_step_line(step, sessions.get(step.session_key), language) for step in cohort.own_steps.all()]
    return sorted(lines, key=lambda line: (line.number, line.step.order, line.step.pk))


def _own_step_line(step: OwnStep, session: curriculum.Session | None, language: str) -> OwnStepLine:
    return OwnStepLine(
        step=step,
        title=in_language(step.title, language),
        lang=language_of(step.title, language),
        number=session.number if session else 0,
        session=session.title if session else "",
    )


@kept
def _open_requests(cohort: int) -> QuerySet[PlaceRequest]:
    rows = PlaceRequest.objects.filter(cohort=cohort, state__in=(RequestState.ASKED, RequestState.WAITING))
    return rows.select_related("person").order_by("position")[:200]


def open_requests(cohort: Cohort) -> tuple[list[PlaceRequest], list[PlaceRequest]]:
    """Those who ask to be let in, and those on the waiting list, in their order. One query."""
    rows = _open_requests(cohort.pk)
    asked = [row for row in rows if row.state == RequestState.ASKED]
    return asked, [row for row in rows if row.state == RequestState.WAITING]


def learners(cohort: Cohort) -> QuerySet[Enrolment]:
    """Those who have a place, by name."""
    rows = Enrolment.objects.filter(cohort=cohort).exclude(state=EnrolmentState.WITHDRAWN)
    return rows.select_related("person").order_by("person__name", "pk")


def attendance_at(session: CohortSession) -> dict[int, str]:
    """Primary key of the enrolment -> how they were there. One query."""
    return dict(Attendance.objects.filter(session=session).values_list("enrolment_id", "how"))


@kept
def _led_now(person: int) -> QuerySet[Facilitation]:
    return Facilitation.objects.filter(person=person, until__isnull=True).values_list("cohort_id", flat=True)


def led_by(person: User) -> list[Led]:
    """The cohorts that somebody leads and that are not over, each with what asks for them. Three queries; a cheap one
    for the many who lead none."""
    mine = _led_now(person.pk)
    if not mine:
        return []
    now = clock.now()
    cohorts = list(
        facilitate.visible(Cohort.objects.filter(pk__in=mine), person)
        .exclude(state=CohortState.CANCELLED)
        .filter(ends_on__gte=now.date() - timedelta(days=30))
        .annotate(
            next_meeting=Min("sessions__starts_at", filter=Q(sessions__ends_at__gt=now)),
            asking=Count("requests", filter=Q(requests__state=RequestState.ASKED), distinct=True),
        )
        .order_by("starts_on", "pk")
    )
    quiet = dict(
        quiet_ones(Enrolment.objects.filter(cohort__in=[cohort.pk for cohort in cohorts]), now)
        .order_by()
        .values_list("cohort_id")
        .annotate(Count("pk"))
    )
    return [
        Led(cohort=cohort, quiet=quiet.get(cohort.pk, 0), asking=cohort.asking, next_meeting=cohort.next_meeting)
        for cohort in cohorts
    ]
