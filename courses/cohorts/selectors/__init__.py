"""Questions about learning and about cohorts."""

from courses.cohorts.selectors.learning import (
    Progress,
    all_progress,
    enrolment_of,
    open_courses,
    progress_in,
    steps_done_by,
)

__all__ = ["Progress", "all_progress", "enrolment_of", "open_courses", "progress_in", "steps_done_by"]
