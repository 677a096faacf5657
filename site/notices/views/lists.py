"""What I was told: the list, one of them, all of them read."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notices.actions import reading
from notices.forms import ReadAllForm
from notices.models import Notice
from notices.rules import read
from notices.selectors import lists

PER_PAGE = 20


@login_required
@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    page = Paginator(lists.notices_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    # The newest one that is shown: what comes in while the list is open is not marked by its button.
    newest = page.object_list[0].happened_at if page.object_list else None
    context = {
        "page": page,
        "days": lists.by_day(page.object_list),
        "unread": lists.unread_count(request.user),
        "newest": newest.isoformat() if newest and page.number == 1 else "",
    }
    return render(request, "notices/notices.html", context)


@login_required
@require_safe
def notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Go where a notice leads. Following it is reading it, so it is marked by GET: but only for somebody who really
    comes, not for a browser or a mail programme that looks ahead."""
    found = get_object_or_404(read.visible(Notice.objects, request.user), public_id=notice_id)
    if _looks_ahead(request):
        # Not a success, or the browser would show this answer in place of asking when the person does come.
        return HttpResponse(status=403, headers={"Cache-Control": "no-store"})
    if request.method == "GET":
        reading.read(notice=found, by=request.user)
    if not found.route:
        return redirect("notices")
    try:
        return redirect(reverse(found.route, args=found.route_args))
    except NoReverseMatch:
        messages.info(request, _("What this notice was about is no longer there. The notice is marked as read."))
        return redirect("notices")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    form = ReadAllForm(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else None
    count = reading.read_all(by=request.user, until=until)
    if count:
        said = ngettext("%(n)s notice is marked as read.", "%(n)s notices are marked as read.", count)
        messages.success(request, said % {"n": count})
    return redirect("notices")


def _looks_ahead(request: HttpRequest) -> bool:
    """Sec-Purpose is the standard; the others are older names for it."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)
