"""Questions about sets: which are somebody's, what is next in them, what they have agreed on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, IntegerField, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from community.sets import rules
from community.sets.meeting import times
from community.sets.models import (
    LIVE,
    Commitment,
    CommitmentState,
    GroundRules,
    Joining,
    LearningSet,
    Meeting,
    MeetingState,
    RequestState,
    SeatRequest,
    SetState,
)
from community.sets.selectors.seats import WAITS, with_place
from courses.cohorts import rules as cohorts
from courses.cohorts.models import Cohort
from people.models import User

MOST_SHOWN = 100


def ground_rules_of(learning_set: LearningSet | int) -> GroundRules | None:
    """The newest version that a set has, or the one with this key."""
    return GroundRules.objects.filter(learning_set=learning_set).order_by("-version").first()


def time_name(name: str) -> str:
    """ "tue_evening" is "Tuesday evening"; empty for a name that is none."""
    if name not in times.TIMES:
        return ""
    day, part = name.split("_")
    # Translators: a day of the week and a part of the day, as in: Tuesday evening
    return _("%(day)s %(part)s") % {"day": times.DAYS[day], "part": times.PARTS[part]}


def times_in_words(names: Iterable[str]) -> list[str]:
    """In the order of the week."""
    wanted = set(names)
    return [time_name(name) for name in times.TIMES if name in wanted]


SIT, WAIT, OPEN, OVER = range(4)


def my_sets(person: User) -> QuerySet[LearningSet]:
    """Those somebody sits in, waits for, or could join as one of its cohort, and then those of theirs that are closed:
    `rank` says which."""
    mine, waited = rules.sit.rows(person), person.seat_requests.filter(state__in=WAITS).values("learning_set_id")
    for_them = LearningSet.objects.filter(rules.find.rows(person), joining=Joining.COHORT).values("pk")
    rank = Case(
        When(mine, state=SetState.CLOSED, then=Value(OVER)),
        When(mine, then=Value(SIT)),
        When(pk__in=waited, then=Value(WAIT)),
        When(pk__in=for_them, then=Value(OPEN)),
        output_field=IntegerField(),
    )
    return LearningSet.objects.annotate(rank=rank).filter(rank__isnull=False).order_by("rank", "name", "pk")


@dataclass(frozen=True)
class Line:
    """A set in a list, as it concerns one person."""

    learning_set: LearningSet
    meeting: Meeting | None = None
    request: SeatRequest | None = None

    @property
    def rank(self) -> int:
        return self.learning_set.rank

    @property
    def position(self) -> int:
        """On the waiting list, from 1; 0 while they wait for an answer."""
        return self.request.ahead + 1 if self.request and self.request.state == RequestState.WAITING else 0


def lines(sets: Sequence[LearningSet], person: User) -> list[Line]:
    """Those of `my_sets`, with the next meeting or the place on the waiting list. Two queries."""
    inside = [one.pk for one in sets if one.rank == SIT]
    nexts: dict[int, Meeting] = {}
    for meeting in Meeting.objects.filter(learning_set__in=inside, state__in=LIVE).order_by("starts_at"):
        nexts.setdefault(meeting.learning_set_id, meeting)
    asked = with_place(person.seat_requests.filter(state__in=WAITS, learning_set__in=[one.pk for one in sets]))
    requests = {request.learning_set_id: request for request in asked}
    return [Line(one, meeting=nexts.get(one.pk), request=requests.get(one.pk)) for one in sets]


def next_meetings(learning_set: LearningSet) -> list[Meeting]:
    """What is under way, comes, or looks for a time, in this order."""
    open_states = (*LIVE, MeetingState.PROPOSED)
    found = learning_set.meetings.filter(state__in=open_states).order_by("starts_at", "pk")
    return sorted(found, key=lambda meeting: meeting.starts_at is None)


def past_meetings(learning_set: LearningSet) -> QuerySet[Meeting]:
    return learning_set.meetings.filter(state=MeetingState.CLOSED).order_by("-number")


def open_commitments(learning_set: LearningSet) -> list[Commitment]:
    """Of those who sit there now: who has left is asked no more how it went."""
    live = Commitment.objects.filter(learning_set=learning_set, seat__until__isnull=True)
    found = live.filter(state=CommitmentState.OPEN)
    return list(found.select_related("seat__person").order_by("made_at", "pk")[:MOST_SHOWN])


@dataclass(frozen=True)
class Home:
    """What the learner home says about sets: how many one sits in, the next meeting, how much of one's own is open."""

    learns: bool
    sets: int
    commitments: int
    next_name: str | None = None
    next_id: uuid.UUID | None = None
    meeting_id: uuid.UUID | None = None
    starts_at: datetime | None = None
    state: str | None = None


def home_of(person: User) -> Home:
    """One query: the page has many parts. `learns` is who has a place on a course, or has completed one."""
    seats = person.seats.filter(until__isnull=True, learning_set__state=SetState.OPEN)
    coming = Meeting.objects.filter(learning_set__in=seats.values("learning_set_id"), state__in=LIVE)
    coming = coming.order_by("starts_at", "pk")
    own = rules.own_commitment.visible(Commitment.objects.filter(state=CommitmentState.OPEN), person)
    found = User.objects.filter(pk=person.pk).values(
        learns=Exists(person.enrolments.filter(state__in=("active", "completed"))),
        sets=_number(seats.values("person")),
        commitments=_number(own.values("seat__person")),
        next_name=Subquery(coming.values("learning_set__name")[:1]),
        next_id=Subquery(coming.values("learning_set__public_id")[:1]),
        meeting_id=Subquery(coming.values("public_id")[:1]),
        starts_at=Subquery(coming.values("starts_at")[:1]),
        state=Subquery(coming.values("state")[:1]),
    )
    return Home(**found.get())


def _number(of_one_person: QuerySet) -> Coalesce:
    return Coalesce(Subquery(of_one_person.order_by().annotate(number=Count("pk")).values("number")), 0)


def cohorts_for(person: User) -> list[Cohort]:
    """Whose people somebody may propose a set for: those they belong to, and those they lead."""
    seen = (cohorts.belong | cohorts.facilitate).visible(Cohort.objects, person)
    return list(seen.order_by("-starts_on", "name", "pk")[:MOST_SHOWN])
