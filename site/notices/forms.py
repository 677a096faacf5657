"""What people say about how they want to be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from notices.models import Habits
from notices.selectors.wishes import Choice

KIND = "kind-"
ISO_WEEKDAYS = [(number + 1, name) for number, name in WEEKDAYS.items()]


def _time(**words: Any) -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **words)


class ReadAllForm(forms.Form):
    until = forms.DateTimeField(required=False)


class PreferencesForm(forms.ModelForm):
    """One choice for each kind, then when mail suits this person (`instance` is their habits, and is not saved here:
    that is an action). Times are wall times of their zone."""

    quiet_from = _time(
        label=_("Quiet hours: from"),
        help_text=_(
            "During these hours we send you no e-mail, except what cannot wait: for example a change to your account."
        ),
    )
    quiet_until = _time(
        label=_("Quiet hours: until"), help_text=_("Give the same time twice if you want no quiet hours.")
    )
    digest_at = _time(label=_("Time of the daily or weekly e-mail"))
    digest_weekday = forms.TypedChoiceField(label=_("Day of the weekly e-mail"), choices=ISO_WEEKDAYS, coerce=int)

    class Meta:
        model = Habits
        fields = ("quiet_from", "quiet_until", "digest_at", "digest_weekday")

    def __init__(self, *args: Any, choices: Iterable[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for choice in choices:
            self.fields[f"{KIND}{choice.kind.key}"] = forms.ChoiceField(
                label=choice.kind.label,
                choices=[(way.value, way.label) for way in choice.options],
                initial=choice.how.value,
                help_text=_("This always comes by e-mail too: it is about your account, or something you asked for.")
                if choice.kind.essential
                else "",
            )

    @property
    def habit_fields(self) -> list[BoundField]:
        return [self[name] for name in self.Meta.fields]

    @property
    def kind_fields(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith(KIND)]

    @property
    def chosen(self) -> dict[str, str]:
        """Kind -> how, of a valid form: what was changed, so that the rest goes on following what the kinds propose."""
        return {name.removeprefix(KIND): self.cleaned_data[name] for name in self.changed_data if name.startswith(KIND)}

    @property
    def habits(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
