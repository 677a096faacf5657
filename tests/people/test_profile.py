"""What people say about themselves, and who reads it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from kernel.errors import NotAllowed
from people import actions, selectors, telephones
from people.models import AuditLine, Profile
from tests.factories import UserFactory
from tests.factories.people import ProfileFactory
from tests.helpers import LANGUAGES, soup

pytestmark = pytest.mark.django_db

FULL = {
    "name": "Anaïs",
    "language": "fr",
    "pronoun": "elle",
    "languages": ["fr", "es"],
    "other_languages": "Catalan",
    "access_needs": "Pauses, pas de matinée",
    "access_needs_shared": "on",
    "telephone": "+33 (0)6.12-34 56",
    "reach_by": "text",
    "reach_note": "L’après-midi",
}


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana", language="en")
    client.force_login(person)
    return person


def change(person, **about):
    return actions.change_profile(person=person, by=person, name=person.name, language=person.language, **about)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_ones_own_and_only_that(client, person, language):
    ProfileFactory(person=UserFactory(name="Beatriz"), access_needs="Secret needs", pronoun="secret")
    page = client.get(f"/{language}/accounts/profile/")
    assert soup(page).html["lang"] == language
    assert soup(page).find("input", {"name": "name"})["value"] == "Ana"
    assert "ecret" not in page.text
    assert not Profile.objects.filter(person=person).exists()


def test_everything_is_kept_and_shown_again(client, person):
    response = client.post("/en/accounts/profile/", FULL, follow=True)
    assert soup(response).find(class_="message")
    person.refresh_from_db()
    assert (person.name, person.language) == ("Anaïs", "fr")
    kept = Profile.objects.get(person=person)
    assert (kept.languages, kept.telephone, kept.reach_by) == (["fr", "es"], "+33 0 6 12 34 56", "text")
    assert (kept.access_needs_shared, kept.telephone_shared) == (True, False)
    page = soup(response)
    assert page.find("textarea", {"name": "access_needs"}).text.strip() == FULL["access_needs"]
    assert [box["value"] for box in page.find_all("input", {"name": "languages"}) if box.has_attr("checked")] == [
        "fr",
        "es",
    ]


def test_what_is_private_is_sealed_in_the_table(client, person):
    client.post("/en/accounts/profile/", FULL)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT access_needs, telephone, reach_note FROM people_profile WHERE person_id = {person.pk}")
        row = " ".join(cursor.fetchone())
    assert row.strip()
    assert not any(FULL[field] in row for field in ("access_needs", "reach_note"))
    assert "12 34 56" not in row


def test_the_audit_names_fields_and_never_what_is_in_them(client, person):
    client.post("/en/accounts/profile/", FULL)
    line = AuditLine.objects.get(verb="profile.changed", about=person)
    assert {"name", "access_needs", "telephone"} <= set(line.detail["fields"])
    assert FULL["access_needs"] not in str(line.detail)
    client.post("/en/accounts/profile/", FULL)
    assert AuditLine.objects.filter(verb="profile.changed", about=person).count() == 1


def test_everything_may_be_emptied_again(client, person):
    client.post("/en/accounts/profile/", FULL)
    client.post("/en/accounts/profile/", {"name": "", "language": "en", "reach_by": "email"})
    kept = Profile.objects.get(person=person)
    assert (kept.pronoun, kept.languages, kept.access_needs, kept.telephone) == ("", [], "", "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 100 * 1024),
        ("name", "a\x00b"),
        ("language", "tlh"),
        ("pronoun", "x" * 41),
        ("languages", ["tlh"]),
        ("access_needs", "x" * 100 * 1024),
        ("access_needs", "a\x00b"),
        ("telephone", "call me"),
        ("telephone", "1" * 30),
        ("telephone", ""),  # and yet to be reached by a text message
        ("reach_by", "pigeon"),
        ("reach_note", "x" * 301),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_lost(client, person, language, field, value):
    response = client.post(f"/{language}/accounts/profile/", {**FULL, field: value})
    assert response.status_code == 200
    page = soup(response)
    assert page.find(class_="error-summary").find("a", href=lambda target: target.startswith(f"#id_{field}"))
    assert page.find("input", {"name": "other_languages"})["value"] == "Catalan"
    person.refresh_from_db()
    assert person.name == "Ana"
    assert not Profile.objects.filter(person=person).exists()


def test_what_is_not_in_the_form_is_not_changed_by_it(client, person):
    client.post("/en/accounts/profile/", {**FULL, "is_staff": "on", "email": "evil@example.org", "person": "1"})
    person.refresh_from_db()
    assert person.name == "Anaïs"
    assert not person.is_staff
    assert person.email != "evil@example.org"


def test_a_hostile_name_is_shown_as_text(client, person):
    client.post("/en/accounts/profile/", {**FULL, "name": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in client.get("/en/my/").text


def test_a_name_is_one_line(client, person):
    """In a mail of ours a second line would look like words of ours."""
    client.post("/en/accounts/profile/", {**FULL, "name": "Ana\r\n\r\nYour account closes today:\thttp://evil.example"})
    person.refresh_from_db()
    assert person.name == "Ana Your account closes today: http://evil.example"


def test_strangers_are_asked_to_sign_in(client):
    assert client.get("/fr/accounts/profile/").url == "/fr/accounts/login/?next=/fr/accounts/profile/"


def test_nobody_changes_another_not_even_staff():
    person, staff = UserFactory(), UserFactory(is_staff=True, is_superuser=True)
    with pytest.raises(NotAllowed):
        actions.change_profile(person=person, by=staff, name="Bea", language="fr", pronoun="x")
    assert not Profile.objects.filter(person=person).exists()


def test_the_action_itself_refuses_what_does_not_fit():
    person = UserFactory()
    with pytest.raises(ValidationError):
        change(person, telephone="call me")
    with pytest.raises(TypeError):
        change(person, shoe_size=38)
    assert not Profile.objects.filter(person=person).exists()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("(020) 7946–0000", "020 7946 0000"),
        ("+ 34 600.123.456", "+34 600 123 456"),
        ("06\u00a012 34/56", "06 12 34 56"),
        ("112", None),
        ("12345678901234567", None),
        ("++33 6 12 34", None),
        ("٠١٢٣٤٥٦", None),
        ("no number", None),
        ("", None),
    ],
)
def test_telephone_numbers_are_taken_as_people_write_them(written, kept):
    assert telephones.normalise(written) == kept


class TestFacilitatorsSee:
    def test_only_what_is_shared(self, django_assert_num_queries):
        nothing, needs, number = UserFactory(), UserFactory(), UserFactory()
        secrets = {"access_needs": "Captions", "telephone": "+33 1", "reach_by": "text", "reach_note": "Afternoons"}
        ProfileFactory(person=nothing, pronoun="she", **secrets)
        ProfileFactory(person=needs, access_needs_shared=True, **secrets)
        ProfileFactory(person=number, telephone_shared=True, **secrets)
        people = [nothing.pk, needs.pk, number.pk, UserFactory().pk]
        with django_assert_num_queries(1):
            shared = selectors.shared_with_facilitators(people)
        assert set(shared) == {needs.pk, number.pk}
        assert shared[needs.pk] == selectors.Shared(access_needs="Captions")
        assert shared[number.pk] == selectors.Shared(telephone="+33 1", reach_by="text", reach_note="Afternoons")
        assert shared[number.pk].reach_by_words
        assert shared[needs.pk].reach_by_words == ""

    def test_only_those_they_ask_about(self):
        ProfileFactory(access_needs="Captions", access_needs_shared=True)
        assert selectors.shared_with_facilitators([]) == {}
