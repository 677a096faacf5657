"""People's organisations and what belongs to them."""

import hashlib
from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from kernel import clock
from people.models import AuditLine, Consent, Invitation, Membership, Organisation, Profile, Role
from tests.factories import UserFactory


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    class Params:
        lead = factory.Trait(role=Role.LEAD)
        ended = factory.Trait(until=factory.LazyFunction(clock.now))

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(UserFactory)
    since = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))


class InvitationFactory(DjangoModelFactory):
    """Made from `token`, which alone opens it."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-of-a-test-{n}")

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    language = "en"
    token_hash = factory.LazyAttribute(lambda made: hashlib.sha256(made.token.encode()).hexdigest())
    made_at = factory.LazyFunction(clock.now)
    expires_at = factory.LazyAttribute(lambda made: made.made_at + timedelta(days=30))


class ProfileFactory(DjangoModelFactory):
    class Meta:
        model = Profile

    person = factory.SubFactory(UserFactory)


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    person = factory.SubFactory(UserFactory)
    purpose = "programme_figures"
    version = 1
    language = "en"
    text = "I agree."


class AuditLineFactory(DjangoModelFactory):
    class Meta:
        model = AuditLine

    verb = "profile.changed"
