"""What the frame around every page needs: navigation, languages, footer."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from pages.models import PlainPage
from pages.selectors import LanguageLink, address, languages_of, tops


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    current: bool = False


def frame(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a page that does not show the frame pays nothing. One query where it is shown."""
    top_pages = SimpleLazyObject(lambda: tops(get_language()))
    return {
        "navigation": SimpleLazyObject(lambda: [_link(page, request) for page in top_pages if page.show_in_menus]),
        "footer_links": SimpleLazyObject(
            lambda: [
                _link(page, request) for page in top_pages if page.content_type.model == PlainPage._meta.model_name
            ]
        ),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "contact_email": settings.CONTACT_EMAIL,
        "demo": settings.DEMO,
        "site_name": _("Centre for Patient Leaders"),
        "base_url": settings.BASE_URL,
    }


def _link(page: Page, request: HttpRequest) -> Link:
    url = address(page, get_language())
    return Link(title=page.title, url=url, current=request.path_info.startswith(url))


def _languages(request: HttpRequest) -> list[LanguageLink]:
    """A page's real translations; for everything else, the same address in every language."""
    if page := getattr(request, "served_page", None):
        return languages_of(page)
    path = request.get_full_path()
    return [
        LanguageLink(code=code, name=name, url=translate_url(path, code), current=code == get_language())
        for code, name in settings.LANGUAGES
    ]
