"""What people are told, how they want to be told, and the work that is due."""

from notices.models.due import DUE_WORK, FAILED, DueState, DueWork
from notices.models.feeds import CalendarFeed
from notices.models.notices import Habits, How, Notice, Preference

__all__ = ["DUE_WORK", "FAILED", "CalendarFeed", "DueState", "DueWork", "Habits", "How", "Notice", "Preference"]
