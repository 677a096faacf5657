"""The people of a cohort in rows, as their facilitator sees them: read with few queries and little work for each."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.cohorts.models import Attendance, AttendedBy, Cohort, Enrolment, EnrolmentState
from courses.cohorts.selectors.learning import steps_done
from courses.curriculum import selectors as curriculum
from kernel import clock
from kernel.kept import kept
from people.models import Pause
from people.selectors import shared_with_facilitators

QUIET_AFTER_DAYS = 10


class Cell(NamedTuple):
    """One session of the course, as far as one person has come in it."""

    number: int
    done: int
    total: int

    @property
    def state(self) -> str:
        return "ahead" if not self.done else "done" if self.done >= self.total else "begun"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of the cohort, in the order of time."""

    pk: int
    public_id: uuid.UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    begun: bool


class Standing(NamedTuple):
    """Where somebody is, in numbers: the same for everybody who is there."""

    state: str
    paused: bool
    # Whole days without a step, 0 where nobody need ask: paused, completed or withdrawn.
    quiet_days: int
    days_since_active: int | None

    @property
    def has_place(self) -> bool:
        return self.state != EnrolmentState.WITHDRAWN

    @property
    def is_quiet(self) -> bool:
        return self.quiet_days >= QUIET_AFTER_DAYS

    @property
    def in_words(self) -> str:
        if self.paused:
            return _("paused")
        if self.is_quiet:
            days = self.quiet_days
            return ngettext("quiet for %(n)s day", "quiet for %(n)s days", days) % {"n": days}
        return str(EnrolmentState(self.state).label)

    @property
    def last_active_in_words(self) -> str:
        days = self.days_since_active
        if days is None:
            return _("not begun yet")
        if days == 0:
            return _("today")
        if days == 1:
            return _("yesterday")
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}


@dataclass(slots=True)
class Row:
    """One learner, as their facilitator sees them."""

    pk: int
    public_id: uuid.UUID
    person_id: int
    name: str
    last_active_on: date | None
    standing: Standing
    cells: tuple[Cell, ...] = ()
    # One for each meeting: how they were there, "" where nothing is recorded.
    attended: tuple[str, ...] = ()
    shared: Any = None

    @property
    def title(self) -> str:
        return self.name or _("Somebody without a name yet (%(code)s)") % {"code": self.public_id.hex[:6]}

    @property
    def has_place(self) -> bool:
        return self.standing.has_place


def quiet_ones(enrolments: QuerySet[Enrolment], now: datetime) -> QuerySet[Enrolment]:
    """Those whom `Standing.is_quiet` calls quiet, asked of the database: days are UTC's, and a pause is no silence."""
    last_day = now.date() - timedelta(days=QUIET_AFTER_DAYS)
    after = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=UTC)
    rested = Pause.objects.filter(starts_at__lte=now).filter(
        Q(ended_at__gte=after) | Q(ended_at__isnull=True, ends_at__isnull=True) | Q(ended_at=None, ends_at__gte=after)
    )
    return (
        enrolments.filter(state=EnrolmentState.ACTIVE)
        .filter(Q(last_active_on__isnull=True) | Q(last_active_on__lte=last_day))
        .annotate(came_at=Coalesce("joined_at", "begun_at"))
        .filter(came_at__lt=after)
        .exclude(person__in=rested.values("person_id"))
    )


COLUMNS = ("pk", "public_id", "person_id", "person__name", "state", "last_active_on", Coalesce("joined_at", "begun_at"))


@kept
def _lines_of(cohort: int) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(cohort=cohort).order_by("pk").values_list(*COLUMNS)


@kept
def _line_of(enrolment: int) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(pk=enrolment).values_list(*COLUMNS)


def rows_of(cohort: Cohort, only: Enrolment | None = None, *, quiet_first: bool = False) -> list[Row]:
    """Everybody of the cohort, without their progress: those with a place first, by name. Two queries."""
    now = clock.now()
    raw = _lines_of(cohort.pk) if only is None else _line_of(only.pk)
    people = [person_id for _pk, _id, person_id, *_more in raw]
    paused, rested = _pauses(people, now)
    rows = [_row(line, today=now.date(), paused=line[2] in paused, rested=rested.get(line[2])) for line in raw]
    rows.sort(key=_quiet_order if quiet_first else _name_order)
    return rows


@kept
def _begun(people: list[int], now: datetime) -> QuerySet[Pause]:
    begun = Pause.objects.filter(person__in=people, starts_at__lte=now).order_by()
    return begun.values_list("person_id", "ends_at", "ended_at")


def _pauses(people: list[int], now: datetime) -> tuple[set[int], dict[int, datetime]]:
    """Who is paused, and when the others came back: nobody is called quiet for the time they rested. One query."""
    paused, back = set(), {}
    for person_id, ends_at, ended_at in _begun(people, now):
        over_at = ended_at or ends_at
        if over_at is None or over_at > now:
            paused.add(person_id)
        else:
            back[person_id] = max(over_at, back.get(person_id, over_at))
    return paused, back


def _row(
    line: tuple[int, uuid.UUID, int, str, str, date | None, datetime],
    *,
    today: date,
    paused: bool,
    rested: datetime | None,
) -> Row:
    pk, public_id, person_id, name, state, last_active_on, joined_at = line
    since = max(day for day in (joined_at.date(), last_active_on, rested and rested.date()) if day)
    asked_after = state == EnrolmentState.ACTIVE and not paused
    standing = Standing(
        state=state,
        paused=paused and state == EnrolmentState.ACTIVE,
        quiet_days=max((today - since).days, 0) if asked_after else 0,
        # A day begins earlier in the east: nobody was last active tomorrow.
        days_since_active=None if last_active_on is None else max((today - last_active_on).days, 0),
    )
    return Row(pk, public_id, person_id, name, last_active_on, standing)


def _name_order(row: Row) -> tuple:
    return (not row.has_place, not row.name, row.name.casefold(), row.pk)


def _quiet_order(row: Row) -> tuple:
    return (not row.has_place, -row.standing.quiet_days, *_name_order(row))


@kept
def _attended(enrolments: list[int]) -> QuerySet[Attendance]:
    return Attendance.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "session_id", "how")


def fill(rows: Sequence[Row], sessions: tuple[curriculum.Session, ...], meetings: tuple[Meeting, ...]) -> None:
    """Put progress, attendance and what they share into these rows: three queries.

    Of somebody who has withdrawn it is told that they have, and no more.
    """
    rows = [row for row in rows if row.has_place]
    keys = [row.pk for row in rows]
    stepped = [session for session in sessions if session.steps]
    place = {step.key: number for number, session in enumerate(stepped) for step in session.steps}
    done: dict[int, list[int]] = defaultdict(lambda: [0] * len(stepped))
    for enrolment_id, step_key in steps_done(keys):
        if (number := place.get(step_key)) is not None:
            done[enrolment_id][number] += 1
    there: dict[int, dict[int, str]] = defaultdict(dict)
    for enrolment_id, session_id, how in _attended(keys):
        there[enrolment_id][session_id] = how
    offered = shared_with_facilitators([row.person_id for row in rows])
    labels = {str(value): str(label) for value, label in AttendedBy.choices}
    for row in rows:
        row.cells = tuple(
            Cell(session.number, number, len(session.steps))
            for session, number in zip(stepped, done[row.pk], strict=True)
        )
        row.attended = tuple(labels.get(there[row.pk].get(meeting.pk, ""), "") for meeting in meetings)
        row.shared = offered.get(row.person_id)
