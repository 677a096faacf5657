"""The ledger of air time: who presented in a meeting, and for how many minutes; from its log, when it closes."""

from __future__ import annotations

from dataclasses import dataclass

from community.sets.meeting.events import Kind
from community.sets.meeting.plan import Phase
from community.sets.models import Attendance, Meeting, MeetingEvent


@dataclass
class _Stay:
    """One visit of a phase: whose turn it was, and how much longer it was made. `turn` None: nobody's."""

    phase: str
    lasts: int
    turn: int | None
    presenter: int | None = None
    minutes: int = 0
    longer: int = 0


def keep(meeting: Meeting) -> None:
    """Of those who were there: that somebody presented does not say that they came."""
    seats, stays = _told(meeting)
    given: dict[tuple[int, int], int] = {}
    for stay in stays:
        if stay.phase == Phase.PRESENT:
            given.setdefault((stay.turn, stay.presenter), stay.minutes)
    for stay in stays:
        if (stay.turn, stay.presenter) in given:
            given[stay.turn, stay.presenter] += stay.longer // 60
    if meeting.slow:  # days are no minutes of air time
        given = dict.fromkeys(given, 0)
    for place in {place for _turn, place in given}:
        minutes = [each for (_turn, presenter), each in given.items() if presenter == place]
        there = Attendance.objects.filter(meeting=meeting, seat__public_id=seats[place])
        there.update(turns=len(minutes), minutes=sum(minutes))


def _told(meeting: Meeting) -> tuple[list[str], list[_Stay]]:
    """The seats by their places, and the visits that were not undone."""
    seats: list[str] = []
    turns: list[tuple[int, int]] = []
    stays: list[_Stay] = []
    for event in meeting.events.order_by("seq").only("kind", "data"):
        match event.kind:
            case Kind.CONVENED:
                seats = [seat for seat, _person, _role in event.data["places"]]
            case Kind.SEATED:
                seats.append(event.data["seat"][0])
            case Kind.PRESENTERS_CHOSEN:
                turns = list(zip(event.data["presenters"], event.data["minutes"], strict=True))
            case Kind.PHASE_ENTERED:
                stays.append(_entered(event, turns))
            case Kind.UNDONE:
                stays.pop()
            case Kind.TIMER_SET:
                stays[-1].longer += event.data["lasts"] - stays[-1].lasts
                stays[-1].lasts = event.data["lasts"]
    return seats, stays


def _entered(event: MeetingEvent, turns: list[tuple[int, int]]) -> _Stay:
    stay = _Stay(event.data["phase"], event.data["lasts"], event.data["turn"])
    if stay.turn is not None:
        stay.presenter, stay.minutes = turns[stay.turn]
    return stay
