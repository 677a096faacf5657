"""The verbs of places in a cohort: joining, waiting, leaving, transferring."""
