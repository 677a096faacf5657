"""What is said of a set, looked for in one, and asked of whoever takes a seat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from community.sets.actions.leaving import Reason
from community.sets.actions.sets import Page
from community.sets.meeting.times import DAYS, PARTS
from community.sets.models import FEWEST_SEATS, MOST_SEATS, Cadence, Joining, LearningSet
from community.sets.selectors.matching import Wishes, language_name
from community.sets.selectors.sets import time_name
from courses.cohorts.models import Cohort
from people import zones

LONGEST_ABOUT = 2000
LONGEST_NOTE = 600
LONGEST_RULES = 6000
MINUTES = (45, 240)


def languages() -> list[tuple[str, str]]:
    """The site's languages, named in the language of the page."""
    return [(code, language_name(code)) for code, _name in settings.LANGUAGES]


def week() -> list[tuple[str, list[tuple[str, str]]]]:
    """The times of each day; the day is said to those who do not see the rows."""
    label = '<span class="visually-hidden">{}</span><span aria-hidden="true">{}</span>'

    def of_day(key: str) -> list[tuple[str, str]]:
        names = {f"{key}_{part}": words for part, words in PARTS.items()}
        return [(name, format_html(label, time_name(name), words)) for name, words in names.items()]

    return [(str(day), of_day(key)) for key, day in DAYS.items()]


