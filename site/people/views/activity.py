from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from people import audit, selectors
from people.models import AuditLine, User

PER_PAGE = 25


@dataclass(frozen=True)
class Line:
    at: datetime
    words: str
    who: str


@login_required
@never_cache
def activity(request: HttpRequest) -> HttpResponse:
    """What was done about the person who asks, and what they did, a page at a time."""
    page = Paginator(selectors.deeds(request.user), PER_PAGE).get_page(request.GET.get("page"))
    lines = [_line(line, request.user) for line in page]
    return render(request, "people/activity.html", {"page_obj": page, "lines": lines})


def _line(line: AuditLine, person: User) -> Line:
    return Line(at=line.at, words=audit.sentence(line.verb), who=_who(line, person))


def _who(line: AuditLine, person: User) -> str:
    """Never an address: somebody without a name is somebody."""
    if line.by_id == person.pk:
        return _("you")
    if line.by is None:
        return _("the Centre")
    return line.by.name or _("another person")
