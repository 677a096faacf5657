"""What programme leads see of what was reported: the item, its neighbours, the reason. Nothing else of the set.

And who may read what was said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from community.sets.meeting.events import SPOKEN, Kind
from community.sets.meeting.state import from_json
from community.sets.models import Meeting, MeetingEvent, Report, ReportState, Seat
from community.sets.rules import handle_report
from community.sets.selectors.live import sat_in
from community.sets.selectors.room import Room, name_of
from community.sets.selectors.seats import live_seats
from kernel.markup import to_html
from people.models import User as Person

if TYPE_CHECKING:
    from people.models import User


@dataclass(frozen=True)
class ReportedItem:
    seq: int
    at: datetime
    name: str
    html: SafeString
    language: str
    is_the_one: bool


def programme_leads(report: Report) -> QuerySet[Person]:
    """Everybody who may handle this report: nobody who has or had a seat in its set."""
    allowed = {"codename": "handle_report", "content_type__app_label": "sets"}
    permissions = Permission.objects.filter(**allowed)
    by_group, by_person = Q(groups__permissions__in=permissions), Q(user_permissions__in=permissions)
    leads = Person.objects.filter(by_group | by_person | Q(is_superuser=True), is_active=True)
    return leads.exclude(seats__learning_set=report.meeting.learning_set_id).distinct().order_by("pk")


def may_read(room: Room, person: User) -> bool:
    """While the meeting goes on, whoever sits in its set; afterwards, who had a seat in it and still has."""
    if not room.state.is_over:
        return True
    seats = live_seats(room.meeting.learning_set_id).filter(person=person)
    seat = seats.values_list("public_id", flat=True).first()
    return seat is not None and sat_in(room.state, room.place, seat)


def item_and_neighbours(meeting: Meeting, seq: int) -> list[MeetingEvent]:
    """The item, what was said before it and what was said after it, in that order. Two queries; empty for no item."""
    spoken = meeting.events.filter(kind__in=SPOKEN).select_related("seat")
    before = list(spoken.filter(seq__lte=seq).order_by("-seq")[:2])
    if not before or before[0].seq != seq:
        return []
    return [*reversed(before), *spoken.filter(seq__gt=seq).order_by("seq")[:1]]


def turn_presenter(meeting: Meeting, seq: int) -> int | None:
    """The place of whoever presented while this was said; None outside a turn. Two queries."""
    before = meeting.events.filter(seq__lt=seq).order_by("-seq").values_list("data", flat=True)
    entered = before.filter(kind=Kind.PHASE_ENTERED).first()
    turn = entered.get("turn") if entered else None
    if turn is None:
        return None
    chosen = before.filter(kind=Kind.PRESENTERS_CHOSEN).first()
    presenters = chosen["presenters"] if chosen else []
    return presenters[turn] if turn < len(presenters) else None


def reports_for(person: User, *, closed: bool = False) -> QuerySet[Report]:
    """The open ones, the oldest first; or the closed ones, the latest first."""
    rows = handle_report.visible(Report.objects.defer("reason", "items", "outcome"), person)
    if closed:
        return rows.filter(state=ReportState.CLOSED).order_by("-closed_at", "-pk")
    return rows.filter(state=ReportState.OPEN).order_by("made_at", "pk")


def items_of(report: Report) -> list[ReportedItem]:
    """What was copied when it was reported, with names as long as the meeting's room is kept. Two queries."""
    kept = json.loads(report.items)
    names = _names(report.meeting, {item["place"] for item in kept})
    return [
        ReportedItem(
            seq=item["seq"],
            at=datetime.fromisoformat(item["at"]),
            name=names.get(item["place"], _("A member of the set")),
            html=to_html(item["text"]) if item["text"] else SafeString(""),
            language=item["language"],
            is_the_one=item["seq"] == report.seq,
        )
        for item in kept
    ]


def _names(meeting: Meeting, places: set[int]) -> dict[int, str]:
    state = from_json(meeting.snapshot)
    wanted = {state.places[place].seat: place for place in places if place is not None and place < len(state.places)}
    seats = Seat.objects.filter(public_id__in=wanted).select_related("person")
    return {wanted[str(seat.public_id)]: name_of(seat) for seat in seats}
