"""The course's own instruments, each in versions that never change once somebody has answered.

Read from content/*.yaml. No licensed scale is among them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext_lazy as _

from kernel.texts import in_language
from pages.loading import page_key

FOLDER = Path(__file__).parent / "content"
LOWEST, HIGHEST = 0, 10
# Goal attainment of the initiative, in five degrees (after Kiresuk and Sherman's goal attainment scaling).
ATTAINMENT = {
    -2: _("further away than before"),
    -1: _("no nearer"),
    0: _("part of the way"),
    1: _("reached"),
    2: _("beyond what I hoped"),
}


@dataclass(frozen=True)
class Item:
    key: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def text(self) -> str:
        return in_language(self.texts)


@dataclass(frozen=True)
class Instrument:
    """One version. `steps` are the keys of the course's steps that ask for it, by moment."""

    key: str
    version: int
    course_key: uuid.UUID
    steps: Mapping[str, uuid.UUID]
    lows: Mapping[str, str]
    highs: Mapping[str, str]
    items: tuple[Item, ...]

    @property
    def low(self) -> str:
        return in_language(self.lows)

    @property
    def high(self) -> str:
        return in_language(self.highs)

    @property
    def item_keys(self) -> frozenset[str]:
        return frozenset(item.key for item in self.items)


@cache
def instruments() -> tuple[Instrument, ...]:
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


def version_of(key: str, version: int) -> Instrument | None:
    return next((found for found in instruments() if (found.key, found.version) == (key, version)), None)


def latest_for(course_key: uuid.UUID) -> Instrument | None:
    """The newest version that belongs to this course; None for a course without evaluation."""
    fitting = [found for found in instruments() if found.course_key == course_key]
    return max(fitting, key=lambda instrument: instrument.version, default=None)


def _read(path: Path) -> Instrument:
    data = yaml.safe_load(path.read_text())
    return Instrument(
        key=data["key"],
        version=data["version"],
        course_key=page_key(*data["course"]),
        steps={moment: page_key(*step) for moment, step in data["steps"].items()},
        lows=data["low"],
        highs=data["high"],
        items=tuple(Item(item["key"], item["title"], item["text"]) for item in data["items"]),
    )
