"""Sets with a meeting whose room is open, for browser tests; made in a process of its own (`House.arrange`)."""

from __future__ import annotations

import os
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from community.sets.meeting import commands as c
from community.sets.models import Meeting
from people.models import User
from tests.community.sets.arrangements import TestRoom, a_room
from tests.factories import UserFactory
from tests.factories.sets import CommitmentFactory, GroundRulesFactory, MeetingFactory

NAMES = ("Amal", "Bruno", "Chiara", "Dora", "Elif", "Farid", "Greta", "Hugo")
QUESTION = c.ContributionKind.QUESTION

# Several modules make rooms in one house, each in a process that begins to count.
UserFactory.reset_sequence(1000 * os.getpid())


def _email(name: str, key: str) -> str:
    return f"{name.lower()}-{key}@demo.example"


def people(key: str, languages: tuple[str, ...]) -> list[User]:
    """`amal-<key>@demo.example` and so on, one for each language."""
    password, found = make_password("demo"), []
    for name, language in zip(NAMES, languages, strict=False):
        email = _email(name, key)
        person = User.objects.create(email=email, name=f"{name} {key.title()}", language=language, password=password)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        found.append(person)
    return found


def room(key: str, languages: tuple[str, ...], *, phase: str = "lobby", presenter: int = 1, here: int = 0) -> None:
    """Prints the path of the room below its language. `here` of them have come, the last of these by telephone. The
    same one again where it is there: a test process may come back to a module, and asks for its rooms anew."""
    there = Meeting.objects.filter(learning_set__all_seats__person__email=_email(NAMES[0], key)).first()
    if there is not None:
        print(f"sets/meetings/{there.public_id}/")
        return
    made = a_room(people=len(languages))
    for seat, person in zip(made.seats, people(key, languages), strict=True):
        seat.person = person
        seat.save()
    made.learning_set.name = "Thursday set"
    made.learning_set.call_link = f"https://call.demo.example/{'a-room-of-many-letters-' * 3}"
    made.learning_set.call_numbers = "+351 210 000 000"
    made.learning_set.call_pin = "4711"
    made.learning_set.save()
    GroundRulesFactory(learning_set=made.learning_set)
    _come(made, here)
    if phase != "lobby":
        made.reach(phase, presenter=presenter)
    print(f"sets/meetings/{made.meeting.public_id}/")


def _come(made: TestRoom, here: int) -> None:
    for number in range(here):
        if number == here - 1 and here > 2:
            made.do(0, c.Arrive(how="telephone", behalf=number))
        else:
            made.do(number, c.Arrive())


def shot(phase: str, key: str) -> None:
    room(key, ("en",) * 6, phase=phase, here=5)


def whole(key: str) -> None:
    """A room whose presenter of last time has promised something, and the set's next meeting a day later."""
    made = a_room(people=4)
    for seat, person in zip(made.seats, people(key, ("en", "fr", "es", "en")), strict=True):
        seat.person = person
        seat.save()
    CommitmentFactory(seat=made.seats[1], what="Écrire à la direction.", language="fr")
    following = MeetingFactory(learning_set=made.learning_set, starts_at=made.meeting.starts_at + timedelta(days=1))
    for meeting in (made.meeting, following):
        print(f"sets/meetings/{meeting.public_id}/")
