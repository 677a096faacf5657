from people.forms.account import LoginForm
from people.forms.organisations import InviteForm, RoleForm
from people.forms.pauses import PauseForm
from people.forms.profile import ProfileForm, ZoneForm

__all__ = ["InviteForm", "LoginForm", "PauseForm", "ProfileForm", "RoleForm", "ZoneForm"]
