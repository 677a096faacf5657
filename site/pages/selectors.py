"""Questions about pages: in which languages they exist, what an address may have meant, and search."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.utils.translation import get_language_from_path
from wagtail.models import Locale, Page

from kernel.folding import fold

# No page of ours is this deep; a longer address is somebody trying things.
LONGEST_PATH = 1000


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    url: str
    current: bool = False


def address(page: Page, language: str) -> str:
    """Where a page below a home page is: `/fr/guides/jumelage/`. No query, where Wagtail's own asks a cache."""
    _root, _home, rest = page.url_path.split("/", 2)
    return f"/{language}/{rest}"


def page_at(path: str) -> Page | None:
    """The live page at this very address, as what it is; None when there is none.

    One query: which page an address means is kept with the cache of pages, which publishing empties.
    """
    known = caches["pages"].get(f"at:{path}") if len(path) <= LONGEST_PATH else None
    if known is None:
        known = _find(path)
        if known is None:
            return None
        caches["pages"].set(f"at:{path}", known)
    model, pk = known
    return apps.get_model(model).objects.live().select_related("locale").filter(pk=pk).first()


def _find(path: str) -> tuple[str, int] | None:
    """(model, primary key) of the live page at this address."""
    language = get_language_from_path(path)
    home = homes().get(language)
    if home is None or len(path) > LONGEST_PATH:
        return None
    page = Page.objects.live().filter(url_path=home + path.removeprefix(f"/{language}/")).first()
    return (page.specific_class._meta.label, page.pk) if page and page.specific_class else None


def homes() -> dict[str, str]:
    """Language -> path of its live home page in the tree. Kept with the cache of pages, which publishing empties."""
    return caches["pages"].get_or_set(
        "homes", lambda: dict(Page.objects.live().filter(depth=2).values_list("locale__language_code", "url_path"))
    )


def languages_of(page: Page) -> list[LanguageLink]:
    """This page in every language in which it is live, in the order of the settings. One query."""
    live = {
        version.locale.language_code: version
        for version in Page.objects.live()
        .filter(translation_key=page.translation_key)
        .select_related("locale")
        .only("pk", "url_path", "locale__language_code")
    }
    return [
        LanguageLink(code=code, name=name, url=address(live[code], code), current=live[code].pk == page.pk)
        for code, name in settings.LANGUAGES
        if code in live
    ]


def all_versions() -> list[list[Page]]:
    """Every live page, each with its versions in other languages beside it, in the order of the tree. One query."""
    versions: dict[uuid.UUID, list[Page]] = {}
    for page in Page.objects.live().filter(depth__gt=1).select_related("locale").order_by("path"):
        versions.setdefault(page.translation_key, []).append(page)
    return list(versions.values())


def tops(language: str) -> list[Page]:
    """The live pages directly below the home page, for navigation. Kept with the cache of pages."""

    def read() -> list[Page]:
        below_home = Page.objects.live().filter(depth=3, locale__language_code=language).order_by("path")
        return list(
            below_home.select_related("content_type").only("title", "url_path", "show_in_menus", "content_type")
        )

    return caches["pages"].get_or_set(f"tops:{language}", read)


def pages_at(path: str) -> list[LanguageLink]:
    """The live pages that an address without a page may have meant: the same path in another language, and that page's
    translations."""
    language = get_language_from_path(path)
    rest = path.removeprefix(f"/{language}/")
    if language is None or not rest or len(path) > LONGEST_PATH or "\0" in path:
        return []
    wanted = [f"{home}{rest.rstrip('/')}/" for home in homes().values()]
    found = Page.objects.live().filter(url_path__in=wanted).order_by("path").first()
    return languages_of(found) if found else []


def search(query: str, language: str) -> list[Page]:
    """Live pages in this language with words that begin with every word of the query, blind to accents and case.

    Pages with a hit in the title come first, then in the order of the tree. The same on every database.
    """
    words = fold(query)
    if len(words) < 2:
        return []
    locale = Locale.objects.filter(language_code=language).first()
    hits = Page.objects.live().filter(locale=locale, depth__gt=2).autocomplete(words, operator="and")
    pages = Page.objects.filter(pk__in=[page.pk for page in hits[:200]]).specific().order_by("path")
    return sorted(pages, key=lambda page: not _in_title(words, page.title))


def _in_title(words: str, title: str) -> bool:
    there = fold(title).split()
    return all(any(word.startswith(wanted) for word in there) for wanted in words.split())
