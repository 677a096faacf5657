"""How I am told, and the one click that stops an e-mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notices.actions import habits as actions
from notices.forms import PreferencesForm
from notices.selectors import wishes
from people import zones


@login_required
def notice_preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(
        request.POST or None, choices=wishes.choices(request.user), instance=wishes.habits_of(request.user)
    )
    if form.is_valid():
        actions.set_preferences(person=request.user, by=request.user, chosen=form.chosen)
        actions.set_habits(person=request.user, by=request.user, **form.habits)
        messages.success(request, _("Your choices are saved."))
        return redirect("notice_preferences")
    context = {"form": form, "zone": zones.name_in_words(request.user.zone)}
    return render(request, "notices/preferences.html", context, status=400 if form.errors else 200)


@csrf_exempt
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of e-mail, or all that comes in digests, without signing in: the token says whose and which. A
    mailbox does it by POST (RFC 8058); a person who follows the link sees first what it does. Forged: 404."""
    done = request.method == "POST"
    what = actions.unsubscribe(token) if done else actions.about_token(token)
    response = render(
        request, "notices/unsubscribe.html", {"labels": [kind.label for kind in what.kinds], "done": done}
    )
    response["X-Robots-Tag"] = "noindex"
    return response
