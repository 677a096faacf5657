"""What a learner writes about their initiative, a part at a time."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.journal.models import NEARNESS

# Room for a long page, not for a book.
LONGEST_PART = 4000


class WordsField(forms.CharField):
    """Text in several lines. A new line counts once, as it does in the reader's browser."""

    def __init__(self, *, rows: int = 4, **options) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: object) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class TitleForm(forms.Form):
    title = forms.CharField(
        label=_("What do you call it?"),
        max_length=120,
        help_text=_("A few words are enough. You can change them on any day."),
    )


class InitiativeForm(TitleForm):
    aim = WordsField(
        label=_("What do you want to change?"),
        max_length=LONGEST_PART,
        required=False,
        strip=False,
        help_text=_("One sentence: what will be different, where, and by when."),
    )
    who_for = WordsField(
        label=_("Who is it for?"),
        max_length=LONGEST_PART,
        required=False,
        strip=False,
        help_text=_("And how you asked some of them what they want."),
    )
    who_decides = WordsField(
        label=_("Who decides about it?"),
        max_length=LONGEST_PART,
        required=False,
        strip=False,
        help_text=_("And who holds the money. If you do not know yet, write who might tell you."),
    )
    first_steps = WordsField(
        label=_("What are the first steps?"),
        max_length=LONGEST_PART,
        required=False,
        strip=False,
        help_text=_("Three at most. At least one that you can do on a bad day."),
    )
    what_changed = WordsField(
        label=_("What has changed?"),
        max_length=LONGEST_PART,
        required=False,
        strip=False,
        help_text=_("What has moved, what has not, and who else made it happen. “Nothing yet” is an honest answer."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


class SharingForm(forms.Form):
    facilitators = forms.BooleanField(
        label=_("The facilitators of my cohort may read it"),
        required=False,
        help_text=_("If you move to another cohort, its facilitators read it instead."),
    )
    set_members = forms.BooleanField(
        label=_("The members of my action learning set may read it"),
        required=False,
        help_text=_("This is remembered, and will hold once you belong to a set."),
    )


class MilestoneForm(forms.Form):
    text = forms.CharField(
        label=_("A point on the way"),
        max_length=300,
        help_text=_("Something of which anybody can see that it has happened, or not."),
    )
    by_date = forms.DateField(
        label=_("By when?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class UpdateForm(forms.Form):
    news = WordsField(label=_("What is new?"), max_length=2000, rows=3)
    attainment = forms.TypedChoiceField(
        label=_("How near is the goal?"),
        choices=[("", _("I leave this open")), *NEARNESS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
