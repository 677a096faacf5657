"""What accounts add to the learner home and to the account page: what changes everything there, and one question."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from wagtail import hooks

from kernel import clock
from people import selectors, zones
from people.views.profile import LATER as ZONE_ASKED_AGAIN_ON


@hooks.register("learner_home", order=1)
@hooks.register("account_home", order=1)
def erasure_panel(request: HttpRequest, subject: None = None) -> str:
    """While the account is to be erased: when, and the way back."""
    erasure = selectors.erasure_of(request.user)
    if erasure is None or erasure.due_at is None:
        return ""
    return _render("people/erasure_panel.html", request, erasure=erasure)


@hooks.register("learner_home", order=2)
def pause_panel(request: HttpRequest, subject: None = None) -> str:
    """During a pause, and for a while after it."""
    standing = selectors.standing_of(request.user)
    if not (standing.paused or standing.back_from):
        return ""
    return _render("people/pause_panel.html", request, standing=standing)


@hooks.register("learner_home", order=90)
def zone_panel(request: HttpRequest, subject: None = None) -> str:
    """Where somebody lives, asked until they say it; put off, it comes again after a week."""
    put_off_until = request.session.get(ZONE_ASKED_AGAIN_ON, "")
    if zones.known(request.user.zone) or clock.now().date().isoformat() < put_off_until:
        return ""
    return _render("people/zone_panel.html", request)


def _render(template: str, request: HttpRequest, **context) -> str:
    return render_to_string(template, {**context, "request": request, **csrf(request)})
