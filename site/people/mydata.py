"""What the Centre knows about a person: every app says here what it holds, how it is read out and what erasing does.

An app's own `mydata.py` calls `contribute(...)`; a test walks every model with a person in it and fails when no
contribution names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
    """

    key: str
    title: Any
    collect: Callable[[User], Any]
    models: Iterable[type[Model]]
    rule: Any
    erase: Callable[[User], None] = field(default=_nothing)


_contributions: dict[str, Contribution] = {}


def contribute(contribution: Contribution) -> None:
    _contributions[contribution.key] = contribution


def contributions() -> list[Contribution]:
    """In the order of the ladder, the lowest app first."""
    return list(_contributions.values())
