"""Allauth's journeys as people take them here: an address, a mail, a code."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from people.models import User
from tests.factories import UserFactory
from tests.helpers import LANGUAGES, soup, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    person = UserFactory(email="ana@example.org", language="en", password="correct horse battery")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def code_in(message) -> str:
    """The code is alone on its line."""
    (code,) = re.findall(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", message.body, re.MULTILINE)
    return code


def is_signed_in(client) -> bool:
    return client.get("/en/my/").status_code == 200


def submit(client, response, **values):
    """Send the form on this page that asks for these values, with whatever it hides."""
    form = soup(response).main.find("input", {"name": next(iter(values))}).find_parent("form")
    hidden = {i["name"]: i.get("value", "") for i in form.find_all("input", type="hidden")}
    return client.post(form["action"], {**hidden, **values}, follow=True)


def ask_for_code(client, language="en", email="ana@example.org", going_to=""):
    query = f"?next={going_to}" if going_to else ""
    return submit(client, client.get(f"/{language}/accounts/login/{query}"), email=email)


def sign_in_by_password(client, language="en", password="correct horse battery"):
    return submit(client, client.get(f"/{language}/accounts/login/"), login="Ana@example.org", password=password)


def test_signing_up_in_french_takes_an_address_and_the_code_from_the_mail(client):
    page = client.get("/fr/accounts/signup/?next=/fr/accounts/")
    response = submit(client, page, email="Zoe@Example.org")
    assert soup(response).html["lang"] == "fr"
    (message,) = mail.outbox
    assert message.to == ["zoe@example.org"]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert re.search(r"\b(vous|votre)\b", message.body, re.IGNORECASE)
    assert not re.search(r"\b(you|your|the)\b", f"{message.subject} {message.body}", re.IGNORECASE)
    assert not is_signed_in(client)

    after = submit(client, response, code=code_in(message))
    person = User.objects.get(email="zoe@example.org")
    assert person.language == "fr"
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified
    assert is_signed_in(client)
    assert after.status_code == 200
    assert after.redirect_chain[-1][0] == "/fr/accounts/"


def test_mails_are_from_the_centre_and_not_from_a_machine(client, ana):
    """Their words name the house in the recipient's language, never the address of a server."""
    ask_for_code(client)
    submit(type(client)(), client.get("/en/accounts/signup/"), email="new@example.org")
    for message in mail.outbox:
        assert "Centre for Patient Leaders" in message.body
        assert "testserver" not in message.subject + message.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_takes_a_code_written_in_ones_own_language(client, ana, language):
    User.objects.filter(pk=ana.pk).update(language=language)
    response = ask_for_code(client, "es", "ANA@example.org")
    (message,) = mail.outbox
    vous = {"en": "you", "fr": "vous|votre", "es": "su|usted"}[language]
    assert re.search(rf"\b({vous})\b", message.body, re.IGNORECASE)
    assert soup(response).html["lang"] == "es"
    assert client.post("/es/accounts/login/code/confirm/", {"code": code_in(message)}).status_code == 302
    assert is_signed_in(client)


def test_after_signing_in_one_is_where_one_wanted_to_be(client, ana):
    response = submit(client, ask_for_code(client, "fr", going_to="/fr/accounts/"), code=code_in(mail.outbox[0]))
    assert response.redirect_chain[-1][0] == "/fr/accounts/"


