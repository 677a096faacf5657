"""A person's own calendar, by an address that only they know."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.sealed import SealedTextField


class CalendarFeed(models.Model):
    """The secret address of somebody's calendar, `/calendar/<token>.ics`. Revoked by deleting the row.

    Found by the token's SHA-256; the token is kept sealed, to be shown to its owner again. Read by the person alone;
    erased with them.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed", verbose_name=_("person")
    )
    token = SealedTextField(_("token"))
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"
