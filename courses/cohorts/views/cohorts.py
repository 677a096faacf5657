"""A cohort for its learners: its page, its timetable, its own steps; and for the lead of its organisation."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.cohorts import actions, rules
from courses.cohorts.actions.inviting import invitation_path, invite
from courses.cohorts.forms.joining import InviteForm
from courses.cohorts.models import Cohort, Joining, OwnStep
from courses.cohorts.selectors import cohorts as selectors
from courses.cohorts.selectors import complete_by, steps_done_by, timetable
from courses.curriculum.selectors import course_page
from kernel.errors import Refused
from kernel.markup import to_html
from kernel.texts import in_language, language_of
from notices.calendar import to_ics

PER_PAGE = 50


@login_required
@never_cache
def cohort(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """Everything a learner needs about their cohort; less for somebody who only thinks of joining it."""
    found = _seen(request, cohort_id)
    enrolment = selectors.place_in(found, request.user)
    leads = rules.facilitate.allows(request.user, found)
    asked = None if enrolment else selectors.request_in(found, request.user)
    inside = bool(enrolment or leads)
    page = course_page(found.course, get_language())
    return render(
        request,
        "cohorts/cohort.html",
        {
            "cohort": found,
            "course": page,
            "enrolment": enrolment,
            "leads": leads,
            "looks_after": rules.lead_cohort.allows(request.user, found),
            "inside": inside,
            "asked": asked,
            "position": selectors.position_of(asked) if asked and asked.state == "waiting" else 0,
            "places_left": max(found.places - found.places_taken, 0),
            "takes_people": selectors.takes_people(found),
            "meetings": timetable.meetings(found, get_language()),
            "welcome": _words(found.welcome),
            "notes": _words(found.joining_notes) if inside else None,
            "call": to_html(found.call_details) if inside and found.call_details else "",
            "facilitators": selectors.facilitators_of(found),
            "own_steps": _own_steps(found, enrolment) if inside else [],
            "complete_by": complete_by(enrolment, request.user.pauses.all()) if enrolment else None,
        },
    )


@login_required
@never_cache
def cohort_timetable(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """The timetable as a calendar file."""
    found = _seen(request, cohort_id)
    entries = timetable.entries_of_cohort(found, get_language())
    response = HttpResponse(to_ics(entries, name=found.name), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(found.name)[:60] or "timetable"}.ics"'
    return response


@login_required
@never_cache
def cohort_own_step(request: HttpRequest, cohort_id: uuid.UUID, step_id: uuid.UUID) -> HttpResponse:
    """A step of the cohort's own: read by its people, marked as done by its learners."""
    inside = (rules.belong | rules.facilitate).visible(Cohort.objects.select_related("course"), request.user)
    found = get_object_or_404(inside, public_id=cohort_id)
    step = get_object_or_404(OwnStep, cohort=found, public_id=step_id)
    enrolment = selectors.place_in(found, request.user)
    session = timetable.sessions_of(found, get_language()).get(step.session_key)
    if request.method == "POST" and enrolment:
        verb = actions.reopen_step if "reopen" in request.POST else actions.complete_step
        verb(enrolment=enrolment, step_key=step.public_id, by=request.user)
        if verb is actions.reopen_step:
            messages.success(request, _("This step is open again."))
            return redirect("cohort_own_step", found.public_id, step.public_id)
        messages.success(request, _("This step is marked as done."))
        return redirect(session.url if session else found)
    done = enrolment is not None and step.public_id in steps_done_by(enrolment)
    context = {"cohort": found, "step": step, "session": session, "enrolment": enrolment, "done": done}
    context |= {"title": in_language(step.title), "text": _words(step.text)}
    return render(request, "cohorts/own_step.html", context)


@login_required
@never_cache
def cohort_lead(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """The code and the link to pass on, inviting by mail, and who has come: names and states, never progress."""
    looked_after = rules.lead_cohort.visible(Cohort.objects.select_related("course", "organisation"), request.user)
    found = get_object_or_404(looked_after, public_id=cohort_id)
    posted = request.POST if request.method == "POST" else None
    form = InviteForm(posted, initial={"language": get_language()})
    if form.is_valid():
        try:
            return _invited(request, found, form)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    people = Paginator(selectors.people_of(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": found,
        "form": form,
        "page_obj": people,
        "requests": selectors.requests_of(found)[:PER_PAGE],
        "places_left": max(found.places - found.places_taken, 0),
        "takes_people": selectors.takes_people(found),
        "code": selectors.code_in_groups(found.code) if found.joining == Joining.CODE else "",
        "link": f"{settings.BASE_URL}{invitation_path(found)}",
    }
    return render(request, "cohorts/lead.html", context)


def _invited(request: HttpRequest, found: Cohort, form: InviteForm) -> HttpResponse:
    language = form.cleaned_data["language"]
    answer = invite(cohort=found, by=request.user, addresses=form.cleaned_data["addresses"], language=language)
    if answer.sent:
        words = ngettext(
            "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", len(answer.sent)
        )
        messages.success(request, words % {"count": len(answer.sent)})
    if answer.failed:
        words = _("These addresses could not be written to: %(addresses)s. Look at them again.")
        messages.error(request, words % {"addresses": ", ".join(answer.failed)})
    return redirect("cohort_lead", found.public_id)


def _seen(request: HttpRequest, cohort_id: uuid.UUID) -> Cohort:
    rows = rules.see_cohort.visible(Cohort.objects.select_related("course", "organisation"), request.user)
    return get_object_or_404(rows, public_id=cohort_id)


def _words(texts: dict[str, str]) -> dict[str, str] | None:
    """Somebody's Markdown in the reader's language, or in the one there is, and which it is."""
    text = in_language(texts)
    return {"html": to_html(text), "language": language_of(texts)} if text else None


def _own_steps(found: Cohort, enrolment) -> list[dict]:
    done = steps_done_by(enrolment) if enrolment else frozenset()
    return [
        {
            "step": step,
            "title": in_language(step.title),
            "language": language_of(step.title),
            "done": step.public_id in done,
        }
        for step in found.own_steps.all()
    ]
