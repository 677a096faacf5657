"""Cohorts, places in them, and those who ask for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views import generic

from centre.queues.base import PersonByEmail, Plain, Queue, Table, Verb
from courses.cohorts import actions
from courses.cohorts.actions import looking_after
from courses.cohorts.models import (
    COHORT,
    Cohort,
    Facilitation,
)
from kernel.errors import Refused
from people import zones

NAMES = {"en": gettext_lazy("English"), "fr": gettext_lazy("French"), "es": gettext_lazy("Spanish")}


class CohortForm(forms.ModelForm):
    """What the staff write of a cohort. How to join its call is not among it: that is between its people."""

    zone = forms.ChoiceField(label=gettext_lazy("Time zone of the timetable"), choices=zones.choices)

    class Meta:
        model = Cohort
        fields = [
            *("name", "course", "organisation", "joining", "places", "zone", "starts_on", "ends_on", "complete_by"),
            "meetings_needed",
        ]
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("starts_on", "ends_on", "complete_by")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, label in (
            ("welcome", gettext_lazy("Welcome, in %(language)s")),
            ("joining_notes", gettext_lazy("Before you join, in %(language)s")),
        ):
            for code, _name in settings.LANGUAGES:
                self.fields[f"{field}_{code}"] = forms.CharField(
                    label=label % {"language": NAMES[code]},
                    required=False,
                    max_length=4000,
                    initial=getattr(self.instance, field).get(code, ""),
                    widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
                )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first. Look at the two days once more."))
        if first and (by := data.get("complete_by")) and by < first:
            self.add_error("complete_by", _("This day is before the first day. Choose a later one, or leave it empty."))
        if data.get("joining") == "members" and not data.get("organisation"):
            self.add_error("organisation", _("Choose the organisation whose members may join."))
        if data.get("places") and data["places"] < self.instance.places_taken:
            taken = {"taken": self.instance.places_taken}
            words = _("%(taken)d people have a place already, so there cannot be fewer places than that.")
            self.add_error("places", words % taken)
        return data

    def _post_clean(self) -> None:
        """The actions write and check; what was said above is said once."""

    def about(self) -> dict[str, Any]:
        data = self.cleaned_data
        texts = {
            field: {code: data[f"{field}_{code}"] for code, _name in settings.LANGUAGES if data[f"{field}_{code}"]}
            for field in ("welcome", "joining_notes")
        }
        return {name: data[name] for name in self.Meta.fields} | texts


class _Writes:
    """Saving is an action, and what it refuses is a sentence in the form."""

    queue: Queue = None

    def form_valid(self, form: CohortForm) -> Any:
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        except forms.ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
        self.produced_error_message = self.get_error_message()
        return self.form_invalid(form)


class MakeCohort(_Writes, generic.CreateView):
    def save_instance(self) -> Cohort:
        return looking_after.make_cohort(by=self.request.user, **self.form.about())

    def get_success_url(self) -> str:
        return self.queue.url_of(self.object)


class ChangeCohort(_Writes, generic.EditView):
    def save_instance(self) -> Cohort:
        return looking_after.change_cohort(cohort=self.object, by=self.request.user, **self.form.about())

    def get_success_url(self) -> str:
        return self.queue.url_of(self.object)

    def get_last_updated_info(self) -> None:
        """The audit has it."""


class LeadersForm(forms.Form):
    facilitation = forms.ModelChoiceField(label=gettext_lazy("Who leads it no more?"), queryset=None)

    def __init__(self, data: Any, cohort: Cohort) -> None:
        super().__init__(data)
        field = self.fields["facilitation"]
        field.queryset = cohort.facilitations.filter(until__isnull=True).select_related("person")
        field.label_from_instance = lambda one: str(one.person)


def _moves(verb: str):
    return lambda cohort: verb in COHORT.open_to(cohort.state)


class Cohorts(Queue):
    model = Cohort
    name = "cohorts"
    icon = "group"
    menu_label = gettext_lazy("Cohorts")
    pages = ("index", "index_results", "inspect", "add", "edit")
    add_view_class, edit_view_class = MakeCohort, ChangeCohort
    list_display = [
        "name",
        "course",
        "organisation",
        "state",
        "starts_on",
        Plain("places_shown", gettext_lazy("Places taken"), lambda one: f"{one.places_taken} / {one.places}"),
    ]
    list_filter = ["state", "joining", "course", "organisation"]
    search_fields = ["name", "organisation__name", "code"]
    inspect_view_fields = [
        *("name", "course", "organisation", "state", "joining", "code", "places", "places_taken", "zone"),
        *("starts_on", "ends_on", "complete_by", "meetings_needed"),
    ]
    verbs = (
        Verb(
            "open",
            gettext_lazy("Open it"),
            gettext_lazy("From now on people may join it."),
            run=lambda cohort, by, data: actions.open_cohort(cohort=cohort, by=by),
            open=_moves("open"),
        ),
        Verb(
            "close",
            gettext_lazy("Close it"),
            gettext_lazy("Nobody new joins any more. Those who wait are told so; those who have a place keep it."),
            run=lambda cohort, by, data: actions.close_cohort(cohort=cohort, by=by),
            open=_moves("close"),
        ),
        Verb(
            "cancel",
            gettext_lazy("Call it off"),
            gettext_lazy(
                "It does not take place. Its people are told and keep all they have done. This cannot be undone."
            ),
            run=lambda cohort, by, data: actions.cancel_cohort(cohort=cohort, by=by),
            open=_moves("cancel"),
            danger=True,
        ),
        Verb(
            "appoint",
            gettext_lazy("Add somebody who leads it"),
            gettext_lazy(
                "They see how far its people have come and what these share with them, and need a second lock."
            ),
            run=lambda cohort, by, data: looking_after.appoint(cohort=cohort, person=data["person"], by=by),
            form=lambda data, cohort: PersonByEmail(data),
        ),
        Verb(
            "end_leading",
            gettext_lazy("End somebody’s leading"),
            gettext_lazy("They see nothing of this cohort from now on."),
            run=lambda cohort, by, data: looking_after.end_facilitation(facilitation=data["facilitation"], by=by),
            open=lambda cohort: cohort.facilitations.filter(until__isnull=True).exists(),
            form=LeadersForm,
        ),
    )

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        return CohortForm

    def rows(self) -> QuerySet:
        return Cohort.objects.select_related("course", "organisation")

    def tables(self, cohort: Cohort) -> list[Table]:
        leads = Facilitation.objects.filter(cohort=cohort, until__isnull=True).select_related("person")
        rows = [(one.person, one.person.email, one.since.date()) for one in leads.order_by("since")[:100]]
        return [Table(_("Who leads it"), (_("Name"), _("E-mail"), _("Since")), rows)]
