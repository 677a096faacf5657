import pytest

from notices import kinds
from notices.models import DueWork, Notice
from tests.factories import UserFactory
from tests.factories.notices import KIND


@pytest.fixture(autouse=True)
def nobody_is_told_yet(request):
    """The demonstration has notices, and work that is due."""
    if request.node.get_closest_marker("django_db") or "committed" in request.fixturenames:
        request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
        Notice.objects.all().delete()
        DueWork.objects.all().delete()


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setitem(kinds._kinds, KIND.key, KIND)
    return KIND


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana")
    client.force_login(person)
    return person
