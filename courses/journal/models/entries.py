"""The journal."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.sealed import SealedTextField


class Entry(models.Model):
    """One piece of private writing: an answer to a prompt of a course, or free. Sealed at rest.

    Read by its owner alone, and by each person it is shared with while the share holds. Never by staff, nor in the CMS,
    in logs or in mails. Kept until its owner deletes it; exported with the account and erased with it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="journal_entries", verbose_name=_("owner")
    )
    # The step whose prompt is answered, and the prompt in the words it had; empty for a free entry.
    step_key = models.UUIDField(_("step"), null=True, blank=True)
    prompt = models.TextField(_("prompt"), blank=True, default="")
    title = SealedTextField(_("title"), blank=True, default="")
    body = SealedTextField(_("text"), blank=True, default="")
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    # Raised at every save: a save that names an older one is a conflict, and both texts are kept.
    revision = models.PositiveIntegerField(default=0, editable=False)
    begun_at = models.DateTimeField(_("begun at"), default=clock.now)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["owner", "-changed_at"], name="entries_of_owner")]

    def __str__(self) -> str:
        return str(self.public_id)

    def get_absolute_url(self) -> str:
        return reverse("journal_entry", args=[self.public_id])


class EntryShare(models.Model):
    """The owner lets one named person read one entry, until they take it back. Read by both; erased with either."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="shares", verbose_name=_("entry"))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="entries_shared", verbose_name=_("shared with")
    )
    shared_at = models.DateTimeField(_("shared at"), default=clock.now)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("shared journal entry")
        verbose_name_plural = _("shared journal entries")
        ordering = ["-shared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "reader"], condition=Q(taken_back_at__isnull=True), name="shared_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(taken_back_at__gte=F("shared_at")),
                name="share_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
