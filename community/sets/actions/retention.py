"""What is not kept: the words of meetings, old commitments and reports, sets that closed long ago."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q

from community.sets.actions.scheduling import call_off
from community.sets.models import (
    Commitment,
    CommitmentState,
    LearningSet,
    Meeting,
    MeetingState,
    Report,
    ReportState,
    SetState,
)
from community.sets.selectors.meetings import WORDS_KEPT
from kernel import clock

YEAR = timedelta(days=365)
# A meeting that nobody opened, or whose times all went by, is called off after so long.
FORGOTTEN = timedelta(days=7)
BATCH = 100


def forget_old() -> dict[str, int]:
    """Delete what has been kept long enough, and call off what was forgotten. Says how many of each; a second run at
    once finds nothing.

    - 30 days after a meeting closed or was called off: its log, its snapshot and its agenda.
    - 12 months after its review: a commitment. 12 months after it was closed: a report.
    - A year after it closed: a set, with all it holds; not before its reports have gone.
    """
    return {
        "meetings_forgotten": _call_off_forgotten(),
        "meetings_cleared": _clear_meetings(),
        "commitments": _delete_commitments(),
        "reports": _delete_reports(),
        "sets": _delete_sets(),
    }


def _call_off_forgotten() -> int:
    before = clock.now() - FORGOTTEN
    waiting = Meeting.objects.annotate(last_option=Max("options__starts_at")).filter(
        Q(state=MeetingState.SCHEDULED, starts_at__lt=before)
        | Q(state=MeetingState.PROPOSED, last_option__lt=before)
        | Q(state=MeetingState.PROPOSED, last_option__isnull=True, made_at__lt=before)
    )
    return sum(call_off(pk=pk) for pk in waiting.values_list("pk", flat=True)[:BATCH])


def _clear_meetings() -> int:
    before = clock.now() - WORDS_KEPT
    over = Meeting.objects.filter(cleared_at__isnull=True).filter(
        Q(state=MeetingState.CLOSED, closed_at__lt=before) | Q(state=MeetingState.CANCELLED, changed_at__lt=before)
    )
    keys = list(over.values_list("pk", flat=True))
    for pk in keys:
        _clear(pk)
    return len(keys)


@transaction.atomic
def _clear(pk: int) -> None:
    """Who holds the row and is about to write to the log finds it gone, or this finds what they wrote."""
    meeting = Meeting.objects.select_for_update().get(pk=pk)
    meeting.events.all().delete()
    meeting.snapshot, meeting.note, meeting.cleared_at = {}, "", clock.now()
    meeting.save(update_fields=["snapshot", "note", "cleared_at"])


def _delete_commitments() -> int:
    old = Commitment.objects.exclude(state=CommitmentState.OPEN).filter(reviewed_at__lt=clock.now() - YEAR)
    return _delete(old)


def _delete_reports() -> int:
    return _delete(Report.objects.filter(state=ReportState.CLOSED, closed_at__lt=clock.now() - YEAR))


def _delete_sets() -> int:
    old = LearningSet.objects.filter(state=SetState.CLOSED, closed_at__lt=clock.now() - YEAR)
    return _delete(old.exclude(meetings__reports__isnull=False))


def _delete(rows) -> int:
    """How many of these, without what goes with them."""
    keys = list(rows.order_by().values_list("pk", flat=True).distinct())
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            rows.model.objects.filter(pk__in=keys[start : start + BATCH]).delete()
    return len(keys)
