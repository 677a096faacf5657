"""The pages that belong to no app: the learner home, search, the styleguide, robots and the sitemap."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.vary import vary_on_headers
from wagtail import hooks
from wagtail.views import serve as wagtail_serve
from wagtail.views import serve_chain

from centre import styleguide
from kernel.private import private
from pages.selectors import all_versions, page_at
from pages.selectors import search as search_pages

RESULTS_PER_PAGE = 10


def show_page(request: HttpRequest, path: str) -> HttpResponse:
    """A page by its whole address: two queries, where Wagtail asks two for each level of the tree. What is not simply
    there (a redirect, a missing slash, nothing at all) is left to Wagtail."""
    page = page_at(request.path_info)
    if page is None:
        return wagtail_serve(request, path)
    for before in hooks.get_hooks("before_serve_page"):
        response = before(page, request, [], {})
        if isinstance(response, HttpResponse):
            return response
    serve = serve_chain
    for around in reversed(hooks.get_hooks("on_serve_page")):
        serve = around(serve)
    return serve(page, request, [], {})


@private
def learner_home(request: HttpRequest) -> HttpResponse:
    """One page with what matters now; its panels come from the apps (hook `learner_home`)."""
    return render(request, "learner_home.html")


@cache_control(private=True)
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")[:200]
    results = Paginator(search_pages(query, get_language()), RESULTS_PER_PAGE).get_page(request.GET.get("page"))
    template = "search_results.html" if request.htmx else "search.html"
    context = {"query": query, "results": results, "page_query": f"{urlencode({'q': query})}&"}
    return render(request, template, context)


def show_styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for staff and in demonstrations."""
    if not (settings.DEMO or request.user.is_staff):
        raise Http404
    return render(request, "styleguide.html", styleguide.samples())


def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /demo/", f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def sitemap(request: HttpRequest) -> HttpResponse:
    """Every live page with its translations (hreflang), as XML."""
    return render(request, "sitemap.xml", {"groups": all_versions()}, content_type="application/xml")
