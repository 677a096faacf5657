"""Questions about learning and about cohorts."""

from courses.cohorts.selectors.learning import (
    Progress,
    Requirement,
    all_progress,
    also_required_of_newcomers,
    complete_by,
    enrolment_of,
    home_of,
    meetings_attended,
    open_courses,
    progress_in,
    requirements,
    steps_done_by,
)

__all__ = [
    "Progress",
    "Requirement",
    "all_progress",
    "also_required_of_newcomers",
    "complete_by",
    "enrolment_of",
    "home_of",
    "meetings_attended",
    "open_courses",
    "progress_in",
    "requirements",
    "steps_done_by",
]
