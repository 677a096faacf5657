"""Questions about somebody's way through a course."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from courses.cohorts.models import AttendedBy, Enrolment, EnrolmentState, StepDone
from courses.cohorts.rules import learn
from courses.curriculum import selectors as curriculum
from courses.curriculum.models import CoursePage
from kernel import clock
from kernel.kept import kept
from people.models import Pause
from people.selectors import paused_time

if TYPE_CHECKING:
    from people.models import User

# The journal's requirement, by the key that journal answers to.
INITIATIVE = "initiative"
WORDS_OF_A_COHORT = ("cohort__welcome", "cohort__joining_notes", "cohort__call_details")


@dataclass(frozen=True)
class Requirement:
    """Something besides its steps that completes a course.

    key    "meetings", or the key of the higher app that asks for it ("initiative")
    words  what is still to be done, or that it is done, in a sentence for the learner
    url    where to do it; may be empty
    """

    key: str
    met: bool
    words: str
    url: str = ""


@dataclass(frozen=True)
class Progress:
    """How far somebody is in a course, told in one language."""

    enrolment: Enrolment
    outline: curriculum.Outline
    done: frozenset[uuid.UUID]
    # The last day of the learner's own window, moved by their pauses; none without a cohort that has one.
    complete_by: date | None = None

    @property
    def missing(self) -> list[Requirement]:
        """What else the course asks for, once every step that it asks for is done; before, the steps speak."""
        if self.enrolment.state != EnrolmentState.ACTIVE or self.required_left:
            return []
        return [requirement for requirement in requirements(self.enrolment) if not requirement.met]

    @property
    def required_left(self) -> bool:
        """Is a step of the rule they began with still open, and still there? Without a rule nothing is ever through."""
        asked = set(self.enrolment.required_steps)
        return not asked or any(str(step.key) in asked and step.key not in self.done for step in self.outline.steps)

    @property
    def done_count(self) -> int:
        return sum(step.key in self.done for step in self.outline.steps)

    @property
    def total(self) -> int:
        return len(self.outline.steps)

    @cached_property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.outline.steps if step.key not in self.done)

    @cached_property
    def next_step(self) -> curriculum.Step | None:
        """Where to go on: the first step after the furthest one done that is still open, else the first open one."""
        steps = self.outline.steps
        furthest = max((n for n, step in enumerate(steps) if step.key in self.done), default=-1)
        ahead = [step for step in steps[furthest + 1 :] if step.key not in self.done]
        open_steps = [step for step in steps if step.key not in self.done]
        return next(iter(ahead or open_steps), None)

    @property
    def hours_left(self) -> int:
        return round(self.minutes_left / 60)

    @cached_property
    def next_session(self) -> curriculum.Session | None:
        found = self.outline.find(self.next_step.key) if self.next_step else None
        return found[0] if found else None

    @cached_property
    def stones(self) -> list[curriculum.Stone]:
        here = None if self.enrolment.is_completed else self.next_session
        return curriculum.stones(self.outline, self.done, here.key if here else None)


def also_required_of_newcomers() -> list[str]:
    """What an enrolment that begins now will be asked for by higher apps: nothing where none of them asks."""
    return [INITIATIVE] if hooks.get_hooks("course_requirement") else []


def requirements(enrolment: Enrolment) -> list[Requirement]:
    """What else than its steps this enrolment needs to be complete, met or not. Nobody waits for what no app knows."""
    found = []
    if enrolment.meetings_needed and enrolment.cohort_id:
        found.append(_meetings(enrolment))
    if enrolment.also_required:
        answers = (function(enrolment) for function in hooks.get_hooks("course_requirement"))
        found += [answer for answer in answers if answer is not None and answer.key in enrolment.also_required]
    return found


def _meetings(enrolment: Enrolment) -> Requirement:
    left = enrolment.meetings_needed - meetings_attended(enrolment)
    words = (
        ngettext(
            "%(count)d more meeting of your cohort to attend: on the web, by telephone, or caught up in a call.",
            "%(count)d more meetings of your cohort to attend: on the web, by telephone, or caught up in a call.",
            left,
        )
        % {"count": left}
        if left > 0
        else _("You have attended enough meetings of your cohort.")
    )
    url = enrolment.cohort.get_absolute_url() if enrolment.cohort else ""
    return Requirement(key="meetings", met=left <= 0, words=words, url=url)


def meetings_attended(enrolment: Enrolment) -> int:
    """How many sessions of the course they met about, in whichever cohort and by whichever way; and, while these are
    not enough, the meetings that higher apps know of (hook `meetings_attended`: enrolment -> number)."""
    there = enrolment.attendances.exclude(how=AttendedBy.ABSENT)
    number = there.values("session__session_key").distinct().count()
    for function in hooks.get_hooks("meetings_attended"):
        if number < enrolment.meetings_needed:
            number += function(enrolment)
    return number


def complete_by(enrolment: Enrolment, pauses: Iterable[Pause]) -> date | None:
    """The last day of somebody's own window: the cohort's, and as many days more as they were paused since joining, a
    day begun counted whole. None without a cohort that has one. No query: the caller brings the person's pauses."""
    cohort = enrolment.cohort
    if cohort is None or cohort.complete_by is None:
        return None
    since = enrolment.joined_at or datetime.combine(cohort.starts_on, time(), UTC)
    paused = paused_time(pauses, since, clock.now())
    return cohort.complete_by + timedelta(days=-(-paused // timedelta(days=1)))


@kept
def _enrolment(person: User, course_key: uuid.UUID) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(learn.rows(person), course__key=course_key)


def enrolment_of(person: User, course_key: uuid.UUID) -> Enrolment | None:
    return _enrolment.first(person.pk, course_key)


@kept
def steps_done(enrolments: list[int]) -> QuerySet[StepDone]:
    return StepDone.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "step_key")


def steps_done_by(enrolment: Enrolment) -> frozenset[uuid.UUID]:
    """The keys of the steps done. One query."""
    return frozenset(key for _enrolment, key in steps_done([enrolment.pk]))


def progress_in(enrolment: Enrolment, language: str) -> Progress | None:
    """Progress with the outline in this language (or in English where it has not been translated)."""
    page = curriculum.course_page(enrolment.course, language)
    if page is None:
        return None
    return Progress(enrolment=enrolment, outline=curriculum.outline(page), done=steps_done_by(enrolment))


@kept
def _under_way_or_completed(person: User) -> QuerySet[Enrolment]:
    enrolments = Enrolment.objects.filter(learn.rows(person)).exclude(state=EnrolmentState.WITHDRAWN)
    return enrolments.select_related("course", "cohort").defer(*WORDS_OF_A_COHORT)


def all_progress(person: User, language: str, pages: Mapping[uuid.UUID, CoursePage] | None = None) -> list[Progress]:
    """Somebody's progress in every course they are on, the latest first. Three queries however many there are, one of
    them for the courses' pages unless the caller brings them, and one for their pauses where a cohort means to be
    through by a day."""
    enrolments = _under_way_or_completed(person.pk)
    if pages is None:
        pages = curriculum.course_pages([enrolment.course for enrolment in enrolments], language)
    done: dict[int, set[uuid.UUID]] = defaultdict(set)
    for enrolment, key in steps_done([enrolment.pk for enrolment in enrolments]):
        done[enrolment].add(key)
    windows = any(enrolment.cohort and enrolment.cohort.complete_by for enrolment in enrolments)
    pauses = list(person.pauses.all()) if windows else []
    return [
        Progress(
            enrolment=enrolment,
            outline=curriculum.outline(pages[enrolment.course.key]),
            done=frozenset(done[enrolment.pk]),
            complete_by=complete_by(enrolment, pauses),
        )
        for enrolment in enrolments
        if enrolment.course.key in pages
    ]


def home_of(person: User, language: str) -> tuple[list[Progress], list[CoursePage]]:
    """What somebody is on, and the pages of the courses that they have not begun, or have withdrawn from. Three queries
    however many there are of either (and the one for pauses)."""
    pages = curriculum.course_pages(None, language)
    paths = all_progress(person, language, pages)
    begun = {path.enrolment.course.key for path in paths}
    return paths, [page for key, page in pages.items() if key not in begun]


def open_courses(person: User, language: str) -> list[CoursePage]:
    """The pages of the courses that this person has not begun, or has withdrawn from."""
    return home_of(person, language)[1]
