"""Whole pages are kept for people who are not signed in, and for nobody else."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from centre import pages_cache
from centre.pages_cache import PagesCache
from courses.cohorts import actions
from tests.factories import UserFactory, the_course
from tests.helpers import COURSE, LANGUAGES, shipped_page, soup

pytestmark = pytest.mark.django_db

HEADER = "X-Page-Cache"
STEP = (*COURSE, "being-heard", "two-minutes")


@pytest.mark.parametrize("path", [("home",), COURSE, STEP, ("home", "help")])
def test_the_second_reader_gets_the_kept_page(path, django_assert_num_queries):
    url = shipped_page("fr", *path).get_url()
    first = Client().get(url)
    with django_assert_num_queries(0):
        second = Client().get(url)
    assert (first[HEADER], second[HEADER]) == ("miss", "hit")
    assert second.content == first.content
    assert not second.cookies


def test_languages_are_kept_apart():
    urls = [shipped_page(language, *COURSE).get_url() for language in LANGUAGES]
    for _ in range(2):
        assert [soup(Client().get(url)).html["lang"] for url in urls] == list(LANGUAGES)
    for language in LANGUAGES:
        assert Client(headers={"accept-language": language}).get("/").url == f"/{language}/"


def test_signed_in_people_always_get_a_page_of_their_own(client):
    url = shipped_page("en", *STEP).get_url()
    client.force_login(UserFactory())
    for _ in range(2):
        assert client.get(url)[HEADER] == "skip"
    assert Client().get(url)[HEADER] == "miss", "nothing was kept of theirs"
    assert client.get(url)[HEADER] == "skip", "nor do they get what was kept"


def test_nothing_of_one_person_is_shown_to_another():
    """With something to leak: a form with the enrolment's secret address, an account, a mark on a step."""
    ana, bea = Client(), Client()
    person = UserFactory()
    ana.force_login(person)
    bea.force_login(UserFactory())
    page = shipped_page("en", *STEP)
    place = actions.enrol(course=the_course(), by=person)
    actions.complete_step(enrolment=place, step_key=page.translation_key, by=place.person)
    url = page.get_url()

    seen_by_ana = ana.get(url).text
    assert str(place.public_id) in seen_by_ana
    assert "csrfmiddlewaretoken" in seen_by_ana
    for reader in (Client(), bea, Client()):
        seen = reader.get(url).text
        assert str(place.public_id) not in seen
        assert "You have done this step" not in seen
    stranger = Client().get(url)
    assert stranger[HEADER] == "hit"
    assert "csrfmiddlewaretoken" not in stranger.text
    assert str(place.public_id) in ana.get(url).text


@pytest.mark.parametrize(
    "path",
    ["search/?q=twinning", "accounts/login/", "accounts/signup/", "accounts/login/code/", "nothing/", "styleguide/"],
)
def test_results_forms_and_errors_are_never_kept(path):
    for _ in range(2):
        assert Client().get(f"/en/{path}").headers.get(HEADER) != "hit"


def test_what_is_not_kept_here_is_kept_by_nobody_between(client):
    client.force_login(UserFactory())
    for url in (shipped_page("en", *STEP).get_url(), "/en/my/", "/en/accounts/"):
        control = client.get(url)["Cache-Control"]
        assert "no-cache" in control or "private" in control or "no-store" in control
        assert "public" not in control


@pytest.mark.parametrize("path", ["/en/accounts/login/", "/en/accounts/signup/", "/healthz/ready", "/demo/mail/"])
def test_a_view_that_asks_to_be_kept_nowhere_is_obeyed(path):
    """Browsers show a page with only `no-cache` again when somebody goes back, on a shared computer too."""
    assert "no-store" in Client().get(path)["Cache-Control"]


