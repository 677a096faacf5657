import pytest

from kernel import facts
from tests.factories import UserFactory
from tests.factories.sets import AcceptanceFactory, GroundRulesFactory, LearningSetFactory, SeatFactory


@pytest.fixture
def person(client):
    """Who is signed in."""
    person = UserFactory(name="Ana", zone="Europe/Paris")
    client.force_login(person)
    return person


@pytest.fixture
def ours(person):
    """A set of four seats that the person looks after, with one more member, Bea; both have accepted its rules."""
    learning_set = LearningSetFactory(name="Ours", code="ABCD2345")
    rules = GroundRulesFactory(learning_set=learning_set)
    for number, seat in enumerate(({"person": person, "convenor": True}, {"person__name": "Bea"}), start=1):
        AcceptanceFactory(seat=SeatFactory(learning_set=learning_set, number=number, **seat), ground_rules=rules)
    return learning_set


@pytest.fixture
def facts_told(monkeypatch):
    """The facts of this app that were told, after commit."""
    told, deliver = [], facts._deliver

    def listen(fact):
        if type(fact).__module__.startswith("community.sets."):
            told.append(fact)
        deliver(fact)

    monkeypatch.setattr(facts, "_deliver", listen)
    return told
