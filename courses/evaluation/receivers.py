"""The follow-up: three months after a course is completed, one invitation."""

from courses.cohorts.facts import CourseCompleted
from courses.cohorts.models import Enrolment
from courses.evaluation.kinds import FOLLOW_UP
from courses.evaluation.models import Moment
from courses.evaluation.selectors import FOLLOW_UP_AFTER, evaluation_of
from kernel.facts import on
from notices import due
from notices.models import DueWork
from notices.telling import notify


@on(CourseCompleted)
def plan_follow_up(fact: CourseCompleted) -> None:
    enrolment = Enrolment.objects.filter(public_id=fact.enrolment, completed_at__isnull=False).first()
    if enrolment:
        due.schedule(FOLLOW_UP, subject=str(enrolment.public_id), due_at=enrolment.completed_at + FOLLOW_UP_AFTER)


@due.handler(FOLLOW_UP)
def invite_to_follow_up(work: DueWork) -> None:
    """Nothing to do for somebody who has gone, or has looked again already. In a pause the notice waits by itself."""
    enrolment = Enrolment.objects.filter(public_id=work.subject).select_related("course", "person").first()
    evaluation = evaluation_of(enrolment, enrolment.person.language) if enrolment else None
    if evaluation and evaluation.at(Moment.FOLLOW_UP).can_be_given:
        notify(
            enrolment.person,
            FOLLOW_UP,
            subject=f"enrolment:{enrolment.public_id}",
            values={"course": evaluation.title},
            route="evaluation_answer",
            route_args=[str(enrolment.public_id), str(Moment.FOLLOW_UP)],
        )
