"""Enrolling, marking steps, and the end of a course. Every address but the first goes through one's own enrolment."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.cohorts import actions, selectors
from courses.cohorts.models import Enrolment
from courses.cohorts.rules import learn
from courses.curriculum.models import Course
from courses.curriculum.selectors import course_page


@login_required
def enrol(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """Begin a course. By GET it asks first: somebody arrives here from signing in."""
    course = get_object_or_404(Course, key=course_key)
    page = course_page(course, get_language())
    if request.method != "POST" and page is not None:
        return render(request, "cohorts/enrol.html", {"course": course, "page": page})
    enrolment = actions.enrol(course=course, by=request.user)  # which refuses a course without a page
    progress = selectors.progress_in(enrolment, get_language())
    return redirect(progress.next_step.url if progress and progress.next_step else page.get_url())


@login_required
@require_POST
def mark_done(request: HttpRequest, enrolment_id: uuid.UUID, step_key: uuid.UUID) -> HttpResponse:
    """Mark a step done, then go to the next one, to the end, or (with `stop`) home to rest."""
    enrolment = _own(request, enrolment_id)
    was_completed = enrolment.is_completed
    enrolment = actions.complete_step(enrolment=enrolment, step_key=step_key, by=request.user)
    if enrolment.is_completed and not was_completed:
        return redirect(enrolment)
    if "stop" in request.POST:
        messages.success(request, _("This step is marked as done. Your place is kept: come back when it suits you."))
        return redirect("learner_home")
    progress = selectors.progress_in(enrolment, get_language())
    following = progress.outline.after(step_key) if progress else None
    return redirect(following.url if following else "learner_home")


@login_required
@require_POST
def reopen(request: HttpRequest, enrolment_id: uuid.UUID, step_key: uuid.UUID) -> HttpResponse:
    enrolment = actions.reopen_step(enrolment=_own(request, enrolment_id), step_key=step_key, by=request.user)
    messages.success(request, _("This step is open again."))
    progress = selectors.progress_in(enrolment, get_language())
    found = progress.outline.find(step_key) if progress else None
    return redirect(found[1].url if found else "learner_home")


@login_required
def completed(request: HttpRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """The end of a course, with what comes next; before the end, the way back to it."""
    enrolment = _own(request, enrolment_id)
    page = course_page(enrolment.course, get_language())
    if page is None or not enrolment.is_completed:
        return redirect("learner_home")
    return render(
        request,
        "cohorts/completed.html",
        {"enrolment": enrolment, "page": page, "progress": selectors.progress_in(enrolment, get_language())},
    )


def _own(request: HttpRequest, enrolment_id: uuid.UUID) -> Enrolment:
    return get_object_or_404(
        learn.visible(Enrolment.objects.select_related("course"), request.user), public_id=enrolment_id
    )
