"""Figures of many people's answers, without anybody in them. Pure: numbers in, numbers out.

Only pairs of one version are compared. A cell that fewer than five people stand behind is suppressed, and so is every
figure from which such a cell could be worked out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    """The figures of one group."""
    return together([people], items)


def together(groups: Sequence[Sequence[Person]], items: Iterable[str]) -> Report:
    """The figures of groups whose own reports can be seen as well. Each figure counts the groups that show it by
    themselves, and the others when they show it as one: so what is left when all that can be seen is taken from the
    whole is never fewer than five people."""
    items = tuple(items)
    began, finished, dropped_out = _counts_together(groups)
    return Report(
        lines=tuple(_line(groups, key, _before_after) for key in items),
        thinking_back=tuple(_line(groups, key, _then_after) for key in items),
        follow_up=tuple(_line(groups, key, _before_follow_up) for key in items),
        attainment=_attainment_together(groups),
        began=began,
        finished=finished,
        dropped_out=dropped_out,
    )


Marks = Mapping[str, int]
Comparison = Callable[[Person], tuple[Marks, Marks]]


def _before_after(person: Person) -> tuple[Marks, Marks]:
    return person.before, person.after


def _then_after(person: Person) -> tuple[Marks, Marks]:
    return person.then, person.after


def _before_follow_up(person: Person) -> tuple[Marks, Marks]:
    return person.before, person.follow_up


def _apart(groups: Sequence[Sequence[Person]], shows: Callable[[Sequence[Person]], bool]) -> list[Sequence[Person]]:
    """The groups that show something by themselves, and last all the others as one, which may be empty."""
    others = [person for group in groups if not shows(group) for person in group]
    return [*(group for group in groups if shows(group)), others]


def _line(groups: Sequence[Sequence[Person]], key: str, comparison: Comparison) -> Line:
    def shows(group: Sequence[Person]) -> bool:
        return _shows(group, key, comparison)

    people = [person for group in _apart(groups, shows) if shows(group) for person in group]
    both = [(first[key], second[key]) for first, second in map(comparison, people) if key in first and key in second]
    if not both:
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


def _shows(group: Sequence[Person], key: str, comparison: Comparison) -> bool:
    """Enough people, and not nearly the same as stand behind “before and after”: the same marks, summed with one to
    four people more or fewer, would tell those people's."""

    def answered(person: Person, compared: Comparison) -> bool:
        return all(key in marks for marks in compared(person))

    here = [answered(person, comparison) for person in group]
    if sum(here) < SMALLEST_CELL:
        return False
    there = [answered(person, _before_after) for person in group]
    more = sum(one and not other for one, other in zip(here, there, strict=True))
    fewer = sum(other and not one for one, other in zip(here, there, strict=True))
    return sum(there) < SMALLEST_CELL or not (_is_small(more) or _is_small(fewer))


def _is_small(number: int) -> bool:
    return 0 < number < SMALLEST_CELL


def _counts_together(groups: Sequence[Sequence[Person]]) -> tuple[int | None, int | None, int | None]:
    *shown, others = map(_counts_of, _apart(groups, lambda group: None not in _counts_of(group)))
    if shown and not any(others):
        others = (0, 0, 0)
    return tuple(None if None in column else sum(column) for column in zip(*shown, others, strict=True))


def _counts_of(people: Sequence[Person]) -> tuple[int | None, int | None, int | None]:
    began = [person for person in people if person.before]
    return _counts(len(began), sum(bool(person.after) for person in began))


def _counts(began: int, finished: int) -> tuple[int | None, int | None, int | None]:
    """Began, finished, dropped out. Two of them give the third, so a small one hides itself and one beside it."""
    dropped = began - finished
    if began < SMALLEST_CELL:
        return None, None, None
    if _is_small(finished):
        return began, None, None
    if _is_small(dropped):
        return None, finished, None
    return began, finished, dropped


def _attainment_together(groups: Sequence[Sequence[Person]]) -> dict[int, int] | None:
    found = [_attainment(group) for group in _apart(groups, lambda group: _attainment(group) is not None)]
    counts = sum((Counter(one) for one in found if one), Counter())
    return dict(sorted(counts.items())) or None


def _attainment(people: Sequence[Person]) -> Counter | None:
    """How many are where; nothing at all while any degree is one to four people."""
    counts = Counter(person.attainment for person in people if person.after and person.attainment is not None)
    return counts if counts and not any(_is_small(count) for count in counts.values()) else None
