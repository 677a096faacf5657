"""What this app adds to the pages of lower apps and to the learner home."""

import uuid

from django.http import HttpRequest
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils.translation import get_language
from wagtail import hooks

from courses.cohorts import actions, facilitating_hooks, selectors  # noqa: F401 - its hooks register themselves
from courses.cohorts.models import Enrolment, EnrolmentState
from courses.cohorts.selectors import cohorts, timetable
from courses.curriculum.models import CoursePage
from kernel.texts import in_language, language_of
from notices.calendar import Entry
from people.models import User


def _enrolment(request: HttpRequest, course_key: uuid.UUID) -> Enrolment | None:
    """This person's enrolment on this course, asked once a request; none for somebody who has withdrawn."""
    known = request.__dict__.setdefault("_enrolments", {})
    if course_key not in known:
        found = selectors.enrolment_of(request.user, course_key) if request.user.is_authenticated else None
        known[course_key] = None if found and found.state == EnrolmentState.WITHDRAWN else found
    return known[course_key]


def _home(request: HttpRequest) -> tuple[list[selectors.Progress], list[CoursePage]]:
    """This person's progress in every course, and the courses they could begin; asked once a request."""
    if not hasattr(request, "_home"):
        request._home = selectors.home_of(request.user, get_language())
    return request._home


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


@hooks.register("session_panel")
def session_panel(request: HttpRequest, place) -> str:
    """On a session's page: the steps that the reader's cohort has added to it."""
    enrolment = _enrolment(request, place.outline.key) if place.session else None
    if enrolment is None or enrolment.cohort_id is None:
        return ""
    steps = cohorts.own_steps_in(enrolment.cohort_id, place.session.key)
    if not steps:
        return ""
    done = _done(request, enrolment)
    lines = [
        {
            "step": step,
            "title": in_language(step.title),
            "language": language_of(step.title),
            "done": step.public_id in done,
        }
        for step in steps
    ]
    return _render("cohorts/session_panel.html", request, own_steps=lines, cohort=steps[0].cohort)


@hooks.register("learner_home", order=35)
def my_cohort(request: HttpRequest, subject: None = None) -> str:
    """When my cohort meets next, and where I stand on a waiting list. Nothing for those who have neither."""
    mine = [path for path in _home(request)[0] if cohorts.is_live(path.enrolment.cohort)]
    meeting = timetable.next_meeting([path.enrolment.cohort for path in mine]) if mine else None
    waits = cohorts.waiting_of(request.user)
    if not mine and not waits:
        return ""
    sessions = [session for path in mine for session in path.outline.sessions] if meeting else []
    return _render(
        "cohorts/home_panel.html",
        request,
        cohort=mine[0].enrolment.cohort if mine else None,
        meeting=meeting,
        about=next((session for session in sessions if session.key == meeting.session_key), None),
        waits=waits,
    )


@hooks.register("calendar")
def meetings_of(person: User) -> list[Entry]:
    """For somebody's own calendar: the meetings of their cohorts."""
    return timetable.entries_of(person)


@hooks.register("learner_home", order=30)
def learner_home(request: HttpRequest, subject: None = None) -> str:
    """The one next step, the path of stones, and the courses one could begin."""
    paths, open_courses = _home(request)
    actions.was_here([path.enrolment for path in paths])
    return _render("cohorts/learner_home.html", request, paths=paths, open_courses=open_courses)


def _render(template: str, request: HttpRequest, **context) -> str:
    """A part of a page that is already being made: it needs the request and the form token, not the whole frame."""
    return render_to_string(template, {**context, "request": request, **csrf(request)})
