"""Agreeing, in which words, and taking it back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from kernel import clock
from kernel.errors import NotAllowed
from people import actions, consents, selectors
from people.consents import Purpose, Version
from people.facts import ConsentWithdrawn
from people.models import AuditLine
from tests.factories import UserFactory
from tests.factories.people import ConsentFactory
from tests.helpers import LANGUAGES, soup, words

pytestmark = pytest.mark.django_db
FIGURES, STORY = consents.PROGRAMME_FIGURES, consents.PUBLIC_STORY


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def newer_words(monkeypatch):
    """A second version of the words about figures."""

    def publish():
        known = dict(consents.purposes())
        first = known[FIGURES]
        second = Version(number=2, texts={"en": "Newer words.", "fr": "Nouveaux mots.", "es": "Palabras nuevas."})
        known[FIGURES] = Purpose(FIGURES, first.titles, (*first.versions, second))
        for module in ("people.actions.consents", "people.selectors"):
            monkeypatch.setattr(f"{module}.purposes", lambda: known)

    return publish


def give(person, purpose=FIGURES, language="en"):
    return actions.give_consent(person=person, by=person, purpose=purpose, language=language)


def take_back(person, purpose=FIGURES):
    return actions.withdraw_consent(person=person, by=person, purpose=purpose)


class TestTexts:
    def test_every_purpose_speaks_every_language_in_every_version(self):
        for purpose in consents.purposes().values():
            assert set(purpose.titles) == set(LANGUAGES)
            assert [version.number for version in purpose.versions] == list(range(1, len(purpose.versions) + 1))
            for version in purpose.versions:
                texts = [version.text(language) for language in LANGUAGES]
                assert all(texts)
                assert len(set(texts)) == len(LANGUAGES)

    def test_those_that_others_ask_about_are_there(self):
        assert {FIGURES, STORY} <= set(consents.purposes())
        assert consents.title_of(FIGURES)
        assert consents.title_of("forgotten") == "forgotten"


class TestAgreeing:
    def test_the_words_are_copied_in_the_language_they_were_read_in(self, person):
        with clock.freeze(datetime(2025, 3, 4, tzinfo=UTC)):
            consent = give(person, language="fr")
        assert consent.text == consents.purposes()[FIGURES].current.text("fr").strip()
        assert (consent.version, consent.language) == (1, "fr")
        assert consent.given_at == datetime(2025, 3, 4, tzinfo=UTC)
        assert selectors.consent_held(person, FIGURES) == consent
        assert selectors.consent_held(person, STORY) is None
        line = AuditLine.objects.get(verb="consent.given", about=person)
        assert line.detail == {"purpose": FIGURES, "version": 1}

    def test_twice_is_once(self, person):
        assert give(person) == give(person, language="es")
        assert person.consents.count() == 1

    def test_taken_back_it_keeps_its_dates_and_can_be_given_again(self, person, monkeypatch):
        told = []
        monkeypatch.setattr("people.actions.consents.tell", told.append)
        first = give(person)
        back = take_back(person)
        assert back == first
        assert back.withdrawn_at is not None
        assert told == [ConsentWithdrawn(person=person.public_id, purpose=FIGURES)]
        assert take_back(person) is None
        assert len(told) == 1
        assert give(person) != first
        assert person.consents.count() == 2

    def test_newer_words_are_agreed_to_anew_and_the_earlier_consent_holds_until_then(self, person, newer_words):
        first = give(person)
        newer_words()
        assert selectors.consent_held(person, FIGURES) == first
        (asked, *_) = selectors.consents_asked(person)
        assert asked.has_newer_words
        second = give(person)
        first.refresh_from_db()
        assert first.withdrawn_at == second.given_at
        assert (second.version, second.text) == (2, "Newer words.")

    def test_nobody_agrees_for_another_or_to_nothing(self, person):
        staff = UserFactory(is_staff=True, is_superuser=True)
        with pytest.raises(NotAllowed):
            actions.give_consent(person=person, by=staff, purpose=FIGURES, language="en")
        give(person)
        with pytest.raises(NotAllowed):
            actions.withdraw_consent(person=person, by=staff, purpose=FIGURES)
        with pytest.raises(NotAllowed):
            give(person, purpose="everything")

    def test_the_database_keeps_one_that_holds(self, person):
        give(person)
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentFactory(person=person, purpose=FIGURES)


class TestPage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_is_asked_in_ones_own_language(self, client, person, language):
        ConsentFactory(text="Somebody else’s secret")
        page = client.get(f"/{language}/accounts/consents/")
        assert soup(page).html["lang"] == language
        quotes = [" ".join(quote.text.split()) for quote in soup(page).find_all("blockquote")]
        wanted = [" ".join(purpose.current.text(language).split()) for purpose in consents.purposes().values()]
        assert quotes == wanted
        assert "Somebody else" not in page.text

    def test_giving_and_taking_back(self, client, person):
        page = client.post("/fr/accounts/consents/", {"give": STORY}, follow=True)
        consent = selectors.consent_held(person, STORY)
        assert consent.language == "fr"
        assert soup(page).find(class_="message")
        english = client.get("/en/accounts/consents/")
        assert soup(english).find("blockquote", lang="fr").text.strip() == consent.text
        assert re.search(r"on \w+ \d+ \w+ \d{4}", words(english))
        client.post("/en/accounts/consents/", {"take_back": STORY})
        assert selectors.consent_held(person, STORY) is None
        assert soup(client.get("/en/accounts/consents/")).find("details", class_="fold")

    @pytest.mark.parametrize("purpose", ["everything", "x" * 100 * 1024, "a\x00b"])
    def test_what_nobody_asks_about_is_not_there(self, client, person, purpose):
        assert client.post("/en/accounts/consents/", {"give": purpose}).status_code == 404
        assert client.post("/en/accounts/consents/", {"take_back": purpose}).status_code in (302, 404)
        assert not person.consents.exists()

    def test_a_long_history_costs_the_same(self, client, person, django_assert_max_num_queries):
        at = clock.now()
        for number in range(30):
            ConsentFactory(
                person=person, given_at=at + timedelta(hours=number), withdrawn_at=at + timedelta(hours=number + 1)
            )
        with django_assert_max_num_queries(8):
            page = client.get("/en/accounts/consents/")
        assert len(soup(page).find_all("details", class_="fold")) == 20
        assert soup(page).find("nav", class_="pagination")
