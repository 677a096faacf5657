"""Which translations no longer say what the English page says. wagtail-localize flags nothing until somebody presses
“Sync”, so this compares the pages themselves."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments


@dataclass(frozen=True)
class OutOfDate:
    """A live English page and a language that is behind it, with the reason in words and where to go about it."""

    page: Page
    language: str
    reason: str
    url: str


def out_of_date() -> list[OutOfDate]:
    """Every page and language that is behind, in the order of the tree. A fixed number of queries and, for pages that
    were published since their last sync, one more for a comparison of their strings."""
    source_locale = Locale.get_default()
    pages = list(Page.objects.live().filter(locale=source_locale, depth__gt=1).order_by("path").specific())
    sources = {source.object_id: source for source in TranslationSource.objects.filter(locale=source_locale)}
    live = set(Page.objects.live().values_list("translation_key", "locale__language_code"))
    changed = {page.pk: _changed_strings(page, sources.get(page.translation_key)) for page in pages}
    missing = _missing_strings()
    editors = _translation_editors()
    return [
        OutOfDate(
            page=page,
            language=name,
            reason=reason,
            url=reverse("wagtailadmin_pages:edit", args=[editors.get((page.translation_key, code), page.pk)]),
        )
        for page in pages
        for code, name in settings.LANGUAGES
        if code != source_locale.language_code
        for reason in _reasons(page, code, live, changed[page.pk], missing)
    ]


def _reasons(page: Page, code: str, live: set, changed: int, missing: Counter) -> Iterator[str]:
    if (page.translation_key, code) not in live:
        yield _("There is no live page in this language.")
        return
    if changed:
        yield ngettext(
            "%(count)d text of the English page has changed since it was last sent to translators.",
            "%(count)d texts of the English page have changed since it was last sent to translators.",
            changed,
        ) % {"count": changed}
    if count := missing[page.translation_key, code]:
        yield ngettext("%(count)d text waits to be translated.", "%(count)d texts wait to be translated.", count) % {
            "count": count
        }


def _changed_strings(page: Page, source: TranslationSource | None) -> int:
    """How many strings of the live page its translators have not been sent. 0 when nothing was published since."""
    if source is None or not page.last_published_at or page.last_published_at <= source.last_updated_at:
        return 0
    now = Counter(segment.string.data for segment in extract_segments(page) if isinstance(segment, StringSegmentValue))
    sent = Counter(StringSegment.objects.filter(source=source).values_list("string__data", flat=True))
    return max((now - sent).total(), (sent - now).total())


def _missing_strings() -> Counter:
    """(translation key, language) -> strings that were sent and are not translated."""
    translated = set(StringTranslation.objects.values_list("context_id", "translation_of_id", "locale__language_code"))
    codes = [code for code, _name in settings.LANGUAGES]
    behind: Counter = Counter()
    for key, context, string in StringSegment.objects.values_list("source__object_id", "context_id", "string_id"):
        for code in codes[1:]:
            if (context, string, code) not in translated:
                behind[key, code] += 1
    return behind


def _translation_editors() -> dict[tuple[uuid.UUID, str], int]:
    """(translation key, language) -> the translated page to edit, where there is a translation of it."""
    translated = set(Translation.objects.values_list("source__object_id", "target_locale__language_code"))
    pages = Page.objects.values_list("translation_key", "locale__language_code", "pk")
    return {(key, code): pk for key, code, pk in pages if (key, code) in translated}
