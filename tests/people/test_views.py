"""The account page itself."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory
from tests.factories.people import MembershipFactory
from tests.helpers import LANGUAGES, soup

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana", language="en")
    client.force_login(person)
    return person


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_account_page_leads_to_every_room_and_each_is_there(client, person, language):
    other = UserFactory(name="Beatriz Secret", email="beatriz@example.org")
    response = client.get(f"/{language}/accounts/")
    page = soup(response)
    assert page.html["lang"] == language
    assert person.email in page.main.text
    assert other.name not in response.text
    assert other.email not in response.text
    rooms = {link["href"] for link in page.main.find_all("a")} - {f"/{language}/accounts/logout/"}
    assert {
        f"/{language}/accounts/{room}/" for room in ("profile", "zone", "consents", "organisations", "activity")
    } <= rooms
    for room in rooms:
        inside = client.get(room, follow=True)
        assert inside.status_code == 200, room
        assert len(soup(inside).find_all("h1")) == 1, room


def test_what_is_said_in_private_is_kept_by_no_browser(client, person):
    """On a device that others use, “back” after signing out would show it."""
    membership = MembershipFactory(person=person, lead=True)
    of_organisation = [
        reverse(name, args=[membership.organisation.public_id]) for name in ("organisation", "organisation_invite")
    ]
    own = [reverse(name) for name in ("profile", "pause", "audit", "consents", "organisations", "notices", "my_data")]
    for address in (*own, *of_organisation):
        assert "no-store" in client.get(address).headers["Cache-Control"], address


def test_strangers_are_asked_to_sign_in_and_come_back(client):
    response = client.get("/fr/accounts/")
    assert response.status_code == 302
    assert response.url == "/fr/accounts/login/?next=/fr/accounts/"
