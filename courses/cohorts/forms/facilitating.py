"""Forms of whoever leads a cohort."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.cohorts.actions.messages import LONGEST
from courses.cohorts.models import AttendedBy, Enrolment
from people.models import User


def called(person: User, code: uuid.UUID) -> str:
    """How a facilitator finds somebody in a list."""
    return person.name or gettext("Somebody without a name yet (%(code)s)") % {"code": code.hex[:6]}


class AttendanceForm(forms.Form):
    """For each learner how they were at one meeting; a field is named by the public id of the enrolment."""

    CHOICES = [("", _("Not recorded")), *AttendedBy.choices]

    def __init__(self, *args: Any, learners: Iterable[Enrolment], there: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for enrolment in learners:
            self.fields[str(enrolment.public_id)] = forms.ChoiceField(
                label=called(enrolment.person, enrolment.public_id),
                choices=self.CHOICES,
                initial=there.get(enrolment.pk, ""),
                required=False,
            )

    def marks(self) -> dict[uuid.UUID, str]:
        return {uuid.UUID(name): how for name, how in self.cleaned_data.items()}


class MessageForm(forms.Form):
    to = forms.ChoiceField(label=_("To"), required=False)
    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "An empty line begins a new paragraph. People get a notice that leads here; it does not hold the text."
        ),
        error_messages={"required": _("There is nothing written yet.")},
    )

    def __init__(self, *args: Any, learners: Iterable[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learners = {str(enrolment.public_id): enrolment for enrolment in learners}
        names = [(key, called(one.person, one.public_id)) for key, one in self.learners.items()]
        self.fields["to"].choices = [("", gettext("Everybody in the cohort")), *names]

    @property
    def recipient(self) -> Enrolment | None:
        return self.learners.get(self.cleaned_data["to"])
