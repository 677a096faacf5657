"""What meetings of sets add to other pages: a person's calendar, the facilitator's page, the course's own count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from community.sets.selectors import counts, meetings

if TYPE_CHECKING:
    from courses.cohorts.models import Cohort, Enrolment
    from notices.calendar import Entry
    from people.models import User


@hooks.register("calendar")
def set_meetings_of(person: User) -> list[Entry]:
    return meetings.entries_of(person)


@hooks.register("facilitator_panel", order=40)
def sets_of_the_cohort(request: HttpRequest, cohort: Cohort) -> str:
    """How its sets are doing, in numbers; on a page that only those who lead the cohort open."""
    found = counts.of_cohort(cohort)
    return render_to_string("sets/facilitator_panel.html", {"sets": found, "request": request}) if found else ""


@hooks.register("second_factor")
def reads_reports(user: User) -> bool:
    """Whoever opens what was reported opens other people's words."""
    return user.has_perm("sets.handle_report")


@hooks.register("meetings_attended")
def set_meetings_attended(enrolment: Enrolment) -> int:
    return counts.meetings_attended(enrolment)
