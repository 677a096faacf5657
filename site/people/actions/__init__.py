"""The verbs of people: `people.actions.<verb>`, each file one noun."""

from people.actions.profile import change_profile

__all__ = ["change_profile"]
