"""What stands around the requests of people who are signed in: their time zone, and their second lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from kernel import clock
from people import selectors, zones


def brings_a_session(request: HttpRequest) -> bool:
    """Asking who somebody is would mark the answer as theirs alone: only where there is somebody to ask about."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class ZoneOfThePerson:
    """Dates and times of a page are in the zone of whoever reads it; in UTC until they have said it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not brings_a_session(request):
            return self.get_response(request)
        zone = getattr(request.user, "zone", "")
        try:
            if zone:
                timezone.activate(zones.zone_of(zone))
            return self.get_response(request)
        finally:
            timezone.deactivate()


class SecondLock:
    """Outside demonstrations, whoever has a role that opens other people's things sets up a second lock first: staff,
    whoever else may enter the CMS (it asks for the permission, not for `is_staff`), and whomever a `second_factor` hook
    (user -> bool) names. Until then every page but their account leads there.

    The answer is remembered in the session for a quarter of an hour, so that most requests ask nothing; receivers.py
    forgets it when a lock is added or taken away.
    """

    KEY = "second_lock_looked_at"
    GOOD_FOR_SECONDS = 15 * 60
    # Acting for others waits for the lock, although its pages are among those of the account.
    FOR_OTHERS = ("organisation", "invitation")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: list, kwargs: dict[str, Any]) -> Any:
        if settings.DEMO or not brings_a_session(request) or self._is_open_to_all(request):
            return None
        if not request.user.is_authenticated or self._is_fine(request):
            return None
        _say_once(
            request,
            _("Your role opens other people’s things, so your account needs a second lock. Set one up here first."),
        )
        return redirect("mfa_index")

    def _is_open_to_all(self, request: HttpRequest) -> bool:
        _slash, _language, rest = [*request.path_info.split("/", 2), "", ""][:3]
        name = getattr(request.resolver_match, "url_name", None) or ""
        return rest.startswith("accounts/") and not name.startswith(self.FOR_OTHERS)

    def _is_fine(self, request: HttpRequest) -> bool:
        now = int(clock.now().timestamp())
        looked_at, was_staff = request.session.get(self.KEY, (0, None))
        if was_staff == request.user.is_staff and now - looked_at < self.GOOD_FOR_SECONDS:
            return True
        fine = not _needs_one(request.user) or selectors.has_second_lock(request.user)
        if fine:
            request.session[self.KEY] = (now, request.user.is_staff)
        return fine


def _needs_one(user: Any) -> bool:
    if user.is_staff or user.has_perm("wagtailadmin.access_admin"):
        return True
    return any(needs(user) for needs in hooks.get_hooks("second_factor"))


def _say_once(request: HttpRequest, sentence: str) -> None:
    """Several requests at once are led away; one sentence is enough."""
    waiting = messages.get_messages(request)
    if sentence not in [message.message for message in waiting]:
        messages.warning(request, sentence)
    waiting.used = False
