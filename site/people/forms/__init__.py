from people.forms.account import LoginForm, ProfileForm

__all__ = ["LoginForm", "ProfileForm"]
