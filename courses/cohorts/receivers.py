"""What this app does about facts, and about work that is due."""

from __future__ import annotations

from datetime import timedelta

from courses.cohorts import actions
from courses.cohorts.facts import RequirementChanged
from courses.cohorts.models import TAKES_PLACE, CohortSession, CohortState, Enrolment
from courses.cohorts.telling import subject_of
from kernel import clock
from kernel.facts import on
from notices import due
from notices.models import DueWork
from notices.telling import notify
from people.models import User


@on(RequirementChanged)
def look_at_completion(fact: RequirementChanged) -> None:
    enrolment = Enrolment.objects.filter(public_id=fact.enrolment).first()
    if enrolment is not None:
        actions.look_at_completion(enrolment=enrolment)


@due.handler("session_soon")
def remind_of_meeting(work: DueWork) -> None:
    """The day before a meeting, to everybody who has a place by then. Told late, it is only told before it begins."""
    public_id = work.subject.removeprefix("meeting:")
    meeting = CohortSession.objects.filter(public_id=public_id).select_related("cohort").first()
    now = clock.now()
    if meeting is None or not now < meeting.starts_at <= now + timedelta(days=1, hours=1):
        return
    if meeting.cohort.state not in (CohortState.OPEN, CohortState.CLOSED):
        return
    for person in User.objects.filter(enrolments__cohort=meeting.cohort, enrolments__state__in=TAKES_PLACE):
        notify(
            person,
            "session_soon",
            subject=subject_of(meeting.cohort),
            values={"cohort": meeting.cohort.name, "when": meeting.starts_at},
            route="cohort",
            route_args=[str(meeting.cohort.public_id)],
        )
