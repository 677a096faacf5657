"""The journal: one's list, reading, writing, deleting, looking for words, printing and taking along."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.journal.actions import entries as actions
from courses.journal.models import Entry
from courses.journal.rules import own_entry
from courses.journal.selectors import entries as selectors
from courses.journal.selectors import searching
from courses.journal.selectors.prompts import tell_steps
from kernel import clock
from kernel.private import private

ENTRIES_PER_PAGE = 10


@private
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """What one has written, newest first, with the way back to the last page first of all."""
    page = Paginator(selectors.entries_of(request.user), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    tell_steps(page, get_language())
    return render(request, "journal/journal.html", {"entries": page})


@private
@require_safe
def entry(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    found = own(request, entry_id)
    tell_steps([found], get_language())
    return render(request, "journal/entry.html", {"entry": found, "shares": selectors.shares_of(found)})


@private
def delete(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    found = own(request, entry_id)
    if request.method == "POST":
        actions.delete_entry(entry=found, by=request.user)
        messages.success(request, _("This page of your journal is deleted."))
        return redirect("journal")
    tell_steps([found], get_language())
    return render(request, "journal/delete.html", {"entry": found, "shares": selectors.shares_of(found)})


@private
def search(request: HttpRequest) -> HttpResponse:
    """By POST alone: the words one looks for in one's journal belong into no address, history or log."""
    if request.method != "POST":
        return redirect("journal")
    query = request.POST.get("q", "").replace("\0", "")[: searching.LONGEST_QUERY]
    found = Paginator(searching.find(request.user, query), ENTRIES_PER_PAGE).get_page(request.POST.get("page"))
    wanted = searching.wanted_words(query)
    context = {"query": query, "page_obj": found, "results": [searching.show(one, wanted) for one in found]}
    return render(request, "journal/search.html", context)


@private
@require_safe
def print_all(request: HttpRequest) -> HttpResponse:
    """All of the journal on one page, in the order it was written, for paper."""
    return render(request, "journal/print.html", {"entries": _all(request)})


@private
@require_safe
def print_one(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    found = own(request, entry_id)
    entries = tell_steps([found], get_language())
    return render(request, "journal/print.html", {"entries": entries, "one": found})


@private
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """All of the journal as one file that any browser opens, also without the Centre."""
    context = {"entries": _all(request), "language": get_language(), "now": clock.now()}
    response = HttpResponse(render_to_string("journal/export.html", context), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="journal-{clock.now():%Y-%m-%d}.html"'
    return response


def own(request: HttpRequest, entry_id: uuid.UUID) -> Entry:
    return get_object_or_404(own_entry.visible(Entry.objects, request.user), public_id=entry_id)


def _all(request: HttpRequest) -> list[Entry]:
    """In the order they were begun."""
    return tell_steps(selectors.entries_of(request.user).order_by("begun_at", "pk"), get_language())
