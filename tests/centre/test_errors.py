"""Bad days: a clear page in the person's language, and never a traceback."""

import uuid

import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from centre.views import site
from kernel.errors import NotAllowed, Refused
from tests.factories import UserFactory
from tests.helpers import COURSE, LANGUAGES, shipped_page, soup, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def calm():
    """A client that answers like a server: errors are pages."""
    return Client(raise_request_exception=False)


@pytest.fixture
def database_away(monkeypatch):
    def execute(*args, **kwargs):
        raise OperationalError("connection to server at 10.0.0.7 failed: secret")

    return lambda: monkeypatch.setattr(CursorWrapper, "execute", execute)


def is_a_page_of(response, language, status):
    assert response.status_code == status
    page = soup(response)
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1
    assert page.main.find(class_="lede").text.strip()
    assert "Traceback" not in response.text
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["nothing/", "nothing/here/at/all/", "courses/%F0%9F%A6%8A/", "a" * 1500 + "/", "courses/..%2f..%2fetc/"]
)
def test_an_unknown_address_is_a_404_in_its_language(calm, language, path):
    page = is_a_page_of(calm.get(f"/{language}/{path}"), language, 404)
    assert not page.main.select("[hreflang]")


@pytest.mark.parametrize("path", ["/nothing/", "/xx/courses/", "/wp-login.php", "/en/learn/1/completed/"])
def test_an_address_without_a_language_is_a_404_too(calm, path):
    assert calm.get(path, follow=True).status_code == 404


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_page_of_another_language_is_offered_in_those_that_exist(client, language):
    shipped_page(language, *COURSE, "being-heard").unpublish()
    english = shipped_page("en", *COURSE, "being-heard").get_url()
    page = is_a_page_of(client.get(english.replace("/en/", f"/{language}/")), language, 404)
    offered = {link["hreflang"]: link for link in page.main.select("a[hreflang]")}
    assert set(offered) == set(LANGUAGES) - {language}
    for code, link in offered.items():
        assert link["lang"] == code
        assert client.get(link["href"]).status_code == 200


def test_a_draft_is_not_shown_to_strangers(client):
    page = shipped_page("en", *COURSE)
    url = page.get_url()
    page.unpublish()
    assert client.get(url).status_code == 404
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
class TestDatabaseAway:
    @pytest.mark.parametrize("path", ["", "courses/", "search/?q=twinning", "nothing/", "my/", "accounts/"])
    def test_a_503_that_says_when_to_come_back(self, calm, database_away, language, path):
        calm.force_login(UserFactory())
        database_away()
        response = calm.get(f"/{language}/{path}", headers={"accept-language": "de"})
        page = is_a_page_of(response, language, 503)
        assert int(response["Retry-After"]) > 0
        assert "secret" not in response.text
        assert "no-store" in response["Cache-Control"] or "no-cache" in response["Cache-Control"]
        if language != "en":
            assert "We are away" not in page.text

    def test_also_when_something_is_sent(self, calm, database_away, language):
        calm.force_login(UserFactory())
        database_away()
        response = calm.post(f"/{language}/learn/{uuid.uuid4()}/{uuid.uuid4()}/done")
        is_a_page_of(response, language, 503)

    def test_anything_else_that_breaks_is_a_500(self, calm, monkeypatch, language):
        def broken(*args):
            raise RuntimeError("secret")

        monkeypatch.setattr(site, "search_pages", broken)
        response = calm.get(f"/{language}/search/?q=twinning")
        is_a_page_of(response, language, 500)
        assert "secret" not in response.text

    @pytest.mark.parametrize("error", [OperationalError, InterfaceError])
    def test_whatever_the_driver_calls_it(self, calm, monkeypatch, language, error):
        def broken(*args):
            raise error("secret")

        monkeypatch.setattr(site, "search_pages", broken)
        assert calm.get(f"/{language}/search/?q=twinning").status_code == 503

    def test_a_refusal_is_a_409_with_its_sentence(self, calm, monkeypatch, language):
        def refuse(*args):
            raise Refused("full", "This group is full <now>.")

        monkeypatch.setattr(site, "search_pages", refuse)
        response = calm.get(f"/{language}/search/?q=twinning")
        is_a_page_of(response, language, 409)
        assert "This group is full <now>." in words(response)

    @pytest.mark.parametrize(("hidden", "status"), [(True, 404), (False, 403)])
    def test_what_is_not_allowed_is_hidden_or_said(self, calm, monkeypatch, language, hidden, status):
        def refuse(*args):
            raise NotAllowed(hidden=hidden)

        monkeypatch.setattr(site, "search_pages", refuse)
        is_a_page_of(calm.get(f"/{language}/search/?q=twinning"), language, status)


class TestHealth:
    def test_live_and_ready(self, client):
        assert client.get("/healthz/live").json() == {"live": True}
        response = client.get("/healthz/ready")
        assert (response.status_code, response.json()) == (200, {"database": True, "cache": True})
        assert "no-store" in response["Cache-Control"]

    def test_not_ready_without_the_database_but_alive(self, calm, database_away):
        database_away()
        response = calm.get("/healthz/ready")
        assert (response.status_code, response.json()) == (503, {"database": False, "cache": True})
        assert calm.get("/healthz/live").status_code == 200

    def test_not_ready_without_the_cache(self, client, monkeypatch):
        monkeypatch.setattr("centre.views.health.cache.get", lambda key: None)
        assert client.get("/healthz/ready").json() == {"database": True, "cache": False}


def test_a_damaged_request_is_a_400(calm, settings):
    assert calm.get("/en/", headers={"host": "evil.example"}).status_code == 400
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    response = calm.post("/en/accounts/signup/", {f"f{n}": "x" for n in range(4)})
    assert response.status_code == 400
    assert soup(response).h1


def test_errors_are_never_kept_by_anybody(calm, database_away):
    database_away()
    for path in ("/en/", "/fr/courses/"):
        assert calm.get(path).headers.get("X-Page-Cache") != "hit"
        assert calm.get(path).status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/en/%00/", "/fr/%00", "/en/courses/%00/"])
def test_a_nul_in_an_address_is_simply_not_here(client, path):
    """PostgreSQL refuses the character in any text; it must not get that far."""
    assert client.get(path).status_code == 404
