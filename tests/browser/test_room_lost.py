"""A room over a bad line: requests that nobody answers, words sent twice, a clock that runs down, a page told to load
again."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import House
from tests.browser.test_room import CONNECTED, arranged, enter, press, send, write

# The page's sockets, for tests to close them, to speak in the place of the server, and to make the page deaf.
SOCKETS = """window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    if (this.url.includes("/ws/meetings/")) sockets.push(this);
    this.addEventListener("message", (event) => window.deaf && event.stopImmediatePropagation());
  }
};"""


@pytest.fixture(scope="module")
def rooms(house: House) -> dict[str, str]:
    calls = {
        "dead": "room('dead', ('en', 'en', 'en'), phase='clarify', here=2)",
        "twice": "room('twice', ('en', 'en', 'en'), phase='clarify', here=2)",
        "crossed": "room('crossed', ('en', 'en', 'en'), phase='clarify', here=2)",
        "pressed": "room('pressed', ('en', 'en', 'en'), phase='clarify', here=2)",
        "timer": "room('timer', ('en', 'en', 'en'), phase='clarify', here=2)",
        "again": "room('again', ('en', 'en', 'en'), here=2)",
    }
    return dict(zip(calls, arranged(house, *calls.values()), strict=True))


def nobody_answers(_route) -> None:
    """As on a line that is dead without saying so."""


def until(page: Page, holds: str) -> None:
    """Playwright's own would need eval, which the content policy forbids to pages."""
    for _time in range(150):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"Not so within 15 seconds: {holds}")


def kept(page: Page) -> str:
    """What this device keeps of words that are not sent."""
    return page.evaluate("Object.entries(sessionStorage).find(([key]) => key.startsWith('centre-room:'))?.[1] ?? ''")


def test_requests_that_nobody_answers(visitor, rooms):
    amal = visitor()
    amal.add_init_script(SOCKETS)
    amal.clock.install()
    enter(amal, "amal-dead", rooms["dead"])
    chiara = enter(visitor(), "chiara-dead", rooms["dead"])
    # The socket comes back though what was missed cannot be asked for.
    amal.route("**/events/**", nobody_answers)
    amal.evaluate("sockets.at(-1).close()")
    until(amal, "sockets.length === 2 && sockets.at(-1).readyState === WebSocket.OPEN")
    # What to do now is asked for again, though no answer came.
    amal.wait_for_timeout(1000)
    amal.route(re.compile(r"part=now"), nobody_answers)
    with amal.expect_request(re.compile(r"part=now")):
        press(chiara, "raise_hand")
    amal.unroute_all()
    amal.clock.fast_forward(13_000)
    amal.wait_for_timeout(200)
    amal.clock.fast_forward(6_000)
    expect(amal.locator(".room-circle .mark.hand")).to_have_count(1)


def test_what_is_sent_again_counts_once(visitor, rooms):
    """The Centre has it, the answer is lost, the page is loaded again, and it is sent once more."""
    amal = visitor()
    amal.add_init_script(SOCKETS)
    enter(amal, "amal-twice", rooms["twice"])
    chiara = enter(visitor(), "chiara-twice", rooms["twice"])
    amal.evaluate("window.deaf = true")
    write(amal, "How many are you?")
    assert "client_id" not in kept(amal)
    send(amal)
    expect(chiara.locator("#history .item").first).to_contain_text("How many are you?")
    assert "client_id" in kept(amal)
    amal.reload()
    expect(amal.locator(CONNECTED)).to_be_visible()
    expect(amal.locator("textarea")).to_have_value("How many are you?")
    # Parts that are made anew keep it too.
    press(chiara, "raise_hand")
    expect(amal.locator(".room-circle .mark.hand")).to_have_count(1)
    send(amal)
    expect(amal.locator("textarea")).to_have_value("")
    assert not kept(amal)
    # Whoever goes on writing before there is an answer loses nothing: other words are another sending.
    amal.evaluate("window.deaf = true")
    write(amal, "And since")
    send(amal)
    expect(chiara.locator("#history .item").first).to_contain_text("And since")
    write(amal, "And since when?")
    amal.evaluate("window.deaf = false; sockets.at(-1).close()")
    expect(amal.locator("[aria-busy]")).to_have_count(0)
    expect(amal.locator("textarea")).to_have_value("And since when?")
    send(amal)
    expect(chiara.locator("#history .item").first).to_contain_text("And since when?")
    for words in ("How many are you?", "And since", "And since when?"):
        expect(chiara.locator("#history .said").get_by_text(words, exact=True)).to_have_count(1)


