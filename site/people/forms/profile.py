from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import telephones, zones
from people.models import Profile, ReachBy, User

LONGEST_ACCESS_NEEDS = 2000
LONGEST_NOTE = 300
LONGEST_TELEPHONE = 40


class ProfileForm(forms.ModelForm):
    """What we call somebody and how they want to be met; every field of the profile may stay empty."""

    name = User._meta.get_field("name").formfield(widget=forms.TextInput(attrs={"autocomplete": "nickname"}))
    language = User._meta.get_field("language").formfield()
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages you follow a conversation in"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    access_needs = forms.CharField(
        label=gettext_lazy("What helps you take part"),
        help_text=gettext_lazy(
            "For example: breaks every half hour, captions, no mornings, large type. You need not say why."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_ACCESS_NEEDS,
        required=False,
    )
    telephone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        help_text=gettext_lazy("With the code of your country if you can, for example +33 6 12 34 56 78."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        max_length=LONGEST_TELEPHONE,
        required=False,
    )
    reach_by = forms.ChoiceField(label=gettext_lazy("How you like to be reached"), widget=forms.RadioSelect)
    reach_note = forms.CharField(
        label=gettext_lazy("Anything to know before we do"),
        help_text=gettext_lazy("For example: afternoons only, or a text message first."),
        max_length=LONGEST_NOTE,
        required=False,
    )

    class Meta:
        model = Profile
        fields = [
            "pronoun",
            "languages",
            "other_languages",
            "access_needs",
            "access_needs_shared",
            "telephone",
            "telephone_shared",
            "reach_by",
            "reach_note",
        ]

    # As on the page, where the summary of what is wrong follows it.
    field_order = ["name", "pronoun", "language"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reach_by"].choices = [(value, capfirst(label)) for value, label in ReachBy.choices]
        self.fields["name"].initial = person.name
        self.fields["language"].initial = person.language

    def clean_telephone(self) -> str:
        written = self.cleaned_data["telephone"]
        if not written:
            return ""
        number = telephones.normalise(written)
        if number is None:
            raise forms.ValidationError(
                _("Please write the number with digits and spaces, and a + in front if you like.")
            )
        return number

    def clean(self) -> None:
        super().clean()
        by_telephone = self.cleaned_data.get("reach_by") in (ReachBy.TELEPHONE, ReachBy.TEXT)
        if by_telephone and not self.cleaned_data.get("telephone") and "telephone" not in self.errors:
            self.add_error("telephone", _("Write your number here, or choose to be reached by e-mail."))


class ZoneForm(forms.Form):
    """A zone from the list; a browser's older name for one of them is understood as well."""

    zone = forms.CharField(label=gettext_lazy("Your time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing_yet = [("", _("Choose the nearest large place"))]
        self.fields["zone"].widget = forms.Select(choices=[*nothing_yet, *zones.choices()])

    def clean_zone(self) -> str:
        name = zones.known(self.cleaned_data["zone"])
        if not name:
            raise forms.ValidationError(_("We do not know this time zone. Please choose one from the list."))
        return name
