"""What is sent when somebody writes, shares and looks for words."""

import uuid

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from courses.journal.selectors.entries import Companion

LONGEST_TITLE = 200
LONGEST_BODY = 50_000


class Words(forms.CharField):
    """Somebody's words as they are. Browsers send their line ends as CR LF; a NUL no database takes is left out."""

    def __init__(self, **options) -> None:
        super().__init__(strip=False, required=False, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        """No maxlength: a browser would cut off the end of what is pasted without a word."""
        return {}

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        return text.encode(errors="replace").decode()  # half of a pair is no letter


class EntryForm(forms.Form):
    title = Words(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("A title can have 200 characters. Please make it shorter.")},
    )
    body = Words(
        label=_("Your text"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 14, "autocomplete": "off", "spellcheck": "true"}),
        error_messages={
            "max_length": _(
                "This page is full: it can have 50,000 characters. Please move the end of your text to a new page."
            )
        },
    )
    language = forms.ChoiceField(label=_("The language you write in"), choices=settings.LANGUAGES)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        language = self["language"].value()
        if language in dict(settings.LANGUAGES):
            for name in ("title", "body"):
                self.fields[name].widget.attrs["lang"] = language


class NewEntryForm(EntryForm):
    """`draft` names what is being written until it has an address; `step` and `question` say what it answers."""

    draft = forms.UUIDField(widget=forms.HiddenInput)
    step = forms.UUIDField(widget=forms.HiddenInput, required=False)
    question = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=100)

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and not (cleaned["title"] + cleaned["body"]).strip():
            words = _("Write a word or a line first. An empty page is not kept.")
            self.add_error("body", forms.ValidationError(words, code="nothing_yet"))
        return cleaned


class ShareForm(forms.Form):
    reader = forms.ChoiceField(
        label=_("Who may read it"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one person."),
            "invalid_choice": _("You can share with the people of your own cohort. Please choose one of them."),
        },
    )

    def __init__(self, *args, companions: list[Companion], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reader"].choices = [(str(one.public_id), str(one)) for one in companions]

    def clean_reader(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["reader"])
