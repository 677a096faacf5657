"""Writing in the journal on a line that comes and goes."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in


def drafts(page: Page) -> list[str]:
    """What this device keeps of texts that are not saved."""
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('centre-draft:'))")


def status(page: Page):
    return page.locator("[data-autosave-status]")


def test_nothing_is_lost_without_a_line_and_nothing_is_left_behind(visitor):
    page = visitor(width=360)
    context = page.context
    sign_in(page, "learner")
    page.goto("/en/journal/new/")
    page.locator("#id_body").press_sequentially("A first line.")
    expect(status(page)).to_contain_text("Saved at")
    expect(page).to_have_url(re.compile("/write/$"))
    assert drafts(page) == [], "what is saved is not kept on the device"
    address = page.url

    # The line goes; the tab is closed.
    context.set_offline(True)
    page.locator("#id_body").press_sequentially(" Written without a line.")
    expect(status(page)).to_contain_text("No connection")
    assert len(drafts(page)) == 1
    page.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-autosave-restored]")).to_be_visible()
    expect(page.locator("#id_body")).to_have_value("A first line. Written without a line.")
    page.locator("#id_title").fill("Kept")
    expect(status(page)).to_contain_text("Saved at")
    expect(page.locator("[data-autosave-restored]")).to_be_hidden()

    # The line goes and comes back by itself while somebody writes.
    context.set_offline(True)
    page.locator("#id_body").press_sequentially(" And more.")
    expect(status(page)).to_contain_text("No connection")
    context.set_offline(False)
    expect(status(page)).to_contain_text("Saved at")
    assert drafts(page) == []

    # An answer that gets lost on its way is not taken for somebody else's text.
    page.route("**/autosave/", lambda route: (route.fetch(), route.abort()))
    page.locator("#id_body").press_sequentially(" Once.")
    expect(status(page)).to_contain_text("No connection")
    page.unroute("**/autosave/")
    page.locator("#id_body").press_sequentially(" Twice.")
    expect(status(page)).to_contain_text("Saved at")
    page.get_by_role("button", name="Save and stop here").click()
    page.wait_for_url("**/en/my/")
    expect(page.locator(".messages")).to_have_count(1)
    page.goto(address.replace("write/", ""))
    expect(page.locator("main")).to_contain_text("A first line. Written without a line. And more. Once. Twice.")

    # A text that was changed elsewhere: both are shown.
    other = context.new_page()
    for tab in (page, other):
        tab.goto(address)
    other.locator("#id_body").press_sequentially("There: ")
    other.get_by_role("button", name="Save", exact=True).click()
    other.wait_for_url(lambda url: "write" not in url)
    page.locator("#id_body").press_sequentially("Here: ")
    expect(status(page)).to_contain_text("somewhere else")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("h1")).to_have_text("There are two texts now")
    page.get_by_role("button", name="Keep both, one after the other").click()
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
    expect(status(page)).to_contain_text("not signed in any more")
    expect(page.locator("[data-autosave-again]")).to_be_visible()
    page.context.add_cookies(cookies)
    page.reload()
    expect(page.locator("#id_body")).to_have_value("Still mine.")
    page.get_by_role("button", name="Go back to the text that is saved").click()
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
