"""What accounts add to the learner home and to the account page: what changes everything there, and one question; and
what the CMS may not do with accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from wagtail import hooks

from kernel import clock
from kernel.panels import concerns
from people import selectors, zones
from people.models import Erasure, Pause, User
from people.views.profile import LATER as ZONE_ASKED_AGAIN_ON


@hooks.register("learner_home", order=1)
@hooks.register("account_home", order=1)
@concerns(lambda person: Erasure.objects.filter(person=person))
def erasure_panel(request: HttpRequest, subject: None = None) -> str:
    """While the account is to be erased: when, and the way back."""
    erasure = selectors.erasure_of(request.user)
    if erasure is None or erasure.due_at is None:
        return ""
    return _render("people/erasure_panel.html", request, erasure=erasure)


@hooks.register("learner_home", order=2)
@concerns(lambda person: Pause.objects.filter(Q(ended_at=None) | Q(welcomed_at=None), person=person))
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


@hooks.register("before_delete_user")
def not_by_the_cms(request: HttpRequest, person: User) -> HttpResponse:
    """It would delete the row and leave what erasing takes along: a place nobody gets, a story everybody reads."""
    messages.error(
        request,
        _(
            "An account is not deleted here: its owner erases it, with all that belongs to it. To keep somebody out, "
            "change their account so that it is not active any more."
        ),
    )
    return redirect("wagtailusers_users:index")


@hooks.register("before_bulk_action")
def nor_many_at_once(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    return not_by_the_cms(request, request.user) if action_type == "delete" and User in action.models else None


def _render(template: str, request: HttpRequest, **context) -> str:
    return render_to_string(template, {**context, "request": request, **csrf(request)})
