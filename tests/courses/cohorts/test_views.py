import uuid

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.cohorts import actions
from courses.cohorts.models import Enrolment
from courses.curriculum.models import Course, StepPage
from courses.curriculum.selectors import outline, step_keys
from kernel import clock
from tests.factories import EnrolmentFactory, UserFactory, make_course, the_course
from tests.helpers import COURSE, LANGUAGES, shipped_page, soup, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("only_steps")]


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana")
    client.force_login(person)
    return person


@pytest.fixture
def enrolment(person):
    return actions.enrol(course=the_course(), by=person)


@pytest.fixture
def keys():
    return list(step_keys(the_course()))


def at(language, name, *args):
    with translation.override(language):
        return reverse(name, args=args)


def step(language, number):
    return outline(shipped_page(language, *COURSE)).steps[number]


class TestEnrol:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_beginning_leads_to_the_first_step(self, client, person, language):
        url = at(language, "enrol", the_course().key)
        page = soup(client.get(url))
        assert page.html["lang"] == language
        assert not Enrolment.objects.filter(person=person).exists(), "looking is not beginning"
        for _ in range(2):
            assert client.post(url).url == step(language, 0).url
        assert Enrolment.objects.filter(person=person).count() == 1

    def test_beginning_again_leads_to_where_one_was(self, client, enrolment, keys):
        actions.complete_step(enrolment=enrolment, step_key=keys[0], by=enrolment.person)
        assert client.post(at("fr", "enrol", the_course().key)).url == step("fr", 1).url

    def test_an_unknown_course_is_not_here(self, client, person):
        assert client.post(at("en", "enrol", uuid.uuid4())).status_code == 404

    def test_a_course_without_steps_is_refused_with_a_sentence(self, client, person, enrolment):
        StepPage.objects.update(live=False)
        caches["pages"].clear()
        enrolment.delete()
        response = client.post(at("en", "enrol", the_course().key))
        assert response.status_code == 409
        assert "no steps yet" in words(response)

    def test_a_course_without_pages_is_refused_with_a_sentence(self, client, person):
        course = Course.objects.create(name="Bare")
        response = client.get(at("en", "enrol", course.key))
        assert response.status_code == 409
        assert "not open at the moment" in words(response)


class TestMarkDone:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_leads_on_to_the_next_step(self, client, enrolment, keys, language):
        response = client.post(at(language, "mark_done", enrolment.public_id, keys[0]))
        assert response.url == step(language, 1).url

    def test_a_second_submit_does_no_harm(self, client, enrolment, keys):
        url = at("en", "mark_done", enrolment.public_id, keys[0])
        assert client.post(url).url == client.post(url).url == step("en", 1).url
        assert enrolment.steps_done.count() == 1

    def test_stop_leads_home_and_says_that_the_place_is_kept(self, client, enrolment, keys):
        response = client.post(at("fr", "mark_done", enrolment.public_id, keys[0]), {"stop": "1"}, follow=True)
        assert response.redirect_chain == [("/fr/my/", 302)]
        assert soup(response).find(role="status") or soup(response).find(class_="message")
        assert step("fr", 1).title in words(response)

    def test_the_end_leads_to_the_last_page_in_every_language(self, client, enrolment, keys):
        *others, last = step_keys(the_course(), required_only=True)
        for key in others:
            actions.complete_step(enrolment=enrolment, step_key=key, by=enrolment.person)
        assert client.get(at("es", "completed", enrolment.public_id)).url == "/es/my/", "not before the end"
        response = client.post(at("es", "mark_done", enrolment.public_id, last), {"stop": "1"}, follow=True)
        assert response.redirect_chain == [(at("es", "completed", enrolment.public_id), 302)]
        for language in LANGUAGES:
            page = client.get(at(language, "completed", enrolment.public_id))
            assert soup(page).html["lang"] == language
            assert " ".join(shipped_page(language, *COURSE).title.split()) in words(page)
        again = client.post(at("es", "mark_done", enrolment.public_id, last))
        assert again.url != at("es", "completed", enrolment.public_id)

    def test_a_tampered_step_is_not_here_and_changes_nothing(self, client, enrolment, keys):
        session_key = shipped_page("en", *COURSE, "being-heard").translation_key
        for key in (uuid.uuid4(), session_key):
            assert client.post(at("fr", "mark_done", enrolment.public_id, key)).status_code == 404
        assert client.post(f"/fr/learn/{enrolment.public_id}/not-a-key/done", follow=True).status_code == 404
        assert not enrolment.steps_done.exists()

    def test_marked_in_english_it_is_seen_in_french(self, client, enrolment, keys):
        french = step("fr", 0)
        before = soup(client.get(french.url)).main
        assert before.find("form", action=at("fr", "mark_done", enrolment.public_id, keys[0]))
        client.post(at("en", "mark_done", enrolment.public_id, keys[0]))
        after = soup(client.get(french.url)).main
        assert not after.find("form", action=at("fr", "mark_done", enrolment.public_id, keys[0]))
        assert after.find("form", action=at("fr", "reopen_step", enrolment.public_id, keys[0]))
        session = soup(client.get(shipped_page("fr", *COURSE, "where-i-stand").get_url())).main
        assert len(session.select(".step-list li.done")) == 1


