"""Work that is due at a time, in rows that survive whoever works on them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.moves import Moves


class DueState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CLAIMED = "claimed", _("being done")
    # Between these two lies the one step that cannot be taken back (a mail leaves). A worker that dies there leaves the
    # row in it, and nobody repeats it unasked.
    SENDING = "sending", _("leaving")
    DONE = "done", _("done")
    IN_DOUBT = "in_doubt", _("in doubt: it may have been sent")
    DEAD = "dead", _("given up")


# What nobody does any more unless somebody of the staff says so.
FAILED = (DueState.DEAD, DueState.IN_DOUBT)
DUE_WORK = Moves({(state, "again"): DueState.WAITING for state in FAILED})


class DueWork(models.Model):
    """One piece of work, once for each (kind, subject, period). `manage.py tick` claims what is due (notices.due).

    Holds ids, never words. Read by the staff in the CMS when it failed. Deleted 30 days after it was done. Rows about a
    person name them by public id in `subject` and go when the account is erased.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=160)
    period = models.CharField(_("period"), max_length=60, blank=True, default="")
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(_("state"), max_length=10, choices=DueState.choices, default=DueState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # The type of the last error and what the mail server said of the address; never what was in the mail.
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    claimed_by = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("due work")
        verbose_name_plural = _("due work")
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="due_work_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "period"], name="due_work_once"),
            models.CheckConstraint(condition=Q(state__in=DueState.values), name="due_work_state_known"),
            models.CheckConstraint(
                condition=Q(state=DueState.DONE, done_at__isnull=False)
                | (~Q(state=DueState.DONE) & Q(done_at__isnull=True)),
                name="due_work_done_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.period}".strip()
