"""Questions about the meetings of sets: when they are and for whom, what is planned, what is left of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community.sets import rules
from community.sets.meeting import words
from community.sets.meeting.plan import DAY, Part, Phase
from community.sets.models import (
    Answer,
    Attendance,
    Commitment,
    Meeting,
    MeetingState,
    Seat,
    TimeAnswer,
    TimeOption,
)
from community.sets.selectors.expected import expected_plan
from community.sets.selectors.room import name_of
from community.sets.selectors.seats import around
from kernel import clock
from notices.calendar import Entry
from people import zones

if TYPE_CHECKING:
    from people.models import User

# From so long before a meeting its room is open, and its members see how to join the call.
DOORS = timedelta(minutes=15)
# How long after a meeting its words are kept; the minutes of it, commitments, longer.
WORDS_KEPT = timedelta(days=30)
# Calendars are told of what was called off for so long, and of what is over.
CANCELLED_SHOWN, CLOSED_SHOWN = timedelta(days=30), timedelta(days=365)


@dataclass(frozen=True)
class Time:
    """A time to choose from, with the names of those who have answered. `mine` is an Answer, or ""."""

    option: TimeOption
    # Of a slow meeting: its first day, where the set is.
    day: date | None
    there: str
    yes: tuple[str, ...]
    if_needed: tuple[str, ...]
    no: tuple[str, ...]
    mine: str
    best: bool

    @property
    def is_over(self) -> bool:
        return self.option.starts_at <= clock.now()


@dataclass(frozen=True)
class Poll:
    """The times of a meeting that looks for one; of one that has a time, that alone."""

    times: tuple[Time, ...]
    # Who has not answered about every time.
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A phase, or a whole turn, of the time plan. `days` in a slow meeting."""

    name: str
    minutes: int
    days: int = 0


@dataclass(frozen=True)
class Call:
    link: str
    numbers: str
    pin: str


@dataclass(frozen=True)
class Promise:
    commitment: Commitment
    name: str


@dataclass(frozen=True)
class There:
    attendance: Attendance
    name: str


@dataclass(frozen=True)
class Minutes:
    """What is left of a meeting: what was promised and reviewed in it, and who was there."""

    made: list[Promise]
    reviewed: list[Promise]
    there: list[There]


def there(instant: datetime, zone: str) -> str:
    """A time in the set's zone, where that is another time of day than the reader's; else empty."""
    same = timezone.localtime(instant).utcoffset() == instant.astimezone(zones.zone_of(zone)).utcoffset()
    return "" if same else zones.instant_in_words(instant, zone)


def day_of(meeting: Meeting) -> date | None:
    """The first day of a slow meeting, where the set is."""
    return _day(meeting.starts_at, meeting) if meeting.starts_at else None


def _day(at: datetime, meeting: Meeting) -> date:
    return at.astimezone(zones.zone_of(meeting.learning_set.zone)).date()


def doors_open_at(meeting: Meeting) -> datetime | None:
    return meeting.starts_at - DOORS if meeting.starts_at else None


def has_room(meeting: Meeting) -> bool:
    """Whether the meeting is where people are now: it is under way, or begins within a quarter of an hour."""
    if meeting.state == MeetingState.RUNNING:
        return True
    opens = doors_open_at(meeting)
    return meeting.state == MeetingState.SCHEDULED and opens is not None and opens <= clock.now()


def call_of(meeting: Meeting) -> Call | None:
    """How to join the call: from a quarter of an hour before the meeting until it closes, and not at other times."""
    if not has_room(meeting):
        return None
    of = meeting.learning_set
    return Call(of.call_link, of.call_numbers, of.call_pin) if of.call_link or of.call_numbers else None


def words_go_on(meeting: Meeting) -> datetime | None:
    """When what was said in a meeting is deleted; not known before it has closed."""
    return meeting.closed_at + WORDS_KEPT if meeting.closed_at else None


