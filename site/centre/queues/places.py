"""People's places on courses and in cohorts, and those who ask for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from centre.queues.base import Plain, Queue, Verb
from courses.cohorts import actions
from courses.cohorts.models import (
    PLACE_REQUEST,
    Cohort,
    CohortState,
    Enrolment,
    EnrolmentState,
    PlaceRequest,
    RequestState,
)


class ToCohort(forms.Form):
    to = forms.ModelChoiceField(label=_("To which cohort?"), queryset=None)

    def __init__(self, data: Any, enrolment: Enrolment) -> None:
        super().__init__(data)
        others = Cohort.objects.filter(course=enrolment.course_id, state=CohortState.OPEN)
        self.fields["to"].queryset = others.exclude(pk=enrolment.cohort_id)


def _has_place(enrolment: Enrolment) -> bool:
    return enrolment.cohort_id is not None and enrolment.state == EnrolmentState.ACTIVE


def _leave(enrolment: Enrolment, by: Any, *, withdraw: bool) -> None:
    actions.leave_cohort(cohort=enrolment.cohort, by=by, person=enrolment.person, withdraw=withdraw)


class Enrolments(Queue):
    """Who has a place, where, since when: not how far they have come, which is their facilitators' to see."""

    model = Enrolment
    name = "enrolments"
    icon = "user"
    menu_label = _("Places on courses")
    list_display = ["person", "course", "cohort", "state", "begun_at", "completed_at"]
    list_filter = ["state", "course", "cohort"]
    search_fields = ["person__email", "person__name", "cohort__name"]
    inspect_view_fields = ["person", "course", "cohort", "state", "begun_at", "joined_at", "completed_at"]
    verbs = (
        Verb(
            "transfer",
            _("Move to another cohort"),
            _("All they have done is kept. Whoever waits for the place they leave moves up."),
            run=lambda place, by, data: actions.transfer(enrolment=place, to=data["to"], by=by),
            open=_has_place,
            form=ToCohort,
        ),
        Verb(
            "take_out",
            _("Take out of the cohort"),
            _("They go on at their own pace and keep all they have done. Whoever waits moves up."),
            run=lambda place, by, data: _leave(place, by, withdraw=False),
            open=_has_place,
        ),
        Verb(
            "withdraw",
            _("Withdraw from the course"),
            _(
                "Do this when they asked for it. What they have done is kept, should they come back. "
                "Whoever waits moves up."
            ),
            run=lambda place, by, data: _leave(place, by, withdraw=True),
            open=_has_place,
            danger=True,
        ),
    )

    def rows(self) -> QuerySet:
        return Enrolment.objects.select_related("person", "course", "cohort").defer(
            "required_steps", "also_required", "last_active_on"
        )

    def title_of(self, thing: Enrolment) -> str:
        return str(thing.person)


def _answers(verb: str):
    return lambda request: verb in PLACE_REQUEST.open_to(request.state)


class Requests(Queue):
    """Those who ask to be let in, and those who wait."""

    model = PlaceRequest
    name = "requests"
    icon = "clipboard-list"
    menu_label = _("Requests for places")
    list_display = [
        "person",
        "cohort",
        "state",
        "asked_at",
        Plain("position_shown", _("Position"), lambda request: request.position),
    ]
    list_filter = ["state", "cohort"]
    search_fields = ["person__email", "person__name", "cohort__name"]
    inspect_view_fields = ["person", "cohort", "state", "position", "asked_at", "answered_at"]
    verbs = (
        Verb(
            "approve",
            _("Give a place"),
            _("They have a place from now on, or are on the waiting list when there is none, and are told so."),
            run=lambda request, by, data: actions.approve_request(request=request, by=by),
            open=_answers("approve"),
        ),
        Verb(
            "decline",
            _("Decline the request"),
            _("They are told so, without a reason, and can ask again."),
            run=lambda request, by, data: actions.decline_request(request=request, by=by),
            open=_answers("decline"),
            danger=True,
        ),
    )

    def rows(self) -> QuerySet:
        return PlaceRequest.objects.select_related("person", "cohort")

    def title_of(self, thing: PlaceRequest) -> str:
        return str(thing.person)


def asking() -> int:
    return PlaceRequest.objects.filter(state=RequestState.ASKED).count()
