"""What the journeys of test_journeys.py find when they begin; made by the usual actions in a process of its own
(`House.arrange`)."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from courses.cohorts.actions import join
from people.models import Organisation, User
from tests.factories.cohorts import CohortFactory, FacilitationFactory
from tests.helpers import LANGUAGES

# Seven of eight places are taken: the eighth, and the waiting list, are for those who come by themselves.
PLACES, TAKEN = 8, 7


def everything() -> None:
    password = make_password("demo")
    for language in LANGUAGES:
        _cohort(language, [_somebody(f"{who}-{language}", language, password) for who in ("rests", *"bcdefg")])
        _somebody(f"erases-{language}", language, password)


def cohort_name(language: str) -> str:
    return f"Journey ({language})"


def _cohort(language: str, members: list[User]) -> None:
    """Of the organisation that lead@demo.example leads, with facilitator@demo.example, entered by its code."""
    cohort = CohortFactory(
        by_code=True, name=cohort_name(language), organisation=Organisation.objects.get(), places=PLACES
    )
    FacilitationFactory(cohort=cohort, person=User.objects.get(email="facilitator@demo.example"))
    for member in members[:TAKEN]:
        join(cohort=cohort, by=member, code=cohort.code)


def _somebody(login: str, language: str, password: str) -> User:
    email = f"{login}@demo.example"
    person = User.objects.create(email=email, name=login, language=language, password=password)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person
