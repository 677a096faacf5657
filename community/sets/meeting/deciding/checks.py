"""What has to hold before anything is decided. Each of these lets through, or says why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from community.sets.meeting import commands as c
from community.sets.meeting.commands import LONGEST_TEXT, Command
from community.sets.meeting.events import Kind
from community.sets.meeting.method import BURST, PACE
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import State, Timer

# Kind, the place that did it (None: the house), data.
Decided = list[tuple[Kind, int | None, dict[str, Any]]]


@dataclass(frozen=True)
class Refusal:
    """Why not. `code` has its sentence in meeting.words; `retry_after` is in seconds, where waiting helps."""

    code: str
    retry_after: int | None = None


class No(Exception):
    def __init__(self, code: str, retry_after: int | None = None) -> None:
        self.refusal = Refusal(code, retry_after)


def check_present(state: State, place: int | None, otherwise: str = "gone") -> None:
    if place is None or not (0 <= place < len(state.places) and state.places[place].active):
        raise No(otherwise)


def check_leading(state: State, place: int | None) -> None:
    if place != state.holder:
        raise No("not_leading")


def check_visit(state: State, command: c.OnVisit, place: int | None) -> None:
    check_leading(state, place)
    if command.visit != state.visit.number:
        raise No("stale")
    if state.held:
        raise No("held")


def for_whom(state: State, command: Command, place: int) -> tuple[int, dict[str, Any]]:
    """The place that a command counts for, and what the event says of it. Only for members on the telephone, who have
    no page of their own, may another enter something."""
    behalf = getattr(command, "behalf", None)
    if behalf is None or behalf == place:
        return place, {}
    check_present(state, behalf)
    if state.places[behalf].how != "telephone":
        raise No("not_by_telephone")
    return behalf, {"for": behalf}


def check_taking_part(state: State, now: datetime, place: int) -> None:
    if state.held:
        raise No("held")
    muted_until = state.places[place].muted_until
    if muted_until and muted_until > now:
        raise No("muted", seconds_of(muted_until - now))


def check_pace(state: State, now: datetime, place: int) -> None:
    ahead = (state.places[place].paid_until or now) - now
    if ahead > PACE * (BURST - 1):
        raise No("too_fast", seconds_of(ahead - PACE * (BURST - 1)))


def seconds_of(span: timedelta) -> int:
    return max(1, ceil(span.total_seconds()))


def check_text(text: str, longest: int = LONGEST_TEXT, *, needed: bool = True) -> None:
    if needed and not text.strip():
        raise No("empty")
    if len(text) > longest:
        raise No("too_long")


def check_phase(state: State, *phases: Phase) -> None:
    if state.phase not in phases:
        raise No("wrong_phase")


def check_one_at_a_time(state: State) -> None:
    """Over days, in a slow meeting, nobody waits for anybody."""
    if state.phase != Phase.EXPLORE or state.slow:
        raise No("wrong_phase")


def check_keeping_safe(state: State, place: int) -> None:
    """Who leads, and the set's adviser, look after everybody's safety."""
    if place != state.holder and state.places[place].role != "adviser":
        raise No("not_leading")


def remaining(timer: Timer, now: datetime) -> int:
    """Seconds left, running or not. Time that has run out is not owed."""
    return timer.left if timer.ends_at is None else max(0, ceil((timer.ends_at - now).total_seconds()))
