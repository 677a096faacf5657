"""The verbs of finding a time: proposing a meeting, answering, choosing, moving, calling off. Open to every member."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from community.sets import meeting_telling as telling
from community.sets import rules, wire
from community.sets.facts import MeetingCancelled, MeetingScheduled
from community.sets.models import (
    MEETING,
    Answer,
    LearningSet,
    Meeting,
    MeetingState,
    Seat,
    SetState,
    TimeAnswer,
    TimeOption,
)
from community.sets.selectors.seats import live_seats
from kernel import clock, tries
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

MOST_TIMES = 8
# Meetings of one set that look for a time or have one.
MOST_AHEAD, MOST_PROPOSED = 12, 12
FARTHEST = timedelta(days=366)
MINUTES = (45, 240)
LONGEST_NOTE = 2000  # characters


@transaction.atomic
def propose_meeting(
    *,
    learning_set: LearningSet,
    by: User,
    times: Sequence[datetime],
    minutes: int | None = None,
    slow: bool = False,
    note: str = "",
) -> Meeting:
    """A meeting at one time, which is settled at once; or up to eight times that everybody is asked about. Whoever
    proposes can be there: that is their answer until they change it. The others are told; reminders are set.

    `times` are aware; of a slow meeting, the beginnings of days. `minutes` are the set's where none are given.

    Raises Refused: "set_closed", "no_time", "too_many_times", "past", "too_far", "too_many", "minutes", "too_long".
    """
    learning_set = _lock(learning_set.pk)
    if not rules.sit.allows(by, learning_set):
        raise NotAllowed
    if learning_set.state != SetState.OPEN:
        raise Refused("set_closed", _("This set is closed, so it has no more meetings."))
    times = sorted(set(times))
    if not times:
        raise Refused("no_time", _("Choose one time at least."))
    if len(times) > MOST_TIMES:
        raise Refused("too_many_times", _("Eight times are enough to choose from. Take some of them away."))
    _check(times, slow=slow, minutes=minutes or learning_set.minutes, note=note)
    if not tries.count(f"set-meetings:{learning_set.pk}:{by.pk}", limit=MOST_PROPOSED, seconds=24 * 60 * 60):
        raise Refused("too_often", _("You have proposed many meetings today. Talk with your set, and go on tomorrow."))
    ahead = learning_set.meetings.filter(state__in=(MeetingState.PROPOSED, MeetingState.SCHEDULED))
    if ahead.count() >= MOST_AHEAD:
        raise Refused("too_many", _("Your set has twelve meetings ahead of it already. Hold one first."))
    last = learning_set.meetings.aggregate(last=Max("number"))["last"] or 0
    meeting = Meeting.objects.create(
        learning_set=learning_set,
        number=last + 1,
        state=MeetingState.PROPOSED,
        slow=slow,
        minutes=minutes or learning_set.minutes,
        note=note.strip(),
    )
    _offer(meeting, times, by)
    record("meeting.proposed", by=by, subject=meeting, times=len(times))
    if len(times) == 1:
        return _settle(meeting, times[0], by)
    telling.members(meeting, "times_asked", but=by)
    return meeting


@transaction.atomic
def answer_times(*, meeting: Meeting, by: User, answers: Mapping[uuid.UUID, str]) -> Meeting:
    """How the times suit somebody: public id of the option -> a value of Answer. They may say otherwise at any time
    until one is chosen; of a meeting that has its time, whether they will be there, until it begins.

    Raises Refused: "time_chosen" about another time than the chosen one, and "wrong_state" once it has begun.
    """
    meeting = _locked(meeting, by)
    _wait_open(meeting)
    options = {option.public_id: option for option in meeting.options.all()}
    if not set(answers) <= set(options) or not set(answers.values()) <= set(Answer.values):
        raise NotAllowed
    if meeting.state == MeetingState.SCHEDULED:
        if any(options[key].starts_at != meeting.starts_at for key in answers):
            raise Refused("time_chosen", _("The time has been chosen meanwhile. Look at the page again."))
        if not meeting.slow and meeting.starts_at <= clock.now():
            raise _over()
    seat = _seat(meeting, by)
    _answer(seat, {options[key]: answer for key, answer in answers.items()})
    return meeting


@transaction.atomic
def choose_time(*, meeting: Meeting, option: TimeOption, by: User) -> Meeting:
    """Settle the meeting at one of its times. The others are told; reminders are set. The same choice twice is once.

    Raises Refused: "time_chosen" when another was chosen, "past", and "wrong_state" for what was called off.
    """
    meeting = _locked(meeting, by)
    if option.meeting_id != meeting.pk:
        raise NotAllowed
    if meeting.state == MeetingState.SCHEDULED:
        if meeting.starts_at == option.starts_at:
            return meeting
        raise Refused("time_chosen", _("Another time has been chosen meanwhile. Look at the page again."))
    # First whether it may still be chosen: what was called off has no times that are over.
    MEETING.after(meeting.state, "schedule")
    _check([option.starts_at], slow=meeting.slow)
    return _settle(meeting, option.starts_at, by)


@transaction.atomic
def move_meeting(
    *, meeting: Meeting, by: User, starts_at: datetime, minutes: int | None = None, note: str | None = None
) -> Meeting:
    """Another time, length, or note on the agenda. For a new time or length calendars get a higher sequence and the
    others are told; for a new time reminders move, and everybody is asked anew whether they come. What does not change
    tells nobody.

    Raises Refused: "no_time_yet" while it looks for a time, "wrong_state" once it is under way or over, "past",
    "too_far", "minutes", "too_long".
    """
    meeting = _locked(meeting, by)
    if meeting.state == MeetingState.PROPOSED:
        raise Refused("no_time_yet", _("This meeting has no time yet. Choose one of its times first."))
    meeting.state = MEETING.after(meeting.state, "schedule")
    minutes, note = minutes or meeting.minutes, meeting.note if note is None else note.strip()
    moved, stretched = starts_at != meeting.starts_at, minutes != meeting.minutes
    _check([starts_at] if moved else [], slow=meeting.slow, minutes=minutes, note=note)
    if not (moved or stretched):
        meeting.note = note
        meeting.save(update_fields=["note"])
        return meeting
    meeting.starts_at, meeting.minutes, meeting.note = starts_at, minutes, note
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, clock.now()
    meeting.save(update_fields=["starts_at", "minutes", "note", "sequence", "changed_at"])
    if moved:
        _offer(meeting, [starts_at], by)
        _empty_the_room(meeting)
    _load_again(meeting)
    record("meeting.moved", by=by, subject=meeting, sequence=meeting.sequence)
    telling.forget_times(meeting)
    telling.remind(meeting)
    telling.members(meeting, "meeting_moved", but=by)
    tell(MeetingScheduled(meeting=meeting.public_id))
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: User) -> Meeting:
    """It does not take place. The others are told, calendars show it as called off, reminders fall away. Twice is once.

    Raises Refused("wrong_state") once it is under way or over.
    """
    meeting = _locked(meeting, by)
    if meeting.state == MeetingState.CANCELLED:
        return meeting
    MEETING.after(meeting.state, "cancel")
    _call_off(meeting, by)
    telling.members(meeting, "meeting_cancelled", but=by)
    return meeting


@transaction.atomic
def call_off(*, pk: int) -> bool:
    """The Centre calls off a meeting that everybody has forgotten; False when it has begun or gone meanwhile."""
    found = Meeting.objects.filter(pk=pk).first()
    if found is None:
        return False
    _lock(found.learning_set_id)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("learning_set").get(pk=pk)
    if "cancel" not in MEETING.open_to(meeting.state):
        return False
    _call_off(meeting, None)
    return True


def _call_off(meeting: Meeting, by: User | None) -> None:
    meeting.state = MEETING.after(meeting.state, "cancel")
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, clock.now()
    meeting.save(update_fields=["state", "sequence", "changed_at"])
    _empty_the_room(meeting)
    _load_again(meeting)
    record("meeting.cancelled", by=by, subject=meeting)
    telling.forget_times(meeting)
    telling.remind(meeting)
    tell(MeetingCancelled(meeting=meeting.public_id))


def _empty_the_room(meeting: Meeting) -> None:
    """Some may have come to the lobby already: nothing has begun, and at another time the room is made anew. Its
    numbers go on, because pages drop what has a number that they know."""
    if meeting.seq:
        meeting.events.all().delete()
        meeting.attendances.all().delete()
        meeting.snapshot = {}
        meeting.save(update_fields=["snapshot"])


def _load_again(meeting: Meeting) -> None:
    """Whoever looks at the room sees what it is now."""
    told = [wire.reload(meeting.public_id)]
    transaction.on_commit(lambda: wire.send(told))


def _settle(meeting: Meeting, starts_at: datetime, by: User) -> Meeting:
    meeting.state = MEETING.after(meeting.state, "schedule")
    meeting.starts_at, meeting.changed_at = starts_at, clock.now()
    meeting.save(update_fields=["state", "starts_at", "changed_at"])
    record("meeting.scheduled", by=by, subject=meeting)
    telling.forget_times(meeting)
    telling.remind(meeting)
    telling.members(meeting, "meeting_scheduled", but=by)
    tell(MeetingScheduled(meeting=meeting.public_id))
    return meeting


def _offer(meeting: Meeting, times: Sequence[datetime], by: User) -> None:
    """Put times up for answers, that of whoever offers them among these. One that comes back has its answers still."""
    known = {option.starts_at: option for option in meeting.options.all()}
    new = [TimeOption(meeting=meeting, starts_at=at) for at in times if at not in known]
    TimeOption.objects.bulk_create(new)
    options = [*new, *(known[at] for at in times if at in known)]
    _answer(_seat(meeting, by), dict.fromkeys(options, Answer.YES))


def _answer(seat: Seat, answers: Mapping[TimeOption, str]) -> None:
    now = clock.now()
    TimeAnswer.objects.bulk_create(
        [TimeAnswer(option=option, seat=seat, answer=answer, at=now) for option, answer in answers.items()],
        update_conflicts=True,
        unique_fields=["option", "seat"],
        update_fields=["answer", "at"],
    )


def _seat(meeting: Meeting, by: User) -> Seat:
    return live_seats(meeting.learning_set_id).get(person=by)


def _wait_open(meeting: Meeting) -> None:
    if meeting.state not in (MeetingState.PROPOSED, MeetingState.SCHEDULED):
        raise _over()


def _over() -> Refused:
    return Refused("wrong_state", _("This meeting has begun or is over, so there is nothing to answer any more."))


def _check(times: Sequence[datetime], *, slow: bool, minutes: int = MINUTES[0], note: str = "") -> None:
    now = clock.now()
    # A slow meeting may begin today: it is named by the beginning of its day.
    earliest = now - timedelta(days=1) if slow else now
    if any(at <= earliest for at in times):
        raise Refused("past", _("This time is over already. Choose a later one."))
    if any(at > now + FARTHEST for at in times):
        raise Refused("too_far", _("This time is more than a year away. Choose an earlier one."))
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        raise Refused("minutes", _("A meeting takes between 45 minutes and four hours."))
    if len(note) > LONGEST_NOTE:
        raise Refused("too_long", _("The note is longer than 2,000 characters. Make it shorter."))


def _locked(meeting: Meeting, by: User) -> Meeting:
    """The meeting as it is now, held until the end of the transaction, with its set. Sets before meetings."""
    _lock(meeting.learning_set_id)
    if not rules.attend.allows(by, meeting):
        raise NotAllowed
    return Meeting.objects.select_for_update(of=("self",)).select_related("learning_set").get(pk=meeting.pk)


def _lock(pk: int) -> LearningSet:
    # As seating.lock does, and for its reason.
    return LearningSet.objects.select_for_update(no_key=True).get(pk=pk)
