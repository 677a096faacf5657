"""Queries that are asked at nearly every request, compiled once a process.

Django writes the SQL of a queryset anew each time it is asked: half a millisecond and more, four times what the
database needs to answer a small one. A kept query is a function that makes the queryset. It is called once, with
stand-ins for its arguments; afterwards only the values change.

    @kept
    def _begun(person, now):
        return Pause.objects.filter(person=person, starts_at__lte=now)

    _begun(person.pk, clock.now())  # the list that the queryset would give

An argument is a value of a filter (a list for `__in`), and nothing that Python decides upon: what makes other SQL is
another query. The `rows` of a rule take a stand-in for their user, as long as they ask for the key and what is theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from functools import update_wrapper
from inspect import signature
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler

MANY = (list, tuple, set, frozenset)
FIELDS = {
    int: models.BigIntegerField(),
    str: models.CharField(),
    UUID: models.UUIDField(),
    date: models.DateField(),
    datetime: models.DateTimeField(),
}


class Given(Expression):
    """Stands for the argument at this place, which comes when the query is asked."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    @property
    def pk(self) -> Given:
        return self

    def __getattr__(self, name: str) -> QuerySet:
        """What is somebody's, as a rule asks for it: `user.facilitations`."""
        relation = get_user_model()._meta.fields_map.get(name)
        if relation is None:
            raise AttributeError(f"What is given has no {name!r}, only a value.")
        return relation.related_model._default_manager.filter(**{relation.field.name: self})

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Given]]:
        return "%s", [self]


class Kept:
    """Called like its function, but with values and for a list. The same from every thread."""

    def __init__(self, make: Callable[..., QuerySet]) -> None:
        update_wrapper(self, make)
        self._make = make
        # By vendor: the queryset, its compiler, and its SQL in pieces with the parameters that stand between them.
        self._compiled: dict[str, tuple[QuerySet, SQLCompiler, list[str], tuple]] = {}

    def __call__(self, *values: Any) -> list[Any]:
        if None in values:
            raise ValueError(f"{self.__name__} was asked about None, which SQL finds equal to nothing.")
        if any(isinstance(value, MANY) and not value for value in values):
            return []
        queryset, *_rest = self._of(connections[DEFAULT_DB_ALIAS])
        asked = QuerySet(queryset.model, query=_Asked(self, values), using=DEFAULT_DB_ALIAS)
        asked._iterable_class = queryset._iterable_class
        return list(asked)

    def first(self, *values: Any) -> Any | None:
        return next(iter(self(*values)), None)

    def compiler(self, alias: str, values: tuple[Any, ...]) -> SQLCompiler:
        """The one that Django compiled with, with these values in the place of their stand-ins."""
        connection = connections[alias]
        _queryset, compiler, pieces, params = self._of(connection)
        filled = [_filled(param, values, connection) for param in params]
        holes = [", ".join(["%s"] * len(some)) for some in filled]
        sql = "".join(piece + hole for piece, hole in zip(pieces, [*holes, ""], strict=True))
        asked = copy(compiler)
        asked.connection = connection
        asked.as_sql = lambda *_args, **_more: (sql, tuple(value for some in filled for value in some))
        return asked

    def _of(self, connection: Any) -> tuple[QuerySet, SQLCompiler, list[str], tuple]:
        if connection.vendor not in self._compiled:
            queryset = self._make(*map(Given, range(len(signature(self._make).parameters))))
            compiler = queryset.query.get_compiler(connection=connection)
            sql, params = compiler.as_sql()
            self._compiled[connection.vendor] = (queryset, compiler, sql.split("%s"), params)
        return self._compiled[connection.vendor]


def _filled(param: Any, values: tuple[Any, ...], connection: Any) -> list[Any]:
    if not isinstance(param, Given):
        return [param]
    value = values[param.place]
    some = value if isinstance(value, MANY) else [value]
    return [FIELDS[type(one)].get_db_prep_value(one, connection) for one in some]


class _Asked:
    """As much of a query as a queryset needs to be read."""

    def __init__(self, kept: Kept, values: tuple[Any, ...]) -> None:
        self.kept, self.values = kept, values

    def get_compiler(self, using: str) -> SQLCompiler:
        return self.kept.compiler(using, self.values)


def kept(make: Callable[..., QuerySet]) -> Kept:
    return Kept(make)
