"""The pages of those who are in a cohort, who lead one, and who look after one, by axe and by measure."""

from __future__ import annotations

import pytest

from tests.browser.conftest import sign_in
from tests.browser.looking import EVERY_WAY, check, look

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
ACCOUNT = [
    "accounts/profile/",
    "accounts/zone/",
    "accounts/consents/",
    "accounts/pause/",
    "accounts/my-data/",
    "accounts/erase/",
    "accounts/activity/",
    "accounts/organisations/",
]


@pytest.mark.parametrize("role", IN_A_COHORT)
@pytest.mark.parametrize(("language", "dark", "width"), EVERY_WAY)
def test_pages_of_a_cohort(visitor, language, dark, width, role):
    page = visitor(language=language, dark=dark, width=width)
    sign_in(page, role, language)
    paths, trails = IN_A_COHORT[role]
    found = [line for path in paths for line in check(page, f"/{language}/{path}", width)]
    seen: set[str] = set()
    for path, *links in trails:
        page.goto(f"/{language}/{path}")
        for link in links:
            page.goto(page.locator(f"main {link}").first.get_attribute("href"))
            if page.url not in seen:
                seen.add(page.url)
                found += look(page, width)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "dark", "width"), EVERY_WAY)
def test_pages_of_an_account(visitor, language, dark, width):
    page = visitor(language=language, dark=dark, width=width)
    sign_in(page, "learner", language)
    found = [line for path in ACCOUNT for line in check(page, f"/{language}/{path}", width)]
    assert not found, "\n".join(found)
