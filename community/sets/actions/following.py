"""What follows from the lines of a meeting's log, in the transaction that writes them: the meeting's own state, who was
there, commitments, the ledger of air time, notices, facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.sets.actions import ledger
from community.sets.facts import MeetingAttended, MeetingClosed
from community.sets.meeting import commands, words
from community.sets.meeting.changing.people import whose
from community.sets.meeting.commands import Command
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.machine import Refusal
from community.sets.meeting.state import State
from community.sets.models import (
    COMMITMENT,
    MEETING,
    Attendance,
    Commitment,
    CommitmentState,
    Meeting,
    MeetingEvent,
    MeetingState,
    Seat,
)
from community.sets.selectors.seats import live_seats
from community.sets.selectors.sets import ground_rules_of
from kernel.errors import Refused
from kernel.facts import tell
from notices import due
from notices.telling import forget, notify
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

IDLE, IDLE_AFTER = "meeting_idle", timedelta(minutes=30)
DEADLINE = "slow_deadline"


def of(
    meeting: Meeting, before: State, after: State, events: Sequence[Event], *, command: Command, by: User | None
) -> None:
    for event in events:
        follow = _FOLLOWING.get(event.kind)
        if follow:
            follow(meeting, before if after.is_over else after, event, command, by)


def _seat(state: State, place: int) -> Seat:
    return Seat.objects.get(public_id=state.places[place].seat)


def _arrived(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    seat = _seat(state, whose(event))
    _row, is_new = Attendance.objects.get_or_create(
        meeting=meeting, seat=seat, defaults={"how": event.data["how"], "at": event.at}
    )
    if is_new:
        tell(MeetingAttended(meeting=meeting.public_id, seat=seat.public_id))


def _convened(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    """The plan says whether there are rules to agree on: those, and none that are written while people arrive."""
    meeting.ground_rules = ground_rules_of(meeting.learning_set_id)
    meeting.save(update_fields=["ground_rules"])


def _phase_entered(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    if meeting.state == MeetingState.SCHEDULED:
        _open(meeting, event)
    if meeting.slow:
        _tell_of_phase(meeting, state, event, by)
    _watch(meeting, state, event, command, by)


def _open(meeting: Meeting, event: Event) -> None:
    meeting.state, meeting.opened_at = MEETING.after(meeting.state, "open"), event.at
    try:
        with transaction.atomic():
            meeting.save(update_fields=["state", "opened_at"])
    except IntegrityError:
        raise Refused("another_runs", _("Another meeting of your set is under way. Close it first.")) from None


def _watch(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    """Somebody looks when nothing has happened for a while; in a slow meeting, when the days of its phase are over."""
    subject = str(meeting.public_id)
    if not meeting.slow:
        if event.kind in (Kind.PHASE_ENTERED, Kind.RESUMED):
            due.schedule(IDLE, subject=subject, due_at=event.at + IDLE_AFTER)
        return
    forget(DEADLINE, f"meeting:{meeting.public_id}")
    due.cancel(DEADLINE, subject=subject)
    if event.kind == Kind.UNDONE:
        forget("slow_phase", f"meeting:{meeting.public_id}")
    deadline = deadline_of(state)
    due.schedule(DEADLINE, subject=subject, due_at=deadline, period=deadline.isoformat())


def deadline_of(state: State) -> datetime:
    """Of a slow meeting. Back in its lobby it has none: it is forgotten from the day it came there."""
    timer = state.visit.timer
    return timer.ends_at if timer else state.visit.began_at


def _tell_of_phase(meeting: Meeting, state: State, event: Event, by: User | None) -> None:
    """In a slow meeting nobody sits there to see it."""
    for seat in live_seats(meeting.learning_set_id).select_related("person", "learning_set"):
        if by is None or seat.person_id != by.pk:
            notify(
                seat.person,
                "slow_phase",
                subject=f"meeting:{meeting.public_id}",
                values={"set": seat.learning_set.name, "until": event.at + timedelta(seconds=event.data["lasts"])},
                route="meeting",
                route_args=[str(meeting.public_id)],
            )


def _bid(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    Attendance.objects.filter(meeting=meeting, seat__public_id=state.places[whose(event)].seat).update(
        bid=event.kind == Kind.BID
    )


def _committed(meeting: Meeting, state: State, event: Event, command: commands.Commit, by: User | None) -> None:
    Commitment.objects.create(
        public_id=event.data["commitment"],
        learning_set_id=meeting.learning_set_id,
        seat=_seat(state, whose(event)),
        meeting=meeting,
        what=command.text,
        first_step=command.first_step,
        language=command.language or "en",
        by_when=command.by_when,
        confidence=command.confidence,
        made_at=event.at,
    )


def _reviewed(meeting: Meeting, state: State, event: Event, command: commands.Review, by: User | None) -> None:
    commitment = Commitment.objects.filter(public_id=event.data["commitment"]).first()
    if commitment is None:  # taken back meanwhile
        raise Refused("nothing_there", words.refused(Refusal("nothing_there")))
    commitment.state = COMMITMENT.after(commitment.state, event.data["outcome"])
    commitment.learnt, commitment.reviewed_at = command.text, event.at
    commitment.save(update_fields=["state", "learnt", "reviewed_at"])


def _taken_away(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    line = MeetingEvent.objects.get(meeting=meeting, seq=event.data["seq"])
    if event.kind == Kind.WITHDRAWN:
        line.text, line.data = "", {**line.data, "gone": "withdrawn"}
    else:
        # Kept, for a report; shown to nobody in the set.
        line.data = {**line.data, "gone": "hidden"}
        about = line.seat.person if line.seat else None
        record("meeting_item.hidden", by=by, about=about, subject=meeting, seq=line.seq)
    line.save(update_fields=["text", "data"])
    if "bid" in event.data:
        attends = Attendance.objects.filter(meeting=meeting, seat__public_id=state.places[event.data["bid"]].seat)
        attends.update(bid=False)
    if line.kind == Kind.COMMITTED:
        promised = Commitment.objects.filter(public_id=line.data["commitment"])
        promised.filter(state=CommitmentState.OPEN).delete()
        # One that was looked back at stays, without its words.
        promised.update(what="", first_step="")
    elif line.kind == Kind.REVIEWED:
        Commitment.objects.filter(public_id=line.data["commitment"]).update(learnt="")


def _muted(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    seat = _seat(state, event.data["place"])
    verb = "member.asked_to_pause" if event.data["until"] else "member.may_speak_again"
    record(verb, by=by, about=seat.person, subject=meeting)


def _closed(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    meeting.state, meeting.closed_at = MEETING.after(meeting.state, "close"), event.at
    meeting.save(update_fields=["state", "closed_at"])
    ledger.keep(meeting)
    for kind in (IDLE, DEADLINE):
        due.cancel(kind, subject=str(meeting.public_id))
    tell(MeetingClosed(meeting=meeting.public_id))


_FOLLOWING: dict[Kind, Callable[..., None]] = {
    Kind.CONVENED: _convened,
    Kind.ARRIVED: _arrived,
    Kind.PHASE_ENTERED: _phase_entered,
    Kind.UNDONE: _watch,
    Kind.TIMER_SET: _watch,
    Kind.RESUMED: _watch,
    Kind.BID: _bid,
    Kind.BID_WITHDRAWN: _bid,
    Kind.COMMITTED: _committed,
    Kind.REVIEWED: _reviewed,
    Kind.WITHDRAWN: _taken_away,
    Kind.HIDDEN: _taken_away,
    Kind.MUTED: _muted,
    Kind.CLOSED: _closed,
}
# Of which something follows.
KINDS = frozenset(_FOLLOWING)
