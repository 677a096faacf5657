"""Where one is after pressing something, and what is said of it; for those who see no more of the page than that."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_room import arranged, enter, press, send, write


@pytest.fixture(scope="module")
def rooms(house) -> list[str]:
    call = "room('{0}', ('en', 'fr', 'en'), phase='explore', here=2)"
    return arranged(house, *(call.format(key) for key in ("keys", "going", "quiet", "asked")))


def press_by_key(page: Page, command: str) -> None:
    page.locator(f"form[data-command={command}] button:visible").first.focus()
    page.keyboard.press("Enter")


def test_a_button_that_becomes_another_keeps_the_focus(visitor, rooms):
    amal = enter(visitor(), "amal-keys", rooms[0])
    for command, then in (("raise_hand", "lower_hand"), ("lower_hand", "raise_hand")):
        press_by_key(amal, command)
        expect(amal.locator(f"form[data-command={then}] button:visible").first).to_be_focused()
    amal.locator("details[data-keep=lead] summary").click()
    press_by_key(amal, "pause_timer")
    expect(amal.locator("form[data-command=resume_timer] button")).to_be_focused()


def test_going_on_stays_with_going_on(visitor, rooms):
    amal = enter(visitor(), "amal-going", rooms[1])
    phase = amal.locator("#phase").inner_text()
    press_by_key(amal, "next")
    expect(amal.locator("[data-confirm]")).to_be_focused()
    amal.keyboard.press("Tab")
    amal.keyboard.press("Enter")
    expect(amal.locator("#phase")).not_to_have_text(phase)
    expect(amal.locator(".lead-next form[data-command=next] button")).to_be_focused()


def test_what_was_sent_and_a_silence_that_is_over_are_said(visitor, rooms):
    page = visitor()
    page.clock.install()
    amal = enter(page, "amal-quiet", rooms[2])
    bruno = enter(visitor(), "bruno-quiet", rooms[2], "fr")
    amal.clock.resume()
    press_by_key(amal, "silence")
    expect(bruno.locator("[data-announce=silence]")).to_be_visible()
    expect(amal.locator("[data-announce=silence]")).to_be_visible()
    amal.clock.fast_forward(61_000)
    expect(amal.locator("#announcements")).to_contain_text("The minute of silence is over.")
    write(bruno, "Que s’est-il passé ?")
    send(bruno)
    expect(bruno.locator("#sent")).to_be_visible()
    expect(bruno.locator("#announcements")).to_contain_text("Envoyé.")
    # Each in its own language, for a voice that speaks several; a report says of what.
    expect(amal.locator("#announcements [lang=fr]")).to_contain_text("Que s’est-il passé ?")
    expect(amal.locator("#history .item").first.locator("[data-about]")).to_contain_text("Bruno Quiet")
    expect(amal.get_by_role("button", name="Leave the room")).to_be_visible()


def test_what_was_asked_and_answered_stays_while_the_others_go_on(visitor, rooms):
    amal = enter(visitor(), "amal-asked", rooms[3])
    chiara = enter(visitor(), "chiara-asked", rooms[3])
    sure, advice, refusal = (amal.locator(f"[data-{name}]") for name in ("confirm", "advice", "refusal"))
    press(amal, "raise_hand")
    expect(chiara.locator("#now-do")).to_contain_text("Amal Asked asks now")
    press_by_key(amal, "next")
    expect(sure).to_be_focused()
    press(chiara, "raise_hand")
    expect(amal.get_by_role("button", name="Next: Chiara Asked asks")).to_be_visible()
    expect(sure).to_be_visible()
    expect(sure).to_be_focused()
    sure.get_by_role("link", name="Not yet").click()
    press(chiara, "lower_hand")
    expect(amal.get_by_role("button", name="Next: Chiara Asked asks")).to_have_count(0)
    expect(sure).to_be_hidden()

    write(amal, "You should ask them.")
    send(amal)
    expect(advice).to_be_visible()
    press(chiara, "raise_hand")
    expect(amal.locator("#now-do")).to_contain_text("Chiara Asked")
    expect(advice).to_be_visible()
    write(amal, " ")
    send(amal)
    expect(refusal).to_be_visible()
    said = refusal.inner_text()
    press(chiara, "lower_hand")
    expect(amal.locator("#now-do")).not_to_contain_text("Chiara Asked")
    expect(refusal).to_have_text(said)
