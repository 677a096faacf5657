"""Meetings that were forgotten: held after half an hour in which nothing happens, closed a day later; slow ones closed
a fortnight after a deadline."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from community.sets import meeting_telling as telling
from community.sets.actions.following import DEADLINE, IDLE_AFTER, deadline_of
from community.sets.actions.meetings import by_the_house
from community.sets.meeting import commands
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import State, from_json
from community.sets.models import Meeting, MeetingState, Seat
from kernel import clock

FORGOTTEN_AFTER = timedelta(days=1)
# In a slow meeting, after the last day of a phase.
SLOW_FORGOTTEN_AFTER = timedelta(days=14)


def look_after_idle(*, meeting_id: uuid.UUID) -> datetime | None:
    """A live meeting in which nothing has happened for half an hour is held; a day later it is closed. Answers when to
    look again; None when there is nothing to look after any more."""
    meeting = Meeting.objects.filter(public_id=meeting_id, state=MeetingState.RUNNING, slow=False).first()
    if meeting is None:
        return None
    last = _last(meeting)
    now, state = clock.now(), from_json(meeting.snapshot)
    # Back in the lobby there is nothing to hold.
    waits = state.held or state.phase == Phase.LOBBY
    wait = FORGOTTEN_AFTER if waits else IDLE_AFTER
    if now < last + wait:
        return last + wait
    if waits:
        return _closed(meeting, now + FORGOTTEN_AFTER)
    by_the_house(meeting_id, commands.Hold(), seen=meeting.seq)
    return now + FORGOTTEN_AFTER


def look_after_slow(*, meeting_id: uuid.UUID, deadline: datetime) -> datetime | None:
    """When the days of a phase are over, whoever leads a slow meeting is told; a fortnight in which nothing happens
    later it is closed. Answers when to look again; None when there is nothing to look after any more, or when another
    deadline holds now."""
    running = Meeting.objects.filter(public_id=meeting_id, state=MeetingState.RUNNING, slow=True)
    meeting = running.select_related("learning_set").first()
    state = from_json(meeting.snapshot) if meeting else State()
    if meeting is None or deadline_of(state) != deadline:
        return None
    now, close_at = clock.now(), max(deadline, _last(meeting)) + SLOW_FORGOTTEN_AFTER
    if now >= close_at:
        return _closed(meeting, now + SLOW_FORGOTTEN_AFTER)
    # This once: the next look is later than that.
    if state.visit.timer and now < deadline + SLOW_FORGOTTEN_AFTER and state.holder is not None:
        seat = Seat.objects.select_related("person").get(public_id=state.places[state.holder].seat)
        telling.tell(seat.person, DEADLINE, meeting)
    return close_at


def _closed(meeting: Meeting, otherwise: datetime) -> datetime | None:
    """None; or when to look again, where somebody was quicker and it goes on."""
    by_the_house(meeting.public_id, commands.CloseForgotten(anyhow=True), seen=meeting.seq)
    goes_on = Meeting.objects.filter(pk=meeting.pk, state=MeetingState.RUNNING).exists()
    return otherwise if goes_on else None


def _last(meeting: Meeting) -> datetime:
    return meeting.events.order_by("-seq").values_list("at", flat=True).first() or meeting.opened_at
