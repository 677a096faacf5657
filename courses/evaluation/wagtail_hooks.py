"""What this app adds to pages of lower apps: questions where the course asks for them, figures for who leads."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from wagtail import hooks

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.rules import learn
from courses.evaluation import selectors
from courses.evaluation.instruments import instruments


@hooks.register("step_panel", order=5)
def step_panel(request: HttpRequest, place) -> str | None:
    """Before "mark as done", on the steps that ask for the marks, for somebody on the course."""
    moment = _STEPS.get(place.step.key)
    if moment is None or not request.user.is_authenticated:
        return None
    enrolment = (
        learn.visible(Enrolment.objects.select_related("course"), request.user)
        .filter(course__key=place.outline.key)
        .first()
    )
    evaluation = selectors.evaluation_of(enrolment, get_language()) if enrolment else None
    if evaluation is None:
        return None
    context = {"evaluation": evaluation, "asked": evaluation.at(moment)}
    return render_to_string("evaluation/step_panel.html", context)


_STEPS = {key: moment for instrument in instruments() for moment, key in instrument.steps.items()}


@hooks.register("learner_home", order=70)
def learner_home(request: HttpRequest, subject: None = None) -> str:
    """Where one's marks are; the course's own steps say when to give them."""
    return render_to_string("evaluation/learner_home.html")


@hooks.register("facilitator_panel", order=50)
def facilitator_panel(request: HttpRequest, cohort: Cohort) -> str:
    return render_to_string("evaluation/facilitator_panel.html", {"cohort": cohort})
