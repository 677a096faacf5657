"""The room of a meeting, as several people have it before them at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import House, sign_in
from tests.browser.looking import look

CONNECTED = "#line[data-how=lineOn]"
PHASES = ("lobby", "check_in", "bids", "explore", "commitments")


def arranged(house: House, *calls: str) -> list[str]:
    """The paths of rooms that tests.browser.rooms makes."""
    made = house.arrange("from tests.browser import rooms\n" + "\n".join(f"rooms.{call}" for call in calls))
    return re.findall(r"^sets/meetings/\S+$", made, re.MULTILINE)


@pytest.fixture(scope="module")
def rooms(house: House) -> dict[str, str]:
    calls = {
        "two": "room('two', ('en', 'fr', 'en'))",
        "line": "room('line', ('en', 'en', 'en'), phase='clarify', here=2)",
        "plain": "room('plain', ('en', 'es', 'en'), phase='explore', here=2)",
        "over": "room('over', ('en', 'en', 'en'), phase='closed', here=2)",
        "scribe": "room('scribe', ('en', 'en', 'en'), phase='explore', presenter=2, here=3)",
        **{
            f"look-{phase}": f"room('look{phase.replace('_', '')}', ('en',) * 6, phase='{phase}', here=5)"
            for phase in (*PHASES, "closed")
        },
    }
    return dict(zip(calls, arranged(house, *calls.values()), strict=True))


def enter(page: Page, who: str, path: str, language: str = "en") -> Page:
    sign_in(page, who, language)
    page.goto(f"/{language}/{path}")
    expect(page.locator(CONNECTED)).to_be_visible()
    return page


def drafts(page: Page) -> list[str]:
    """What this device keeps of words that are not sent."""
    return page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('centre-room:'))")


def write(page: Page, words: str) -> None:
    page.locator("form[data-command=contribute] textarea").fill(words)


def send(page: Page) -> None:
    page.locator("form[data-command=contribute] .send button").click()


def press(page: Page, command: str) -> None:
    page.locator(f"form[data-command={command}] button:visible").first.click()


def test_two_people_in_two_languages(visitor, rooms):
    amal = enter(visitor(), "amal-two", rooms["two"])
    bruno = enter(visitor(language="fr-FR", width=360), "bruno-two", rooms["two"], "fr")
    expect(bruno.locator("html")).to_have_attribute("lang", "fr")
    # Each sees the other come, without a reload.
    expect(amal.locator("[data-sits='1'] [data-presence]")).to_have_text("here")
    expect(amal.locator(".room-circle .seat.away")).to_have_count(1)

    write(bruno, "Bonjour à **tous**.")
    send(bruno)
    item = amal.locator("#history .item").first
    expect(item).to_contain_text("Bonjour à tous.")
    expect(item.locator("strong").first).to_have_text("Bruno Two")
    expect(item.locator(".said")).to_have_attribute("lang", "fr")
    expect(bruno.locator("form[data-command=contribute] textarea")).to_have_value("")
    expect(amal.locator("#announcements")).to_contain_text("Bruno Two, Note: Bonjour à tous.")
    assert drafts(bruno) == []

    # What Amal is writing stays, with the cursor in it, while the room goes on.
    write(amal, "I am glad that you are here")
    before = bruno.locator("h1").inner_text()
    press(amal, "next")
    expect(amal.locator("[data-confirm]")).to_be_visible()
    expect(amal.locator("[data-confirm]")).to_contain_text("not sent yet")
    amal.locator("[data-confirm] form button").click()
    expect(amal.locator("h1")).to_have_text("Check-in")
    expect(bruno.locator("h1")).not_to_have_text(before)
    expect(bruno.locator("#announcements")).to_contain_text(bruno.locator("h1").inner_text())
    expect(amal.locator("form[data-command=contribute] textarea")).to_have_value("I am glad that you are here")
    amal.locator("form[data-command=contribute] textarea").focus()
    press(bruno, "raise_hand")
    expect(amal.locator(".room-circle .mark.hand")).to_have_count(1)
    assert amal.evaluate("document.activeElement.tagName") == "TEXTAREA"
    send(amal)
    expect(bruno.locator("#history .item").first).to_contain_text("I am glad")
    expect(amal.locator("#now .listening")).to_be_visible()
    # Undone within twenty seconds, and taken back.
    press(amal, "undo")
    expect(bruno.locator("h1")).to_have_text(before)
    bruno.locator("#history button[form=withdraw-item]").first.click()
    assert not look(bruno, 360)
    bruno.locator("main button.danger").click()
    expect(amal.locator("#history .gone")).to_have_count(1)
    expect(amal.locator("#history")).not_to_contain_text("Bonjour")


def test_a_lost_line_and_a_reload(visitor, rooms):
    amal = enter(visitor(), "amal-line", rooms["line"])
    chiara = enter(visitor(width=360), "chiara-line", rooms["line"])
    write(chiara, "Who decides about the room?")
    chiara.reload()
    expect(chiara.locator(CONNECTED)).to_be_visible()
    expect(chiara.locator("textarea")).to_have_value("Who decides about the room?")

    chiara.context.set_offline(True)
    expect(chiara.locator("#line[data-how=lineOff]")).to_be_visible()
    write(amal, "How long has it been so?")
    send(amal)
    expect(amal.locator("#history .item").first).to_contain_text("How long")
    write(chiara, "Who decides about the room? And when?")
    send(chiara)
    expect(chiara.locator("[data-refusal]")).to_contain_text("sent as soon as it is back")
    expect(chiara.locator("textarea")).to_have_value("Who decides about the room? And when?")
    assert len(drafts(chiara)) == 1

    chiara.context.set_offline(False)
    expect(chiara.locator(CONNECTED)).to_be_visible()
    expect(amal.locator("#history .item").first).to_contain_text("And when?")
    expect(chiara.locator("#history .item .said", has_text="How long")).to_have_count(1)
    expect(chiara.locator("#history .item .said", has_text="And when?")).to_have_count(1)
    expect(chiara.locator("textarea")).to_have_value("")
    assert drafts(chiara) == []
    expect(amal.locator("#history .item .said", has_text="And when?")).to_have_count(1)


def test_without_scripts(visitor, rooms):
    page = visitor(scripts=False, width=360)
    sign_in(page, "chiara-plain")
    page.goto(f"/en/{rooms['plain']}")
    page.get_by_role("button", name="I am here").click()
    expect(page.get_by_role("button", name="I am here")).to_have_count(0)
    # Advice is asked about once, with the words kept, and goes as it is if they like.
    write(page, "You should ring her")
    send(page)
    expect(page.locator("[data-advice]")).to_be_visible()
    expect(page.locator("textarea")).to_have_value("You should ring her")
    page.get_by_role("button", name="Send it as it is").click()
    expect(page.locator("#history .item").first).to_contain_text("You should ring her")
    # One at a time: refused with a sentence, and the words are kept.
    write(page, "What would change?")
    send(page)
    expect(page.locator(".field .error")).to_contain_text("raise your hand")
    expect(page.locator("textarea")).to_have_value("What would change?")
    # Watching: loaded again by itself, and nothing to write in.
    page.goto(f"/en/{rooms['plain']}?watch=30")
    assert page.locator("head noscript meta, head meta[http-equiv]").count() == 1
    expect(page.locator("textarea")).to_have_count(0)


def test_a_scribe_for_somebody_on_the_telephone(visitor, rooms):
    """Chiara presents, by telephone; Bruno writes down what she says."""
    amal = enter(visitor(), "amal-scribe", rooms["scribe"])
    bruno = enter(visitor(width=360), "bruno-scribe", rooms["scribe"])
    write(bruno, "Have you tried a letter?")
    send(bruno)
    expect(bruno.locator("[data-advice]")).to_be_visible()
    write(bruno, "What have you thought of?")
    expect(bruno.locator("[data-advice]")).to_be_hidden()
    send(bruno)
    expect(amal.locator(".question-now")).to_contain_text("What have you thought of?")
    bruno.locator("form[data-command=contribute] [name=behalf]").select_option(index=1)
    write(bruno, "A letter to all of them.")
    send(bruno)
    item = amal.locator("#history .item").first
    expect(item).to_contain_text("A letter to all of them.")
    expect(item.locator("strong").first).to_have_text("Chiara Scribe")
    expect(item).to_contain_text("written down by Bruno Scribe")
    expect(item).to_contain_text("Answer")
    expect(amal.locator(".question-now")).to_have_count(0)
    expect(bruno.locator("form[data-command=contribute] [name=behalf]")).to_have_value("")


WAYS = [
    pytest.param(False, 320, id="light-320"),
    pytest.param(True, 1280, id="dark-1280", marks=pytest.mark.slow),
    pytest.param(True, 320, id="dark-320", marks=pytest.mark.slow),
    pytest.param(False, 1280, id="light-1280", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("dark", "width"), WAYS)
def test_every_phase_can_be_used_by_everybody(visitor, rooms, dark, width):
    found = []
    for phase in PHASES:
        page = visitor(dark=dark, width=width)
        enter(page, f"amal-look{phase.replace('_', '')}", rooms[f"look-{phase}"])
        page.locator("details").evaluate_all("folds => folds.forEach(fold => fold.open = true)")
        found += look(page, width)
    page.goto(f"/en/{rooms['look-commitments']}pack/")
    found += look(page, width)
    assert not found, "\n".join(found)


def test_what_one_said_is_taken_back_afterwards(visitor, rooms):
    page = visitor(scripts=False, width=360)
    sign_in(page, "bruno-over")
    page.goto(f"/en/{rooms['over']}")
    page.get_by_text("Read what was said").click()
    page.locator("#history button[form=withdraw-item]").click()
    page.locator("main button.danger").click()
    # Led back to its place in the fold, which opens.
    expect(page.locator("#history .gone")).to_be_visible()


@pytest.mark.parametrize(("dark", "width"), WAYS)
def test_what_was_said_can_be_read_afterwards(visitor, rooms, dark, width):
    page = visitor(dark=dark, width=width)
    sign_in(page, "bruno-lookclosed")
    page.goto(f"/en/{rooms['look-closed']}")
    expect(page.locator("#history")).to_be_hidden()
    page.get_by_text("Read what was said").click()
    expect(page.locator("#history .item.bid")).to_contain_text("How I ask for an hour")
    found = look(page, width)
    assert not found, "\n".join(found)
