"""The verbs of learning and of cohorts."""

from courses.cohorts.actions.learning import complete_step, enrol, reopen_step

__all__ = ["complete_step", "enrol", "reopen_step"]
