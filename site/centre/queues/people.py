"""Organisations and who acts for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Field, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views import generic

from centre.queues.base import PersonByEmail, Plain, Queue, Table, Verb
from people import actions, audit
from people.models import AuditLine, Membership, Organisation, Role


class NewMember(PersonByEmail):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.MEMBER)


class WhichMembership(forms.Form):
    membership = forms.ModelChoiceField(label=gettext_lazy("Whose?"), queryset=None)

    def __init__(self, data: Any, organisation: Organisation) -> None:
        super().__init__(data)
        field = self.fields["membership"]
        field.queryset = organisation.memberships.filter(until__isnull=True).select_related("person")
        field.label_from_instance = lambda one: f"{one.person} ({one.get_role_display()})"


class OtherRole(WhichMembership):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)


class _Audited:
    """There is one verb for an organisation's name in the CMS, and this is it: saved, and written down."""

    verb_name = ""

    def save_instance(self) -> Organisation:
        organisation = self.form.save()
        audit.record(self.verb_name, by=self.request.user, subject=organisation)
        return organisation


class MakeOrganisation(_Audited, generic.CreateView):
    verb_name = "organisation.made"


class ChangeOrganisation(_Audited, generic.EditView):
    verb_name = "organisation.changed"

    def get_last_updated_info(self) -> None:
        """The audit has it."""


def _has_members(organisation: Organisation) -> bool:
    return organisation.memberships.filter(until__isnull=True).exists()


class Organisations(Queue):
    model = Organisation
    name = "organisations"
    icon = "home"
    menu_label = gettext_lazy("Organisations")
    pages = ("index", "index_results", "inspect", "add", "edit")
    add_view_class, edit_view_class = MakeOrganisation, ChangeOrganisation
    form_fields = ["name", "kind", "country", "website"]
    list_display = ["name", "kind", "country", Plain("members", gettext_lazy("People"), lambda one: one.people)]
    list_filter = ["kind"]
    search_fields = ["name", "country"]
    inspect_view_fields = ["name", "kind", "country", "website", "made_at"]
    verbs = (
        Verb(
            "add_member",
            gettext_lazy("Add somebody"),
            gettext_lazy("They act for this organisation from now on. A lead may invite others and sees its cohorts."),
            run=lambda organisation, by, data: actions.begin_membership(
                organisation=organisation, person=data["person"], role=data["role"], by=by
            ),
            form=lambda data, organisation: NewMember(data),
        ),
        Verb(
            "change_role",
            gettext_lazy("Change somebody’s role"),
            gettext_lazy("A lead may invite others and sees its cohorts; a member may not."),
            run=lambda organisation, by, data: actions.change_role(
                membership=data["membership"], role=data["role"], by=by
            ),
            open=_has_members,
            form=OtherRole,
        ),
        Verb(
            "end_membership",
            gettext_lazy("End somebody’s membership"),
            gettext_lazy("They do not act for this organisation any more. Their own courses stay theirs."),
            run=lambda organisation, by, data: actions.end_membership(membership=data["membership"], by=by),
            open=_has_members,
            form=WhichMembership,
        ),
    )

    def formfield_for_dbfield(self, db_field: Field, **kwargs: Any) -> forms.Field:
        return db_field.formfield(**kwargs, **({"assume_scheme": "https"} if db_field.name == "website" else {}))

    def rows(self) -> QuerySet:
        live = Count("memberships", filter=Q(memberships__until__isnull=True))
        return Organisation.objects.annotate(people=live).order_by("name", "pk")

    def tables(self, organisation: Organisation) -> list[Table]:
        live = Membership.objects.filter(organisation=organisation, until__isnull=True).select_related("person")
        rows = [(one.person, one.person.email, one.get_role_display(), one.since.date()) for one in live[:200]]
        return [Table(_("People"), (_("Name"), _("E-mail"), _("Role"), _("Since")), rows)]


# Who sits in which set, who was reported there and by whom, is for nobody here; that a report was read, is.
OF_SETS = ("learningset", "seat", "seatrequest", "meeting")


class AuditLines(Queue):
    """Who did what to what, but for what happens in sets. To be read and searched; nothing here can be changed."""

    model = AuditLine
    name = "audit"
    icon = "history"
    menu_label = gettext_lazy("Who did what")
    list_display = [
        "verb",
        "at",
        "by",
        "about",
        Plain("thing", gettext_lazy("Thing"), lambda line: f"{line.subject_type} {line.subject_id}".strip()),
    ]
    list_filter = ["verb", "subject_type"]
    search_fields = ["verb", "subject_id", "by__email", "about__email"]
    inspect_view_fields = ["at", "verb", "by", "about", "subject_type", "subject_id", "detail"]

    def rows(self) -> QuerySet:
        lines = AuditLine.objects.select_related("by", "about").order_by("-at", "-pk")
        return lines.exclude(Q(subject_type__in=OF_SETS) | (Q(subject_type="report") & ~Q(verb="report.read")))
