"""Every kind of page by axe and by measure: three languages, light and dark, narrow and wide."""

from __future__ import annotations

import pytest

from tests.browser.conftest import sign_in
from tests.browser.looking import EVERY_WAY, check, look

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
# What is looked at by default: a page of each kind, in each language, in a light and in a dark, narrow and wide.
SAMPLE = [
    pytest.param(
        *(("en", False, 320), None),
        [
            "",
            COURSE,
            f"{COURSE}where-i-stand/energy-and-boundaries/",
            "guides/twinning/",
            "search/?q=a",
            "accounts/signup/",
            "nothing/here/",
            "styleguide/",
        ],
        id="for everybody",
    ),
    pytest.param(*(("fr", True, 1280), "applicant"), ["my/", COURSE, "accounts/2fa/"], id="on the course"),
    pytest.param(
        *(("es", True, 320), "learner"),
        ["my/", "journal/new/", "journal/initiatives/", "evaluation/", "notices/preferences/", "learn/cohorts/"],
        id="in a cohort",
    ),
]


@pytest.mark.parametrize(("way", "login", "paths"), SAMPLE)
def test_a_page_of_each_kind(visitor, way, login, paths):
    language, dark, width = way
    page = visitor(language=language, dark=dark, width=width)
    if login:
        sign_in(page, login, language)
    found = [line for path in paths for line in check(page, f"/{language}/{path}", width)]
    if login == "learner":
        page.goto(page.locator("main .cards a").first.get_attribute("href"))
        found += look(page, width)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "dark", "width"), EVERY_WAY)
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
    found = [line for address in addresses for line in check(page, address, width)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "dark", "width"), EVERY_WAY)
def test_pages_of_somebody_signed_in(visitor, language, dark, width):
    page = visitor(language=language, dark=dark, width=width)
    sign_in(page, "applicant", language)
    found = [line for path in SIGNED_IN for line in check(page, f"/{language}/{path}", width)]
    page.goto(f"/{language}/my/")
    found += check(page, page.locator(".next-step a.button").get_attribute("href"), width)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["contrast", pytest.param("forced", marks=pytest.mark.slow)])
def test_high_contrast(visitor, scheme):
    page = visitor(**({"forced_colors": "active"} if scheme == "forced" else {}))
    page.goto("/en/")
    if scheme == "contrast":
        page.locator("input[name=appearance][value=contrast]").check()
    found = [
        line for path in ("", COURSE, "accounts/login/", "styleguide/") for line in check(page, f"/en/{path}", 1280)
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
