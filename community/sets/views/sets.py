"""Sets themselves: mine, finding one, beginning one, its page, its ground rules, closing it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.sets import rules
from community.sets.actions import ground_rules as agreeing
from community.sets.actions import sets as actions
from community.sets.forms.sets import AcceptForm, FindForm, ProposeForm, RulesForm, SetForm, stored
from community.sets.models import LearningSet, Meeting, RequestState, SeatRole
from community.sets.selectors import matching
from community.sets.selectors import seats as seats_of
from community.sets.selectors import sets as selectors
from community.sets.selectors.meetings import has_room
from courses.cohorts.selectors.cohorts import code_in_groups
from kernel.errors import Refused
from kernel.markup import to_html
from kernel.private import private
from people.zones import known, name_in_words

PER_PAGE = 12


@private
@require_safe
def sets(request: HttpRequest) -> HttpResponse:
    """Mine, those I wait for, and those of my cohorts."""
    page = Paginator(selectors.my_sets(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "sets/sets.html", {"page_obj": page, "lines": selectors.lines(list(page), request.user)})


@private
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The listed sets, those first that suit; what is looked for is in the address, so that it can be kept."""
    form = FindForm(request.GET or None)
    matches = matching.find_sets(request.user, form.wishes())
    query = request.GET.copy()
    query.pop("page", None)
    page = Paginator(matches, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "matches": [(match, matching.language_name(match.learning_set.language)) for match in page],
        "query": f"{query.urlencode()}&" if query else "",
        "zone": name_in_words(request.user.zone) if request.user.zone else "",
        "looking": bool(query),
    }
    return render(request, "sets/find.html", context)


