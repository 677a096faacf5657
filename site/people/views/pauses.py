"""Stepping back and coming back. Every address is about the one who asks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people import actions, selectors, zones
from people.forms import PauseForm


@login_required
@never_cache
def pause(request: HttpRequest) -> HttpResponse:
    """Begin a pause, or change the one there is."""
    standing = selectors.standing_of(request.user)
    # An empty form is a whole one: now, and until further notice.
    sent = request.POST if request.method == "POST" else None
    form = PauseForm(sent, person=request.user, pause=standing.open)
    if form.is_valid():
        if standing.open:
            actions.change_pause(pause=standing.open, by=request.user, **form.instants())
            messages.success(request, _("Your pause is changed."))
        else:
            begun = actions.begin_pause(person=request.user, by=request.user, **form.instants())
            messages.success(
                request,
                _("You have paused. Look after yourself; everything waits for you.")
                if begun.begun_told
                else _("Your pause is planned. There is nothing else to do."),
            )
        return redirect("pause")
    context = {"form": form, "standing": standing, "zone": zones.name_in_words(str(form.zone))}
    return render(request, "people/pause.html", context)


@login_required
@require_POST
def pause_end(request: HttpRequest) -> HttpResponse:
    """“I am back”, or “I do not need it after all”."""
    found = selectors.standing_of(request.user).open
    if found and actions.end_pause(pause=found, by=request.user) is None:
        messages.success(request, _("The pause that you had planned is taken away."))
        return redirect("pause")
    return redirect("learner_home")


@login_required
@require_POST
def pause_welcome_away(request: HttpRequest) -> HttpResponse:
    actions.put_welcome_away(by=request.user)
    return redirect("learner_home")
