"""The right to step back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel import clock


class Pause(models.Model):
    """A person steps back, now or from a date, with or without an end. No reason is asked, so none is kept.

    Read by the person; the facilitators of their cohorts see the one word “paused” while it lasts. Ended ones are kept,
    as dates alone, because they move deadlines; exported and erased with the account.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pauses", verbose_name=_("person")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("planned until"), null=True, blank=True)
    # When it really ended: by the person, or by the planned end coming. Until then it is open.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    # Told once each, by whoever comes by first: the person, or the tick.
    begun_told = models.BooleanField(default=False, editable=False)
    # The gentle "here is where you were" has been put away.
    welcomed_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at__isnull=True), name="one_open_pause"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="pause_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d}"
