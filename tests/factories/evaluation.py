"""Answers, given at some moment."""

import factory
from factory.django import DjangoModelFactory

from courses.evaluation.instruments import instruments
from courses.evaluation.models import Answers, Moment
from kernel import clock
from tests.factories import EnrolmentFactory


def ratings(mark: int) -> dict[str, int]:
    """The same mark for every item."""
    return {item.key: mark for item in instruments()[-1].items}


class AnswersFactory(DjangoModelFactory):
    class Meta:
        model = Answers

    enrolment = factory.SubFactory(EnrolmentFactory)
    person = factory.SelfAttribute("enrolment.person")
    instrument = "confidence"
    version = 1
    moment = Moment.BEFORE
    language = "en"
    ratings = factory.LazyFunction(lambda: ratings(4))
    begun_at = factory.LazyFunction(clock.now)
    given_at = factory.SelfAttribute("begun_at")
