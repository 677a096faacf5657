"""What this app adds to the steps of a course and to the learner home."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from courses.curriculum.models import StepPage
from courses.journal import initiative_hooks  # noqa: F401 - registers its own
from courses.journal.selectors import entries as selectors
from courses.journal.selectors.prompts import prompts_in


@hooks.register("step_panel", order=20)
def step_panel(request: HttpRequest, place) -> str | None:
    """Under a step that asks something, for whoever has a place on the course: write about it, or read what one wrote.

    One query, and none on other steps.
    """
    page = getattr(request, "served_page", None)
    if not isinstance(page, StepPage) or page.translation_key != place.step.key:
        return None
    prompts = prompts_in(page)
    if not prompts or not _has_a_place(request, place.outline.key):
        return None
    written = selectors.written_at(request.user, page.translation_key)
    return render_to_string("journal/step_panel.html", {"prompts": prompts, "written": written})


def _has_a_place(request: HttpRequest, course_key) -> bool:
    """As whoever keeps marks on the steps says; asked already for this page, so it costs nothing."""
    if not request.user.is_authenticated:
        return False
    return any(marks(request, course_key) is not None for marks in hooks.get_hooks("course_marks"))


@hooks.register("learner_home", order=40)
def learner_home(request: HttpRequest, subject: None = None) -> str:
    """The way back to one's journal. One query."""
    return render_to_string(
        "journal/learner_home.html", {"last": selectors.last_entry(request.user), "person": request.user}
    )
