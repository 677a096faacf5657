"""What facilitators and the programme see of sets: how many, never who and never what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from community.sets.models import (
    Attendance,
    Commitment,
    CommitmentState,
    Joining,
    LearningSet,
    Meeting,
    MeetingState,
    Report,
    ReportState,
)

if TYPE_CHECKING:
    from courses.cohorts.models import Cohort, Enrolment

# A meeting that was closed in its lobby was not held.
HELD = Q(state=MeetingState.CLOSED, opened_at__isnull=False)
# Of so many meetings, the last, it is shown how many were there.
MEETINGS_SHOWN = 12


@dataclass(frozen=True)
class Counts:
    """One set in numbers. `name` is empty where only its members read it. `there` is how many were at each of the last
    meetings, in their order: (number of the meeting, people)."""

    name: str
    seats: int
    seats_taken: int
    held: int
    there: tuple[tuple[int, int], ...]
    turns: int
    made: int
    done: int


def name_shown(learning_set: LearningSet) -> str:
    """Its name, where others than its members may find it; else nothing."""
    return learning_set.name if learning_set.joining in (Joining.LISTED, Joining.COHORT) else ""


def of_cohort(cohort: Cohort) -> list[Counts]:
    """The sets of a cohort, in the order they were made. Three queries, however many there are."""
    sets = list(LearningSet.objects.filter(cohort=cohort).order_by("made_at", "pk"))
    meetings: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    held = Meeting.objects.filter(HELD, learning_set__in=sets).order_by("number")
    counted = held.annotate(people=Count("attendances"), turns=Coalesce(Sum("attendances__turns"), 0))
    for pk, number, people, turns in counted.values_list("learning_set_id", "number", "people", "turns"):
        meetings[pk].append((number, people, turns))
    promised: dict[int, dict[str, int]] = defaultdict(dict)
    by_state = Commitment.objects.filter(learning_set__in=sets).order_by().values_list("learning_set_id", "state")
    for pk, state, number in by_state.annotate(n=Count("pk")):
        promised[pk][state] = number
    return [
        Counts(
            name=name_shown(one),
            seats=one.seats,
            seats_taken=one.seats_taken,
            held=len(meetings[one.pk]),
            there=tuple((number, people) for number, people, _turns in meetings[one.pk][-MEETINGS_SHOWN:]),
            turns=sum(turns for *_meeting, turns in meetings[one.pk]),
            made=sum(promised[one.pk].values()),
            done=promised[one.pk].get(CommitmentState.DONE, 0),
        )
        for one in sets
    ]


def with_counts(sets: QuerySet[LearningSet]) -> QuerySet[LearningSet]:
    """Each with `held`, `attendances`, `commitments_open`, `commitments_done` and `reports_open`."""
    held = Meeting.objects.filter(HELD, learning_set=OuterRef("pk"))
    there = Attendance.objects.filter(meeting__learning_set=OuterRef("pk"))
    promised = Commitment.objects.filter(learning_set=OuterRef("pk"))
    reports = Report.objects.filter(meeting__learning_set=OuterRef("pk"), state=ReportState.OPEN)
    return sets.annotate(
        held=_number(held, "learning_set"),
        attendances=_number(there, "meeting__learning_set"),
        commitments_open=_number(promised.filter(state=CommitmentState.OPEN), "learning_set"),
        commitments_done=_number(promised.filter(state=CommitmentState.DONE), "learning_set"),
        reports_open=_number(reports, "meeting__learning_set"),
    )


def _number(rows: QuerySet, of: str) -> Coalesce:
    counted = rows.order_by().values(of).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def meetings_attended(enrolment: Enrolment) -> int:
    """How many meetings of sets of this course's cohorts somebody was at, on the web or by telephone. One query."""
    there = Attendance.objects.filter(
        seat__person=enrolment.person_id,
        meeting__state=MeetingState.CLOSED,
        meeting__opened_at__isnull=False,
        meeting__learning_set__cohort__course=enrolment.course_id,
    )
    return there.values("meeting_id").distinct().count()
