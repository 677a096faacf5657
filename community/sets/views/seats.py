"""Taking a seat, asking for one, answering, leaving, and what those do who look after a set."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.sets import rules
from community.sets.actions import leaving
from community.sets.actions import seats as actions
from community.sets.forms.sets import AskForm, CodeForm, HandOverForm, RemoveForm, TakeForm
from community.sets.models import Joining, LearningSet, RequestState, Seat, SeatRequest, SeatRole
from community.sets.selectors import matching
from community.sets.selectors import seats as selectors
from community.sets.selectors.sets import ground_rules_of
from community.sets.views.sets import convened, sat_in
from kernel.errors import Refused
from kernel.markup import to_html
from kernel.private import private, unrecorded


@unrecorded
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """First the code, then what it invites to with its ground rules, then the seat. Somebody who is not signed in is
    led through signing up and comes back."""
    if not request.user.is_authenticated:
        return render(request, "sets/join_signed_out.html", {"next": request.path})
    form = CodeForm(request.POST if request.method == "POST" else None, initial={"code": code[:40]})
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            return _invited(request, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", refusal.message)
            many = refusal.code == "too_many_tries"
            status = HTTPStatus.TOO_MANY_REQUESTS if many else HTTPStatus.CONFLICT
    return render(request, "sets/join.html", {"form": form}, status=status)


def _invited(request: HttpRequest, code: str) -> HttpResponse:
    learning_set = actions.find_by_code(code=code, by=request.user, address=_address(request))
    if rules.sit.allows(request.user, learning_set):
        return redirect(learning_set)
    return _take(request, learning_set, code)


@private
def ask(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """Ask a listed set for a seat; in a set of one's own cohort, take one."""
    learning_set = get_object_or_404(rules.see_set.visible(LearningSet.objects, request.user), public_id=set_id)
    if rules.sit.allows(request.user, learning_set):
        return redirect(learning_set)
    if learning_set.joining == Joining.COHORT:
        return _take(request, learning_set, "")
    form = AskForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            actions.ask_for_seat(learning_set=learning_set, by=request.user, note=form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error(None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("You have asked for a seat. The set will answer, and you will be told."))
            return redirect(learning_set)
    return render(request, "sets/ask.html", {"set": learning_set, "form": form}, status=status)


def _take(request: HttpRequest, learning_set: LearningSet, code: str) -> HttpResponse:
    """What the set is, its ground rules, and the button. Only a form that was shown here takes a seat."""
    newest = ground_rules_of(learning_set)
    shown = {
        "full": not learning_set.seats_free,
        "may_advise": bool(code) and selectors.leads_a_cohort(request.user),
        "initial": {"code": code, "version": newest.version if newest else None},
    }
    sent = request.method == "POST" and "version" in request.POST
    form = TakeForm(request.POST if sent else None, **shown)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            taken = actions.take_seat(
                learning_set=learning_set,
                by=request.user,
                accepts=form.cleaned_data["version"],
                code=code,
                as_adviser=form.cleaned_data.get("as_adviser", False),
            )
        except Refused as refusal:
            form = TakeForm(**shown)
            messages.error(request, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            return _taken(request, learning_set, taken)
    context = {
        "set": learning_set,
        "about": to_html(learning_set.about) if learning_set.about else "",
        "language": matching.language_name(learning_set.language),
        "rules": newest,
        "rules_html": to_html(newest.text) if newest else "",
        "full": shown["full"],
        "form": form,
        "code": code,
    }
    return render(request, "sets/take.html", context, status=status)


def _taken(request: HttpRequest, learning_set: LearningSet, taken: Seat | SeatRequest) -> HttpResponse:
    if isinstance(taken, Seat):
        messages.success(request, _("You have a seat in this set. Welcome."))
        return redirect(learning_set)
    if taken.state == RequestState.WAITING:
        messages.success(request, _("The set is full. You are on its waiting list, and a free seat comes to you."))
    else:
        messages.success(request, _("You have asked for a seat. The set will answer, and you will be told."))
    return redirect("sets")


@private
@require_POST
def stop_asking(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """Take back one's request for a seat; a second press does no harm."""
    mine = request.user.seat_requests.filter(learning_set__public_id=set_id).select_related("learning_set")
    asked = mine.order_by("-position").first()
    if asked is None:
        raise Http404
    actions.stop_asking(request=asked, by=request.user)
    messages.success(request, _("You do not wait for this set any more."))
    return redirect("sets")


@private
def answer(request: HttpRequest, set_id: uuid.UUID, request_id: uuid.UUID) -> HttpResponse:
    """What somebody has written who asks for a seat, and the two answers."""
    asked = SeatRequest.objects.select_related("person", "learning_set").filter(learning_set__public_id=set_id)
    found = get_object_or_404(rules.answer_request.visible(asked, request.user), public_id=request_id)
    given = request.POST.get("answer") if request.method == "POST" else None
    if given == "accept":
        answered = actions.accept_request(request=found, by=request.user)
        if answered.state == RequestState.WAITING:
            messages.success(request, _("There is no free seat at the moment: they are on the waiting list now."))
        else:
            messages.success(request, _("They have a seat now, and are told so."))
        return redirect(found.learning_set)
    if given == "decline":
        actions.decline_request(request=found, by=request.user)
        messages.success(request, _("The request is declined, and they are told so."))
        return redirect(found.learning_set)
    return render(request, "sets/answer_request.html", {"set": found.learning_set, "asked": found})


@private
def leave(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """Says what stays and who looks after the set then, and asks. Pressed twice, the second finds that it is done."""
    again = request.method == "POST" and request.session.get("left_set") == str(set_id)
    if again and not rules.sit.visible(LearningSet.objects.filter(public_id=set_id), request.user).exists():
        return redirect("sets")
    learning_set = sat_in(request, set_id)
    if request.method == "POST":
        leaving.leave_set(learning_set=learning_set, by=request.user)
        request.session["left_set"] = str(set_id)
        words = _("You have left %(set)s. Your seat goes to whoever comes next.")
        messages.success(request, words % {"set": learning_set.name})
        return redirect("sets")
    seats = list(selectors.live_seats(learning_set))
    context = {
        "set": learning_set,
        "convenor": any(seat.role == SeatRole.CONVENOR and seat.person_id == request.user.pk for seat in seats),
        "last": len(seats) == 1,
        "others": any(seat.role == SeatRole.MEMBER and seat.person_id != request.user.pk for seat in seats),
    }
    return render(request, "sets/leave.html", context)


@private
def remove(request: HttpRequest, set_id: uuid.UUID, seat_id: uuid.UUID) -> HttpResponse:
    """Take a member's seat away, after a look at what follows."""
    learning_set = convened(request, set_id)
    seats = selectors.live_seats(learning_set).exclude(person=request.user).select_related("person", "learning_set")
    found = seats.filter(public_id=seat_id).first()
    if found is None:
        if request.method == "POST" and learning_set.all_seats.filter(public_id=seat_id, until__isnull=False).exists():
            return redirect(learning_set)
        raise Http404
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        leaving.remove_seat(seat=found, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("They have no seat any more, and are told so. The invite code is another one now."))
        return redirect(learning_set)
    return render(request, "sets/remove.html", {"set": learning_set, "seat": found, "form": form})


@private
def hand_over(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """Somebody else looks after the set from now on. Whoever presses twice finds that it is done."""
    learning_set = sat_in(request, set_id)
    seats = list(selectors.live_seats(learning_set).select_related("person"))
    members = {str(seat.public_id): seat for seat in seats if seat.role != SeatRole.ADVISER}
    offered = [seat for seat in members.values() if seat.role == SeatRole.MEMBER]
    if not rules.convene.allows(request.user, learning_set) and request.method != "POST":
        raise Http404
    posted = request.POST if request.method == "POST" else None
    choices = members.values() if posted else offered
    nobody = _("Somebody without a name yet")
    form = HandOverForm(posted, members=[(str(seat.public_id), seat.person.name or nobody) for seat in choices])
    if form.is_valid():
        to = leaving.hand_over(learning_set=learning_set, to=members[form.cleaned_data["seat"]], by=request.user)
        messages.success(request, _("%(name)s looks after the set now.") % {"name": to.person.name or nobody})
        return redirect(learning_set)
    if not rules.convene.allows(request.user, learning_set):
        raise Http404
    return render(request, "sets/hand_over.html", {"set": learning_set, "form": form, "offered": offered})


def _address(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request)
