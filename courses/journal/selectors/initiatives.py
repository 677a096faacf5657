"""Questions about initiatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.cohorts.models import TAKES_PLACE, Enrolment
from courses.cohorts.rules import learn
from courses.cohorts.selectors import Requirement
from courses.curriculum import selectors as curriculum
from courses.journal.models import Initiative, Milestone, StoryOffer
from courses.journal.rules import own_initiative, read_initiative
from kernel.kept import kept

if TYPE_CHECKING:
    from people.models import User


@dataclass(frozen=True)
class Beginning:
    """A place on a course that has no initiative yet, with the title of the course in one language."""

    enrolment: Enrolment
    course: str


def initiatives_of(person: User) -> QuerySet[Initiative]:
    """Somebody's own initiatives, each with `ahead`: its milestones that are not reached. Two queries."""
    return own_initiative.visible(Initiative.objects, person).prefetch_related(_ahead())


def _ahead() -> Prefetch:
    return Prefetch("milestones", queryset=Milestone.objects.filter(reached_at__isnull=True), to_attr="ahead")


@kept
def _own(person: User) -> QuerySet[Initiative]:
    return Initiative.objects.filter(own_initiative.rows(person)).only("public_id", "title", "owner_id")


def with_next_milestones(person: User) -> list[Initiative]:
    """Somebody's own initiatives by their titles, each with `ahead`. One query for who has none, else two."""
    own = _own(person.pk)
    prefetch_related_objects(own, _ahead())
    return own


def beginnings_of(person: User, language: str) -> list[Beginning]:
    """Where somebody may begin an initiative. Two queries, or one."""
    enrolments = list(
        learn.visible(Enrolment.objects, person)
        .filter(initiative__isnull=True, state__in=TAKES_PLACE)
        .select_related("course")
    )
    pages = curriculum.course_pages([place.course for place in enrolments], language) if enrolments else {}
    return [
        Beginning(enrolment=place, course=pages[place.course.key].title)
        for place in enrolments
        if place.course.key in pages
    ]


def shared_initiative(enrolment: Enrolment, reader: User) -> Initiative | None:
    """The initiative of this place, when this person may read it. One query."""
    return read_initiative.visible(Initiative.objects, reader).filter(enrolment=enrolment).first()


def latest_story(initiative: Initiative) -> StoryOffer | None:
    """What became of the story of this initiative, as last offered, with its page. One query."""
    return initiative.story_offers.select_related("page__locale").first()


def readers(initiative: Initiative) -> list[str]:
    """Who else reads it now, in words that stand in a list."""
    in_cohort = initiative.enrolment.cohort_id is not None and initiative.enrolment.state in TAKES_PLACE
    return [_("the facilitators of your cohort")] if initiative.shared_with_facilitators and in_cohort else []


def requirement(enrolment: Enrolment) -> Requirement:
    """What the course asks of an initiative: an aim, and a first step or a milestone. One query."""
    found = (
        Initiative.objects.filter(enrolment=enrolment)
        .annotate(has_milestone=Exists(Milestone.objects.filter(initiative=OuterRef("pk"))))
        .first()
    )
    met = found is not None and bool(found.aim.strip()) and (bool(found.first_steps.strip()) or found.has_milestone)
    return Requirement(
        key="initiative",
        met=met,
        words=(
            _("Your initiative has its page.")
            if met
            else _("Write the page of your initiative: its aim, and a first step or a milestone.")
        ),
        url=found.get_absolute_url() if found else reverse("initiative_begin", args=[enrolment.public_id]),
    )
