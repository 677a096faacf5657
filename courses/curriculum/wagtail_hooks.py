"""What this app adds to the home page: the way to the first course, and its path."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from courses.curriculum import selectors
from courses.curriculum.models import CoursePage
from pages.models import HomePage


def _first_course(request: HttpRequest, home: HomePage) -> CoursePage | None:
    """Asked once a request: two panels show it."""
    if not hasattr(request, "_first_course"):
        courses = CoursePage.objects.live().descendant_of(home).order_by("path")
        request._first_course = courses.select_related("locale").first()
    return request._first_course


@hooks.register("home_panel", order=10)
def home_panel(request: HttpRequest, home: HomePage) -> str:
    return render_to_string("curriculum/home_panel.html", {"home": home, "course": _first_course(request, home)})


@hooks.register("home_path", order=10)
def home_path(request: HttpRequest, home: HomePage) -> str:
    course = _first_course(request, home)
    stones = selectors.stones(selectors.outline(course), done=None) if course else []
    return render_to_string("curriculum/home_path.html", {"course": course, "stones": stones})
