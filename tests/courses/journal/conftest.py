import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from tests.factories import UserFactory
from tests.factories.cohorts import CohortFactory, PlaceFactory
from tests.helpers import COURSE, shipped_page

REFLECTION = (*COURSE, "how-decisions-are-made", "decisions-journal")
SECRET = "Zwölfjährige Quittenblüte"


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana")
    client.force_login(person)
    return person


@pytest.fixture
def friend(person):
    """Somebody in the same cohort."""
    cohort = CohortFactory(by_code=True, places=9)
    PlaceFactory(cohort=cohort, person=person)
    return PlaceFactory(cohort=cohort, person__name="Bea").person


@pytest.fixture
def reflection():
    """A step that asks a question to sit with."""
    return {language: shipped_page(language, *REFLECTION) for language in ("en", "fr", "es")}


def at(name, *args, language="en"):
    with translation.override(language):
        return reverse(name, args=args)


def words_of(**changes):
    """What the form of an existing page sends."""
    return {"title": "A day", "body": "Some words.", "language": "en", "revision": 1, **changes}


def new_words(**changes):
    return words_of(revision=0, draft=str(uuid.uuid4()), **changes)
