"""Who is in the room just now, and since when somebody is not: a hint, and who leads is not replaced by a hiccup."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from community.sets import presence
from community.sets.meeting import commands as c
from community.sets.selectors.room import room_of
from community.sets.selectors.room_page import page_of
from kernel import clock
from kernel.errors import Refused
from tests.community.sets.arrangements import N, a_room

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _empty():
    cache.clear()


@pytest.fixture
def room():
    room = a_room()
    for number in range(4):
        room.do(number, c.Arrive())
        presence.seen(room.meeting.public_id, number)
    return room


def refused(room, number, command=None) -> str:
    with pytest.raises(Refused) as refusal:
        room.do(number, command or c.ClaimLead())
    return refusal.value.code


def claims(room, *, after) -> None:
    """One asks to lead so much later, and another agrees."""
    with clock.freeze(clock.now() + after):
        room.do(1, c.ClaimLead())
        room.do(2, c.ConfirmClaim(to=1))
    assert room.state.holder == 1


def test_one_of_two_pages_that_closes_is_no_absence(room):
    presence.gone(room.meeting.public_id, 0)
    assert 0 not in presence.here(room.meeting.public_id, range(4))
    assert refused(room, 1) == "still_led"
    with clock.freeze(clock.now() + MINUTE):
        presence.seen(room.meeting.public_id, 0)
        assert 0 in presence.here(room.meeting.public_id, range(4))
        assert refused(room, 1) == "still_led"


def test_who_has_closed_every_page_is_waited_for_a_minute(room):
    presence.gone(room.meeting.public_id, 0)
    claims(room, after=MINUTE)


def test_a_cache_that_begins_anew_has_seen_nobody_go(room):
    cache.clear()
    assert refused(room, 1) == "still_led"
    claims(room, after=MINUTE)


def test_without_a_cache_what_was_done_last_counts(room, monkeypatch):
    def broken(*args, **more):
        raise ConnectionError

    monkeypatch.setattr("django.core.cache.backends.base.BaseCache.get_or_set", broken)
    with clock.freeze(clock.now() + 5 * MINUTE):
        room.say(0, N)
        assert refused(room, 1) == "still_led"
        claims(room, after=MINUTE)


def test_who_presses_leave_is_waited_for_a_minute(room):
    room.do(0, c.Leave())
    assert refused(room, 1) == "still_led"
    claims(room, after=MINUTE)


def test_over_days_nobody_offers_to_lead_because_nobody_is_there_this_minute():
    room = a_room(slow=True)
    for number in (0, 1, 2):
        room.do(number, c.Arrive())
    presence.seen(room.meeting.public_id, 0)
    for later, away in ((timedelta(0), False), (DAY, False), (2 * DAY, True)):
        with clock.freeze(clock.now() + later):
            room.meeting.refresh_from_db()
            assert page_of(room_of(room.meeting, room.people[1])).is_leader_away is away
    assert refused(room, 1) == "still_led_slow"
    claims(room, after=2 * DAY)
