"""Somebody has asked for their account to be erased."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel import clock


class Erasure(models.Model):
    """The wish to be erased: asked, confirmed by e-mail, due seven days later. Until then the person may turn back.

    Read by the person alone. Goes with the account, or when the person turns back.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasure", verbose_name=_("person")
    )
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    # SHA-256 of the token that is in the mail alone.
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    due_at = models.DateTimeField(_("to be erased at"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, due_at__isnull=True) | Q(due_at__gt=F("confirmed_at")),
                name="erasure_due_after_confirmation",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
