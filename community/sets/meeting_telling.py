"""Telling the members of a set about its meetings: names of sets and times, never what was said or written."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from community.sets.models import Commitment, CommitmentState, Meeting, MeetingState
from community.sets.selectors.meetings import day_of
from kernel import clock
from notices import due
from notices.telling import forget, notify
from people.models import User as Person
from people.zones import zone_of

if TYPE_CHECKING:
    from people.models import User

# What is due before a meeting begins, and how long before.
REMINDERS = {"meeting_tomorrow": timedelta(days=1), "meeting_soon": timedelta(hours=1)}
# A commitment is remembered in the morning, two days before its day.
BEFORE_A_COMMITMENT, MORNING = timedelta(days=2), time(9)
ABOUT_A_TIME = ("times_asked", "meeting_scheduled", "meeting_moved")


def subject_of(meeting: Meeting) -> str:
    return f"meeting:{meeting.public_id}"


def subject_of_commitment(commitment: Commitment) -> str:
    return f"commitment:{commitment.public_id}"


def members(meeting: Meeting, kind: str, *, but: User | None = None) -> None:
    """Everybody who sits in the set now, save who did it. `meeting.learning_set` is loaded."""
    of = meeting.learning_set
    for person in Person.objects.filter(seats__learning_set=of, seats__until__isnull=True).order_by("pk"):
        if but is None or person.pk != but.pk:
            tell(person, kind, meeting)


def tell(person: User, kind: str, meeting: Meeting) -> None:
    of = meeting.learning_set
    # A slow meeting begins on a day, wherever one is.
    when = day_of(meeting) if meeting.slow else meeting.starts_at
    notify(
        person,
        kind,
        subject=subject_of(meeting),
        values={"set": of.name, "when": when},
        route="meeting",
        route_args=[str(meeting.public_id)],
    )


def forget_times(meeting: Meeting) -> None:
    """Another time holds now, or none: what is unread about the last one is not so any more."""
    for kind in (*ABOUT_A_TIME, *REMINDERS):
        forget(kind, subject_of(meeting))


def remind(meeting: Meeting) -> None:
    """Have everybody reminded of a meeting with a time, and of no other time it had; not what is nearer than that."""
    for kind, before in REMINDERS.items():
        due.cancel(kind, subject=subject_of(meeting))
        wanted = meeting.state == MeetingState.SCHEDULED and not (meeting.slow and before < timedelta(days=1))
        if wanted and (due_at := meeting.starts_at - before) > clock.now():
            due.schedule(kind, subject=subject_of(meeting), due_at=due_at, period=str(meeting.sequence))


def remind_of_commitment(commitment: Commitment) -> None:
    """Have its holder reminded two days before its day. Asked again it is once; its day has moved, so has this.
    `commitment.seat.person` is loaded."""
    person, kind, subject = commitment.seat.person, "commitment_due", subject_of_commitment(commitment)
    if person is None or commitment.by_when is None or commitment.state != CommitmentState.OPEN:
        due.cancel(kind, subject=subject)
        return
    day = commitment.by_when - BEFORE_A_COMMITMENT
    due_at = datetime.combine(day, MORNING, zone_of(person.zone))
    if due_at > clock.now():
        due.schedule(kind, subject=subject, due_at=due_at, period=commitment.by_when.isoformat())
