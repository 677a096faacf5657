"""The people of a cohort in rows, as their facilitator sees them: read with few queries and little work for each."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.cohorts.models import Attendance, AttendedBy, Cohort, Enrolment, EnrolmentState, StepDone
from courses.curriculum import selectors as curriculum
from kernel import clock
from people.models import Pause
from people.selectors import shared_with_facilitators

QUIET_AFTER_DAYS = 10


@dataclass(frozen=True, slots=True)
class Cell:
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


@dataclass(slots=True)
class Row:
    """One learner, as their facilitator sees them."""

    pk: int
    public_id: uuid.UUID
    person_id: int
    name: str
    state: str
    joined_on: date
    last_active_on: date | None
    paused: bool
    # Whole days without a step, 0 where nobody need ask: paused, completed or withdrawn.
    quiet_days: int
    days_since_active: int | None
    cells: tuple[Cell, ...] = ()
    # One for each meeting: how they were there, "" where nothing is recorded.
    attended: tuple[str, ...] = ()
    shared: Any = None

    @property
    def title(self) -> str:
        return self.name or _("Somebody without a name yet (%(code)s)") % {"code": self.public_id.hex[:6]}

    @property
    def is_quiet(self) -> bool:
        return self.quiet_days >= QUIET_AFTER_DAYS

    @property
    def state_in_words(self) -> str:
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

    @property
    def has_place(self) -> bool:
        return self.state != EnrolmentState.WITHDRAWN


def quiet_ones(enrolments: QuerySet[Enrolment], now: datetime) -> QuerySet[Enrolment]:
    """Those whom `Row.is_quiet` calls quiet, asked of the database: days are UTC's, and a pause is no silence."""
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


def rows_of(cohort: Cohort, only: Enrolment | None = None, *, quiet_first: bool = False) -> list[Row]:
    """Everybody of the cohort, without their progress: those with a place first, by name. Two queries."""
    now = clock.now()
    found = Enrolment.objects.filter(cohort=cohort) if only is None else Enrolment.objects.filter(pk=only.pk)
    raw = list(
        found.order_by("pk").values_list(
            *("pk", "public_id", "person_id", "person__name", "state", "last_active_on"),
            Coalesce("joined_at", "begun_at"),
        )
    )
    people = [person_id for _pk, _id, person_id, *_more in raw]
    paused, rested = _pauses(people, now)
    rows = [_row(line, today=now.date(), paused=line[2] in paused, rested=rested.get(line[2])) for line in raw]
    rows.sort(key=_quiet_order if quiet_first else _name_order)
    return rows


def _pauses(people: list[int], now: datetime) -> tuple[set[int], dict[int, datetime]]:
    """Who is paused, and when the others came back: nobody is called quiet for the time they rested. One query."""
    paused, back = set(), {}
    begun = Pause.objects.filter(person__in=people, starts_at__lte=now).order_by()
    for person_id, ends_at, ended_at in begun.values_list("person_id", "ends_at", "ended_at"):
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
    joined_on = joined_at.date()
    since = max(day for day in (joined_on, last_active_on, rested and rested.date()) if day)
    asked_after = state == EnrolmentState.ACTIVE and not paused
    return Row(
        pk=pk,
        public_id=public_id,
        person_id=person_id,
        name=name,
        state=state,
        joined_on=joined_on,
        last_active_on=last_active_on,
        paused=paused and state == EnrolmentState.ACTIVE,
        quiet_days=max((today - since).days, 0) if asked_after else 0,
        # A day begins earlier in the east: nobody was last active tomorrow.
        days_since_active=None if last_active_on is None else max((today - last_active_on).days, 0),
    )


def _name_order(row: Row) -> tuple:
    return (not row.has_place, not row.name, row.name.casefold(), row.pk)


def _quiet_order(row: Row) -> tuple:
    return (not row.has_place, -row.quiet_days, *_name_order(row))


def fill(rows: Sequence[Row], sessions: tuple[curriculum.Session, ...], meetings: tuple[Meeting, ...]) -> None:
    """Put progress, attendance and what they share into these rows: three queries.

    Of somebody who has withdrawn it is told that they have, and no more.
    """
    rows = [row for row in rows if row.has_place]
    keys = [row.pk for row in rows]
    stepped = [session for session in sessions if session.steps]
    place = {step.key: number for number, session in enumerate(stepped) for step in session.steps}
    done: dict[int, list[int]] = defaultdict(lambda: [0] * len(stepped))
    for enrolment_id, step_key in StepDone.objects.filter(enrolment__in=keys).values_list("enrolment_id", "step_key"):
        if (number := place.get(step_key)) is not None:
            done[enrolment_id][number] += 1
    there: dict[int, dict[int, str]] = defaultdict(dict)
    held = Attendance.objects.filter(enrolment__in=keys, session__in=[meeting.pk for meeting in meetings])
    for enrolment_id, session_id, how in held.values_list("enrolment_id", "session_id", "how"):
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