class WordsField(forms.CharField):
    """Text in several lines. A new line counts once, as it does in the reader's browser."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: object) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class SetForm(forms.Form):
    """Everything that its convenor says of a set."""

    name = forms.CharField(label=_("What is the set called?"), max_length=120)
    theme = forms.CharField(
        label=_("Theme"),
        max_length=120,
        required=False,
        help_text=_("A few words, if there is one. For example: carers, or speaking on boards."),
    )
    about = WordsField(
        label=_("About the set"),
        max_length=LONGEST_ABOUT,
        required=False,
        help_text=_("For whoever thinks of joining. Do not name anybody here."),
    )
    language = forms.ChoiceField(label=_("In which language do you meet?"), choices=languages)
    zone = forms.CharField(
        label=_("Time zone of the set"), help_text=_("Everybody sees the times in their own zone as well.")
    )
    joining = forms.ChoiceField(label=_("How do people join?"), widget=forms.RadioSelect)
    cohort = forms.ChoiceField(label=_("Which cohort?"), required=False)
    seats = forms.TypedChoiceField(
        label=_("How many seats?"),
        coerce=int,
        choices=[(number, number) for number in range(FEWEST_SEATS, MOST_SEATS + 1)],
        help_text=_("Six people have time for two turns in two hours. The seat of a set adviser is not counted."),
    )
    suits = forms.MultipleChoiceField(
        label=_("Which times suit you?"),
        choices=week,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "week"}),
        help_text=_("In the time zone of the set. They help others find you; each meeting still has its own date."),
    )
    cadence = forms.ChoiceField(label=_("How often do you meet?"))
    minutes = forms.IntegerField(
        label=_("How long is a meeting, in minutes?"), min_value=MINUTES[0], max_value=MINUTES[1]
    )
    slow = forms.BooleanField(
        label=_("We meet over days, in writing"),
        required=False,
        help_text=_("For sets that cannot sit together at one hour. You can change it for each meeting."),
    )
    call_link = forms.URLField(
        label=_("Link of the call"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Only the set’s members see the link, the numbers and the PIN, from 15 minutes before a meeting."),
    )
    call_numbers = WordsField(
        label=_("Telephone numbers of the call"),
        max_length=500,
        required=False,
        rows=3,
        help_text=_("One on each line, each with its country."),
    )
    call_pin = forms.CharField(label=_("PIN of the call"), max_length=40, required=False)

    def __init__(self, *args: Any, cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohorts = {str(cohort.public_id): cohort for cohort in cohorts}
        ways = [(value, capfirst(label)) for value, label in Joining.choices if value != Joining.COHORT or self.cohorts]
        self.fields["joining"].choices = ways
        self.fields["cadence"].choices = [(value, capfirst(label)) for value, label in Cadence.choices]
        self.fields["zone"].widget = forms.Select(choices=[("", _("Choose the nearest large place")), *zones.choices()])
        self.fields["cohort"].choices = [
            ("", _("Choose a cohort")),
            *((key, cohort.name) for key, cohort in self.cohorts.items()),
        ]
        if not self.cohorts:
            del self.fields["cohort"]

    def clean_zone(self) -> str:
        name = zones.known(self.cleaned_data["zone"])
        if not name:
            raise ValidationError(_now("We do not know this time zone. Please choose one from the list."))
        return name

    def clean_call_link(self) -> str:
        link = self.cleaned_data["call_link"]
        if link and not link.startswith(("https://", "http://")):
            raise ValidationError(_now("Write the link as your browser shows it. It begins with https://"))
        return link

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("joining") == Joining.COHORT and not data.get("cohort") and "cohort" not in self.errors:
            self.add_error("cohort", _now("Choose the cohort whose people may join."))
        return data

    def page(self) -> Page:
        said = {name: value for name, value in self.cleaned_data.items() if name in Page.__dataclass_fields__}
        return Page(**{**said, "cohort": self.cohorts.get(self.cleaned_data.get("cohort", ""))})


class ProposeForm(SetForm):
    """The same for a new one, with the ground rules that it begins with."""

    accepts = forms.BooleanField(
        label=_("I accept the ground rules that every set begins with"),
        help_text=_("You can read them below. The set can write its own, at any time."),
    )

    def __init__(self, *args: Any, may_advise: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_advise:
            self.fields["as_adviser"] = _adviser_field()
            self.order_fields([name for name in self.fields if name != "accepts"])


def stored(learning_set: LearningSet) -> dict[str, Any]:
    """What stands in the form of a set that there is."""
    said = {name: getattr(learning_set, name) for name in Page.__dataclass_fields__ if name != "cohort"}
    return {**said, "cohort": str(learning_set.cohort.public_id) if learning_set.cohort else ""}


def _adviser_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("I am the set adviser"),
        required=False,
        help_text=_("You look after the set from a seat beside the others, and bring no issue of your own."),
    )


class FindForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), required=False)
    times = forms.MultipleChoiceField(
        label=_("Times that suit you"),
        choices=week,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "week"}),
    )
    words = forms.CharField(
        label=_("What is it about?"),
        max_length=100,
        required=False,
        help_text=_("A few words that its theme could have. Those that have them come first."),
    )
    near = forms.BooleanField(label=_("Only sets whose clocks are at most three hours from mine"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _now("Any language")), *languages()]

    def wishes(self) -> Wishes:
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Wishes(
            language=said.get("language", ""),
            near=bool(said.get("near")),
            times=frozenset(said.get("times", ())),
            words=said.get("words", ""),
        )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Invite code"),
        max_length=40,
        help_text=_("Eight letters and digits, for example ABCD 2345. Capitals and spaces do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class AcceptForm(forms.Form):
    """`version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=100_000, required=False)
    accepts = forms.BooleanField(label=_("I have read the ground rules and accept them"))


class TakeForm(AcceptForm):
    """A seat for whoever may take one without asking: with a code, or as one of the set's cohort."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, full: bool = False, may_advise: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if full:
            # There is nothing to accept yet; whoever moves up is asked then.
            del self.fields["accepts"]
        if may_advise:
            self.fields["as_adviser"] = _adviser_field()


class AskForm(forms.Form):
    note = WordsField(
        label=_("A few words to the set"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=_("Who you are, and what brings you. The members of the set read it."),
    )


class RulesForm(forms.Form):
    text = WordsField(label=_("Ground rules"), max_length=LONGEST_RULES, rows=14)
    language = forms.ChoiceField(label=_("Language of these rules"), choices=languages)


class HandOverForm(forms.Form):
    seat = forms.ChoiceField(label=_("Who looks after the set from now on?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, members: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = list(members)


class RemoveForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        help_text=_("It is noted for the Centre’s record. The member is not told, but finds it in their own data."),
    )