def test_an_uploaded_picture_may_be_kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "p.png").write_bytes(b"x")
    assert Client().get("/media/p.png")["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize("change", ["publish", "unpublish", "slug", "move", "delete"])
def test_a_change_by_an_editor_forgets_what_was_kept(change):
    page = shipped_page("en", "home", "help")
    url = page.get_url()
    for _ in range(2):
        kept = Client().get(url)
    assert kept[HEADER] == "hit"
    if change == "publish":
        page.title = "Other help"
        page.save_revision().publish()
    elif change == "unpublish":
        page.unpublish()
    elif change == "slug":
        page.slug = "helping"
        page.save_revision().publish()
    elif change == "delete":
        page.delete()
    else:
        page.move(shipped_page("en", "home", "privacy"), pos="left")
    after = Client().get(url)
    assert after.headers.get(HEADER) != "hit"
    if change == "publish":
        assert soup(after).h1.text == "Other help"
    if change in ("unpublish", "slug", "delete"):
        assert after.status_code == 404


def test_the_navigation_follows_a_change_on_another_page():
    home = shipped_page("en", "home").get_url()
    Client().get(home)
    guides = shipped_page("en", "home", "guides")
    guides.title = "Handbooks"
    guides.save_revision().publish()
    assert "Handbooks" in soup(Client().get(home)).header.text


def test_what_is_kept_between_publishing_and_its_commit_is_forgotten_too(django_capture_on_commit_callbacks):
    """Somebody reads in that moment and sees the old page: it must not be kept for an hour."""
    page = shipped_page("en", "home", "help")
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
        assert caches["pages"].get("read-in-between") is None
        caches["pages"].set("read-in-between", "old words")
    assert caches["pages"].get("read-in-between") is None


def test_a_page_left_by_its_last_draft_is_not_changed_by_a_new_draft():
    page = shipped_page("en", "home", "help")
    Client().get(page.get_url())
    page.title = "Draft"
    page.save_revision()
    assert "Draft" not in Client().get(page.get_url()).text
    assert Page.objects.get(pk=page.pk).has_unpublished_changes


def test_other_caches_keep_what_they_have_when_pages_are_forgotten():
    caches["default"].set("somebody's", "thing")
    shipped_page("en", "home", "help").save_revision().publish()
    assert caches["default"].get("somebody's") == "thing"


class TestPagesCache:
    """Each process keeps pages in its own memory; what they share is the edition."""

    @pytest.fixture
    def processes(self, monkeypatch):
        """The same cache as two processes have it, looking at the edition each time."""

        def process(name):
            made = type(name, (PagesCache,), {})
            return made(f"test-{name}", {})

        monkeypatch.setattr(pages_cache, "LOOK_EVERY_SECONDS", 0)
        return process("one"), process("two")

    def test_forgetting_in_one_is_forgetting_in_all(self, processes):
        one, two = processes
        for cache in processes:
            cache.get("settle")
            cache.set("page", "old")
            assert cache.get("page") == "old"
        one.clear()
        assert one.get("page") is two.get("page") is None
        for cache in processes:
            cache.set("page", "new")
            assert cache.get("page") == "new", "a new edition is kept like the first"

    def test_the_shared_cache_is_asked_at_most_once_a_second(self, processes, monkeypatch):
        one, _two = processes
        monkeypatch.setattr(pages_cache, "LOOK_EVERY_SECONDS", 1000.0)
        # Long ago also on a machine that has just started, whose clock counts from there.
        monkeypatch.setattr(type(one), "_looked_at", float("-inf"))
        asked = []
        shared_get = pages_cache.shared.get
        monkeypatch.setattr(pages_cache.shared, "get", lambda *args: asked.append(args) or shared_get(*args))
        for _ in range(5):
            one.get("page")
        assert len(asked) == 1


@pytest.mark.parametrize("poison", ["a refused post", "a draft"])
def test_links_to_other_languages_are_those_of_the_page_whoever_came_first(client, admin_client, poison):
    page = shipped_page("en", "home", "guides", "twinning")
    caches["pages"].clear()
    if poison == "a draft":
        admin_client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    else:
        Client(enforce_csrf_checks=True).post(page.get_url())
    links = soup(client.get(page.get_url())).select("link[hreflang=fr]")
    assert [link["href"].rsplit("/fr/")[-1] for link in links] == ["guides/jumelage/"]
