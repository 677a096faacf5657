"""What those who lead a cohort change of it: its words, its dates, its own steps."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.cohorts import actions
from courses.cohorts.actions.facilitating import change_words
from courses.cohorts.forms.editing import OwnStepForm, TimetableForm, WordsForm
from courses.cohorts.models import Cohort, OwnStep
from courses.cohorts.selectors.facilitating import own_steps_of, sessions_of
from courses.cohorts.views.facilitating import led_cohort, posted
from kernel.errors import Refused
from kernel.texts import in_language, language_of


@login_required
@never_cache
def cohort_edit(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """The welcome, the joining notes and the call; and the ways to the dates and the own steps."""
    cohort = led_cohort(request, cohort_id)
    form = WordsForm(posted(request), cohort=cohort)
    if request.method == "POST" and form.is_valid():
        change_words(
            cohort=cohort,
            by=request.user,
            welcome=form.texts("welcome"),
            joining_notes=form.texts("joining_notes"),
            call_details=form.cleaned_data["call_details"],
        )
        messages.success(request, _("Your changes are kept."))
        return redirect("cohort_edit", cohort.public_id)
    own_steps = own_steps_of(cohort, get_language())
    return _form(request, "cohorts/edit.html", form, cohort=cohort, own_steps=own_steps)


@login_required
@never_cache
def edit_timetable(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """The day and the times of each meeting. What cannot be is said, and what was typed stays."""
    cohort = led_cohort(request, cohort_id)
    meetings = list(cohort.sessions.all())
    sessions = sessions_of(cohort, get_language())
    form = TimetableForm(posted(request), cohort=cohort, sessions=sessions, meetings=meetings)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_timetable(cohort=cohort, by=request.user, sessions=form.times)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The timetable is kept. Your learners are told when something has changed."))
            return redirect("facilitate", cohort.public_id)
    return _form(request, "cohorts/edit_timetable.html", form, cohort=cohort)


@login_required
@never_cache
def new_own_step(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    cohort = led_cohort(request, cohort_id)
    form = OwnStepForm(posted(request), sessions=sessions_of(cohort, get_language()))
    if request.method == "POST" and form.is_valid():
        actions.add_own_step(
            cohort=cohort,
            by=request.user,
            session_key=uuid.UUID(form.cleaned_data["session"]),
            title=form.texts("title"),
            text=form.texts("text"),
            minutes=form.cleaned_data["minutes"],
        )
        messages.success(request, _("The step is added. Nobody needs it to complete the course."))
        return redirect("cohort_edit", cohort.public_id)
    return _form(request, "cohorts/edit_own_step.html", form, cohort=cohort)


@login_required
@never_cache
def edit_own_step(request: HttpRequest, cohort_id: uuid.UUID, step_id: uuid.UUID) -> HttpResponse:
    cohort, step = _own_step(request, cohort_id, step_id)
    form = OwnStepForm(posted(request), sessions=(), step=step)
    if request.method == "POST" and form.is_valid():
        actions.change_own_step(
            step=step,
            by=request.user,
            title=form.texts("title"),
            text=form.texts("text"),
            minutes=form.cleaned_data["minutes"],
        )
        messages.success(request, _("Your changes are kept."))
        return redirect("cohort_edit", cohort.public_id)
    return _form(request, "cohorts/edit_own_step.html", form, cohort=cohort, step=step)


@login_required
@never_cache
def remove_own_step(request: HttpRequest, cohort_id: uuid.UUID, step_id: uuid.UUID) -> HttpResponse:
    """Asks first: it goes for everybody."""
    cohort, step = _own_step(request, cohort_id, step_id)
    if request.method == "POST":
        actions.remove_own_step(step=step, by=request.user)
        messages.success(request, _("The step is gone."))
        return redirect("cohort_edit", cohort.public_id)
    context = {"cohort": cohort, "step": step, "title": in_language(step.title), "lang": language_of(step.title)}
    return render(request, "cohorts/remove_own_step.html", context)


def _own_step(request: HttpRequest, cohort_id: uuid.UUID, step_id: uuid.UUID) -> tuple[Cohort, OwnStep]:
    cohort = led_cohort(request, cohort_id)
    step = get_object_or_404(cohort.own_steps, public_id=step_id)
    step.cohort = cohort
    return cohort, step


def _form(request: HttpRequest, template: str, form, **context) -> HttpResponse:
    status = 400 if form.is_bound and form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)
