"""The pages of cohorts for those who join them, and for the lead of an organisation."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.cohorts import actions
from courses.cohorts.models import Enrolment, PlaceRequest
from courses.cohorts.selectors import home_of
from courses.cohorts.wagtail_hooks import my_cohort
from kernel import clock
from people.models import Role
from tests.factories import UserFactory, make_course
from tests.factories.cohorts import (
    CohortFactory,
    CohortSessionFactory,
    FacilitationFactory,
    MembershipFactory,
    OwnStepFactory,
    PlaceFactory,
    PlaceRequestFactory,
)
from tests.helpers import COURSE, LANGUAGES, shipped_page, soup, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("only_steps")]


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana")
    client.force_login(person)
    return person


def at(language, name, *args):
    with translation.override(language):
        return reverse(name, args=[getattr(arg, "public_id", arg) for arg in args])


class TestJoinByCode:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_link_asks_and_the_form_joins(self, client, person, language):
        cohort = CohortFactory(by_code=True, code="ABCD2345")
        page = soup(client.get(at(language, "join_by_code", "ABCD2345")))
        assert page.find("input", {"name": "code"})["value"] == "ABCD2345"
        assert not Enrolment.objects.filter(person=person).exists(), "looking is not joining"
        for _ in range(2):
            response = client.post(at(language, "join_by_code"), {"code": "abcd 2345"})
            assert response.url == at(language, "cohort", cohort)
        assert Enrolment.objects.get(person=person).cohort == cohort

    def test_somebody_signed_out_is_led_through_signing_up(self, client):
        url = at("fr", "join_by_code", "ABCD2345")
        page = soup(client.get(url)).main
        assert page.find("a", href=f"/fr/accounts/signup/?next={url}")
        assert page.find("a", href=f"/fr/accounts/login/?next={url}")
        assert client.post(url, {"code": "ABCD2345"}).status_code == 200
        assert not Enrolment.objects.filter(cohort__isnull=False, cohort__code="ABCD2345").exists()

    @pytest.mark.parametrize("typed", ["ABCD2346", "\0", "x" * 100_000, "'; DROP TABLE"])
    def test_a_wrong_code_says_so_and_keeps_what_was_typed(self, client, person, typed):
        CohortFactory(by_code=True, code="ABCD2345")
        response = client.post(at("en", "join_by_code"), {"code": typed})
        assert response.status_code in (200, 409)
        assert soup(response).find(id="error-summary")
        if "\0" not in typed:
            assert soup(response).find("input", {"name": "code"})["value"] == typed

    def test_too_many_tries_are_told_to_wait(self, client, person):
        for _ in range(11):
            response = client.post(at("es", "join_by_code"), {"code": "ABCD2346"})
        assert (response.status_code, response["Retry-After"]) == (429, "60")

    def test_full_one_is_told_where_one_stands(self, client, person):
        cohort = CohortFactory(by_code=True, code="ABCD2345", places=1, full=True)
        PlaceRequestFactory(cohort=cohort)
        response = client.post(at("en", "join_by_code"), {"code": "ABCD2345"}, follow=True)
        assert "You are number 2" in words(response)
        client.post(at("en", "stop_waiting", cohort))
        assert client.post(at("en", "stop_waiting", cohort)).status_code == 302
        assert PlaceRequest.objects.get(person=person).state == "withdrawn"
        assert client.get(at("en", "cohort", cohort)).status_code == 404


class TestCohort:
    def test_an_open_one_is_joined_from_its_page(self, client, person):
        cohort = CohortFactory(call_details="Dial 1234", joining_notes={"en": "Bring tea."})
        before = client.get(at("en", "cohort", cohort))
        assert "Dial 1234" not in words(before)
        assert "Bring tea" not in words(before)
        assert "3 places left" in words(before)
        after = client.post(at("en", "join_cohort", cohort), follow=True)
        assert "Dial 1234" in words(after)
        assert "Bring tea" in words(after)

    def test_call_details_are_for_its_people_alone(self, client):
        cohort = CohortFactory(for_members=True, call_details="Dial 1234")
        lead = MembershipFactory(organisation=cohort.organisation, lead=True).person
        waits = PlaceRequestFactory(cohort=cohort).person
        staff = UserFactory(is_staff=True, is_superuser=True)
        inside = [PlaceFactory(cohort=cohort).person, FacilitationFactory(cohort=cohort).person]
        for person in (lead, waits, staff, UserFactory(), *inside):
            client.force_login(person)
            response = client.get(at("en", "cohort", cohort))
            assert (b"Dial 1234" in response.content) == (person in inside)
            assert response.status_code == (200 if person in (lead, waits, *inside) else 404)

    @pytest.mark.parametrize(("language", "shown", "lang"), [("fr", "Bienvenue", None), ("es", "Be welcome", "en")])
    def test_the_welcome_is_in_ones_language_or_says_which(self, client, person, language, shown, lang):
        cohort = CohortFactory(welcome={"en": "Be welcome **all**", "fr": "Bienvenue à <script>x</script>tous"})
        page = soup(client.get(at(language, "cohort", cohort))).main
        part = next(div for div in page.find_all("div", class_="flow") if shown in div.text)
        assert part.get("lang") == lang
        assert not part.find("script")

    def test_times_are_in_ones_own_zone_and_in_the_cohorts(self, client):
        with clock.freeze(datetime(2026, 1, 10, tzinfo=UTC)):
            place = PlaceFactory(person__zone="America/Bogota", cohort__zone="Europe/Paris")
            starts = datetime(2026, 2, 3, 17, 0, tzinfo=UTC)
            CohortSessionFactory(cohort=place.cohort, starts_at=starts)
            client.force_login(place.person)
            text = words(client.get(at("en", "cohort", place.cohort)))
        assert "12:00 (Bogota time)" in text
        assert "18:00 (Paris time)" in text

    def test_own_steps_are_met_in_the_session_and_marked(self, client):
        place = PlaceFactory()
        step = OwnStepFactory(cohort=place.cohort)
        url = at("fr", "cohort_own_step", place.cohort, step)
        session = shipped_page("fr", *COURSE, "where-i-stand").get_url()
        client.force_login(place.person)
        assert soup(client.get(session)).main.find("a", href=url).text == "Notre propre étape"
        assert "with us" in words(client.get(url))
        for _ in range(2):
            assert client.post(url).url == session
        assert place.steps_done.get().step_key == step.public_id
        client.post(url, {"reopen": "1"})
        assert not place.steps_done.exists()
        client.force_login(UserFactory())
        assert not soup(client.get(session)).main.find("a", href=url)
        assert client.get(url).status_code == client.post(url).status_code == 404

    def test_a_step_of_another_cohort_is_not_here(self, client):
        place, other = PlaceFactory(), OwnStepFactory()
        client.force_login(place.person)
        assert client.post(at("en", "cohort_own_step", place.cohort, other)).status_code == 404


class TestLeaveAndTransfer:
    @pytest.mark.parametrize(("how", "state"), [("own_pace", "active"), ("withdraw", "withdrawn")])
    def test_leaving_asks_and_a_second_press_does_no_harm(self, client, how, state):
        place = PlaceFactory()
        client.force_login(place.person)
        url = at("es", "leave_cohort", place.cohort)
        assert client.get(url).status_code == 200
        assert client.post(url, {"how": "nonsense"}).status_code == 200
        assert Enrolment.objects.get(pk=place.pk).cohort == place.cohort
        for _ in range(2):
            assert client.post(url, {"how": how}).url == "/es/my/"
        assert Enrolment.objects.get(pk=place.pk).state == state
        assert client.get(url).status_code == 404

    def test_transfer_to_one_that_is_open_or_by_code(self, client):
        place, to = PlaceFactory(), CohortFactory()
        hidden = CohortFactory(by_code=True, code="ABCD2345")
        client.force_login(place.person)
        url = at("en", "transfer", place.cohort)
        options = [
            option["value"] for option in soup(client.get(url)).find("select", {"name": "cohort"}).find_all("option")
        ]
        assert str(to.public_id) in options
        assert str(hidden.public_id) not in options
        assert client.post(url, {"cohort": str(hidden.public_id)}).status_code == 200
        assert soup(client.post(url, {})).find(id="error-summary")
        assert client.post(url, {"code": "ABCD2346"}).status_code == 409
        for _ in range(2):
            assert client.post(url, {"cohort": str(to.public_id)}).status_code == 302
        assert Enrolment.objects.get(pk=place.pk).cohort == to
        assert client.post(at("en", "transfer", to), {"code": "abcd2345"}).url == at("en", "cohort", hidden)


class TestList:
    def test_shows_mine_those_i_wait_for_and_those_i_could_join(self, client, person):
        mine = PlaceFactory(person=person, cohort__name="Mine").cohort
        led = FacilitationFactory(person=person, cohort__name="Led", cohort__draft=True).cohort
        waited = PlaceRequestFactory(cohort=CohortFactory(by_code=True, name="Waited"), person=person).cohort
        organisation = MembershipFactory(person=person, lead=True).organisation
        looked_after = CohortFactory(by_code=True, organisation=organisation, name="Looked after")
        CohortFactory(name="Open one")
        hidden = [CohortFactory(by_code=True, name="H1"), CohortFactory(draft=True, name="H2")]
        page = soup(client.get("/en/learn/cohorts/")).main
        links = [card.find("a") for card in page.select(".card")]
        assert [link.text for link in links[:4]] == ["Mine", "Led", "Looked after", "Waited"]
        assert "Open one" in [link.text for link in links]
        assert not {cohort.name for cohort in hidden} & {link.text for link in links}
        assert links[0]["href"] == at("en", "cohort", mine)
        assert links[1]["href"] == at("en", "facilitate", led)
        assert links[2]["href"] == at("en", "cohort_lead", looked_after)
        assert "You are number 1" in page.text
        assert waited.name in page.text

    def test_is_paged(self, client, person):
        CohortFactory.create_batch(13)
        assert len(soup(client.get("/en/learn/cohorts/")).main.select(".card")) == 12
        assert soup(client.get("/en/learn/cohorts/?page=2")).main.select(".card")

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same(self, client, person, rows):
        for number in range(rows):
            PlaceFactory(person=person, cohort__course=make_course(f"course-{number}"))
            CohortFactory()
            PlaceRequestFactory(person=person)
        assert queries(client, "/en/learn/cohorts/") == queries_of_list(client)

    def test_strangers_are_asked_to_sign_in(self, client):
        cohort = CohortFactory()
        for name in ("cohort", "cohort_timetable", "leave_cohort", "transfer", "cohort_lead", "join_cohort"):
            assert client.post(at("fr", name, cohort)).url.startswith("/fr/accounts/login/?next=/fr/learn/")
        assert client.get("/fr/learn/cohorts/").status_code == 302


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def queries_of_list(client):
    """The same page with one row more of everything."""
    CohortFactory()
    return queries(client, "/en/learn/cohorts/")


class TestSomebodyElsesIds:
    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize(
        "name", ["cohort", "cohort_timetable", "join_cohort", "leave_cohort", "transfer", "cohort_lead", "stop_waiting"]
    )
    def test_are_not_here(self, client, person, name, method):
        theirs = PlaceFactory(cohort__by_code=True).cohort
        only_post = name in ("join_cohort", "stop_waiting")
        expected = 405 if only_post and method == "get" else 404
        for cohort in (theirs, uuid.uuid4()):
            assert getattr(client, method)(at("en", name, cohort)).status_code == expected
        assert theirs.enrolments.count() == 1


class TestLead:
    @pytest.fixture
    def cohort(self, person):
        cohort = CohortFactory(
            by_code=True, code="ABCD2345", organisation=MembershipFactory(person=person, lead=True).organisation
        )
        return cohort

    def test_has_the_code_to_read_out_and_the_link(self, client, cohort):
        text = words(client.get(at("fr", "cohort_lead", cohort)))
        assert "ABCD 2345" in text
        assert "http://127.0.0.1:8000/fr/learn/cohorts/join/ABCD2345/" in text

    def test_sees_names_and_states_and_never_progress_or_addresses(self, client, cohort):
        place = PlaceFactory(cohort=cohort, person__name="Bea Baker", last_active_on=clock.now().date())
        nameless = PlaceFactory(cohort=cohort, person__name="", person__email="secret@example.org")
        PlaceRequestFactory(cohort=cohort, person__name="Wanda Waits")
        actions.complete_step(enrolment=place, step_key=OwnStepFactory(cohort=cohort).public_id, by=place.person)
        response = client.get(at("en", "cohort_lead", cohort))
        text = words(response)
        assert "Bea Baker" in text
        assert "Wanda Waits" in text
        assert nameless.person.email not in response.content.decode()
        assert place.person.email not in response.content.decode()
        assert "step" not in text

    def test_members_and_facilitators_are_no_leads(self, client, cohort):
        others = [
            MembershipFactory(organisation=cohort.organisation, role=Role.MEMBER).person,
            MembershipFactory(organisation=cohort.organisation, lead=True, ended=True).person,
            MembershipFactory(lead=True).person,
            PlaceFactory(cohort=cohort).person,
            FacilitationFactory(cohort=cohort).person,
        ]
        for other in others:
            client.force_login(other)
            assert client.get(at("en", "cohort_lead", cohort)).status_code == 404
            data = {"addresses": "a@example.org", "language": "en"}
            assert client.post(at("en", "cohort_lead", cohort), data).status_code == 404
        assert not mail.outbox

    @pytest.mark.parametrize(("language", "word"), [("en", "invitation"), ("fr", ""), ("es", "")])
    def test_invites_each_by_a_mail_of_their_own(self, client, cohort, language, word):
        typed = {"addresses": "A@Example.org, b@example.org\nc@example.org; b@example.org", "language": language}
        for _ in range(2):
            assert client.post(at("en", "cohort_lead", cohort), typed).status_code == 302
        assert [message.to for message in mail.outbox] == [["a@example.org"], ["b@example.org"], ["c@example.org"]]
        message = mail.outbox[0]
        assert word in message.subject
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"
        assert f"http://127.0.0.1:8000/{language}/learn/cohorts/join/ABCD2345/" in message.body
        assert "ABCD 2345" in message.body
        assert cohort.organisation.name in message.body

    @pytest.mark.parametrize(
        "addresses",
        ["a@example.org not-an-address", "a@b", "x" * 100_000, "\0", " ".join(f"p{n}@example.org" for n in range(51))],
        ids=["one wrong", "no host", "long", "nul", "too many"],
    )
    def test_wrong_addresses_come_back_and_nothing_is_sent(self, client, cohort, addresses):
        response = client.post(at("en", "cohort_lead", cohort), {"addresses": addresses, "language": "en"})
        assert response.status_code == 200
        assert soup(response).find(id="error-summary")
        if "\0" not in addresses:
            assert addresses in soup(response).find("textarea").text
        assert not mail.outbox

    def test_nobody_sends_hundreds_a_day(self, client, cohort, monkeypatch):
        monkeypatch.setattr("courses.cohorts.actions.inviting.MOST_A_DAY", 2)
        data = {"addresses": "a@example.org b@example.org c@example.org", "language": "en"}
        assert "Please send the others tomorrow" in words(client.post(at("en", "cohort_lead", cohort), data))
        assert not mail.outbox

    def test_a_mail_server_that_is_away_is_a_sentence(self, client, cohort, settings, monkeypatch):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        monkeypatch.setattr("smtplib.SMTP.connect", lambda *_: (_ for _ in ()).throw(ConnectionRefusedError))
        data = {"addresses": "a@example.org", "language": "en"}
        assert "could not be written to: a@example.org" in words(
            client.post(at("en", "cohort_lead", cohort), data, follow=True)
        )

    def test_a_name_that_would_break_the_mail_does_not(self, client, cohort):
        cohort.name = "Line\nBcc: x@example.org"
        cohort.save()
        client.post(at("en", "cohort_lead", cohort), {"addresses": "a@example.org", "language": "en"})
        assert "\n" not in mail.outbox[0].subject


class TestLearnerHome:
    def test_tells_of_the_next_meeting_and_of_waiting(self, client):
        place = PlaceFactory(person__zone="Europe/Paris")
        meeting = CohortSessionFactory(cohort=place.cohort)
        waited = PlaceRequestFactory(person=place.person).cohort
        client.force_login(place.person)
        panel = soup(client.get("/en/my/")).main.find("section", {"aria-labelledby": "cohort"})
        assert panel.time["datetime"].startswith(meeting.starts_at.date().isoformat()[:7])
        assert "(Paris time)" in panel.text
        assert waited.name in panel.text

    def test_says_kindly_by_when_the_group_means_to_be_through(self, client):
        place = PlaceFactory(cohort__complete_by=clock.now().date() + timedelta(days=90))
        client.force_login(place.person)
        assert "If you need longer, that is all right" in words(client.get("/en/my/"))

    @pytest.mark.parametrize(("cohorts", "of_the_panel"), [(0, 1), (1, 3), (3, 3)])
    def test_costs_the_same_with_more_cohorts(self, client, rf, cohorts, of_the_panel):
        """Waiting is one query, two for whoever waits; the next meeting is one where there is a cohort."""
        person = UserFactory()
        for number in range(cohorts):
            joins(person, number)
        request = rf.get("/en/my/")
        request.user = person
        request._home = home_of(person, "en")
        with CaptureQueriesContext(connection) as panel:
            assert bool(my_cohort(request)) == bool(cohorts)
        assert len(panel) == of_the_panel

    def test_as_a_whole_costs_the_same_with_one_cohort_and_with_three(self, client):
        person = UserFactory()
        client.force_login(person)
        joins(person, 1)
        with_one = queries(client, "/en/my/")
        joins(person, 2)
        joins(person, 3)
        assert queries(client, "/en/my/") == with_one


def joins(person, number):
    """A place in a cohort of another course, which meets, and a place on a waiting list."""
    place = PlaceFactory(person=person, cohort__course=make_course(f"course-{number}"))
    CohortSessionFactory(cohort=place.cohort)
    PlaceRequestFactory(person=person)
