"""Writing in the journal on a line that comes and goes."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.helpers import LANGUAGES

SAVED = re.compile(r"\d")  # of all that is said of the text, only that it is saved has figures in it: the time
SAVE = "form.writing button:not([name]):not([type=button])"


def drafts(page: Page) -> list[str]:
    """What this device keeps of texts that are not saved."""
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('centre-draft:'))")


def status(page: Page):
    return page.locator("[data-autosave-status]")


def said(page: Page, how: str) -> str:
    """What the page says when the line is down, somebody is signed out, …, in its language."""
    return status(page).get_attribute(f"data-said-{how}")


@pytest.mark.slow  # most of it is waiting
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_lost_without_a_line_and_nothing_is_left_behind(visitor, language):
    page = visitor(language=language, width=360)
    context = page.context
    sign_in(page, "alumna", language)
    page.goto(f"/{language}/journal/new/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("#id_body").press_sequentially("A first line.")
    expect(status(page)).to_have_text(SAVED)
    expect(page).to_have_url(re.compile("/write/$"))
    assert drafts(page) == [], "what is saved is not kept on the device"
    address = page.url

    # The line goes; the tab is closed.
    context.set_offline(True)
    page.locator("#id_body").press_sequentially(" Written without a line.")
    expect(status(page)).to_have_text(said(page, "offline"))
    assert len(drafts(page)) == 1
    page.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-autosave-restored]")).to_be_visible()
    expect(page.locator("#id_body")).to_have_value("A first line. Written without a line.")
    # Devices say so more than once; there is time to discard it all the same.
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1000)
    expect(page.locator("[data-autosave-restored]")).to_be_visible()
    page.locator("#id_title").fill("Kept")
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator("[data-autosave-restored]")).to_be_hidden()

    # The line goes and comes back by itself while somebody writes.
    context.set_offline(True)
    page.locator("#id_body").press_sequentially(" And more.")
    expect(status(page)).to_have_text(said(page, "offline"))
    context.set_offline(False)
    expect(status(page)).to_have_text(SAVED)
    assert drafts(page) == []

    # An answer that gets lost on its way is not taken for somebody else's text.
    page.route("**/autosave/", lambda route: (route.fetch(), route.abort()))
    page.locator("#id_body").press_sequentially(" Once.")
    expect(status(page)).to_have_text(said(page, "offline"))
    page.unroute("**/autosave/")
    page.locator("#id_body").press_sequentially(" Twice.")
    expect(status(page)).to_have_text(SAVED)
    page.locator("form.writing button[name=stop]").click()
    page.wait_for_url(f"**/{language}/my/")
    expect(page.locator(".messages")).to_have_count(1)
    page.goto(address.replace("write/", ""))
    expect(page.locator("main")).to_contain_text("A first line. Written without a line. And more. Once. Twice.")

    # A text that was changed elsewhere: both are shown.
    other = context.new_page()
    for tab in (page, other):
        tab.goto(address)
    other.locator("#id_body").press_sequentially("There: ")
    other.locator(SAVE).click()
    other.wait_for_url(lambda url: "write" not in url)
    page.locator("#id_body").press_sequentially("Here: ")
    expect(status(page)).not_to_be_empty()
    assert status(page).inner_text() not in [said(page, how) for how in ("offline", "failed", "again", "gone")]
    page.locator(SAVE).click()
    page.locator("form.writing button[name=keep][value=both]").click()
    page.wait_for_url(lambda url: "write" not in url)
    for words in ("There: ", "Here: "):
        expect(page.locator("main")).to_contain_text(words)
    assert drafts(page) == []


def test_signed_out_in_the_middle_and_gone_with_signing_out(visitor):
    page = visitor()
    sign_in(page, "alumna")
    page.goto("/en/journal/new/")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_body").press_sequentially("Still mine.")
    expect(status(page)).to_have_text(said(page, "again"))
    expect(page.locator("[data-autosave-again]")).to_be_visible()
    page.context.add_cookies(cookies)
    page.reload()
    expect(page.locator("#id_body")).to_have_value("Still mine.")
    page.locator("[data-autosave-discard]").click()
    expect(page.locator("#id_body")).to_have_value("")
    assert drafts(page) == []

    # What is not saved yet leaves the device with its owner.
    page.context.set_offline(True)
    page.locator("#id_body").press_sequentially("Not for others.")
    deadline = time.monotonic() + 5
    while not drafts(page) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert drafts(page)
    page.context.set_offline(False)
    page.goto("/en/accounts/logout/")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    assert drafts(page) == []
