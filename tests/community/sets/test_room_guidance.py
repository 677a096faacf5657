"""What a room says to whom: whose turn it is, what a press will do, what cannot be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from community.sets import presence
from community.sets.meeting import commands as c
from community.sets.selectors.room_parts import labels
from kernel import clock
from tests.community.sets.arrangements import A, Q, R, a_room
from tests.community.sets.test_room_views import look
from tests.factories.sets import CommitmentFactory
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db

LEADER, PRESENTER, MEMBER, OTHER = range(4)


@pytest.fixture
def room():
    """Everybody has come; nobody is on the telephone."""
    made = a_room()
    made.learning_set.call_link = "https://call.example.org/a-room"
    made.learning_set.save()
    for number in range(4):
        made.do(number, c.Arrive())
        presence.seen(made.meeting.public_id, number)
    return made


def name(room, number):
    return room.people[number].name


def announced(page) -> dict[str, str]:
    """What a screen reader is told when it is new, by its key."""
    return {each["data-announce"]: " ".join(each.text.split()) for each in page.select("[data-announce]")}


def lead_buttons(client, room):
    return [" ".join(button.text.split()) for button in soup(look(client, room, LEADER)).select(".lead-next button")]


class TestTheFloor:
    def test_the_leader_is_offered_what_is_there_to_do(self, client, room):
        room.reach("explore")
        commands = {field["value"] for field in soup(look(client, room, LEADER)).select(".lead-next [name=command]")}
        assert "call" not in commands, "nobody waits, nothing is open"
        room.do(MEMBER, c.RaiseHand())
        assert not any("asks" in words for words in lead_buttons(client, room)), "whoever may ask now keeps the floor"
        room.do(OTHER, c.RaiseHand())
        assert f"Next: {name(room, OTHER)} asks" in lead_buttons(client, room)
        room.do(OTHER, c.LowerHand())
        room.say(MEMBER, Q)
        assert "Answered: on to the next question" in lead_buttons(client, room)
        room.do(LEADER, c.RaiseHand())
        assert "Next: you ask" in lead_buttons(client, room)

    def test_the_presenter_is_not_told_to_raise_a_hand(self, client, room):
        room.reach("explore")
        room.do(MEMBER, c.RaiseHand())
        text = words(look(client, room, PRESENTER))
        assert f"{name(room, MEMBER)} asks next." in text
        assert "Raise your hand" not in text

    def test_while_a_question_is_open_the_others_know_that_they_wait(self, client, room):
        room.reach("explore")
        room.say(MEMBER, Q)
        answers = f"{name(room, PRESENTER)} answers now."
        assert f"{answers} Raise your hand to be next" in words(look(client, room, OTHER))
        room.do(OTHER, c.RaiseHand())
        assert f"{answers} Your hand is raised" in words(look(client, room, OTHER))
        assert answers not in words(look(client, room, PRESENTER))
        room.say(PRESENTER, A)
        assert answers not in words(look(client, room, MEMBER))

    def test_who_presents_and_who_asks_is_announced_to_the_others(self, client, room):
        room.reach("explore")
        room.do(MEMBER, c.RaiseHand())
        told = announced(soup(look(client, room, OTHER)))
        assert told[f"presents-0-{PRESENTER}"] == f"{name(room, PRESENTER)} presents"
        assert told[f"asks-{MEMBER}"] == f"{name(room, MEMBER)} asks now"
        assert not any(key.startswith("asks") for key in announced(soup(look(client, room, MEMBER))))
        assert not any(key.startswith("presents") for key in announced(soup(look(client, room, PRESENTER))))


class TestEachOnce:
    @pytest.mark.parametrize("phase", ["check_in", "close"])
    def test_who_has_still_to_speak(self, client, room, phase):
        room.reach(phase)
        room.say(LEADER, R)
        room.do(OTHER, c.Pass())
        assert f"Still to speak: {name(room, PRESENTER)}, you" in words(look(client, room))
        room.say(PRESENTER, R)
        room.say(MEMBER, R)
        assert "Everybody has spoken." in announced(soup(look(client, room, LEADER))).values()
        assert "Everybody has spoken." not in words(look(client, room))

    def test_nobody_waits_for_those_who_have_not_come(self, client, room):
        room.reach("check_in")
        room.do(OTHER, c.Leave())
        assert name(room, OTHER) not in words(look(client, room)).split("Still to speak:")[1].split("Take part")[0][:60]


class TestPausing:
    def test_begins_and_ends_aloud_and_says_until_when(self, client, room):
        room.reach("check_in")
        assert "not-muted" in announced(soup(look(client, room)))
        room.do(LEADER, c.Mute(place=MEMBER))
        page = soup(look(client, room))
        told = announced(page)
        until = room.state.places[MEMBER].muted_until
        assert f"pause until {localtime(until):%H:%M}." in told["muted"]
        assert page.select_one("[data-announce=muted]")["data-until"] == until.isoformat()
        assert "not-muted" not in told
        with clock.freeze(until + timedelta(seconds=1)):
            assert announced(soup(look(client, room)))["not-muted"] == "You can take part again."


class TestGoingOn:
    def confirm(self, client, room):
        return soup(look(client, room, LEADER)).select_one("[data-confirm]").get_text(" ", strip=True)

    def test_says_what_will_happen(self, client, room):
        room.reach("bids")
        assert "Nobody is chosen to present, so there will be no turn today." in self.confirm(client, room)
        room.do(PRESENTER, c.Bid(text="An hour"))
        assert "nobody is chosen yet" in self.confirm(client, room)
        room.do(LEADER, c.Choose(visit=room.state.visit.number, presenters=(PRESENTER,)))
        assert "There is time left. Go on all the same?" in self.confirm(client, room)
        room.reach("close")
        assert "This closes the meeting for everybody." in self.confirm(client, room)

    def test_words_about_the_time_are_apart_from_those_about_a_draft(self, client, room):
        room.reach("check_in")
        block = soup(look(client, room, LEADER)).select_one("[data-confirm]")
        assert block.select_one("[data-unsent][hidden] ~ [data-why]").text == "There is time left."

    def test_back_from_a_break(self, client, room):
        room.reach("check_in")
        room.do(LEADER, c.TakeBreak(minutes=10, visit=room.state.visit.number))
        assert "Back to: Check-in" in lead_buttons(client, room)
        page = soup(look(client, room))
        ends_at = room.state.visit.timer.ends_at
        assert f"We go on at about {localtime(ends_at):%H:%M}." in page.text
        assert page.select_one("details form[data-command=contribute]"), "nobody has to write in a break"

    def test_a_choice_that_was_made_anew_is_news(self, client, room):
        room.reach("bids")
        keys = set()
        for presenters in ((PRESENTER,), (MEMBER,), (MEMBER, PRESENTER)):
            room.do(LEADER, c.Choose(visit=room.state.visit.number, presenters=presenters))
            keys |= {key for key in announced(soup(look(client, room))) if key.startswith("chosen")}
        assert len(keys) == 3


class TestLookingBack:
    def test_says_what_became_of_it(self, client):
        room = a_room()
        mine = CommitmentFactory(seat=room.seats[MEMBER])
        room.reach("action_review")
        send = reverse("meeting_do", args=[room.meeting.public_id])
        client.force_login(room.people[MEMBER])
        sent = {"command": "review", "commitment": str(mine.public_id), "text": "It helped."}
        for empty in (sent, {**sent, "outcome": ""}):
            assert "Choose what became of it." in words(client.post(send, empty))
        client.post(send, {**sent, "outcome": "partly"})
        item = soup(look(client, room, OTHER)).select_one("#history .item.reviewed")
        assert item.select_one("[data-label]").text == "Looking back: partly done"

    def test_pages_that_make_items_themselves_have_the_words_too(self):
        assert ("reviewed-not_done", "Looking back: not done") in labels()


class TestWriting:
    def test_one_may_as_well_speak(self, client, room):
        said = "Speak on the call, or write here."
        room.reach("check_in")
        page = soup(look(client, room))
        area = page.select_one("textarea")
        assert page.find(id=area["aria-describedby"]).text == said
        room.learning_set.call_link = ""
        room.learning_set.save()
        assert said not in words(look(client, room)), "where there is a call"

    def test_whose_words_they_are_is_asked_before_they_are_sent(self, client, room):
        room.do(OTHER, c.Leave())
        room.do(MEMBER, c.Arrive(how="telephone", behalf=OTHER))
        room.reach("check_in")
        form = soup(look(client, room)).select_one("form[data-command=contribute]")
        order = [field.get("name") or field.text for field in form.select("select, textarea, .send button")]
        assert order == ["behalf", "text", "language", "Send"]
        label = form.select_one(f"label[for={form.select_one('[name=behalf]')['id']}]")
        assert label.text == "Whose words are these?"
        assert not label.select(".visually-hidden")
        assert form.select_one(f"label[for={form.select_one('textarea')['id']}]").text.strip() == "The words"

    def test_taking_back_is_asked_about(self, client, room):
        room.reach("reflect_back")
        room.say(MEMBER, R, "What I would not say again")
        seq = room.meeting.events.get(kind="contributed").seq
        page = soup(look(client, room))
        form = page.find("form", id="withdraw-item")
        assert form["method"] == "get"
        asked = client.get(form["action"], {"seq": seq})
        assert "This cannot be undone." in words(asked)
        assert "What I would not say again" in words(asked)
        sent = soup(asked).main.form
        assert (
            client.post(sent["action"], {field["name"]: field["value"] for field in sent.find_all("input")}).status_code
            == 302
        )
        assert "What I would not say again" not in words(look(client, room, OTHER))
        assert not soup(client.get(form["action"], {"seq": seq})).select("button.danger")
        client.force_login(room.people[OTHER])
        for unknown in (seq, 9999, "x", ""):
            assert client.get(form["action"], {"seq": unknown}).status_code == 404


class TestTheLobby:
    def test_has_the_call_on_top_and_a_sentence_in_the_empty_list(self, client, room):
        page = soup(look(client, room))
        assert page.select_one("#now-do a[href='https://call.example.org/a-room']")
        assert page.select_one(".said-list:empty + .nothing-yet")
        room.reach("check_in")
        page = soup(look(client, room))
        assert not page.select("#now-do .facts")
        assert page.select_one(".room-rest a[href='https://call.example.org/a-room']")

    def test_nothing_is_offered_at_any_time_before_one_has_come(self, client):
        room = a_room(in_minutes=10)
        assert not soup(look(client, room)).select(".quick")

    def test_without_scripts_one_is_told_to_load_again(self, client, room):
        links = soup(look(client, room)).select(".room-main > noscript a")
        # A link with a place in the page would not load it again.
        assert links[0]["href"] == room.meeting.get_absolute_url()
        assert "30 seconds" in links[1].text


class TestTheCircle:
    def test_asks_for_air_time_until_somebody_presents(self, client, room):
        room.reach("bids")
        room.do(PRESENTER, c.Bid(text="An hour"))
        asks = "asks for air time"
        assert asks in soup(look(client, room)).select_one(f"[data-sits='{PRESENTER}']").text
        room.do(LEADER, c.Choose(visit=room.state.visit.number, presenters=(PRESENTER,)))
        room.reach("present")
        assert asks not in soup(look(client, room)).select_one(f"[data-sits='{PRESENTER}']").text

    def test_whom_to_choose_fits_a_narrow_screen(self, client, room):
        room.reach("bids")
        room.do(PRESENTER, c.Bid(text="An hour"))
        first = soup(look(client, room, LEADER)).select("select[name=presenters] option")[1]
        assert first.text == f"{name(room, PRESENTER)} · asks · 0 turns"
