"""What may be kept of a page for everybody, and when it is forgotten."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move
from wagtailcache.cache import clear_cache

from centre import queues  # noqa: F401 - registers itself


@hooks.register("is_request_cacheable")
def nobody_signed_in(request: HttpRequest, current: bool) -> bool | None:
    """The cache stands before the session middleware: whoever brings a session gets a page of their own."""
    return False if settings.SESSION_COOKIE_NAME in request.COOKIES else None


@hooks.register("is_response_cacheable")
def a_page_of_the_site(response: HttpResponse, current: bool) -> bool | None:
    """Only what Wagtail serves: not forms, not search results, not the 404 of every address anybody thinks of."""
    return None if getattr(response, "is_site_page", False) else False


@hooks.register("before_serve_page")
def remember_the_page(page: Page, request: HttpRequest, args: list, kwargs: dict) -> None:
    request.served_page = page


def forget_pages(**_) -> None:
    """At once, for whoever published; and again once it is committed, when the others can read what is new."""
    clear_cache()
    transaction.on_commit(clear_cache)


for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
    signal.connect(forget_pages, dispatch_uid=f"forget_pages_{id(signal)}")
