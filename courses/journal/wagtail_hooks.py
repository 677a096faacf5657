"""What this app adds to the pages of lower apps and to the learner home."""
