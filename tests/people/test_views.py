import pytest

from tests.factories import UserFactory
from tests.helpers import LANGUAGES, soup

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana", language="en")
    client.force_login(person)
    return person


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_account_page_shows_ones_own_and_only_that(client, person, language):
    other = UserFactory(name="Beatriz Secret", email="beatriz@example.org")
    response = client.get(f"/{language}/accounts/")
    assert soup(response).html["lang"] == language
    assert person.email in soup(response).main.text
    assert soup(response).find("input", {"name": "name"})["value"] == "Ana"
    assert other.name not in response.text
    assert other.email not in response.text


def test_strangers_are_asked_to_sign_in_and_come_back(client):
    response = client.get("/fr/accounts/")
    assert response.status_code == 302
    assert response.url == "/fr/accounts/login/?next=/fr/accounts/"


def test_changes_are_kept_and_said_to_be(client, person):
    response = client.post("/en/accounts/", {"name": "Anaïs", "language": "fr"}, follow=True)
    assert soup(response).find(class_="message")
    person.refresh_from_db()
    assert (person.name, person.language) == ("Anaïs", "fr")


def test_a_name_may_be_empty(client, person):
    assert client.post("/en/accounts/", {"name": "", "language": "en"}).status_code == 302
    person.refresh_from_db()
    assert person.name == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value"), [("name", "x" * 100 * 1024), ("language", "tlh"), ("language", ""), ("name", "a\x00b")]
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_changes(client, person, language, field, value):
    response = client.post(f"/{language}/accounts/", {"name": "Bea", "language": "fr", field: value})
    assert response.status_code == 200
    page = soup(response)
    summary = page.find(class_="error-summary")
    assert summary.find("a", href=f"#id_{field}")
    assert page.find(id=f"id_{field}")["aria-invalid"] == "true"
    person.refresh_from_db()
    assert (person.name, person.language) == ("Ana", "en")


def test_what_is_not_in_the_form_is_not_changed_by_it(client, person):
    client.post("/en/accounts/", {"name": "Bea", "language": "en", "is_staff": "on", "email": "evil@example.org"})
    person.refresh_from_db()
    assert person.name == "Bea"
    assert not person.is_staff
    assert person.email != "evil@example.org"


def test_a_hostile_name_is_shown_as_text(client, person):
    client.post("/en/accounts/", {"name": "<script>alert(1)</script>", "language": "en"})
    assert "<script>alert(1)" not in client.get("/en/my/").text
