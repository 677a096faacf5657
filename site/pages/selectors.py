"""Questions about pages: in which languages they exist, what an address may have meant, and search."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language_from_path
from wagtail.models import Locale, Page

from kernel.folding import fold


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    url: str
    current: bool = False


def languages_of(page: Page) -> list[LanguageLink]:
    """This page in every language in which it is live, in the order of the settings. One query."""
    live = {
        translation.locale.language_code: translation
        for translation in Page.objects.live()
        .filter(translation_key=page.translation_key)
        .select_related("locale")
        .defer_streamfields()
    }
    return [
        LanguageLink(code=code, name=name, url=live[code].get_url(), current=live[code].pk == page.pk)
        for code, name in settings.LANGUAGES
        if code in live
    ]


def pages_at(path: str) -> list[LanguageLink]:
    """The live pages that an address without a page may have meant: the same path in another language, and that page's
    translations."""
    language = get_language_from_path(path)
    if language is None:
        return []
    rest = path.removeprefix(f"/{language}/")
    homes = Page.objects.filter(depth=2).values_list("url_path", flat=True)
    if not rest or len(rest) > 1000:
        return []
    wanted = [f"{home}{rest.rstrip('/')}/" for home in homes]
    found = Page.objects.live().filter(url_path__in=wanted).select_related("locale").order_by("path").first()
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
