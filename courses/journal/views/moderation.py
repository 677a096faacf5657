"""The queue of offered stories in the CMS, for those who may publish stories in their language. They read what was
written to be public, and nothing of the initiative behind it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from courses.journal.actions import stories as actions
from courses.journal.forms.stories import AnswerForm
from courses.journal.models import STORY_OFFER, StoryOffer
from courses.journal.rules import moderate_story
from courses.journal.selectors import stories as selectors
from kernel.errors import Refused
from kernel.markup import to_html

A_PAGE = 30


@require_admin_access
def queue(request: HttpRequest) -> HttpResponse:
    """Those that wait first, then the latest."""
    rows = Paginator(selectors.to_moderate(request.user), A_PAGE).get_page(request.GET.get("p"))
    return render(request, "journal/admin/stories.html", {"rows": rows, "header_title": _("Offered stories")})


@require_admin_access
def offered(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    return _page(request, _offer(request, offer_id), AnswerForm())


@require_admin_access
@require_POST
def draft(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Make a draft page, and go on in its editor."""
    try:
        made = actions.draft_story(offer=_offer(request, offer_id), by=request.user)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("moderate_story", offer_id)
    messages.success(request, _("Here is the draft. Look at it, and publish it when it is ready."))
    return redirect("wagtailadmin_pages:edit", made.page_id)


@require_admin_access
@require_POST
def decline(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    offer = _offer(request, offer_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, offer, form)
    try:
        actions.decline_story(offer=offer, answer=form.cleaned_data["answer"], by=request.user)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("moderate_story", offer_id)
    messages.success(request, _("Your answer is on its way to the author."))
    return redirect("moderate_stories")


def _offer(request: HttpRequest, offer_id: uuid.UUID) -> StoryOffer:
    offers = moderate_story.visible(StoryOffer.objects.select_related("page"), request.user)
    return get_object_or_404(offers, public_id=offer_id)


def _page(request: HttpRequest, offer: StoryOffer, form: AnswerForm) -> HttpResponse:
    may = STORY_OFFER.open_to(offer.state)
    context = {
        "offer": offer,
        "text": to_html(offer.text),
        "form": form,
        "may_draft": "draft" in may or selectors.lost_its_draft(offer),
        "may_decline": "decline" in may,
        "header_title": offer.title,
    }
    return render(request, "journal/admin/story.html", context)
