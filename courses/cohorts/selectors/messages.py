"""Messages of a cohort, for those who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from courses.cohorts.models import Cohort, CohortMessage
from courses.cohorts.rules import read_message

if TYPE_CHECKING:
    from people.models import User


def messages_of(cohort: Cohort, reader: User) -> QuerySet[CohortMessage]:
    """What this person may read of what was written in this cohort, the latest first."""
    rows = read_message.visible(CohortMessage.objects, reader).filter(cohort=cohort)
    return rows.select_related("sender", "to__person").order_by("-at", "-pk")
