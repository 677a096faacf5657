"""The verbs of learning and of cohorts."""

from courses.cohorts.actions.cohorts import (
    MeetingTime,
    add_own_step,
    cancel_cohort,
    change_own_step,
    close_cohort,
    new_code,
    open_cohort,
    remove_own_step,
    set_places,
    set_timetable,
)
from courses.cohorts.actions.joining import approve_request, decline_request, find_by_code, join, withdraw_request
from courses.cohorts.actions.learning import complete_step, enrol, look_at_completion, reopen_step, was_here
from courses.cohorts.actions.leaving import free_places_of, leave_cohort, transfer

__all__ = [
    "MeetingTime",
    "add_own_step",
    "approve_request",
    "cancel_cohort",
    "change_own_step",
    "close_cohort",
    "complete_step",
    "decline_request",
    "enrol",
    "find_by_code",
    "free_places_of",
    "join",
    "leave_cohort",
    "look_at_completion",
    "new_code",
    "open_cohort",
    "remove_own_step",
    "reopen_step",
    "set_places",
    "set_timetable",
    "transfer",
    "was_here",
    "withdraw_request",
]
