"""A dated run of a course with a group."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.curriculum.models import Course
from kernel import clock
from kernel.moves import Moves
from kernel.sealed import SealedTextField
from people.models import Organisation


class Joining(models.TextChoices):
    OPEN = "open", _("open to everybody")
    CODE = "code", _("with an invite code")
    APPROVAL = "approval", _("after approval by a facilitator")
    MEMBERS = "members", _("for members of the organisation")


class CohortState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


COHORT = Moves(
    {
        (CohortState.DRAFT, "open"): CohortState.OPEN,
        (CohortState.OPEN, "close"): CohortState.CLOSED,
        (CohortState.CLOSED, "open"): CohortState.OPEN,
        (CohortState.DRAFT, "cancel"): CohortState.CANCELLED,
        (CohortState.OPEN, "cancel"): CohortState.CANCELLED,
    }
)


class Cohort(models.Model):
    """A group that takes a course together. Its name, dates and welcome are read by its people, its organisation's
    leads and the staff; by everybody who is signed in while it is open to everybody or after approval. Kept for its
    completions; deleted by the staff.

    `places_taken` is counted by the actions under a lock; the database refuses more than there are.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("course"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cohorts",
        verbose_name=_("organisation"),
    )
    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(_("state"), max_length=12, choices=CohortState.choices, default=CohortState.DRAFT)
    joining = models.CharField(_("how people join"), max_length=12, choices=Joining.choices, default=Joining.CODE)
    # Letters and digits that cannot be taken for one another, read out on the telephone in two groups of four.
    code = models.CharField(_("invite code"), max_length=9, unique=True, null=True, blank=True)
    places = models.PositiveSmallIntegerField(
        _("places"), default=12, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    places_taken = models.PositiveSmallIntegerField(_("places taken"), default=0, editable=False)
    zone = models.CharField(_("time zone of the timetable"), max_length=64, default="UTC")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    # A learner's own window, moved by their pauses; empty for none.
    complete_by = models.DateField(_("to be completed by"), null=True, blank=True)
    meetings_needed = models.PositiveSmallIntegerField(_("meetings to attend"), default=4)
    # {"en": "…", "fr": "…", "es": "…"}, Markdown.
    welcome = models.JSONField(_("welcome"), default=dict, blank=True)
    joining_notes = models.JSONField(_("joining notes"), default=dict, blank=True)
    # The call: members and facilitators alone.
    call_details = SealedTextField(_("how to join the call"), blank=True, default="")
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="cohort_has_name"),
            models.CheckConstraint(condition=Q(state__in=CohortState.values), name="cohort_state_known"),
            models.CheckConstraint(condition=Q(joining__in=Joining.values), name="cohort_joining_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cohort_ends_after_start"),
            models.CheckConstraint(
                condition=Q(complete_by__isnull=True) | Q(complete_by__gte=F("starts_on")),
                name="cohort_completion_after_start",
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="cohort_has_places"),
            models.CheckConstraint(condition=Q(places_taken__lte=F("places")), name="cohort_not_overfull"),
            models.CheckConstraint(
                condition=~Q(joining=Joining.CODE) | Q(code__isnull=False), name="cohort_by_code_has_code"
            ),
            models.CheckConstraint(
                condition=~Q(joining=Joining.MEMBERS) | Q(organisation__isnull=False),
                name="cohort_for_members_has_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cohort", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.state == CohortState.OPEN


class CohortSession(models.Model):
    """When the cohort meets about one session of the course. Read and kept with its cohort."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("cohort"))
    # The translation key of the session's pages.
    session_key = models.UUIDField(_("session"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    # Raised at every change, for calendars (RFC 5545 SEQUENCE).
    sequence = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("meeting of a cohort")
        verbose_name_plural = _("meetings of cohorts")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "session_key"], name="one_meeting_per_session"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Facilitation(models.Model):
    """Somebody leads a cohort. Read by its people. Erased with the account."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="facilitations", verbose_name=_("cohort"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="facilitations", verbose_name=_("person")
    )
    since = models.DateTimeField(_("since"), default=clock.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("facilitator")
        verbose_name_plural = _("facilitators")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"], condition=Q(until__isnull=True), name="facilitates_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="facilitation_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} leads {self.cohort_id}"


class OwnStep(models.Model):
    """A step that a cohort adds to a session for itself: never required, and no copy of the course.

    Its `public_id` is its step key. Read by the cohort's people. Goes with the cohort.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="own_steps", verbose_name=_("cohort"))
    session_key = models.UUIDField(_("session"))
    # {"en": "…", …}; the text is Markdown.
    title = models.JSONField(_("title"), default=dict)
    text = models.JSONField(_("text"), default=dict)
    minutes = models.PositiveSmallIntegerField(
        _("minutes needed"), default=10, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("step of a cohort’s own")
        verbose_name_plural = _("steps of cohorts’ own")
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(condition=Q(minutes__range=(1, 240)), name="own_step_minutes_sensible")]

    def __str__(self) -> str:
        return str(self.public_id)
