"""Questions about somebody's way through a course."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.cohorts.models import Enrolment
from courses.cohorts.rules import learn
from courses.curriculum import selectors as curriculum
from courses.curriculum.models import Course, CoursePage

if TYPE_CHECKING:
    from people.models import User


@dataclass(frozen=True)
class Progress:
    """How far somebody is in a course, told in one language."""

    enrolment: Enrolment
    outline: curriculum.Outline
    done: frozenset[uuid.UUID]

    @property
    def done_count(self) -> int:
        return sum(step.key in self.done for step in self.outline.steps)

    @property
    def total(self) -> int:
        return len(self.outline.steps)

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.outline.steps if step.key not in self.done)

    @property
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

    @property
    def next_session(self) -> curriculum.Session | None:
        found = self.outline.find(self.next_step.key) if self.next_step else None
        return found[0] if found else None

    @property
    def stones(self) -> list[curriculum.Stone]:
        here = None if self.enrolment.is_completed else self.next_session
        return curriculum.stones(self.outline, self.done, here.key if here else None)


def enrolment_of(person: User, course_key: uuid.UUID) -> Enrolment | None:
    return learn.visible(Enrolment.objects, person).filter(course__key=course_key).first()


def steps_done_by(enrolment: Enrolment) -> frozenset[uuid.UUID]:
    """The keys of the steps done. One query."""
    return frozenset(enrolment.steps_done.values_list("step_key", flat=True))


def progress_in(enrolment: Enrolment, language: str) -> Progress | None:
    """Progress with the outline in this language (or in English where it has not been translated)."""
    page = curriculum.course_page(enrolment.course, language)
    if page is None:
        return None
    return Progress(enrolment=enrolment, outline=curriculum.outline(page), done=steps_done_by(enrolment))


def all_progress(person: User, language: str) -> list[Progress]:
    """Somebody's progress in every course they are on, the latest first. Three queries however many there are."""
    enrolments = list(learn.visible(Enrolment.objects, person).select_related("course").prefetch_related("steps_done"))
    pages = curriculum.course_pages([enrolment.course for enrolment in enrolments], language)
    return [
        Progress(
            enrolment=enrolment,
            outline=curriculum.outline(pages[enrolment.course.key]),
            done=frozenset(step.step_key for step in enrolment.steps_done.all()),
        )
        for enrolment in enrolments
        if enrolment.course.key in pages
    ]


def open_courses(person: User, language: str) -> list[CoursePage]:
    """The pages of the courses that this person has not begun. Two queries."""
    begun = learn.visible(Enrolment.objects, person).values("course_id")
    return list(curriculum.course_pages(Course.objects.exclude(pk__in=begun), language).values())
