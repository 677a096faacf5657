"""What this app holds of a person."""

from django.utils.translation import gettext_lazy as _

from courses.evaluation.models import Answers
from notices.models import DueWork
from people.models import User
from people.mydata import Contribution, contribute


def collect(person: User) -> list[dict]:
    return [
        {
            "instrument": row.instrument,
            "version": row.version,
            "moment": row.moment,
            "language": row.language,
            "ratings": row.ratings,
            "ratings_thinking_back": row.then,
            "goal_attainment": row.attainment,
            "begun_at": row.begun_at.isoformat(),
            "given_at": row.given_at.isoformat() if row.given_at else None,
        }
        for row in Answers.objects.filter(person=person)
    ]


def erase(person: User) -> None:
    enrolments = person.enrolments.values_list("public_id", flat=True)
    DueWork.objects.filter(kind="evaluation_follow_up", subject__in=[str(key) for key in enrolments]).delete()


contribute(
    Contribution(
        key="evaluation",
        title=_("Your evaluations"),
        collect=collect,
        models=[Answers],
        rule=_("Your evaluation answers are deleted. Figures that were already printed stay, without anybody in them."),
        erase=erase,
    )
)
