"""What several tests look for: a shipped page in a language, a response as a reader meets it."""

from __future__ import annotations

from bs4 import BeautifulSoup
from django.http import HttpResponse
from wagtail.models import Page

from pages.loading import page_key

LANGUAGES = ("en", "fr", "es")
COURSE = ("courses", "effective-patient-leader")
SESSIONS = (
    "where-i-stand",
    "how-decisions-are-made",
    "being-heard",
    "working-together",
    "carrying-on",
)


def shipped_page(language: str, *path: str) -> Page:
    """The page that ships at this path of keys, as what it is."""
    return Page.objects.get(translation_key=page_key(*path), locale__language_code=language).specific


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(response: HttpResponse) -> str:
    """What is to be read in the main part, in one line."""
    return " ".join(soup(response).main.get_text(" ").split())
