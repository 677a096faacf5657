"""The journeys of issue B in three languages. Every language finds its way by addresses and by how pages are built, not
by words; one language of each journey is walked by default, all three in CI.
"""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import House, code_sent_to, in_languages, letter_to, sign_in

PLACES = 8


@pytest.fixture(scope="module")
def house(server) -> House:
    """Of their own: there are more cohorts in it."""
    house = server()
    house.arrange("from tests.browser import arrangements; arrangements.everything()")
    return house


def at(page: Page, language: str, path: str) -> None:
    """Be at this address of the language, given as a pattern, and read the language there."""
    expect(page).to_have_url(re.compile(f"/{language}/{path}$"))
    expect(page.locator("html")).to_have_attribute("lang", language)


def press(page: Page, form: str) -> None:
    """The button of the form that leads to this address, or has it for its own."""
    page.locator(f"main {form} button:not([type=button])").first.click()


def come_by(page: Page, house: House, address: str, invitation: str) -> None:
    """Follow an invitation, sign up with nothing but an address, come back to the invitation."""
    page.goto(invitation)
    page.locator("main a.button.big").click()
    page.locator("input[type=email]").fill(address)
    press(page, "form")
    page.locator("input[name=code]").fill(code_sent_to(house, address))
    press(page, "form")
    page.wait_for_url(invitation)


def has_place(page: Page) -> Locator:
    return page.locator("main a[href$='/leave/']")


def number_on_the_list(page: Page) -> Locator:
    return page.locator("main section:has(form[action$='/stop-waiting/']) > p")


@in_languages("fr")
def test_ten_come_by_code_and_one_gives_the_place_on(visitor, house: House, language):
    lead = visitor(language=language)
    sign_in(lead, "lead", language)
    lead.goto(f"/{language}/learn/cohorts/")
    lead.locator(".card a[href$='/lead/']", has_text=f"({language})").click()
    at(lead, language, "learn/cohorts/[0-9a-f-]+/lead/")
    code = lead.locator("section.panel strong").first.inner_text()
    assert re.fullmatch(r"\w{4} \w{4}", code)
    invitation = lead.locator("section.panel strong").last.inner_text()
    assert invitation == f"{house.url}/{language}/learn/cohorts/join/{code.replace(' ', '')}/"

    # Seven have joined by the code already. Three more sign up, two by the link, one who was told the code.
    eighth, ninth, tenth = (visitor(language=language, width=360) for _person in range(3))
    for number, page in enumerate((eighth, ninth, tenth), start=8):
        address = f"number{number}-{language}@example.org"
        if page is ninth:
            come_by(page, house, address, f"{house.url}/{language}/learn/cohorts/join/")
            page.locator("#id_code").fill(code.lower())
        else:
            come_by(page, house, address, invitation)
        press(page, "form.panel")
        at(page, language, "learn/cohorts/[0-9a-f-]+/")
    expect(has_place(eighth)).to_be_visible()
    for page, number in ((ninth, "1"), (tenth, "2")):
        expect(has_place(page)).to_have_count(0)
        expect(number_on_the_list(page)).to_contain_text(number)
    lead.reload()
    expect(lead.locator("main > ul > li")).to_have_count(PLACES)
    expect(lead.locator("main > ol > li")).to_have_count(2)

    # The ninth has read all notices. When the eighth leaves, the header of the page that is open says so.
    unread = ninth.locator("header [data-unread]").first
    ninth.goto(f"/{language}/notices/")
    ninth.locator("main .results a").click()
    at(ninth, language, "learn/cohorts/[0-9a-f-]+/")
    expect(unread).to_have_count(0)
    has_place(eighth).click()
    at(eighth, language, "learn/cohorts/[0-9a-f-]+/leave/")
    eighth.locator("input[name=how][value=withdraw]").check()
    press(eighth, "form.panel")
    at(eighth, language, "my/")
    expect(unread).to_have_attribute("data-unread", "1")
    ninth.reload()
    expect(has_place(ninth)).to_be_visible()
    expect(number_on_the_list(ninth)).to_have_count(0)
    ninth.goto(f"/{language}/notices/")
    notice = ninth.locator("main .results li").first
    expect(notice.locator(".tag")).to_be_visible()
    expect(notice).to_contain_text(f"Journey ({language})")
    notice.locator("a").click()
    at(ninth, language, "learn/cohorts/[0-9a-f-]+/")
    tenth.reload()
    expect(number_on_the_list(tenth)).to_contain_text("1")
    lead.reload()
    expect(lead.locator("main > ol > li")).to_have_count(1)


