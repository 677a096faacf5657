"""Offering a story to everybody, and an editor's answer."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from courses.journal.forms.initiatives import WordsField


class StoryForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    text = WordsField(
        label=_("Your story"),
        max_length=8000,
        rows=14,
        help_text=_(
            "Up to 8,000 characters, written for people who do not know you. Leave an empty line between paragraphs. "
            "Name nobody who has not agreed to it."
        ),
    )
    shown_name = forms.CharField(
        label=_("Name to show with it"),
        max_length=80,
        required=False,
        help_text=_("Any name you like. Leave it empty, and no name is shown."),
    )
    language = forms.ChoiceField(label=_("The language it is written in"), choices=settings.LANGUAGES)


class AnswerForm(forms.Form):
    answer = WordsField(
        label=_("Your answer to the author"),
        max_length=1000,
        help_text=_("Kind and plain: why the story is not taken, and what would help. The author reads it."),
    )
