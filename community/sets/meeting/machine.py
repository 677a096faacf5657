"""The method of a set meeting as a machine: `step` decides what a command brings about, `apply` brings it about.

Pure: no clock, no database, nobody's words but to see that there are some. The same events always make the same state,
so that a snapshot and the events after it are as good as all of them. Nothing goes on by itself: a timer that has run
out is announced by pages, and somebody says "next".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from community.sets.meeting import commands as c
from community.sets.meeting.changing import course, people
from community.sets.meeting.commands import Command
from community.sets.meeting.deciding import leading, taking_part, timing
from community.sets.meeting.deciding.checks import Decided, No, Refusal, check_present
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.state import State

_DECISIONS: dict[type[Command], Callable[..., Decided]] = {
    **leading.DECISIONS,
    **timing.DECISIONS,
    **taking_part.DECISIONS,
}
_CHANGES: dict[Kind, Callable[[State, Event], State]] = {**course.CHANGES, **people.CHANGES}


def step(
    state: State, command: Command, now: datetime, *, place: int | None = None, seq: int = 0
) -> list[Event] | Refusal:
    """What `command`, asked for by whoever sits at `place` (None: the house), brings about: events numbered from
    `seq` + 1, or why it does not. A command that finds things as it wants them already brings about nothing."""
    try:
        if not command.of_the_house:
            check_present(state, place, otherwise="not_here")
        # What was said can be taken back for as long as it can be read.
        if state.is_over and not isinstance(command, c.Withdraw | c.Hide):
            raise No("over")
        decided = _DECISIONS[type(command)](state, command, now, place)
    except No as no:
        return no.refusal
    return [
        Event(seq=seq + number, at=now, kind=kind, place=who, data=data)
        for number, (kind, who, data) in enumerate(decided, start=1)
    ]


def apply(state: State, event: Event) -> State:
    """The state after one event. Never refuses: what is in the log has happened."""
    after = _CHANGES[event.kind](state, event)
    if after.claim and event.place is not None and event.place == after.holder:
        after = replace(after, claim=None)  # whoever leads is back
    return people.give_floor(after)


def replay(state: State, events: list[Event]) -> State:
    for event in events:
        state = apply(state, event)
    return state
