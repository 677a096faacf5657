"""What every app holds about people: filled by each app's `mydata.py`, read by my data and by erasing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

if TYPE_CHECKING:
    from people.models import User


def _nothing(person: User) -> None:
    """Deleting the person does it all, by the on_delete of the models."""


@dataclass(frozen=True)
class Contribution:
    """One app's part.

    key      names the part in the JSON file, and is unique
    title    lazy translated heading for the readable file
    collect  person -> a JSON-ready dict or list: plain values, ISO dates, no primary keys
    models   every model of this part that a person is in, by whatever road
    erase    what deleting the person's row does not do by itself (files, pages, rows that name them by public id); runs
             first, in the transaction of the erasure
    rule     lazy translated sentence for the person: what is deleted and what stays without their name
    words    what the readable file calls a key of `collect` that is no field of `models`: {"steps": _("steps done")};
             the fields are called by their own verbose names, and choices by their labels
    """

    key: str
    title: Any
    collect: Callable[[User], Any]
    models: Iterable[type[Model]]
    rule: Any
    erase: Callable[[User], None] = field(default=_nothing)
    words: Mapping[str, Any] = field(default_factory=dict)


_contributions: dict[str, Contribution] = {}


def contribute(contribution: Contribution) -> None:
    _contributions[contribution.key] = contribution


def contributions() -> list[Contribution]:
    """In the order of the ladder, the lowest app first, whoever was imported first."""
    return sorted(_contributions.values(), key=_rung)


def _rung(contribution: Contribution) -> int:
    app = apps.get_containing_app_config(contribution.collect.__module__)
    return settings.LADDER.index(app.name) if app and app.name in settings.LADDER else len(settings.LADDER)
