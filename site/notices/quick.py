"""Updates for the hot path of due work: each time the ORM would take six times as long to put the statement together as
the database takes to carry it out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model


def update(model: type[Model], where: Mapping[str, Any], changes: Mapping[str, Any]) -> int:
    """`model.objects.filter(**where).update(**changes)`: how many rows it was. In `where` None means IS NULL and a
    tuple means one of these; all names are fields' own."""
    shapes = tuple((name, len(it) if isinstance(it, tuple) else it is not None) for name, it in where.items())
    values = [_value(model, name, value) for name, value in changes.items()]
    for name, value in where.items():
        if value is not None:
            values += [_value(model, name, each) for each in (value if isinstance(value, tuple) else (value,))]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, tuple(changes), shapes), values)
        return cursor.rowcount


def _value(model: type[Model], name: str, value: Any) -> Any:
    return model._meta.get_field(name).get_db_prep_save(value, connection)


@lru_cache(maxsize=64)
def _statement(model: type[Model], changed: tuple[str, ...], where: tuple[tuple[str, int | bool], ...]) -> str:
    def column(name: str) -> str:
        return connection.ops.quote_name(model._meta.get_field(name).column)

    def condition(name: str, shape: int | bool) -> str:
        if isinstance(shape, bool):
            return f"{column(name)} = %s" if shape else f"{column(name)} IS NULL"
        return f"{column(name)} IN ({', '.join(['%s'] * shape)})"

    changes = ", ".join(f"{column(name)} = %s" for name in changed)
    conditions = " AND ".join(condition(name, shape) for name, shape in where)
    table = connection.ops.quote_name(model._meta.db_table)
    return f"UPDATE {table} SET {changes} WHERE {conditions}"  # noqa: S608 - names of our own models' columns alone
