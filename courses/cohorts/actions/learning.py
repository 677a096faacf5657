"""The verbs of learning: beginning a course, marking its steps, completing it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from courses.cohorts import selectors
from courses.cohorts.facts import CourseBegun, CourseCompleted
from courses.cohorts.models import ENROLMENT, Enrolment, EnrolmentState, OwnStep, StepDone
from courses.cohorts.rules import learn
from courses.curriculum import selectors as curriculum
from courses.curriculum.models import Course
from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell

if TYPE_CHECKING:
    from people.models import User


@transaction.atomic
def enrol(*, course: Course, by: User) -> Enrolment:
    """Give somebody a place on a course, at their own pace. Copies the completion rule as it stands now; tells
    CourseBegun. Asked twice, it answers with the place they have; somebody who had withdrawn comes back to what they
    have done.

    Raises Refused("no_page") for a course without a page, and Refused("no_steps") for one without a single step.
    """
    enrolment = begin(course=course, person=by)
    if enrolment.state == EnrolmentState.WITHDRAWN:
        enrolment = _locked(enrolment, by)
        if enrolment.state == EnrolmentState.WITHDRAWN:
            return_to(enrolment)
    return enrolment


def begin(*, course: Course, person: User) -> Enrolment:
    """The enrolment of this person, made with the rule of today when there is none. Within a transaction."""
    if curriculum.course_page(course, settings.LANGUAGE_CODE) is None:
        raise Refused("no_page", _("This course is not open at the moment. Please come back later."))
    required = [str(key) for key in curriculum.step_keys(course, required_only=True)]
    if not required:
        raise Refused("no_steps", _("This course has no steps yet. Please come back later."))
    enrolment, created = Enrolment.objects.get_or_create(
        person=person,
        course=course,
        defaults={"required_steps": required, "also_required": selectors.also_required_of_newcomers()},
    )
    if created:
        tell(CourseBegun(enrolment=enrolment.public_id))
    return enrolment


def return_to(enrolment: Enrolment) -> None:
    """Somebody who had withdrawn takes the course up again, at their own pace unless a cohort takes them in."""
    enrolment.state = ENROLMENT.after(enrolment.state, "return")
    enrolment.cohort, enrolment.joined_at, enrolment.meetings_needed = None, None, 0
    enrolment.save(update_fields=["state", "cohort", "joined_at", "meetings_needed"])


@transaction.atomic
def complete_step(*, enrolment: Enrolment, step_key: uuid.UUID, by: User) -> Enrolment:
    """Mark a step as done, of the course or of the cohort's own; what completes the course is looked at again.

    Marking it twice is marking it once. Raises NotAllowed for a step of another course or cohort, and
    Refused("withdrawn") for somebody who has withdrawn.
    """
    enrolment = _locked(enrolment, by)
    existing = set(curriculum.step_keys(enrolment.course))
    if step_key not in existing and not _is_own_step(enrolment, step_key):
        raise NotAllowed
    if enrolment.state == EnrolmentState.WITHDRAWN:
        raise Refused("withdrawn", _("You have withdrawn from this course. Begin it again, and your steps are kept."))
    StepDone.objects.get_or_create(enrolment=enrolment, step_key=step_key)
    _note_activity(enrolment)
    _complete_if_met(enrolment, existing)
    return enrolment


@transaction.atomic
def reopen_step(*, enrolment: Enrolment, step_key: uuid.UUID, by: User) -> Enrolment:
    """Take the mark off a step.

    Raises Refused("already_completed") once the course is completed: that is not taken back by a slip of the finger. A
    cohort's own step, which completes nothing, can be opened again at any time.
    """
    enrolment = _locked(enrolment, by)
    if enrolment.is_completed and not _is_own_step(enrolment, step_key):
        raise Refused(
            "already_completed",
            _("You have completed this course, so its steps stay done. You can read them again any time."),
        )
    enrolment.steps_done.filter(step_key=step_key).delete()
    return enrolment


@transaction.atomic
def look_at_completion(*, enrolment: Enrolment) -> Enrolment:
    """Complete the course if everything its rule asks for is met now. Idempotent; called whenever something that counts
    has changed: an attendance, an initiative, a cohort. Tells CourseCompleted, once."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("course").get(pk=enrolment.pk)
    _complete_if_met(enrolment, set(curriculum.step_keys(enrolment.course)))
    return enrolment


def was_here(enrolments: list[Enrolment]) -> None:
    """Note that the learner has been here today. One query, and none when it was noted already."""
    today = clock.now().date()
    earlier = [e for e in enrolments if e.state == EnrolmentState.ACTIVE and e.last_active_on != today]
    if earlier:
        Enrolment.objects.filter(pk__in=[enrolment.pk for enrolment in earlier]).update(last_active_on=today)


def _locked(enrolment: Enrolment, by: User) -> Enrolment:
    if not learn.allows(by, enrolment):
        raise NotAllowed
    return Enrolment.objects.select_for_update(of=("self",)).select_related("course").get(pk=enrolment.pk)


def _is_own_step(enrolment: Enrolment, step_key: uuid.UUID) -> bool:
    if enrolment.cohort_id is None:
        return False
    return OwnStep.objects.filter(cohort_id=enrolment.cohort_id, public_id=step_key).exists()


def _note_activity(enrolment: Enrolment) -> None:
    today = clock.now().date()
    if enrolment.last_active_on != today:
        enrolment.last_active_on = today
        enrolment.save(update_fields=["last_active_on"])


def _complete_if_met(enrolment: Enrolment, existing: set[uuid.UUID]) -> None:
    """Every step of the rule that still exists is done (nobody waits for one that editors have taken away), enough
    meetings were attended, and what higher apps ask for is there."""
    if enrolment.state != EnrolmentState.ACTIVE:
        return
    asked = {uuid.UUID(key) for key in enrolment.required_steps} & existing
    if not asked or not asked <= selectors.steps_done_by(enrolment):
        return
    if not all(requirement.met for requirement in selectors.requirements(enrolment)):
        return
    enrolment.state = ENROLMENT.after(enrolment.state, "complete")
    enrolment.completed_at = clock.now()
    enrolment.save(update_fields=["state", "completed_at"])
    tell(CourseCompleted(enrolment=enrolment.public_id))