@private
def propose(request: HttpRequest) -> HttpResponse:
    person = request.user
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        cohorts=selectors.cohorts_for(person),
        may_advise=seats_of.leads_a_cohort(person),
        initial={
            "language": get_language(),
            "zone": known(person.zone),
            "joining": "invitation",
            "seats": 6,
            "cadence": "monthly",
            "minutes": 90,
        },
    )
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            made = actions.propose_set(
                by=person, page=form.page(), as_adviser=form.cleaned_data.get("as_adviser", False)
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Your set is there. Pass its invite code on, and people can join you."))
            return redirect(made)
    first = to_html(agreeing.first_text(get_language()))
    return render(request, "sets/propose.html", {"form": form, "first_rules": first}, status=status)


@private
@require_safe
def one(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """For its members, all of it; for whoever may find it, what it says of itself and how to ask for a seat."""
    learning_set = get_object_or_404(rules.see_set.visible(LearningSet.objects, request.user), public_id=set_id)
    ground_rules = selectors.ground_rules_of(learning_set)
    circle = seats_of.circle(learning_set, ground_rules.version if ground_rules else None)
    me = next((member for member in circle if member.seat.person_id == request.user.pk), None)
    context = {
        "set": learning_set,
        "about": to_html(learning_set.about) if learning_set.about else "",
        "language": matching.language_name(learning_set.language),
        "times": _times(learning_set),
        "zone": name_in_words(learning_set.zone),
    }
    if me is None:
        context["asked"] = asked = seats_of.request_in(learning_set, request.user)
        context["position"] = asked.ahead + 1 if asked and asked.state == RequestState.WAITING else 0
        return render(request, "sets/outside.html", context)
    convenes = me.seat.role in seats_of.LOOKS_AFTER
    context |= {
        "me": me,
        "convenes": convenes,
        "alone": convenes and learning_set.is_open and len(circle) == 1,
        "circle": [member for member in circle if member.seat.role != SeatRole.ADVISER],
        "adviser": next((member for member in circle if member.seat.role == SeatRole.ADVISER), None),
        "rules": ground_rules,
        "accept_form": AcceptForm(initial={"version": ground_rules.version}) if ground_rules else None,
        "rules_html": to_html(ground_rules.text) if ground_rules and not me.accepted else "",
        "meetings": _with_rooms(selectors.next_meetings(learning_set)),
        "page_obj": Paginator(selectors.past_meetings(learning_set), PER_PAGE).get_page(request.GET.get("page")),
        "commitments": selectors.open_commitments(learning_set),
        "requests": seats_of.open_requests(learning_set),
        "code": code_in_groups(learning_set.code),
    }
    return render(request, "sets/set.html", context)


@private
def edit(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    learning_set = convened(request, set_id)
    cohorts = selectors.cohorts_for(request.user)
    if learning_set.cohort and learning_set.cohort not in cohorts:
        cohorts.append(learning_set.cohort)
    form = SetForm(request.POST if request.method == "POST" else None, cohorts=cohorts, initial=stored(learning_set))
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            actions.edit_set(learning_set=learning_set, by=request.user, page=form.page())
        except Refused as refusal:
            form.add_error("seats" if refusal.code == "too_few_seats" else None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Your changes are kept."))
            return redirect(learning_set)
    return render(request, "sets/edit.html", {"set": learning_set, "form": form}, status=status)


@private
def close(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """Asks first."""
    learning_set = convened(request, set_id)
    if request.method == "POST":
        actions.close_set(learning_set=learning_set, by=request.user)
        messages.success(request, _("The set is closed, and everybody in it is told."))
        return redirect(learning_set)
    context = {"set": learning_set, "meetings": selectors.next_meetings(learning_set)}
    return render(request, "sets/close.html", context)


@private
@require_POST
def new_code(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    learning_set = actions.make_new_code(learning_set=convened(request, set_id), by=request.user)
    words = _("The invite code is now %(code)s. The old one does not work any more.")
    messages.success(request, words % {"code": code_in_groups(learning_set.code)})
    return redirect(learning_set)


@private
def ground_rules(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """The agreement, as it is printed: the rules, and who has accepted them. Any member writes the next version."""
    learning_set = sat_in(request, set_id)
    newest = selectors.ground_rules_of(learning_set)
    initial = {"text": newest.text if newest else "", "language": newest.language if newest else learning_set.language}
    form = RulesForm(request.POST if request.method == "POST" else None, initial=initial)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            agreeing.write_ground_rules(learning_set=learning_set, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("The ground rules are written. The others are asked to accept them."))
            return redirect("set_ground_rules", learning_set.public_id)
    circle = seats_of.circle(learning_set, newest.version if newest else None)
    context = {
        "set": learning_set,
        "rules": newest,
        "rules_html": to_html(newest.text) if newest else "",
        "circle": circle,
        "me": next(member for member in circle if member.seat.person_id == request.user.pk),
        "accept_form": AcceptForm(initial={"version": newest.version}, auto_id="accept_%s") if newest else None,
        "form": form,
    }
    return render(request, "sets/ground_rules.html", context, status=status)


@private
@require_POST
def accept(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """Somebody who does not tick the box has not accepted: they see the rules again."""
    learning_set = sat_in(request, set_id)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing is changed. Tick the box if you accept the ground rules."))
        return redirect("set_ground_rules", learning_set.public_id)
    version = form.cleaned_data["version"] or 0
    agreeing.accept_ground_rules(learning_set=learning_set, by=request.user, version=version)
    messages.success(request, _("You have accepted the ground rules."))
    return redirect(learning_set)


def sat_in(request: HttpRequest, set_id: uuid.UUID) -> LearningSet:
    """The set, to somebody who has a seat in it; to anybody else it is not here."""
    return get_object_or_404(rules.sit.visible(LearningSet.objects, request.user), public_id=set_id)


def convened(request: HttpRequest, set_id: uuid.UUID) -> LearningSet:
    """The set, to somebody who looks after it."""
    sets = LearningSet.objects.select_related("cohort")
    return get_object_or_404(rules.convene.visible(sets, request.user), public_id=set_id)


def _with_rooms(meetings: Sequence[Meeting]) -> Sequence[Meeting]:
    for meeting in meetings:
        meeting.room_is_open = has_room(meeting)
    return meetings


def _times(learning_set: LearningSet) -> str:
    return ", ".join(selectors.times_in_words(learning_set.suits))
