"""The picture of the room: where each seat stands around the circle. Pure: seats in, coordinates out.

Whoever looks sits at the bottom, and the others go round from there as they do in a room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

WIDTH, HEIGHT = 400, 396
MIDDLE = (200, 186)
# Within the ring nothing stands but the time: it keeps clear of the names and notes under the upper seats.
ORBIT, RING = 136, 56
# Letters that fit between two neighbours of nine.
LONGEST_NAME = 10


@dataclass(frozen=True)
class Drawn:
    """One seat in the picture. `angle` is in degrees, clockwise from the top."""

    seat: Any
    angle: float
    x: float
    y: float
    name: str
    initials: str
    note: str = ""

    @property
    def is_lit(self) -> bool:
        return bool(getattr(self.seat, "is_presenter", False))

    @property
    def initials_y(self) -> float:
        return self.y + 7

    @property
    def name_y(self) -> float:
        return self.y + (50 if self.is_lit else 46)

    @property
    def note_y(self) -> float:
        return self.name_y + 17

    @property
    def mark_x(self) -> float:
        return self.x + 26

    @property
    def other_x(self) -> float:
        return self.x - 26

    @property
    def mark_y(self) -> float:
        return self.y - 17


@dataclass(frozen=True)
class Circle:
    """`left` is the part of the ring that is still to come, from 0 to 100; None where nothing is timed."""

    seats: tuple[Drawn, ...]
    left: float | None = None
    width: int = WIDTH
    height: int = HEIGHT
    middle_x: int = MIDDLE[0]
    middle_y: int = MIDDLE[1]
    ring: int = RING

    @property
    def lost(self) -> float:
        return 100 - (self.left or 0)


def drawn(seats: Sequence[Any], left: float | None = None) -> Circle:
    """Of anything with `name` and `is_me`; `note` is a word or two under the name."""
    step = 360 / max(len(seats), 1)
    mine = next((number for number, seat in enumerate(seats) if seat.is_me), None)
    first = 0 if mine is None else 180 - mine * step
    names = called([seat.name for seat in seats])
    found = []
    for number, seat in enumerate(seats):
        angle = (first + number * step) % 360
        x = MIDDLE[0] + ORBIT * sin(radians(angle))
        y = MIDDLE[1] - ORBIT * cos(radians(angle))
        note = getattr(seat, "note", "")
        found.append(Drawn(seat, round(angle, 1), round(x, 1), round(y, 1), names[number], initials(seat.name), note))
    return Circle(tuple(found), left)


def called(names: Sequence[str]) -> list[str]:
    """Short enough for the picture, and still different: "Amal", "Amal H" where there are two of them, or "Amal Ha"."""
    parts = [name.split() or [""] for name in names]
    found = []
    for first, *more in parts:
        lasts = [other[-1] for other in parts if other[0] == first and len(other) > 1]
        if more and len([other for other in parts if other[0] == first]) > 1:
            last = more[-1]
            letters = _letters_that_tell(last, lasts)
            found.append(f"{first[: LONGEST_NAME - 1 - letters]} {last[:letters]}")
        else:
            found.append(first if len(first) <= LONGEST_NAME else f"{first[: LONGEST_NAME - 1]}…")
    return found


def _letters_that_tell(last: str, lasts: Sequence[str]) -> int:
    """How many letters of a last name tell it from the others; one where none do."""
    for letters in range(1, min(len(last), LONGEST_NAME - 3) + 1):
        if [other[:letters] for other in lasts].count(last[:letters]) == 1:
            return letters
    return 1


def initials(name: str) -> str:
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()
