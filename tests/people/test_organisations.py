"""Belonging to an organisation, looking after it, and asking others to join."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from people import actions, selectors
from people.facts import MembershipBegun, MembershipEnded
from people.models import AuditLine, Membership, Role
from tests.factories import UserFactory
from tests.factories.people import InvitationFactory, MembershipFactory, OrganisationFactory
from tests.helpers import LANGUAGES, soup, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return MembershipFactory(lead=True, person__name="Lea Lead", organisation__name="Spring Society")


@pytest.fixture
def member(lead):
    return MembershipFactory(organisation=lead.organisation, person__name="Mo Member")


@pytest.fixture
def told(monkeypatch):
    facts = []
    monkeypatch.setattr("people.actions.organisations.tell", facts.append)
    return facts


def as_(client, person):
    client.force_login(person)
    return client


def invite(lead, **values):
    given = {"email": "new@example.org", "role": "member", "language": "fr", **values}
    return actions.invite(organisation=lead.organisation, by=lead.person, **given)


def token_in(message) -> str:
    (token,) = set(re.findall(r"/invitations/([\w-]+)/", message.body))
    return token


def refused(code):
    return pytest.raises(Refused, match=code)


class TestRoles:
    def test_a_lead_makes_a_lead_and_takes_it_back(self, lead, member):
        actions.change_role(membership=member, role="lead", by=lead.person)
        assert set(selectors.leads_of(lead.organisation)) == {lead.person, member.person}
        assert list(selectors.led_by(member.person)) == [lead.organisation]
        actions.change_role(membership=lead, role="member", by=member.person)
        assert list(selectors.led_by(lead.person)) == []
        assert AuditLine.objects.filter(verb="membership.role_changed", about=member.person, by=lead.person).exists()

    def test_the_last_lead_stays_a_lead_and_stays(self, lead, member):
        with refused("last_lead"):
            actions.change_role(membership=lead, role="member", by=lead.person)
        with refused("last_lead"):
            actions.end_membership(membership=lead, by=lead.person)
        # Somebody who cannot sign in looks after nothing.
        MembershipFactory(organisation=lead.organisation, lead=True, person__is_active=False)
        with refused("last_lead"):
            actions.end_membership(membership=lead, by=lead.person)

    def test_leaving_and_being_shown_out(self, lead, member, told):
        actions.end_membership(membership=member, by=member.person)
        member.refresh_from_db()
        assert member.until is not None
        assert told == [MembershipEnded(membership=member.public_id)]
        with refused("membership_ended"):
            actions.end_membership(membership=member, by=lead.person)
        other = MembershipFactory(organisation=lead.organisation)
        actions.end_membership(membership=other, by=lead.person)
        assert not selectors.live_memberships(other.person).exists()

    def test_nobody_else_changes_anything(self, lead, member):
        elsewhere = MembershipFactory(lead=True).person
        once = MembershipFactory(organisation=lead.organisation, lead=True, ended=True).person
        for by in (elsewhere, once, member.person, UserFactory(is_staff=True)):
            with pytest.raises(NotAllowed):
                actions.change_role(membership=member, role="lead", by=by)
            with pytest.raises(NotAllowed):
                actions.invite(organisation=lead.organisation, email="x@example.org", role="lead", language="en", by=by)
            if by != member.person:
                with pytest.raises(NotAllowed):
                    actions.end_membership(membership=member, by=by)

    def test_staff_give_an_organisation_its_first_lead(self, told):
        organisation, person = OrganisationFactory(), UserFactory()
        with pytest.raises(NotAllowed):
            actions.begin_membership(organisation=organisation, person=person, role="lead", by=person)
        staff = UserFactory(is_staff=True, is_superuser=True)
        made = actions.begin_membership(organisation=organisation, person=person, role="lead", by=staff)
        again = actions.begin_membership(organisation=organisation, person=person, role="member", by=staff)
        assert (made, made.role, again.role) == (again, Role.LEAD, Role.LEAD)
        assert told == [MembershipBegun(membership=made.public_id)]

    def test_the_database_keeps_one_live_membership_each(self, member):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(organisation=member.organisation, person=member.person)


class TestInviting:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_mail_goes_out_in_the_language_chosen(self, lead, language, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            invitation = invite(lead, email="New@Example.org", language=language)
        (message,) = mail.outbox
        assert message.to == ["new@example.org"]
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"
        assert "Spring Society" in message.subject
        (html, kind) = message.alternatives[0]
        assert kind == "text/html"
        assert f'lang="{language}"' in html
        for part in (message.body, html):
            assert f"http://127.0.0.1:8000/{language}/accounts/invitations/" in part
            assert "Lea Lead" in part
        if language != "en":
            assert not re.search(r"\b(you|your|the)\b", message.subject + message.body, re.IGNORECASE)
        assert invitation.expires_at - invitation.made_at == timedelta(days=30)

    def test_the_token_is_in_the_mail_alone(self, lead, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            invitation = invite(lead)
        token = token_in(mail.outbox[0])
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM people_invitation")
            kept = str(cursor.fetchall())
        assert invitation.token_hash in kept
        assert token not in kept + str(list(AuditLine.objects.values()))

    def test_a_mail_server_that_is_away_leaves_the_invitation_to_be_sent_again(
        self, lead, django_capture_on_commit_callbacks, monkeypatch, caplog
    ):
        def away(message, **_):
            raise OSError(f"cannot reach {message.to}")

        monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
        with django_capture_on_commit_callbacks(execute=True):
            invite(lead, email="secret@example.org")
        assert lead.organisation.invitations.count() == 1
        assert caplog.text
        assert "secret@example.org" not in caplog.text

    def test_nobody_is_asked_twice_or_for_nothing(self, lead, member):
        invite(lead)
        with refused("already_invited"):
            invite(lead, email="NEW@example.org ")
        with refused("already_member"):
            invite(lead, email=member.person.email.upper())
        # One that no longer works makes room.
        InvitationFactory(
            organisation=lead.organisation, email="late@example.org", made_at=clock.now() - timedelta(days=40)
        )
        invite(lead, email="late@example.org")
        assert selectors.open_invitations(lead.organisation).filter(email="late@example.org").count() == 1

    def test_not_the_whole_world_in_a_day(self, lead, monkeypatch):
        monkeypatch.setattr("people.actions.invitations.MOST_A_DAY", 2)
        invite(lead, email="a@example.org")
        invite(lead, email="b@example.org")
        with refused("too_many_invitations"):
            invite(lead, email="c@example.org")

    def test_sent_again_only_the_new_mail_opens_it(self, lead, client, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            invitation = invite(lead)
        with refused("just_sent"):
            actions.resend_invitation(invitation=invitation, by=lead.person)
        later = clock.now() + timedelta(hours=1)
        with clock.freeze(later), django_capture_on_commit_callbacks(execute=True):
            again = actions.resend_invitation(invitation=invitation, by=lead.person)
        first, second = (token_in(message) for message in mail.outbox)
        assert again.expires_at == later + timedelta(days=30)
        assert client.get(f"/en/accounts/invitations/{first}/").status_code == 404
        assert client.get(f"/en/accounts/invitations/{second}/").status_code == 200

    def test_what_is_over_is_over(self, lead):
        invitation = actions.withdraw_invitation(invitation=invite(lead), by=lead.person)
        for verb in (actions.withdraw_invitation, actions.resend_invitation):
            with refused("invitation_over"):
                verb(invitation=invitation, by=lead.person)
        for verb in (actions.withdraw_invitation, actions.resend_invitation):
            with pytest.raises(NotAllowed):
                verb(invitation=invitation, by=UserFactory())


class TestAnswering:
    def test_signed_out_one_sees_who_asks_and_the_ways_in(self, client, lead):
        InvitationFactory(organisation=lead.organisation, invited_by=lead.person, token="t-1")
        page = client.get("/fr/accounts/invitations/t-1/")
        assert "Lea Lead" in words(page)
        assert "Spring Society" in soup(page).h1.text
        assert "no-store" in page["Cache-Control"]
        ways = {link["href"] for link in soup(page).main.find_all("a")}
        assert {f"/fr/accounts/{door}/?next=/fr/accounts/invitations/t-1/" for door in ("login", "signup")} <= ways
        assert client.post("/fr/accounts/invitations/t-1/").status_code == 200
        assert lead.organisation.memberships.count() == 1

    def test_joining(self, client, lead, django_capture_on_commit_callbacks):
        person = UserFactory()
        InvitationFactory(organisation=lead.organisation, email=person.email, role="lead", token="t-1")
        page = as_(client, person).get("/en/accounts/invitations/t-1/")
        assert person.email not in words(page)
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post("/en/accounts/invitations/t-1/", follow=True)
        assert response.redirect_chain[-1][0] == f"/en/accounts/organisations/{lead.organisation.public_id}/"
        assert selectors.live_memberships(person).get().role == Role.LEAD
        assert {"invitation.accepted", "membership.begun"} <= set(
            AuditLine.objects.filter(about=person).values_list("verb", flat=True)
        )
        (notice,) = Notice.objects.filter(kind="organisation_joined", values__organisation="Spring Society")
        assert notice.person == lead.person
        assert person.name not in str(notice.values)

    def test_with_another_address_it_is_said_and_works(self, client, lead):
        InvitationFactory(organisation=lead.organisation, email="elsewhere@example.org", token="t-1")
        person = UserFactory()
        page = as_(client, person).get("/en/accounts/invitations/t-1/")
        assert person.email in words(page)
        assert "elsewhere@example.org" not in page.text
        client.post("/en/accounts/invitations/t-1/")
        assert selectors.belongs_to(person, lead.organisation)

    def test_whoever_belongs_already_stays_and_may_rise(self, lead, member):
        InvitationFactory(organisation=lead.organisation, role="lead", token="t-1")
        actions.accept_invitation(token="t-1", by=member.person)
        assert Membership.objects.filter(person=member.person).count() == 1
        member.refresh_from_db()
        assert member.role == Role.LEAD
        InvitationFactory(organisation=lead.organisation, role="member", token="t-2")
        actions.accept_invitation(token="t-2", by=member.person)
        member.refresh_from_db()
        assert member.role == Role.LEAD

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        "state",
        [
            {"accepted_at": "now", "accepted_by": "somebody"},
            {"withdrawn_at": "now"},
            {"made_at": "long ago"},
        ],
        ids=["used", "taken back", "expired"],
    )
    def test_one_that_is_over_says_so(self, client, language, state):
        fill = {
            "now": clock.now(),
            "somebody": None,
            "long ago": clock.now() - timedelta(days=31),
        }
        values = {key: UserFactory() if key == "accepted_by" else fill[value] for key, value in state.items()}
        organisation = InvitationFactory(token="t-1", **values).organisation
        address = f"/{language}/accounts/invitations/t-1/"
        assert client.get(address).status_code == 409
        response = as_(client, UserFactory()).post(address)
        assert response.status_code == 409
        assert soup(response).find(class_="lede").text.strip()
        assert soup(response).html["lang"] == language
        assert not organisation.memberships.exists()

    def test_a_second_time_is_refused_also_to_oneself_but_the_link_still_leads_there(self, client, lead):
        InvitationFactory(organisation=lead.organisation, token="t-1")
        as_(client, UserFactory())
        client.post("/en/accounts/invitations/t-1/")
        assert client.post("/en/accounts/invitations/t-1/").status_code == 409
        assert client.get("/en/accounts/invitations/t-1/").status_code == 302
        assert lead.organisation.memberships.count() == 2

    @pytest.mark.parametrize("token", ["forged", "x" * 3000, "%00", "é", "t-1%20"])
    @pytest.mark.parametrize("signed_in", [False, True])
    def test_a_forged_token_opens_nothing(self, client, token, signed_in):
        organisation = InvitationFactory(token="t-1").organisation
        if signed_in:
            as_(client, UserFactory())
        assert client.get(f"/en/accounts/invitations/{token}/").status_code == 404
        assert client.post(f"/en/accounts/invitations/{token}/").status_code == 404
        assert not organisation.memberships.exists()

    def test_the_hash_in_the_table_is_no_token(self, client):
        invitation = InvitationFactory(token="t-1")
        assert client.get(f"/en/accounts/invitations/{invitation.token_hash}/").status_code == 404


class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_my_organisations(self, client, lead, language):
        MembershipFactory(organisation__name="Somebody else’s")
        MembershipFactory(person=lead.person, ended=True, organisation__name="Left long ago")
        page = as_(client, lead.person).get(f"/{language}/accounts/organisations/")
        assert "Spring Society" in words(page)
        assert "Somebody else’s" not in page.text
        assert "Left long ago" not in page.text
        empty = as_(client, UserFactory()).get(f"/{language}/accounts/organisations/")
        assert soup(empty).find(class_="empty")

    def test_leads_see_who_belongs_and_members_do_not(self, client, lead, member):
        InvitationFactory(organisation=lead.organisation, email="asked@example.org")
        address = f"/en/accounts/organisations/{lead.organisation.public_id}/"
        assert "Mo Member" in as_(client, lead.person).get(address).text
        assert "asked@example.org" in client.get(f"{address}invite/").text
        page = as_(client, member.person).get(address)
        assert page.status_code == 200
        assert "Lea Lead" not in page.text
        assert "asked@example.org" not in page.text

    def test_an_address_is_no_name(self, client, lead):
        nameless = MembershipFactory(organisation=lead.organisation, person__name="")
        address = f"/en/accounts/organisations/{lead.organisation.public_id}/"
        for page in (address, f"{address}members/{nameless.public_id}/"):
            assert nameless.person.email not in as_(client, lead.person).get(page).text

    def test_the_whole_journey_by_forms(self, client, lead, django_capture_on_commit_callbacks):
        address = f"/en/accounts/organisations/{lead.organisation.public_id}/"
        with django_capture_on_commit_callbacks(execute=True):
            sent = {"email": "new@example.org", "role": "member", "language": "es"}
            assert as_(client, lead.person).post(f"{address}invite/", sent).status_code == 302
        guest, person = type(client)(), UserFactory()
        as_(guest, person).post(f"/es/accounts/invitations/{token_in(mail.outbox[0])}/")
        theirs = selectors.members_of(lead.organisation).get(person=person)
        client.post(f"{address}members/{theirs.public_id}/", {"role": "lead"})
        theirs.refresh_from_db()
        assert theirs.role == Role.LEAD
        mine = f"{address}members/{lead.public_id}/"
        assert "Leave" in words(client.get(mine))
        assert client.post(mine, {"end": "1"}).url == "/en/accounts/organisations/"
        assert client.get(address).status_code == 404

    def test_taking_back_and_sending_again_by_forms(self, client, lead):
        invitation = invite(lead)
        address = f"/en/accounts/organisations/{lead.organisation.public_id}/invitations/{invitation.public_id}/"
        assert as_(client, lead.person).get(address).status_code == 405
        assert client.post(address).status_code == 409
        with clock.freeze(clock.now() + timedelta(hours=1)):
            assert client.post(address).status_code == 302
            assert client.post(address, {"take_back": "1"}).status_code == 302
            assert client.post(address, {"take_back": "1"}).status_code == 409

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "x" * 100 * 1024),
            ("email", "nobody"),
            ("email", "a\x00@example.org"),
            ("role", "queen"),
            ("language", "tlh"),
            ("email", "x" * 250 + "@example.org"),
        ],
    )
    def test_what_cannot_be_sent_is_said_and_what_was_typed_stays(self, client, lead, language, field, value):
        address = f"/{language}/accounts/organisations/{lead.organisation.public_id}/invite/"
        sent = {"email": "new@example.org", "role": "lead", "language": "es", field: value}
        response = as_(client, lead.person).post(address, sent)
        assert response.status_code == 200
        assert soup(response).find(class_="error-summary")
        if field != "email":
            assert soup(response).find("input", {"name": "email"})["value"] == "new@example.org"
        assert not lead.organisation.invitations.exists()

    def test_a_refusal_stands_beside_the_field(self, client, lead, member):
        address = f"/en/accounts/organisations/{lead.organisation.public_id}/invite/"
        sent = {"email": member.person.email, "role": "lead", "language": "es"}
        response = as_(client, lead.person).post(address, sent)
        assert response.status_code == 409
        assert soup(response).find(class_="error-summary").find("a", href="#id_email")

    def test_other_peoples_addresses_are_not_there(self, client, lead, member):
        invitation = InvitationFactory(organisation=lead.organisation)
        other = MembershipFactory(lead=True)
        base = f"/en/accounts/organisations/{lead.organisation.public_id}"
        theirs = [
            f"{base}/",
            f"{base}/invite/",
            f"{base}/members/{member.public_id}/",
            f"{base}/invitations/{invitation.public_id}/",
            # A thing of one organisation under the address of another.
            f"/en/accounts/organisations/{other.organisation.public_id}/members/{member.public_id}/",
            f"/en/accounts/organisations/{other.organisation.public_id}/invitations/{invitation.public_id}/",
        ]
        as_(client, other.person)
        answers = {address: client.post(address, {"end": "1", "role": "lead"}).status_code for address in theirs}
        assert set(answers.values()) == {404}, answers
        as_(client, member.person)
        for address in (f"{base}/invite/", f"{base}/members/{lead.public_id}/", theirs[3]):
            assert client.post(address, {"end": "1"}).status_code == 404
        everybody = [lead.organisation, other.organisation]
        assert Membership.objects.filter(organisation__in=everybody, until__isnull=True).count() == 3

    @pytest.mark.parametrize("page", ["", "invite/"])
    def test_long_lists_cost_the_same(self, client, lead, page):
        address = f"/en/accounts/organisations/{lead.organisation.public_id}/{page}"
        as_(client, lead.person)
        client.get(address)
        counts = []
        for _ in (1, 3):
            MembershipFactory.create_batch(2, organisation=lead.organisation)
            InvitationFactory.create_batch(2, organisation=lead.organisation, invited_by=lead.person)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(address)
            counts.append(len(queries))
        assert counts[0] == counts[1]
