import pytest

from kernel import facts


@pytest.fixture
def facts_told(monkeypatch):
    """The facts that were told, after commit."""
    told = []
    deliver = facts._deliver
    monkeypatch.setattr(facts, "_deliver", lambda fact: (told.append(fact), deliver(fact)))
    return told
