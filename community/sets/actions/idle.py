"""Meetings that were forgotten: held after half an hour in which nothing happens, closed a day later."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from community.sets.actions.following import IDLE_AFTER
from community.sets.actions.meetings import by_the_house
from community.sets.meeting import commands
from community.sets.meeting.state import from_json
from community.sets.models import Meeting, MeetingState
from kernel import clock

FORGOTTEN_AFTER = timedelta(days=1)


def look_after_idle(*, meeting_id: uuid.UUID) -> datetime | None:
    """A live meeting in which nothing has happened for half an hour is held; a day later it is closed. Answers when to
    look again; None when there is nothing to look after any more."""
    meeting = Meeting.objects.filter(public_id=meeting_id, state=MeetingState.RUNNING, slow=False).first()
    if meeting is None:
        return None
    last = meeting.events.order_by("-seq").values_list("at", flat=True).first() or meeting.opened_at
    now, held = clock.now(), from_json(meeting.snapshot).held
    wait = FORGOTTEN_AFTER if held else IDLE_AFTER
    if now < last + wait:
        return last + wait
    if held:
        by_the_house(meeting_id, commands.CloseForgotten())
        return None
    by_the_house(meeting_id, commands.Hold())
    return now + FORGOTTEN_AFTER
