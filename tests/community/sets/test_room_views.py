"""The page of a room: what it offers to whom, what its forms do, and what it costs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from community.sets.meeting import commands as c
from tests.community.sets.arrangements import a_room
from tests.helpers import soup

pytestmark = pytest.mark.django_db

PHASES = (
    *("check_in", "bids", "present", "clarify", "explore", "reflect_back", "commitments"),
    *("process_review", "close"),
)


@pytest.fixture
def room():
    return a_room()


def look(client, room, number=0, **query):
    client.force_login(room.people[number])
    return client.get(room.meeting.get_absolute_url(), query)


def send(client, room, number=0, **sent):
    client.force_login(room.people[number])
    return client.post(reverse("meeting_do", args=[room.meeting.public_id]), sent)


def offered(response) -> set[str]:
    """The commands that a page has forms for."""
    return {field["value"] for field in soup(response).select("main input[name=command]")}


class TestPhases:
    @pytest.mark.parametrize("phase", PHASES)
    def test_smoke(self, client, room, phase):
        room.do(1, c.Arrive())
        room.do(2, c.Arrive())
        room.do(0, c.Arrive())
        room.do(0, c.Arrive(how="telephone", behalf=3))
        room.reach(phase)
        for number in range(3):
            response = look(client, room, number)
            assert response.status_code == 200
            print(phase, number, sorted(offered(response)))
