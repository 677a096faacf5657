"""Short texts that an app keeps in several languages, as `{"en": "…", "fr": "…"}`."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language


def in_language(texts: Mapping[str, str], language: str | None = None) -> str:
    """The text in this language (the running one when not given), else in English, else in any; else nothing."""
    wanted = (language or get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, *texts)
    return next((texts[code] for code in wanted if texts.get(code)), "")


def language_of(texts: Mapping[str, str], language: str | None = None) -> str:
    """The language that `in_language` answers in, for `lang` attributes; empty when there is no text."""
    wanted = (language or get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, *texts)
    return next((code for code in wanted if texts.get(code)), "")
