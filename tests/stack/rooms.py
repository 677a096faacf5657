"""Sets whose meeting's room is open, and what the database says of a meeting. Runs where Django is set up."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections

from community.sets.actions import meetings
from community.sets.meeting import commands, machine
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.state import State, from_json
from community.sets.models import LearningSet, Meeting, MeetingEvent, MeetingState, Seat, SeatRole
from kernel import clock
from people.models import User

MEMBERS = 8


@dataclass(frozen=True)
class Room:
    meeting: uuid.UUID
    # Of each member, in the order of their places: the public id of their seat and the cookie of their browser.
    seats: list[uuid.UUID]
    cookies: list[str]


def make(count: int = 1, members: int = MEMBERS, *, label: str = "stack", arrived: bool = True) -> list[Room]:
    """So many sets of so many members, each with a meeting that begins now. Written in bulk."""
    now = clock.now()
    people = User.objects.bulk_create(
        User(email=f"{label}-{uuid.uuid4().hex}@example.org", name=f"Member {number % members}", password="!")
        for number in range(count * members)
    )
    sets = LearningSet.objects.bulk_create(
        LearningSet(name=f"Set {number}", language="en", seats=members, seats_taken=members) for number in range(count)
    )
    seats = Seat.objects.bulk_create(
        Seat(
            learning_set=sets[number // members],
            person=person,
            number=number % members + 1,
            role=SeatRole.MEMBER if number % members else SeatRole.CONVENOR,
            since=now - timedelta(days=1),
        )
        for number, person in enumerate(people)
    )
    rooms = Meeting.objects.bulk_create(
        Meeting(learning_set=each, number=1, state=MeetingState.SCHEDULED, starts_at=now, minutes=90) for each in sets
    )
    cookies = _cookies(people)
    made = []
    for number, room in enumerate(rooms):
        mine = range(number * members, (number + 1) * members)
        for member in mine if arrived else mine[:1]:
            meetings.do(meeting_id=room.public_id, command=commands.Arrive(), by=people[member], announce=None)
        made.append(Room(room.public_id, [seats[n].public_id for n in mine], [cookies[n] for n in mine]))
    return made


def _cookies(people: list[User]) -> list[str]:
    """Signed in, each at a browser of their own."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    rows = []
    for person in people:
        session = store()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session._session_key = session._get_new_session_key()
        rows.append(session.create_model_instance(session._session))
    store.get_model_class().objects.bulk_create(rows)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]


def a_stranger() -> str:
    """The cookie of somebody who is signed in and has no seat."""
    return _cookies([User.objects.create(email=f"{uuid.uuid4().hex}@example.org", name="Stranger")])[0]


@dataclass(frozen=True)
class Truth:
    """A meeting as the database has it."""

    seq: int
    snapshot: State
    replayed: State
    # Number -> (kind, place, client id)
    lines: dict[int, tuple[str, int | None, str]]
    words: list[str]


def truth(meeting: uuid.UUID) -> Truth:
    row = Meeting.objects.get(public_id=meeting)
    rows = list(MeetingEvent.objects.filter(meeting=row).order_by("seq"))
    events = [Event(line.seq, line.at, Kind(line.kind), line.place, line.data) for line in rows]
    return Truth(
        seq=row.seq,
        snapshot=from_json(row.snapshot),
        replayed=machine.replay(State(), events),
        lines={line.seq: (line.kind, line.place, str(line.client_id or "")) for line in rows},
        words=[line.text for line in rows if line.text],
    )


def remove(seat: uuid.UUID) -> None:
    """As the action that takes somebody's seat does."""
    found = Seat.objects.select_related("learning_set").get(public_id=seat)
    found.until = clock.now()
    found.save(update_fields=["until"])
    meetings.seats_changed(learning_set=found.learning_set)


def in_thread(work, *values, **more):
    """For `asyncio.to_thread`: the thread's own connection is closed after it."""
    try:
        return work(*values, **more)
    finally:
        connections.close_all()
