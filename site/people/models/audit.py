"""Who did what to what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock


class AuditLine(models.Model):
    """One deed. Append-only: the database refuses every change but one, that a person who was erased is forgotten, and
    every deletion of what is younger than three years (triggers in 0003, SQLite and PostgreSQL).

    Read by the staff, and by the person whom it is about. Holds names of verbs and public ids, never anybody's words.
    """

    at = models.DateTimeField(_("at"), default=clock.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deeds",
        verbose_name=_("by"),
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="audit_lines",
        verbose_name=_("about"),
    )
    verb = models.CharField(_("verb"), max_length=60)
    subject_type = models.CharField(_("kind of thing"), max_length=60, blank=True)
    subject_id = models.CharField(_("public id of the thing"), max_length=60, blank=True)
    # Numbers, dates and codes that explain the deed.
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit line")
        verbose_name_plural = _("audit lines")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
