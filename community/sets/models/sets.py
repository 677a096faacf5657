"""The standing group: its seats, its ground rules, and who asks to come in."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.cohorts.models import Cohort
from kernel import clock
from kernel.moves import Moves
from kernel.sealed import SealedTextField

FEWEST_SEATS, MOST_SEATS = 4, 8


class Joining(models.TextChoices):
    INVITATION = "invitation", _("by invitation: whoever has the code")
    COHORT = "cohort", _("people of the cohort")
    LISTED = "listed", _("everybody may find it and ask for a seat")


class SetState(models.TextChoices):
    OPEN = "open", pgettext_lazy("set", "open")
    CLOSED = "closed", pgettext_lazy("set", "closed")


class Cadence(models.TextChoices):
    WEEKLY = "weekly", _("every week")
    FORTNIGHTLY = "fortnightly", _("every two weeks")
    MONTHLY = "monthly", _("every month")
    AGREED = "agreed", _("as we agree each time")


class LearningSet(models.Model):
    """An action learning set: four to eight people who help one another with questions, with a set adviser or without.

    Its name, theme, words about itself, language and times are read by its members, and by everybody who is signed in
    while it is listed; by the people of its cohort while it is for them. Nothing else of it leaves the set; the staff
    see counts. Kept while it is open and for a year after it closed, then deleted with all it holds.

    `seats_taken` counts the members' seats (the adviser's is beside them); the actions count under the set's lock and
    the database refuses more than there are.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    theme = models.CharField(_("theme"), max_length=120, blank=True, default="")
    about = models.TextField(_("about the set"), blank=True, default="")
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    state = models.CharField(_("state"), max_length=8, choices=SetState.choices, default=SetState.OPEN)
    joining = models.CharField(_("how people join"), max_length=12, choices=Joining.choices, default=Joining.INVITATION)
    cohort = models.ForeignKey(
        Cohort, on_delete=models.SET_NULL, null=True, blank=True, related_name="sets", verbose_name=_("cohort")
    )
    # Letters and digits that cannot be taken for one another, read out on the telephone in two groups of four.
    code = models.CharField(_("invite code"), max_length=9, null=True, blank=True)  # noqa: DJ001
    seats = models.PositiveSmallIntegerField(
        _("seats"), default=6, validators=[MinValueValidator(FEWEST_SEATS), MaxValueValidator(MOST_SEATS)]
    )
    seats_taken = models.PositiveSmallIntegerField(_("seats taken"), default=0, editable=False)
    # Names of meeting.times, for example "tue_evening", in the set's zone.
    suits = models.JSONField(_("times that suit"), default=list, blank=True)
    cadence = models.CharField(_("how often"), max_length=12, choices=Cadence.choices, default=Cadence.MONTHLY)
    minutes = models.PositiveSmallIntegerField(
        _("minutes of a meeting"), default=90, validators=[MinValueValidator(45), MaxValueValidator(240)]
    )
    # Meetings over days, for those who cannot sit together.
    slow = models.BooleanField(_("slow meetings, over days"), default=False)
    # {phase: minutes} where the set wants other than meeting.plan.DEFAULTS.
    plan = models.JSONField(_("time plan"), default=dict, blank=True)
    call_link = SealedTextField(_("link of the call"), blank=True, default="")
    call_numbers = SealedTextField(_("telephone numbers of the call"), blank=True, default="")
    call_pin = SealedTextField(_("PIN of the call"), blank=True, default="")
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("action learning set")
        verbose_name_plural = _("action learning sets")
        ordering = ["name", "pk"]
        constraints = [
            # With a condition, so that PostgreSQL does not take the code for a key: whoever changes one would shut out
            # all who write a line that refers to the set.
            models.UniqueConstraint(fields=["code"], condition=Q(code__isnull=False), name="set_code_once"),
            models.CheckConstraint(condition=~Q(name=""), name="set_has_name"),
            models.CheckConstraint(condition=Q(state__in=SetState.values), name="set_state_known"),
            models.CheckConstraint(condition=Q(joining__in=Joining.values), name="set_joining_known"),
            models.CheckConstraint(condition=Q(cadence__in=Cadence.values), name="set_cadence_known"),
            models.CheckConstraint(condition=Q(seats__range=(FEWEST_SEATS, MOST_SEATS)), name="set_of_four_to_eight"),
            models.CheckConstraint(condition=Q(seats_taken__lte=F("seats")), name="set_not_overfull"),
            models.CheckConstraint(condition=Q(minutes__range=(45, 240)), name="set_minutes_sensible"),
            models.CheckConstraint(
                condition=Q(state=SetState.CLOSED, closed_at__isnull=False)
                | Q(state=SetState.OPEN, closed_at__isnull=True),
                name="set_closed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("set", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.state == SetState.OPEN

    @property
    def seats_free(self) -> int:
        return self.seats - self.seats_taken


class SeatRole(models.TextChoices):
    MEMBER = "member", _("member")
    # A member who looks after the set: its page, its code, who comes in. Not who leads a meeting.
    CONVENOR = "convenor", _("convenor")
    ADVISER = "adviser", _("set adviser")


class Seat(models.Model):
    """A place in a set. Read by those who have one in it. After the person has left it keeps what it did together;
    after their account is erased it is nobody's.

    Seats are numbered from 1 around the circle, and the adviser's is 0; a number that is free is given again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learning_set = models.ForeignKey(
        LearningSet, on_delete=models.CASCADE, related_name="all_seats", verbose_name=_("set")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="seats", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=8, choices=SeatRole.choices, default=SeatRole.MEMBER)
    number = models.PositiveSmallIntegerField(_("number"))
    since = models.DateTimeField(_("since"), default=clock.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["learning_set", "person"], condition=Q(until__isnull=True), name="sits_once"
            ),
            models.UniqueConstraint(
                fields=["learning_set", "number"], condition=Q(until__isnull=True), name="seat_number_once"
            ),
            models.UniqueConstraint(
                fields=["learning_set"],
                condition=Q(role=SeatRole.CONVENOR, until__isnull=True),
                name="one_convenor_at_a_time",
            ),
            models.CheckConstraint(condition=Q(role__in=SeatRole.values), name="seat_role_known"),
            models.CheckConstraint(
                condition=Q(role=SeatRole.ADVISER, number=0)
                | (~Q(role=SeatRole.ADVISER) & Q(number__range=(1, MOST_SEATS))),
                name="seat_number_fits_role",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="seat_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=False) | Q(person__isnull=False), name="live_seat_has_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learning_set_id} {self.number}"


class RequestState(models.TextChoices):
    ASKED = "asked", _("waiting for an answer")
    WAITING = "waiting", _("on the waiting list")
    SEATED = "seated", _("has a seat")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")


SEAT_REQUEST = Moves(
    {
        (RequestState.ASKED, "accept"): RequestState.SEATED,
        (RequestState.ASKED, "put_on_list"): RequestState.WAITING,
        (RequestState.ASKED, "decline"): RequestState.DECLINED,
        (RequestState.ASKED, "withdraw"): RequestState.WITHDRAWN,
        (RequestState.WAITING, "accept"): RequestState.SEATED,
        (RequestState.WAITING, "decline"): RequestState.DECLINED,
        (RequestState.WAITING, "withdraw"): RequestState.WITHDRAWN,
    }
)


class SeatRequest(models.Model):
    """Somebody asks a set for a seat. The waiting list is the rows that wait, by `position`.

    Read by the person, and by the members of the set. Erased with the account.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learning_set = models.ForeignKey(
        LearningSet, on_delete=models.CASCADE, related_name="requests", verbose_name=_("set")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seat_requests", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    # In the order they came, per set, from 1; given under the set's lock and never used twice.
    position = models.PositiveIntegerField(_("position"))
    note = SealedTextField(_("a few words to the set"), blank=True, default="")
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for a seat")
        verbose_name_plural = _("requests for seats")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["learning_set", "person"],
                condition=Q(state__in=(RequestState.ASKED, RequestState.WAITING)),
                name="one_open_seat_request",
            ),
            models.UniqueConstraint(fields=["learning_set", "position"], name="seat_request_position_once"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="seat_request_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.learning_set_id} {self.position}"


class GroundRules(models.Model):
    """One version of what a set has agreed on; the newest holds. Read by its members; kept with the set."""

    learning_set = models.ForeignKey(
        LearningSet, on_delete=models.CASCADE, related_name="ground_rules", verbose_name=_("set")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    text = SealedTextField(_("ground rules"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    # None: the ones that every set begins with.
    written_by = models.ForeignKey(
        Seat, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("ground rules")
        verbose_name_plural = _("ground rules")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["learning_set", "version"], name="ground_rules_version_once")]

    def __str__(self) -> str:
        return f"{self.learning_set_id} v{self.version}"


class Acceptance(models.Model):
    """The holder of a seat accepts one version of the ground rules. Read by the set's members; kept with the seat."""

    ground_rules = models.ForeignKey(
        GroundRules, on_delete=models.CASCADE, related_name="acceptances", verbose_name=_("ground rules")
    )
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="acceptances", verbose_name=_("seat"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("acceptance of ground rules")
        verbose_name_plural = _("acceptances of ground rules")
        constraints = [models.UniqueConstraint(fields=["ground_rules", "seat"], name="accepted_once")]

    def __str__(self) -> str:
        return f"{self.ground_rules_id} {self.seat_id}"
