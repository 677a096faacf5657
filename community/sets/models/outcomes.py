"""What is left of a meeting: who was there, what they promised, what was reported."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.sets.models.meetings import Meeting, MeetingEvent
from community.sets.models.sets import LearningSet, Seat
from kernel import clock
from kernel.moves import Moves
from kernel.sealed import SealedTextField


class AttendedBy(models.TextChoices):
    WEB = "web", _("on the web")
    TELEPHONE = "telephone", _("by telephone")


class Attendance(models.Model):
    """Somebody was at a meeting, whether they asked for air time, and what they were given: the set's ledger.

    Names are read by the set's members; facilitators and programme see counts. Kept with the seat.
    """

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("meeting")
    )
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("seat"))
    how = models.CharField(_("how"), max_length=10, choices=AttendedBy.choices)
    bid = models.BooleanField(_("asked for air time"), default=False)
    turns = models.PositiveSmallIntegerField(_("turns as presenter"), default=0)
    minutes = models.PositiveSmallIntegerField(_("minutes of air time"), default=0)
    at = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="attends_once"),
            models.CheckConstraint(condition=Q(how__in=AttendedBy.values), name="set_attendance_how_known"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.seat_id}"


class CommitmentState(models.TextChoices):
    OPEN = "open", pgettext_lazy("commitment", "open")
    DONE = "done", _("done")
    PARTLY = "partly", _("partly done")
    NOT_DONE = "not_done", _("not done")
    CHANGED = "changed", _("changed")


COMMITMENT = Moves({(CommitmentState.OPEN, state): state for state in CommitmentState.values if state != "open"})


class Commitment(models.Model):
    """What a presenter leaves a meeting with. Read by the members of the set; by others as a count.

    Kept until it is reviewed, and twelve months after that; a commitment that nobody reviews goes with its set.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learning_set = models.ForeignKey(
        LearningSet, on_delete=models.CASCADE, related_name="commitments", verbose_name=_("set")
    )
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="commitments", verbose_name=_("seat"))
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="commitments", verbose_name=_("made in")
    )
    what = SealedTextField(_("what"))
    first_step = SealedTextField(_("first step"), blank=True, default="")
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    by_when = models.DateField(_("by when"), null=True, blank=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CommitmentState.choices, default=CommitmentState.OPEN)
    learnt = SealedTextField(_("what was learnt"), blank=True, default="")
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CommitmentState.values), name="commitment_state_known"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__range=(0, 10)),
                name="commitment_confidence_in_range",
            ),
            models.CheckConstraint(
                condition=Q(state=CommitmentState.OPEN, reviewed_at__isnull=True)
                | (~Q(state=CommitmentState.OPEN) & Q(reviewed_at__isnull=False, reviewed_at__gte=F("made_at"))),
                name="commitment_reviewed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Helped(models.Model):
    """A presenter marks for themselves what helped. Read by nobody else; goes with the event."""

    event = models.ForeignKey(MeetingEvent, on_delete=models.CASCADE, related_name="helped", verbose_name=_("event"))
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="helped", verbose_name=_("seat"))

    class Meta:
        verbose_name = _("mark of what helped")
        verbose_name_plural = _("marks of what helped")
        constraints = [models.UniqueConstraint(fields=["event", "seat"], name="helped_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.seat_id}"


class ReportState(models.TextChoices):
    OPEN = "open", pgettext_lazy("report", "open")
    CLOSED = "closed", pgettext_lazy("report", "closed")


class Report(models.Model):
    """A member reports one item of a meeting to the programme leads: that item and its two neighbours, copied here.

    Read by who reported it and by programme leads, whose reading is in the audit. Kept 12 months after it was closed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="reports", verbose_name=_("meeting"))
    seq = models.PositiveIntegerField(_("item"))
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="set_reports",
        verbose_name=_("reported by"),
    )
    reason = SealedTextField(_("what is wrong with it"))
    # JSON: [{"seq", "at", "kind", "place", "text", "language"}], at most three.
    items = SealedTextField(_("items"))
    state = models.CharField(_("state"), max_length=8, choices=ReportState.choices, default=ReportState.OPEN)
    outcome = SealedTextField(_("what was done"), blank=True, default="")
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("closed by")
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["made_at", "pk"]
        permissions = [("handle_report", "Can read and close reports from action learning sets")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seq", "reporter"], name="reported_once"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.CLOSED, closed_at__isnull=False)
                | Q(state=ReportState.OPEN, closed_at__isnull=True),
                name="report_closed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
