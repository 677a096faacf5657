"""Outside demonstrations, roles that open other people's things need a second lock."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail import hooks

from kernel import clock
from people.middleware import SecondLock
from people.models import User
from tests.factories import UserFactory
from tests.helpers import LANGUAGES, soup, words

pytestmark = pytest.mark.django_db
LOCKS = "/en/accounts/2fa/"


@pytest.fixture(autouse=True)
def _a_real_centre(settings):
    settings.DEMO = False


@pytest.fixture
def staff(client):
    person = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def lock(person, kind=Authenticator.Type.TOTP):
    return Authenticator.objects.create(user=person, type=kind, data={})


@pytest.mark.parametrize("address", ["/en/my/", "/cms/", "/cms/pages/", "/en/accounts/organisations/"])
def test_staff_are_led_to_set_one_up(client, staff, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response.url.endswith("/accounts/2fa/")


def test_so_is_whoever_a_group_lets_into_the_cms(client):
    """Wagtail's own form for people gives groups, and never `is_staff`."""
    person = UserFactory()
    person.groups.add(Group.objects.get(name="Programme staff"))
    client.force_login(person)
    assert client.get("/cms/queues/audit/").url.endswith("/accounts/2fa/")
    lock(person)
    assert client.get("/cms/queues/audit/").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_and_told_why_once(client, staff, language):
    client.get(f"/{language}/my/")
    page = client.get(f"/{language}/my/", follow=True)
    assert soup(page).html["lang"] == language
    assert len(soup(page).find_all(class_="message")) == 1


@pytest.mark.parametrize("address", ["/en/accounts/", LOCKS, "/en/accounts/logout/", "/en/accounts/profile/"])
def test_their_own_account_stays_open(client, staff, address):
    assert client.get(address).status_code == 200


def test_with_a_lock_everything_is_open_and_asks_nothing_more(client, staff):
    lock(staff)
    client.get("/en/accounts/organisations/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/en/accounts/organisations/").status_code == 200
    assert not [query for query in queries if "mfa_authenticator" in query["sql"]]
    assert client.get("/cms/").status_code == 200


def test_spare_codes_alone_are_no_lock(client, staff):
    lock(staff, Authenticator.Type.RECOVERY_CODES)
    assert client.get("/en/my/").status_code == 302


def test_taking_the_last_lock_away_is_noticed_at_once(client, staff):
    staff.set_password("correct horse battery")
    staff.save()
    client.force_login(staff)
    kept = lock(staff)
    assert client.get("/en/my/").status_code == 200
    client.post("/en/accounts/reauthenticate/", {"password": "correct horse battery"})
    client.post(f"{LOCKS}totp/deactivate/")
    assert not Authenticator.objects.filter(pk=kept.pk).exists()
    assert client.get("/en/my/").status_code == 302


def test_elsewhere_it_is_noticed_within_a_quarter_of_an_hour(client, staff):
    kept = lock(staff)
    assert client.get("/en/my/").status_code == 200
    kept.delete()
    assert client.get("/en/my/").status_code == 200
    with clock.freeze(clock.now() + timedelta(seconds=SecondLock.GOOD_FOR_SECONDS + 1)):
        assert client.get("/en/my/").status_code == 302


def test_learners_and_strangers_need_none(client):
    assert client.get("/en/", follow=True).status_code == 200
    client.force_login(UserFactory())
    assert client.get("/en/my/").status_code == 200


def test_who_becomes_staff_is_asked_at_once(client):
    person = UserFactory()
    client.force_login(person)
    assert client.get("/en/my/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_staff=True)
    assert client.get("/en/my/").status_code == 302


def test_a_role_of_a_higher_app_needs_one(client):
    person, other = UserFactory(), UserFactory()
    with hooks.register_temporarily("second_factor", lambda user: user.pk == person.pk):
        client.force_login(person)
        assert client.get("/en/my/").status_code == 302
        lock(person)
        assert client.get("/en/my/").status_code == 200
        client.force_login(other)
        assert client.get("/en/my/").status_code == 200


def test_a_demonstration_asks_nobody(client, staff, settings):
    settings.DEMO = True
    assert client.get("/en/my/").status_code == 200


def test_the_way_out_stays_open(client, staff):
    assert client.post("/en/accounts/logout/").status_code == 302
    assert "Sign in" in words(client.get("/en/accounts/login/"))
