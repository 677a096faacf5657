"""What facilitators write to their cohort."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.cohorts.models.cohorts import Cohort
from courses.cohorts.models.enrolments import Enrolment
from kernel import clock
from kernel.sealed import SealedTextField


class CohortMessage(models.Model):
    """A message from a facilitator to all of a cohort, or to one of them (`to`).

    Read by those it is for and by the cohort's facilitators; not by staff. Kept with the cohort; a message to one
    person goes with their account, and a sender who is erased becomes “a facilitator”.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="messages", verbose_name=_("cohort"))
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("sender")
    )
    to = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("to")
    )
    text = SealedTextField(_("text"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    at = models.DateTimeField(_("sent at"), default=clock.now)

    class Meta:
        verbose_name = _("message to a cohort")
        verbose_name_plural = _("messages to cohorts")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(self.public_id)
