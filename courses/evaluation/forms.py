"""The form of an instrument: a scale of eleven for each item, any of which may be passed over."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.evaluation.instruments import ATTAINMENT, HIGHEST, LOWEST, Instrument
from courses.evaluation.models import Answers, Moment

RATINGS = [(str(rating), str(rating)) for rating in range(LOWEST, HIGHEST + 1)]


class AnswersForm(forms.Form):
    """`ratings`, `then` and `attainment` of the cleaned data are what courses.evaluation.actions.keep_answers takes."""

    def __init__(self, *args, instrument: Instrument, moment: str, kept: Answers | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        self._add("now", kept.ratings if kept else {})
        if moment == Moment.AFTER:
            self._add("then", kept.then if kept else {})
        if moment != Moment.BEFORE:
            self.fields["attainment"] = forms.TypedChoiceField(
                label=_("How near is the goal of your initiative?"),
                choices=[(str(degree), words) for degree, words in ATTAINMENT.items()],
                coerce=int,
                empty_value=None,
                required=False,
                initial=str(kept.attainment) if kept and kept.attainment is not None else None,
                widget=forms.RadioSelect,
            )

    def _add(self, group: str, kept: dict[str, int]) -> None:
        for item in self.instrument.items:
            self.fields[f"{group}-{item.key}"] = forms.TypedChoiceField(
                label=item.title,
                help_text=item.text,
                choices=RATINGS,
                coerce=int,
                empty_value=None,
                required=False,
                initial=str(kept[item.key]) if item.key in kept else None,
                widget=forms.RadioSelect(attrs={"class": "scale"}),
            )

    def scales(self, group: str) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith(f"{group}-")]

    @property
    def now(self) -> list[forms.BoundField]:
        return self.scales("now")

    @property
    def then(self) -> list[forms.BoundField]:
        return self.scales("then")

    def ratings_of(self, group: str) -> dict[str, int]:
        marks = {
            name.removeprefix(f"{group}-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith(f"{group}-")
        }
        return {key: value for key, value in marks.items() if value is not None}

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and "keep" not in self.data and not self.ratings_of("now"):
            raise forms.ValidationError(_("Choose a number for at least one of the eight, or save and stop here."))
        return cleaned
