"""Guessed by the browser, asked of the person, never assumed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from kernel import clock
from kernel.errors import NotAllowed, Refused
from people import actions, zones
from people.models import AuditLine, User
from tests.factories import UserFactory
from tests.helpers import LANGUAGES, soup, words

NOON = datetime(2025, 3, 4, 12, 30, tzinfo=UTC)
NOT_ZONES = ["", "Mars/Phobos", "../../etc/passwd", "a\x00b", "x" * 100 * 1024, "Europe", "/etc/localtime", "Factory"]


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana")
    client.force_login(person)
    return person


def render(text: str, **context) -> str:
    return Template("{% load when %}" + text).render(Context(context))


class TestNames:
    def test_every_listed_zone_has_a_clock_a_label_and_a_place_in_the_list(self):
        offered = [name for _area, places in zones.choices() for name, _label in places]
        assert sorted(offered) == sorted(zones.listed())
        assert len(offered) > 400
        assert all(len(name) <= zones.LONGEST and zones.zone_of(name).key == name for name in offered)
        assert not any(name.startswith(("Etc/", "US/", "SystemV/", "posix")) for name in offered)

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("Asia/Calcutta", "Asia/Kolkata"),
            ("Europe/Kiev", "Europe/Kyiv"),
            ("US/Eastern", "America/New_York"),
            ("Etc/UTC", "UTC"),
            ("Europe/Oslo", "Europe/Oslo"),
            ("UTC", "UTC"),
        ],
    )
    def test_older_names_are_understood(self, said, meant):
        assert zones.known(said) == meant

    @pytest.mark.parametrize("name", NOT_ZONES)
    def test_what_is_no_zone_is_none_and_never_breaks(self, name):
        assert zones.known(name) == ""
        assert zones.zone_of(name).key in ("UTC", "Factory")

    def test_a_label_says_the_place_and_the_difference_now(self):
        with clock.freeze(NOON):
            assert zones.label("America/Argentina/Buenos_Aires") == "Buenos Aires (UTC-03:00)"
            assert zones.label("Europe/Paris") == "Paris (UTC+01:00)"
        with clock.freeze(datetime(2025, 7, 4, tzinfo=UTC)):
            assert zones.label("Europe/Paris") == "Paris (UTC+02:00)"


class TestWords:
    def test_in_the_active_zone_which_is_named(self):
        with timezone.override("Europe/Paris"):
            assert render("{{ at|in_words }}", at=NOON) == "Tuesday 4 March 2025, 13:30 (Paris time)"
            assert render("{{ at|time_in_words }}", at=NOON) == "13:30 (Paris time)"

    def test_without_a_zone_it_is_utc_and_says_so(self):
        assert "12:30" in render("{{ at|in_words }}", at=NOON)
        assert "UTC" in render("{{ at|in_words }}", at=NOON)

    def test_a_day_is_the_day_it_is_there(self):
        late = datetime(2025, 3, 4, 23, 30, tzinfo=UTC)
        with timezone.override("Asia/Tokyo"):
            assert render("{{ at|date_in_words }}", at=late) == "Wednesday 5 March 2025"
            assert render("{{ at|date_in_words }}", at=date(2025, 3, 4)) == "Tuesday 4 March 2025"

    def test_nothing_is_nothing(self):
        assert render("{{ at|in_words }}{{ at|time_in_words }}{{ at|date_in_words }}", at=None) == ""

    def test_in_each_language(self):
        for language, month in (("fr", "mars"), ("es", "marzo")):
            with translation.override(language):
                assert month in zones.instant_in_words(NOON, "Europe/Paris")


@pytest.mark.django_db
class TestSaying:
    def test_it_is_asked_on_the_learner_home_until_said(self, client, person):
        page = soup(client.get("/en/my/"))
        guess = page.find("form", attrs={"data-zone-guess": True})
        assert guess.has_attr("hidden")
        assert page.find("script", src=lambda src: src and src.endswith("zone.js"))
        assert page.find("a", href="/en/accounts/zone/")
        client.post("/en/accounts/zone/", {"zone": "Europe/Paris", "home": "1"}, follow=True)
        assert not soup(client.get("/en/my/")).find("form", attrs={"data-zone-guess": True})
        person.refresh_from_db()
        assert person.zone == "Europe/Paris"
        assert AuditLine.objects.get(about=person).detail == {"fields": ["zone"]}

    def test_the_question_can_be_put_off_for_a_week(self, client, person):
        with clock.freeze(NOON):
            client.post("/en/accounts/zone/", {"later": "1"})
            assert not soup(client.get("/en/my/")).find(id="zone-panel")
        with clock.freeze(NOON + timedelta(days=8)):
            assert soup(client.get("/en/my/")).find(id="zone-panel")
        person.refresh_from_db()
        assert person.zone == ""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_is_chosen_from_a_list_without_a_script(self, client, person, language):
        page = soup(client.get(f"/{language}/accounts/zone/"))
        assert page.html["lang"] == language
        assert page.find("option", value="Europe/Madrid")
        assert not page.find("option", value="Europe/Paris", selected=True)
        client.post(f"/{language}/accounts/zone/", {"zone": "Europe/Madrid"})
        page = soup(client.get(f"/{language}/accounts/zone/"))
        assert page.find("option", value="Europe/Madrid", selected=True)

    def test_a_browsers_older_name_will_do(self, client, person):
        client.post("/en/accounts/zone/", {"zone": "Asia/Calcutta"})
        person.refresh_from_db()
        assert person.zone == "Asia/Kolkata"

    @pytest.mark.parametrize("name", NOT_ZONES, ids=range(len(NOT_ZONES)))
    def test_what_is_no_zone_is_said_to_be_none(self, client, person, name):
        response = client.post("/en/accounts/zone/", {"zone": name})
        assert response.status_code == 200
        assert soup(response).find(class_="error-summary").find("a", href="#id_zone")
        person.refresh_from_db()
        assert person.zone == ""

    def test_nobody_says_it_for_another(self, person):
        with pytest.raises(NotAllowed):
            actions.choose_zone(person=person, by=UserFactory(is_superuser=True), zone="Europe/Paris")
        with pytest.raises(Refused) as refusal:
            actions.choose_zone(person=person, by=person, zone="Mars/Phobos")
        assert refusal.value.code == "zone_unknown"


@pytest.mark.django_db
class TestEachRequest:
    def joined(self, client):
        return words(client.get("/en/accounts/activity/"))

    def test_pages_speak_in_the_readers_zone_and_then_forget_it(self, client, person):
        with clock.freeze(NOON):
            actions.choose_zone(person=person, by=person, zone="Asia/Tokyo")
        assert "21:30 (Tokyo time)" in self.joined(client)
        assert timezone.get_current_timezone_name() == "UTC"

    def test_until_it_is_said_times_are_in_utc_and_say_so(self, client, person):
        with clock.freeze(NOON):
            actions.change_profile(person=person, by=person, name="Bea", language="en")
        assert "12:30 (universal time, UTC)" in self.joined(client)

    @pytest.mark.parametrize("name", ["Mars/Phobos", "../../etc", "Europe"])
    def test_a_zone_that_is_no_more_never_breaks(self, client, person, name):
        User.objects.filter(pk=person.pk).update(zone=name)
        assert client.get("/en/accounts/").status_code == 200
        assert client.get("/en/accounts/zone/").status_code == 200
        assert soup(client.get("/en/my/")).find(id="zone-panel")
