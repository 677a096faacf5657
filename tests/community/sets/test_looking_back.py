"""What was said in a meeting, on its page once it is over: who reads it, for how long, and what they can do with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.sets.actions.retention import forget_old
from community.sets.models import LearningSet, Report, Seat
from kernel import clock
from tests.community.sets.arrangements import N, a_room
from tests.factories import UserFactory
from tests.factories.sets import SeatFactory
from tests.helpers import soup

pytestmark = pytest.mark.django_db

LEADER, PRESENTER, MEMBER = 0, 1, 2


@pytest.fixture
def room():
    """A meeting that is over; the presenter and the member have said something."""
    made = a_room()
    LearningSet.objects.filter(pk=made.learning_set.pk).update(seats=6)
    made.say(PRESENTER, N, "About my neighbour.")
    made.say(MEMBER, N, "A **secret** of mine.")
    made.reach("close")
    made.next()
    assert made.state.is_over
    return made


def look(client, room, person=None):
    client.force_login(person or room.people[MEMBER])
    return client.get(room.meeting.get_absolute_url())


def seq_of(room, text: str) -> int:
    return next(line.seq for line in room.meeting.events.all() if line.text == text)


def said(response) -> list[str]:
    return [item.get_text(strip=True) for item in soup(response).select("#history .said")]


def addresses(room) -> list[str]:
    """Everywhere that words are read."""
    seq = seq_of(room, "About my neighbour.")
    return [
        reverse("meeting_events", args=[room.meeting.public_id]),
        reverse("report_item", args=[room.meeting.public_id, seq]),
    ]


def test_is_folded_under_the_minutes(client, room):
    page = soup(look(client, room))
    assert [item.get_text(" ", strip=True) for item in page.select("details #history .said")][-2:] == [
        "A secret of mine.",
        "About my neighbour.",
    ]
    assert not page.select("details[open]")
    # The part that was left without a word has no heading.
    assert "Closing" not in page.select_one("#history").text


def test_ones_own_is_taken_back(client, room):
    seq = seq_of(room, "A **secret** of mine.")
    page = soup(look(client, room))
    assert [button["value"] for button in page.select("button[form=withdraw-item]")] == [str(seq)]
    asked = soup(client.get(page.select_one("#withdraw-item")["action"], {"seq": seq})).main
    assert "This cannot be undone." in asked.text
    sent = {field["name"]: field["value"] for field in asked.form.find_all("input")}
    response = client.post(asked.form["action"], sent)
    assert response["Location"] == f"{room.meeting.get_absolute_url()}#item-{seq}"
    response = look(client, room, room.people[LEADER])
    assert "secret" not in response.content.decode()
    assert "Taken back." in soup(response).select_one(f"#item-{seq}").text


def test_what_is_wrong_is_reported_and_whoever_led_hides_it(client, room):
    seq = seq_of(room, "About my neighbour.")
    address = reverse("report_item", args=[room.meeting.public_id, seq])
    assert soup(look(client, room)).select_one(f"#item-{seq} a[href='{address}']").text.startswith("Report")
    assert client.post(address, {"reason": "She is not here."})["Location"].endswith(f"#item-{seq}")
    assert Report.objects.get().seq == seq
    assert soup(look(client, room, room.people[LEADER])).select_one(f"a[href='{address}']").text.startswith("Hide")
    do = reverse("meeting_do", args=[room.meeting.public_id])
    assert client.post(do, {"command": "hide", "seq": seq, "reason": "She is not here."}).status_code == 302
    assert "neighbour" not in look(client, room).content.decode()


def test_not_for_who_joined_the_set_afterwards(client, room):
    new = SeatFactory(learning_set=room.learning_set).person
    response = look(client, room, new)
    assert response.status_code == 200
    assert not said(response)
    assert "neighbour" not in response.content.decode()
    for address in addresses(room):
        assert client.get(address).status_code == 404


def test_not_for_who_left_and_came_back(client, room):
    Seat.objects.filter(pk=room.seats[MEMBER].pk).update(until=clock.now())
    SeatFactory(learning_set=room.learning_set, person=room.people[MEMBER])
    assert not said(look(client, room))
    for address in addresses(room):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "staff", "left"])
def test_for_nobody_else(client, room, who):
    person = UserFactory(is_staff=who == "staff", is_superuser=who == "staff")
    if who == "left":
        person = room.people[MEMBER]
        Seat.objects.filter(person=person).update(until=clock.now())
    assert look(client, room, person).status_code == 404
    for address in addresses(room):
        assert client.get(address).status_code == 404


def test_for_thirty_days(client, room, monkeypatch):
    seen = addresses(room)
    later = clock.now() + timedelta(days=30, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    forget_old()
    response = look(client, room)
    assert response.status_code == 200
    assert not said(response)
    assert "Read what was said" not in response.content.decode()
    assert client.get(seen[1]).status_code == 404


def test_costs_the_same_however_much_was_said(client, room):
    def cost() -> int:
        look(client, room)
        with CaptureQueriesContext(connection) as queries:
            look(client, room)
        return len(queries)

    few = cost()
    line = room.meeting.events.get(seq=seq_of(room, "About my neighbour."))
    for number in range(1, 30):
        line.pk, line.seq, line.client_id = None, 1000 + number, None
        line.save(force_insert=True)
    assert cost() == few
