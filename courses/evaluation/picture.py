"""The personal picture: where each mark stands on a line from 0 to 10. Pure: numbers in, coordinates out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.evaluation.instruments import HIGHEST, Instrument, Item
from courses.evaluation.models import Answers, Moment

if TYPE_CHECKING:
    from collections.abc import Iterator

LEFT, RIGHT, TOP, STEP = 20, 300, 34, 52
# In the order they are drawn and told; "then" is the start seen from the end.
SERIES = (Moment.BEFORE, "then", Moment.AFTER, Moment.FOLLOW_UP)


@dataclass(frozen=True)
class Mark:
    series: str
    rating: int
    x: int


@dataclass(frozen=True)
class Row:
    item: Item
    y: int
    marks: tuple[Mark, ...]

    def rating(self, series: str) -> int | None:
        return next((mark.rating for mark in self.marks if mark.series == series), None)

    @property
    def ratings(self) -> list[int | None]:
        return [self.rating(series) for series in SERIES]

    @property
    def change(self) -> int | None:
        """From the start to the end; None unless both were given."""
        before, after = self.rating(Moment.BEFORE), self.rating(Moment.AFTER)
        return None if before is None or after is None else after - before


@dataclass(frozen=True)
class Picture:
    rows: tuple[Row, ...]
    ticks: tuple[tuple[int, int], ...]
    left: int = LEFT
    right: int = RIGHT

    @property
    def height(self) -> int:
        return TOP + STEP * len(self.rows) + 20

    @property
    def series(self) -> list[str]:
        """Those that there is anything of."""
        return [series for series in SERIES if any(row.rating(series) is not None for row in self.rows)]


def draw(instrument: Instrument, given: Mapping[str, Answers]) -> Picture:
    """Answers of one version; those of another are left out, for they cannot be compared."""
    fitting = {
        moment: answers
        for moment, answers in given.items()
        if (answers.instrument, answers.version) == (instrument.key, instrument.version)
    }
    rows = tuple(
        Row(item, TOP + STEP * number, tuple(_marks(item.key, fitting))) for number, item in enumerate(instrument.items)
    )
    return Picture(rows, ticks=tuple((rating, _x(rating)) for rating in (0, 5, 10)))


def _marks(key: str, given: Mapping[str, Answers]) -> Iterator[Mark]:
    for series in SERIES:
        answers = given.get(Moment.AFTER if series == "then" else series)
        ratings = {} if answers is None else answers.then if series == "then" else answers.ratings
        if key in ratings:
            yield Mark(str(series), ratings[key], _x(ratings[key]))


def _x(rating: int) -> int:
    return LEFT + round((RIGHT - LEFT) * rating / HIGHEST)
