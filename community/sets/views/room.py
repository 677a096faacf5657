"""The room of a meeting: its page, what is done in it by plain forms, what has happened since, and a pack on paper."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from community.sets import presence, rules
from community.sets.actions import meetings as actions
from community.sets.forms.room import RoomForms, command_of
from community.sets.meeting import commands, words
from community.sets.meeting.advice import openings, reads_as_advice
from community.sets.meeting.commands import Command
from community.sets.meeting.machine import Refusal
from community.sets.meeting.parsing import BadCommand
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import State, from_json
from community.sets.models import Meeting, MeetingState
from community.sets.selectors import live
from community.sets.selectors import meetings as timetable
from community.sets.selectors import room as selectors
from community.sets.selectors.pack import pack_of
from community.sets.selectors.room_page import page_of
from community.sets.selectors.room_parts import labels, seats_in_words
from community.sets.selectors.safety import may_read
from kernel.errors import Refused
from kernel.markup import to_html
from kernel.private import private, unrecorded
from people.zones import name_in_words

# How often a page that is only watched is loaded again, where there are no scripts: seconds.
WATCHING = ("30", "60")
PARTS = {"now": "sets/room/now.html", "room": "sets/room/parts.html"}


def room(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """`?part=now` is what to do now alone, `?part=room` with the history, for pages that change as one looks."""
    return _page(request, meeting, template=PARTS.get(request.GET.get("part", ""), "sets/room/room.html"))


def looking_back(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What was said, on the page of a meeting that is over: for who had a seat in it and still has, until it is
    deleted."""
    if meeting.state != MeetingState.CLOSED or meeting.cleared_at:
        return {}
    found = selectors.room_of(meeting, request.user)
    if not may_read(found, request.user):
        return {}
    zone = name_in_words(timezone.get_current_timezone_name())
    return {"room": found, "page": page_of(found), "state": found.state, "zone_name": zone}


@private
@require_POST
def do(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """One command. Refused, the room is shown again with the reason and whatever was written; a script that asks for
    JSON gets {"seq", "last"} or {"code", "message"}."""
    meeting = _meeting(request, meeting_id)
    state = from_json(meeting.snapshot)
    try:
        command = command_of(request.POST, state, request.user)
    except BadCommand as bad:
        return _refused(request, meeting, _unfit(bad))
    if _needs_a_second_look(request, command, state):
        return _page(request, meeting, sent=request.POST, advice=True)
    try:
        outcome = actions.do(meeting_id=meeting.public_id, command=command, by=request.user)
    except Refused as refusal:
        return _refused(request, meeting, refusal)
    if _wants_json(request):
        return JsonResponse({"seq": outcome.seq, "last": outcome.last})
    if isinstance(command, commands.Leave) and command.behalf is None:
        return redirect(meeting.learning_set)
    # After the meeting words are all there is to do anything with, in a fold that opens for who is led into it.
    place = f"item-{command.seq}" if state.is_over else "now"
    return redirect(f"{meeting.get_absolute_url()}#{place}")


@unrecorded
@require_safe
def events(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """What has happened since `?after=`, as the sockets tell it: for a page that has missed something."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    found = live.snapshot_of(meeting_id, request.user, live.number_in(request.GET.get("after", "")))
    if found is None:
        raise Http404
    return JsonResponse(found[1])


@private
@require_safe
def pack(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """For somebody who takes part by telephone: to be printed large and laid beside it."""
    meeting = _meeting(request, meeting_id)
    context = {"meeting": meeting, "learning_set": meeting.learning_set, "pack": pack_of(meeting)}
    return render(request, "sets/room/pack.html", context)


def _meeting(request: HttpRequest, meeting_id: uuid.UUID) -> Meeting:
    """For those who sit in its set; to anybody else it is not here."""
    seen = rules.attend.visible(Meeting.objects.select_related("learning_set"), request.user)
    return get_object_or_404(seen, public_id=meeting_id)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _unfit(bad: BadCommand) -> Refused:
    """A day that is none, a choice that was not made. What no form of ours could send is a bad request."""
    if bad.code not in ("bad_value", "missing_key"):
        raise BadRequest
    code = {"by_when": "wrong_date", "outcome": "no_outcome"}.get(bad.field, "wrong_value")
    return Refused(code, words.refused(Refusal(code)))


def _needs_a_second_look(request: HttpRequest, command: Command, state: State) -> bool:
    """Advice in the place of a question: asked about once, by the page or by us, and sent as it is if they like."""
    return (
        isinstance(command, commands.Contribute)
        and command.kind == commands.ContributionKind.QUESTION
        and state.phase == Phase.EXPLORE
        and "as_it_is" not in request.POST
        and not _wants_json(request)
        and len(command.text) <= commands.LONGEST_TEXT
        and reads_as_advice(command.text, command.language or get_language())
    )


def _refused(request: HttpRequest, meeting: Meeting, refusal: Refused) -> HttpResponse:
    retry_after = getattr(refusal, "retry_after", None)
    status = 409 if retry_after is None else 429
    if _wants_json(request):
        said = {"code": refusal.code, "message": refusal.message, "retry_after": retry_after}
        response = JsonResponse(said, status=status)
    else:
        meeting.refresh_from_db(fields=["snapshot", "seq", "state"])
        response = _page(request, meeting, sent=request.POST, refusal=refusal, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def _openings() -> str:
    """What advice begins with, for a page that looks while somebody writes."""
    return json.dumps({code: openings(code) for code, _name in settings.LANGUAGES})


def _page(
    request: HttpRequest,
    meeting: Meeting,
    *,
    template: str = "sets/room/room.html",
    sent: QueryDict | None = None,
    refusal: Refused | None = None,
    advice: bool = False,
    status: int = 200,
) -> HttpResponse:
    found = selectors.room_of(meeting, request.user, history=template != PARTS["now"])
    if found.me and found.me.how and found.place is not None:
        presence.seen(meeting.public_id, found.place)  # a hint that runs out by itself; who has no scripts is here too
    page = page_of(found)
    confirm = refusal is not None and refusal.code == "confirm"
    call = timetable.call_of(meeting)
    said = refusal.message if refusal and not confirm else ""
    forms = RoomForms(page, sent, said, on_call=call is not None and not meeting.slow)
    watch = request.GET.get("watch", "")
    context: dict[str, Any] = {
        "meeting": meeting,
        "learning_set": meeting.learning_set,
        "room": found,
        "page": page,
        "state": found.state,
        "forms": forms,
        # Each form its own, so that what is sent twice counts once.
        "fresh_id": uuid.uuid4,
        "refusal": None if confirm or forms.kept else refusal,
        "confirm": confirm,
        "advice": advice,
        "in_words": seats_in_words(found.seats),
        "call": call,
        "rules_html": to_html(page.rules.text) if page.rules else "",
        "labels": labels(),
        "zone": timezone.get_current_timezone_name(),
        "zone_name": name_in_words(timezone.get_current_timezone_name()),
        "openings_json": _openings() if page.advice else "",
        "watch": watch if watch in WATCHING and not forms.kept else "",
    }
    return render(request, template, context, status=status)
