"""Questions about courses: their outline in one language, and where a step stands in it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.core.cache import caches

from courses.curriculum.models import Course, CoursePage, SessionPage, StepKind, StepPage


@dataclass(frozen=True)
class Step:
    key: uuid.UUID
    title: str
    summary: str
    url: str
    kind: str
    minutes: int
    required: bool

    @property
    def kind_label(self) -> str:
        return StepKind(self.kind).label


@dataclass(frozen=True)
class Session:
    key: uuid.UUID
    number: int
    title: str
    summary: str
    url: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Outline:
    """A course in one language, as it stands now."""

    key: uuid.UUID
    title: str
    url: str
    sessions: tuple[Session, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for session in self.sessions for step in session.steps)

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    def find(self, step_key: uuid.UUID) -> tuple[Session, Step] | None:
        return next(((s, step) for s in self.sessions for step in s.steps if step.key == step_key), None)

    def after(self, step_key: uuid.UUID) -> Step | None:
        """The step that follows this one in the course."""
        return next((after for step, after in pairwise(self.steps) if step.key == step_key), None)

    def before(self, step_key: uuid.UUID) -> Step | None:
        return next((before for before, step in pairwise(self.steps) if step.key == step_key), None)


@dataclass(frozen=True)
class Stone:
    """One of the stones on the path: a session, and how far somebody has come in it.

    For a reader without a place on the course `total` and `minutes_left` are 0: there is nothing to tell.
    """

    number: int
    title: str
    url: str
    state: str  # done, current, ahead
    done: int = 0
    total: int = 0
    minutes_left: int = 0


def course_pages(courses: Iterable[Course] | None, language: str) -> dict[uuid.UUID, CoursePage]:
    """Course key -> the course's live page in this language, else in English, else in any. One query.

    All courses for None, without their bodies and kept like outlines: every learner's home asks for them.
    """
    live = CoursePage.objects.live().select_related("locale").order_by("path")
    if courses is None:
        live = caches["pages"].get_or_set("course-pages", lambda: list(live.defer("body", "closing")))
    else:
        live = live.filter(translation_key__in=[course.key for course in courses])
    found: dict[uuid.UUID, dict[str, CoursePage]] = defaultdict(dict)
    for page in live:
        found[page.translation_key][page.locale.language_code] = page
    return {
        key: pages.get(language) or pages.get(settings.LANGUAGE_CODE) or next(iter(pages.values()))
        for key, pages in found.items()
    }


def course_page(course: Course, language: str) -> CoursePage | None:
    return course_pages([course], language).get(course.key)


def outline(page: CoursePage | SessionPage | StepPage) -> Outline:
    """The live sessions and steps of the course that this page is or belongs to, in the order editors gave them.

    Kept with the cache of pages, which publishing empties; otherwise three queries.
    """
    if isinstance(page, CoursePage) and page.pk is None:  # a preview of a course that is being written
        return Outline(key=page.translation_key, title=page.title, url="", sessions=())
    levels_down = {CoursePage: 0, SessionPage: 1, StepPage: 2}[type(page)]
    course_path = page.path[: (page.depth - levels_down) * page.steplen]
    return caches["pages"].get_or_set(f"outline:{course_path}", lambda: _read_outline(course_path))


def _read_outline(course_path: str) -> Outline:
    page = CoursePage.objects.select_related("locale").get(path=course_path)
    url = page.get_url()
    sessions = list(SessionPage.objects.live().child_of(page).order_by("path"))
    steps = list(StepPage.objects.live().descendant_of(page).order_by("path").defer("body"))
    return Outline(
        key=page.translation_key,
        title=page.title,
        url=url,
        sessions=tuple(
            Session(
                key=session.translation_key,
                number=number,
                title=session.title,
                summary=session.summary,
                url=(session_url := f"{url}{session.slug}/"),
                steps=tuple(_step(step, session_url) for step in steps if step.path.startswith(session.path)),
            )
            for number, session in enumerate(sessions, start=1)
        ),
    )


def _step(page: StepPage, session_url: str) -> Step:
    return Step(
        key=page.translation_key,
        title=page.title,
        summary=page.summary,
        url=f"{session_url}{page.slug}/",
        kind=page.kind,
        minutes=page.minutes,
        required=page.required,
    )


def stones(course: Outline, done: Set[uuid.UUID] | None, here: uuid.UUID | None = None) -> list[Stone]:
    """The path. A stone is done with all its required steps; the current one is `here` (a session's key).

    `done` is None for a reader without a place on the course.
    """
    return [_stone(session, done, here) for session in course.sessions]


def _stone(session: Session, done: Set[uuid.UUID] | None, here: uuid.UUID | None) -> Stone:
    finished = done is not None and all(step.key in done for step in session.steps if step.required)
    state = "current" if session.key == here else "done" if finished else "ahead"
    if done is None:
        return Stone(session.number, session.title, session.url, state)
    left = [step for step in session.steps if step.key not in done]
    return Stone(
        number=session.number,
        title=session.title,
        url=session.url,
        state=state,
        done=len(session.steps) - len(left),
        total=len(session.steps),
        minutes_left=sum(step.minutes for step in left),
    )


def step_keys(course: Course, *, required_only: bool = False) -> list[uuid.UUID]:
    """The keys of the steps that a learner meets, in order: once each, however many languages and copies there are."""
    page = course_page(course, settings.LANGUAGE_CODE)
    steps = outline(page).steps if page else ()
    return [step.key for step in steps if step.required or not required_only]
