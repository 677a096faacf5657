"""The page that an invitation's mail leads to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from people import actions, selectors
from people.actions.invitations import check_works, invitation_by


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks, and what joining means. Somebody who is not signed in is shown the ways in, and comes back here."""
    found = invitation_by(token)
    person = request.user if request.user.is_authenticated else None
    if request.method == "POST" and person:
        membership = actions.accept_invitation(token=token, by=person)
        joined = _("You now belong to %(organisation)s.") % {"organisation": membership.organisation.name}
        messages.success(request, joined)
        return redirect("organisation", membership.organisation.public_id)
    if person and found.accepted_by_id == person.pk and selectors.belongs_to(person, found.organisation):
        return redirect("organisation", found.organisation.public_id)
    check_works(found)
    other_address = person is not None and person.email != found.email
    return render(request, "people/invitation.html", {"invitation": found, "other_address": other_address})
