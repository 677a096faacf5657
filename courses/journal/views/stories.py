"""Offering one's story to everybody, seeing what became of it, taking it back."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courses.journal import rules
from courses.journal.actions import stories as actions
from courses.journal.forms.stories import StoryForm
from courses.journal.models import Initiative, StoryOffer
from courses.journal.selectors import stories as selectors
from kernel.errors import Refused
from kernel.markup import to_html
from kernel.private import private
from people.consents import PUBLIC_STORY
from people.selectors import consent_held


@private
def offer(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    """Write a text for everybody and offer it. First comes the consent, on its own page; a story that is on its way or
    published is shown instead of a second form."""
    own = rules.own_initiative.visible(Initiative.objects, request.user)
    initiative = get_object_or_404(own, public_id=initiative_id)
    if live := selectors.live_story(initiative):
        return redirect("story", live.public_id)
    form = StoryForm(request.POST or None, initial={"title": initiative.title, "language": get_language()})
    consent = consent_held(request.user, PUBLIC_STORY)
    if consent is None and request.method != "POST":
        messages.info(request, _("A story is read by everybody. Please read first what that means, and agree to it."))
        return redirect(f"{reverse('consents')}?{urlencode({'next': request.path})}")
    status = 200
    if form.is_valid():
        try:
            offered = actions.offer_story(initiative=initiative, by=request.user, **form.cleaned_data)
        except Refused as refused:  # the consent was taken back meanwhile: what was written stays in the form
            form.add_error(None, refused.message)
            status = 409
        else:
            messages.success(request, _("Thank you. An editor will read your story and answer you here."))
            return redirect("story", offered.public_id)
    context = {"initiative": initiative, "form": form, "consent": consent}
    return render(request, "journal/story_offer.html", context, status=status)


@private
@require_GET
def story(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    offered = _own(request, offer_id)
    context = {"offer": offered, "address": selectors.public_address(offered), "text": to_html(offered.text)}
    return render(request, "journal/story.html", context)


@private
def withdraw(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Asks first: a page that is deleted does not come back."""
    offered = _own(request, offer_id)
    if request.method != "POST":
        return render(request, "journal/story_withdraw.html", {"offer": offered})
    actions.withdraw_story(offer=offered, by=request.user)
    messages.success(request, _("Your story is taken back. Nobody else can read it any more."))
    return redirect("story", offered.public_id)


def _own(request: HttpRequest, offer_id: uuid.UUID) -> StoryOffer:
    own = rules.own_story.visible(StoryOffer.objects.select_related("initiative", "page__locale"), request.user)
    return get_object_or_404(own, public_id=offer_id)
