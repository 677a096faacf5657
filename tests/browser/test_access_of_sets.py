"""The pages of sets around their meetings, by axe and by measure."""

from __future__ import annotations

import pytest

from tests.browser.conftest import sign_in
from tests.browser.looking import EVERY_WAY, check, look

ONE_OF_MINE, ONE_TO_FIND = ("sets/", ".cards a"), ("sets/find/", "h3 a")
# Addresses, and where links to others of their things are found.
ROLES = {
    "alumna": (
        ["sets/", "sets/find/?times=tue_evening&words=work", "sets/propose/", "sets/join/"],
        [
            (*ONE_OF_MINE,),
            (*ONE_OF_MINE, "[href$='/meetings/new/']"),
            (*ONE_OF_MINE, "[href$='/ground-rules/']"),
            (*ONE_OF_MINE, "[href$='/edit/']"),
            (*ONE_OF_MINE, "[href$='/hand-over/']"),
            (*ONE_OF_MINE, "[href$='/close/']"),
            (*ONE_OF_MINE, "[href$='/leave/']"),
            (*ONE_OF_MINE, "[href$='/remove/']"),
            (*ONE_TO_FIND,),
            (*ONE_TO_FIND, "[href$='/ask/']"),
        ],
    ),
    "learner": (["sets/"], [(*ONE_TO_FIND,)]),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("language", "dark", "width"), EVERY_WAY)
def test_pages_of_sets(visitor, language, dark, width, role):
    page = visitor(language=language, dark=dark, width=width)
    sign_in(page, role, language)
    paths, trails = ROLES[role]
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
