"""What follows from the lines of a meeting's log, in the transaction that writes them: the meeting's own state, who was
there, commitments, the ledger of air time, notices, facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from community.sets.facts import MeetingAttended, MeetingClosed
from community.sets.meeting import commands
from community.sets.meeting.commands import Command
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import State
from community.sets.models import (
    COMMITMENT,
    MEETING,
    Attendance,
    Commitment,
    GroundRules,
    Meeting,
    MeetingEvent,
    MeetingState,
    Seat,
)
from kernel import clock
from kernel.facts import tell
from notices import due
from notices.telling import notify
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

IDLE, IDLE_AFTER = "meeting_idle", timedelta(minutes=30)


def has_new_rules(meeting: Meeting) -> bool:
    """Whether there are ground rules that the set's last meeting did not begin with."""
    newest = GroundRules.objects.filter(learning_set_id=meeting.learning_set_id).order_by("-version").first()
    last = Meeting.objects.filter(learning_set_id=meeting.learning_set_id, state=MeetingState.CLOSED)
    known = last.order_by("-number").values_list("ground_rules_id", flat=True).first()
    return newest is not None and newest.pk != known


def of(
    meeting: Meeting, before: State, after: State, events: Sequence[Event], *, command: Command, by: User | None
) -> None:
    for event in events:
        follow = _FOLLOWING.get(event.kind)
        if follow:
            follow(meeting, before if after.is_over else after, event, command, by)


def _seat(state: State, place: int) -> Seat:
    return Seat.objects.get(public_id=state.places[place].seat)


def _who(event: Event) -> int:
    return event.data.get("for", event.place)


def _arrived(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    seat = _seat(state, _who(event))
    _row, is_new = Attendance.objects.get_or_create(
        meeting=meeting, seat=seat, defaults={"how": event.data["how"], "at": event.at}
    )
    if is_new:
        tell(MeetingAttended(meeting=meeting.public_id, seat=seat.public_id))


def _phase_entered(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    if meeting.state == MeetingState.SCHEDULED:
        rules = GroundRules.objects.filter(learning_set_id=meeting.learning_set_id).order_by("-version").first()
        meeting.state = MEETING.after(meeting.state, "open")
        meeting.opened_at, meeting.ground_rules = event.at, rules
        meeting.save(update_fields=["state", "opened_at", "ground_rules"])
        if not meeting.slow:
            due.schedule(IDLE, subject=str(meeting.public_id), due_at=event.at + IDLE_AFTER)
    if meeting.slow:
        _tell_of_phase(meeting, state, event, by)


def _tell_of_phase(meeting: Meeting, state: State, event: Event, by: User | None) -> None:
    """In a slow meeting nobody sits there to see it."""
    seats = Seat.objects.filter(learning_set_id=meeting.learning_set_id, until__isnull=True)
    for seat in seats.select_related("person", "learning_set"):
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
    Attendance.objects.filter(meeting=meeting, seat__public_id=state.places[_who(event)].seat).update(
        bid=event.kind == Kind.BID
    )


def _committed(meeting: Meeting, state: State, event: Event, command: commands.Commit, by: User | None) -> None:
    Commitment.objects.create(
        public_id=event.data["commitment"],
        learning_set_id=meeting.learning_set_id,
        seat=_seat(state, _who(event)),
        meeting=meeting,
        what=command.text,
        first_step=command.first_step,
        language=command.language or "en",
        by_when=command.by_when,
        confidence=command.confidence,
        made_at=event.at,
    )


def _reviewed(meeting: Meeting, state: State, event: Event, command: commands.Review, by: User | None) -> None:
    commitment = Commitment.objects.get(public_id=event.data["commitment"])
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
    if line.kind == Kind.COMMITTED:
        Commitment.objects.filter(public_id=line.data["commitment"]).delete()
    elif line.kind == Kind.REVIEWED:
        Commitment.objects.filter(public_id=line.data["commitment"]).update(learnt="")


def _muted(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    seat = _seat(state, event.data["place"])
    verb = "member.asked_to_pause" if event.data["until"] else "member.may_speak_again"
    record(verb, by=by, about=seat.person, subject=meeting)


def _closed(meeting: Meeting, state: State, event: Event, command: Command, by: User | None) -> None:
    if meeting.state == MeetingState.SCHEDULED:  # from the lobby, or forgotten there
        meeting.state = MEETING.after(meeting.state, "open")
    meeting.state, meeting.closed_at = MEETING.after(meeting.state, "close"), event.at
    meeting.save(update_fields=["state", "closed_at"])
    _keep_ledger(meeting)
    due.cancel(IDLE, subject=str(meeting.public_id))
    tell(MeetingClosed(meeting=meeting.public_id))


def _keep_ledger(meeting: Meeting) -> None:
    """Who presented, and for how many minutes: from the log, where every turn that was entered stands."""
    granted: dict[int, tuple[int, int]] = {}
    turns: list[tuple[int, int]] = []
    entered: list[int] = []
    seats: list[str] = []
    for event in meeting.events.order_by("seq").only("kind", "data"):
        if event.kind == Kind.CONVENED:
            seats = [seat for seat, _person, _role in event.data["places"]]
        elif event.kind == Kind.SEATED:
            seats.append(event.data["seat"][0])
        elif event.kind == Kind.PRESENTERS_CHOSEN:
            turns = list(zip(event.data["presenters"], event.data["minutes"], strict=True))
            entered = []
        elif event.kind == Kind.PHASE_ENTERED and event.data["phase"] == Phase.PRESENT:
            turn = event.data["turn"]
            if turn not in entered:
                entered.append(turn)
                place, minutes = turns[turn]
                count, total = granted.get(place, (0, 0))
                granted[place] = (count + 1, total + minutes)
    keys = dict(Seat.objects.filter(public_id__in=seats).values_list("public_id", "pk"))
    by_text = {str(public_id): pk for public_id, pk in keys.items()}
    for place, (count, minutes) in granted.items():
        if seat := by_text.get(seats[place]):
            Attendance.objects.update_or_create(
                meeting=meeting,
                seat_id=seat,
                defaults={"turns": count, "minutes": minutes},
                create_defaults={"turns": count, "minutes": minutes, "how": "telephone", "at": clock.now()},
            )


_FOLLOWING: dict[Kind, Callable[..., None]] = {
    Kind.ARRIVED: _arrived,
    Kind.PHASE_ENTERED: _phase_entered,
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
