"""The verbs of learning."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from courses.cohorts.facts import CourseBegun, CourseCompleted
from courses.cohorts.models import ENROLMENT, Enrolment, StepDone
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
    CourseBegun. Asked twice, it answers with the place they have.

    Raises Refused("no_steps") for a course without a single step.
    """
    required = [str(key) for key in curriculum.step_keys(course, required_only=True)]
    if not required:
        raise Refused("no_steps", _("This course has no steps yet. Please come back later."))
    enrolment, created = Enrolment.objects.get_or_create(
        person=by, course=course, defaults={"required_steps": required}
    )
    if created:
        tell(CourseBegun(enrolment=enrolment.public_id))
    return enrolment


@transaction.atomic
def complete_step(*, enrolment: Enrolment, step_key: uuid.UUID, by: User) -> Enrolment:
    """Mark a step as done; the last required one completes the course, once, and tells CourseCompleted.

    Marking it twice is marking it once. Raises NotAllowed for a step of another course.
    """
    enrolment = _locked(enrolment, by)
    existing = set(curriculum.step_keys(enrolment.course))
    if step_key not in existing:
        raise NotAllowed
    StepDone.objects.get_or_create(enrolment=enrolment, step_key=step_key)
    if not enrolment.is_completed and _rule_is_met(enrolment, existing):
        enrolment.state = ENROLMENT.after(enrolment.state, "complete")
        enrolment.completed_at = clock.now()
        enrolment.save(update_fields=["state", "completed_at"])
        tell(CourseCompleted(enrolment=enrolment.public_id))
    return enrolment


@transaction.atomic
def reopen_step(*, enrolment: Enrolment, step_key: uuid.UUID, by: User) -> Enrolment:
    """Take the mark off a step.

    Raises Refused("already_completed") once the course is completed: that is not taken back by a slip of the finger.
    """
    enrolment = _locked(enrolment, by)
    if enrolment.is_completed:
        raise Refused(
            "already_completed",
            _("You have completed this course, so its steps stay done. You can read them again any time."),
        )
    enrolment.steps_done.filter(step_key=step_key).delete()
    return enrolment


def _locked(enrolment: Enrolment, by: User) -> Enrolment:
    if not learn.allows(by, enrolment):
        raise NotAllowed
    return Enrolment.objects.select_for_update(of=("self",)).select_related("course").get(pk=enrolment.pk)


def _rule_is_met(enrolment: Enrolment, existing: set[uuid.UUID]) -> bool:
    """Every step of the rule that still exists is done: nobody waits for a step that editors have taken away."""
    asked = {uuid.UUID(key) for key in enrolment.required_steps} & existing
    return asked <= set(enrolment.steps_done.values_list("step_key", flat=True))
