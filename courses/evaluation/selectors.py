"""Questions about evaluations: what is asked of somebody now, and what they have answered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from courses.cohorts.models import Enrolment, EnrolmentState
from courses.cohorts.rules import learn
from courses.cohorts.selectors import steps_done_by
from courses.curriculum import selectors as curriculum
from courses.evaluation.instruments import Instrument, latest_for, version_of
from courses.evaluation.models import Answers, Moment
from courses.evaluation.rules import own_answers
from kernel import clock

if TYPE_CHECKING:
    from people.models import User

# The follow-up is asked for three months after completion, can be given a little earlier, and for a year.
FOLLOW_UP_AFTER = timedelta(days=91)
FOLLOW_UP_EARLIEST = timedelta(days=80)
FOLLOW_UP_LATEST = timedelta(days=365)


@dataclass(frozen=True)
class Asked:
    """One moment of one enrolment. `state` is open, draft, given, later (with `opens_at` when known) or passed."""

    moment: Moment
    state: str
    answers: Answers | None = None
    opens_at: datetime | None = None

    @property
    def can_be_given(self) -> bool:
        return self.state in ("open", "draft")


@dataclass(frozen=True)
class Evaluation:
    """One person's evaluation of one enrolment, in one version of the instrument."""

    enrolment: Enrolment
    instrument: Instrument
    title: str
    asked: tuple[Asked, ...]

    def at(self, moment: str) -> Asked:
        return next(asked for asked in self.asked if asked.moment == moment)

    @property
    def given(self) -> dict[str, Answers]:
        return {asked.moment: asked.answers for asked in self.asked if asked.state == "given"}

    @property
    def next(self) -> Asked | None:
        """What could be given now."""
        return next((asked for asked in self.asked if asked.can_be_given), None)


def evaluation_of(enrolment: Enrolment, language: str) -> Evaluation | None:
    """What is asked of this enrolment now; None for a course without an instrument. Three queries at most."""
    rows = {row.moment: row for row in Answers.objects.filter(enrolment=enrolment)}
    return _evaluation(enrolment, rows, language)


def evaluations_of(person: User, language: str) -> list[Evaluation]:
    """One for each enrolment of a course that has an instrument, the latest first."""
    enrolments = list(learn.visible(Enrolment.objects, person).select_related("course"))
    rows: dict[int, dict[str, Answers]] = {}
    for row in own_answers.visible(Answers.objects, person):
        rows.setdefault(row.enrolment_id, {})[row.moment] = row
    found = (_evaluation(enrolment, rows.get(enrolment.pk, {}), language) for enrolment in enrolments)
    return [evaluation for evaluation in found if evaluation]


def instrument_for(enrolment: Enrolment, rows: Mapping[str, Answers]) -> Instrument | None:
    """The version this enrolment began with, so that its answers can be compared; else the newest."""
    begun = next(iter(sorted(rows.values(), key=lambda row: row.begun_at)), None)
    if begun:
        return version_of(begun.instrument, begun.version)
    return latest_for(enrolment.course.key)


def _evaluation(enrolment: Enrolment, rows: Mapping[str, Answers], language: str) -> Evaluation | None:
    instrument = instrument_for(enrolment, rows)
    if instrument is None:
        return None
    page = curriculum.course_page(enrolment.course, language)
    return Evaluation(
        enrolment=enrolment,
        instrument=instrument,
        title=page.title if page else enrolment.course.name,
        asked=tuple(_asked(moment, enrolment, rows) for moment in Moment),
    )


def _asked(moment: Moment, enrolment: Enrolment, rows: Mapping[str, Answers]) -> Asked:
    row = rows.get(moment)
    if row and row.given_at:
        return Asked(moment, "given", row)
    state, opens_at = _WINDOWS[moment](enrolment, rows)
    return Asked(moment, "draft" if row and state == "open" else state, row, opens_at)


def _before(enrolment: Enrolment, rows: Mapping[str, Answers]) -> tuple[str, datetime | None]:
    after = rows.get(Moment.AFTER)
    is_over = enrolment.state != EnrolmentState.ACTIVE or (after and after.given_at)
    return ("passed" if is_over else "open"), None


def _after(enrolment: Enrolment, rows: Mapping[str, Answers]) -> tuple[str, datetime | None]:
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return "passed", None
    if enrolment.is_completed:
        late = clock.now() - enrolment.completed_at > FOLLOW_UP_EARLIEST
        return ("passed" if late else "open"), None
    return ("open" if _has_reached_the_end(enrolment) else "later"), None


def _follow_up(enrolment: Enrolment, rows: Mapping[str, Answers]) -> tuple[str, datetime | None]:
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return "passed", None
    if not enrolment.is_completed:
        return "later", None
    age = clock.now() - enrolment.completed_at
    if age < FOLLOW_UP_EARLIEST:
        return "later", enrolment.completed_at + FOLLOW_UP_EARLIEST
    return ("open" if age <= FOLLOW_UP_LATEST else "passed"), None


_WINDOWS = {Moment.BEFORE: _before, Moment.AFTER: _after, Moment.FOLLOW_UP: _follow_up}


def _has_reached_the_end(enrolment: Enrolment) -> bool:
    """A step of the last session is done."""
    page = curriculum.course_page(enrolment.course, settings.LANGUAGE_CODE)
    sessions = curriculum.outline(page).sessions if page else ()
    last: set[uuid.UUID] = {step.key for step in sessions[-1].steps} if sessions else set()
    return bool(last & steps_done_by(enrolment))
