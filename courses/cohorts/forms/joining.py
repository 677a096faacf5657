"""Forms of those who join a cohort, and of the organisation that invites them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.cohorts.models import Cohort

MOST_ADDRESSES = 50


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Invite code"),
        max_length=40,
        help_text=_("Eight letters and digits, for example ABCD 2345. Capitals and spaces do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class LeaveForm(forms.Form):
    OWN_PACE, WITHDRAW = "own_pace", "withdraw"
    how = forms.ChoiceField(
        label=_("What would you like?"),
        choices=[
            (OWN_PACE, _("Leave the cohort and go on at my own pace")),
            (WITHDRAW, _("Leave the course altogether")),
        ],
        initial=OWN_PACE,
        widget=forms.RadioSelect,
    )


class TransferForm(forms.Form):
    """To one of the cohorts that are open, or to the one whose code somebody has."""

    cohort = forms.ChoiceField(label=_("A cohort that is open to you"), required=False)
    code = forms.CharField(
        label=_("Or the invite code of another cohort"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohorts = {str(cohort.public_id): cohort for cohort in cohorts}
        self.fields["cohort"].choices = [
            ("", _("Choose a cohort")),
            *((key, cohort.name) for key, cohort in self.cohorts.items()),
        ]
        if not self.cohorts:
            del self.fields["cohort"]
            self.fields["code"].label = _("The invite code of the other cohort")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("cohort") and not cleaned.get("code"):
            raise ValidationError(_("Choose a cohort, or type the code of one."))
        return cleaned


class InviteForm(forms.Form):
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=10_000,
        help_text=_("Up to 50 at once: one on each line, or with commas between them."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)

    def clean_addresses(self) -> list[str]:
        """Each once, in their order. One that cannot be an address stops all: nothing is sent by halves."""
        typed = [part for part in re.split(r"[\s,;]+", self.cleaned_data["addresses"]) if part]
        found = list(dict.fromkeys(address.strip("<>").lower() for address in typed))
        wrong = [address[:80] for address in found if not _is_address(address)]
        if wrong:
            message = ngettext(
                "This does not look like an e-mail address: %(addresses)s. Nothing has been sent yet.",
                "These do not look like e-mail addresses: %(addresses)s. Nothing has been sent yet.",
                len(wrong),
            )
            shown = wrong[:MOST_ADDRESSES]
            raise ValidationError(message % {"addresses": ", ".join(shown)})
        if len(found) > MOST_ADDRESSES:
            raise ValidationError(
                _now("These are %(count)d addresses. Please send to 50 at once; nothing has been sent yet.")
                % {"count": len(found)}
            )
        return found


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
