"""The journeys of issue A, walked as a person would."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import House, code_sent_to, sign_in

COURSE = "/en/courses/effective-patient-leader/"


def _session_number(page: Page) -> int:
    return int(re.search(r"\d", page.locator(".kicker").inner_text()).group())


@pytest.mark.slow
def test_the_whole_course_in_three_languages(visitor):
    """Every step from the first to the last: English, then French from session 3, then Spanish from session 5; and then
    the initiative, without which a course is not complete."""
    page = visitor()
    sign_in(page, "lead")
    page.goto(COURSE)
    page.locator("form.panel button").click()
    languages = {1: "en", 2: "en", 3: "fr", 4: "fr", 5: "es"}
    walked = 0
    while "/my/" not in page.url:
        wanted = languages[_session_number(page)]
        if page.locator("html").get_attribute("lang") != wanted:
            page.locator(f"header .language-menu a[lang={wanted}]").first.click()
            expect(page.locator("html")).to_have_attribute("lang", wanted)
        page.locator("form.panel button.big").click()
        walked += 1
        assert walked < 60, page.url
    assert walked == 43
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.locator("main a[href*='/journal/initiatives/']").first.click()
    page.locator("[name=title]").fill("Cartas que se entienden")
    page.locator("main form button.button").first.click()
    page.locator("[name=aim]").fill("Que la primera línea diga qué pasa después.")
    page.locator("[name=first_steps]").fill("Reunir diez cartas sin nombres.")
    page.locator("main form:has([name=aim]) button.button:not([type=button])").first.click()
    expect(page).not_to_have_url(re.compile("/edit/"))
    page.goto("/es/my/")
    page.locator("main a[href$='/completed/']").first.click()
    expect(page.locator(".stone.done")).to_have_count(5)
    page.goto("/fr/my/")
    expect(page.locator("main .stone.done")).to_have_count(5)


def test_stopping_and_going_on_where_one_was(visitor):
    page = visitor(width=360)
    sign_in(page, "assessor")
    page.goto(COURSE)
    page.locator("form.panel button").click()
    expect(page.locator("h1")).to_have_text("Welcome, and take your time")
    page.get_by_role("button", name="Done: save and stop here").click()
    expect(page.locator(".messages")).to_contain_text("Your place is kept")
    expect(page.locator(".progress")).to_contain_text("1 of 43 steps")
    page.goto("/fr/my/")
    page.locator(".next-step a.button").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.go_back()
    page.goto("/en/courses/effective-patient-leader/where-i-stand/welcome/")
    page.get_by_role("button", name="Mark it as not done").click()
    expect(page.locator(".messages")).to_contain_text("open again")
    page.goto("/en/my/")
    expect(page.locator(".progress")).to_contain_text("0 of 43 steps")


def test_signing_up_with_nothing_but_an_address(visitor, house: House):
    """In French, from a step that somebody liked, to the first step of the course."""
    page = visitor(language="fr-FR", width=320)
    page.goto("/")
    expect(page).to_have_url(re.compile("/fr/$"))
    page.locator(".hero a.button").click()
    page.locator("section.panel a.button.big").click()
    page.locator("input[type=email]").fill("nouvelle@exemple.fr")
    page.locator("main form button.button").first.click()
    page.locator("input[name=code]").fill(code_sent_to(house, "nouvelle@exemple.fr"))
    page.locator("main form button.button").first.click()
    page.locator("form.panel button.big").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".kicker")).to_contain_text("1")


def test_signing_in_with_a_code_and_a_wrong_one_first(visitor, house: House):
    page = visitor()
    page.goto("/en/accounts/login/")
    page.locator("#id_email").fill("lead@demo.example")
    page.get_by_role("button", name="Send me a code").click()
    page.locator("input[name=code]").fill("WRONG1")
    page.locator("main form button.button").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("input[name=code]").fill(code_sent_to(house, "lead@demo.example"))
    page.locator("main form button.button").first.click()
    expect(page).to_have_url(re.compile("/my/$"))


def test_without_javascript(visitor, house: House):
    """Signing up, a self-check, two steps, a rest, a search: all by plain forms."""
    page = visitor(scripts=False, width=360)
    page.goto(COURSE)
    page.locator("section.panel a.button.big").click()
    page.locator("input[type=email]").fill("plain@example.org")
    page.locator("main form button.button").first.click()
    page.locator("input[name=code]").fill(code_sent_to(house, "plain@example.org"))
    page.locator("main form button.button").first.click()
    page.locator("form.panel button.big").click()
    for _ in range(5):
        page.locator("form.panel button.big").click()
    check = page.locator("form.check").first
    expect(check.locator(".answer").first).to_be_hidden()
    check.locator("input[type=radio]").first.check()
    expect(check.locator(".answer").first).to_be_visible()
    page.locator("form.panel button.quiet").click()
    expect(page.locator(".progress")).to_contain_text("6 of 43 steps")
    page.goto("/es/search/")
    page.locator("#q").fill("hermanamiento")
    page.locator("main form button").click()
    expect(page.locator(".results a").first).to_be_visible()


def test_by_keyboard_alone(visitor):
    """From the first page through the skip link, signing in, and marking a step as done."""
    page = visitor()
    page.goto("/en/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".hero a.button")).to_be_focused()
    sign_in(page, "assessor2")
    page.goto(COURSE)
    page.locator("form.panel button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/welcome/")
    button = page.locator("form.panel button.big")
    for _ in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    expect(button).to_be_focused()
    outline = button.evaluate("element => getComputedStyle(element).outlineWidth + getComputedStyle(element).boxShadow")
    assert "3px" in outline
    page.keyboard.press("Enter")
    expect(page.locator(".kicker")).to_contain_text("step 2")


def test_search_answers_while_one_types_blind_to_accents(visitor):
    page = visitor(language="fr")
    page.goto("/fr/search/")
    page.locator("#q").press_sequentially("energie", delay=20)
    expect(page.locator(".results a").first).to_contain_text(re.compile("nergie"))


def test_a_passkey(visitor, house: House):
    """Made on the account page and used to sign in, with the browser's own virtual key."""
    page = visitor()
    at = house.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key = {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}}
    session.send("WebAuthn.addVirtualAuthenticator", key)
    page.goto(f"{at}/en/accounts/login/")
    page.locator("details.fold summary").click()
    page.locator("#id_login").fill("coach@demo.example")
    page.locator("#id_password").fill("demo")
    page.locator("details.fold button").click()
    page.wait_for_url("**/my/")
    page.goto(f"{at}/en/accounts/2fa/webauthn/add/")
    page.locator("input[name=password]").fill("demo")  # asked once more before the locks are changed
    page.locator("main form button").first.click()
    page.locator("input[name=name]").fill("My telephone")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    page.goto(f"{at}/en/accounts/logout/")
    page.locator("main form button").first.click()
    page.goto(f"{at}/en/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/my/")


def test_appearance_is_kept_on_this_device(visitor):
    page = visitor()
    page.goto("/en/")
    page.locator("input[name=appearance][value=dark]").check()
    page.locator("input[name=text][value=larger]").check()
    page.goto("/fr/guides/")
    expect(page.locator("html")).to_have_attribute("data-appearance", "dark")
    assert page.context.cookies() == []


def test_an_address_of_another_language_offers_the_page(visitor):
    page = visitor()
    page.goto("/fr/guides/twinning/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator("main a[lang=fr]").click()
    expect(page).to_have_url(re.compile("/fr/guides/jumelage/$"))
