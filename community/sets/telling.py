"""Telling the people of a set what has happened to it, or to their seat in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from notices.telling import forget, notify

if TYPE_CHECKING:
    from community.sets.models import LearningSet
    from people.models import User

# What is no longer so once one of the others is.
ABOUT_A_SEAT = ("seat_given", "seat_on_list", "seat_moved_up", "seat_declined", "seat_removed")
# Whoever has no seat may not see the set's page: these lead elsewhere.
ELSEWHERE = {"seat_declined": "find_sets", "seat_on_list": "sets", "seat_removed": "sets"}


def about_seat(person: User, kind: str, learning_set: LearningSet) -> None:
    """Something about one person's seat: the newest replaces what they have not read yet."""
    for other in ABOUT_A_SEAT:
        if other != kind:
            forget(other, subject_of(learning_set), person=person)
    about_set([person], kind, learning_set)


def about_set(people: Iterable[User], kind: str, learning_set: LearningSet, *, route: str = "set") -> None:
    route = ELSEWHERE.get(kind, route)
    for person in people:
        notify(
            person,
            kind,
            subject=subject_of(learning_set),
            values={"set": learning_set.name},
            route=route,
            route_args=[] if kind in ELSEWHERE else [str(learning_set.public_id)],
        )


def forget_seat(person: User, learning_set: LearningSet) -> None:
    """They have left or taken their request back: what is unread about it is not so any more."""
    for kind in ABOUT_A_SEAT:
        forget(kind, subject_of(learning_set), person=person)


def nobody_asks(learning_set: LearningSet) -> None:
    """Every request is answered: those who look after the set need not look any more."""
    forget("seat_asked", subject_of(learning_set))


def subject_of(learning_set: LearningSet) -> str:
    return f"set:{learning_set.public_id}"


def forget_rules(person: User, learning_set: LearningSet) -> None:
    """They have accepted them."""
    forget("ground_rules_changed", subject_of(learning_set), person=person)
