"""What I was told, how I want to be told, and my calendar."""

from notices.views.feeds import calendar_feed, calendar_settings
from notices.views.lists import notice, notices, read_all
from notices.views.preferences import notice_preferences, unsubscribe

__all__ = [
    "calendar_feed",
    "calendar_settings",
    "notice",
    "notice_preferences",
    "notices",
    "read_all",
    "unsubscribe",
]
