"""Where a course page stands in its course, for the templates of the three kinds of page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django import template
from django.template.context import Context
from wagtail import hooks

from courses.curriculum import selectors
from courses.curriculum.models import CoursePage, SessionPage, StepPage

register = template.Library()


@dataclass(frozen=True)
class Place:
    outline: selectors.Outline
    done: frozenset[uuid.UUID]
    stones: list[selectors.Stone]
    session: selectors.Session | None = None
    step: selectors.Step | None = None
    before: selectors.Step | None = None
    after: selectors.Step | None = None

    @property
    def steps(self) -> list[StepLine]:
        """The steps of this session, marked for the list."""
        return [
            StepLine(step=step, done=step.key in self.done, current=step == self.step)
            for step in (self.session.steps if self.session else ())
        ]

    @property
    def trail(self) -> list[selectors.Outline | selectors.Session]:
        """The pages above this one: the course and, above a step, its session."""
        return [self.outline, self.session] if self.step else [self.outline]

    @property
    def number(self) -> int:
        """Which step of its session this is, from 1."""
        return self.session.steps.index(self.step) + 1 if self.session and self.step else 0


@dataclass(frozen=True)
class StepLine:
    step: selectors.Step
    done: bool
    current: bool

    def __getattr__(self, name: str):
        return getattr(self.step, name)


@register.simple_tag(takes_context=True)
def place_in_course(context: Context, page: CoursePage | SessionPage | StepPage) -> Place:
    """The outline of the page's course, where the page stands in it, and what this person has done of it.

    No query of its own; two for somebody who is signed in.
    """
    outline = selectors.outline(page)
    marks = _marks(context.get("request"), outline.key)
    done = marks or frozenset()
    if isinstance(page, StepPage) and (found := outline.find(page.translation_key)):
        session, step = found
        return Place(
            outline=outline,
            done=done,
            stones=selectors.stones(outline, marks, session.key),
            session=session,
            step=step,
            before=outline.before(step.key),
            after=outline.after(step.key),
        )
    session = next((session for session in outline.sessions if session.key == page.translation_key), None)
    here = session.key if session else None
    return Place(outline=outline, done=done, stones=selectors.stones(outline, marks, here), session=session)


def _marks(request, course_key: uuid.UUID) -> frozenset[uuid.UUID] | None:
    """The keys of the steps that this person has done, as far as a higher app keeps marks; None without a place."""
    if request is None:
        return None
    answers = (function(request, course_key) for function in hooks.get_hooks("course_marks"))
    return next((answer for answer in answers if answer is not None), None)
