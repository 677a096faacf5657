"""The verbs of notices, one module for each noun."""
