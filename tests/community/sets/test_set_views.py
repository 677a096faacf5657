"""The pages of the standing group: for its members, for those who look for one, and for nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from community.sets.models import Acceptance, LearningSet, Seat
from community.sets.wagtail_hooks import my_sets
from kernel import clock
from people.models import Pause
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.cohorts import FacilitationFactory, PlaceFactory
from tests.factories.sets import (
    CommitmentFactory,
    GroundRulesFactory,
    LearningSetFactory,
    MeetingFactory,
    SeatFactory,
    SeatRequestFactory,
)
from tests.helpers import LANGUAGES, soup, words

pytestmark = pytest.mark.django_db

SECRET = "Zwölfjährige Quittenblüte"
CODE = "ABCD2345"
OF_A_SET = (
    "edit_set",
    "close_set",
    "new_code",
    "set_ground_rules",
    "accept_ground_rules",
    "leave_set",
    "hand_over_set",
)
LOOKING_AFTER = ("edit_set", "close_set", "new_code")


def at(name, *args, language="en"):
    with translation.override(language):
        return reverse(name, args=[getattr(arg, "public_id", arg) for arg in args])


def proposal(**changes):
    """What the form of a new set sends."""
    return {
        "name": "Tuesdays",
        "language": "en",
        "zone": "Europe/Paris",
        "joining": "invitation",
        "seats": "6",
        "suits": ["tue_evening"],
        "cadence": "monthly",
        "minutes": "90",
        "accepts": "on",
        **changes,
    }


@pytest.fixture
def bea(ours):
    return Seat.objects.select_related("person").get(learning_set=ours, person__name="Bea")


@pytest.fixture
def as_bea(bea):
    client = Client()
    client.force_login(bea.person)
    return client


class TestDoors:
    def test_a_set_is_not_there_for_strangers(self, client, ours):
        request, seat = SeatRequestFactory(learning_set=ours), Seat.objects.get(person__name="Bea")
        stranger = UserFactory(is_staff=True, is_superuser=True)
        client.force_login(stranger)
        addresses = [at(name, ours) for name in ("set", "ask_seat", "stop_asking", *OF_A_SET)]
        addresses += [at("answer_seat_request", ours, request), at("remove_seat", ours, seat)]
        for address in addresses:
            assert {client.get(address).status_code, client.post(address).status_code} <= {404, 405}, address
        SeatFactory(learning_set=ours, person=stranger, left=True, number=4)
        assert client.get(at("set", ours)).status_code == 404, "nor for those who have left"

    def test_looking_after_it_is_not_for_every_member(self, as_bea, ours):
        request, seat = SeatRequestFactory(learning_set=ours), Seat.objects.get(person__name="Ana")
        addresses = [at(name, ours) for name in LOOKING_AFTER]
        addresses += [at("answer_seat_request", ours, request), at("remove_seat", ours, seat)]
        for address in addresses:
            assert {as_bea.get(address).status_code, as_bea.post(address).status_code} <= {404, 405}, address
        assert as_bea.get(at("hand_over_set", ours)).status_code == 404
        page = as_bea.get(at("set", ours))
        assert "ABCD 2345" not in words(page), "nor is the code"
        assert not soup(page).find("a", href=at("edit_set", ours))

    def test_signed_out_people_are_asked_to_sign_in(self, ours):
        for address in (at("sets"), at("find_sets"), at("propose_set"), at("set", ours), at("set_ground_rules", ours)):
            response = Client().get(address)
            assert response.url.startswith("/en/accounts/login/?next=")
        page = soup(Client().get(at("join_set", CODE)))
        assert page.find("a", href=f"/en/accounts/signup/?next={at('join_set', CODE)}")
        assert "Ours" not in page.get_text()

    @pytest.mark.parametrize("name", ["set", "set_ground_rules", "edit_set"])
    def test_no_cache_keeps_a_page(self, client, ours, name):
        assert "no-store" in client.get(at(name, ours))["Cache-Control"]


class TestList:
    def test_says_what_one_has_waits_for_and_could_join(self, client, person, ours):
        MeetingFactory(learning_set=ours)
        waits = SeatRequestFactory(person=person, waiting=True)
        SeatRequestFactory(learning_set=waits.learning_set, waiting=True)
        cohort = PlaceFactory(person=person).cohort
        open_one = LearningSetFactory(name="Of our cohort", joining="cohort", cohort=cohort)
        SeatFactory(person=person, learning_set__closed=True, learning_set__name="Long ago")
        text = words(client.get(at("sets")))
        for expected in (
            "Your sets Ours",
            "Meets next on",
            "number 1 on the waiting list",
            f"{open_one.name} 4 seats are free.",
            "Closed sets Long ago",
        ):
            assert expected in text
        client.post(at("stop_asking", waits.learning_set))
        client.post(at("stop_asking", waits.learning_set))
        waits.refresh_from_db()
        assert waits.state == "withdrawn"

    def test_leads_to_the_listed_sets_one_waits_for(self, client, person):
        waits = SeatRequestFactory(person=person, learning_set=LearningSetFactory(listed=True)).learning_set
        assert client.get(soup(client.get(at("sets"))).find("a", href=at("set", waits))["href"]).status_code == 200
        LearningSet.objects.update(joining="invitation")
        assert not soup(client.get(at("sets"))).find("a", href=at("set", waits)), "that is not there for them"

    def test_empty_it_says_how_to_begin(self, client, person):
        page = soup(client.get(at("sets")))
        assert page.find(class_="empty")
        assert page.find("a", href=at("propose_set"))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many(self, client, person, rows, django_assert_num_queries):
        for _number in range(rows):
            MeetingFactory(learning_set=SeatFactory(person=person).learning_set)
            SeatRequestFactory(person=person, waiting=True)
        client.get(at("sets"))
        with django_assert_num_queries(6):
            client.get(at("sets"))


class TestFinding:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_shows_listed_sets_with_reasons(self, client, person, language):
        one = LearningSetFactory(name="Fits", listed=True, zone="Europe/Paris", suits=["tue_evening"], language="fr")
        response = client.get(at("find_sets", language=language), {"times": "tue_evening", "language": "fr"})
        panel = soup(response).find("a", href=at("set", one, language=language)).find_parent("li")
        assert len(panel.find_all("li")) == 3

    def test_names_the_language_of_each_set(self, client, person):
        LearningSetFactory(name="Bonjour", listed=True, language="fr")
        assert "French · 4 seats are free." in words(client.get(at("find_sets")))

    def test_times_are_in_rows_of_days_and_said_in_full(self, client, person):
        page = soup(client.get(at("find_sets"), {"times": ["tue_evening"]}))
        days = page.select("#id_times > div")
        assert len(days) == 7
        box = days[1].select("input")[2]
        assert (box["value"], box.has_attr("checked")) == ("tue_evening", True)
        label = page.find("label", {"for": box["id"]})
        assert [each.text for each in label.select("span")] == ["Tuesday evening", "evening"]
        assert label.select("span")[1]["aria-hidden"] == "true"

    def test_asking_for_less_is_offered_when_nothing_fits(self, client, person):
        LearningSet.objects.update(joining="invitation")
        LearningSetFactory(name="Far", listed=True, zone="Asia/Tokyo")
        assert "None fits" in words(client.get(at("find_sets"), {"near": "on"}))
        assert "1 set Far" in words(client.get(at("find_sets")))

    @pytest.mark.parametrize(
        "query", [{"times": "yesterday"}, {"language": "tlh"}, {"words": "x" * 999}, {"page": "9999999999"}]
    )
    def test_what_no_form_sends_does_no_harm(self, client, person, query):
        LearningSetFactory(listed=True)
        assert client.get(at("find_sets"), query).status_code == 200

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many(self, client, person, rows, django_assert_num_queries):
        for _number in range(rows):
            LearningSetFactory(listed=True)
        client.get(at("find_sets"))
        with django_assert_num_queries(5):
            client.get(at("find_sets"))


class TestProposing:
    def test_a_set_of_ones_own(self, client, person):
        page = soup(client.get(at("propose_set")))
        assert page.find("select", {"name": "zone"}).find("option", selected=True)["value"] == "Europe/Paris"
        assert not page.find(attrs={"name": "as_adviser"})
        response = client.post(at("propose_set"), proposal())
        made = LearningSet.objects.get(name="Tuesdays")
        assert response.url == at("set", made)
        assert "Your set is there" in words(client.get(response.url))
        assert "(you) looks after the set" in words(client.get(response.url))

    def test_a_new_one_begins_with_its_code(self, client, person):
        client.post(at("propose_set"), proposal())
        made = LearningSet.objects.get(name="Tuesdays")
        code = f"{made.code[:4]} {made.code[4:]}"
        page = soup(client.get(at("set", made))).main
        assert code in page.select_one("[aria-labelledby=invite]").text
        assert page.get_text().count(code) == 1
        SeatFactory(learning_set=made)
        page = soup(client.get(at("set", made))).main
        assert not page.select("[aria-labelledby=invite]")
        assert code in page.get_text()

    def test_a_facilitator_may_be_its_adviser(self, client, person):
        FacilitationFactory(person=person)
        client.post(at("propose_set"), proposal(as_adviser="on"))
        assert Seat.objects.get(person=person).role == "adviser"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"seats": "9"}, "seats"),
            ({"zone": "Mars/Olympus"}, "zone"),
            ({"minutes": "30"}, "minutes"),
            ({"suits": ["never"]}, "suits"),
            ({"joining": "cohort"}, "joining"),
            ({"accepts": ""}, "accepts"),
            ({"call_link": "javascript:alert(1)"}, "call_link"),
            ({"call_link": "ftp://example.org/"}, "call_link"),
            ({"name": "\0"}, "name"),
        ],
    )
    def test_what_is_missing_is_said(self, client, person, changes, field):
        response = client.post(at("propose_set"), proposal(**changes))
        assert field in response.context["form"].errors
        assert soup(response).find(id="error-summary")
        assert not Seat.objects.filter(person=person).exists()

    def test_a_cohort_has_to_be_chosen_and_be_ones_own(self, client, person):
        cohort = PlaceFactory(person=person).cohort
        response = client.post(at("propose_set"), proposal(joining="cohort"))
        assert "cohort" in response.context["form"].errors
        client.post(at("propose_set"), proposal(joining="cohort", cohort=str(cohort.public_id)))
        assert LearningSet.objects.get(name="Tuesdays").cohort == cohort

    def test_too_many_sets_are_refused_in_a_sentence(self, client, person, monkeypatch):
        monkeypatch.setattr("community.sets.actions.sets.MOST_SETS", 0)
        response = client.post(at("propose_set"), proposal())
        assert response.status_code == 409
        assert "many sets already" in words(response)


class TestSetPage:
    def test_has_everything_for_its_members(self, client, person, ours, bea):
        Pause.objects.create(person=bea.person, starts_at=clock.now() - timedelta(hours=1))
        meeting, past = MeetingFactory(learning_set=ours), MeetingFactory(learning_set=ours, closed=True)
        CommitmentFactory(seat=bea, meeting=past, what="I ask for an hour.", language="fr")
        CommitmentFactory(seat=bea, meeting=past, what=SECRET, done=True)
        LearningSet.objects.filter(pk=ours.pk).update(about="About **us** <script>", suits=["tue_evening"])
        response = client.get(at("set", ours))
        page, text = soup(response).main, words(response)
        for expected in (
            "Ana (you) looks after the set",
            "Bea paused",
            "2 seats are free.",
            "Tuesday evening",
            "ABCD 2345",
        ):
            assert expected in text
        assert page.find("strong", string="us")
        assert not page.find("script")
        assert page.find("span", lang="fr", string="I ask for an hour.")
        assert SECRET not in text, "what is reviewed is not open"
        assert "You have accepted the ground rules as they are now." in text
        for one in (meeting, past):
            assert page.find("a", href=at("meeting", one))

    def test_leads_into_the_room_as_soon_as_it_is_open(self, client, person, ours):
        meeting = MeetingFactory(learning_set=ours, starts_at=clock.now() + timedelta(minutes=20))
        link = soup(client.get(at("set", ours))).main.find("a", href=at("meeting", meeting))
        assert link.text == "Look at the meeting"
        with clock.freeze(clock.now() + timedelta(minutes=10)):
            page = soup(client.get(at("set", ours))).main
        assert page.find("a", href=at("meeting", meeting)).text == "Go to the room"
        assert "The room is open." in page.text

    def test_to_others_a_listed_set_shows_only_what_it_is_about(self, client, person, bea):
        learning_set = LearningSetFactory(listed=True, name="Listed", about="For carers.")
        SeatFactory(learning_set=learning_set, person__name=SECRET)
        CommitmentFactory(seat=SeatFactory(learning_set=learning_set), what=SECRET)
        GroundRulesFactory(learning_set=learning_set, text=SECRET)
        SeatRequestFactory(learning_set=learning_set, note=SECRET)
        response = client.get(at("set", learning_set))
        assert SECRET not in response.content.decode()
        assert "For carers." in words(response)
        assert "2 seats are free" in words(response)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many(self, client, person, rows, django_assert_num_queries):
        seat = SeatFactory(person=person, convenor=True, learning_set__rules=True)
        for _number in range(rows):
            other = SeatFactory(learning_set=seat.learning_set)
            SeatRequestFactory(learning_set=seat.learning_set)
            CommitmentFactory(seat=other)
            MeetingFactory(learning_set=seat.learning_set)
        client.get(at("set", seat.learning_set))
        with django_assert_num_queries(12):
            client.get(at("set", seat.learning_set))

    def test_a_closed_one_is_read_only(self, client, person, ours):
        client.post(at("close_set", ours))
        page = soup(client.get(at("set", ours))).main
        assert "This set was closed" in page.get_text()
        for name in ("edit_set", "schedule_meeting", "close_set", "hand_over_set"):
            assert not page.find("a", href=at(name, ours)), name
        assert client.post(at("edit_set", ours), proposal()).status_code == 409


class TestRules:
    def test_are_read_accepted_and_written(self, client, as_bea, person, ours, bea):
        response = as_bea.post(at("set_ground_rules", ours), {"text": "We sing.\r\nAlways.", "language": "en"})
        assert response.url == at("set_ground_rules", ours)
        page = soup(client.get(at("set", ours))).main
        assert "The ground rules have changed" in page.get_text()
        assert "We sing." in page.get_text()
        text = words(client.get(at("set_ground_rules", ours)))
        assert "Ana not yet" in text
        assert "Bea accepted" in text
        client.post(at("accept_ground_rules", ours), {"version": "2"})
        assert "Ana not yet" in words(client.get(at("set_ground_rules", ours))), "the box has to be ticked"
        client.post(at("accept_ground_rules", ours), {"version": "2", "accepts": "on"})
        assert Acceptance.objects.filter(seat__person=person, ground_rules__version=2).exists()

    def test_old_ones_are_refused_in_a_sentence(self, client, person, ours):
        GroundRulesFactory(learning_set=ours)
        response = client.post(at("accept_ground_rules", ours), {"version": "1", "accepts": "on"})
        assert response.status_code == 409
        assert "have just been changed" in soup(response).get_text()

    @pytest.mark.parametrize("sent", [{"text": "", "language": "en"}, {"text": "Words", "language": "tlh"}, {}])
    def test_what_is_missing_is_said(self, client, person, ours, sent):
        response = client.post(at("set_ground_rules", ours), sent)
        assert soup(response).find(id="error-summary")
        assert ours.ground_rules.count() == 1

    def test_words_are_made_safe(self, client, person, ours):
        GroundRulesFactory(learning_set=ours, text="<script>alert(1)</script> [x](javascript:alert(1))")
        page = soup(client.get(at("set_ground_rules", ours))).main
        assert not page.find("script")
        assert not page.find("a", href=lambda href: href and href.startswith("javascript"))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_cost_the_same_however_many(self, client, person, ours, rows, django_assert_num_queries):
        for _number in range(rows - 1):
            SeatFactory(learning_set=ours)
        client.get(at("set_ground_rules", ours))
        with django_assert_num_queries(8):
            client.get(at("set_ground_rules", ours))


class TestByCode:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_first_the_code_then_the_rules_then_the_seat(self, client, person, language):
        learning_set = LearningSetFactory(code=CODE, rules=True, name="Invites")
        SeatFactory(learning_set=learning_set, convenor=True)
        page = soup(client.get(at("join_set", CODE, language=language)))
        assert page.find("input", {"name": "code"})["value"] == CODE
        response = client.post(at("join_set", language=language), {"code": "abcd 2345"})
        page = soup(response).main
        assert "We ask questions." in page.get_text()
        assert not Seat.objects.filter(person=person).exists(), "looking is not joining"
        sent = {field["name"]: field.get("value", "on") for field in page.form.find_all("input")}
        response = client.post(page.form["action"], sent)
        assert response.url == at("set", learning_set, language=language)
        assert Acceptance.objects.filter(seat__person=person).exists()
        assert client.post(at("join_set", language=language), {"code": CODE}).url == response.url, "again is no harm"

    def test_without_the_tick_there_is_no_seat(self, client, person):
        LearningSetFactory(code=CODE, rules=True)
        response = client.post(at("join_set"), {"code": CODE, "version": "1"})
        assert "accepts" in response.context["form"].errors
        assert not Seat.objects.filter(person=person).exists()

    def test_rules_that_changed_meanwhile_are_shown_again(self, client, person):
        learning_set = LearningSetFactory(code=CODE, rules=True)
        GroundRulesFactory(learning_set=learning_set, text="We sing.")
        response = client.post(at("join_set"), {"code": CODE, "version": "1", "accepts": "on"})
        assert response.status_code == 409
        assert "We sing." in words(response)
        assert soup(response).find("input", {"name": "version"})["value"] == "2"

    def test_a_full_one_puts_on_its_list(self, client, person):
        LearningSetFactory(code=CODE, full=True, rules=True)
        assert "Put me on the waiting list" in words(client.post(at("join_set"), {"code": CODE}))
        response = client.post(at("join_set"), {"code": CODE, "version": "1"})
        assert response.url == at("sets")
        assert "number 1 on the waiting list" in words(client.get(response.url))

    def test_a_facilitator_may_sit_beside_the_circle(self, client, person):
        FacilitationFactory(person=person)
        LearningSetFactory(code=CODE, rules=True)
        assert soup(client.post(at("join_set"), {"code": CODE})).find("input", {"name": "as_adviser"})
        client.post(at("join_set"), {"code": CODE, "version": "1", "accepts": "on", "as_adviser": "on"})
        assert Seat.objects.get(person=person).role == "adviser"

    @pytest.mark.parametrize("typed", ["ABCD2346", "\0", "x" * 100_000, ""])
    def test_a_wrong_code_says_so(self, client, person, typed):
        response = client.post(at("join_set"), {"code": typed})
        assert response.status_code in (200, 409)
        assert soup(response).find(id="error-summary")

    def test_too_many_tries_are_told_to_wait(self, client, person):
        for _try in range(11):
            response = client.post(at("join_set"), {"code": "ABCD2346"})
        assert (response.status_code, response["Retry-After"]) == (429, "60")


class TestAsking:
    def test_asked_answered_and_welcomed(self, client, person):
        learning_set = LearningSetFactory(listed=True, rules=True)
        convenor = SeatFactory(learning_set=learning_set, convenor=True).person
        looks_after = Client()
        looks_after.force_login(convenor)
        client.post(at("ask_seat", learning_set), {"note": "I am **Ana**."})
        assert "You have asked for a seat" in words(client.get(at("set", learning_set)))
        request = person.seat_requests.get()
        page = looks_after.get(at("answer_seat_request", learning_set, request))
        assert "I am **Ana**." in words(page)
        for _twice in range(2):
            response = looks_after.post(at("answer_seat_request", learning_set, request), {"answer": "accept"})
            assert response.url == at("set", learning_set)
        text = words(client.get(at("set", learning_set)))
        assert "First, the ground rules" in text
        assert client.get(at("ask_seat", learning_set)).url == at("set", learning_set)

    def test_declined_with_nothing_to_read(self, client, person, ours):
        request = SeatRequestFactory(learning_set=ours)
        client.post(at("answer_seat_request", ours, request), {"answer": "decline"})
        request.refresh_from_db()
        assert request.state == "declined"
        response = client.post(at("answer_seat_request", ours, request), {"answer": "accept"})
        assert response.status_code == 409
        assert client.post(at("answer_seat_request", ours, request), {"answer": "perhaps"}).status_code == 200

    def test_in_a_set_of_ones_cohort_one_takes_it(self, client, person):
        cohort = PlaceFactory(person=person).cohort
        learning_set = LearningSetFactory(joining="cohort", cohort=cohort, rules=True)
        assert "Take my seat" in words(client.get(at("ask_seat", learning_set)))
        client.post(at("ask_seat", learning_set), {"version": "1", "accepts": "on", "code": ""})
        assert Seat.objects.filter(person=person, learning_set=learning_set).exists()

    def test_too_many_requests_are_refused_in_a_sentence(self, client, person, monkeypatch):
        monkeypatch.setattr("community.sets.actions.seats.MOST_REQUESTS", 0)
        response = client.post(at("ask_seat", LearningSetFactory(listed=True)), {"note": "May I?"})
        assert response.status_code == 409
        assert soup(response).find("textarea").get_text().strip() == "May I?", "what was written is kept"


class TestLookingAfter:
    def test_changing_the_page(self, client, person, ours):
        page = soup(client.get(at("edit_set", ours)))
        assert page.find("input", {"name": "name"})["value"] == "Ours"
        client.post(at("edit_set", ours), proposal(name="Still ours", call_pin="4711"))
        ours.refresh_from_db()
        assert (ours.name, ours.call_pin, ours.code) == ("Still ours", "4711", CODE)

    def test_never_fewer_seats_than_people(self, client, person):
        seat = SeatFactory(person=person, convenor=True, learning_set__seats=5)
        for _number in range(4):
            SeatFactory(learning_set=seat.learning_set)
        response = client.post(at("edit_set", seat.learning_set), proposal(seats="4"))
        assert (response.status_code, list(response.context["form"].errors)) == (409, ["seats"])

    def test_a_new_code(self, client, person, ours):
        response = client.post(at("new_code", ours), follow=True)
        ours.refresh_from_db()
        assert ours.code != CODE
        assert f"{ours.code[:4]} {ours.code[4:]}" in words(response)

    def test_taking_a_seat_away(self, client, as_bea, person, ours, bea):
        address = at("remove_seat", ours, bea)
        assert "Bea" in words(client.get(address))
        assert "reason" in client.post(address).context["form"].errors
        assert client.get(at("remove_seat", ours, Seat.objects.get(person=person))).status_code == 404
        for _twice in range(2):
            assert client.post(address, {"reason": "away"}).url == at("set", ours)
        assert as_bea.get(at("set", ours)).status_code == 404

    def test_handing_over(self, client, person, ours, bea):
        assert "Bea" in words(client.get(at("hand_over_set", ours)))
        for _twice in range(2):
            assert client.post(at("hand_over_set", ours), {"seat": str(bea.public_id)}).url == at("set", ours)
        bea.refresh_from_db()
        assert bea.role == "convenor"
        assert client.get(at("hand_over_set", ours)).status_code == 404

    def test_there_may_be_nobody_to_hand_over_to(self, client, person):
        seat = SeatFactory(person=person, convenor=True)
        assert "no other member yet" in words(client.get(at("hand_over_set", seat.learning_set)))

    def test_closing(self, client, person, ours):
        MeetingFactory(learning_set=ours)
        assert "1 meeting that is planned is called off." in words(client.get(at("close_set", ours)))
        for _twice in range(2):
            assert client.post(at("close_set", ours)).url == at("set", ours)
        ours.refresh_from_db()
        assert not ours.is_open


class TestLeaving:
    def test_says_what_follows_and_is_done_once(self, client, person, ours):
        text = words(client.get(at("leave_set", ours)))
        assert "You look after the set." in text
        for _twice in range(2):
            assert client.post(at("leave_set", ours)).url == at("sets")
        assert client.get(at("set", ours)).status_code == 404
        assert Seat.objects.get(person__name="Bea").role == "convenor"

    def test_the_last_one_is_told_that_it_closes(self, client, person):
        seat = SeatFactory(person=person, convenor=True)
        assert "the set is closed" in words(client.get(at("leave_set", seat.learning_set)))


class TestLearnerHome:
    def panel(self, rf, person):
        request = rf.get("/en/my/")
        request.user = person
        return str(my_sets(request))

    def test_leads_straight_into_an_open_room(self, rf, person, ours):
        meeting = MeetingFactory(learning_set=ours, starts_at=clock.now() + timedelta(hours=1))
        assert meeting.get_absolute_url() not in self.panel(rf, person)
        with clock.freeze(meeting.starts_at - timedelta(minutes=10)):
            assert f'href="{meeting.get_absolute_url()}">Go to the room' in self.panel(rf, person)

    def test_says_when_the_next_meeting_is_and_what_is_open(self, rf, person, ours):
        MeetingFactory(learning_set=ours)
        CommitmentFactory(seat=Seat.objects.get(person=person))
        CommitmentFactory(seat=Seat.objects.get(person__name="Bea"))
        panel = self.panel(rf, person)
        assert "meets next on" in panel
        assert "1 thing that you want to do is open." in panel
        other = SeatFactory(person=person).learning_set
        MeetingFactory(learning_set=other, running=True, number=9)
        assert "is under way" in self.panel(rf, person)

    def test_without_a_meeting_ahead_it_says_how_many_there_are(self, rf, person, ours):
        SeatFactory(person=person, learning_set__closed=True)
        MeetingFactory(learning_set=ours, closed=True)
        assert "You sit in 1 set." in self.panel(rf, person)

    def test_shows_the_way_to_a_set_to_those_who_learn_or_have_learnt(self, rf):
        assert self.panel(rf, UserFactory()) == ""
        for state in ("active", "completed"):
            enrolment = EnrolmentFactory(state=state, completed_at=clock.now() if state == "completed" else None)
            assert at("find_sets") in self.panel(rf, enrolment.person)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_one_query(self, rf, rows, django_assert_num_queries):
        person = UserFactory()
        for _number in range(rows):
            MeetingFactory(learning_set=SeatFactory(person=person).learning_set)
        with django_assert_num_queries(1):
            self.panel(rf, person)

    def test_sets_are_in_the_menu_of_those_who_are_signed_in(self, client, person):
        assert soup(client.get(at("sets"))).header.find("a", href=at("sets"), attrs={"aria-current": "page"})
        assert not soup(Client().get("/en/")).header.find("a", href=at("sets"))
