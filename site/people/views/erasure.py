"""Asking for one's account to be erased, being sure, and turning back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people import actions, selectors
from people.contributions import contributions
from people.proof import fresh_proof_required, is_fresh


@login_required
@never_cache
@fresh_proof_required(back_to="erase")
def erase(request: HttpRequest) -> HttpResponse:
    """What is deleted and what stays; the button sends a mail, and nothing else happens yet."""
    if request.method == "POST":
        actions.ask_erasure(person=request.user, by=request.user)
        messages.success(request, _("We have sent you an e-mail. Nothing is erased unless you follow its link."))
        return redirect("erase")
    context = {
        "parts": contributions(),
        "erasure": selectors.erasure_of(request.user),
        "proved": "proved" in request.GET and is_fresh(request),
        "days": actions.WAY_BACK.days,
        "link_days": actions.LINK_LASTS.days,
    }
    return render(request, "people/erase.html", context)


@login_required
@never_cache
def erase_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: asks once more."""
    erasure = actions.erasure_by_token(token, by=request.user)
    if erasure.confirmed_at:
        return redirect("erase")
    if request.method == "POST":
        actions.confirm_erasure(token=token, by=request.user, session_key=request.session.session_key)
        return redirect("erase")
    return render(request, "people/erase_confirm.html", {"token": token, "days": actions.WAY_BACK.days})


@login_required
@require_POST
def erase_back(request: HttpRequest) -> HttpResponse:
    if actions.keep_account(person=request.user, by=request.user):
        messages.success(request, _("You keep your account. Everything is as it was."))
    return redirect("account_home")
