import logging
from dataclasses import dataclass

import pytest
from django.db import transaction

from kernel import facts


@dataclass(frozen=True)
class StoneTurned:
    stone: int


@dataclass(frozen=True)
class PebbleTurned:
    stone: int


@pytest.fixture
def told():
    """The stones that one listener heard of."""
    heard: list[StoneTurned] = []

    @facts.on(StoneTurned)
    def listen(fact):
        heard.append(fact)

    yield heard
    facts._signals.pop(StoneTurned)
    facts._signals.pop(PebbleTurned, None)


@pytest.mark.django_db
class TestTold:
    def test_after_the_commit_and_not_before(self, told, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            facts.tell(StoneTurned(1))
            assert told == []
        assert told == [StoneTurned(1)]

    def test_never_when_the_work_was_rolled_back(self, told, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            with transaction.atomic():
                facts.tell(StoneTurned(1))
                transaction.set_rollback(True)
            facts.tell(StoneTurned(2))
        assert told == [StoneTurned(2)]

    def test_to_those_who_listen_for_this_kind_alone(self, told, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            facts.tell(PebbleTurned(1))
        assert told == []

    def test_to_all_even_when_one_listener_fails_and_no_words_are_logged(
        self, told, django_capture_on_commit_callbacks, caplog
    ):

        def fail(fact):
            raise ValueError("my diagnosis is private")

        facts.on(StoneTurned)(fail)
        facts.on(StoneTurned)(told.append)
        with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
            facts.tell(StoneTurned(1))
        assert told == [StoneTurned(1), StoneTurned(1)]
        assert "failed to hear StoneTurned: ValueError" in caplog.text
        assert "diagnosis" not in caplog.text


def test_a_listener_registered_twice_hears_once(told):

    def listen(fact):
        told.append(fact)

    facts.on(StoneTurned)(listen)
    facts.on(StoneTurned)(listen)
    facts._deliver(StoneTurned(1))
    assert len(told) == 2  # once by the fixture's listener, once by this one
