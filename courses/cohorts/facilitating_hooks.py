"""What leading a cohort adds to other pages: a panel at home, messages on the cohort's page, a second lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from courses.cohorts.models import Cohort
from courses.cohorts.rules import facilitate
from courses.cohorts.selectors import facilitating, messages
from kernel.panels import concerns

if TYPE_CHECKING:
    from people.models import User

LATEST = 3


@hooks.register("learner_home", order=10)
@concerns(lambda person: person.facilitations.filter(until=None))
def cohorts_led(request: HttpRequest, subject: None = None) -> str:
    """For whoever leads cohorts: who went quiet, the next meeting, who asks to be let in."""
    led = facilitating.led_by(request.user)
    return render_to_string("cohorts/led_panel.html", {"led": led, "request": request}) if led else ""


@hooks.register("cohort_panel", order=20)
def messages_to_me(request: HttpRequest, cohort: Cohort) -> str:
    latest = list(messages.messages_of(cohort, request.user)[:LATEST])
    if not latest:
        return ""
    leads = facilitate.allows(request.user, cohort)
    context = {"latest": latest, "cohort": cohort, "leads": leads, "request": request}
    return render_to_string("cohorts/message_panel.html", context)


@hooks.register("second_factor")
def leads_a_cohort(user: User) -> bool:
    """Whoever leads a cohort sees what others shared: a password alone is not enough."""
    return user.facilitations.filter(until__isnull=True).exists()
