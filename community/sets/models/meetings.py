"""One sitting of a set: when it is, its log, and what is left of it."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.sets.models.sets import GroundRules, LearningSet, Seat
from kernel import clock
from kernel.moves import Moves
from kernel.sealed import SealedTextField


class MeetingState(models.TextChoices):
    PROPOSED = "proposed", _("looking for a time")
    SCHEDULED = "scheduled", _("scheduled")
    RUNNING = "running", _("under way")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


MEETING = Moves(
    {
        (MeetingState.PROPOSED, "schedule"): MeetingState.SCHEDULED,
        (MeetingState.SCHEDULED, "schedule"): MeetingState.SCHEDULED,
        (MeetingState.SCHEDULED, "open"): MeetingState.RUNNING,
        (MeetingState.RUNNING, "close"): MeetingState.CLOSED,
        (MeetingState.PROPOSED, "cancel"): MeetingState.CANCELLED,
        (MeetingState.SCHEDULED, "cancel"): MeetingState.CANCELLED,
    }
)
LIVE = (MeetingState.SCHEDULED, MeetingState.RUNNING)


class Meeting(models.Model):
    """A sitting of a set. Read by those who have a seat in it; others see counts.

    The log (MeetingEvent) is the truth. `snapshot` is meeting.state.State after event `seq`, without anybody's words.
    Both are kept 30 days after it closed, then `cleared_at` says when they went; its date and who was there stay.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learning_set = models.ForeignKey(
        LearningSet, on_delete=models.CASCADE, related_name="meetings", verbose_name=_("set")
    )
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=MeetingState.choices, default=MeetingState.PROPOSED)
    slow = models.BooleanField(_("over days"), default=False)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    # Of a slow meeting too: what its live form would take.
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=90, validators=[MinValueValidator(45), MaxValueValidator(240)]
    )
    # Raised at every change of the time, for calendars (RFC 5545 SEQUENCE).
    sequence = models.PositiveIntegerField(default=0, editable=False)
    note = SealedTextField(_("note on the agenda"), blank=True, default="")
    # The version that held when it opened.
    ground_rules = models.ForeignKey(
        GroundRules, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ground rules")
    )
    seq = models.PositiveIntegerField(default=0, editable=False)
    snapshot = models.JSONField(default=dict, blank=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["learning_set", "number"], name="meeting_number_once"),
            models.UniqueConstraint(
                fields=["learning_set"], condition=Q(state=MeetingState.RUNNING), name="one_meeting_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=(MeetingState.PROPOSED, MeetingState.CANCELLED)) | Q(starts_at__isnull=False),
                name="scheduled_meeting_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeetingState.CLOSED) | Q(closed_at__isnull=False), name="closed_meeting_says_when"
            ),
            models.CheckConstraint(condition=Q(minutes__range=(45, 240)), name="meeting_minutes_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.learning_set_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.public_id])

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class TimeOption(models.Model):
    """A time that a meeting could be at. Read by the set's members; goes with the meeting."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="options", verbose_name=_("meeting"))
    starts_at = models.DateTimeField(_("begins"))

    class Meta:
        verbose_name = _("time to choose from")
        verbose_name_plural = _("times to choose from")
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["meeting", "starts_at"], name="time_offered_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Answer(models.TextChoices):
    YES = "yes", _("suits me")
    IF_NEEDED = "if_needed", _("if it has to be")
    NO = "no", _("does not suit me")


class TimeAnswer(models.Model):
    """How a time suits the holder of a seat. Read by the set's members; goes with the meeting."""

    option = models.ForeignKey(TimeOption, on_delete=models.CASCADE, related_name="answers", verbose_name=_("time"))
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="time_answers", verbose_name=_("seat"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices)
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("answer about a time")
        verbose_name_plural = _("answers about times")
        constraints = [
            models.UniqueConstraint(fields=["option", "seat"], name="time_answered_once"),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="time_answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self.option_id} {self.seat_id} {self.answer}"


class MeetingEvent(models.Model):
    """One line of a meeting's log: what meeting.events names, in the order of `seq` without gaps.

    `text` holds somebody's words, sealed; `data` holds places, numbers and dates alone. Read by the members of the set,
    never by staff. The words are emptied when their author withdraws them, when they are hidden (kept for a report) or
    when the account is erased; the rows go 30 days after the meeting closed.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="events", verbose_name=_("meeting"))
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=24)
    # Who did it, as a place of meeting.state; none for what the clock did.
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    # The seat whose words `text` holds: the author's, also when a scribe wrote them down.
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, null=True, blank=True, related_name="events")
    data = models.JSONField(default=dict, blank=True)
    text = SealedTextField(blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    # Made by the sender, so that a second sending of the same is no second row.
    client_id = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("event of a meeting")
        verbose_name_plural = _("events of meetings")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seq"], name="event_seq_once"),
            models.UniqueConstraint(
                fields=["meeting", "place", "client_id"],
                condition=Q(client_id__isnull=False),
                name="event_sent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.seq} {self.kind}"


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
    OPEN = "open", _("open")
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
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


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
        ]

    def __str__(self) -> str:
        return str(self.public_id)
