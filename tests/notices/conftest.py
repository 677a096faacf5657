import pytest

from notices import kinds
from tests.factories import UserFactory
from tests.factories.notices import KIND


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setitem(kinds._kinds, KIND.key, KIND)
    return KIND


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana")
    client.force_login(person)
    return person
