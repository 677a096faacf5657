"""Notices for tests that are about something else."""

import factory
from factory.django import DjangoModelFactory

from notices import kinds
from notices.models import Notice
from tests.factories import UserFactory

# Known only where a test says so (fixture `kind`).
KIND = kinds.Kind(
    key="test_message",
    label="Messages of tests",
    headline="{cohort}: a message",
    many="{cohort}: {count} messages",
    body="Written by {name}.",
    button="Read it",
)


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = Notice

    person = factory.SubFactory(UserFactory)
    kind = KIND.key
    subject = factory.Sequence(lambda n: f"test:{n}")
    values = factory.LazyFunction(lambda: {"cohort": "Spring", "name": "Ana"})
    route = "learner_home"
