"""What is not kept: the words of meetings, old commitments and reports, sets that closed long ago."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from community.sets.actions.scheduling import call_off
from community.sets.models import (
    Commitment,
    CommitmentState,
    GroundRules,
    LearningSet,
    Meeting,
    MeetingEvent,
    MeetingState,
    Report,
    ReportState,
    SeatRequest,
    SetState,
)
from community.sets.selectors.meetings import WORDS_KEPT
from kernel import clock

logger = logging.getLogger(__name__)

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
    return _each(waiting.values_list("pk", flat=True)[:BATCH], lambda pk: call_off(pk=pk))


def _clear_meetings() -> int:
    before = clock.now() - WORDS_KEPT
    over = Meeting.objects.filter(cleared_at__isnull=True).filter(
        Q(state=MeetingState.CLOSED, closed_at__lt=before) | Q(state=MeetingState.CANCELLED, changed_at__lt=before)
    )
    return _each(over.values_list("pk", flat=True), _clear)


@transaction.atomic
def _clear(pk: int) -> bool:
    """Who holds the row and is about to write to the log finds it gone, or this finds what they wrote."""
    held = Meeting.objects.filter(pk=pk)
    held.select_for_update().values_list("pk").get()
    _unread(MeetingEvent.objects.filter(meeting_id=pk))
    return bool(held.update(snapshot={}, note="", cleared_at=clock.now()))


def _delete_commitments() -> int:
    old = Commitment.objects.exclude(state=CommitmentState.OPEN).filter(reviewed_at__lt=clock.now() - YEAR)
    return _delete(old)


def _delete_reports() -> int:
    return _delete(Report.objects.filter(state=ReportState.CLOSED, closed_at__lt=clock.now() - YEAR))


def _delete_sets() -> int:
    old = LearningSet.objects.filter(state=SetState.CLOSED, closed_at__lt=clock.now() - YEAR)
    return _each(old.exclude(meetings__reports__isnull=False).values_list("pk", flat=True).distinct(), _delete_set)


@transaction.atomic
def _delete_set(pk: int) -> bool:
    _unread(MeetingEvent.objects.filter(meeting__learning_set_id=pk))
    for model in (Commitment, Meeting, SeatRequest, GroundRules):
        _unread(model.objects.filter(learning_set_id=pk))
    return bool(_unread(LearningSet.objects.filter(pk=pk)))


def _delete(rows: QuerySet) -> int:
    """How many of these, without what goes with them."""
    one = rows.model.objects.filter
    return _each(rows.order_by().values_list("pk", flat=True).distinct(), lambda pk: bool(_unread(one(pk=pk))))


def _unread(rows: QuerySet) -> int:
    """Delete without opening what is sealed in them: words that cannot be opened any more go like all others."""
    return rows.only("pk").delete()[0]


def _each(keys: Iterable[int], forget: Callable[[int], bool]) -> int:
    """One after the other; what cannot be forgotten today is tried again tomorrow, and nothing waits behind it."""
    done = 0
    for pk in list(keys):
        try:
            done += forget(pk)
        except Exception as error:
            # Only the type: an error may quote what somebody wrote.
            logger.error("Something old could not be forgotten: %s", type(error).__name__)
    return done
