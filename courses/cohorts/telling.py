"""Telling the people of a cohort what has happened to it, or to their place in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from notices.telling import forget, notify

if TYPE_CHECKING:
    from courses.cohorts.models import Cohort
    from people.models import User

# What is no longer so once one of the others is.
ABOUT_A_PLACE = ("place_given", "on_waiting_list", "moved_up", "request_declined")
# Whoever gets no place may not see the cohort's page any more: these lead to the list.
NO_PLACE = ("request_declined", "cohort_closed", "cohort_cancelled")


def about_place(person: User, kind: str, cohort: Cohort) -> None:
    """Something about one person's place: the newest replaces what they have not read yet."""
    subject = subject_of(cohort)
    for other in ABOUT_A_PLACE:
        if other != kind:
            forget(other, subject, person=person)
    route, arguments = ("cohorts", []) if kind in NO_PLACE else ("cohort", [str(cohort.public_id)])
    notify(person, kind, subject=subject, values={"cohort": cohort.name}, route=route, route_args=arguments)


def about_cohort(people: Iterable[User], kind: str, cohort: Cohort) -> None:
    for person in people:
        notify(
            person,
            kind,
            subject=subject_of(cohort),
            values={"cohort": cohort.name},
            route="cohort",
            route_args=[str(cohort.public_id)],
        )


def facilitators(people: Iterable[User], cohort: Cohort) -> None:
    """Somebody asks for a place. Who it is they see on their page."""
    for person in people:
        notify(
            person,
            "place_asked",
            subject=subject_of(cohort),
            values={"cohort": cohort.name},
            route="facilitate",
            route_args=[str(cohort.public_id)],
        )


def forget_place(person: User, cohort: Cohort) -> None:
    """They have left or taken their request back: what is unread about it is not so any more."""
    for kind in ABOUT_A_PLACE:
        forget(kind, subject_of(cohort), person=person)


def subject_of(cohort: Cohort) -> str:
    return f"cohort:{cohort.public_id}"
