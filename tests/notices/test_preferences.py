from datetime import time

import pytest
from django.core import mail
from django.test import Client

from notices import kinds, tokens
from notices.models import Habits, How, Preference
from notices.selectors import wishes
from tests.factories import UserFactory
from tests.factories.notices import KIND
from tests.helpers import LANGUAGES, soup, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind", "essential")]

PREFERENCES = "/en/notices/preferences/"
ESSENTIAL = kinds.Kind(key="test_essential", label="Essential", headline="It", button="Go", essential=True)


@pytest.fixture
def essential(monkeypatch):
    monkeypatch.setitem(kinds._kinds, ESSENTIAL.key, ESSENTIAL)
    return ESSENTIAL


def filled_in(client, **changes):
    """The form as the page offers it, with some of it changed."""
    form = soup(client.get(PREFERENCES)).main.form
    data = {field["name"]: field.get("value", "") for field in form.select("input:not([type=hidden])")}
    for select in form.select("select"):
        data[select["name"]] = select.find("option", selected=True)["value"]
    return data | changes


class TestPreferences:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_offers_each_kind_and_never_silence_about_what_is_essential(self, client, person, language):
        page = soup(client.get(f"/{language}/notices/preferences/"))
        assert page.html["lang"] == language
        ways = [option["value"] for option in page.find(id=f"id_kind-{KIND.key}").select("option")]
        assert ways == How.values
        field = page.find(id=f"id_kind-{ESSENTIAL.key}")
        assert "here" not in [option["value"] for option in field.select("option")]
        assert page.find(id=field["aria-describedby"]).get_text(strip=True)

    def test_says_whose_clock_it_is(self, client, person):
        assert "UTC" in words(client.get(PREFERENCES))
        person.zone = "Europe/Paris"
        person.save()
        assert "These times are in Paris time." in words(client.get(PREFERENCES))

    def test_saves_what_was_changed_and_nothing_else(self, client, person):
        other = Preference.objects.create(person=UserFactory(), kind=KIND.key, how="weekly")
        changes = {f"kind-{KIND.key}": "here", "quiet_from": "22:30", "digest_weekday": "5"}
        response = client.post(PREFERENCES, filled_in(client, **changes), follow=True)
        assert "Your choices are saved." in response.content.decode()
        assert list(
            Preference.objects.filter(kind=KIND.key).exclude(pk=other.pk).values_list("person", "kind", "how")
        ) == [(person.pk, KIND.key, "here")]
        habits = wishes.habits_of(person)
        assert (habits.quiet_from, habits.quiet_until, habits.digest_weekday) == (time(22, 30), time(8), 5)
        again = soup(client.get(PREFERENCES))
        assert again.find(id=f"id_kind-{KIND.key}").find("option", selected=True)["value"] == "here"
        assert again.find(id="id_quiet_from")["value"] == "22:30"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            (f"kind-{ESSENTIAL.key}", "here"),
            (f"kind-{KIND.key}", "carrier pigeon"),
            ("quiet_from", "25:00"),
            ("quiet_from", "x" * 100_000),
            ("quiet_until", "\x00"),
            ("digest_at", "22:00"),  # in the quiet hours
            ("digest_weekday", "8"),
            ("digest_weekday", ""),
        ],
    )
    def test_what_does_not_fit_is_said_and_nothing_is_saved_or_lost(self, client, person, field, value):
        data = filled_in(client, **{"quiet_until": "07:15", field: value})
        response = client.post(PREFERENCES, data)
        assert response.status_code == 400
        page = soup(response)
        assert page.find(class_="error-summary").find("a", href=f"#id_{field}")
        if field != "quiet_until":
            assert page.find(id="id_quiet_until")["value"] == "07:15"
        assert not Preference.objects.filter(person=person).exists()
        assert not Habits.objects.filter(person=person).exists()

    def test_costs_a_fixed_number_of_queries(self, person, django_assert_num_queries):
        with django_assert_num_queries(2):
            assert len(wishes.choices(person)) >= 2


class TestUnsubscribe:
    def url(self, person, key=KIND.key, language="en"):
        return f"/{language}/notices/unsubscribe/{tokens.make(person.public_id, key)}/"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_one_click_without_signing_in_twice(self, language):
        """RFC 8058: a POST by the mailbox, without cookie, sign-in or form token."""
        person, client = UserFactory(), Client(enforce_csrf_checks=True)
        for _ in range(2):
            response = client.post(self.url(person, language=language), {"List-Unsubscribe": "One-Click"})
            assert response.status_code == 200
            assert len(soup(response).find_all("h1")) == 1
        assert wishes.how(person, KIND) == How.HERE
        assert not mail.outbox
        assert person.email not in response.content.decode()

    def test_following_the_link_only_says_what_it_would_do(self, client):
        person = UserFactory()
        page = soup(client.get(self.url(person))).main
        assert KIND.label in page.get_text()
        assert wishes.how(person, KIND) == How.NOW
        assert page.form.button
        client.post(self.url(person))
        assert wishes.how(person, KIND) == How.HERE

    def test_what_is_essential_is_not_stopped_and_says_so(self, client):
        person = UserFactory()
        page = soup(client.get(self.url(person, ESSENTIAL.key))).main
        assert "about your account" in page.get_text()
        assert not page.form
        assert "have stopped" not in words(client.post(self.url(person, ESSENTIAL.key)))
        assert wishes.how(person, ESSENTIAL) == How.NOW

    def test_a_forged_one_is_not_here(self, client):
        person = UserFactory()
        token = tokens.make(person.public_id, KIND.key)
        forged = [token[:-1], token.swapcase(), "x", "a:b:c", "x" * 5000, tokens.make(person.public_id, "no_such_kind")]
        for each in forged:
            for method in (client.get, client.post):
                assert method(f"/en/notices/unsubscribe/{each}/").status_code == 404
        assert not Preference.objects.filter(person=person).exists()
