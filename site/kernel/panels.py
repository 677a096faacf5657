"""Panels of a page that concern few people. Whom they concern is asked for all of them at once, in one query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, QuerySet

from kernel.kept import Kept, kept

Panel = Callable[..., Any]


def concerns(rows: Callable[[Any], QuerySet]) -> Callable[[Panel], Panel]:
    """Leaves a panel (a hook of a slot) out for whoever has none of these rows. `rows` takes a stand-in for somebody,
    as in kernel.kept; it may answer with more than the panel will show, never with less."""

    def mark(panel: Panel) -> Panel:
        panel.concerns = rows
        return panel

    return mark


def concerning(panels: Sequence[Panel], person: Any) -> list[Panel]:
    """Those that may have something to say to this person. One query, and none where at most one of them is choosy."""
    choosy = [panel for panel in panels if hasattr(panel, "concerns")]
    if len(choosy) < 2 or not person.is_authenticated:
        return list(panels)
    answers = _question(tuple(panel.concerns for panel in choosy)).first(person.pk)
    silent = [panel for panel, answer in zip(choosy, answers or (), strict=False) if not answer]
    return [panel for panel in panels if panel not in silent]


@lru_cache(maxsize=64)
def _question(concerns: tuple[Callable[[Any], QuerySet], ...]) -> Kept:
    people = get_user_model()._default_manager
    return kept(lambda person: people.filter(pk=person).values_list(*(Exists(rows(person)) for rows in concerns)))
