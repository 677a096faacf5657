"""The verbs that keep a set safe: reporting what was said, answering a report; and a presenter's own marks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community.sets.facts import ItemReported
from community.sets.meeting.events import SPOKEN
from community.sets.models import Helped, Meeting, MeetingEvent, Report, ReportState, Seat
from community.sets.rules import handle_report
from community.sets.safety_kinds import ITEM_REPORTED
from community.sets.selectors.live import enter
from community.sets.selectors.safety import item_and_neighbours, turn_presenter
from community.sets.selectors.seats import live_seats
from kernel import clock, tries
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from notices.telling import forget
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

REPORTS, WINDOW_SECONDS = 10, 24 * 60 * 60
LONGEST_REASON = 2000


class TooMany(Refused):
    retry_after = WINDOW_SECONDS


def report_item(*, meeting: Meeting, seq: int, by: User, reason: str) -> Report:
    """Copy one item, with what was said just before and after it, for the programme leads, and tell ItemReported.

    Reported once more by the same person it is the same report. Raises NotAllowed for who may not read it,
    Refused("nothing_there") for what is no item or was withdrawn, Refused("empty", "too_long") for the reason, and
    Refused("too_many") after ten in a day.
    """
    if enter(meeting.public_id, by) is None:
        raise NotAllowed
    if not reason.strip():
        raise Refused("empty", _("Please say in a few words what is wrong with it."))
    if len(reason) > LONGEST_REASON:
        raise Refused("too_long", _("This is too long: at most 2,000 characters. Your text is kept."))
    if found := Report.objects.filter(meeting=meeting, seq=seq, reporter=by).first():
        return found
    if not tries.count(f"set-reports:{by.pk}", limit=REPORTS, seconds=WINDOW_SECONDS):
        raise TooMany("too_many", _("You have reported a lot today. Please write to us, so that we can talk about it."))
    try:
        with transaction.atomic():
            return _report(meeting, seq, by, reason)
    except IntegrityError:  # pressed twice
        return Report.objects.get(meeting=meeting, seq=seq, reporter=by)


def _report(meeting: Meeting, seq: int, by: User, reason: str) -> Report:
    lines = item_and_neighbours(meeting, seq)
    if not any(line.seq == seq and line.text for line in lines):
        raise Refused("nothing_there", _("There is nothing there any more."))
    report = Report.objects.create(
        meeting=meeting,
        seq=seq,
        reporter=by,
        reason=reason,
        items=json.dumps([_copy(line) for line in lines], ensure_ascii=False),
    )
    record("meeting_item.reported", by=by, subject=report, seq=seq)
    tell(ItemReported(report=report.public_id))
    return report


def _copy(line: MeetingEvent) -> dict[str, object]:
    return {
        "seq": line.seq,
        "at": line.at.isoformat(),
        "kind": line.kind,
        # Whose words they are, also where a scribe wrote them down.
        "place": line.data.get("for", line.place),
        "seat": str(line.seat.public_id) if line.seat else "",
        "text": line.text,
        "language": line.language,
    }


def read_report(*, report: Report, by: User) -> None:
    """A programme lead opens a report: kept for whoever asks later who has read it."""
    if not handle_report.allows(by, report):
        raise NotAllowed
    record("report.read", by=by, subject=report)


@transaction.atomic
def close_report(*, report: Report, by: User, outcome: str) -> Report:
    """Keep what was done about it. Raises NotAllowed for who is no programme lead, Refused("empty") without words,
    Refused("closed") when somebody else has closed it meanwhile."""
    if not handle_report.allows(by, report):
        raise NotAllowed
    if not outcome.strip():
        raise Refused("empty", _("Please say in a few words what was done."))
    locked = Report.objects.select_for_update().get(pk=report.pk)
    if locked.state == ReportState.CLOSED:
        raise Refused("closed", _("Somebody has closed this report already. Your text is kept."))
    locked.state, locked.outcome = ReportState.CLOSED, outcome
    locked.closed_at, locked.closed_by = clock.now(), by
    locked.items = without_words_of(locked, Seat.objects.filter(person=None))
    locked.save(update_fields=["state", "outcome", "closed_at", "closed_by", "items"])
    record("report.closed", by=by, about=locked.reporter, subject=locked)
    if not Report.objects.filter(state=ReportState.OPEN).exists():
        forget(ITEM_REPORTED, ITEM_REPORTED)
    return locked


def without_words_of(report: Report, seats: QuerySet[Seat]) -> str:
    """Its items as they are kept when the people of these seats have gone: what was reported stays to be looked into
    until the report is closed, what stood beside it does not."""
    gone = {str(public_id) for public_id in seats.values_list("public_id", flat=True)}
    items = json.loads(report.items)
    for item in items:
        under_way = item["seq"] == report.seq and report.state == ReportState.OPEN
        if item.get("seat") in gone and not under_way:
            item["text"] = ""
    return json.dumps(items, ensure_ascii=False)


@transaction.atomic
def mark_helped(*, meeting: Meeting, seq: int, by: User, on: bool) -> None:
    """A presenter marks, for nobody but themselves, what helped in their turn. Raises NotAllowed for anybody else and
    for anything else."""
    seat = live_seats(meeting.learning_set_id).filter(person=by).first()
    line = meeting.events.filter(seq=seq, kind__in=SPOKEN).first()
    if seat is None or line is None or not _was_said_to(meeting, seat, line):
        raise NotAllowed
    if on:
        Helped.objects.get_or_create(event=line, seat=seat)
    else:
        Helped.objects.filter(event=line, seat=seat).delete()


def _was_said_to(meeting: Meeting, seat: Seat, line: MeetingEvent) -> bool:
    presenter = turn_presenter(meeting, line.seq)
    places = meeting.snapshot.get("places", [])
    return (
        presenter is not None
        and presenter < len(places)
        and places[presenter]["seat"] == str(seat.public_id)
        and line.data.get("for", line.place) != presenter
    )
