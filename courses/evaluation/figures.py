"""Figures of many people's answers, without anybody in them. Pure: numbers in, numbers out.

Only pairs of one version are compared. A cell that fewer than five people stand behind is suppressed, and so is every
figure from which such a cell could be worked out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

SMALLEST_CELL = 5


@dataclass(frozen=True)
class Person:
    """One person's answers, all to the same version; an empty mapping for what was not given."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    follow_up: Mapping[str, int]
    then: Mapping[str, int]
    attainment: int | None = None


@dataclass(frozen=True)
class Line:
    """One item. `n` pairs stand behind it; everything is None when they are fewer than five."""

    key: str
    n: int | None
    before: float | None = None
    after: float | None = None
    change: float | None = None
    # Sample standard deviation of the changes.
    spread: float | None = None

    @property
    def is_suppressed(self) -> bool:
        return self.n is None


@dataclass(frozen=True)
class Report:
    """`began`, `finished` and `dropped_out` are people with answers before, with a pair, and without one; None where
    the number is suppressed."""

    lines: tuple[Line, ...]
    thinking_back: tuple[Line, ...]
    follow_up: tuple[Line, ...]
    attainment: Mapping[int, int] | None
    began: int | None
    finished: int | None
    dropped_out: int | None


def report(people: Sequence[Person], items: Iterable[str]) -> Report:
    items = tuple(items)
    began = [person for person in people if person.before]
    finished = [person for person in began if person.after]
    shown_began, shown_finished, shown_dropped = _counts(len(began), len(finished))
    return Report(
        lines=tuple(_line(key, [(p.before, p.after) for p in finished]) for key in items),
        thinking_back=tuple(_line(key, [(p.then, p.after) for p in people if p.after]) for key in items),
        follow_up=tuple(_line(key, [(p.before, p.follow_up) for p in began if p.follow_up]) for key in items),
        attainment=_attainment(p.attainment for p in people if p.after),
        began=shown_began,
        finished=shown_finished,
        dropped_out=shown_dropped,
    )


def _line(key: str, pairs: Iterable[tuple[Mapping[str, int], Mapping[str, int]]]) -> Line:
    both = [(first[key], second[key]) for first, second in pairs if key in first and key in second]
    if len(both) < SMALLEST_CELL:
        return Line(key, None)
    changes = [second - first for first, second in both]
    return Line(
        key,
        len(both),
        before=mean(first for first, _ in both),
        after=mean(second for _, second in both),
        change=mean(changes),
        spread=stdev(changes),
    )


def _counts(began: int, finished: int) -> tuple[int | None, int | None, int | None]:
    """Began, finished, dropped out. Two of them give the third, so a small one hides itself and one beside it."""
    dropped = began - finished
    if began < SMALLEST_CELL:
        return None, None, None
    if 0 < finished < SMALLEST_CELL:
        return began, None, None
    if 0 < dropped < SMALLEST_CELL:
        return None, finished, None
    return began, finished, dropped


def _attainment(values: Iterable[int | None]) -> dict[int, int] | None:
    """How many are where; nothing at all while any degree is one to four people."""
    counts = Counter(value for value in values if value is not None)
    if not counts or any(count < SMALLEST_CELL for count in counts.values()):
        return None
    return dict(sorted(counts.items()))
