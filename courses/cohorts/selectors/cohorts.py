"""Questions about cohorts: who may join, who waits, when they meet."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from courses.cohorts import rules
from courses.cohorts.models import (
    TAKES_PLACE,
    Cohort,
    CohortState,
    Enrolment,
    Joining,
    OwnStep,
    PlaceRequest,
    RequestState,
)
from courses.curriculum import selectors as curriculum
from kernel import clock
from kernel.kept import kept
from people.models import User

# Without 0, O, 1 and I, which are taken for one another when somebody reads them out.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
MOST_OFFERED = 50
WAITS = (RequestState.ASKED, RequestState.WAITING)


def plain_code(typed: str) -> str:
    """A code as it is kept, however it was typed: "abcd-2345" is "ABCD2345". Empty for what cannot be one."""
    found = re.sub(r"[\s\-–—.]", "", typed[:100]).upper()
    return found if len(found) == CODE_LENGTH and set(found) <= set(CODE_LETTERS) else ""


def code_in_groups(code: str | None) -> str:
    """ "ABCD 2345", as it is read out."""
    return f"{code[:4]} {code[4:]}" if code else ""


def by_code(typed: str) -> Cohort | None:
    """The cohort that a code invites to; one that is still being prepared invites nobody."""
    code = plain_code(typed)
    cohorts = Cohort.objects.filter(joining=Joining.CODE).exclude(state=CohortState.DRAFT)
    return cohorts.filter(code=code).first() if code else None


def takes_people(cohort: Cohort) -> bool:
    """Open, and not over."""
    return cohort.state == CohortState.OPEN and cohort.ends_on >= clock.now().date()


def is_live(cohort: Cohort | None) -> bool:
    """Goes on, or will: whoever has a place in it transfers rather than joins another."""
    return (
        cohort is not None
        and cohort.state in (CohortState.OPEN, CohortState.CLOSED)
        and cohort.ends_on >= clock.now().date()
    )


def place_in(cohort: Cohort, person: User) -> Enrolment | None:
    """This person's enrolment, if it has a place in this cohort."""
    return Enrolment.objects.filter(person=person, cohort=cohort, state__in=TAKES_PLACE).first()


def request_in(cohort: Cohort, person: User) -> PlaceRequest | None:
    """What this person has asked for and waits for."""
    return cohort.requests.filter(person=person, state__in=WAITS).first()


def position_of(request: PlaceRequest) -> int:
    """Where somebody stands on the waiting list, from 1: how many wait with a smaller number, and they themselves."""
    waiting = PlaceRequest.objects.filter(cohort_id=request.cohort_id, state=RequestState.WAITING)
    return waiting.filter(position__lt=request.position).count() + 1


def my_cohorts(person: User) -> QuerySet[Cohort]:
    """Those somebody has a place in, leads, looks after for an organisation, waits for, or could join, in this order.

    Each says in `relation` which of these it is: "belong", "facilitate", "lead", "wait" or "open".
    """
    mine = {
        "belong": rules.belong.rows(person),
        "facilitate": rules.facilitate.rows(person),
        "lead": rules.lead_cohort.rows(person),
        "wait": rules.wait.rows(person),
    }
    seen = rules.see_cohort.visible(Cohort.objects, person).exclude(
        ~(mine["belong"] | mine["facilitate"] | mine["lead"] | mine["wait"]), ends_on__lt=clock.now().date()
    )
    numbered = [When(condition, then=Value(number)) for number, condition in enumerate(mine.values())]
    return (
        seen.annotate(rank=Case(*numbered, default=Value(len(mine)), output_field=IntegerField()))
        .select_related("organisation", "course")
        .order_by("rank", "starts_on", "pk")
    )


RELATIONS = ("belong", "facilitate", "lead", "wait", "open")


@dataclass(frozen=True)
class Line:
    """A cohort in a list, as it concerns one person."""

    cohort: Cohort
    relation: str
    course: str
    # Where they stand on the waiting list, from 1; 0 while they wait for an answer, or do not wait.
    position: int = 0

    @property
    def places_left(self) -> int:
        return max(self.cohort.places - self.cohort.places_taken, 0)


def lines(cohorts: Sequence[Cohort], person: User, language: str) -> list[Line]:
    """Those of `my_cohorts`, with the title of the course and the place on the waiting list. Two queries."""
    pages = curriculum.course_pages([cohort.course for cohort in cohorts], language)
    waits = {request.cohort_id: request for request in waiting_of(person)}
    return [
        Line(
            cohort=cohort,
            relation=RELATIONS[cohort.rank],
            course=page.title if (page := pages.get(cohort.course.key)) else cohort.course.name,
            position=_position(waits.get(cohort.pk)),
        )
        for cohort in cohorts
    ]


def _position(request: PlaceRequest | None) -> int:
    return request.ahead + 1 if request and request.state == RequestState.WAITING else 0


def open_to_transfer(cohort: Cohort, person: User) -> list[Cohort]:
    """The other cohorts of the same course that would take this person in now, without a code. One query."""
    others = rules.open_to_see.visible(Cohort.objects, person).exclude(pk=cohort.pk).exclude(joining=Joining.APPROVAL)
    free = others.filter(course=cohort.course_id, ends_on__gte=clock.now().date(), places_taken__lt=F("places"))
    return list(free.order_by("starts_on", "pk")[:MOST_OFFERED])


@kept
def _waits(person: int) -> QuerySet[PlaceRequest]:
    return PlaceRequest.objects.filter(person=person, state__in=WAITS).values_list("pk", flat=True)[:1]


def waiting_of(person: User) -> list[PlaceRequest]:
    """What somebody waits for, each with `ahead`: how many are before them on the waiting list. Two queries; a cheap
    one for the many who wait for nothing."""
    if not _waits(person.pk):
        return []
    return list(
        PlaceRequest.objects.filter(person=person, state__in=WAITS, cohort__state=CohortState.OPEN)
        .select_related("cohort")
        .annotate(
            ahead=Count(
                "cohort__requests",
                filter=Q(cohort__requests__state=RequestState.WAITING, cohort__requests__position__lt=F("position")),
            )
        )
        .order_by("asked_at", "pk")
    )


def people_of(cohort: Cohort) -> QuerySet[Enrolment]:
    """Who has a place or had one: for an organisation's lead, who sees names and states."""
    return Enrolment.objects.filter(cohort=cohort).select_related("person").order_by("joined_at", "pk")


def requests_of(cohort: Cohort) -> list[PlaceRequest]:
    """Who waits, for an answer or for a place, in their order."""
    return list(cohort.requests.filter(state__in=WAITS).select_related("person").order_by("position"))


def facilitators_of(cohort: Cohort) -> list[User]:
    return list(User.objects.filter(facilitations__cohort=cohort, facilitations__until__isnull=True).distinct())


def own_steps_in(cohort_id: int, session_key: uuid.UUID) -> list[OwnStep]:
    return list(OwnStep.objects.filter(cohort_id=cohort_id, session_key=session_key).select_related("cohort"))
