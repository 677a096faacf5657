"""The verbs of initiatives: begin, write, share; milestones and what is new."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from courses.cohorts.facts import RequirementChanged
from courses.cohorts.models import Enrolment, EnrolmentState
from courses.cohorts.rules import learn
from courses.journal.models import Initiative, InitiativeUpdate, Milestone
from courses.journal.rules import own_initiative
from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

# What its owner writes, a part at a time.
PARTS = ("title", "aim", "who_for", "who_decides", "first_steps", "what_changed")
# Enough for a life's work, and one page still shows them all.
MOST_MILESTONES = 40
MOST_UPDATES = 500


@transaction.atomic
def begin_initiative(*, enrolment: Enrolment, title: str, language: str, by: User) -> Initiative:
    """Begin the initiative of a place on a course. Asked twice, it answers with the one there is.

    Raises NotAllowed for another's place, Refused("left") for one that was given up.
    """
    if not learn.allows(by, enrolment):
        raise NotAllowed
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    known = Initiative.objects.filter(enrolment=enrolment).first()
    if known is not None:
        return known
    if enrolment.state == EnrolmentState.WITHDRAWN:
        raise Refused("left", _("You have left this course. When you take it up again, you can begin an initiative."))
    initiative = Initiative.objects.create(owner=by, enrolment=enrolment, title=title, language=language)
    _tell_requirement(initiative)
    return initiative


@transaction.atomic
def write_initiative(*, initiative: Initiative, revision: int, by: User, **parts: str) -> Initiative:
    """Keep what was written in some parts (PARTS), on top of the revision that the writer had before them.

    Tells RequirementChanged. Writing what is there already changes nothing. Raises NotAllowed for another's, and
    Refused("newer_text") when it was written in meanwhile: nothing is kept, so that neither text is lost.
    """
    initiative = _locked(initiative, by)
    changed = {name: text for name, text in parts.items() if name in PARTS and getattr(initiative, name) != text}
    if not changed:
        return initiative
    if revision != initiative.revision:
        raise Refused(
            "newer_text",
            _("You have changed this text somewhere else in the meantime. Nothing is lost: look at both, and choose."),
        )
    for name, text in changed.items():
        setattr(initiative, name, text)
    initiative.revision += 1
    initiative.changed_at = clock.now()
    initiative.save(update_fields=[*changed, "revision", "changed_at"])
    _tell_requirement(initiative)
    return initiative


@transaction.atomic
def share_initiative(*, initiative: Initiative, facilitators: bool, set_members: bool, by: User) -> Initiative:
    """Say who else may read it: the facilitators of one's cohort, the members of one's set. Audits each change."""
    initiative = _locked(initiative, by)
    wishes = {"shared_with_facilitators": facilitators, "shared_with_set": set_members}
    changed = [name for name, wish in wishes.items() if getattr(initiative, name) != wish]
    for name in changed:
        setattr(initiative, name, wishes[name])
        verb = "initiative.shared" if wishes[name] else "initiative.taken_back"
        record(verb, by=by, about=by, subject=initiative, readers=name.removeprefix("shared_with_"))
    initiative.save(update_fields=changed)
    return initiative


@transaction.atomic
def add_milestone(*, initiative: Initiative, text: str, by_date: date | None, by: User) -> Milestone:
    """Raises Refused("enough") at MOST_MILESTONES."""
    initiative = _locked(initiative, by)
    if initiative.milestones.count() >= MOST_MILESTONES:
        raise Refused("enough", _("There are many milestones already. Take one away, and add this one in its place."))
    milestone = Milestone.objects.create(initiative=initiative, text=text, by_date=by_date)
    _tell_requirement(initiative)
    return milestone


@transaction.atomic
def mark_milestone(*, milestone: Milestone, reached: bool, by: User) -> Milestone:
    """Tick a milestone off, or take the tick away. Done twice, it keeps the first date."""
    _locked(milestone.initiative, by)
    if bool(milestone.reached_at) != reached:
        milestone.reached_at = clock.now() if reached else None
        milestone.save(update_fields=["reached_at"])
    return milestone


@transaction.atomic
def delete_milestone(*, milestone: Milestone, by: User) -> None:
    initiative = _locked(milestone.initiative, by)
    milestone.delete()
    _tell_requirement(initiative)


@transaction.atomic
def add_update(*, initiative: Initiative, text: str, attainment: int | None, by: User) -> InitiativeUpdate:
    """Say what is new. `attainment` is how near the goal, from -2 to 2. Raises Refused("enough") at MOST_UPDATES."""
    initiative = _locked(initiative, by)
    if initiative.updates.count() >= MOST_UPDATES:
        raise Refused("enough", _("There are very many updates already. Take an old one away before you add another."))
    return InitiativeUpdate.objects.create(initiative=initiative, text=text, attainment=attainment)


@transaction.atomic
def delete_update(*, update: InitiativeUpdate, by: User) -> None:
    _locked(update.initiative, by)
    update.delete()


def _locked(initiative: Initiative, by: User) -> Initiative:
    if not own_initiative.allows(by, initiative):
        raise NotAllowed
    return Initiative.objects.select_for_update(of=("self",)).select_related("enrolment").get(pk=initiative.pk)


def _tell_requirement(initiative: Initiative) -> None:
    """Whatever may have met, or unmet, what the course asks for (selectors.initiatives.requirement)."""
    tell(RequirementChanged(enrolment=initiative.enrolment.public_id))
