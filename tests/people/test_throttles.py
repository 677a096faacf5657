"""Every door is throttled (signing up: test_signing_in.py), and every device that is signed in can be signed out."""

import pytest
from allauth.account.models import EmailAddress

from tests.factories import UserFactory
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    person = UserFactory(email="ana@example.org", language="en", password="correct horse battery")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def signed_in(client) -> bool:
    return client.get("/en/my/").status_code == 200


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("login", {"login": "ana@example.org", "password": "wrong horse"}),
        ("login/code/confirm", {"code": "WRONG-1"}),
        ("confirm-email", {"code": "WRONG-1"}),
        ("password/reset/confirm", {"code": "WRONG-1"}),
    ],
)
def test_a_door_that_is_knocked_at_too_often_asks_to_wait(client, ana, address, sent):
    for _ in range(40):
        # Another browser each time: what counts is where they come from.
        response = type(client)().post(f"/fr/accounts/{address}/", sent)
        if response.status_code == 429:
            break
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert soup(response).html["lang"] == "fr"
    assert soup(response).h1.text.strip()


def test_reading_a_door_is_never_throttled(client):
    assert {client.get("/en/accounts/login/code/confirm/").status_code for _ in range(40)} == {302}


def test_devices_are_listed_and_the_others_signed_out(client, ana):
    elsewhere = type(client)(HTTP_USER_AGENT="Telephone")
    for browser in (client, elsewhere):
        browser.post("/en/accounts/login/", {"login": ana.email, "password": "correct horse battery"})
        assert signed_in(browser)
    assert "Telephone" in words(client.get("/en/accounts/sessions/"))
    client.post("/en/accounts/sessions/")
    assert signed_in(client)
    assert not signed_in(elsewhere)
    assert "Telephone" not in words(client.get("/en/accounts/sessions/"))
