import logging
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from wagtail import hooks

from notices.actions import feeds
from notices.calendar import Entry, to_ics
from notices.models import CalendarFeed
from people.models import AuditLine
from tests.factories import UserFactory
from tests.helpers import LANGUAGES, soup

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SETTINGS = "/en/notices/calendar/"


def entry(**more):
    words = {"uid": "1@session", "starts": NOON, "ends": NOON + timedelta(hours=1), "title": "Session 1"}
    return Entry(**{**words, "last_changed": NOON, **more})


class TestFile:
    def test_is_read_back_as_it_was_meant(self):
        from_paris = NOON.astimezone(ZoneInfo("Europe/Paris"))
        title = "Réunion; à deux, avec \\ et " + "é" * 200
        words = {"title": title, "description": "One\r\nTwo\x00\x07", "url": "/en/my/"}
        file = to_ics([entry(starts=from_paris, sequence=3, **words)], name="C")
        assert all(len(line) <= 75 for line in file.split(b"\r\n"))
        assert re.search(rb"^DTSTART:20260310T120000Z\r$", file, re.MULTILINE)
        calendar = Calendar.from_ical(file)
        assert (str(calendar["method"]), str(calendar["version"])) == ("PUBLISH", "2.0")
        event = calendar.events[0]
        assert str(event["summary"]) == title
        assert str(event["description"]) == "One\nTwo"
        assert str(event["url"]).endswith(":8000/en/my/")
        assert (event["sequence"], str(event["status"])) == (3, "CONFIRMED")
        assert b"ATTENDEE" not in file
        assert b"ORGANIZER" not in file

    def test_words_cannot_begin_a_line_of_their_own(self):
        evil = "x\r\nATTENDEE:mailto:a@b.example\nEND:VEVENT\rX"
        event = Calendar.from_ical(to_ics([entry(title=evil, uid=evil, url=evil, description=evil)], name=evil)).events
        assert len(event) == 1
        assert "attendee" not in event[0]

    def test_is_the_same_bytes_for_the_same_entries_in_any_order(self):
        several = [entry(uid=f"{n}@session", starts=NOON + timedelta(days=n % 2), cancelled=n == 1) for n in range(4)]
        assert to_ics(several, name="C") == to_ics(reversed(several), name="C")
        assert to_ics(several, name="C").count(b"STATUS:CANCELLED") == 1

    def test_without_entries_is_a_calendar_too(self):
        assert not Calendar.from_ical(to_ics([], name="C", method="REQUEST")).events


@pytest.mark.django_db
class TestSettings:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_make_show_renew_take_away(self, client, person, language):
        url = f"/{language}/notices/calendar/"

        def shown():
            page = soup(client.get(url)).main
            found = page.find(id="calendar-address")
            return found and found["value"].split(":8000")[1]

        assert shown() is None
        for _ in range(2):
            client.post(url, {"verb": "open"})
        first = shown()
        assert client.get(first).status_code == 200
        client.post(url, {"verb": "renew"})
        second = shown()
        assert second != first
        assert client.get(first).status_code == 404, "the old one stops at once"
        assert client.get(second).status_code == 200
        for _ in range(2):
            client.post(url, {"verb": "close"})
        assert shown() is None
        assert client.get(second).status_code == 404
        verbs = AuditLine.objects.filter(about=person).order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == [f"calendar_feed.{verb}" for verb in ("opened", "renewed", "closed")]

    @pytest.mark.parametrize("verb", ["", "explode", "x" * 100_000, "\x00"])
    def test_another_verb_changes_nothing(self, client, person, verb):
        feeds.open_feed(by=person)
        before = CalendarFeed.objects.get(person=person).token
        assert client.post(SETTINGS, {"verb": verb}).status_code == 302
        assert CalendarFeed.objects.get(person=person).token == before

    def test_the_address_is_kept_by_nobody_and_known_to_nobody_else(self, client, person):
        token = feeds.open_feed(by=person).token
        response = client.get(SETTINGS)
        assert token in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        assert token not in client.get(SETTINGS).content.decode()
        assert token not in str(AuditLine.objects.values_list("detail", "subject_id"))


@pytest.mark.django_db
class TestFeed:
    @pytest.fixture
    def feed(self, person):
        person.language = "fr"
        person.save()
        return feeds.open_feed(by=person)

    @pytest.fixture
    def url(self, client, feed):
        client.logout()
        return f"/calendar/{feed.token}.ics"

    @pytest.fixture
    def offered(self, person):
        def calendar(somebody):
            return [entry()] if somebody == person else [entry(title="Not theirs")]

        with hooks.register_temporarily("calendar", calendar):
            yield

    @pytest.mark.usefixtures("offered")
    def test_holds_what_the_apps_have_for_this_person(self, client, url):
        response = client.get(url, headers={"Accept-Language": "es"})
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Cache-Control"] == "private, no-store"
        calendar = Calendar.from_ical(response.content)
        assert str(calendar["method"]) == "PUBLISH"
        assert [str(event["summary"]) for event in calendar.events] == ["Session 1"]
        assert response["Content-Language"] == "fr"

    @pytest.mark.usefixtures("offered")
    def test_costs_a_few_bytes_when_nothing_has_changed(self, client, url):
        etag = client.get(url)["ETag"]
        again = client.get(url, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        with hooks.register_temporarily("calendar", lambda somebody: [entry(uid="2@session")]):
            assert client.get(url, headers={"If-None-Match": etag}).status_code == 200

    @pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 5000, "%00", "..%2f"])
    def test_an_unknown_address_is_not_here(self, client, feed, token):
        assert client.get(f"/calendar/{token}.ics").status_code == 404
        assert client.get(f"/calendar/{feed.token_hash}.ics").status_code == 404

    def test_stops_for_who_has_left(self, client, url, person):
        person.is_active = False
        person.save()
        assert client.get(url).status_code == 404

    def test_is_only_read(self, client, url):
        assert client.post(url).status_code == 405

    def test_too_often_is_asked_to_wait(self, client, url, monkeypatch):
        monkeypatch.setattr("notices.views.feeds.MOST_IN_A_WHILE", 2)
        assert [client.get(url).status_code for _ in range(3)] == [200, 200, 429]
        assert client.get(url)["Retry-After"]

    def test_its_address_is_never_logged(self, client, url, feed, caplog, monkeypatch):
        """Not when it is well, not when it is gone, not when something breaks."""
        seen = []
        handler = logging.Handler()
        handler.emit = lambda record: seen.append(logging.Formatter().format(record))
        console = logging.getLogger("django.request").handlers[0]
        monkeypatch.setattr(console, "emit", handler.emit)
        client.raise_request_exception = False
        client.get(url)
        client.get(url.replace(".ics", "x.ics"))

        def broken(person):
            raise RuntimeError("something")

        with hooks.register_temporarily("calendar", broken):
            assert client.get(url).status_code == 500
        assert seen, "what breaks is logged"
        assert feed.token not in "\n".join(seen)