class TestReopen:
    def test_leads_back_to_the_step(self, client, enrolment, keys):
        actions.complete_step(enrolment=enrolment, step_key=keys[0], by=enrolment.person)
        url = at("es", "reopen_step", enrolment.public_id, keys[0])
        assert client.post(url).url == client.post(url).url == step("es", 0).url
        assert not enrolment.steps_done.exists()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_after_completion_is_refused_with_a_sentence(self, client, enrolment, keys, language):
        for key in keys:
            actions.complete_step(enrolment=enrolment, step_key=key, by=enrolment.person)
        response = client.post(at(language, "reopen_step", enrolment.public_id, keys[0]))
        assert response.status_code == 409
        page = soup(response)
        assert page.html["lang"] == language
        assert page.main.find(class_="lede").text.strip().endswith(".")
        if language != "en":
            assert "You have completed" not in page.main.text
        assert enrolment.steps_done.count() == len(keys)


ADDRESSES = [
    ("completed", ()),
    ("mark_done", ("step",)),
    ("reopen_step", ("step",)),
]


@pytest.fixture(params=["learner", "staff"])
def other(request):
    staff = request.param == "staff"
    return UserFactory(is_staff=staff, is_superuser=staff)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[0])
def test_anothers_place_is_not_here(client, keys, other, address, method):
    name, more = address
    theirs = actions.enrol(course=the_course(), by=UserFactory())
    if name == "reopen_step":
        actions.complete_step(enrolment=theirs, step_key=keys[0], by=theirs.person)
    elif name == "completed":
        theirs = EnrolmentFactory(state="completed", completed_at=clock.now())
    before = (theirs.steps_done.count(), Enrolment.objects.get(pk=theirs.pk).state)
    client.force_login(other)
    status = getattr(client, method)(at("en", name, theirs.public_id, *(keys[0] for _ in more))).status_code
    assert status == (405 if more and method == "get" else 404)
    assert (theirs.steps_done.count(), Enrolment.objects.get(pk=theirs.pk).state) == before


@pytest.mark.parametrize(("name", "more"), [*ADDRESSES, ("enrol", None)])
def test_strangers_are_asked_to_sign_in(client, keys, name, more):
    theirs = EnrolmentFactory()
    args = (the_course().key,) if more is None else (theirs.public_id, *(keys[0] for _ in more))
    response = client.post(at("fr", name, *args))
    assert response.status_code == 302
    assert response.url.startswith("/fr/accounts/login/?next=/fr/learn/")
    assert not theirs.steps_done.exists()


@pytest.mark.parametrize("name", ["mark_done", "reopen_step"])
def test_looking_changes_nothing(client, enrolment, keys, name):
    assert client.get(at("en", name, enrolment.public_id, keys[0])).status_code == 405
    assert not enrolment.steps_done.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_without_its_protection_is_not_taken(enrolment, keys, language):
    client = Client(enforce_csrf_checks=True)
    client.force_login(enrolment.person)
    response = client.post(at(language, "mark_done", enrolment.public_id, keys[0]))
    assert response.status_code == 403
    page = soup(response)
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1
    if language != "en":
        assert "This form has been open too long" not in page.text
    assert not enrolment.steps_done.exists()


