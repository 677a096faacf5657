"""Every rule of every app says the same of a row as of a table, and says no to strangers.

A new rule needs rows in ROWS: things that some of the people below may touch and others may not.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from kernel.rules import Rule
from people.models import User
from tests.factories import EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def enrolments(people: dict[str, User]) -> Iterable[Model]:
    return [EnrolmentFactory(person=person) for person in people.values()]


# Rule (module and name) -> makes the rows it is asked about.
ROWS: dict[str, Callable[[dict[str, User]], Iterable[Model]]] = {
    "courses.cohorts.rules.learn": enrolments,
}


def rules() -> dict[str, Rule]:
    found = {}
    for app in settings.LADDER:
        for module in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if "rules" in module.name.split(".")[-2:]:
                names = vars(importlib.import_module(module.name))
                found |= {f"{module.name}.{name}": rule for name, rule in names.items() if isinstance(rule, Rule)}
    return found


@pytest.fixture
def people() -> dict[str, User]:
    return {
        "somebody": UserFactory(),
        "somebody else": UserFactory(),
        "staff": UserFactory(is_staff=True, is_superuser=True),
        "inactive": UserFactory(is_active=False),
    }


def test_rules_are_found_and_each_has_rows():
    assert set(rules()) == set(ROWS)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_row_and_a_table_get_the_same_answer(name, people):
    rule, rows = rules()[name], list(ROWS[name](people))
    table = type(rows[0]).objects.filter(pk__in=[row.pk for row in rows])
    answers = {}
    for who, person in [*people.items(), ("anonymous", AnonymousUser()), ("nobody", None)]:
        visible = set(rule.visible(table, person))
        for row in rows:
            answers[who, row.pk] = rule.allows(person, row)
            assert answers[who, row.pk] == (row in visible), f"{name} disagrees with itself about {who}"
    assert {True, False} == set(answers.values()), f"{name} tells nobody from anybody with these rows"
    assert not any(answer for (who, _), answer in answers.items() if who in ("inactive", "anonymous", "nobody"))
