"""Looking at a page by axe and by measure, in three languages, light and dark, narrow and wide."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import violations

WAYS = list(itertools.product(("en", "fr", "es"), (False, True), (320, 1280)))


def _name(language: str, dark: bool, width: int) -> str:
    return f"{language}-{'dark' if dark else 'light'}-{width}"


# All twelve are slow, and looked at in CI. By default there is a sample (test_access.py).
EVERY_WAY = [pytest.param(*way, marks=pytest.mark.slow, id=_name(*way)) for way in WAYS]


def check(page: Page, address: str, width: int) -> list[str]:
    page.goto(address)
    return look(page, width)


def look(page: Page, width: int) -> list[str]:
    """What is wrong with the page where one is."""
    found = violations(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        found.append(f"scrolls sideways: {wide} px of {width}")
    return [f"{page.url}: {line}" for line in found]
