import logging
from dataclasses import dataclass

import pytest
from django.db import transaction

from kernel import facts


@pytest.fixture
def heard():
    """A new kind of fact, and the list that one listener keeps of those it heard."""

    @dataclass(frozen=True)
    class StoneTurned:
        stone: int

    told: list[StoneTurned] = []
    told_type = StoneTurned

    @facts.on(StoneTurned)
    def listen(fact):
        told.append(fact)

    yield told_type, told
    del facts._signals[StoneTurned]


@pytest.mark.django_db
class TestTold:
    def test_after_the_commit_and_not_before(self, heard, django_capture_on_commit_callbacks):
        StoneTurned, told = heard
        with django_capture_on_commit_callbacks(execute=True):
            facts.tell(StoneTurned(1))
            assert told == []
        assert told == [StoneTurned(1)]

    def test_never_when_the_work_was_rolled_back(self, heard, django_capture_on_commit_callbacks):
        StoneTurned, told = heard
        with django_capture_on_commit_callbacks(execute=True):
            with pytest.raises(RuntimeError), transaction.atomic():
                facts.tell(StoneTurned(1))
                raise RuntimeError
            facts.tell(StoneTurned(2))
        assert told == [StoneTurned(2)]

    def test_to_those_who_listen_for_this_kind_alone(self, heard, django_capture_on_commit_callbacks):
        StoneTurned, told = heard

        @dataclass(frozen=True)
        class PebbleTurned:
            stone: int

        with django_capture_on_commit_callbacks(execute=True):
            facts.tell(PebbleTurned(1))
        assert told == []
        del facts._signals[PebbleTurned]

    def test_to_all_even_when_one_listener_fails_and_no_words_are_logged(
        self, heard, django_capture_on_commit_callbacks, caplog
    ):
        StoneTurned, told = heard

        def fail(fact):
            raise ValueError("my diagnosis is private")

        facts.on(StoneTurned)(fail)
        facts.on(StoneTurned)(told.append)
        with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
            facts.tell(StoneTurned(1))
        assert told == [StoneTurned(1), StoneTurned(1)]
        assert "failed to hear StoneTurned: ValueError" in caplog.text
        assert "diagnosis" not in caplog.text


def test_a_listener_registered_twice_hears_once(heard):
    StoneTurned, told = heard

    def listen(fact):
        told.append(fact)

    facts.on(StoneTurned)(listen)
    facts.on(StoneTurned)(listen)
    facts._deliver(StoneTurned(1))
    assert len(told) == 2  # once by the fixture's listener, once by this one
