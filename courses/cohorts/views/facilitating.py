"""The pages of whoever leads a cohort."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses.cohorts.actions import approve_request, decline_request
from courses.cohorts.actions import facilitating as actions
from courses.cohorts.forms.facilitating import AttendanceForm
from courses.cohorts.models import Cohort, RequestState
from courses.cohorts.selectors import facilitating as selectors
from courses.cohorts.selectors.messages import messages_of
from courses.cohorts.views.export import lines


def led_cohort(request: HttpRequest, cohort_id: uuid.UUID) -> Cohort:
    """The cohort, to somebody who leads it now; to anybody else it is not here."""
    cohort = selectors.led_cohort(request.user, cohort_id)
    if cohort is None:
        raise Http404
    return cohort


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing at all; None for somebody who only looks."""
    return request.POST if request.method == "POST" else None


@login_required
@never_cache
def facilitate(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """Who is where, who has gone quiet, who asks to be let in."""
    cohort = led_cohort(request, cohort_id)
    quiet_first = request.GET.get("order") == "quiet"
    group = selectors.group(cohort, get_language(), quiet_first=quiet_first, page=request.GET.get("page"))
    asked, waiting = selectors.open_requests(cohort)
    return render(
        request,
        "cohorts/facilitate.html",
        {"cohort": cohort, "group": group, "asked": asked, "waiting": waiting, "quiet_first": quiet_first},
    )


@login_required
@never_cache
def facilitate_learner(request: HttpRequest, cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> HttpResponse:
    """One learner: steps by their titles, meetings, what they share, what was written to them."""
    cohort = led_cohort(request, cohort_id)
    enrolment = get_object_or_404(selectors.learners(cohort), public_id=enrolment_id)
    enrolment.cohort = cohort
    written = messages_of(cohort, request.user).filter(to=enrolment)[:20]
    learner = selectors.learner(enrolment, get_language())
    context = {"cohort": cohort, "enrolment": enrolment, "learner": learner, "written": written}
    return render(request, "cohorts/facilitate_learner.html", context)


@login_required
@never_cache
def attendance(request: HttpRequest, cohort_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Who was at a meeting, and how."""
    cohort = led_cohort(request, cohort_id)
    session = get_object_or_404(cohort.sessions, public_id=session_id)
    meetings = selectors.meetings_of(cohort, selectors.sessions_of(cohort, get_language()))
    meeting = next(one for one in meetings if one.pk == session.pk)
    learners = list(selectors.learners(cohort))
    form = AttendanceForm(posted(request), learners=learners, there=selectors.attendance_at(session))
    if request.method == "POST" and form.is_valid():
        changed = actions.record_attendance(session=session, by=request.user, marks=form.marks())
        said = ngettext("Kept for %(n)s person.", "Kept for %(n)s people.", changed) % {"n": changed}
        messages.success(request, said)
        return redirect("facilitate", cohort.public_id)
    context = {"cohort": cohort, "meeting": meeting, "form": form, "learners": learners}
    return render(request, "cohorts/attendance.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
def answer_request(request: HttpRequest, cohort_id: uuid.UUID, request_id: uuid.UUID) -> HttpResponse:
    """Let somebody in who asks, or decline after a look."""
    cohort = led_cohort(request, cohort_id)
    open_ones = cohort.requests.filter(state__in=(RequestState.ASKED, RequestState.WAITING))
    asking = get_object_or_404(open_ones.select_related("person"), public_id=request_id)
    asking.cohort = cohort
    if request.method != "POST":
        return render(request, "cohorts/answer_request.html", {"cohort": cohort, "asking": asking})
    if request.POST.get("answer") == "approve":
        answered = approve_request(request=asking, by=request.user)
        if answered.state == RequestState.WAITING:
            messages.success(request, _("There is no free place at the moment: they are on the waiting list now."))
        else:
            messages.success(request, _("They have a place now, and are told so."))
    elif request.POST.get("answer") == "decline":
        decline_request(request=asking, by=request.user)
        messages.success(request, _("The request is declined, and they are told so."))
    return redirect("facilitate", cohort.public_id)


@login_required
@never_cache
@require_GET
def cohort_export(request: HttpRequest, cohort_id: uuid.UUID) -> StreamingHttpResponse:
    """What the table shows, for a spreadsheet."""
    cohort = led_cohort(request, cohort_id)
    actions.export_progress(cohort=cohort, by=request.user)
    response = StreamingHttpResponse(lines(cohort, get_language()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cohort-{cohort.public_id.hex[:8]}.csv"'
    response["Cache-Control"] = "no-store"
    return response
