"""The verbs of a cohort itself: opening, closing, its timetable, its own steps."""
