"""The page of a room: what it offers to whom, what its forms do, and what it costs."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.sets import presence
from community.sets.actions.meetings import by_the_house
from community.sets.meeting import commands as c
from community.sets.models import Commitment, MeetingEvent, MeetingState, Seat
from kernel import clock
from tests.community.sets.arrangements import A, N, Q, R, a_room
from tests.factories import UserFactory
from tests.factories.sets import CommitmentFactory, GroundRulesFactory, SeatFactory
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db

LEADER, PRESENTER, MEMBER = 0, 1, 2
OF_A_LEADER = {"next", "hand_over", "name_deputies", "mute", "extend"}


@pytest.fixture
def room():
    """Everybody has come; nobody is on the telephone."""
    made = a_room()
    for number in range(4):
        made.do(number, c.Arrive())
        presence.seen(made.meeting.public_id, number)
    return made


def look(client, room, number=MEMBER, **query):
    client.force_login(room.people[number])
    return client.get(room.meeting.get_absolute_url(), query)


def send(client, room, number=MEMBER, headers=None, **sent):
    client.force_login(room.people[number])
    return client.post(reverse("meeting_do", args=[room.meeting.public_id]), sent, headers=headers)


def offered(response) -> set[str]:
    """The commands that a page has forms for, save those that are on it always."""
    found = {field["value"] for field in soup(response).select("#now input[name=command]")}
    return found - {"leave"}


def texts(room) -> list[str]:
    return [event.text for event in room.meeting.events.order_by("seq") if event.text]


class TestWhoMayEnter:
    ADDRESSES = ("meeting", "meeting_events", "meeting_pack")

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_member(self, client, room, address):
        client.force_login(room.people[MEMBER])
        response = client.get(reverse(address, args=[room.meeting.public_id]))
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("address", ADDRESSES)
    @pytest.mark.parametrize("who", ["stranger", "staff", "removed"])
    def test_nobody_else(self, client, room, address, who):
        person = UserFactory(is_staff=who == "staff", is_superuser=who == "staff")
        if who == "removed":
            person = SeatFactory(learning_set=room.learning_set, left=True).person
        client.force_login(person)
        assert client.get(reverse(address, args=[room.meeting.public_id])).status_code == 404

    def test_nobody_else_does_anything(self, client, room):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        before = room.meeting.events.count()
        response = client.post(reverse("meeting_do", args=[room.meeting.public_id]), {"command": "raise_hand"})
        assert response.status_code == 404
        assert room.meeting.events.count() == before

    def test_somebody_who_has_lost_their_seat_meanwhile(self, client, room):
        Seat.objects.filter(pk=room.seats[MEMBER].pk).update(until=clock.now())
        assert look(client, room).status_code == 404
        assert send(client, room, command="raise_hand").status_code == 404

    def test_who_is_signed_out_is_asked_to_sign_in(self, client, room):
        assert "/accounts/login/" in client.get(room.meeting.get_absolute_url())["Location"]
        assert "/accounts/login/" in client.post(reverse("meeting_do", args=[room.meeting.public_id]))["Location"]
        assert client.get(reverse("meeting_events", args=[room.meeting.public_id])).status_code == 401


class TestBeforeAnybodyHasCome:
    def test_looking_changes_nothing(self, client):
        room = a_room(in_minutes=10)
        response = look(client, room)
        assert soup(response).select(".arrive")
        assert not room.meeting.events.exists()
        assert {seat.person.name for seat in room.seats} <= {
            item["data-name"] for item in soup(response).select("[data-sits]")
        }

    def test_the_first_to_come_makes_the_room(self, client):
        room = a_room(in_minutes=10)
        response = send(client, room, command="arrive")
        assert response.status_code == 302
        assert response["Location"].endswith("#now")
        assert room.state.places[MEMBER].how == "web"
        assert not soup(look(client, room)).select(".arrive")

    def test_too_early_there_is_no_room(self, client):
        room = a_room(in_minutes=40)
        assert "room.js" not in look(client, room).content.decode()
        assert send(client, room, command="arrive").status_code == 409


class TestWhatIsOffered:
    """In each phase to a member, to the presenter and to whoever leads."""

    @pytest.mark.parametrize(
        ("phase", "member", "presenter"),
        [
            ("lobby", {"contribute", "raise_hand"}, None),
            ("check_in", {"contribute", "pass", "raise_hand", "need_break"}, None),
            ("bids", {"bid", "contribute", "raise_hand", "need_break"}, None),
            ("present", {"raise_hand", "need_break"}, {"contribute", "want_resources", "raise_hand", "need_break"}),
            ("clarify", {"contribute"}, {"contribute", "want_resources"}),
            ("explore", {"contribute", "raise_hand", "silence"}, {"contribute", "silence", "want_resources"}),
            ("reflect_back", {"contribute"}, {"want_resources"}),
            ("commitments", {"raise_hand"}, {"commit", "contribute"}),
            ("process_review", {"contribute", "pass"}, None),
            ("close", {"contribute", "pass"}, None),
        ],
    )
    def test_in_each_phase(self, client, room, phase, member, presenter):
        room.reach(phase)
        everywhere = {"raise_hand", "need_break", "withdraw"}
        found = offered(look(client, room))
        assert found >= member
        assert found <= member | everywhere
        found = offered(look(client, room, PRESENTER))
        assert found >= (presenter or member)
        assert found <= (presenter or member) | everywhere
        lead = offered(look(client, room, LEADER))
        timed = OF_A_LEADER if phase != "lobby" else OF_A_LEADER - {"extend"}
        assert lead >= timed
        assert not (OF_A_LEADER & offered(look(client, room)))

    def test_says_the_phase_what_to_do_and_who_does_what(self, client, room):
        room.reach("explore")
        text = words(look(client, room, PRESENTER))
        assert "Open questions Take your time with each question." in text
        assert "You present" in text
        assert f"{room.people[LEADER].name} leads the meeting" in text
        assert "minutes left" in text

    def test_the_question_stands_above_all_until_it_is_answered(self, client, room):
        room.reach("explore")
        room.say(MEMBER, Q, "What would you like?")
        page = soup(look(client, room, PRESENTER))
        assert page.select_one(".question-now blockquote").get_text(strip=True) == "What would you like?"
        assert page.select_one("#now-do input[value=pass]")
        room.say(PRESENTER, A, "Time.")
        assert not soup(look(client, room, PRESENTER)).select(".question-now")

    def test_whose_turn_it_is_to_ask(self, client, room):
        room.reach("explore")
        room.do(MEMBER, c.RaiseHand())
        room.do(3, c.RaiseHand())
        assert "It is your turn to ask." in words(look(client, room))
        assert f"{room.people[MEMBER].name} asks now." in words(look(client, room, 3))

    def test_bids_show_the_ledger_and_whoever_leads_chooses(self, client, room):
        room.reach("bids")
        room.do(PRESENTER, c.Bid(text="How I ask for an hour"))
        page = soup(look(client, room, LEADER))
        first = page.select_one("select[name=presenters]").select("option")[1]
        assert first["value"] == str(PRESENTER)
        assert "asks" in first.text
        visit = room.state.visit.number
        response = send(client, room, LEADER, command="choose", visit=visit, presenters=[str(PRESENTER), ""])
        assert response.status_code == 302
        assert [turn.presenter for turn in room.state.turns] == [PRESENTER]
        assert "Turn 1:" in words(look(client, room))
        assert not soup(look(client, room)).select("select[name=presenters]")

    def test_a_commitment_with_all_its_parts(self, client, room):
        room.reach("commitments")
        day = (clock.now() + timedelta(days=9)).date()
        response = send(
            client,
            room,
            PRESENTER,
            command="commit",
            text="I ask the ward manager.",
            first_step="Find her number",
            by_when=day.isoformat(),
            confidence="8",
            language="fr",
        )
        assert response.status_code == 302
        made = Commitment.objects.get(meeting=room.meeting)
        assert (made.what, made.first_step, made.by_when, made.confidence) == (
            "I ask the ward manager.",
            "Find her number",
            day,
            8,
        )

    def test_ground_rules_are_read_while_they_are_agreed_on(self, client):
        room = a_room()
        GroundRulesFactory(learning_set=room.learning_set, text="- We ask *questions*.")
        room.reach("agreement")
        assert soup(look(client, room)).select_one("#now-do li em").text == "questions"

    def test_looking_back_at_ones_own_commitment(self, client):
        room = a_room()
        mine = CommitmentFactory(seat=room.seats[MEMBER], what="I ring her.")
        other = CommitmentFactory(seat=room.seats[3], what="I write to him.")
        room.reach("action_review")
        page = soup(look(client, room))
        assert [field["value"] for field in page.select("input[name=commitment]")] == [str(mine.public_id)]
        assert "I write to him." in page.text
        response = send(client, room, command="review", commitment=str(mine.public_id), text="It helped.")
        assert response.status_code == 409
        assert "It helped." in response.content.decode()
        sent = {"command": "review", "commitment": str(mine.public_id), "outcome": "partly", "text": "It helped."}
        assert send(client, room, **sent).status_code == 302
        mine.refresh_from_db()
        other.refresh_from_db()
        assert (mine.state, mine.learnt, other.state) == ("partly", "It helped.", "open")

    def test_a_meeting_that_waits_has_one_button(self, client, room):
        room.reach("check_in")
        by_the_house(room.meeting.public_id, c.Hold())
        assert offered(look(client, room)) - {"withdraw"} == {"go_on"}
        send(client, room, command="go_on")
        assert not room.state.held

    def test_a_slow_meeting_has_days_and_neither_ring_nor_hands(self, client):
        room = a_room(slow=True)
        room.do(MEMBER, c.Arrive())
        room.reach("explore")
        response = look(client, room)
        page = soup(response)
        assert "raise_hand" not in offered(response)
        assert not page.select("[data-ring]")
        assert "UTC" in page.select_one("#now-time").text
        assert "contribute" in offered(response)

    def test_somebody_asked_to_pause_reads_along(self, client, room):
        room.reach("reflect_back")
        room.do(LEADER, c.Mute(place=MEMBER))
        response = look(client, room)
        assert "contribute" not in offered(response)
        assert "You have been asked to pause" in words(response)

    def test_the_lead_can_be_claimed_when_nobody_sees_the_leader(self, client, room):
        room.reach("check_in")
        assert "claim" not in offered(look(client, room))
        presence.gone(room.meeting.public_id, LEADER)
        assert "claim" in offered(look(client, room))
        assert send(client, room, PRESENTER, command="claim").status_code == 429
        with clock.freeze(clock.now() + timedelta(seconds=61)):
            send(client, room, PRESENTER, command="claim")
            response = look(client, room)
            assert "confirm_claim" in offered(response)
            send(client, room, command="confirm_claim", to=PRESENTER)
        assert room.state.holder == PRESENTER


class TestTelephone:
    def test_somebody_else_says_that_they_are_there_and_writes_for_them(self, client):
        room = a_room()
        room.do(MEMBER, c.Arrive())
        send(client, room, command="arrive", how="telephone", behalf="3")
        assert room.state.places[3].how == "telephone"
        room.reach("check_in")
        page = soup(look(client, room))
        assert [option["value"] for option in page.select("select[name=behalf] option")] == ["", "3"]
        send(client, room, command="contribute", text="Good evening.", behalf="3", language="en")
        line = room.meeting.events.get(kind="contributed")
        assert (line.place, line.data["for"], line.seat_id) == (MEMBER, 3, room.seats[3].pk)
        assert f"written down by {room.people[MEMBER].name}" in words(look(client, room))
        # Everybody once: nothing more to write for them.
        assert not soup(look(client, room)).select("select[name=behalf]")

    def test_words_are_what_their_owner_may_say(self, client):
        room = a_room()
        room.do(MEMBER, c.Arrive())
        room.do(MEMBER, c.Arrive(how="telephone", behalf=PRESENTER))
        room.reach("clarify")
        send(client, room, command="contribute", text="Two years.", behalf=str(PRESENTER))
        send(client, room, command="contribute", text="And before?", behalf="")
        kinds = [line.data["kind"] for line in room.meeting.events.filter(kind="contributed").order_by("seq")]
        assert kinds == ["answer", "question"]


class TestRefusals:
    def test_the_words_are_kept(self, client, room):
        room.reach("explore")
        room.do(3, c.RaiseHand())
        response = send(client, room, command="contribute", text="What then?\r\nAnd after?", language="es")
        assert response.status_code == 409
        page = soup(response)
        assert page.select_one("form[data-command=contribute] textarea").text.strip() == "What then?\r\nAnd after?"
        assert page.select_one("select[name=language] option[selected]")["value"] == "es"
        assert "raise your hand" in page.select_one(".field .error").text
        assert texts(room) == ["How I ask for an hour"]

    def test_words_that_come_in_a_listening_phase_are_kept_too(self, client, room):
        room.reach("present")
        response = send(client, room, command="contribute", text="I know this.")
        assert response.status_code == 409
        assert soup(response).select_one("textarea").text.strip() == "I know this."

    def test_waiting_helps(self, client, room):
        room.reach("reflect_back")
        for number in range(5):
            assert send(client, room, command="contribute", text=f"Number {number}").status_code == 302
        response = send(client, room, command="contribute", text="Number 6")
        assert response.status_code == 429
        assert int(response["Retry-After"]) >= 1
        assert "Number 6" in soup(response).select_one("textarea").text

    def test_going_on_too_early_is_confirmed(self, client, room):
        room.reach("check_in")
        visit = room.state.visit.number
        response = send(client, room, LEADER, command="next", visit=visit)
        assert response.status_code == 409
        block = soup(response).select_one("[data-confirm]")
        assert not block.has_attr("hidden")
        assert block.select_one("input[name=confirmed]")["value"] == "1"
        assert send(client, room, LEADER, command="next", visit=visit, confirmed="1").status_code == 302
        assert room.state.visit.number == visit + 1

    def test_a_page_that_is_behind(self, client, room):
        room.reach("check_in")
        response = send(client, room, LEADER, command="next", visit=0, confirmed="1")
        assert response.status_code == 409
        assert "The meeting has gone on meanwhile" in words(response)

    def test_a_day_that_is_none(self, client, room):
        room.reach("commitments")
        response = send(client, room, PRESENTER, command="commit", text="I ask.", by_when="31/31/2031")
        assert response.status_code == 409
        assert "Choose a day" in words(response)
        assert "I ask." in response.content.decode()

    @pytest.mark.parametrize("sent", [{}, {"command": "convene"}, {"command": "delete"}])
    def test_what_no_form_sends(self, client, room, sent):
        assert send(client, room, **sent).status_code == 400

    def test_numbers_and_letters_that_no_form_sends(self, client, room):
        room.reach("check_in")
        for value in ("x", "-1", "²", "9" * 30):
            response = send(client, room, LEADER, command="hand_over", to=value)
            assert response.status_code == 409
        assert room.state.holder == LEADER

    def test_a_program_gets_the_code_and_the_sentence(self, client, room):
        room.reach("present")
        response = send(client, room, command="contribute", text="No.", headers={"Accept": "application/json"})
        assert response.status_code == 409
        assert response.json()["code"] == "listening"
        assert response.json()["message"]

    def test_twice_is_once(self, client, room):
        sent = {"command": "contribute", "text": "Hello.", "client_id": str(uuid.uuid4())}
        first = send(client, room, headers={"Accept": "application/json"}, **sent).json()
        second = send(client, room, headers={"Accept": "application/json"}, **sent).json()
        assert first["seq"] == second["seq"]
        assert texts(room) == ["Hello."]

    def test_each_form_has_an_id_of_its_own(self, client, room):
        ids = [field["value"] for field in soup(look(client, room, LEADER)).select("#now input[name=client_id]")]
        assert len(ids) == len(set(ids)) > 3


class TestAdvice:
    def test_is_asked_about_once_and_sent_as_it_is(self, client, room):
        room.reach("explore")
        sent = {"command": "contribute", "text": "You should ring her", "language": "en"}
        response = send(client, room, **sent)
        assert response.status_code == 200
        page = soup(response)
        assert not page.select_one("[data-advice]").has_attr("hidden")
        assert page.select_one("textarea").text.strip() == "You should ring her"
        assert len(texts(room)) == 1
        assert send(client, room, as_it_is="1", **sent).status_code == 302
        assert texts(room)[-1] == "You should ring her"

    def test_an_answer_is_nobodys_advice(self, client, room):
        room.reach("explore")
        room.say(MEMBER, Q)
        assert send(client, room, PRESENTER, command="contribute", text="You should know her.").status_code == 302

    def test_elsewhere_nobody_looks(self, client, room):
        room.reach("reflect_back")
        assert send(client, room, command="contribute", text="You should ring her").status_code == 302
        assert not soup(look(client, room)).select("[data-advice]")


class TestHistory:
    def test_the_newest_first_in_the_language_of_each(self, client, room):
        room.say(PRESENTER, N, "First.")
        room.do(MEMBER, c.Contribute(kind=N, text="Deuxième.", language="fr"))
        items = soup(look(client, room)).select("#history .said")
        assert [item.get_text(strip=True) for item in items] == ["Deuxième.", "First."]
        assert items[0]["lang"] == "fr"
        assert not items[1].has_attr("lang")

    def test_no_markup_of_theirs(self, client, room):
        room.say(MEMBER, N, "<script>alert(1)</script> **strong** <img src=x onerror=alert(1)>")
        said = soup(look(client, room, LEADER)).select_one("#history .said")
        assert not said.select("script, img")
        assert said.select_one("strong")

    def test_what_is_taken_back_is_gone(self, client, room):
        room.say(MEMBER, N, "A secret.")
        seq = room.meeting.events.get(kind="contributed").seq
        assert soup(look(client, room)).select(f"button[form=withdraw-item][value='{seq}']")
        assert not soup(look(client, room, LEADER)).select("button[form=withdraw-item]")
        assert send(client, room, command="withdraw", seq=seq).status_code == 302
        for number in (LEADER, MEMBER):
            response = look(client, room, number)
            assert "A secret." not in response.content.decode()
            assert "Taken back." in words(response)

    def test_whoever_leads_hides_with_a_reason(self, client, room):
        room.say(MEMBER, N, "About my neighbour.")
        seq = room.meeting.events.get(kind="contributed").seq
        assert send(client, room, LEADER, command="hide", seq=seq, reason="She is not here.").status_code == 302
        response = look(client, room)
        assert "About my neighbour." not in response.content.decode()
        assert "She is not here." in words(response)
        address = reverse("report_item", args=[room.meeting.public_id, seq])
        others = soup(look(client, room, LEADER))
        assert others.select(f"a[href='{address}']"), "hiding a complaint does not end it"


class TestParts:
    def test_now_alone(self, client, room):
        response = look(client, room, part="now")
        page = soup(response)
        assert page.select_one("#now-head h1")
        assert not page.select("html, #history, #room")

    def test_with_the_history(self, client, room):
        page = soup(look(client, room, part="room"))
        assert page.select("#now")
        assert page.select("#history")
        assert not page.select("html")

    def test_leaving_leads_out_of_the_room(self, client, room):
        response = send(client, room, command="leave")
        assert response["Location"] == room.learning_set.get_absolute_url()
        assert room.state.places[MEMBER].how == ""

    def test_a_page_that_is_watched_has_nothing_to_write_in(self, client, room):
        response = look(client, room, watch="30")
        assert '<meta http-equiv="refresh" content="30">' in response.content.decode()
        assert not soup(response).select("textarea")
        assert "http-equiv" not in look(client, room, watch="1").content.decode()

    def test_the_call_and_what_is_kept(self, client):
        room = a_room()
        room.learning_set.call_numbers, room.learning_set.call_pin = "+351 210 000 000", "4711"
        room.learning_set.save()
        for response in (look(client, room), client.get(reverse("meeting_pack", args=[room.meeting.public_id]))):
            assert "+351 210 000 000" in words(response)
            assert "4711" in words(response)
        assert "30 days after the meeting" in words(look(client, room))

    def test_on_paper_a_day_before_there_are_no_numbers(self, client):
        room = a_room(in_minutes=24 * 60)
        room.learning_set.call_pin = "4711"
        room.learning_set.call_numbers = "+351 210 000 000"
        room.learning_set.save()
        client.force_login(room.people[MEMBER])
        response = client.get(reverse("meeting_pack", args=[room.meeting.public_id]))
        assert "4711" not in words(response)
        assert "What would you like to be different?" in words(response)

    def test_a_meeting_that_is_over(self, client, room):
        room.reach("close")
        room.next()
        assert room.state.is_over
        assert room.meeting.state == MeetingState.CLOSED
        assert send(client, room, command="contribute", text="One more thing").status_code == 409


class TestEvents:
    def ask(self, client, room, after):
        client.force_login(room.people[MEMBER])
        return client.get(reverse("meeting_events", args=[room.meeting.public_id]), {"after": after}).json()

    def test_what_happened_since(self, client, room):
        room.say(PRESENTER, N, "First.")
        known = room.meeting.seq
        room.meeting.refresh_from_db()
        room.say(PRESENTER, N, "Second.")
        found = self.ask(client, room, room.meeting.events.get(seq=known or 1).seq)
        assert found["type"] == "snapshot"
        assert [event["seq"] for event in found["events"]] == list(range(2, found["seq"] + 1))
        assert found["events"][-1]["html"] == "<p>Second.</p>\n"
        assert found["you"] == MEMBER
        assert self.ask(client, room, found["seq"])["events"] == []

    @pytest.mark.parametrize("after", ["x", "-1", "", "9" * 40])
    def test_a_number_that_is_none(self, client, room, after):
        assert self.ask(client, room, after)["events"][0]["seq"] == 1


class TestCost:
    @pytest.fixture
    def costs(self, client, room):
        room.reach("reflect_back")

        def ask(events: int, address: str = "meeting", **query) -> int:
            _fill(room, events)
            client.force_login(room.people[MEMBER])
            url = reverse(address, args=[room.meeting.public_id])
            client.get(url, query)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url, query).status_code == 200
            return len(queries)

        return ask

    def test_a_room_costs_the_same_however_much_was_said(self, costs):
        assert costs(1) == costs(3) == costs(500)
        assert costs(500) <= 18

    def test_its_part_too(self, costs):
        assert costs(1, part="now") == costs(500, part="now") <= 14

    @pytest.mark.parametrize(("phase", "shown"), [("bids", 1), ("reflect_back", 0), ("explore", 1)])
    def test_what_to_do_now_reads_the_words_alone_that_it_shows(self, client, room, phase, shown):
        room.reach(phase)
        if phase == "bids":
            room.do(PRESENTER, c.Bid(text="How I ask"))
        if phase == "explore":
            room.say(MEMBER, Q, "How do you ask?")
        _fill(room, 50)
        assert ("How" in soup(look(client, room, part="now")).select_one("#now-do").text) == bool(shown)
        assert _lines_read(lambda: look(client, room, part="now")) == shown
        assert _lines_read(lambda: look(client, room)) > 50

    def test_words_are_opened_once_for_everybody(self, client, room, monkeypatch):
        _fill(room, 50)
        look(client, room)
        room.say(MEMBER, N, "The newest.")
        opened = []
        monkeypatch.setattr("community.sets.selectors.live.to_html", lambda text: opened.append(text) or text)
        for number in (LEADER, PRESENTER):
            assert "The newest." in soup(look(client, room, number)).select_one("#history").text
        assert opened == ["The newest."]

    def test_catching_up_too(self, costs):
        assert costs(1, "meeting_events", after=0) == costs(500, "meeting_events", after=0) <= 6


def _lines_read(ask) -> int:
    """How many rows of the log were read."""
    read = []

    def listen(instance, **_more) -> None:
        read.append(instance)

    post_init.connect(listen, sender=MeetingEvent)
    try:
        ask()
    finally:
        post_init.disconnect(listen, sender=MeetingEvent)
    return len(read)


def _fill(room, wanted: int) -> None:
    meeting = room.meeting
    meeting.refresh_from_db()
    there = meeting.events.filter(kind="contributed").count()
    rows = [
        MeetingEvent(
            meeting=meeting,
            seq=meeting.seq + number,
            at=clock.now(),
            kind="contributed",
            place=number % 4,
            seat=room.seats[number % 4],
            data={"kind": str(R)},
            text=f"Number {number}",
            language="en",
        )
        for number in range(1, wanted - there + 1)
    ]
    MeetingEvent.objects.bulk_create(rows)
    meeting.seq += len(rows)
    meeting.save(update_fields=["seq"])
