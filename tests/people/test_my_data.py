import json
import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from bs4 import BeautifulSoup

from people import audit
from people.models import AuditLine, Consent, Erasure, Pause, Profile, User
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.people import InvitationFactory, MembershipFactory, OrganisationFactory
from tests.helpers import LANGUAGES, soup, words

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


def fill(person: User, word: str) -> None:
    """A row in every table of accounts that a person can be in; each text holds `word`."""
    Profile.objects.create(
        person=person,
        pronoun=f"pronoun {word}",
        languages=["en", "fr"],
        other_languages=f"language {word}",
        access_needs=f"needs {word}",
        telephone=f"number {word}",
        reach_note=f"note {word}",
    )
    Consent.objects.create(person=person, purpose="p", version=1, language="en", text=f"agreed {word}", given_at=NOON)
    Pause.objects.create(person=person, starts_at=NOON)
    Erasure.objects.create(person=person, token_hash=f"hash {word}")
    Authenticator.objects.create(user=person, type="totp", data={"secret": f"secret {word}"})
    EmailAddress.objects.create(user=person, email=f"second-{word}@example.org", verified=True)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    UserSession.objects.create(user=person, ip="203.0.113.7", user_agent=f"browser {word}", session_key=f"key {word}")
    organisation = OrganisationFactory(name=f"organisation {word}")
    MembershipFactory(person=person, organisation=organisation)
    InvitationFactory(organisation=organisation, accepted_by=person, email=f"invited-{word}@example.org")
    audit.record("member.changed", by=person, about=person, role=f"role {word}")
    EnrolmentFactory(person=person)


@pytest.fixture
def person():
    return UserFactory(email="ana@example.org", name="Ana", password=PASSWORD, zone="Europe/Paris")


@pytest.fixture
def proved(client, person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client.post("/en/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    EmailAddress.objects.filter(user=person).delete()
    return client


def download(client, language="en"):
    return client.post(f"/{language}/accounts/my-data/download/")


def unzipped(response) -> tuple[dict, str]:
    with zipfile.ZipFile(BytesIO(response.getvalue())) as archive:
        assert archive.namelist() == ["data.json", "data.html"]
        assert archive.testzip() is None
        return json.loads(archive.read("data.json")), archive.read("data.html").decode()


def test_what_somebody_wrote_is_in_it_and_nothing_of_anybody_else(proved, person):
    other = UserFactory(email="bea-leak@example.org", name="Bea leak")
    fill(person, "mine")
    fill(other, "leak")
    # Where the two meet: one organisation, an invitation from one to the other, a deed of each about the other.
    organisation = MembershipFactory(person=other).organisation
    MembershipFactory(person=person, organisation=organisation)
    InvitationFactory(organisation=organisation, invited_by=person, email="bea-leak-2@example.org")
    audit.record("member.invited", by=person, about=other, role="leak")
    audit.record("member.invited", by=other, about=person, role="lead")

    machine, page = unzipped(download(proved))
    told = json.dumps(machine)
    for mine in (
        *("pronoun", "language", "needs", "number", "note", "agreed", "browser", "organisation", "role"),
        *("second-", "invited-"),
    ):
        wanted = f"{mine}mine" if mine.endswith("-") else f"{mine} mine"
        assert wanted in told, wanted
        assert wanted in page, wanted
    for secret in ("secret mine", "hash mine", "key mine", person.password, "leak", "Bea"):
        assert secret not in told, secret
        assert secret not in page, secret
    assert machine["parts"]["account"]["email"] == "ana@example.org"
    assert machine["parts"]["pauses"] == [{"starts_at": NOON.isoformat(), "ends_at": None, "ended_at": None}]
    about_bea = [line for line in machine["parts"]["audit"] if not line["about_you"]]
    assert [set(line) for line in about_bea] == [{"at", "verb", "by_you", "about_you"}]
    assert not re.search(rf'"(pk|id|person_id|person)": {person.pk}\b', told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_readable_file_stands_alone_in_ones_own_language(proved, person, language):
    fill(person, "mine")
    User.objects.filter(pk=person.pk).update(language=language, name="<script>alert(1)</script>")
    machine, page = unzipped(download(proved, "es"))
    assert machine["language"] == language
    read = BeautifulSoup(page, "html.parser")
    assert read.html["lang"] == language
    assert len(read.find_all("h1")) == 1
    assert [h2["id"] for h2 in read.find_all("h2")] == list(machine["parts"])
    assert all(h2.text.strip() for h2 in read.find_all("h2"))
    assert not read.find_all(["script", "link", "img", "iframe"]), "nothing is fetched"
    assert "alert(1)" in read.body.text
    assert "@media print" in read.style.text
    assert "&gt;" not in read.style.text
    assert {"en": "Paris time", "fr": "2025", "es": "2025"}[language] in read.body.text
    assert "2025-03-04T" not in read.body.text, "dates are in words"
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", read.body.text), "numbers for programs are in the other file"
    assert "data.downloaded" not in read.body.text, "deeds are sentences"
    assert "français" in read.body.text.lower()


def test_hostile_words_are_words_in_the_file(proved, person):
    Profile.objects.create(person=person, access_needs="<img src=x onerror=alert(1)>\x01 " + "x" * 100 * 1024)
    machine, page = unzipped(download(proved))
    assert len(machine["parts"]["profile"]["access_needs"]) > 100 * 1024
    assert "<img" not in page


def test_it_is_a_file_that_nobody_keeps(proved, person):
    response = download(proved)
    assert response["Content-Type"] == "application/zip"
    assert re.fullmatch(r'attachment; filename="my-data-\d{4}-\d\d-\d\d\.zip"', response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    assert response.streaming
    (line,) = AuditLine.objects.filter(verb="data.downloaded")
    assert (line.by, line.about, line.detail) == (person, person, {})


def test_a_session_alone_is_not_enough(client, person):
    client.force_login(person)
    response = download(client)
    assert response.status_code == 302
    assert response.url.startswith("/en/accounts/reauthenticate/?next=")
    assert not AuditLine.objects.filter(verb="data.downloaded").exists()


def test_whoever_signs_in_by_codes_alone_signs_in_once_more(client):
    client.force_login(UserFactory())
    response = download(client)
    assert "sign in once more" in words(response)
    assert not AuditLine.objects.filter(verb="data.downloaded").exists()


def test_strangers_and_links_get_nothing(client, person):
    assert "/accounts/login/" in download(client).url
    client.force_login(person)
    assert client.get("/en/accounts/my-data/download/").status_code == 405


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_is_in_it(client, person, language):
    client.force_login(person)
    page = soup(client.get(f"/{language}/accounts/my-data/"))
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1
    assert len(page.main.find_all("li")) >= 9
    assert page.main.find("form", action=f"/{language}/accounts/my-data/download/")
