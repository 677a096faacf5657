"""Questions about journals: all of them asked by the owner, or by somebody who was given an entry to read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courses.cohorts.models import CohortState, Enrolment, Facilitation
from courses.cohorts.models.enrolments import TAKES_PLACE
from courses.journal.models import Entry, EntryShare
from courses.journal.rules import own_entry, read_shared
from kernel.kept import kept

if TYPE_CHECKING:
    from people.models import User

# A cohort whose people know one another: one that has begun to exist and was not called off.
LIVE_COHORTS = (CohortState.OPEN, CohortState.CLOSED)


@dataclass(frozen=True)
class Companion:
    """Somebody an entry can be shared with: their name, and where one knows them from."""

    public_id: uuid.UUID
    name: str
    cohort: str
    is_facilitator: bool

    def __str__(self) -> str:
        words = _("%(name)s, facilitator of %(cohort)s") if self.is_facilitator else _("%(name)s, in %(cohort)s")
        return words % {"name": self.name, "cohort": self.cohort}


def entries_of(owner: User) -> QuerySet[Entry]:
    """Somebody's own entries, newest first, each with how many people may read it (`readers`)."""
    live = EntryShare.objects.filter(entry=OuterRef("pk"), taken_back_at__isnull=True, reader__is_active=True)
    counted = live.order_by().values("entry").annotate(n=Count("pk")).values("n")
    return own_entry.visible(Entry.objects, owner).annotate(readers=Coalesce(Subquery(counted), 0))


@kept
def _last_entry(owner: User) -> QuerySet[Entry]:
    return Entry.objects.filter(own_entry.rows(owner)).only("public_id", "changed_at", "owner_id")[:1]


def last_entry(owner: User) -> Entry | None:
    """What somebody wrote last, without its words. One query."""
    return _last_entry.first(owner.pk)


def written_at(owner: User, step_key: uuid.UUID, most: int = 5) -> list[Entry]:
    """What somebody has written about a step, newest first, without the text. One query."""
    return list(own_entry.visible(Entry.objects, owner).filter(step_key=step_key).defer("body")[:most])


def shares_of(entry: Entry) -> list[EntryShare]:
    """With whom an entry is shared now. One query."""
    live = entry.shares.filter(taken_back_at__isnull=True, reader__is_active=True)
    return list(live.select_related("reader"))


def shared_with(reader: User) -> QuerySet[EntryShare]:
    """What others let somebody read, the latest first."""
    return read_shared.visible(EntryShare.objects, reader).select_related("entry", "entry__owner")


def companions(person: User) -> list[Companion]:
    """The facilitators of somebody's own cohorts, then their fellow learners: names, never addresses. Three queries.

    Who has told us no name is not among them: nobody could tell whom they would be sharing with.
    """
    own = Enrolment.objects.filter(person=person, state__in=TAKES_PLACE, cohort__state__in=LIVE_COHORTS)
    cohorts = list(own.values_list("cohort_id", flat=True))
    here = {"cohort_id__in": cohorts, "person__is_active": True}
    columns = ("person__public_id", "person__name", "cohort__name")
    facilitators = Facilitation.objects.filter(**here, until__isnull=True)
    learners = Enrolment.objects.filter(**here, state__in=TAKES_PLACE)
    found: dict[uuid.UUID, Companion] = {}
    for rows, leads in ((facilitators, True), (learners, False)):
        others = rows.exclude(person=person).exclude(person__name="").order_by("person__name", "pk")
        for public_id, name, cohort in others.values_list(*columns):
            found.setdefault(public_id, Companion(public_id, name, cohort, leads))
    return list(found.values())
