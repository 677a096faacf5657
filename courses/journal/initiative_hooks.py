"""What initiatives and stories add to other pages: a line at home, a link on the steps that are about them, what is
shared on the facilitator's page of a learner, what the course asks for, and a queue in the CMS."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from courses.cohorts.models import Enrolment
from courses.cohorts.selectors import Requirement
from courses.journal.models import Initiative
from courses.journal.rules import own_initiative
from courses.journal.selectors import initiatives, stories
from courses.journal.views import moderation
from kernel.panels import concerns
from pages.loading import page_key

COURSE = ("courses", "effective-patient-leader")
# The steps at which somebody works on their initiative.
STEPS = frozenset(
    page_key(*COURSE, session, step)
    for session, step in (
        ("where-i-stand", "purpose"),
        ("carrying-on", "initiative-page"),
        ("carrying-on", "telling-it"),
        ("carrying-on", "looking-again"),
    )
)


@hooks.register("learner_home", order=45)
@concerns(lambda person: Initiative.objects.filter(own_initiative.rows(person)))
def my_initiative(request: HttpRequest, subject: None = None) -> str:
    """Each in one line, with its next milestone. One query for who has none, else two."""
    own = initiatives.with_next_milestones(request.user)
    return render_to_string("journal/initiative_home.html", {"initiatives": own}) if own else ""


@hooks.register("step_panel", order=10)
def open_my_initiative(request: HttpRequest, place) -> str:
    """For whoever has a place on the course, as those say who keep marks on its steps: asked already for this page. Nor
    is there a query for the initiative: the address it leads to finds out whether there is one."""
    if place.step.key not in STEPS or not request.user.is_authenticated:
        return ""
    if all(marks(request, place.outline.key) is None for marks in hooks.get_hooks("course_marks")):
        return ""
    return render_to_string("journal/initiative_step.html", {"course_key": place.outline.key})


@hooks.register("facilitator_learner_panel", order=20)
def shared_with_me(request: HttpRequest, enrolment: Enrolment) -> str:
    shown = initiatives.shared_initiative(enrolment, request.user)
    return render_to_string("journal/initiative_facilitator.html", {"initiative": shown}) if shown else ""


@hooks.register("course_requirement")
def an_initiative(enrolment: Enrolment) -> Requirement:
    return initiatives.requirement(enrolment)


@hooks.register("register_admin_urls")
def admin_urls() -> list:
    return [
        path("stories/", moderation.queue, name="moderate_stories"),
        path("stories/<uuid:offer_id>/", moderation.offered, name="moderate_story"),
        path("stories/<uuid:offer_id>/draft/", moderation.draft, name="draft_story"),
        path("stories/<uuid:offer_id>/decline/", moderation.decline, name="decline_story"),
    ]


class StoriesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return stories.moderates(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return StoriesMenuItem(
        _("Offered stories"), reverse("moderate_stories"), name="stories", icon_name="openquote", order=260
    )


class StoriesPanel(Component):
    """On the first page of the CMS: how many stories wait."""

    order = 50

    def __init__(self, count: int) -> None:
        self.count = count

    def render_html(self, parent_context=None) -> SafeString:
        return render_to_string("journal/admin/stories_panel.html", {"count": self.count})


@hooks.register("construct_homepage_panels")
def home_panel(request: HttpRequest, panels: list) -> None:
    if count := stories.waiting(request.user):
        panels.append(StoriesPanel(count))
