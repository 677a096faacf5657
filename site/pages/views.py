"""The report for editors and translators in the CMS."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from wagtail.admin.auth import require_admin_access

from pages.translations import out_of_date


@require_admin_access
def translations_out_of_date(request: HttpRequest) -> HttpResponse:
    """Every translation that is behind its English page, and why."""
    rows = Paginator(out_of_date(), 50).get_page(request.GET.get("p"))
    return render(
        request, "pages/admin/out_of_date.html", {"rows": rows, "header_title": _("Translations out of date")}
    )
