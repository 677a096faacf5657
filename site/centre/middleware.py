"""What stands around every request."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from centre.views import errors
from kernel.errors import NotAllowed, Refused

KEPT = ("hit", "miss")


class BrowsersAskAgain:
    """Pages from the cache are ours to keep, not the browser's: it would show “Sign in” to somebody who just has. It
    asks each time and, when nothing has changed, gets a few bytes that say so (ConditionalGetMiddleware)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get(settings.WAGTAIL_CACHE_HEADER) in KEPT:
            response["Cache-Control"] = "private, no-cache"
            del response["Expires"]
            patch_vary_headers(response, ["Cookie"])
        return response


class ContentSecurityPolicy(CSPMiddleware):
    """The strict policy everywhere; under /cms/ the one that Wagtail's editor needs."""

    def get_policy_parts(self, request: HttpRequest, response: HttpResponse, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith("/cms/"):
            parts.replace = settings.CMS_CONTENT_SECURITY_POLICY
        return parts


class Refusals:
    """Turns what actions refuse into pages: 404 or 403, 409 with a sentence, and a Retry-After on every 429."""

    RETRY_AFTER_SECONDS = 60

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 429 and not response.has_header("Retry-After"):
            response["Retry-After"] = str(self.RETRY_AFTER_SECONDS)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        if isinstance(exception, NotAllowed):
            answer = errors.not_found if exception.hidden else errors.forbidden
            return answer(request, exception)
        return None
