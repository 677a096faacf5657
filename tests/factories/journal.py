"""Journals."""

import factory
from factory.django import DjangoModelFactory

from courses.journal.models import Entry, EntryShare
from kernel import clock
from tests.factories import UserFactory


class EntryFactory(DjangoModelFactory):
    """A free page. With `step_key` and `prompt` it answers a question."""

    class Meta:
        model = Entry

    owner = factory.SubFactory(UserFactory)
    title = "A day"
    body = "What I thought today."
    language = "en"
    revision = 1


class EntryShareFactory(DjangoModelFactory):
    class Meta:
        model = EntryShare

    class Params:
        taken_back = factory.Trait(taken_back_at=factory.LazyAttribute(lambda share: share.shared_at))

    shared_at = factory.LazyFunction(clock.now)
    entry = factory.SubFactory(EntryFactory)
    reader = factory.SubFactory(UserFactory)
