"""Messages to cohorts: to everybody in one, unless `to` is given."""

import factory
from factory.django import DjangoModelFactory

from courses.cohorts.models import CohortMessage
from tests.factories import UserFactory
from tests.factories.cohorts import CohortFactory


class CohortMessageFactory(DjangoModelFactory):
    class Meta:
        model = CohortMessage

    cohort = factory.SubFactory(CohortFactory)
    sender = factory.SubFactory(UserFactory)
    text = "We meet on Tuesday."
    language = "en"
