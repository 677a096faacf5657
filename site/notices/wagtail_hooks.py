"""What this app adds to the learner home."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from notices.selectors import lists


@hooks.register("learner_home", order=60)
def what_is_new(request: HttpRequest, subject: None = None) -> str | None:
    """The latest unread notices; nothing when there are none. One query."""
    told = lists.latest_unread(request.user)
    return render_to_string("notices/learner_home.html", {"told": told, "request": request}) if told else None
