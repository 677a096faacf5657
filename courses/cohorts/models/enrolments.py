"""A person's place on a course, and the steps they have done."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.cohorts.models.cohorts import Cohort
from courses.curriculum.models import Course
from kernel import clock
from kernel.moves import Moves


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", _("under way")
    COMPLETED = "completed", _("completed")
    WITHDRAWN = "withdrawn", _("withdrawn")


# Those who count towards a cohort's places.
TAKES_PLACE = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
ENROLMENT = Moves(
    {
        (EnrolmentState.ACTIVE, "complete"): EnrolmentState.COMPLETED,
        (EnrolmentState.ACTIVE, "withdraw"): EnrolmentState.WITHDRAWN,
        (EnrolmentState.WITHDRAWN, "return"): EnrolmentState.ACTIVE,
    }
)


class Enrolment(models.Model):
    """A person's place on a course, at their own pace or in a cohort; in every language the same place.

    Read by the person, and its progress by the facilitators of its cohort; staff see in the CMS that it exists. Kept
    until the person's account is erased, with which it goes. Withdrawing and transferring keep what has been done.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments", verbose_name=_("person")
    )
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("course"))
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name=_("cohort")
    )
    state = models.CharField(_("state"), max_length=20, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE)
    # The rule they began with: the keys of the steps, how many meetings, and what higher apps ask for ("initiative").
    required_steps = models.JSONField(_("steps needed to complete"), default=list)
    meetings_needed = models.PositiveSmallIntegerField(_("meetings to attend"), default=0)
    also_required = models.JSONField(_("what else completes the course"), default=list, blank=True)
    begun_at = models.DateTimeField(_("begun"), default=clock.now)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    joined_at = models.DateTimeField(_("joined the cohort at"), null=True, blank=True)
    # A day, not a minute: enough for a facilitator to notice that somebody has gone quiet.
    last_active_on = models.DateField(_("last active on"), null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "course"], name="one_enrolment_per_course"),
            models.CheckConstraint(condition=Q(state__in=EnrolmentState.values), name="enrolment_state_known"),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.COMPLETED, completed_at__isnull=False)
                | (~Q(state=EnrolmentState.COMPLETED) & Q(completed_at__isnull=True)),
                name="enrolment_completed_has_date",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def get_absolute_url(self) -> str:
        return reverse("completed", args=[self.public_id])

    @property
    def is_completed(self) -> bool:
        return self.state == EnrolmentState.COMPLETED


class StepDone(models.Model):
    """This person has marked this step as done. Read, kept and erased with its enrolment."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="steps_done", verbose_name=_("enrolment")
    )
    step_key = models.UUIDField(_("step key"))
    at = models.DateTimeField(_("done at"), default=clock.now)

    class Meta:
        verbose_name = _("step done")
        verbose_name_plural = _("steps done")
        constraints = [models.UniqueConstraint(fields=["enrolment", "step_key"], name="step_done_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.step_key}"