def test_what_is_said_while_the_history_is_on_its_way(visitor, rooms):
    amal = enter(visitor(), "amal-crossed", rooms["crossed"])
    chiara = enter(visitor(), "chiara-crossed", rooms["crossed"])
    write(chiara, "I take this back.")
    send(chiara)
    expect(amal.locator("#history .item").first).to_contain_text("I take this back.")
    made: list[tuple[Route, APIResponse]] = []
    amal.route(re.compile(r"part=room"), lambda route: made.append((route, route.fetch())))
    chiara.locator("#history .item").first.get_by_role("button", name="Take it back").click()
    with amal.expect_request(re.compile(r"part=room")):
        chiara.get_by_role("button", name="Take it back").click()
    expect(chiara.locator(CONNECTED)).to_be_visible()
    for words in ("How many are you?", "And since when?"):
        write(chiara, words)
        send(chiara)
        expect(amal.locator("#history .item").first).to_contain_text(words)
    while made:
        route, answer = made.pop()
        route.fulfill(response=answer)
    expect(amal.locator("#history")).not_to_contain_text("I take this back.")
    said = amal.locator("#history .item .said").all_inner_texts()
    assert said[:2] == ["And since when?", "How many are you?"]


def test_a_press_while_what_is_pressed_is_made_anew(visitor, rooms):
    amal = enter(visitor(), "amal-pressed", rooms["pressed"])
    chiara = enter(visitor(), "chiara-pressed", rooms["pressed"])
    button = amal.locator("form[data-command=contribute] .send button")
    write(amal, "How many are you?")
    button.hover()
    amal.mouse.down()
    with amal.expect_response(re.compile(r"part=now")):
        press(chiara, "need_break")
    amal.wait_for_timeout(300)
    amal.mouse.up()
    expect(chiara.locator("#history .item").first).to_contain_text("How many are you?")
    expect(amal.locator("#now-do")).to_contain_text("Somebody needs a break.")


def test_the_time_that_is_left_is_told(visitor, rooms):
    """At half, two minutes, thirty seconds and the end, each once; whatever this device's clock says."""
    page = visitor()
    page.clock.install()
    enter(page, "amal-timer", rooms["timer"])
    timer = page.locator("#now-time")
    lasts, ends = float(timer.get_attribute("data-lasts")), timer.get_attribute("data-ends")
    ends_at = page.evaluate("ends => Date.parse(ends)", ends) / 1000
    assert lasts > 240
    marks = [
        (lasts / 2, "Half of the time is over."),
        (120, "2 minutes left"),
        (30, "30 seconds left"),
        (0, "The time is up. Nothing goes on by itself: take the time you need to finish."),
    ]
    for mark, words in marks:
        page.clock.fast_forward(round(1000 * (ends_at - time.time() - mark + 1)))
        expect(page.locator("#announcements")).to_have_text(words)
        # The Centre says what time it is; of what was told nothing is told twice.
        expect(timer).to_have_text(f"{round(lasts / 60)} minutes left")
        page.clock.fast_forward(2000)


def test_a_page_is_told_to_load_again(visitor, rooms):
    page = visitor()
    page.add_init_script(SOCKETS)
    enter(page, "amal-again", rooms["again"])
    write(page, "I am early.")
    with page.expect_event("load"):
        page.evaluate("sockets[0].dispatchEvent(new MessageEvent('message', {data: JSON.stringify({type: 'reload'})}))")
    expect(page.locator(CONNECTED)).to_be_visible()
    expect(page.locator("textarea")).to_have_value("I am early.")
