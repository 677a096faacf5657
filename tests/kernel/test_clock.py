from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kernel import clock

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


def test_now_is_aware_and_moves():
    first, second = clock.now(), clock.now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second


def test_freeze_holds_until_the_end_of_its_block_even_after_an_error():
    with clock.freeze(NOON):
        assert clock.now() == NOON
        with suppress(RuntimeError), clock.freeze(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
            raise RuntimeError
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_freeze_takes_other_zones_and_refuses_a_naive_instant():
    with clock.freeze(NOON.astimezone(timezone(timedelta(hours=-5)))):
        assert clock.now() == NOON
    with pytest.raises(ValueError, match="aware"), clock.freeze(NOON.replace(tzinfo=None)):
        pass
