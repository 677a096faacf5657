"""What sets add to the learner home; what their meetings add elsewhere is in meeting_hooks."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from community.sets import meeting_hooks  # noqa: F401 - its hooks register themselves
from community.sets.models import Meeting
from community.sets.selectors import sets as selectors
from community.sets.selectors.meetings import has_room


@hooks.register("learner_home", order=38)
def my_sets(request: HttpRequest, subject: None = None) -> str:
    """The next meeting and what one wants to do; for those who learn or have learnt here, the way to a set."""
    home = selectors.home_of(request.user)
    if not home.sets and not home.learns:
        return ""
    next_one = Meeting(state=home.state, starts_at=home.starts_at)
    context = {"home": home, "room_is_open": bool(home.meeting_id) and has_room(next_one), "request": request}
    return render_to_string("sets/home_panel.html", context)
