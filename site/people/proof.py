"""“Show us that it is you”, before somebody takes everything away or has it erased.

Whoever has a password or another lock is asked for it, by allauth. Whoever signs in by codes alone has nothing that
could be asked, and allauth would let them through: they sign in once more unless they have just done so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

JUST_SIGNED_IN = 15 * 60  # seconds


def fresh_proof_required(back_to: str) -> Callable:
    """Decorator of a view: a POST is answered by the proof first, and then by the page `back_to`, with `?proved` and
    the button to press again. (allauth would repeat the POST, and a download would leave people on the proof's page.)
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.method != "POST" or is_fresh(request):
                return view(request, *args, **kwargs)
            back = f"{reverse(back_to)}?proved"
            if methods := get_adapter().get_reauthentication_methods(request.user):
                return redirect(f"{methods[0]['url']}?{urlencode({'next': back})}")
            sign_in = f"{reverse('account_request_login_code')}?{urlencode({'next': back})}"
            return render(request, "people/sign_in_again.html", {"sign_in": sign_in, "back": reverse(back_to)})

        return guarded

    return decorate


def is_fresh(request: HttpRequest) -> bool:
    if not get_adapter().get_reauthentication_methods(request.user):
        records = get_authentication_records(request, request.user)
        return any(time.time() - record["at"] < JUST_SIGNED_IN for record in records)
    try:
        _only_when_fresh(request)
    except ReauthenticationRequired:
        return False
    return True


@reauthentication_required
def _only_when_fresh(request: HttpRequest) -> None:
    """allauth's own question, asked without a page."""
