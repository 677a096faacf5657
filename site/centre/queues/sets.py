"""Action learning sets as the staff see them: how many, and nothing of what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.permission_policies import ModelPermissionPolicy

from centre.queues.base import Plain, Queue, Table
from community.sets.models import LearningSet
from community.sets.selectors.counts import name_shown, with_counts
from courses.cohorts.models import Cohort

# What only its members read; not even fetched.
THEIRS = ("theme", "about", "code", "suits", "plan", "call_link", "call_numbers", "call_pin")


class Nameless(ModelIterable):
    """Rows without the names that only members read: whatever page shows a row, it has no other name to show."""

    def __iter__(self) -> Iterator[LearningSet]:
        for one in super().__iter__():
            one.name = name_shown(one) or str(one.public_id)
            yield one


class Sets(Queue):
    """Seen by whoever looks after cohorts. Cannot be searched: finding a name is reading it."""

    model = LearningSet
    name = "sets"
    icon = "group"
    menu_label = gettext_lazy("Action learning sets")
    list_display = [
        "public_id",
        Plain("shown", gettext_lazy("Name"), name_shown),
        "state",
        "joining",
        Plain("places", gettext_lazy("Seats taken"), lambda one: f"{one.seats_taken} / {one.seats}"),
        Plain("meetings", gettext_lazy("Meetings held"), lambda one: one.held),
        Plain("there", gettext_lazy("Attendances"), lambda one: one.attendances),
        Plain("open", gettext_lazy("Commitments open"), lambda one: one.commitments_open),
        Plain("done", gettext_lazy("Commitments done"), lambda one: one.commitments_done),
        Plain("reports", gettext_lazy("Reports open"), lambda one: one.reports_open),
    ]
    list_filter = ["state", "joining"]
    inspect_view_fields = ["public_id", "state", "joining", "seats", "seats_taken", "made_at", "closed_at"]

    @cached_property
    def permission_policy(self) -> ModelPermissionPolicy:
        return ModelPermissionPolicy(Cohort)

    def rows(self) -> QuerySet:
        sets = with_counts(LearningSet.objects.defer(*THEIRS)).order_by("-made_at", "-pk")
        sets._iterable_class = Nameless
        return sets

    def title_of(self, thing: LearningSet) -> str:
        return name_shown(thing) or str(thing.public_id)

    def tables(self, thing: LearningSet) -> list[Table]:
        numbers: list[tuple[Any, ...]] = [
            (_("Meetings held"), thing.held),
            (_("Attendances"), thing.attendances),
            (_("Commitments open"), thing.commitments_open),
            (_("Commitments done"), thing.commitments_done),
            (_("Reports open"), thing.reports_open),
        ]
        return [Table(_("In numbers"), (_("What"), _("How many")), numbers)]
