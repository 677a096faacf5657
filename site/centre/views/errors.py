"""Every error as a page in the person's language that says what happened and what to do next."""

import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from kernel.errors import Refused
from pages.selectors import pages_at


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, which offers the languages that the page exists in."""
    try:
        offered = pages_at(request.path_info)
    except DatabaseError:
        return server_error(request)
    return render(request, "404.html", {"offered": offered}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose protection no longer fits: it waited too long, was sent twice, or came from elsewhere."""
    return render(request, "403.html", {"form_expired": True}, status=403)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "409.html", {"refusal": refusal}, status=409)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("400.html"), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it is the database that is away. Neither page asks anything of the database."""
    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    with translation.override(translation.get_language_from_path(request.path_info) or translation.get_language()):
        response = HttpResponse(render_to_string("503.html" if away else "500.html"), status=503 if away else 500)
    if away:
        response["Retry-After"] = "30"
    add_never_cache_headers(response)
    return response
