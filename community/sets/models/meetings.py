"""One sitting of a set: when it is, its log, and what is left of it."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.sets.meeting.events import Kind
from community.sets.models.sets import GroundRules, LearningSet, Seat
from kernel import clock
from kernel.moves import Moves
from kernel.sealed import SealedTextField


class MeetingState(models.TextChoices):
    PROPOSED = "proposed", _("looking for a time")
    SCHEDULED = "scheduled", _("scheduled")
    RUNNING = "running", _("under way")
    CLOSED = "closed", pgettext_lazy("meeting", "closed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


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
            models.CheckConstraint(
                condition=~Q(state=MeetingState.RUNNING) | Q(opened_at__isnull=False),
                name="running_meeting_says_since_when",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(45, 240)), name="meeting_minutes_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.learning_set_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.public_id])


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
            models.CheckConstraint(condition=Q(kind__in=[str(kind) for kind in Kind]), name="event_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.seq} {self.kind}"
