"""One's own calendar: its secret address, and the file that is behind it."""

import hashlib
import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail import hooks

from notices.actions import feeds as actions
from notices.calendar import Entry, to_ics
from notices.selectors import feeds
from people.models import User

logger = logging.getLogger(__name__)

# A programme asks every few minutes at most, on each of somebody's devices.
MOST_IN_A_WHILE = 60
A_WHILE_SECONDS = 5 * 60


@login_required
@cache_control(private=True, no_store=True)
def calendar_settings(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _change(request)
    feed = feeds.feed_of(request.user)
    address = f"{settings.BASE_URL}{reverse('calendar_feed', args=[feed.token])}" if feed else ""
    # Telephones and desktop calendars follow this kind of link at once.
    follow = f"webcal://{address.split('://', 1)[1]}" if feed else ""
    return render(request, "notices/calendar.html", {"feed": feed, "address": address, "follow": follow})


def _change(request: HttpRequest) -> HttpResponse:
    verb = request.POST.get("verb")
    if verb == "open":
        actions.open_feed(by=request.user)
        messages.success(request, _("Your calendar address is made."))
    elif verb == "renew":
        actions.renew(by=request.user)
        messages.success(request, _("You have a new calendar address. The old one has stopped."))
    elif verb == "close":
        actions.close(by=request.user)
        messages.success(
            request, _("Your calendar address is taken away. Calendars that followed it stay as they are.")
        )
    return redirect("calendar_settings")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever this address was made for, in their language. No sign-in: the address is the key."""
    person = feeds.owner_of(token)
    if person is None:
        raise Http404
    if _too_often(person):
        return HttpResponse(status=429, headers={"Retry-After": str(A_WHILE_SECONDS)})
    with translation.override(person.language):
        file = to_ics(_entries(person), name=_("Centre for Patient Leaders"))
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["ETag"] = f'"{hashlib.sha256(file).hexdigest()}"'
    response["Content-Disposition"] = 'inline; filename="centre.ics"'
    response["Content-Language"] = person.language
    response["X-Robots-Tag"] = "noindex"
    return response


def _entries(person: User) -> list[Entry]:
    """What every app has for this person's calendar (hook `calendar`)."""
    return [entry for function in hooks.get_hooks("calendar") for entry in function(person) or ()]


def _too_often(person: User) -> bool:
    key = f"calendar-feed-{person.pk}"
    try:
        cache.add(key, 0, A_WHILE_SECONDS)
        return cache.incr(key) > MOST_IN_A_WHILE
    except Exception as error:
        # Counting is not worth failing for.
        logger.warning("Calendar requests are not counted: %s", type(error).__name__)
        return False
