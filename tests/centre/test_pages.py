"""Every public page, in three languages, as a reader, a search engine and a browser meet it."""

import re
from functools import cache
from itertools import cycle, pairwise
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.mail import send_mail
from django.template import engines
from django.test import Client
from django.utils.translation import gettext, override
from wagtail.models import Page

from centre.demo.people import PASSWORD, PEOPLE
from courses.cohorts.models import EnrolmentState
from people.models import User
from tests.factories import UserFactory
from tests.helpers import COURSE, LANGUAGES, shipped_page, soup

pytestmark = pytest.mark.django_db

BASE = "http://127.0.0.1:8000"
LEARNERS = ("learner", "alumna", "coach", "facilitator", "assessor", "assessor2", "applicant", "lead")
OTHERS = ["search/?q=jumelage", "styleguide/", "accounts/login/", "accounts/signup/"]


@pytest.mark.parametrize(
    "languages",
    [
        pytest.param(LANGUAGES, id="by turns"),
        *(pytest.param((language,), marks=pytest.mark.slow, id=language) for language in LANGUAGES),
    ],
)
def test_every_page_is_whole(client, languages):
    """One pass over all of them, each in one language: each assertion names its page."""
    everywhere = Page.objects.live().filter(depth__gt=1)
    keys = everywhere.filter(locale__language_code="en").order_by("path").values_list("translation_key", flat=True)
    assert keys.count() > 50
    seen_titles = set()
    for key, language in zip(keys, cycle(languages), strict=False):
        page = everywhere.get(translation_key=key, locale__language_code=language).specific
        url = page.get_url()
        response = client.get(url)
        assert response.status_code == 200, url
        html = soup(response)
        assert html.html["lang"] == language, url
        assert len(html.find_all("h1")) == 1, url
        assert html.find("link", rel="canonical")["href"] == BASE + url
        alternates = {link["hreflang"]: link["href"] for link in html.find_all("link", rel="alternate")}
        assert set(alternates) == set(LANGUAGES), url
        assert alternates[language].removeprefix(BASE) == url
        assert html.find("meta", attrs={"name": "description"})["content"].strip(), url
        assert html.find("meta", property="og:title")["content"] == page.title
        assert html.find("meta", property="og:url")["content"] == BASE + url
        assert (language, html.title.text) not in seen_titles, url
        seen_titles.add((language, html.title.text))
        assert_strict(html, url)
        menu = {link["hreflang"]: link["href"] for link in html.select("header .language-menu a")}
        assert menu == {code: link.removeprefix(BASE) for code, link in alternates.items()}, url


def test_headings_skip_no_level(client):
    """All kinds of page; of the steps, whose bodies are alike, those of one session."""
    skipped = {}
    pages = Page.objects.live().filter(locale__language_code="en", depth__gt=1)
    steps = pages.descendant_of(shipped_page("en", *COURSE)).filter(depth=6)
    others = pages.exclude(pk__in=steps)
    for page in [*others.specific(), *steps.child_of(shipped_page("en", *COURSE, "being-heard")).specific()]:
        levels = [int(tag.name[1]) for tag in soup(client.get(page.get_url())).find_all(re.compile("^h[1-6]$"))]
        if any(after - before > 1 for before, after in pairwise(levels)):
            skipped[page.get_url()] = levels
    assert skipped == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", OTHERS)
def test_every_other_public_address(client, language, path):
    response = client.get(f"/{language}/{path}")
    assert response.status_code == 200
    html = soup(response)
    assert html.html["lang"] == language
    if "styleguide" not in path:  # which shows a page's head among all other things
        assert len(html.find_all("h1")) == 1
        assert_strict(html, path)
    menu = [link["href"] for link in html.select("header .language-menu a")]
    assert menu == [f"/{code}/{path}" for code in LANGUAGES]


