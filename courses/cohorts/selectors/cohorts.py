"""Questions about cohorts."""
