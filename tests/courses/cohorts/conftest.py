import pytest

from kernel import facts

COHORTS = "courses.cohorts."


@pytest.fixture
def only_steps(monkeypatch):
    """Enrolments that begin now need their steps, and nothing that higher apps ask for."""
    monkeypatch.setattr("courses.cohorts.selectors.also_required_of_newcomers", list)


@pytest.fixture
def facts_told(monkeypatch):
    """The facts of this app that were told, after commit."""
    told, deliver = [], facts._deliver

    def listen(fact):
        if type(fact).__module__.startswith(COHORTS):
            told.append(fact)
        deliver(fact)

    monkeypatch.setattr(facts, "_deliver", listen)
    return told