def assert_strict(html, url):
    """Nothing that the policy of contents would refuse, and nothing that a reader would trip over."""
    for tag in html.find_all(True):
        assert "style" not in tag.attrs, f"{url}: <{tag.name} style>"
        assert not [name for name in tag.attrs if name.startswith("on")], f"{url}: <{tag.name} on…>"
        assert not str(tag.get("href", "")).startswith("javascript:"), url
    assert not html.find_all("style"), url
    run = [script for script in html.find_all("script") if script.get("type") != "application/json"]
    assert not [script for script in run if not script.get("src")], url
    ids = [tag["id"] for tag in html.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"{url}: {sorted(i for i in ids if ids.count(i) > 1)}"
    assert not [image for image in html.find_all("img") if "alt" not in image.attrs], url
    for label in html.find_all("label", attrs={"for": True}):
        assert label["for"] in ids, f"{url}: a label for nothing ({label['for']})"
    for tag in html.find_all(attrs={"aria-labelledby": True}):
        assert set(tag["aria-labelledby"].split()) <= set(ids), url
    assert html.find("a", class_="skip")["href"] == "#main"
    assert html.find("main", id="main")


@cache
def our_templates() -> list[Path]:
    root = Path(__file__).resolve().parent.parent.parent
    return [p for folder in ("site", "courses") for p in (root / folder).rglob("templates/**/*.html")]


def test_no_template_of_ours_holds_a_style_or_script():
    assert len(our_templates()) > 60
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=|[^>]*application/json)|\son[a-z]+=\"|javascript:")
    held = [f"{path.name}: {found[0]}" for path in our_templates() if (found := inline.search(path.read_text()))]
    assert held == []


def test_every_template_of_ours_compiles():
    for path in our_templates():
        engines["django"].from_string(path.read_text())


def test_the_front_door_leads_to_the_readers_language():
    for language in LANGUAGES:
        response = Client(headers={"accept-language": f"{language};q=0.9, de;q=0.5"}).get("/")
        assert response.status_code == 302
        assert response.url == f"/{language}/"
    assert Client(headers={"accept-language": "de"}).get("/").url == "/en/"


def test_the_language_menu_lists_only_real_translations(client):
    shipped_page("es", *COURSE).unpublish()
    html = soup(client.get(shipped_page("fr", *COURSE).get_url()))
    assert [link["hreflang"] for link in html.select("header .language-menu a")] == ["en", "fr"]
    assert {link["hreflang"] for link in html.find_all("link", rel="alternate")} == {"en", "fr"}


def test_every_link_on_the_front_pages_leads_somewhere(client):
    """The first page and a step in three languages, the course and the guide in one."""
    pages = [shipped_page("es", *COURSE), shipped_page("fr", "home", "guides", "twinning")]
    for language in LANGUAGES:
        pages += [shipped_page(language, "home"), shipped_page(language, *COURSE, "being-heard", "two-minutes")]
    seen = {
        link["href"].split("#")[0]
        for page in pages
        for link in soup(client.get(page.get_url())).find_all("a", href=True)
    }
    addresses = {url for url in seen if url.startswith("/")}
    assert len(addresses) > 60
    assert [url for url in sorted(addresses) if client.get(url).status_code not in (200, 302)] == []


