"""Questions about seats: who sits where, who looks after a set, who waits."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from community.sets.models import LearningSet, RequestState, Seat, SeatRequest, SeatRole
from courses.cohorts import rules as cohorts
from courses.cohorts.models import Cohort
from courses.cohorts.selectors.cohorts import plain_code
from people.models import User
from people.selectors import paused_people

WAITS = (RequestState.ASKED, RequestState.WAITING)
LOOKS_AFTER = (SeatRole.CONVENOR, SeatRole.ADVISER)


def live_seats(learning_set: LearningSet | int) -> QuerySet[Seat]:
    """Of a set, or of its key."""
    return Seat.objects.filter(learning_set=learning_set, until__isnull=True)


def around(learning_set: LearningSet | int) -> QuerySet[Seat]:
    """Who sits there now, around the circle: the adviser, then from number 1."""
    return live_seats(learning_set).select_related("person").order_by("number", "pk")


def seat_in(learning_set: LearningSet, person: User) -> Seat | None:
    return live_seats(learning_set).filter(person=person).select_related("person").first()


def conveners_of(learning_set: LearningSet) -> list[User]:
    """Who looks after the set: its convenor and its adviser."""
    seats = live_seats(learning_set).filter(role__in=LOOKS_AFTER).select_related("person")
    return [seat.person for seat in seats]


def by_code(typed: str) -> LearningSet | None:
    """The open set that a code invites to; a closed one has no code any more."""
    code = plain_code(typed)
    return LearningSet.objects.filter(code=code).first() if code else None


def leads_a_cohort(person: User) -> bool:
    return cohorts.facilitate.visible(Cohort.objects, person).exists()


@dataclass(frozen=True)
class Member:
    """Somebody in the circle, for the others in it."""

    seat: Seat
    paused: bool
    accepted: bool

    @property
    def name(self) -> str:
        return self.seat.person.name if self.seat.person else ""


def circle(learning_set: LearningSet, version: int | None) -> list[Member]:
    """Who sits there now. `version` of the ground rules tells who has accepted. Three queries."""
    found = list(around(learning_set).prefetch_related("acceptances__ground_rules"))
    paused = paused_people(seat.person_id for seat in found)
    return [
        Member(
            seat=seat,
            paused=seat.person_id in paused,
            accepted=version in {acceptance.ground_rules.version for acceptance in seat.acceptances.all()},
        )
        for seat in found
    ]


def request_in(learning_set: LearningSet, person: User) -> SeatRequest | None:
    """What this person has asked of this set and waits for."""
    return with_place(person.seat_requests.filter(learning_set=learning_set, state__in=WAITS)).first()


def open_requests(learning_set: LearningSet) -> list[SeatRequest]:
    """Who waits, for an answer or for a seat, in the order they came."""
    return list(learning_set.requests.filter(state__in=WAITS).select_related("person").order_by("position"))


def with_place(requests: QuerySet[SeatRequest]) -> QuerySet[SeatRequest]:
    """With `ahead`: how many are before them on the waiting list."""
    before = Q(learning_set__requests__state=RequestState.WAITING, learning_set__requests__position__lt=F("position"))
    return requests.annotate(ahead=Count("learning_set__requests", filter=before))
