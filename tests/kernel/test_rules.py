"""What a rule adds to its two halves; that the halves of every rule agree is tests/architecture/test_rules.py."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from kernel.rules import Rule
from people.models import User
from tests.factories import UserFactory

everybody = Rule(one=lambda user, row: True, rows=lambda user: Q())
nobody = Rule(one=lambda user, row: False, rows=lambda user: Q(pk__in=[]))
oneself = Rule(one=lambda user, row: row.pk == user.pk, rows=lambda user: Q(pk=user.pk))
french = Rule(one=lambda user, row: row.language == "fr", rows=lambda user: Q(language="fr"))

STRANGERS = [
    AnonymousUser(),
    None,
    User(pk=1, is_active=False),
    SimpleNamespace(pk=1, is_authenticated=True),
    SimpleNamespace(pk=1, is_active=True),
]


@pytest.mark.django_db
@pytest.mark.parametrize("stranger", STRANGERS, ids=["anonymous", "none", "inactive", "unknown state", "unproven"])
def test_strangers_are_refused_before_the_rule_is_asked(stranger):
    row = UserFactory()
    assert not everybody.allows(stranger, row)
    assert not everybody.visible(User.objects, stranger).exists()


@pytest.mark.django_db
def test_combinations_agree_on_both_sides():
    me, her, him = UserFactory(language="en"), UserFactory(language="fr"), UserFactory(language="es")
    table = User.objects.filter(pk__in=[me.pk, her.pk, him.pk])
    for rule, expected in [
        (oneself | french, {me, her}),
        (oneself & french, set()),
        (french & everybody, {her}),
        (nobody | oneself, {me}),
    ]:
        assert set(rule.visible(table, me)) == expected
        assert {row for row in table if rule.allows(me, row)} == expected


@pytest.mark.django_db
def test_visible_narrows_the_queryset_it_is_given():
    me = UserFactory()
    assert list(oneself.visible(User.objects, me)) == [me]
    assert list(oneself.visible(User.objects.filter(language="fr"), me)) == []
