"""What this app does about facts, and about work that is due."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from community.sets import meeting_telling as telling
from community.sets import safety_receivers  # noqa: F401 - its ears register themselves
from community.sets.actions.following import DEADLINE, IDLE
from community.sets.actions.idle import look_after_idle, look_after_slow
from community.sets.facts import MeetingCancelled, MeetingClosed
from community.sets.models import Commitment, CommitmentState, Meeting, MeetingState
from courses.cohorts.facts import RequirementChanged
from courses.cohorts.models import Enrolment
from kernel import clock
from kernel.facts import on, tell
from notices import due
from notices.models import DueWork
from notices.telling import forget, notify
from people.zones import zone_of

# A reminder may be told so much too early, for a clock that is ahead.
LEEWAY = timedelta(minutes=15)


@due.handler("meeting_tomorrow")
def remind_the_day_before(work: DueWork) -> None:
    _remind(work)


@due.handler("meeting_soon")
def remind_the_hour_before(work: DueWork) -> None:
    _remind(work)


def _remind(work: DueWork) -> None:
    """Everybody who sits in the set by then. Told late, it is only told before the meeting begins."""
    public_id = work.subject.removeprefix("meeting:")
    meetings = Meeting.objects.select_related("learning_set").defer("note", "snapshot")
    meeting = meetings.filter(public_id=public_id, state=MeetingState.SCHEDULED).first()
    now = clock.now()
    if meeting and now < meeting.starts_at <= now + telling.REMINDERS[work.kind] + LEEWAY:
        telling.members(meeting, work.kind)


@due.handler("commitment_due")
def remind_of_commitment(work: DueWork) -> None:
    """Its holder, while it is open, they sit in the set, and its day has not gone by."""
    public_id = work.subject.removeprefix("commitment:")
    found = Commitment.objects.select_related("seat__person", "learning_set").defer("what", "first_step", "learnt")
    commitment = found.filter(public_id=public_id, state=CommitmentState.OPEN).first()
    if commitment is None or commitment.seat.until is not None or commitment.seat.person is None:
        return
    person, by_when = commitment.seat.person, commitment.by_when
    if by_when is None or by_when < clock.now().astimezone(zone_of(person.zone)).date():
        return
    notify(
        person,
        "commitment_due",
        subject=telling.subject_of_commitment(commitment),
        values={"set": commitment.learning_set.name, "when": by_when},
        route="set",
        route_args=[str(commitment.learning_set.public_id)],
    )


@due.handler(IDLE)
def look_after_a_still_meeting(work: DueWork) -> None:
    if again := look_after_idle(meeting_id=uuid.UUID(work.subject)):
        raise due.Postpone(again)


@due.handler(DEADLINE)
def look_after_a_slow_meeting(work: DueWork) -> None:
    deadline = datetime.fromisoformat(work.period)
    if again := look_after_slow(meeting_id=uuid.UUID(work.subject), deadline=deadline):
        raise due.Postpone(again)


@on(MeetingCancelled)
def forget_reminders(fact: MeetingCancelled) -> None:
    """Also of meetings that were called off because their set closed."""
    if meeting := _meeting(fact.meeting):
        telling.forget_times(meeting)
        telling.remind(meeting)


@on(MeetingClosed)
def tell_of_minutes(fact: MeetingClosed) -> None:
    """The members find the minutes; what was due before the meeting is due no more."""
    if meeting := _meeting(fact.meeting):
        telling.forget_times(meeting)
        for kind in ("slow_phase", DEADLINE):
            forget(kind, telling.subject_of(meeting))
        telling.remind(meeting)
        telling.members(meeting, "meeting_closed")


@on(MeetingClosed)
def remind_of_what_was_promised(fact: MeetingClosed) -> None:
    promised = Commitment.objects.filter(meeting__public_id=fact.meeting).select_related("seat__person")
    for commitment in promised.defer("what", "first_step", "learnt"):
        telling.remind_of_commitment(commitment)


@on(MeetingClosed)
def count_for_the_course(fact: MeetingClosed) -> None:
    """Whoever was there may have attended enough meetings now."""
    meeting = _meeting(fact.meeting)
    if meeting is None or meeting.learning_set.cohort is None:
        return
    there = meeting.attendances.values("seat__person")
    course = meeting.learning_set.cohort.course_id
    for public_id in Enrolment.objects.filter(person__in=there, course=course).values_list("public_id", flat=True):
        tell(RequirementChanged(enrolment=public_id))


def _meeting(public_id: uuid.UUID) -> Meeting | None:
    meetings = Meeting.objects.select_related("learning_set__cohort").defer("note", "snapshot")
    return meetings.filter(public_id=public_id).first()
