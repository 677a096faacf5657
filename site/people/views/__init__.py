"""Pages of the account: `people.views.<page>`, each file one noun."""

from people.views.account import account_home

__all__ = ["account_home"]
