"""Initiatives, and the stories that are offered of them."""

import factory
from factory.django import DjangoModelFactory

from courses.journal.models import Initiative, InitiativeUpdate, Milestone, StoryOffer
from tests.factories import EnrolmentFactory
from tests.factories.people import ConsentFactory


class InitiativeFactory(DjangoModelFactory):
    """Begun, with nothing but its name. Trait: `shared`, with the facilitators of its cohort."""

    class Meta:
        model = Initiative

    class Params:
        shared = factory.Trait(shared_with_facilitators=True)

    enrolment = factory.SubFactory(EnrolmentFactory)
    owner = factory.SelfAttribute("enrolment.person")
    title = "A quieter ward"
    language = "en"


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    initiative = factory.SubFactory(InitiativeFactory)
    text = factory.Sequence(lambda n: f"Milestone {n}")


class InitiativeUpdateFactory(DjangoModelFactory):
    class Meta:
        model = InitiativeUpdate

    initiative = factory.SubFactory(InitiativeFactory)
    text = factory.Sequence(lambda n: f"Update {n}")


class StoryOfferFactory(DjangoModelFactory):
    class Meta:
        model = StoryOffer

    initiative = factory.SubFactory(InitiativeFactory)
    person = factory.SelfAttribute("initiative.owner")
    consent = factory.SubFactory(
        ConsentFactory, person=factory.SelfAttribute("..person"), purpose="public_story", language="en"
    )
    title = "How our ward became quiet"
    text = "We asked the night nurses first."
    language = "en"