def test_the_form_on_the_page_is_taken(enrolment, keys):
    client = Client(enforce_csrf_checks=True)
    client.force_login(enrolment.person)
    url = at("en", "mark_done", enrolment.public_id, keys[0])
    form = soup(client.get(step("en", 0).url)).main.find("form", action=url)
    token = form.find("input", {"name": "csrfmiddlewaretoken"})["value"]
    assert client.post(url, {"csrfmiddlewaretoken": token}).status_code == 302
    assert enrolment.steps_done.count() == 1


class TestPanels:
    """What the pages of the course and the learner home offer to whom."""

    def test_to_a_stranger_signing_up(self, client):
        for url in (shipped_page("fr", *COURSE).get_url(), step("fr", 3).url):
            main = soup(client.get(url)).main
            assert main.find("a", href=f"/fr/accounts/signup/?next={at('fr', 'enrol', the_course().key)}")

    def test_to_somebody_signed_in_beginning(self, client, person):
        for url in (shipped_page("fr", *COURSE).get_url(), step("fr", 3).url):
            assert soup(client.get(url)).main.find("form", action=at("fr", "enrol", the_course().key))
        assert shipped_page("fr", *COURSE).get_url() in str(soup(client.get("/fr/my/")).main)

    def test_to_a_learner_going_on(self, client, enrolment, keys):
        actions.complete_step(enrolment=enrolment, step_key=keys[0], by=enrolment.person)
        for url in ("/es/my/", shipped_page("es", *COURSE).get_url()):
            card = soup(client.get(url)).main.find(class_="next-step")
            assert card.find("a")["href"] == step("es", 1).url

    def test_to_an_alumna_her_last_page_and_no_undoing(self, client, enrolment, keys):
        for key in keys:
            actions.complete_step(enrolment=enrolment, step_key=key, by=enrolment.person)
        last_page = at("en", "completed", enrolment.public_id)
        for url in ("/en/my/", shipped_page("en", *COURSE).get_url()):
            assert soup(client.get(url)).main.find("a", href=last_page)
        assert not soup(client.get(step("en", 0).url)).main.find("form", method="post")


def costs(client, url) -> tuple[int, int]:
    """Queries of a page with every cache empty, and of the same page once more."""
    client.get(url)  # templates, content types and the like are loaded once a process
    for cache in caches.all():
        cache.clear()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    return tuple(counts)


PAGES = {
    "step": lambda: step("en", 5).url,
    "session": lambda: shipped_page("en", *COURSE, "being-heard").get_url(),
    "course": lambda: shipped_page("en", *COURSE).get_url(),
    "chapter": lambda: shipped_page("en", "home", "guides", "twinning").get_first_child().get_url(),
    "home": lambda: "/en/",
    "learner home": lambda: "/en/my/",
    "search": lambda: "/en/search/?q=meeting",
}


class TestQueries:
    """(with empty caches, afterwards). At most 12 where somebody is signed in (issue A, part 10)."""

    @pytest.mark.parametrize(
        ("page", "queries"),
        [
            ("step", (10, 0)),
            ("session", (10, 0)),
            ("course", (11, 0)),
            ("chapter", (11, 0)),
            ("home", (16, 0)),
            ("search", (9, 6)),
        ],
    )
    def test_signed_out(self, client, page, queries):
        assert costs(client, PAGES[page]()) == queries

    @pytest.mark.parametrize(
        ("page", "queries"),
        [
            ("step", (14, 5)),
            ("session", (14, 5)),
            ("course", (15, 6)),
            ("chapter", (13, 7)),
            ("home", (18, 9)),
            ("learner home", (16, 9)),
            ("search", (11, 8)),
        ],
    )
    def test_signed_in(self, client, enrolment, keys, page, queries):
        for key in keys[:3]:
            actions.complete_step(enrolment=enrolment, step_key=key, by=enrolment.person)
        assert costs(client, PAGES[page]()) == queries
        assert queries[1] <= 12

    @pytest.mark.parametrize("courses", [1, 3])
    def test_the_learner_home_costs_the_same_with_more_courses(self, client, enrolment, courses):
        for number in range(1, courses):
            actions.enrol(course=make_course(f"course-{number}"), by=enrolment.person)
        _cold, warm = costs(client, "/en/my/")
        assert warm == 9
        assert len(soup(client.get("/en/my/")).main.select(".stones")) == courses
