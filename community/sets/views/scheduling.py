"""Finding a time for a meeting, and the page of a meeting: before it, its room, and what is left of it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.sets import rules
from community.sets.actions import scheduling as actions
from community.sets.forms.scheduling import AnswersForm, MoveForm, ScheduleForm, TimesForm
from community.sets.models import LearningSet, Meeting, MeetingState
from community.sets.selectors import meetings as selectors
from community.sets.selectors.times import suggestions
from community.sets.views import room
from kernel.errors import Refused
from kernel.markup import to_html
from kernel.private import private
from notices.calendar import to_ics

OVER = (MeetingState.CLOSED, MeetingState.CANCELLED)


@private
def schedule_meeting(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """One time, or several to choose from. What cannot be is said, and what was typed stays."""
    learning_set = get_object_or_404(rules.sit.visible(LearningSet.objects, request.user), public_id=set_id)
    form = ScheduleForm(
        _posted(request), learning_set=learning_set, zone=request.user.zone, suggested=suggestions(learning_set)
    )
    if request.method == "POST" and form.is_valid():
        try:
            meeting = actions.propose_meeting(
                learning_set=learning_set,
                by=request.user,
                times=form.times,
                minutes=form.cleaned_data["minutes"],
                slow=form.slow,
                note=form.cleaned_data["note"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            _say_proposed(request, len(form.times))
            _say_twice(request, form)
            return redirect(meeting)
    return _form(request, "sets/schedule.html", form, learning_set=learning_set)


@private
def meeting(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Before a meeting its times and its plan; from a quarter of an hour before, its room; afterwards its minutes."""
    found = _meeting(request, meeting_id)
    if found.state in OVER:
        return _after(request, found)
    if selectors.has_room(found):
        return room.room(request, found)
    return _before(request, found)


def _before(request: HttpRequest, found: Meeting) -> HttpResponse:
    poll = selectors.poll(found, request.user)
    context = {
        "meeting": found,
        "learning_set": found.learning_set,
        "poll": poll,
        "form": AnswersForm(poll=poll, meeting=found),
        "plan": selectors.plan_of(found),
        "there": selectors.there(found.starts_at, found.learning_set.zone) if found.starts_at else "",
        "day": selectors.day_of(found) if found.slow else None,
        "doors": selectors.doors_open_at(found),
        "note": to_html(found.note) if found.note else "",
    }
    return render(request, "sets/meeting_before.html", context)


def _after(request: HttpRequest, found: Meeting) -> HttpResponse:
    context = {
        "meeting": found,
        "learning_set": found.learning_set,
        "minutes": selectors.minutes_of(found) if found.state == MeetingState.CLOSED else None,
        "day": selectors.day_of(found) if found.slow else None,
        "words_go_on": selectors.words_go_on(found),
        **room.looking_back(request, found),
    }
    return render(request, "sets/meeting_after.html", context)


@private
def answer_times(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """All the times in one form; answers may be changed."""
    found = _meeting(request, meeting_id)
    poll = selectors.poll(found, request.user)
    form = AnswersForm(_posted(request), poll=poll, meeting=found)
    if request.method == "POST" and form.is_valid():
        actions.answer_times(meeting=found, by=request.user, answers=form.answers())
        messages.success(request, _("Your answers are kept. You can change them."))
        return redirect(found)
    context = {"meeting": found, "learning_set": found.learning_set, "poll": poll}
    return _form(request, "sets/answer_times.html", form, **context)


@private
def choose_time(request: HttpRequest, meeting_id: uuid.UUID, option_id: uuid.UUID) -> HttpResponse:
    """Asks first: everybody is told."""
    found = _meeting(request, meeting_id)
    option = get_object_or_404(found.options, public_id=option_id)
    if request.method == "POST":
        actions.choose_time(meeting=found, option=option, by=request.user)
        messages.success(request, _("The time is chosen. The others are told."))
        return redirect(found)
    time = next((one for one in selectors.poll(found, request.user).times if one.option.pk == option.pk), None)
    if time is None:
        return redirect(found)
    context = {"meeting": found, "learning_set": found.learning_set, "time": time}
    return render(request, "sets/choose_time.html", context)


@private
def move_meeting(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Another time, another length, another note."""
    found = _meeting(request, meeting_id)
    if found.state != MeetingState.SCHEDULED:
        return redirect(found)
    form = MoveForm(_posted(request), meeting=found, zone=request.user.zone)
    if request.method == "POST" and form.is_valid():
        sequence = found.sequence
        try:
            changed = actions.move_meeting(
                meeting=found,
                by=request.user,
                starts_at=form.starts_at,
                minutes=form.cleaned_data["minutes"],
                note=form.cleaned_data["note"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            told = changed.sequence != sequence
            messages.success(
                request, _("The meeting is changed. The others are told.") if told else _("Your changes are kept.")
            )
            _say_twice(request, form)
            return redirect(found)
    return _form(request, "sets/move_meeting.html", form, meeting=found, learning_set=found.learning_set)


@private
def cancel_meeting(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Asks first. Nobody is asked for a reason."""
    found = _meeting(request, meeting_id)
    if request.method == "POST":
        actions.cancel_meeting(meeting=found, by=request.user)
        messages.success(request, _("The meeting is called off. The others are told."))
        return redirect(found)
    if found.state not in (MeetingState.PROPOSED, MeetingState.SCHEDULED):
        return redirect(found)
    context = {"meeting": found, "learning_set": found.learning_set, "day": selectors.day_of(found)}
    return render(request, "sets/cancel_meeting.html", context)


@private
def meeting_ics(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """The meeting as a calendar file, which says neither which set it is nor about what."""
    found = _meeting(request, meeting_id)
    if found.starts_at is None:
        raise Http404
    file = to_ics([selectors.entry_of(found)], name=_("Action learning set meeting"))
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


def _meeting(request: HttpRequest, meeting_id: uuid.UUID) -> Meeting:
    """For those who sit in its set; to anybody else it is not here."""
    seen = rules.attend.visible(Meeting.objects.select_related("learning_set"), request.user)
    return get_object_or_404(seen, public_id=meeting_id)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _form(request: HttpRequest, template: str, form, **context) -> HttpResponse:
    return render(request, template, {**context, "form": form}, status=400 if form.errors else 200)


def _say_proposed(request: HttpRequest, times: int) -> None:
    if times == 1:
        messages.success(request, _("The meeting has its time. The others are told."))
        return
    words = ngettext(
        "The others are asked about %(n)d time. You can choose it as soon as you like.",
        "The others are asked about %(n)d times. Any of you can choose one of them.",
        times,
    )
    messages.success(request, words % {"n": times})


def _say_twice(request: HttpRequest, form: TimesForm) -> None:
    for words in form.twice:
        sentence = _("The clocks are set back that night, so this time comes twice. We took the first: %(time)s.")
        messages.warning(request, sentence % {"time": words})
