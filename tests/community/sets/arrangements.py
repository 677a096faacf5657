"""A set with a meeting whose room is open, and people who speak in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from community.sets.actions import meetings
from community.sets.meeting import commands as c
from community.sets.meeting.commands import Command
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.machine import apply
from community.sets.meeting.state import State, from_json
from community.sets.models import LearningSet, Meeting, Seat
from kernel import clock
from people.models import User
from tests.factories.sets import LearningSetFactory, MeetingFactory, SeatFactory

N, Q, A, R = (c.ContributionKind(kind) for kind in ("note", "question", "answer", "reflection"))


@dataclass
class TestRoom:
    """`people[0]` convenes the set and leads the meeting."""

    __test__ = False

    learning_set: LearningSet
    meeting: Meeting
    seats: list[Seat]

    @property
    def people(self) -> list[User]:
        return [seat.person for seat in self.seats]

    @property
    def state(self) -> State:
        self.meeting.refresh_from_db()
        return from_json(self.meeting.snapshot)

    def do(self, number: int, command: Command) -> meetings.Outcome:
        return meetings.do(meeting_id=self.meeting.public_id, command=command, by=self.people[number], announce=None)

    def say(self, number: int, kind: c.ContributionKind, text: str = "A few words.", **more) -> meetings.Outcome:
        client_id = more.pop("client_id", str(uuid.uuid4()))
        return self.do(number, c.Contribute(kind=kind, text=text, client_id=client_id, language="en", **more))

    def next(self, *, times: int = 1) -> None:
        for _time in range(times):
            self.do(0, c.Next(visit=self.state.visit.number, confirmed=True))

    def reach(self, phase: str, *, presenter: int = 1) -> None:
        """Go on to a phase; at the bids the presenter bids and is chosen."""
        if not self.meeting.seq:
            self.do(0, c.Arrive())
        while self.state.phase != phase:
            if self.state.phase == "bids" and not self.state.turns:
                self.do(presenter, c.Bid(text="How I ask for an hour"))
                self.do(0, c.Choose(visit=self.state.visit.number, presenters=(presenter,)))
            self.next()

    def replayed(self) -> State:
        state = State()
        for line in self.meeting.events.order_by("seq"):
            state = apply(state, Event(line.seq, line.at, Kind(line.kind), line.place, line.data))
        return state


def a_room(*, people: int = 4, in_minutes: int = 0, adviser: bool = False, **meeting) -> TestRoom:
    learning_set = LearningSetFactory(seats=max(people, 4))
    seats = [SeatFactory(learning_set=learning_set, convenor=True)]
    seats += [SeatFactory(learning_set=learning_set) for _number in range(people - 1)]
    if adviser:
        seats.append(SeatFactory(learning_set=learning_set, adviser=True))
    starts_at = clock.now() + timedelta(minutes=in_minutes)
    return TestRoom(learning_set, MeetingFactory(learning_set=learning_set, starts_at=starts_at, **meeting), seats)
