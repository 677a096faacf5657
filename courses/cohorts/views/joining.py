"""Finding a cohort, joining it, leaving it, changing to another."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.cohorts import actions, rules
from courses.cohorts.forms.joining import CodeForm, LeaveForm, TransferForm
from courses.cohorts.models import Cohort, Enrolment, PlaceRequest
from courses.cohorts.selectors import cohorts as selectors
from kernel.errors import Refused

PER_PAGE = 12


@login_required
@never_cache
def cohorts(request: HttpRequest) -> HttpResponse:
    """Mine, those I asked for with my position, and those that are open to me."""
    page = Paginator(selectors.my_cohorts(request.user), PER_PAGE).get_page(request.GET.get("page"))
    lines = selectors.lines(list(page), request.user, get_language())
    return render(request, "cohorts/cohorts.html", {"page_obj": page, "lines": lines})


@never_cache
def join_by_code(request: HttpRequest, code: str = "") -> HttpResponse:
    """GET asks, POST joins. Somebody who is not signed in is led through signing up and comes back."""
    if not request.user.is_authenticated:
        return render(request, "cohorts/join_signed_out.html", {"next": request.path})
    form = CodeForm(request.POST if request.method == "POST" else None, initial={"code": code[:40]})
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            return _join_by_code(request, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", refusal.message)
            many = refusal.code == "too_many_tries"
            status = HTTPStatus.TOO_MANY_REQUESTS if many else HTTPStatus.CONFLICT
    return render(request, "cohorts/join.html", {"form": form}, status=status)


def _join_by_code(request: HttpRequest, code: str) -> HttpResponse:
    cohort = actions.find_by_code(code=code, by=request.user, address=_address(request))
    return _joined(request, cohort, actions.join(cohort=cohort, by=request.user, code=code))


@login_required
@require_POST
def join_cohort(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """Join what is open to see; a cohort with a code is joined by its code alone."""
    cohort = get_object_or_404(rules.see_cohort.visible(Cohort.objects, request.user), public_id=cohort_id)
    place = actions.join(cohort=cohort, by=request.user, address=_address(request))
    return _joined(request, cohort, place)


@login_required
@require_POST
def stop_waiting(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """Take back one's request for a place; a second press does no harm."""
    mine = request.user.place_requests.filter(cohort__public_id=cohort_id)
    place_request = mine.order_by("-position").first()
    if place_request is None:
        raise Http404
    actions.withdraw_request(request=place_request, by=request.user)
    messages.success(request, _("You do not wait for this cohort any more."))
    return redirect("cohorts")


@login_required
@never_cache
def leave_cohort(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """Asks how, then does it. Pressed twice, the second finds that it is done."""
    cohort = _belong(request, cohort_id)
    if cohort is None:
        return redirect("learner_home")
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        withdraw = form.cleaned_data["how"] == LeaveForm.WITHDRAW
        actions.leave_cohort(cohort=cohort, by=request.user, withdraw=withdraw)
        request.session["left_cohort"] = str(cohort_id)
        if withdraw:
            messages.success(request, _("You have left the course. What you have done is kept, if you ever come back."))
        else:
            messages.success(request, _("You have left the cohort and go on at your own pace. All you did is kept."))
        return redirect("learner_home")
    return render(request, "cohorts/leave.html", {"cohort": cohort, "form": form})


@login_required
@never_cache
def transfer(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """Change to another cohort of the same course."""
    cohort = _belong(request, cohort_id)
    if cohort is None:
        return redirect("cohorts")
    posted = request.POST if request.method == "POST" else None
    form = TransferForm(posted, cohorts=selectors.open_to_transfer(cohort, request.user))
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            return _transfer(request, cohort, form)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            status = HTTPStatus.CONFLICT
    return render(request, "cohorts/transfer.html", {"cohort": cohort, "form": form}, status=status)


def _transfer(request: HttpRequest, cohort: Cohort, form: TransferForm) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment, person=request.user, cohort=cohort)
    code, chosen = form.cleaned_data["code"], form.cleaned_data.get("cohort")
    to = form.cohorts[chosen] if chosen else actions.find_by_code(code=code, by=request.user, address=_address(request))
    actions.transfer(enrolment=enrolment, to=to, by=request.user, code=code)
    request.session["left_cohort"] = str(cohort.public_id)
    messages.success(request, _("You have changed to this cohort. All you did is kept."))
    return redirect(to)


def _joined(request: HttpRequest, cohort: Cohort, place: Enrolment | PlaceRequest) -> HttpResponse:
    if isinstance(place, Enrolment):
        messages.success(request, _("You have a place in this cohort. Welcome."))
    elif place.state == "waiting":
        messages.success(request, _("The cohort is full. You are on its waiting list, and a free place comes to you."))
    else:
        messages.success(request, _("You have asked for a place. A facilitator will answer, and you will be told."))
    return redirect(cohort)


def _belong(request: HttpRequest, cohort_id: uuid.UUID) -> Cohort | None:
    """The cohort they have a place in; None for the second press of a button that has just made them leave it."""
    cohort = rules.belong.visible(Cohort.objects.select_related("course"), request.user)
    found = cohort.filter(public_id=cohort_id).first()
    again = request.method == "POST" and request.session.get("left_cohort") == str(cohort_id)
    if found is None and not again:
        raise Http404
    return found


def _address(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request)
