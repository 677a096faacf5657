"""What this app holds about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from courses.cohorts import actions
from courses.cohorts.models import (
    Attendance,
    CohortMessage,
    Enrolment,
    Facilitation,
    PlaceRequest,
    StepDone,
)
from people.mydata import Contribution, contribute

if TYPE_CHECKING:
    from datetime import date

    from people.models import User


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "course": enrolment.course.name,
        "cohort": enrolment.cohort.name if enrolment.cohort else None,
        "state": enrolment.state,
        "begun_at": _iso(enrolment.begun_at),
        "joined_at": _iso(enrolment.joined_at),
        "completed_at": _iso(enrolment.completed_at),
        "last_active_on": _iso(enrolment.last_active_on),
        "meetings_needed": enrolment.meetings_needed,
        "also_required": enrolment.also_required,
        "required_steps": enrolment.required_steps,
        "steps_done": [{"step": str(step.step_key), "at": _iso(step.at)} for step in enrolment.steps_done.all()],
        "meetings": [
            {"on": _iso(attendance.session.starts_at), "how": attendance.how, "recorded_at": _iso(attendance.at)}
            for attendance in enrolment.attendances.all()
        ],
        "messages": [{"at": _iso(message.at), "text": message.text} for message in enrolment.messages.all()],
    }


def collect(person: User) -> dict[str, Any]:
    enrolments = person.enrolments.select_related("course", "cohort").prefetch_related(
        "steps_done", "attendances__session", "messages"
    )
    return {
        "courses": [_enrolment(enrolment) for enrolment in enrolments],
        "places_asked_for": [
            {
                "cohort": request.cohort.name,
                "state": request.state,
                "position": request.position,
                "asked_at": _iso(request.asked_at),
                "answered_at": _iso(request.answered_at),
            }
            for request in person.place_requests.select_related("cohort").order_by("asked_at")
        ],
        "cohorts_led": [
            {"cohort": led.cohort.name, "since": _iso(led.since), "until": _iso(led.until)}
            for led in person.facilitations.select_related("cohort").order_by("since")
        ],
        "messages_written": [
            {"cohort": message.cohort.name, "at": _iso(message.at), "text": message.text}
            for message in CohortMessage.objects.filter(sender=person).select_related("cohort")
        ],
    }


contribute(
    Contribution(
        key="courses",
        title=_("Courses and cohorts"),
        collect=collect,
        models=(Enrolment, StepDone, PlaceRequest, Attendance, Facilitation, CohortMessage),
        rule=_(
            "Your places, steps, attendances and requests are deleted, and your places go to the next on the waiting "
            "list. Messages that you wrote to a cohort you led stay with it, without your name."
        ),
        erase=lambda person: actions.free_places_of(person=person),
        words={
            "courses": _("Courses"),
            "steps_done": _("Steps done"),
            "step": _("Step"),
            "meetings": _("Meetings"),
            "on": _("On"),
            "messages": _("Messages to you"),
            "places_asked_for": _("Places asked for"),
            "cohorts_led": _("Cohorts led"),
            "messages_written": _("Messages you wrote"),
        },
    )
)
