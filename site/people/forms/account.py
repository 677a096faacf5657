from allauth.account.forms import LoginForm as AllauthLoginForm


class LoginForm(AllauthLoginForm):
    """Signing in with a password, for those who have chosen one. allauth drops the field where signing up asks for
    none, but a password can be added later on the account page."""

    def _setup_password_field(self) -> None:
        """Keep the field."""
