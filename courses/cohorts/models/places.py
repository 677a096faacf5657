"""Asking for a place, waiting for one, and being there."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.cohorts.models.cohorts import Cohort, CohortSession
from courses.cohorts.models.enrolments import Enrolment
from kernel import clock
from kernel.moves import Moves


class RequestState(models.TextChoices):
    ASKED = "asked", _("waiting for an answer")
    WAITING = "waiting", _("on the waiting list")
    PLACED = "placed", _("has a place")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")


PLACE_REQUEST = Moves(
    {
        (RequestState.ASKED, "approve"): RequestState.PLACED,
        (RequestState.ASKED, "put_on_list"): RequestState.WAITING,
        (RequestState.ASKED, "decline"): RequestState.DECLINED,
        (RequestState.ASKED, "withdraw"): RequestState.WITHDRAWN,
        (RequestState.WAITING, "move_up"): RequestState.PLACED,
        (RequestState.WAITING, "decline"): RequestState.DECLINED,
        (RequestState.WAITING, "withdraw"): RequestState.WITHDRAWN,
    }
)


class PlaceRequest(models.Model):
    """Somebody asks for a place in a cohort. The waiting list is the rows that wait, by `position`.

    Read by the person, the cohort's facilitators, its organisation's leads and the staff. Erased with the account.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="requests", verbose_name=_("cohort"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="place_requests", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices)
    # In the order they came, per cohort, from 1; given under the cohort's lock and never used twice.
    position = models.PositiveIntegerField(_("position"))
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for a place")
        verbose_name_plural = _("requests for places")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=Q(state__in=(RequestState.ASKED, RequestState.WAITING)),
                name="one_open_request",
            ),
            models.UniqueConstraint(fields=["cohort", "position"], name="request_position_once"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.position}"


class AttendedBy(models.TextChoices):
    WEB = "web", _("on the web")
    TELEPHONE = "telephone", _("by telephone")
    CAUGHT_UP = "caught_up", _("caught up in a call")
    ABSENT = "absent", _("not there")


class Attendance(models.Model):
    """Whether somebody was at a meeting of their cohort, and by which way. Three of the four ways count the same.

    Read by the person and the cohort's facilitators. Erased with the account.
    """

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("enrolment")
    )
    session = models.ForeignKey(
        CohortSession, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("meeting")
    )
    how = models.CharField(_("how"), max_length=10, choices=AttendedBy.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="one_attendance_per_meeting"),
            models.CheckConstraint(condition=Q(how__in=AttendedBy.values), name="attendance_how_known"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.session_id} {self.how}"
