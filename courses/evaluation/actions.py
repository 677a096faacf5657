"""The verbs of evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from courses.cohorts.models import Enrolment
from courses.cohorts.rules import learn
from courses.evaluation import selectors
from courses.evaluation.facts import AnswersGiven
from courses.evaluation.instruments import ATTAINMENT, HIGHEST, LOWEST, Instrument
from courses.evaluation.models import Answers, Moment
from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from people import audit

if TYPE_CHECKING:
    from people.models import User


@transaction.atomic
def keep_answers(
    *,
    enrolment: Enrolment,
    moment: str,
    by: User,
    language: str,
    ratings: Mapping[str, int],
    then: Mapping[str, int] | None = None,
    attainment: int | None = None,
    give: bool = True,
) -> Answers:
    """Keep somebody's answers at one moment: as a draft, or given for good (`give`), which tells AnswersGiven.

    An item left out was passed over. The version is the one the enrolment began with. Ratings thinking back, and the
    attainment, belong to AFTER; the attainment also to FOLLOW_UP. Raises Refused("already_given"), Refused("not_open")
    before or after the moment's time, and NotAllowed for what is not the person's own or not of the instrument.
    """
    if not learn.allows(by, enrolment):
        raise NotAllowed
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("course").get(pk=enrolment.pk)
    evaluation = selectors.evaluation_of(enrolment, language)
    if evaluation is None or moment not in Moment.values:
        raise NotAllowed
    asked = evaluation.at(moment)
    if asked.state == "given":
        raise Refused(
            "already_given", _("You have given these answers. They stay as they were, so that they can be compared.")
        )
    if not asked.can_be_given:
        raise Refused("not_open", _("These questions are not open now. Your evaluation page says when they are."))
    row = asked.answers or Answers(
        person=by,
        enrolment=enrolment,
        instrument=evaluation.instrument.key,
        version=evaluation.instrument.version,
        moment=moment,
    )
    row.language = language
    row.ratings = _checked(ratings, evaluation.instrument)
    row.then = _checked(then or {}, evaluation.instrument) if moment == Moment.AFTER else {}
    row.attainment = attainment if moment != Moment.BEFORE and attainment in ATTAINMENT else None
    if give:
        row.given_at = clock.now()
    row.save()
    if give:
        audit.record("answers.given", by=by, about=by, subject=row, moment=moment)
        tell(AnswersGiven(answers=row.public_id))
    return row


def _checked(ratings: Mapping[str, int], instrument: Instrument) -> dict[str, int]:
    if set(ratings) - instrument.item_keys:
        raise NotAllowed
    if not all(isinstance(rating, int) and LOWEST <= rating <= HIGHEST for rating in ratings.values()):
        raise NotAllowed
    return dict(ratings)