def poll(meeting: Meeting, person: User) -> Poll:
    """How the times of a meeting suit those who sit in the set now. Three queries."""
    options = meeting.options.all()
    if meeting.state != MeetingState.PROPOSED:
        options = options.filter(starts_at=meeting.starts_at)
    seats, options = list(around(meeting.learning_set_id)), list(options)
    given: dict[tuple[int, int], str] = {
        (option, seat): answer
        for option, seat, answer in TimeAnswer.objects.filter(option__in=options).values_list(
            "option_id", "seat_id", "answer"
        )
    }
    best = _best(options, seats, given)
    names = {seat.pk: name_of(seat) for seat in seats}

    def those(option: TimeOption, answer: Answer) -> tuple[str, ...]:
        return tuple(names[seat.pk] for seat in seats if given.get((option.pk, seat.pk)) == answer)

    me = next((seat.pk for seat in seats if seat.person_id == person.pk), 0)
    silent = [seat for seat in seats if any((option.pk, seat.pk) not in given for option in options)]
    times = tuple(
        Time(
            option=option,
            day=_day(option.starts_at, meeting) if meeting.slow else None,
            there=there(option.starts_at, meeting.learning_set.zone),
            yes=those(option, Answer.YES),
            if_needed=those(option, Answer.IF_NEEDED),
            no=those(option, Answer.NO),
            mine=given.get((option.pk, me), ""),
            best=option.pk == best,
        )
        for option in options
    )
    return Poll(times, tuple(names[seat.pk] for seat in silent))


def _best(options: list[TimeOption], seats: list[Seat], given: dict[tuple[int, int], str]) -> int | None:
    """Most can come, fewest of them only if it has to be, the earliest; of those still ahead, if anybody can."""
    now, scores = clock.now(), {}
    for option in options:
        answers = [given.get((option.pk, seat.pk)) for seat in seats]
        yes, can = answers.count(Answer.YES), answers.count(Answer.YES) + answers.count(Answer.IF_NEEDED)
        if can and option.starts_at > now:
            scores[option.pk] = (can, yes, -option.starts_at.timestamp())
    return max(scores, key=scores.__getitem__, default=None)


def plan_of(meeting: Meeting) -> list[Line]:
    """How the time is shared out, as it looks before the meeting: for all who sit in the set. Four queries."""
    return [_line(key, list(parts)) for key, parts in groupby(expected_plan(meeting).parts, key=_turn_or_phase)]


def _turn_or_phase(part: Part) -> tuple[int | None, str | None]:
    return (part.turn, None) if part.turn is not None else (None, part.phase)


def _line(key: tuple[int | None, str | None], parts: list[Part]) -> Line:
    turn, phase = key
    # What only some presenters want is not counted on.
    minutes = sum(part.minutes for part in parts if part.phase != Phase.RESOURCES)
    name = words.name(Phase(phase)) if phase else _("Turn %(number)s") % {"number": turn + 1}
    return Line(name, minutes, minutes // DAY if minutes >= DAY else 0)


def minutes_of(meeting: Meeting) -> Minutes:
    """Without what was taken back. Three queries."""
    commitments = Commitment.objects.filter(learning_set=meeting.learning_set_id).select_related("seat__person")
    began, ended = meeting.opened_at or meeting.starts_at, meeting.closed_at
    reviewed = commitments.filter(reviewed_at__gte=began, reviewed_at__lte=ended) if ended else commitments.none()
    there = meeting.attendances.select_related("seat__person").order_by("seat__number", "pk")
    return Minutes(
        made=[Promise(one, name_of(one.seat)) for one in commitments.filter(meeting=meeting) if one.what],
        reviewed=[
            Promise(one, name_of(one.seat))
            for one in reviewed.exclude(meeting=meeting).order_by("reviewed_at", "pk")
            if one.what or one.learnt
        ],
        there=[There(one, name_of(one.seat)) for one in there],
    )


def entries_of(person: User) -> list[Entry]:
    """The meetings of the sets that somebody sits in, for a calendar. One query."""
    now = clock.now()
    shown = (
        Q(state__in=(MeetingState.SCHEDULED, MeetingState.RUNNING))
        | Q(state=MeetingState.CLOSED, closed_at__gt=now - CLOSED_SHOWN)
        | Q(state=MeetingState.CANCELLED, changed_at__gt=now - CANCELLED_SHOWN)
    )
    meetings = rules.attend.visible(Meeting.objects.filter(shown, starts_at__isnull=False), person)
    return [entry_of(meeting) for meeting in meetings.defer("note", "snapshot").order_by("starts_at", "pk")]


def entry_of(meeting: Meeting) -> Entry:
    """A meeting that has a time, for a calendar: it says neither which set it is nor about what. Of a slow one, its
    first day."""
    lasts = timedelta(days=1) if meeting.slow else timedelta(minutes=meeting.minutes)
    return Entry(
        uid=f"{meeting.public_id}@set-meeting",
        starts=meeting.starts_at,
        ends=meeting.starts_at + lasts,
        title=_("Action learning set meeting"),
        last_changed=meeting.changed_at,
        url=meeting.get_absolute_url(),
        sequence=meeting.sequence,
        cancelled=meeting.state == MeetingState.CANCELLED,
    )
