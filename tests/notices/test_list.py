import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from notices.actions import reading
from notices.models import Notice
from notices.selectors import lists
from tests.factories import UserFactory
from tests.factories.notices import NoticeFactory
from tests.helpers import LANGUAGES, soup, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind")]

LIST = "/en/notices/"


def address(notice, language="en"):
    return f"/{language}/notices/{notice.public_id}/"


class TestList:
    def test_says_the_newest_first_under_days_and_what_is_unread(self, client, person):
        now = datetime(2026, 3, 10, 12, tzinfo=UTC)
        NoticeFactory(person=person, values={"cohort": "Old", "name": "B"}, happened_at=now - timedelta(days=9))
        NoticeFactory(person=person, values={"cohort": "Read", "name": "B"}, happened_at=now, read_at=now)
        NoticeFactory(person=person, count=4, happened_at=now - timedelta(days=1))
        with clock.freeze(now):
            page = soup(client.get(LIST)).main
        assert [h.get_text() for h in page.select("section h2")] == ["Today", "Yesterday", "Sunday 1 March 2026"]
        assert [h.get_text() for h in page.select("h3")] == ["Read: a message", "Spring: 4 messages", "Old: a message"]
        assert [bool(li.find(class_="tag")) for li in page.select(".results li")] == [False, True, True]
        assert page.find(class_="tag").get_text() == "Unread"
        assert "2 unread notices" in page.get_text()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_empty_says_what_will_be_here(self, client, person, language):
        page = soup(client.get(f"/{language}/notices/"))
        assert len(page.find_all("h1")) == 1
        assert page.main.find(class_="empty").h2
        assert not page.main.find("form")

    def test_shows_nobody_elses(self, client, person):
        NoticeFactory(values={"cohort": "Secret", "name": "B"})
        assert soup(client.get(LIST)).main.find(class_="empty")
        assert "Secret" not in words(client.get(LIST))

    @pytest.mark.parametrize("values", [{}, {"cohort": {"at": "never"}, "name": 3}, {"cohort": ["<b>"], "name": None}])
    def test_words_that_do_not_fit_are_no_error(self, client, person, values):
        NoticeFactory(person=person, values=values)
        NoticeFactory(person=person, kind="gone_long_ago")
        response = client.get(LIST)
        assert response.status_code == 200
        assert "Something has changed" in words(response)
        assert b"<b>" not in response.content

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same(self, client, person, rows):
        client.get(LIST)
        NoticeFactory.create_batch(rows, person=person)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        ours = [query["sql"] for query in queries if "notices_notice" in query["sql"]]
        assert len(ours) == 3
        assert len(soup(client.get(LIST)).main.select(".results li")) == rows

    def test_is_paginated(self, client, person):
        NoticeFactory.create_batch(21, person=person)
        assert len(soup(client.get(LIST)).main.select(".results li")) == 20
        assert len(soup(client.get(f"{LIST}?page=2")).main.select(".results li")) == 1
        assert client.get(f"{LIST}?page=%00").status_code == 200

    def test_asks_strangers_to_sign_in(self, client):
        for url in (LIST, address(NoticeFactory()), "/en/notices/preferences/", "/en/notices/calendar/"):
            assert client.get(url).url.startswith("/en/accounts/login/?next=/en/notices/")


