"""A room as it is made when the first of its people comes: the page before the meeting says what the room will do."""

from __future__ import annotations

from collections.abc import Sequence

from community.sets.meeting.commands import Convene
from community.sets.meeting.deciding.leading import shared_out
from community.sets.meeting.plan import Plan
from community.sets.models import Commitment, CommitmentState, Meeting, MeetingState, Seat
from community.sets.selectors.seats import around
from community.sets.selectors.sets import ground_rules_of
from people.zones import zone_of


def listed(seats: Sequence[Seat]) -> tuple[tuple[str, str, str], ...]:
    """As the machine takes them."""
    return tuple((str(seat.public_id), str(seat.person.public_id), seat.role) for seat in seats)


def convening(meeting: Meeting, seats: Sequence[Seat]) -> Convene:
    of, places = meeting.learning_set, {seat.pk: number for number, seat in enumerate(seats)}
    open_ones = Commitment.objects.filter(learning_set=of, state=CommitmentState.OPEN, seat__in=places)
    return Convene(
        places=listed(seats),
        reviews=tuple((str(each.public_id), places[each.seat_id]) for each in open_ones.order_by("made_at", "pk")),
        minutes=meeting.minutes,
        agreement=has_new_rules(meeting),
        overrides=of.plan,
        slow=meeting.slow,
        zone=zone_of(of.zone).key,
    )


def expected_plan(meeting: Meeting) -> Plan:
    """How the time will be shared out, if those come who sit in the set now. Four queries."""
    return shared_out(convening(meeting, list(around(meeting.learning_set_id))))


def has_new_rules(meeting: Meeting) -> bool:
    """Whether there are ground rules that the set's last meeting did not begin with."""
    newest = ground_rules_of(meeting.learning_set_id)
    held = Meeting.objects.filter(learning_set=meeting.learning_set_id, state=MeetingState.CLOSED)
    known = held.order_by("-number").values_list("ground_rules_id", flat=True).first()
    return newest is not None and newest.pk != known
