from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from people.models import Invitation, Role

ROLES = [
    (Role.MEMBER, gettext_lazy("Member: takes part in what the organisation offers")),
    (Role.LEAD, gettext_lazy("Lead: also invites people and looks after the organisation’s cohorts")),
]


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Their e-mail address"),
        max_length=Invitation._meta.get_field("email").max_length,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What they will do"),
        choices=ROLES,
        widget=forms.RadioSelect,
        initial=Role.MEMBER,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the invitation"), choices=settings.LANGUAGES)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("What they do"), choices=ROLES, widget=forms.RadioSelect)