@in_languages("en")
def test_a_pause_and_the_way_back(visitor, language):
    facilitator, page = visitor(language=language), visitor(language=language, width=360)
    sign_in(facilitator, "facilitator", language)
    sign_in(page, f"rests-{language}", language)  # which is seen: they have been here today
    facilitator.goto(f"/{language}/learn/cohorts/")
    facilitator.locator(".card a[href$='/facilitate/']", has_text=f"({language})").click()
    row = facilitator.locator("tr", has=facilitator.get_by_role("link", name=f"rests-{language}")).first
    seen = row.inner_text().split()

    page.goto(f"/{language}/accounts/")
    page.locator("main a[href$='/accounts/pause/']").first.click()
    at(page, language, "accounts/pause/")
    assert page.locator("main form :is(textarea, input[type=text])").count() == 0, "nobody asks why"
    press(page, "form.panel")
    at(page, language, "accounts/pause/")
    page.goto(f"/{language}/my/")
    expect(page.locator("main form[action$='/accounts/pause/end/']")).to_be_visible()

    facilitator.reload()
    paused = row.locator(".tag")
    word = paused.inner_text()
    assert row.inner_text().split() == [*seen, *word.split()], "the word, and nothing else"
    row.get_by_role("link").click()
    expect(facilitator.locator("main .tag").first).to_have_text(word)
    facilitator.go_back()

    press(page, "form[action$='/accounts/pause/end/']")
    at(page, language, "my/")
    expect(page.locator("main form[action$='/accounts/pause/end/']")).to_have_count(0)
    press(page, "form[action$='/accounts/pause/welcome/']")
    at(page, language, "my/")
    expect(page.locator("main form[action*='/accounts/pause/']")).to_have_count(0)
    facilitator.reload()
    expect(paused).to_have_count(0)
    assert row.inner_text().split() == seen


def prove_who_one_is(page: Page, language: str) -> None:
    """The password once more; then back to where the button was, to press it again."""
    page.wait_for_url("**/reauthenticate/**")
    page.locator("input[name=password]").fill("demo")
    press(page, "form")
    at(page, language, r"accounts/[\w-]+/\?proved")


@in_languages("es")
def test_an_account_is_to_be_erased_and_kept(visitor, house: House, language):
    page = visitor(language=language, width=360)
    sign_in(page, f"erases-{language}", language)
    page.goto(f"/{language}/accounts/erase/")
    press(page, "form.panel")
    prove_who_one_is(page, language)
    press(page, "form.panel")
    at(page, language, "accounts/erase/")
    page.goto(f"/{language}/my/")
    expect(page.locator("main form[action$='/erase/back/']")).to_have_count(0)

    link = letter_to(house, f"erases-{language}@demo.example", rf"{house.url}(/{language}/accounts/erase/\S+)").group(1)
    page.goto(link)
    assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
    days = {(datetime.now(UTC) + timedelta(days=7)).day}
    press(page, "form.panel")
    at(page, language, "accounts/erase/")
    days.add((datetime.now(UTC) + timedelta(days=7)).day)  # nobody tests at midnight, except sometimes
    page.goto(f"/{language}/my/")
    panel = page.locator("main section", has=page.locator("form[action$='/erase/back/']"))
    found = re.findall(r"\d+", panel.locator("h2").inner_text())
    assert days & {int(number) for number in found}

    press(page, "form[action$='/erase/back/']")
    at(page, language, "accounts/")
    page.goto(f"/{language}/my/")
    expect(panel).to_have_count(0)
    assert page.goto(link).status == 409, "the link is used up"


@in_languages("fr")
def test_taking_all_of_ones_data_along(visitor, language):
    page = visitor(language=language, width=360)
    sign_in(page, f"rests-{language}", language)
    page.goto(f"/{language}/accounts/my-data/")
    press(page, "form.panel")
    prove_who_one_is(page, language)
    with page.expect_download() as waiting:
        press(page, "form.panel")
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert sorted(archive.namelist()) == ["data.html", "data.json"]
        data, readable = json.loads(archive.read("data.json")), archive.read("data.html").decode()
    assert data["language"] == language
    assert f"rests-{language}@demo.example" in json.dumps(data)
    assert f"Journey ({language})" in json.dumps(data)
    assert f'<html lang="{language}">' in readable
    assert f"Journey ({language})" in readable
