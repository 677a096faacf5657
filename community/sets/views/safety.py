"""Reporting something that was said, what programme leads do with it, and a presenter's own marks."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.sets import rules
from community.sets.actions import safety as actions
from community.sets.forms.safety import HideForm, OutcomeForm, ReportForm
from community.sets.models import Meeting, Report
from community.sets.selectors import safety as selectors
from community.sets.selectors.room import room_of
from kernel.errors import Refused
from kernel.private import private

REPORTS_PER_PAGE = 20


@private
@require_POST
def helped(request: HttpRequest, meeting_id: uuid.UUID, seq: int) -> HttpResponse:
    """A presenter marks what helped, or takes the mark back. Nobody else ever sees it."""
    meeting = _meeting(request, meeting_id)
    on = request.POST.get("on") == "1"
    actions.mark_helped(meeting=meeting, seq=seq, by=request.user, on=on)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"helped": on})
    return redirect(f"{meeting.get_absolute_url()}#item-{seq}")


@private
def report_item(request: HttpRequest, meeting_id: uuid.UUID, seq: int) -> HttpResponse:
    """Says first what the programme leads will see. Whoever keeps the room safe can hide the item from here too."""
    meeting = _meeting(request, meeting_id)
    room = room_of(meeting, request.user)
    if not selectors.may_read(room, request.user):
        raise Http404
    shown = {line.seq for line in selectors.item_and_neighbours(meeting, seq)}
    items = [item for item in room.items if item.seq in shown]
    if not any(item.seq == seq for item in items):
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.report_item(meeting=meeting, seq=seq, by=request.user, reason=form.cleaned_data["reason"])
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = 409 if getattr(refusal, "retry_after", None) is None else 429
            else:
                messages.success(request, _("Thank you. The programme leads have been told, and will look at it."))
                return redirect(f"{meeting.get_absolute_url()}#{f'item-{seq}' if room.state.is_over else 'now'}")
        else:
            status = 400
    context = {"meeting": meeting, "learning_set": meeting.learning_set, "items": items, "seq": seq, "form": form}
    context |= {"hide": HideForm(auto_id="hide_%s") if room.keeps_safe else None, "client_id": uuid.uuid4()}
    return render(request, "sets/room/report_item.html", context, status=status)


@private
@require_safe
def withdraw_item(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Asks before somebody takes back what they have said, for that cannot be undone."""
    meeting = _meeting(request, meeting_id)
    seq = request.GET.get("seq", "")
    items = room_of(meeting, request.user).items
    item = next((each for each in items if str(each.seq) == seq and each.mine and each.is_spoken), None)
    if item is None:
        raise Http404
    context = {"meeting": meeting, "learning_set": meeting.learning_set, "item": item, "client_id": uuid.uuid4()}
    return render(request, "sets/room/withdraw_item.html", context)


@private
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """For programme leads: which reports there are, without a word of what is in them."""
    _leads_only(request)
    closed = "closed" in request.GET
    page = Paginator(selectors.reports_for(request.user, closed=closed), REPORTS_PER_PAGE)
    context = {"reports": page.get_page(request.GET.get("page")), "closed": closed}
    return render(request, "sets/room/reports.html", context)


@private
def report(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """Looking at it is written down, each time."""
    _leads_only(request)
    rows = rules.handle_report.visible(Report.objects.select_related("meeting__learning_set"), request.user)
    found = get_object_or_404(rows, public_id=report_id)
    actions.read_report(report=found, by=request.user)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_report(report=found, by=request.user, outcome=form.cleaned_data["outcome"])
        except Refused as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("The report is closed."))
            return redirect("set_reports")
    context = {"report": found, "items": selectors.items_of(found), "form": form}
    return render(request, "sets/room/report.html", context, status=status if not form.errors else max(status, 400))


def _leads_only(request: HttpRequest) -> None:
    """To anybody else these pages are not here, not even to the staff."""
    if not request.user.has_perm("sets.handle_report"):
        raise Http404


def _meeting(request: HttpRequest, meeting_id: uuid.UUID) -> Meeting:
    seen = rules.attend.visible(Meeting.objects.select_related("learning_set"), request.user)
    return get_object_or_404(seen, public_id=meeting_id)
