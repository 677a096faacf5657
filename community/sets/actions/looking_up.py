"""What a command has to be told that the machine cannot know."""

from __future__ import annotations

from dataclasses import replace

from community.sets import presence
from community.sets.meeting import commands
from community.sets.meeting.commands import Command
from community.sets.meeting.events import SPOKEN, Kind
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import State
from community.sets.models import Commitment, Meeting, MeetingEvent
from kernel import clock


def known(meeting: Meeting, state: State, command: Command, place: int) -> Command:
    """With who wrote a line, whether it asks for air time, what cannot be looked back at any more, and for how long
    nobody has seen who leads."""
    match command:
        case commands.ClaimLead() if state.holder is not None:
            return replace(command, absent=_absent(meeting, state.holder))
        case commands.Next() if state.phase == Phase.ACTION_REVIEW:
            return replace(command, gone=_gone(state))
        case commands.Withdraw():
            line = _line(meeting, command.seq)
            return replace(command, author=_author(line, state, place), bid=_bid(meeting, line))
        case commands.Hide():
            return replace(command, author=_author(_line(meeting, command.seq), state, place))
    return command


def _absent(meeting: Meeting, holder: int) -> int:
    """Without a cache, since they last did something."""
    if (seconds := presence.absent_seconds(meeting.public_id, holder)) is not None:
        return seconds
    last = meeting.events.filter(place=holder).order_by("-seq").values_list("at", flat=True).first()
    return int((clock.now() - last).total_seconds()) if last else 0


def _gone(state: State) -> tuple[str, ...]:
    listed = [review.commitment for review in state.reviews]
    there = {str(key) for key in Commitment.objects.filter(public_id__in=listed).values_list("public_id", flat=True)}
    return tuple(each for each in listed if each not in there)


def _line(meeting: Meeting, seq: int) -> MeetingEvent | None:
    """A line with words that are still there."""
    line = MeetingEvent.objects.filter(meeting=meeting, seq=seq, kind__in=SPOKEN).select_related("seat").first()
    return None if line is None or line.data.get("gone") else line


def _author(line: MeetingEvent | None, state: State, place: int) -> int | None:
    if line is None:
        return None
    if line.place == place:
        return place  # whoever wrote it down may take it back too
    seat = str(line.seat.public_id) if line.seat else ""
    return next((n for n, each in enumerate(state.places) if each.seat == seat), line.place)


def _bid(meeting: Meeting, line: MeetingEvent | None) -> int | None:
    """Whose asking for air time it is, if they have not asked again in other words."""
    if (
        line is None
        or line.kind != Kind.BID
        or meeting.events.filter(kind=Kind.BID, seat_id=line.seat_id, seq__gt=line.seq).exists()
    ):
        return None
    return line.data.get("for", line.place)