def test_nobody_is_led_away_to_another_site(client, ana):
    response = submit(client, ask_for_code(client, going_to="https://evil.example/"), code=code_in(mail.outbox[0]))
    assert response.redirect_chain[-1][0] == "/en/my/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_code_is_said_to_be_one_and_the_right_one_still_works(client, ana, language):
    ask_for_code(client, language)
    response = client.post(f"/{language}/accounts/login/code/confirm/", {"code": "WRONG-1"})
    assert response.status_code == 200
    summary = soup(response).find(class_="error-summary")
    sentence = summary.find("li").get_text(" ", strip=True)
    assert {"en": "code", "fr": "code", "es": "código"}[language] in sentence.lower()
    if language != "en":
        assert "Incorrect code" not in sentence
    assert not is_signed_in(client)
    client.post(f"/{language}/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])})
    assert is_signed_in(client)


def test_many_wrong_codes_end_the_trying(client, ana):
    ask_for_code(client)
    for _ in range(6):
        client.post("/en/accounts/login/code/confirm/", {"code": "WRONG-1"})
    client.post("/en/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])})
    assert not is_signed_in(client)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_expired_code_leads_back_to_asking_for_a_new_one(client, ana, language, settings):
    ask_for_code(client, language)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    response = client.post(f"/{language}/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])}, follow=True)
    assert response.status_code == 200
    assert not is_signed_in(client)
    page = soup(response)
    assert page.html["lang"] == language
    assert page.main.find("input", {"type": "email"})
    assert page.main.find(role=("alert", "status")), "nothing says why one is here again"


def test_a_code_works_once_and_for_its_own_browser_alone(client, ana):
    ask_for_code(client)
    code = code_in(mail.outbox[0])
    other = type(client)()
    other.post("/en/accounts/login/code/confirm/", {"code": code})
    assert not is_signed_in(other)
    client.post("/en/accounts/login/code/confirm/", {"code": code})
    client.post("/en/accounts/logout/")
    client.post("/en/accounts/login/code/confirm/", {"code": code})
    assert not is_signed_in(client)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_password_signs_in_and_a_wrong_one_is_said_to_be_wrong(client, ana, language):
    response = sign_in_by_password(client, language, "wrong horse")
    assert soup(response).find(class_="error-summary").find("li").text.strip()
    assert not is_signed_in(client)
    sign_in_by_password(client, language)
    assert is_signed_in(client)


def test_an_unknown_address_is_answered_like_a_known_one(client, ana):
    known, unknown = ask_for_code(client), ask_for_code(type(client)(), email="nobody@example.org")
    assert known.redirect_chain == unknown.redirect_chain
    assert words(known) == words(unknown).replace("nobody@example.org", ana.email)
    assert {tuple(m.to) for m in mail.outbox} == {("ana@example.org",), ("nobody@example.org",)}


def test_signing_up_twice_makes_nobody_twice_and_gives_nobody_away(client, ana):
    response = client.post("/en/accounts/signup/", {"email": "ANA@example.org"}, follow=True)
    assert User.objects.filter(email__iexact="ana@example.org").count() == 1
    fresh = type(client)().post("/en/accounts/signup/", {"email": "new@example.org"}, follow=True)
    assert words(response) == words(fresh).replace("new@example.org", "ana@example.org")


def test_inactive_people_stay_outside(client, ana):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    sign_in_by_password(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_many_tries_are_asked_to_wait(client, language):
    for number in range(30):
        response = type(client)().post(f"/{language}/accounts/signup/", {"email": f"p{number}@example.org"})
        if response.status_code == 429:
            break
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    page = soup(response)
    assert page.html["lang"] == language
    assert page.h1.text.strip()
    assert len(mail.outbox) == number == 20


def test_nobodys_mailbox_is_flooded_however_many_browsers_ask(client, ana):
    for _ in range(5):
        response = ask_for_code(type(client)())
    assert len(mail.outbox) == 3
    assert soup(response).find(class_="error-summary").find("li").text.strip()


def test_one_password_cannot_be_guessed_at_length(client, ana):
    for _ in range(6):
        sign_in_by_password(client, password="wrong horse")
    sign_in_by_password(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "address",
    ["login", "login/code", "signup", "password/reset"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_doors_are_pages_in_every_language(client, language, address):
    page = soup(client.get(f"/{language}/accounts/{address}/"))
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["email", "password/change", "password/set", "2fa", "sessions", "logout"])
def test_the_rooms_of_the_account_are_pages_in_every_language(client, ana, language, address):
    sign_in_by_password(client)
    response = client.get(f"/{language}/accounts/{address}/", follow=True)
    page = soup(response)
    assert response.status_code == 200
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1
