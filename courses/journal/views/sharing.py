"""Letting one person read one page of one's journal, taking that back, and reading what others share."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.journal.actions import entries as actions
from courses.journal.forms.entries import ShareForm
from courses.journal.models import EntryShare
from courses.journal.rules import own_share, read_shared
from courses.journal.selectors import entries as selectors
from courses.journal.selectors.prompts import tell_steps
from courses.journal.views.entries import own
from kernel.private import private

SHARES_PER_PAGE = 20


@private
def share(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    entry = own(request, entry_id)
    shares = selectors.shares_of(entry)
    readers = {one.reader.public_id for one in shares}
    companions = [one for one in selectors.companions(request.user) if one.public_id not in readers]
    form = ShareForm(request.POST or None, companions=companions)
    if form.is_valid():
        made = actions.share_entry(entry=entry, reader=form.cleaned_data["reader"], by=request.user)
        messages.success(request, _("%(name)s can read this page now.") % {"name": made.reader.name})
        return redirect(entry)
    tell_steps([entry], get_language())
    context = {"entry": entry, "shares": shares, "companions": companions, "form": form}
    return render(request, "journal/share.html", context)


@private
@require_POST
def take_back(request: HttpRequest, entry_id: uuid.UUID, share_id: uuid.UUID) -> HttpResponse:
    entry = own(request, entry_id)
    found = get_object_or_404(
        own_share.visible(EntryShare.objects.select_related("entry", "reader"), request.user),
        public_id=share_id,
        entry=entry,
    )
    actions.take_back(share=found, by=request.user)
    name = found.reader.name or _("This person")
    messages.success(request, _("%(name)s cannot read this page any more.") % {"name": name})
    return redirect(entry)


@private
@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """What others let one read, the latest first."""
    page = Paginator(selectors.shared_with(request.user), SHARES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "journal/shared.html", {"shares": page})


@private
@require_safe
def shared_entry(request: HttpRequest, share_id: uuid.UUID) -> HttpResponse:
    """The text as it is now. Not here any more as soon as it is taken back."""
    shares = EntryShare.objects.select_related("entry", "entry__owner")
    found = get_object_or_404(read_shared.visible(shares, request.user), public_id=share_id)
    (entry,) = tell_steps([found.entry], get_language())
    return render(request, "journal/shared_entry.html", {"share": found, "entry": entry})
