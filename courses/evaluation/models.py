"""The learner's own before, after and follow-up answers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.cohorts.models import Enrolment
from kernel import clock


class Moment(models.TextChoices):
    BEFORE = "before", _("at the start")
    AFTER = "after", _("at the end")
    FOLLOW_UP = "follow_up", _("three months later")


class Answers(models.Model):
    """One person's answers at one moment, to one version of the instrument (courses.evaluation.instruments).

    `ratings` is {item key: 0 to 10}; an item that was passed over is not in it. `then` holds the retrospective ratings
    (“thinking back to the start”), asked with AFTER alone. Read by the person alone; others see programme figures, in
    which a cell under five is suppressed, and only with the person's consent ("programme_figures"). Exported and erased
    with the account.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="evaluation_answers", verbose_name=_("person")
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="evaluation_answers", verbose_name=_("enrolment")
    )
    instrument = models.CharField(_("instrument"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version of the instrument"))
    moment = models.CharField(_("moment"), max_length=10, choices=Moment.choices)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    ratings = models.JSONField(_("ratings"), default=dict)
    then = models.JSONField(_("ratings thinking back"), default=dict, blank=True)
    # Goal attainment of the initiative, -2 to 2; empty when not said.
    attainment = models.SmallIntegerField(_("goal attainment"), null=True, blank=True)
    begun_at = models.DateTimeField(_("begun at"), default=clock.now)
    # Empty while it is a draft that can be gone on with.
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)

    class Meta:
        verbose_name = _("answers")
        verbose_name_plural = _("answers")
        ordering = ["begun_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "moment"], name="answers_once_per_moment"),
            models.CheckConstraint(condition=Q(moment__in=Moment.values), name="answers_moment_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="answers_have_version"),
            models.CheckConstraint(
                condition=Q(attainment__isnull=True) | Q(attainment__range=(-2, 2)), name="answers_attainment_on_scale"
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=True) | Q(given_at__gte=F("begun_at")), name="answers_given_after_begun"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.version} {self.moment}"
