from datetime import UTC, datetime, timedelta

import pytest

from kernel import clock
from people import actions, selectors
from people.models import Pause
from tests.factories import UserFactory
from tests.helpers import LANGUAGES, soup, words

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_of_the_demonstration_rests():
    Pause.objects.all().delete()


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana", zone="Europe/Paris")
    client.force_login(person)
    return person


def post(client, at=NOON, language="en", **values):
    with clock.freeze(at):
        return client.post(f"/{language}/accounts/pause/", values, follow=True)


def home(client, at=NOON, language="en"):
    with clock.freeze(at):
        return client.get(f"/{language}/my/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_in_every_language(client, person, language):
    page = soup(client.get(f"/{language}/accounts/pause/"))
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1
    assert not page.main.find("textarea"), "nobody is asked why"


def test_strangers_sign_in_first(client):
    for address in ("", "end/", "welcome/"):
        assert "/accounts/login/" in client.post(f"/en/accounts/pause/{address}").url


def test_one_press_and_one_has_paused(client, person):
    response = post(client)
    assert selectors.pause_of(person, NOON).starts_at == NOON
    assert "You have paused" in words(response)
    assert "You have paused" in words(home(client))


def test_days_are_days_where_the_person_is(client, person):
    post(client, starts_on="2025-03-10", back_on="2025-04-07")
    pause = Pause.objects.get()
    # Paris keeps summer time from 30 March.
    assert (pause.starts_at, pause.ends_at) == (
        datetime(2025, 3, 9, 23, tzinfo=UTC),
        datetime(2025, 4, 6, 22, tzinfo=UTC),
    )


def test_without_a_zone_days_are_those_of_utc_and_this_is_said(client):
    person = UserFactory(zone="")
    client.force_login(person)
    response = post(client, starts_on="2025-03-10")
    assert Pause.objects.get().starts_at == datetime(2025, 3, 10, tzinfo=UTC)
    assert "UTC" in words(response)
    assert "not told us your time zone" in words(response)


def test_today_is_now(client, person):
    post(client, starts_on="2025-03-04")
    assert Pause.objects.get().starts_at == NOON


def test_the_last_hours_of_an_evening_elsewhere_are_still_today(client):
    client.force_login(UserFactory(zone="America/Los_Angeles"))
    response = post(client, at=datetime(2025, 3, 5, 3, tzinfo=UTC), starts_on="2025-03-04")
    assert not soup(response).find(class_="error-summary")
    assert Pause.objects.get().begun_told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("starts_on", {"starts_on": "2025-03-03"}),
        ("back_on", {"back_on": "2025-03-04"}),
        ("back_on", {"starts_on": "2025-03-10", "back_on": "2025-03-10"}),
        ("back_on", {"starts_on": "2025-03-10", "back_on": "2025-03-09"}),
        ("starts_on", {"starts_on": "9999-12-31"}),
        ("back_on", {"back_on": "9999-12-31"}),
        ("starts_on", {"starts_on": "0001-01-01"}),
        ("starts_on", {"starts_on": "soon"}),
        ("back_on", {"back_on": "2025-02-30"}),
        ("back_on", {"back_on": "2\x00"}),
        ("starts_on", {"starts_on": "9" * 100 * 1024}),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_beside_its_field(client, person, language, field, values):
    response = post(client, language=language, **values)
    assert response.status_code == 200
    assert soup(response).find(class_="error-summary").find("a", href=f"#id_{field}")
    assert (
        soup(response).find(id=f"id_{field}")["value"] == values[field].replace("\x00", "\ufffd")
        or "\x00" in values[field]
    )
    assert not Pause.objects.exists()


def test_a_pause_is_changed_and_its_beginning_is_not_asked_again(client, person):
    post(client)
    page = post(client, at=NOON + DAY, back_on="2025-03-20")
    assert not soup(page).find(id="id_starts_on")
    assert soup(page).find(id="id_back_on")["value"] == "2025-03-20"
    pause = Pause.objects.get()
    assert (pause.starts_at, pause.ends_at) == (NOON, datetime(2025, 3, 19, 23, tzinfo=UTC))


def test_a_double_press_is_one_pause(client, person):
    post(client)
    assert post(client).status_code == 200
    assert Pause.objects.count() == 1


def test_back_and_welcomed_until_it_is_put_away(client, person):
    post(client)
    for hours in (1, 2):
        with clock.freeze(NOON + hours * DAY):
            assert client.post("/en/accounts/pause/end/").url == "/en/my/"
    assert Pause.objects.get().ended_at == NOON + DAY
    page = words(home(client, NOON + 2 * DAY))
    assert "Welcome back" in page
    assert "You have paused" not in page
    with clock.freeze(NOON + 2 * DAY):
        client.post("/en/accounts/pause/welcome/")
    assert "Welcome back" not in words(home(client, NOON + 2 * DAY))


def test_a_planned_pause_is_taken_back(client, person):
    post(client, starts_on="2025-03-10")
    assert "You have planned a pause" in words(post(client, starts_on="2025-03-11"))
    assert "paused" not in words(home(client))
    with clock.freeze(NOON):
        client.post("/en/accounts/pause/end/")
    assert not Pause.objects.exists()


@pytest.mark.parametrize("address", ["end", "welcome"])
def test_nothing_changes_by_looking(client, person, address):
    assert client.get(f"/en/accounts/pause/{address}/").status_code == 405


def test_everybody_has_their_own(client, person):
    other = UserFactory()
    with clock.freeze(NOON):
        actions.begin_pause(person=other, by=other)
        client.post("/en/accounts/pause/end/")
        assert selectors.pause_of(other)
    assert "You have paused" not in words(home(client))
