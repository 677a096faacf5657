import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from kernel import clock
from kernel.errors import NotAllowed, Refused
from people import actions, audit
from people import contributions as register
from people.contributions import Contribution, contribute
from people.models import AuditLine, Consent, Erasure, Invitation, Pause, Profile, User
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.people import InvitationFactory, MembershipFactory
from tests.helpers import LANGUAGES, soup, words
from tests.people.test_signing_in import code_in, submit

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _nobody_of_the_demonstration():
    """Its superusers would be others who stay."""
    User.objects.filter(is_superuser=True).update(is_superuser=False)
    Erasure.objects.all().delete()


@pytest.fixture
def person():
    person = UserFactory(email="ana@example.org", name="Ana", password=PASSWORD, zone="Europe/Paris")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    """Mail leaves after commit."""

    def post(client, address, at=NOON, language="en", **values):
        with clock.freeze(at), django_capture_on_commit_callbacks(execute=True):
            return client.post(f"/{language}/accounts/{address}", values, follow=True)

    return post


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    def run(at, verb, **values):
        with clock.freeze(at), django_capture_on_commit_callbacks(execute=True):
            return verb(**values)

    return run


def signed_in(client: Client) -> Client:
    client.post("/en/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def proved(client: Client) -> Client:
    signed_in(client).post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def link_in(message) -> str:
    (link,) = re.findall(r"http://127.0.0.1:8000(/\w\w/accounts/erase/\S+/)$", message.body, re.MULTILINE)
    return link


def token_in(message) -> str:
    return link_in(message).rstrip("/").rsplit("/", 1)[-1]


def asked(run, person, at=NOON) -> str:
    run(at, actions.ask_erasure, person=person, by=person)
    return token_in(mail.outbox[-1])


def confirmed(run, person, at=NOON) -> Erasure:
    return run(at, actions.confirm_erasure, token=asked(run, person, at), by=person)


class TestTheWay:
    def test_asked_confirmed_and_turned_back(self, client, person, post):
        proved(client)
        mail.outbox.clear()
        assert "We have sent you an e-mail" in words(post(client, "erase/"))
        link = link_in(mail.outbox[0]).removeprefix("/en/accounts/")
        with clock.freeze(NOON + DAY):
            assert "Shall we erase your account?" in words(client.get(f"/en/accounts/{link}"))
        assert Erasure.objects.get().confirmed_at is None, "looking confirms nothing"
        page = post(client, link, at=NOON + DAY)
        assert Erasure.objects.get().due_at == NOON + 8 * DAY
        assert "Your account will be erased on Wednesday 12 March 2025" in words(page)
        for address in ("my/", "accounts/"):
            panel = soup(client.get(f"/en/{address}")).main
            assert "will be erased on" in panel.text
            assert panel.find("form", action="/en/accounts/erase/back/")
        assert "You keep your account" in words(post(client, "erase/back/", at=NOON + 3 * DAY))
        assert not Erasure.objects.exists()
        assert "will be erased" not in client.get("/en/my/").text
        assert [m.subject for m in mail.outbox] == [
            "Do you want your account to be erased?",
            "Your account will be erased on Wednesday 12 March 2025",
            "You keep your account",
        ]
        verbs = AuditLine.objects.filter(about=person, verb__startswith="erasure").order_by("pk")
        assert list(verbs.values_list("verb", flat=True)) == ["erasure.asked", "erasure.confirmed", "erasure.withdrawn"]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_mails_are_in_ones_own_language_as_text_and_html(self, person, run, language):
        User.objects.filter(pk=person.pk).update(language=language)
        person.refresh_from_db()
        confirmed(run, person)
        run(NOON + DAY, actions.keep_account, person=person, by=person)
        confirmed(run, person, NOON + 2 * DAY)
        run(NOON + 10 * DAY, actions.erase_due)
        assert len(mail.outbox) == 6
        for message in mail.outbox:
            assert message.to == ["ana@example.org"]
            assert message.extra_headers["Auto-Submitted"] == "auto-generated"
            html, kind = message.alternatives[0]
            assert kind == "text/html"
            assert f'<html lang="{language}">' in html
            assert "Ana" in message.body
            assert "Ana" in html
            links = re.findall(r"http\S+/accounts/\S+", message.body)
            assert all(link.startswith(f"http://127.0.0.1:8000/{language}/") for link in links)
        assert not mail.outbox[-1].body.count("/accounts/"), "nothing leads to an account that is gone"

    def test_a_name_that_looks_like_markup_is_words(self, person, run):
        User.objects.filter(pk=person.pk).update(name="<b>O'Ana</b>")
        person.refresh_from_db()
        asked(run, person)
        assert "<b>O'Ana</b>" in mail.outbox[0].body
        assert "<b>" not in mail.outbox[0].alternatives[0][0]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_page_says_of_every_part_what_becomes_of_it(self, client, person, language):
        signed_in(client)
        page = soup(client.get(f"/{language}/accounts/erase/"))
        assert page.html["lang"] == language
        assert len(page.main.select("dl.facts > div")) == len(register.contributions())
        assert all(rule.text.strip() for rule in page.main.select("dl.facts dd"))

    def test_strangers_sign_in_first(self, client):
        for address in ("erase/", "erase/back/", "erase/token/"):
            assert "/accounts/login/" in client.post(f"/en/accounts/{address}").url

    def test_back_is_a_button_and_not_a_link(self, client, person):
        signed_in(client)
        assert client.get("/en/accounts/erase/back/").status_code == 405


class TestProof:
    def test_a_session_alone_is_not_enough(self, client, person, post):
        signed_in(client)
        mail.outbox.clear()
        response = post(client, "erase/")
        assert response.redirect_chain[0][0].startswith("/en/accounts/reauthenticate/?next=")
        assert not Erasure.objects.exists()
        assert not mail.outbox
        page = client.post(response.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
        assert page.redirect_chain[-1][0] == "/en/accounts/erase/?proved"
        assert "press the button once more" in words(page)
        post(client, "erase/")
        assert Erasure.objects.exists()

    def test_whoever_has_no_lock_signs_in_once_more(self, client, person, post):
        person.set_unusable_password()
        person.save()
        client.force_login(person)
        page = soup(post(client, "erase/")).main
        assert not Erasure.objects.exists()
        out = client.post("/en/accounts/logout/", {"next": page.find("input", {"name": "next"})["value"]})
        assert out.url.startswith("/en/accounts/login/code/?next=")
        mail.outbox.clear()
        code_page = submit(client, client.get(out.url), email=person.email)
        back = submit(client, code_page, code=code_in(mail.outbox[0]))
        assert back.redirect_chain[-1][0] == "/en/accounts/erase/?proved"
        post(client, "erase/")
        assert Erasure.objects.exists()


class TestTokens:
    def test_the_table_does_not_know_the_token(self, person, run):
        token = asked(run, person)
        assert token not in str(list(Erasure.objects.values()))
        assert not AuditLine.objects.filter(detail__icontains=token).exists()

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("token", ["forged", "x" * 5000, "%00", "%F0%9F%92%A9", "None"])
    def test_a_forged_one_is_a_sentence(self, client, person, run, language, token):
        asked(run, person)
        signed_in(client)
        for response in (
            client.get(f"/{language}/accounts/erase/{token}/"),
            client.post(f"/{language}/accounts/erase/{token}/"),
        ):
            assert response.status_code in (404, 409)
            assert soup(response).h1.text.strip()
        assert Erasure.objects.get().confirmed_at is None

    def test_somebody_elses_is_no_better_than_a_forged_one(self, client, person, run):
        other = UserFactory()
        token = asked(run, other)
        signed_in(client)
        client.get("/en/my/")
        answers = [client.post(f"/en/accounts/erase/{given}/") for given in (token, "forged")]
        assert [answer.status_code for answer in answers] == [409, 409]
        assert words(answers[0]) == words(answers[1])
        assert Erasure.objects.get().confirmed_at is None

    def test_after_three_days_it_is_worn_out(self, person, run):
        token = asked(run, person)
        with pytest.raises(Refused, match="link_spent"):
            run(NOON + 3 * DAY, actions.confirm_erasure, token=token, by=person)
        assert run(NOON + 3 * DAY - timedelta(seconds=1), actions.confirm_erasure, token=token, by=person).due_at

    def test_a_newer_one_replaces_it_and_a_double_press_does_not(self, person, run):
        first = asked(run, person)
        run(NOON + timedelta(seconds=5), actions.ask_erasure, person=person, by=person)
        assert len(mail.outbox) == 1
        second = asked(run, person, NOON + DAY)
        with pytest.raises(Refused, match="link_spent"):
            run(NOON + DAY, actions.confirm_erasure, token=first, by=person)
        assert run(NOON + DAY, actions.confirm_erasure, token=second, by=person)

    def test_confirmed_twice_is_confirmed_once(self, client, person, run, post):
        token = asked(run, person)
        signed_in(client)
        post(client, f"erase/{token}/", at=NOON)
        assert post(client, f"erase/{token}/", at=NOON + DAY).status_code == 200
        assert Erasure.objects.get().due_at == NOON + 7 * DAY
        assert len(mail.outbox) == 2
        with pytest.raises(Refused, match="already_confirmed"):
            run(NOON + DAY, actions.ask_erasure, person=person, by=person)

    def test_turning_back_takes_the_link_with_it(self, client, person, run, post):
        token = asked(run, person)
        signed_in(client)
        post(client, "erase/back/")
        assert post(client, f"erase/{token}/").status_code == 409
        assert post(client, "erase/back/").status_code == 200, "a second press does no harm"
        assert len(mail.outbox) == 1, "there was nothing to take back in a mail"


class TestSessions:
    def test_elsewhere_they_end_and_here_they_stay(self, client, person, run, post):
        signed_in(client)
        elsewhere = signed_in(Client(headers={"user-agent": "another"}))
        token = asked(run, person)
        post(client, f"erase/{token}/")
        assert client.get("/en/my/").status_code == 200
        assert elsewhere.get("/en/my/").status_code == 302
        assert UserSession.objects.filter(user=person).count() == 1

    def test_at_the_end_all_of_them(self, client, person, run):
        signed_in(client)
        confirmed(run, person)
        signed_in(client)
        key = client.session.session_key
        run(NOON + 7 * DAY, actions.erase_due)
        assert not Session.objects.filter(session_key=key).exists()
        assert client.get("/en/my/").status_code == 302


class TestErasing:
    def test_not_a_second_before_its_time(self, person, run):
        confirmed(run, person)
        assert run(NOON + 7 * DAY - timedelta(seconds=1), actions.erase_due) == 0
        assert run(NOON + 7 * DAY, actions.erase_due) == 1
        assert run(NOON + 7 * DAY, actions.erase_due) == 0
        assert not User.objects.filter(pk=person.pk).exists()

    def test_asking_alone_erases_nothing(self, person, run):
        asked(run, person)
        assert run(NOON + 90 * DAY, actions.erase_due) == 0

    def test_what_is_theirs_goes_and_what_is_others_stays(self, person, run):
        other = UserFactory(email="bea@example.org")
        for somebody in (person, other):
            Profile.objects.create(person=somebody, access_needs="a chair")
            Consent.objects.create(person=somebody, purpose="p", version=1, language="en", text="I agree.")
            Pause.objects.create(person=somebody, starts_at=NOON)
            EnrolmentFactory(person=somebody)
        organisation = MembershipFactory(person=person).organisation
        MembershipFactory(person=other, organisation=organisation)
        sent = InvitationFactory(organisation=organisation, invited_by=person)
        InvitationFactory(organisation=organisation, email="ANA@example.org", invited_by=other)
        audit.record("member.invited", by=person, about=other)
        audit.record("member.invited", by=other, about=person)
        confirmed(run, person)
        run(NOON + 7 * DAY, actions.erase_due)

        for model in (Profile, Consent, Pause):
            assert [row.person for row in model.objects.filter(person__in=[person.pk, other.pk])] == [other]
        assert [row.person for row in organisation.memberships.all()] == [other]
        (left,) = Invitation.objects.filter(organisation=organisation)
        assert (left, left.invited_by) == (sent, None)
        lines = AuditLine.objects.filter(verb="member.invited").order_by("pk").values_list("by", "about")
        assert list(lines) == [(None, other.pk), (other.pk, None)]
        (gone,) = AuditLine.objects.filter(verb="person.erased")
        assert (gone.by, gone.about, gone.subject_id, gone.detail) == (None, None, "", {})

    def test_no_table_remembers_them(self, run):
        """The demonstration's learner, who has something of everything; the CMS's log keeps a bare number."""
        learner = User.objects.get(email="learner@demo.example")
        confirmed(run, learner)
        assert run(NOON + 7 * DAY, actions.erase_due) == 1
        remembering = [
            f"{model._meta.label}.{field.name}"
            for model in apps.get_models(include_auto_created=True)
            for field in model._meta.fields
            if field.related_model is User
            if model._base_manager.filter(**{field.attname: learner.pk}).exists()
        ]
        assert remembering == []

    def test_the_log_of_the_cms_forgets_what_they_were_called(self, person, run):
        """Whoever changes somebody's groups in the CMS has their name, or address, written into its history."""
        other = UserFactory(name="Bea")
        for somebody in (person, other):
            log(somebody, "wagtail.edit", user=other)
        confirmed(run, person)
        run(NOON + 7 * DAY, actions.erase_due)
        about_people = ModelLogEntry.objects.filter(content_type__model="user")
        assert not about_people.filter(label="Ana").exists()
        assert about_people.filter(label="Bea").exists()

    def test_the_highest_app_first_and_all_or_nothing(self, person, run, monkeypatch):
        monkeypatch.setattr(register, "_contributions", dict(register._contributions))
        trace = []

        def part(key, erase):
            contribute(Contribution(key=key, title=key, collect=_nothing, models=[], rule=key, erase=erase))

        before = [c.key for c in register.contributions()]
        part("zz_broken", lambda who: (_ for _ in ()).throw(RuntimeError("Ana wrote this")))
        other = UserFactory()
        confirmed(run, person)
        confirmed(run, other)
        assert run(NOON + 7 * DAY, actions.erase_due) == 0
        assert User.objects.filter(pk__in=[person.pk, other.pk]).count() == 2
        part("zz_broken", lambda who: trace.append(who.pk))
        assert run(NOON + 7 * DAY, actions.erase_due) == 2, "and the next tick goes on"
        assert trace == [person.pk, other.pk]
        assert before[0] == "account", "the lowest app is collected first"

    def test_one_that_fails_holds_up_nobody_and_quotes_nothing(self, person, run, monkeypatch, caplog):
        monkeypatch.setattr(register, "_contributions", dict(register._contributions))

        def fail(who):
            if who.pk == person.pk:
                raise IntegrityError("Ana wrote this")

        contribute(Contribution(key="zz", title="", collect=_nothing, models=[], rule="", erase=fail))
        other = UserFactory()
        confirmed(run, person)
        confirmed(run, other)
        assert run(NOON + 7 * DAY, actions.erase_due) == 1
        assert list(User.objects.filter(pk__in=[person.pk, other.pk])) == [person]
        assert "IntegrityError" in caplog.text
        assert "Ana" not in caplog.text

    def test_a_mail_server_that_is_away_stops_nothing(self, person, run, monkeypatch, caplog):
        confirmed(run, person)
        monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", _refuse)
        assert run(NOON + 7 * DAY, actions.erase_due) == 1
        assert "ana@example.org" not in caplog.text
        assert "ConnectionRefusedError" in caplog.text


class TestTheLastOfTheStaff:
    def test_is_refused(self, run):
        chief = UserFactory(is_superuser=True, is_staff=True)
        with pytest.raises(Refused, match="last_staff"):
            run(NOON, actions.ask_erasure, person=chief, by=chief)
        UserFactory(is_superuser=True, is_active=False)
        with pytest.raises(Refused, match="last_staff"):
            run(NOON, actions.ask_erasure, person=chief, by=chief)

    def test_two_cannot_leave_together(self, run):
        first, second = (UserFactory(is_superuser=True, is_staff=True) for _ in range(2))
        confirmed(run, first)
        with pytest.raises(Refused, match="last_staff"):
            asked(run, second)

    def test_whoever_has_become_the_last_meanwhile_waits(self, run):
        first, second = (UserFactory(is_superuser=True, is_staff=True) for _ in range(2))
        confirmed(run, first)
        User.objects.filter(pk=second.pk).update(is_superuser=False)
        assert run(NOON + 7 * DAY, actions.erase_due) == 0
        assert Erasure.objects.get().due_at == NOON + 8 * DAY
        User.objects.filter(pk=second.pk).update(is_superuser=True)
        assert run(NOON + 8 * DAY, actions.erase_due) == 1


@pytest.mark.parametrize("address", ["/cms/users/delete/{}/", "/cms/bulk/people/user/delete/?id={}"])
def test_the_cms_deletes_no_account(client, person, address):
    """Its button knows nothing of places, stories and invitations, which erasing gives back and takes away."""
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.post(address.format(person.pk), follow=True)
    assert "An account is not deleted here" in page.text
    assert User.objects.filter(pk=person.pk).exists()


def test_nobody_erases_another(person, run):
    staff = UserFactory(is_superuser=True, is_staff=True)
    for verb in (actions.ask_erasure, actions.keep_account):
        with pytest.raises(NotAllowed):
            run(NOON, verb, person=person, by=staff)
    with pytest.raises(Refused):
        run(NOON, actions.confirm_erasure, token=asked(run, person), by=staff)


def test_the_database_refuses_a_day_before_the_confirmation(person):
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.create(person=person, token_hash="x", confirmed_at=NOON, due_at=NOON)


def _nothing(person):
    return {}


def _refuse(self, *args, **kwargs):
    raise ConnectionRefusedError("ana@example.org")
