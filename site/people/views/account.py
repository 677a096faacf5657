from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people import zones


@login_required
def account_home(request: HttpRequest) -> HttpResponse:
    """The ways to everything about the account. Asks nothing of the database itself; panels come by the hook
    `account_home`."""
    zone = zones.known(request.user.zone)
    return render(request, "people/account_home.html", {"zone": zones.label(zone) if zone else ""})
