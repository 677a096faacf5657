"""What this app adds to the pages of lower apps and to the learner home."""

import uuid

from django.http import HttpRequest
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils.translation import get_language
from wagtail import hooks

from courses.cohorts import facilitating_hooks, selectors  # noqa: F401 - its hooks register themselves
from courses.cohorts.models import Enrolment


def _enrolment(request: HttpRequest, course_key: uuid.UUID) -> Enrolment | None:
    """This person's enrolment on this course, asked once a request."""
    known = request.__dict__.setdefault("_enrolments", {})
    if course_key not in known:
        known[course_key] = selectors.enrolment_of(request.user, course_key) if request.user.is_authenticated else None
    return known[course_key]


def _done(request: HttpRequest, enrolment: Enrolment) -> frozenset[uuid.UUID]:
    known = request.__dict__.setdefault("_steps_done", {})
    if enrolment.pk not in known:
        known[enrolment.pk] = selectors.steps_done_by(enrolment)
    return known[enrolment.pk]


@hooks.register("course_marks")
def marks(request: HttpRequest, course_key: uuid.UUID) -> frozenset[uuid.UUID] | None:
    enrolment = _enrolment(request, course_key)
    return _done(request, enrolment) if enrolment else None


@hooks.register("course_panel")
def course_panel(request: HttpRequest, place) -> str:
    """On a course page: begin, go on where you were, or see that it is completed."""
    enrolment = _enrolment(request, place.outline.key)
    progress = (
        selectors.Progress(enrolment=enrolment, outline=place.outline, done=_done(request, enrolment))
        if enrolment
        else None
    )
    return _render("cohorts/course_panel.html", request, place=place, progress=progress)


@hooks.register("step_panel")
def step_panel(request: HttpRequest, place) -> str:
    """At the foot of a step: mark it done and go on, or how to keep one's place."""
    enrolment = _enrolment(request, place.outline.key)
    done = enrolment is not None and place.step.key in _done(request, enrolment)
    return _render("cohorts/step_panel.html", request, place=place, enrolment=enrolment, done=done)


@hooks.register("learner_home", order=30)
def learner_home(request: HttpRequest, subject: None = None) -> str:
    """The one next step, the path of stones, and the courses one could begin."""
    paths = selectors.all_progress(request.user, get_language())
    open_courses = selectors.open_courses(request.user, get_language())
    return _render("cohorts/learner_home.html", request, paths=paths, open_courses=open_courses)


def _render(template: str, request: HttpRequest, **context) -> str:
    """A part of a page that is already being made: it needs the request and the form token, not the whole frame."""
    return render_to_string(template, {**context, "request": request, **csrf(request)})
