"""Deciding about the timer."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from community.sets.meeting import commands as c
from community.sets.meeting.days import seconds_until
from community.sets.meeting.deciding.checks import Decided, No, check_visit, remaining
from community.sets.meeting.events import Kind
from community.sets.meeting.method import LONGEST_EXTENSION
from community.sets.meeting.plan import DAY
from community.sets.meeting.state import State


def _timer_set(place: int, seconds: int, now: datetime, lasts: int) -> tuple[Kind, int, dict[str, Any]]:
    ends_at = now + timedelta(seconds=seconds)
    return (Kind.TIMER_SET, place, {"lasts": lasts, "ends_at": ends_at.isoformat(), "left": None})


def _pause_timer(state: State, command: c.PauseTimer, now: datetime, place: int) -> Decided:
    check_visit(state, command, place)
    timer = state.visit.timer
    if state.slow:  # days do not stop
        raise No("wrong_phase")
    if timer is None or timer.ends_at is None:
        return []
    return [(Kind.TIMER_SET, place, {"lasts": timer.lasts, "ends_at": None, "left": remaining(timer, now)})]


def _resume_timer(state: State, command: c.ResumeTimer, now: datetime, place: int) -> Decided:
    check_visit(state, command, place)
    timer = state.visit.timer
    if timer is None or timer.left is None:
        return []
    return [_timer_set(place, timer.left, now, timer.lasts)]


def _extend(state: State, command: c.Extend, now: datetime, place: int) -> Decided:
    check_visit(state, command, place)
    timer = state.visit.timer
    if timer is None or not 1 <= command.minutes <= (14 * DAY if state.slow else LONGEST_EXTENSION):
        raise No("wrong_value")
    left, lasts = remaining(timer, now) + command.minutes * 60, timer.lasts + command.minutes * 60
    if state.slow:
        days = ceil(command.minutes / DAY)
        left = seconds_until(state.zone, days, after=max(timer.ends_at, now), now=now)
        lasts = timer.lasts + left - remaining(timer, now)
    if timer.ends_at is None:
        return [(Kind.TIMER_SET, place, {"lasts": lasts, "ends_at": None, "left": left})]
    return [_timer_set(place, left, now, lasts)]


DECISIONS = {
    c.PauseTimer: _pause_timer,
    c.ResumeTimer: _resume_timer,
    c.Extend: _extend,
}
