"""How the minutes of a meeting are shared out: which phases, how many turns, when a break. Minutes throughout.

The defaults and the rule of the break (one after each 50 to 60 minutes) are the set handbook's; six people with two
hours get two turns, with ninety minutes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby


class Phase(StrEnum):
    LOBBY = "lobby"
    CHECK_IN = "check_in"
    AGREEMENT = "agreement"
    ACTION_REVIEW = "action_review"
    BIDS = "bids"
    PRESENT = "present"
    CLARIFY = "clarify"
    EXPLORE = "explore"
    REFLECT_BACK = "reflect_back"
    RESOURCES = "resources"
    COMMITMENTS = "commitments"
    BREAK = "break"
    PROCESS_REVIEW = "process_review"
    CLOSE = "close"
    CLOSED = "closed"


# What one turn is made of.
TURN = (
    Phase.PRESENT,
    Phase.CLARIFY,
    Phase.EXPLORE,
    Phase.REFLECT_BACK,
    Phase.RESOURCES,
    Phase.COMMITMENTS,
)
# Of these the minutes are each person's; of the others, the whole set's.
EACH = frozenset({Phase.CHECK_IN, Phase.ACTION_REVIEW})
DEFAULTS: Mapping[str, int] = {
    Phase.CHECK_IN: 2,
    Phase.AGREEMENT: 5,
    Phase.ACTION_REVIEW: 3,
    Phase.BIDS: 8,
    Phase.PRESENT: 5,
    Phase.CLARIFY: 5,
    Phase.EXPLORE: 15,
    Phase.REFLECT_BACK: 5,
    Phase.RESOURCES: 4,
    Phase.COMMITMENTS: 4,
    Phase.BREAK: 10,
    Phase.PROCESS_REVIEW: 8,
    Phase.CLOSE: 4,
}
# Each phase of a slow meeting, in days.
SLOW_DAYS: Mapping[str, int] = {
    Phase.CHECK_IN: 2,
    Phase.AGREEMENT: 2,
    Phase.ACTION_REVIEW: 2,
    Phase.BIDS: 2,
    Phase.PRESENT: 2,
    Phase.CLARIFY: 2,
    Phase.EXPLORE: 4,
    Phase.REFLECT_BACK: 2,
    Phase.RESOURCES: 1,
    Phase.COMMITMENTS: 2,
    Phase.PROCESS_REVIEW: 2,
    Phase.CLOSE: 1,
}
LONGEST, DAY = 60, 24 * 60
# A plan may be squeezed to this part of its minutes to make room for one turn more.
TIGHTEST = 0.85
# Nobody goes out for ten minutes when it ends in so many.
NEARLY_OVER = 15


@dataclass(frozen=True)
class Part:
    """One line of the plan. `turn` counts from 0, and is None for what belongs to no turn."""

    phase: Phase
    minutes: int
    turn: int | None = None


@dataclass(frozen=True)
class Plan:
    turns: int
    parts: tuple[Part, ...]
    # Minutes of the meeting that nothing is planned for.
    spare: int


def plan(
    *,
    minutes: int,
    people: int,
    reviews: int = 0,
    agreement: bool = False,
    overrides: Mapping[str, int] | None = None,
    slow: bool = False,
) -> Plan:
    """Share out `minutes` among `people`, with `reviews` open commitments to look at and, where `agreement` says so,
    ground rules to agree on. As many turns as fit, one at least; one when it is `slow`."""
    each = {**DEFAULTS, **(overrides or {})}
    before = [Part(Phase.CHECK_IN, each[Phase.CHECK_IN] * people)]
    if agreement:
        before.append(Part(Phase.AGREEMENT, each[Phase.AGREEMENT]))
    if reviews:
        before.append(Part(Phase.ACTION_REVIEW, each[Phase.ACTION_REVIEW] * reviews))
    before.append(Part(Phase.BIDS, each[Phase.BIDS]))
    if slow:
        return Plan(1, tuple(_in_days([*before, *_turns_and_end(1, each)])), 0)
    best = None
    for count in range(1, max(people, 1) + 1):
        parts = _with_breaks([*before, *_turns_and_end(count, each)], each)
        if best is not None and total(parts) * TIGHTEST > minutes:
            break
        parts = _fitted(parts, minutes)
        best = Plan(count, tuple(parts), max(0, minutes - total(parts)))
    return best


def replan(
    done: Sequence[Part], turns: int, *, minutes: int, overrides: Mapping[str, int] | None = None, slow: bool = False
) -> tuple[Part, ...]:
    """What is `done`, the bids at the end of it, as it was; then so many `turns`, in what is left of `minutes`."""
    each = {**DEFAULTS, **(overrides or {})}
    if slow:
        return (*done, *_in_days(_turns_and_end(turns, each)))
    coming = _with_breaks([*done, *_turns_and_end(turns, each)], each)[len(done) :]
    return (*done, *_fitted(coming, max(0, minutes - total(done))))


def _turns_and_end(turns: int, each: Mapping[str, int]) -> list[Part]:
    between = [Part(phase, each[phase], turn) for turn in range(turns) for phase in TURN]
    return between + [Part(phase, each[phase]) for phase in (Phase.PROCESS_REVIEW, Phase.CLOSE)]


def _in_days(parts: Iterable[Part]) -> list[Part]:
    return [replace(part, minutes=SLOW_DAYS[part.phase] * DAY) for part in parts]


def _with_breaks(parts: list[Part], each: Mapping[str, int]) -> list[Part]:
    """A break between blocks (never inside a turn), where the time since the last one is nearest to 55 minutes."""
    blocks = [list(block) for _key, block in groupby(parts, key=_block_of)]
    lengths = [total(block) for block in blocks]
    found: list[Part] = []
    since = 0
    for number, block in enumerate(blocks):
        coming, rest = since + lengths[number], sum(lengths[number:])
        is_time = coming > LONGEST and abs(since - 55) <= abs(coming - 55)
        if since and is_time and rest > NEARLY_OVER:
            found.append(Part(Phase.BREAK, each[Phase.BREAK]))
            since = 0
        found += block
        since += lengths[number]
    return found


def _block_of(part: Part) -> object:
    if part.turn is not None:
        return part.turn
    return "after" if part.phase in (Phase.PROCESS_REVIEW, Phase.CLOSE) else "before"


def total(parts: Iterable[Part]) -> int:
    """Minutes, without those for resources: an extra that not every presenter wants."""
    return sum(part.minutes for part in parts if part.phase != Phase.RESOURCES)


def _fitted(parts: list[Part], minutes: int) -> list[Part]:
    """Where it is too long, each part a little shorter, one minute at least, and rounded so that the whole comes out
    right."""
    to = minutes / max(total(parts), 1)
    if to >= 1:
        return parts
    found, planned, given = [], 0.0, 0
    for part in parts:
        if part.phase == Phase.RESOURCES:
            found.append(replace(part, minutes=max(1, round(part.minutes * to))))
            continue
        planned += part.minutes * to
        found.append(replace(part, minutes=max(1, round(planned) - given)))
        given += found[-1].minutes
    return found
