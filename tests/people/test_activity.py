"""What was done, about you."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people import audit
from tests.factories import UserFactory
from tests.factories.people import AuditLineFactory
from tests.helpers import LANGUAGES, soup, words

pytestmark = pytest.mark.django_db
ADDRESS = "/en/accounts/activity/"


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana")
    client.force_login(person)
    return person


def test_what_concerns_me_and_nothing_else(client, person):
    other = UserFactory(name="Beatriz")
    AuditLineFactory(verb="consent.given", by=person, about=person)
    AuditLineFactory(verb="membership.ended", by=other, about=person)
    AuditLineFactory(verb="invitation.sent", by=person)
    AuditLineFactory(verb="consent.withdrawn", by=other, about=other)
    AuditLineFactory(verb="membership.begun", by=None, about=person)
    page = words(client.get(ADDRESS))
    assert audit.sentence("consent.given") in page
    assert audit.sentence("membership.ended") in page
    assert audit.sentence("invitation.sent") in page
    assert audit.sentence("consent.withdrawn") not in page
    assert "by you" in page
    assert "by Beatriz" in page
    assert "by the Centre" in page


def test_an_address_is_no_name(client, person):
    nameless = UserFactory(name="")
    AuditLineFactory(by=nameless, about=person)
    assert nameless.email not in client.get(ADDRESS).text


def test_a_verb_nobody_described_has_general_words_and_shows_no_detail(client, person):
    AuditLineFactory(verb="secret.verb", by=None, about=person, detail={"code": "hidden-code"})
    page = client.get(ADDRESS)
    assert "secret.verb" not in page.text
    assert "hidden-code" not in page.text
    assert audit.sentence("secret.verb") in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_page_says_what_will_be_here(client, person, language):
    page = soup(client.get(f"/{language}/accounts/activity/"))
    assert page.html["lang"] == language
    assert page.find(class_="empty").p.text.strip()


def test_it_comes_in_pages_that_cost_the_same(client, person):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        return len(queries)

    client.get(ADDRESS)
    AuditLineFactory(by=UserFactory(), about=person)
    one = cost()
    for _ in range(29):
        AuditLineFactory(by=UserFactory(), about=person)
    assert cost() == one
    assert len(soup(client.get(ADDRESS)).main.find("ul").find_all("li", recursive=False)) == 25
    assert len(soup(client.get(f"{ADDRESS}?page=2")).main.find("ul").find_all("li", recursive=False)) == 5
    assert client.get(f"{ADDRESS}?page=x\x00").status_code == 200
