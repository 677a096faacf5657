"""Who leads is gone, and a deputy leads on; with a clock that is put forward, because nobody waits for minutes here."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import House
from tests.browser.test_room import arranged, enter, press


@pytest.fixture(scope="module")
def house(server, clock) -> House:
    return server("tests.browser.moved_clock:application", CLOCK_AHEAD=str(clock.path))


def test_a_deputy_leads_on(house, visitor, clock):
    (path,) = arranged(house, "room('lead', ('en', 'en', 'en'), phase='check_in', here=2)")
    amal = enter(visitor(), "amal-lead", path)
    bruno = enter(visitor(width=360), "bruno-lead", path)
    chiara = enter(visitor(), "chiara-lead", path)
    # A hiccup is no reason.
    amal.context.set_offline(True)
    expect(bruno.locator("[data-sits='0'] [data-presence]")).to_have_text("not here just now")
    press(bruno, "claim")
    expect(bruno.locator("[data-refusal-quick]")).to_contain_text("wait")
    clock(2)
    press(bruno, "claim")
    expect(bruno.locator("#now-do")).to_contain_text("As soon as another member agrees, you do.")
    # Chiara's page says it, and that it is so.
    expect(chiara.locator("#announcements")).to_contain_text("Bruno Lead asks to lead")
    press(chiara, "confirm_claim")
    expect(chiara.locator("#announcements")).to_contain_text("Bruno Lead leads the meeting")
    expect(bruno.locator("#announcements")).to_contain_text("You lead the meeting")
    press(bruno, "next")
    bruno.locator("[data-confirm] form button").click()
    expect(chiara.locator("#now")).not_to_have_attribute("data-phase", "check_in")
    # Amal is back, and finds that Bruno leads.
    amal.context.set_offline(False)
    expect(amal.locator(".room-who")).to_contain_text("Bruno Lead leads the meeting")
    expect(amal.locator("#now-lead form")).to_have_count(0)
