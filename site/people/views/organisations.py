"""The organisations one belongs to. Whoever leads one invites and looks after its members; every address goes through
one's own membership of it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kernel.errors import Refused
from kernel.rules import Rule
from people import actions, selectors
from people.forms import InviteForm, RoleForm
from people.models import Organisation, Role
from people.rules import lead_organisation, see_organisation

PER_PAGE = 25


@login_required
@never_cache
def organisations(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.live_memberships(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/organisations.html", {"page_obj": page})


@login_required
@never_cache
def organisation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """My part in an organisation; for its leads also who else belongs to it and who has been invited."""
    found = _organisation(request, public_id, see_organisation)
    mine = selectors.members_of(found).get(person=request.user)
    context = {"organisation": found, "mine": mine, "leads": mine.role == Role.LEAD}
    if context["leads"]:
        context["members"] = Paginator(selectors.members_of(found), PER_PAGE).get_page(request.GET.get("page"))
        context["waiting"] = selectors.open_invitations(found).count()
    return render(request, "people/organisation.html", context)


@login_required
@never_cache
def organisation_invite(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Invite somebody, and see who has not answered yet."""
    found = _organisation(request, public_id, lead_organisation)
    form = InviteForm(request.POST or None, initial={"language": get_language()})
    status = 200
    if form.is_valid():
        try:
            invitation = actions.invite(organisation=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            # Beside the field, so that what was typed stays.
            form.add_error("email", refusal.message)
            status = 409
        else:
            messages.success(request, _("An invitation is on its way to %(address)s.") % {"address": invitation.email})
            return redirect("organisation_invite", public_id)
    invitations = Paginator(selectors.open_invitations(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"organisation": found, "form": form, "invitations": invitations}
    return render(request, "people/invite.html", context, status=status)


@login_required
@never_cache
def organisation_member(request: HttpRequest, public_id: uuid.UUID, membership_id: uuid.UUID) -> HttpResponse:
    """One member, for the leads: change what they do, or end their membership; one's own, for everybody: leave."""
    found = _organisation(request, public_id, see_organisation)
    membership = get_object_or_404(selectors.members_of(found), public_id=membership_id)
    oneself = membership.person_id == request.user.pk
    leads = lead_organisation.allows(request.user, found)
    if not (oneself or leads):
        raise Http404  # members do not know of one another here
    if request.method == "POST" and "end" in request.POST:
        actions.end_membership(membership=membership, by=request.user)
        if oneself:
            messages.success(request, _("You have left %(organisation)s.") % {"organisation": found.name})
            return redirect("organisations")
        messages.success(request, _("The membership is ended."))
        return redirect("organisation", public_id)
    form = RoleForm(request.POST or None, initial={"role": membership.role}) if leads else None
    if form and form.is_valid():
        actions.change_role(membership=membership, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your changes are kept."))
        return redirect("organisation", public_id)
    context = {"organisation": found, "membership": membership, "oneself": oneself, "form": form}
    return render(request, "people/member.html", context)


@login_required
@require_POST
def organisation_invitation(request: HttpRequest, public_id: uuid.UUID, invitation_id: uuid.UUID) -> HttpResponse:
    """Send an invitation again, or (with `take_back`) take it back."""
    found = _organisation(request, public_id, lead_organisation)
    invitation = get_object_or_404(found.invitations, public_id=invitation_id)
    if "take_back" in request.POST:
        actions.withdraw_invitation(invitation=invitation, by=request.user)
        messages.success(request, _("The invitation is taken back. Its mail opens nothing any more."))
    else:
        actions.resend_invitation(invitation=invitation, by=request.user)
        messages.success(request, _("The invitation is on its way again, and works for 30 days."))
    return redirect("organisation_invite", public_id)


def _organisation(request: HttpRequest, public_id: uuid.UUID, rule: Rule) -> Organisation:
    return get_object_or_404(rule.visible(Organisation.objects, request.user), public_id=public_id)
