"""What is sent when something is reported, and when a report is answered."""

from django import forms
from django.utils.translation import gettext_lazy as _


def _area() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "true"})


class ReportForm(forms.Form):
    reason = forms.CharField(label=_("What is wrong with it?"), widget=_area())


class HideForm(forms.Form):
    """Sent to the room, as a command."""

    text = forms.CharField(
        label=_("Why is it hidden?"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Everybody in the room reads the reason."),
    )


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        label=_("What was done about it?"),
        widget=_area(),
        help_text=_("For the programme leads. Write nothing here that should stay in the set."),
    )
