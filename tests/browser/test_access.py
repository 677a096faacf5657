"""Every kind of page by axe and by measure: three languages, light and dark, narrow and wide."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import sign_in, violations

COURSE = "courses/effective-patient-leader/"
SIGNED_OUT = [
    "",
    COURSE,
    "guides/",
    "stories/",
    "help/",
    "search/?q=a",
    "accounts/login/",
    "accounts/signup/",
    "accounts/login/code/",
    "nothing/here/",
    "styleguide/",
]
SIGNED_IN = [
    "my/",
    COURSE,
    "accounts/",
    "accounts/email/",
    "accounts/2fa/",
    "accounts/sessions/",
    "accounts/password/set/",
]
# The cohort in mid-course is the first that the facilitator leads.
LED = ("learn/cohorts/", ".cards a[href$='/facilitate/']")
# Pages of those who are in a cohort, who lead one, and who look after one for their organisation: addresses, and where
# links to others of their things are found.
IN_A_COHORT = {
    "learner": (
        [
            "my/",
            "learn/cohorts/",
            "learn/cohorts/join/",
            "journal/",
            "journal/new/",
            "journal/search/",
            "journal/shared/",
            "journal/initiatives/",
            "evaluation/",
            "notices/",
            "notices/preferences/",
            "notices/calendar/",
            "accounts/profile/",
            "accounts/zone/",
            "accounts/consents/",
            "accounts/pause/",
            "accounts/my-data/",
            "accounts/erase/",
            "accounts/activity/",
            "accounts/organisations/",
        ],
        [
            ("learn/cohorts/", ".cards a"),
            ("learn/cohorts/", ".cards a", "[href$='/transfer/']"),
            ("learn/cohorts/", ".cards a", "[href$='/leave/']"),
            ("journal/", "h3 a"),
            ("journal/", "h3 a", "[href$='/share/']"),
            ("journal/initiatives/", "[href*='/initiatives/']"),
            ("journal/initiatives/", "[href*='/initiatives/']", "[href$='/edit/']"),
            ("evaluation/", "[href$='/before/']"),
        ],
    ),
    "facilitator": (
        ["my/", "evaluation/", "notices/"],
        [
            (*LED,),
            (*LED, "tr a"),
            (*LED, "[href*='/meetings/']"),
            (*LED, "[href$='/messages/']"),
            (*LED, "[href$='/edit/']"),
            (*LED, "[href$='/edit/']", "[href$='/edit/timetable/']"),
            (*LED, "[href*='/evaluation/report/']"),
        ],
    ),
    "alumna": (
        ["my/"],
        [
            ("evaluation/", ".actions a"),
            ("journal/initiatives/", "[href*='/initiatives/']"),
            ("journal/initiatives/", "[href*='/initiatives/']", "[href*='/stories/']"),
        ],
    ),
    "lead": (["my/", "learn/cohorts/"], [("learn/cohorts/", "[href$='/lead/']"), ("accounts/organisations/", "li a")]),
}
WAYS = list(itertools.product(("en", "fr", "es"), (False, True), (320, 1280)))
# One combination of all pages, and two of the most visited; all twelve of all pages are slow, and run in CI.
ALL_PAGES = ("en", False, 320)
MAIN_PAGES = [("fr", True, 1280), ("es", False, 1280)]
MAIN = ["", COURSE, "accounts/login/", "nothing/here/"]


def _name(language: str, dark: bool, width: int) -> str:
    return f"{language}-{'dark' if dark else 'light'}-{width}"


def ways() -> list:
    return [pytest.param(*way, marks=() if way == ALL_PAGES else pytest.mark.slow, id=_name(*way)) for way in WAYS]


def _check(page: Page, address: str, width: int) -> list[str]:
    page.goto(address)
    return _look(page, width)


def _look(page: Page, width: int) -> list[str]:
    """What is wrong with the page where one is."""
    found = violations(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        found.append(f"scrolls sideways: {wide} px of {width}")
    return [f"{page.url}: {line}" for line in found]


@pytest.mark.parametrize(("language", "dark", "width"), ways())
def test_pages_for_everybody(visitor, language, dark, width):
    page = visitor(language=language, dark=dark, width=width)
    addresses = [f"/{language}/{path}" for path in SIGNED_OUT]
    page.goto(f"/{language}/{COURSE}")
    steps = page.locator("details.fold ol a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    # One step of each session, each with other blocks, and the session above it.
    addresses += [steps[index] for index in (2, 5, 11, 21, 29, 38)]
    addresses.append(steps[5].rstrip("/").rsplit("/", 1)[0] + "/")
    page.goto(f"/{language}/guides/")
    addresses.append(page.locator(".card a").first.get_attribute("href"))
    page.goto(addresses[-1])
    addresses.append(page.locator("main ol a").first.get_attribute("href"))
    found = [line for address in addresses for line in _check(page, address, width)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "dark", "width"), ways())
def test_pages_of_somebody_signed_in(visitor, language, dark, width):
    page = visitor(language=language, dark=dark, width=width)
    sign_in(page, "applicant", language)
    found = [line for path in SIGNED_IN for line in _check(page, f"/{language}/{path}", width)]
    page.goto(f"/{language}/my/")
    found += _check(page, page.locator(".next-step a.button").get_attribute("href"), width)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", IN_A_COHORT)
@pytest.mark.parametrize(("language", "dark", "width"), ways())
def test_pages_of_a_cohort(visitor, language, dark, width, role):
    page = visitor(language=language, dark=dark, width=width)
    sign_in(page, role, language)
    paths, trails = IN_A_COHORT[role]
    found = [line for path in paths for line in _check(page, f"/{language}/{path}", width)]
    seen: set[str] = set()
    for path, *links in trails:
        page.goto(f"/{language}/{path}")
        for link in links:
            page.goto(page.locator(f"main {link}").first.get_attribute("href"))
            if page.url not in seen:
                seen.add(page.url)
                found += _look(page, width)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "dark", "width"), MAIN_PAGES)
def test_the_most_visited(visitor, language, dark, width):
    page = visitor(language=language, dark=dark, width=width)
    found = [line for path in MAIN for line in _check(page, f"/{language}/{path}", width)]
    sign_in(page, "applicant", language)
    page.goto(f"/{language}/my/")
    found += _check(page, page.locator(".next-step a.button").get_attribute("href"), width)
    found += _check(page, f"/{language}/my/", width)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["contrast", "forced"])
def test_high_contrast(visitor, scheme):
    page = visitor(**({"forced_colors": "active"} if scheme == "forced" else {}))
    page.goto("/en/")
    if scheme == "contrast":
        page.locator("input[name=appearance][value=contrast]").check()
    found = [
        line for path in ("", COURSE, "accounts/login/", "styleguide/") for line in _check(page, f"/en/{path}", 1280)
    ]
    assert not found, "\n".join(found)


def test_text_spacing_and_400_percent(visitor):
    """WCAG 1.4.12 and 1.4.10: nothing is cut or scrolls sideways with more room around letters and lines."""
    page = visitor(width=320)
    for path in ("", COURSE, "my/", "guides/", "accounts/login/"):
        page.goto(f"/es/{path}")
        page.evaluate(
            "const sheet = new CSSStyleSheet(); sheet.replaceSync('* { line-height: 1.5 !important; "
            "letter-spacing: .12em !important; word-spacing: .16em !important }'); "
            "document.adoptedStyleSheets = [sheet]"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