class TestFollowing:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_marks_it_and_leads_there_in_the_readers_language(self, client, person, language):
        notice = NoticeFactory(person=person)
        assert client.get(address(notice, language)).url == f"/{language}/my/"
        notice.refresh_from_db()
        first = notice.read_at
        assert first
        client.get(address(notice, language))
        notice.refresh_from_db()
        assert notice.read_at == first

    @pytest.mark.parametrize(
        "headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}]
    )
    def test_looking_ahead_is_not_reading(self, client, person, headers):
        notice = NoticeFactory(person=person)
        response = client.get(address(notice), headers=headers)
        assert (response.status_code, response["Cache-Control"]) == (403, "no-store")
        assert client.head(address(notice)).status_code == 302
        assert Notice.objects.get(pk=notice.pk).read_at is None

    @pytest.mark.parametrize(("route", "args"), [("gone_long_ago", []), ("notice", ["not-a-uuid"]), ("notice", [])])
    def test_what_is_gone_leads_to_the_list_with_a_sentence(self, client, person, route, args):
        notice = NoticeFactory(person=person, route=route, route_args=args)
        response = client.get(address(notice), follow=True)
        assert response.redirect_chain == [(LIST, 302)]
        assert "no longer there" in words(response)

    def test_one_that_leads_nowhere_is_marked_too(self, client, person):
        notice = NoticeFactory(person=person, route="")
        assert client.get(address(notice)).url == LIST
        assert Notice.objects.get(pk=notice.pk).read_at

    def test_anothers_is_not_here(self, client, person):
        notice = NoticeFactory()
        assert client.get(address(notice)).status_code == 404
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        assert client.get(address(notice)).status_code == 404
        assert client.get(f"/en/notices/{uuid.uuid4()}/").status_code == 404
        assert Notice.objects.get(pk=notice.pk).read_at is None


class TestReadAll:
    def test_marks_what_was_shown_and_nothing_of_others(self, client, person):
        now = clock.now()
        NoticeFactory.create_batch(2, person=person, happened_at=now - timedelta(hours=1))
        theirs = NoticeFactory()
        form = soup(client.get(LIST)).main.form
        late = NoticeFactory(person=person, happened_at=now + timedelta(seconds=1))
        response = client.post(form["action"], {"until": form.find("input", {"name": "until"})["value"]}, follow=True)
        assert "2 notices are marked as read." in words(response)
        assert set(Notice.objects.filter(read_at=None, kind=late.kind)) == {late, theirs}

    @pytest.mark.parametrize("until", ["", "never", "\x00", "9" * 1000])
    def test_without_a_time_marks_them_all(self, client, person, until):
        NoticeFactory(person=person)
        assert client.post("/en/notices/read-all/", {"until": until}).status_code == 302
        assert lists.unread_count(person) == 0

    def test_looking_changes_nothing(self, client, person):
        NoticeFactory(person=person)
        assert client.get("/en/notices/read-all/").status_code == 405
        assert lists.unread_count(person) == 1


class TestHome:
    def test_says_the_latest_three_that_are_unread(self, client, person):
        now = clock.now()
        for hours in range(5):
            NoticeFactory(
                person=person, values={"cohort": f"C{hours}", "name": "B"}, happened_at=now - timedelta(hours=hours)
            )
        reading.read(notice=lists.notices_of(person).first(), by=person)
        section = soup(client.get("/en/my/")).main.find(attrs={"aria-labelledby": "what-is-new"})
        assert [h.get_text()[:2] for h in section.select("h3")] == ["C1", "C2", "C3"]
        assert section.find("a", href=LIST)

    def test_says_nothing_when_all_is_read(self, client, person):
        NoticeFactory(person=person, read_at=clock.now())
        NoticeFactory()
        assert "What is new" not in words(client.get("/en/my/"))

    @pytest.mark.parametrize("rows", [0, 1, 3])
    def test_costs_one_query(self, person, rows, django_assert_num_queries):
        NoticeFactory.create_batch(rows, person=person)
        with django_assert_num_queries(1):
            assert len(lists.latest_unread(person)) == rows


def test_the_frame_is_the_same_for_everybody_signed_in(client, person):
    """It is kept in a cache: no number, no name."""
    NoticeFactory.create_batch(3, person=person)
    header = soup(client.get("/en/my/")).header
    assert len(header.select("[data-notices]")) == 2
    client.force_login(UserFactory())
    assert str(soup(client.get("/en/my/")).header) == str(header)
    client.logout()
    assert "notices.js" not in client.get("/en/").content.decode()
