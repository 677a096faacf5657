"""Permissions, each said once and good for both a row and a table.

A rule holds the same statement twice: `one(user, row)` and `rows(user)`, a `Q` over the row's model.
A test proves that both sides agree for every rule of every app. Anonymous and inactive people are
refused here, first: `Q(owner=anonymous.pk)` would compile to IS NULL and list every row without an owner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Rule:
    one: Callable[[Any, Any], bool]
    rows: Callable[[Any], Q]

    def allows(self, user: Any, row: Model) -> bool:
        return _is_somebody(user) and bool(self.one(user, row))

    def visible(self, queryset: QuerySet[M], user: Any) -> QuerySet[M]:
        """The rows of `queryset` (or of a manager) that the rule allows to `user`."""
        rows = queryset.all()
        return rows.filter(self.rows(user)) if _is_somebody(user) else rows.none()

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            one=lambda user, row: self.one(user, row) or other.one(user, row),
            rows=lambda user: self.rows(user) | other.rows(user),
        )

    def __and__(self, other: Rule) -> Rule:
        return Rule(
            one=lambda user, row: self.one(user, row) and other.one(user, row),
            rows=lambda user: self.rows(user) & other.rows(user),
        )


def _is_somebody(user: Any) -> bool:
    return bool(getattr(user, "is_authenticated", False) and getattr(user, "is_active", False))
