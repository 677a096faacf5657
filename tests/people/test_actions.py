"""Name and language; the rest of the profile is in test_profile.py."""

import pytest
from django.core.exceptions import ValidationError

from kernel.errors import NotAllowed
from people import actions
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_changes_their_own_name_and_language():
    person = UserFactory(name="Ana", language="en")
    actions.change_profile(person=person, by=person, name="Anaïs", language="fr")
    person.refresh_from_db()
    assert (person.name, person.language) == ("Anaïs", "fr")


def test_nobody_changes_another_not_even_staff():
    person, staff = UserFactory(name="Ana"), UserFactory(is_staff=True, is_superuser=True)
    with pytest.raises(NotAllowed):
        actions.change_profile(person=person, by=staff, name="Bea", language="fr")
    person.refresh_from_db()
    assert person.name == "Ana"


@pytest.mark.parametrize("wrong", [{"name": "x" * 81}, {"language": "xx"}], ids=["name", "language"])
def test_what_does_not_fit_changes_nothing(wrong):
    person = UserFactory(name="Ana", language="en")
    with pytest.raises(ValidationError):
        actions.change_profile(person=person, by=person, **{"name": "Bea", "language": "fr", **wrong})
    person.refresh_from_db()
    assert (person.name, person.language) == ("Ana", "en")