class TestSitemap:
    def test_holds_every_live_page_once_with_its_translations(self, client):
        shipped_page("es", *COURSE).unpublish()
        response = client.get("/sitemap.xml")
        assert response["Content-Type"].startswith("application/xml")
        locations = re.findall(r"<loc>(.*?)</loc>", response.text)
        assert sorted(locations) == sorted(BASE + p.get_url() for p in Page.objects.live().filter(depth__gt=1))
        french = re.escape(BASE + shipped_page("fr", *COURSE).get_url())
        entry = re.search(f"<url><loc>{french}</loc>.*?</url>", response.text)[0]
        assert set(re.findall(r'hreflang="(\w+)"', entry)) == {"en", "fr"}

    def test_costs_do_not_grow_with_pages(self, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(6):
            client.get("/sitemap.xml")


def test_robots_are_told_what_is_not_for_them(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert "Disallow: /cms/" in response.text
    assert f"Sitemap: {BASE}/sitemap.xml" in response.text


class TestSearchPage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_finds_and_says_what_it_found(self, client, language):
        guide = shipped_page(language, "home", "guides", "twinning")
        query = {"en": "TWIN", "fr": "jumel", "es": "hermana"}[language]
        html = soup(client.get(f"/{language}/search/", {"q": query}))
        assert html.find("input", {"name": "q"})["value"] == query
        pages = [link["href"] for link in html.select(".results a")]
        assert guide.get_url() in pages or html.find(class_="pagination")

    def test_finds_nothing_kindly(self, client):
        html = soup(client.get("/en/search/", {"q": "zzzz"}))
        assert not html.select(".results a")
        assert "Try fewer words" in html.main.text

    def test_pages_of_results_keep_the_query(self, client):
        first = soup(client.get("/en/search/", {"q": "patient"}))
        following = first.find("a", rel="next")["href"]
        second = soup(client.get(f"/en/search/{following}"))
        one, two = ({a["href"] for a in page.select(".results a")} for page in (first, second))
        assert len(one) == 10
        assert two
        assert not one & two

    def test_a_hostile_query_is_shown_as_text(self, client):
        response = client.get("/en/search/", {"q": '"><script>alert(1)</script>'})
        assert "<script>alert(1)" not in response.text
        assert_strict(soup(response), "search")

    @pytest.mark.parametrize("page", ["0", "-1", "9999", "x", ""])
    def test_any_page_number_is_a_page(self, client, page):
        assert client.get("/en/search/", {"q": "patient", "page": page}).status_code == 200

    def test_htmx_gets_the_results_alone(self, client):
        response = client.get("/en/search/", {"q": "twinning"}, headers={"HX-Request": "true"})
        assert "<html" not in response.text
        assert "results" in response.text
        assert "HX-Request" in response["Vary"]


class TestDemo:
    def test_the_people_are_there_with_the_published_password(self, client):
        assert {person.email for person in PEOPLE} == {
            f"{name}@demo.example" for name in (*LEARNERS, "translator", "staff")
        }
        for person in PEOPLE:
            user = User.objects.get(email=person.email)
            assert user.emailaddress_set.get().verified
            assert user.is_superuser is (person.login == "staff")
            assert user.is_staff is (person.login in ("staff", "translator"))
        assert PASSWORD == "demo"

    @pytest.mark.parametrize("login", ["learner", "staff", "assessor2"])
    def test_the_password_opens_the_account(self, client, login):
        client.post("/en/accounts/login/", {"login": f"{login}@demo.example", "password": "demo"})
        assert client.get("/en/my/").status_code == 200

    def test_they_are_where_they_are_said_to_be(self):
        state = lambda login: User.objects.get(email=f"{login}@demo.example").enrolments.get()  # noqa: E731
        assert state("alumna").state == EnrolmentState.COMPLETED
        assert state("learner").steps_done.count() == 0
        assert state("applicant").steps_done.count() > 10
        assert not state("applicant").is_completed
        assert not User.objects.get(email="assessor@demo.example").enrolments.exists()

    def test_mails_are_shown_newest_first(self, client, settings, tmp_path):
        settings.DEMO_MAIL_FOLDER = tmp_path
        settings.EMAIL_BACKEND = "centre.demo.mail.DemoMailBackend"
        assert client.get("/demo/mail/").status_code == 200
        for name in ("first", "second"):
            client.logout()
            type(client)().post("/fr/accounts/signup/", {"email": f"{name}@example.org"})
        articles = [a.text for a in soup(client.get("/demo/mail/")).find_all("article")]
        assert len(articles) == 2
        assert "second@example.org" in articles[0]
        assert "first@example.org" in articles[1]

    def test_a_hostile_mail_is_shown_as_text(self, client, settings, tmp_path):
        settings.DEMO_MAIL_FOLDER = tmp_path
        settings.EMAIL_BACKEND = "centre.demo.mail.DemoMailBackend"
        send_mail("<script>alert(1)</script>", "<script>alert(2)</script>", None, ["a@example.org"])
        assert "<script>alert" not in client.get("/demo/mail/").text

    def test_a_real_centre_has_no_such_page_and_no_such_words(self, client, settings):
        settings.DEMO = False
        assert client.get("/demo/mail/", follow=True).status_code == 404
        assert client.get("/en/styleguide/").status_code == 404
        assert "/demo/mail/" not in client.get("/en/").text
        staff = UserFactory(is_staff=True)
        Authenticator.objects.create(
            user=staff, type=Authenticator.Type.TOTP, data={}
        )  # or its second lock comes first
        client.force_login(staff)
        assert client.get("/en/styleguide/").status_code == 200


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize(
    "text", ["Sign in", "Skip to the main text", "This page is not here", "My learning", "Done: go to the next step"]
)
def test_the_house_speaks(language, text):
    with override(language):
        assert gettext(text) != text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_are_only_read(client, method):
    url = shipped_page("en", *COURSE).get_url()
    assert getattr(client, method)(url).status_code == 405
    assert client.head(url).status_code == 200
    assert client.options(url).status_code == 200
