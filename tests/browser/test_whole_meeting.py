"""Ninety minutes of a set, from the lobby to the close: three browsers in three languages, one member on the telephone
for whom another writes, a clock that is put forward, a line that is lost and a page that is loaded again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import House, sign_in

pytestmark = pytest.mark.slow

PEOPLE = {"amal": "en", "bruno": "fr", "chiara": "es"}
DORA = "3"


@pytest.fixture(scope="module")
def house(server, clock) -> House:
    return server("tests.browser.moved_clock:application", CLOCK_AHEAD=str(clock.path))


def form(page: Page, command: str):
    return page.locator(f'form[data-command="{command}"]').filter(visible=True)


def press(page: Page, command: str) -> None:
    form(page, command).locator("button").filter(visible=True).first.click()


def fold(page: Page, key: str) -> None:
    """Open what is folded."""
    folded = page.locator(f'details[data-keep="{key}"]:not([open]) > summary')
    if folded.count():
        folded.click()


def say(page: Page, text: str, *, behalf: str | None = None) -> None:
    compose = form(page, "contribute")
    if behalf is not None:
        compose.locator("select[name=behalf]").select_option(behalf)
    compose.locator("textarea").fill(text)
    compose.locator("button").filter(visible=True).first.click()


def all_read(text: str, *pages: Page) -> None:
    for page in pages:
        expect(page.locator("#history").get_by_text(text, exact=True)).to_have_count(1)


def go_on(leader: Page, phase: str) -> None:
    """The leader says "next", and once more where there is time left."""
    button = leader.locator('.lead-next form[data-command="next"] button')
    button.click()
    sure = leader.locator("[data-confirm] form[data-command=next] button")
    expect(leader.locator(f'#now[data-phase="{phase}"]').or_(sure.filter(visible=True))).to_be_visible()
    if sure.is_visible():
        sure.click()
    in_phase(leader, phase)


def in_phase(page: Page, phase: str) -> None:
    expect(page.locator(f'#now[data-phase="{phase}"]')).to_be_visible()


def test_a_whole_meeting(house, visitor, clock):
    arranged = house.arrange("from tests.browser import rooms; rooms.whole('ninety')")
    path, following = re.findall(r"^sets/\S+$", arranged, re.MULTILINE)
    pages: dict[str, Page] = {}
    for name, language in PEOPLE.items():
        pages[name] = visitor(language=language, width=360 if name == "chiara" else 1280)
        sign_in(pages[name], f"{name}-ninety", language)
        pages[name].goto(f"/{language}/{path}")
    amal, bruno, chiara = pages.values()
    for page in pages.values():
        in_phase(page, "lobby")
        expect(page.locator("#now[data-arrived]")).to_be_visible()

    # Dora rings.
    fold(amal, "telephone")
    amal.locator(f'form[data-command="arrive"]:has(input[name=behalf][value="{DORA}"]) button').click()
    expect(chiara.locator("#now-telephone").get_by_text("Dora Ninety").first).to_be_attached()

    go_on(amal, "check_in")
    for page in (bruno, chiara):
        in_phase(page, "check_in")
    say(bruno, "Un peu fatigué, content d’être là.")
    say(chiara, "Con dolor, pero aquí.")
    say(amal, "Well, and curious.")
    all_read("Well, and curious.", *pages.values())
    say(amal, "Dora says hello from her kitchen.", behalf=DORA)
    all_read("Dora says hello from her kitchen.", *pages.values())
    expect(bruno.locator("#history .item", has_text="Dora says hello").locator("[data-name]")).to_have_text(
        "Dora Ninety"
    )
    expect(bruno.locator("#history .item", has_text="Con dolor").locator("[lang=es]")).to_be_visible()

    clock(8)
    go_on(amal, "action_review")
    in_phase(bruno, "action_review")
    review = form(bruno, "review")
    review.locator("input[name=outcome][value=partly]").check()
    review.locator("textarea").fill("Qu’il faut être deux.")
    review.locator("button").filter(visible=True).first.click()
    expect(form(bruno, "review")).to_have_count(0)

    clock(3)
    go_on(amal, "bids")
    in_phase(bruno, "bids")
    form(bruno, "bid").locator("input[name=text]").fill("On décide sans moi")
    press(bruno, "bid")
    expect(amal.locator("#now-do").get_by_text("On décide sans moi")).to_be_visible()
    choose = form(amal, "choose")
    choose.locator("select").first.select_option("1")
    choose.locator("button").click()
    expect(chiara.locator("#now-do").get_by_text("Bruno Ninety").first).to_be_visible()

    clock(8)
    go_on(amal, "present")
    in_phase(bruno, "present")
    in_phase(chiara, "present")
    expect(form(chiara, "contribute")).to_have_count(0)
    # The line is lost for a while, and what is written meanwhile is sent once, when it is back.
    bruno.context.set_offline(True)
    compose = form(bruno, "contribute").locator("textarea")
    compose.fill("Les décisions se prennent dans le couloir.")
    bruno.wait_for_timeout(1500)
    press(bruno, "contribute")
    bruno.wait_for_timeout(1500)
    bruno.context.set_offline(False)
    expect(bruno.locator('#line[data-how="lineOn"]')).to_be_visible(timeout=60_000)
    all_read("Les décisions se prennent dans le couloir.", *pages.values())

    clock(5)
    go_on(amal, "clarify")
    in_phase(chiara, "clarify")
    # A page that is loaded again keeps what was being written.
    form(chiara, "contribute").locator("textarea").fill("¿Cuántas personas son?")
    chiara.wait_for_timeout(800)
    chiara.reload()
    in_phase(chiara, "clarify")
    expect(form(chiara, "contribute").locator("textarea")).to_have_value("¿Cuántas personas son?")
    press(chiara, "contribute")
    all_read("¿Cuántas personas son?", *pages.values())
    say(bruno, "Neuf.")
    all_read("Neuf.", *pages.values())

    clock(5)
    go_on(amal, "explore")
    for page in (bruno, chiara):
        in_phase(page, "explore")
    say(chiara, "¿Quién quiere lo mismo que usted?")
    all_read("¿Quién quiere lo mismo que usted?", *pages.values())
    press(amal, "raise_hand")
    expect(bruno.locator("#now-do").get_by_text("Amal Ninety").first).to_be_attached()
    say(bruno, "L’infirmière chef.")
    all_read("L’infirmière chef.", *pages.values())
    expect(amal.locator("#now-do .your-turn")).to_be_visible()
    say(amal, "What would you ask her first?")
    all_read("What would you ask her first?", *pages.values())
    press(bruno, "pass")
    expect(chiara.locator("#now-do .question-now")).to_have_count(0)
    say(amal, "What does Dora’s silence say?", behalf=DORA)
    all_read("What does Dora’s silence say?", *pages.values())

    clock(15)
    go_on(amal, "reflect_back")
    in_phase(chiara, "reflect_back")
    # The presenter listens, and can only write down what is said on the telephone.
    expect(form(bruno, "contribute").locator("select[name=behalf] option")).to_have_count(1)
    say(chiara, "He oído mucha calma.")
    all_read("He oído mucha calma.", *pages.values())

    clock(5)
    go_on(amal, "commitments")
    in_phase(bruno, "commitments")
    promise = form(bruno, "commit")
    promise.locator("textarea[name=text]").fill("Demander un quart d’heure avant la réunion.")
    promise.locator("input[name=first_step]").fill("Lui écrire jeudi.")
    promise.locator("select[name=confidence]").select_option("7")
    promise.locator("button").filter(visible=True).first.click()
    all_read("Demander un quart d’heure avant la réunion.", *pages.values())

    clock(4)
    amal.locator('.lead-next form[data-command="next"] button').click()
    expect(amal.locator('#now[data-phase="break"], #now[data-phase="process_review"]')).to_be_visible()
    if amal.locator('#now[data-phase="break"]').count():
        clock(10)
        go_on(amal, "process_review")
    in_phase(chiara, "process_review")
    say(chiara, "Nos escuchamos.")
    all_read("Nos escuchamos.", *pages.values())

    clock(8)
    go_on(amal, "close")
    for page in (bruno, chiara):
        in_phase(page, "close")
        press(page, "pass")
    clock(4)
    amal.locator('.lead-next form[data-command="next"] button').click()
    # Always asked: there is no way back.
    amal.locator("[data-confirm] form[data-command=next] button").click()
    # The room is left for the minutes.
    for page in pages.values():
        expect(page.locator("#now")).to_have_count(0, timeout=30_000)
    for name, page in pages.items():
        page.goto(f"/{PEOPLE[name]}/{path}")
        expect(page.get_by_text("Demander un quart d’heure avant la réunion.").first).to_be_visible()
        # What was said is folded away.
        expect(page.get_by_text("He oído mucha calma.")).not_to_be_visible()

    # The next one opens with what was promised, and with who has had time.
    clock(60 * 24)
    amal.goto(f"/en/{following}")
    in_phase(amal, "lobby")
    expect(amal.locator("#now[data-arrived]")).to_be_visible()
    go_on(amal, "check_in")
    go_on(amal, "action_review")
    expect(amal.locator("#now-do").get_by_text("Demander un quart d’heure avant la réunion.")).to_be_visible()
    go_on(amal, "bids")
    amal.locator("#now-do details summary").first.click()
    expect(amal.locator("#now-do table tr", has_text="Bruno Ninety").locator("td").nth(1)).to_have_text("1")
