"""The one door to a meeting: every command, from a socket or from a form, becomes lines of its log here.

Lock the meeting, ask the machine, write the lines and the snapshot, and do what follows from them, in one transaction;
then tell the sockets. Whatever fails in between is as if it had never been asked, and asking again does no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from community.sets import wire
from community.sets.actions import following, log, looking_up
from community.sets.meeting import commands, machine, words
from community.sets.meeting.changing.people import whose
from community.sets.meeting.commands import LONGEST_TEXT, Command
from community.sets.meeting.events import SPOKEN, Event, Kind
from community.sets.meeting.machine import Refusal
from community.sets.meeting.state import State, from_json, to_json
from community.sets.models import LearningSet, Meeting, MeetingEvent, MeetingState
from community.sets.selectors.expected import convening, listed
from community.sets.selectors.meetings import has_room
from community.sets.selectors.seats import around
from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.markup import to_html

if TYPE_CHECKING:
    from people.models import User

# Something follows from these, or they are looked at first.
_THE_LONG_WAY = following.KINDS | {Kind.BREAK_ASKED}


class RefusedByMeeting(Refused):
    """The machine refuses. `retry_after` is in seconds, where waiting helps."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code, words.refused(refusal))
        self.retry_after = refusal.retry_after


@dataclass(frozen=True)
class Outcome:
    """What a command brought about: the number of the first line it wrote, and of the last line there is. `seq` is None
    when it found things as it wanted them."""

    seq: int | None
    last: int
    messages: Sequence[wire.Message] = field(default=(), repr=False)


def do(
    *,
    meeting_id: uuid.UUID,
    command: Command,
    by: User,
    announce: Callable[[Sequence[wire.Message]], None] | None = wire.send,
) -> Outcome:
    """Carry out one command of somebody who has a seat. Sent twice with the same `client_id`, it is one line.

    The sockets are told after the commit; `announce` None leaves that to the caller, with Outcome.messages.
    Raises NotAllowed for who has no seat, RefusedByMeeting with the machine's reason, Refused("not_open") before the
    room opens.
    """
    outcome = _tried(meeting_id, command, by)
    if announce is not None:
        announce(outcome.messages)
    return outcome


def _tried(meeting_id: uuid.UUID, command: Command, by: User) -> Outcome:
    # Before the meeting is held, for it takes a while; for what is too long, and refused, it would take long.
    html = to_html(text) if len(text := _text_of(command)) <= LONGEST_TEXT else ""
    try:
        if outcome := _at_once(meeting_id, command, by, html):
            return outcome
        with transaction.atomic():
            return _do(_lock(meeting_id), command, by, html)
    except RefusedByMeeting:
        # A second sending of what was taken a moment ago is no longer open to the machine.
        if outcome := _sent_before(meeting_id, command, by):
            return outcome
        raise
    except IntegrityError:
        if outcome := _sent_before(meeting_id, command, by):
            return outcome
        raise


def _at_once(meeting_id: uuid.UUID, command: Command, by: User, html: str) -> Outcome | None:
    """Most of what happens in a room is one line that nothing follows from. It is decided without holding the meeting,
    and written if nobody was quicker. None for all else, also for what is refused: that is asked again the long way."""
    seen = log.look(meeting_id)
    state = from_json(seen.snapshot) if seen else State()
    place = state.place_of(str(by.public_id))
    if place is None or not state.places[place].how:
        return None
    decided = machine.step(state, command, clock.now(), place=place, seq=seen.seq)
    if isinstance(decided, Refusal) or len(decided) != 1 or decided[0].kind in _THE_LONG_WAY:
        return None
    (event,) = decided
    after = machine.apply(state, event)
    line = _line(event, command)
    if not log.append(seen, to_json(after), line, _whose(after, event)):
        return None
    return Outcome(seq=event.seq, last=event.seq, messages=[_told(meeting_id, event, html, line)])


def _lock(meeting_id: uuid.UUID) -> Meeting:
    meeting = log.hold(meeting_id)
    if meeting is None:
        raise NotAllowed
    return meeting


def _do(meeting: Meeting, command: Command, by: User, html: str) -> Outcome:
    state = from_json(meeting.snapshot)
    written: list[tuple[Event, str]] = []
    if not state.places:
        state, made = _convened(meeting, by)
        written += made
    place = state.place_of(str(by.public_id))
    if place is None:
        raise NotAllowed
    now = clock.now()
    if not state.places[place].how and not isinstance(command, commands.Arrive | commands.Leave):
        # Whoever does something is here.
        arrived = machine.step(state, commands.Arrive(), now, place=place, seq=meeting.seq + len(written))
        if isinstance(arrived, list):
            state = machine.replay(state, arrived)
            written += [(event, "") for event in arrived]
    if isinstance(command, commands.NeedBreak) and (sent := _sent_before(meeting.public_id, command, by)):
        return sent  # its line has no author who could not send it twice
    asked = _looked_up(meeting, state, command, place)
    decided = machine.step(state, asked, now, place=place, seq=meeting.seq + len(written))
    if isinstance(decided, Refusal):
        raise RefusedByMeeting(decided)
    if decided and isinstance(asked, commands.Commit):
        decided[0].data["commitment"] = str(uuid.uuid4())
    lines = [*written, *((event, html) for event in decided)]
    return _write(meeting, state, lines, asked, by=by, before=len(written))


def _convened(meeting: Meeting, by: User) -> tuple[State, list[tuple[Event, str]]]:
    """Make the room at the first knock of somebody who has a seat, once it is open."""
    if meeting.state not in (MeetingState.SCHEDULED, MeetingState.RUNNING):
        raise RefusedByMeeting(Refusal("over"))
    if not has_room(meeting):
        raise Refused("not_open", _("The room opens a quarter of an hour before the meeting begins."))
    seats = list(around(meeting.learning_set_id))
    if by.pk not in {seat.person_id for seat in seats}:
        raise NotAllowed
    made = machine.step(State(), convening(meeting, seats), clock.now(), seq=meeting.seq)
    return machine.replay(State(), made), [(event, "") for event in made]


def _looked_up(meeting: Meeting, state: State, command: Command, place: int) -> Command:
    """With what the machine cannot know."""
    if isinstance(command, commands.ClaimLead | commands.Next | commands.Withdraw | commands.Hide):
        return looking_up.known(meeting, state, command, place)
    return command


def _write(
    meeting: Meeting,
    state: State,
    written: list[tuple[Event, str]],
    command: Command,
    *,
    by: User | None,
    before: int = 0,
) -> Outcome:
    """The lines, the snapshot after them, and what follows; answers what to tell the sockets. The first `before` lines
    made the room or let somebody in, and are in `state` already."""
    if not written:
        return Outcome(seq=None, last=meeting.seq)
    events = [event for event, _html in written]
    after = machine.replay(state, events[before:])
    rows = [_line(event, command if number == before else None) for number, event in enumerate(events)]
    meeting.seq, meeting.snapshot = events[-1].seq, to_json(after)
    log.write(meeting, rows, [_whose(after, event) for event in events])
    following.of(meeting, state, after, events, command=command, by=by)
    messages = [_told(meeting.public_id, event, html, row) for (event, html), row in zip(written, rows, strict=True)]
    messages += [
        wire.unseated(meeting.public_id, after.places[event.data["place"]].person)
        for event in events
        if event.kind == Kind.UNSEATED
    ]
    return Outcome(seq=events[before].seq if len(events) > before else None, last=events[-1].seq, messages=messages)


def _line(event: Event, command: Command | None) -> MeetingEvent:
    """`command` is what the event came of first of all; its words and its client id go to no other."""
    return MeetingEvent(
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        place=event.place,
        data=event.data,
        text=_text_of(command) if command and _has_words(event) else "",
        language=getattr(command, "language", ""),
        client_id=command.client_id or None if command and _is_from_a_page(event) else None,
    )


def _told(meeting_id: uuid.UUID, event: Event, html: str, line: MeetingEvent) -> wire.Message:
    return wire.forward(meeting_id, wire.now(wire.frame(event, html=html, language=line.language), event.at))


def _is_from_a_page(event: Event) -> bool:
    return event.place is not None or event.kind == Kind.BREAK_ASKED


def _has_words(event: Event) -> bool:
    return event.kind in SPOKEN or event.kind == Kind.HIDDEN


def _whose(state: State, event: Event) -> str | None:
    """The seat whose words these are; None when there are no words, or they are the house's."""
    return state.places[whose(event)].seat if _has_words(event) and event.place is not None else None


def _text_of(command: Command) -> str:
    return getattr(command, "text", "") or getattr(command, "reason", "")


def _sent_before(meeting_id: uuid.UUID, command: Command, by: User) -> Outcome | None:
    if not command.client_id:
        return None
    meeting = Meeting.objects.filter(public_id=meeting_id).first()
    place = from_json(meeting.snapshot).place_of(str(by.public_id)) if meeting else None
    if place is None:
        return None
    mine = Q(place=place) | Q(kind=Kind.BREAK_ASKED)
    line = MeetingEvent.objects.filter(mine, meeting=meeting, client_id=command.client_id).first()
    return Outcome(seq=line.seq, last=meeting.seq) if line else None


# Of the house ---------------------------------------------------------------------------------------------------------


def seats_changed(*, learning_set: LearningSet) -> None:
    """Somebody took a seat of the set, left it or was removed from it: a room that is open hears of it, and the socket
    of who has gone is closed, also where nobody has made the room yet. Call it in the transaction of the change."""
    now_or_soon = Meeting.objects.filter(
        learning_set=learning_set, state__in=(MeetingState.SCHEDULED, MeetingState.RUNNING)
    )
    command = commands.Reseat(places=listed(around(learning_set)))
    ids = list(now_or_soon.values_list("public_id", flat=True))
    for meeting_id in ids:
        by_the_house(meeting_id, command)
    transaction.on_commit(lambda: wire.send([wire.reseated(meeting_id) for meeting_id in ids]))


def by_the_house(meeting_id: uuid.UUID, command: Command, *, seen: int | None = None) -> None:
    """What nobody in the meeting asks for. What is refused has no need of it any more; nor has what was decided on by
    a look at the meeting at line `seen`, when it has gone on meanwhile."""
    with transaction.atomic():
        meeting = _lock(meeting_id)
        if seen is not None and meeting.seq != seen:
            return
        state = from_json(meeting.snapshot)
        decided = machine.step(state, command, clock.now(), seq=meeting.seq)
        if isinstance(decided, Refusal):
            return
        outcome = _write(meeting, state, [(event, "") for event in decided], command, by=None)
        transaction.on_commit(lambda: wire.send(outcome.messages))
