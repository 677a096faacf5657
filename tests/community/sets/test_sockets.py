"""The live room's sockets, by the application as it is composed."""

from __future__ import annotations

import json
import logging
import threading
import uuid

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.models import Session
from django.db import OperationalError

from centre.asgi import application
from community.sets import consumers, patience, wire
from community.sets.actions import meetings
from community.sets.models import MeetingEvent
from community.sets.selectors import live
from kernel import clock
from tests.community.sets.arrangements import N, a_room
from tests.factories import UserFactory
from tests.notices.test_socket import FOREIGN, OURS, headers_of

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def _new_layer():
    """Queues belong to the loop they were made in."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


class Page:
    """A room that is open in somebody's browser."""

    def __init__(self, meeting_id, person, *, after: int | None = None, origin=OURS) -> None:
        self.person, self.origin = person, origin
        self.path = f"/ws/meetings/{meeting_id}/" + (f"?after={after}" if after is not None else "")

    async def __aenter__(self) -> Page:
        headers = await sync_to_async(headers_of)(self.person, self.origin)
        self.socket = WebsocketCommunicator(application, self.path, headers=headers)
        self.accepted, self.code = await self.socket.connect(timeout=5)
        return self

    async def __aexit__(self, *_) -> None:
        await self.socket.disconnect()

    async def hears(self, *types: str) -> dict | int:
        """The next frame (of one of these types); the code when it is closed."""
        while True:
            answer = await self.socket.receive_output(timeout=5)
            if answer["type"] != "websocket.send":
                return answer["code"]
            frame = json.loads(answer["text"])
            if not types or frame["type"] in types:
                return frame

    async def sends(self, **frame) -> None:
        await self.socket.send_to(text_data=json.dumps(frame))

    async def says(self, text: str = "A few words.", **more) -> dict:
        frame = {"type": "command", "command": "contribute", "kind": "note", "text": text, "language": "en", **more}
        await self.sends(client_id=str(uuid.uuid4()), **frame)
        return await self.hears("taken", "refused")


def open_room():
    room = a_room()
    room.say(0, N, "Before you came.")
    room.say(1, N, "Hello.")
    return room


def test_joining_hears_where_it_stands_then_what_happens():
    room = open_room()

    async def walk():
        async with Page(room.meeting.public_id, room.people[0]) as mine:
            first = await mine.hears()
            assert (first["type"], first["you"], first["state"]["phase"]) == ("snapshot", 0, "lobby")
            assert [event["kind"] for event in first["events"]] == [
                "convened",
                "arrived",
                "contributed",
                "arrived",
                "contributed",
            ]
            async with Page(room.meeting.public_id, room.people[1], after=first["seq"]) as theirs:
                assert (await theirs.hears())["events"] == []
                assert (await theirs.says("What *now*?"))["type"] == "taken"
                event = await mine.hears("event")
                assert (event["seq"], event["place"], event["html"]) == (
                    first["seq"] + 1,
                    1,
                    "<p>What <em>now</em>?</p>\n",
                )
                assert "server_now" in event

    async_to_sync(walk)()


def test_nobody_but_members_gets_in():
    room, stranger = open_room(), UserFactory()

    async def knock(person, origin=OURS, meeting_id=room.meeting.public_id):
        async with Page(meeting_id, person, origin=origin) as page:
            return (await page.hears()) if page.accepted else "refused"

    assert async_to_sync(knock)(None) == consumers.SIGNED_OUT
    assert async_to_sync(knock)(stranger) == consumers.NOT_HERE
    assert async_to_sync(knock)(room.people[0], meeting_id=uuid.uuid4()) == consumers.NOT_HERE
    assert async_to_sync(knock)(room.people[0], FOREIGN) == "refused"


def _remove(room, number):
    seat = room.seats[number]
    seat.until = clock.now()
    seat.save()
    meetings.seats_changed(learning_set=room.learning_set)


def test_a_removed_member_hears_nothing_more():
    room = open_room()

    async def walk():
        meeting = room.meeting.public_id
        async with Page(meeting, room.people[1]) as theirs, Page(meeting, room.people[0]) as mine:
            await theirs.hears("snapshot")
            await mine.hears("snapshot")
            await sync_to_async(_remove)(room, 1)
            assert await theirs.hears("closed") == consumers.NOT_HERE
            assert (await mine.says("Secret of the others"))["type"] == "taken"
            assert await theirs.socket.receive_nothing(timeout=0.3)

    async_to_sync(walk)()


def test_a_removed_member_whose_socket_was_not_told_cannot_speak():
    room = open_room()

    async def walk():
        async with Page(room.meeting.public_id, room.people[1]) as theirs:
            await theirs.hears("snapshot")
            channel_layers.backends.clear()  # the message is lost
            await sync_to_async(_remove)(room, 1)
            assert await theirs.says("Still here") == consumers.NOT_HERE

    async_to_sync(walk)()
    assert not any("Still here" in event.text for event in MeetingEvent.objects.all())


def test_a_removed_member_whose_socket_was_not_told_is_closed_at_a_ping(monkeypatch):
    monkeypatch.setattr(consumers, "ASKED_AGAIN_EVERY_SECONDS", 0)
    room = open_room()

    async def walk():
        async with Page(room.meeting.public_id, room.people[1]) as theirs:
            await theirs.hears("snapshot")
            with monkeypatch.context() as patch:
                patch.setattr(wire, "send", lambda messages: None)
                await sync_to_async(_remove)(room, 1)
            await theirs.sends(type="ping", seq=1)
            assert await theirs.hears("pong") == consumers.NOT_HERE

    async_to_sync(walk)()


def test_whoever_says_nothing_hears_nothing_in_the_end(monkeypatch):
    room = open_room()

    async def walk():
        meeting = room.meeting.public_id
        async with Page(meeting, room.people[1]) as silent, Page(meeting, room.people[0]) as page:
            await silent.hears("snapshot")
            await page.hears("snapshot")
            monkeypatch.setattr(consumers, "SILENT_SECONDS", -1)
            await page.sends(type="typing")
            assert await silent.hears("typing") == consumers.TRY_LATER

    async_to_sync(walk)()


def test_a_seat_that_goes_before_the_room_is_made_hears_nothing_of_it():
    room = a_room()

    async def walk():
        async with Page(room.meeting.public_id, room.people[1]) as theirs:
            await theirs.hears("snapshot")
            await sync_to_async(_remove)(room, 1)
            assert await theirs.hears("event") == consumers.NOT_HERE

    async_to_sync(walk)()


def test_one_person_has_only_so_many_sockets_in_a_room(monkeypatch):
    monkeypatch.setattr(consumers, "MOST_SOCKETS", 1)
    room = open_room()

    async def walk():
        meeting = room.meeting.public_id
        async with Page(meeting, room.people[0]) as first, Page(meeting, room.people[1]) as other:
            await first.hears("snapshot")
            await other.hears("snapshot")
            async with Page(meeting, room.people[0]) as second:
                assert await second.hears("snapshot") == consumers.TOO_MANY
            assert (await first.says("Still here"))["type"] == "taken"

    async_to_sync(walk)()


def test_whoever_signs_out_elsewhere_is_closed_at_the_next_ping(monkeypatch):
    monkeypatch.setattr(consumers, "ASKED_AGAIN_EVERY_SECONDS", 0)
    room = open_room()

    async def walk():
        async with Page(room.meeting.public_id, room.people[0]) as page:
            await page.hears("snapshot")
            await page.sends(type="ping", seq=1)
            pong = await page.hears("pong")
            assert (pong["here"], pong["seq"]) == ([0], room.meeting.seq)
            await sync_to_async(Session.objects.all().delete)()
            await page.sends(type="ping", seq=1)
            assert await page.hears("pong") == consumers.SIGNED_OUT

    room.meeting.refresh_from_db()
    async_to_sync(walk)()


BAD = {
    "no JSON": "{",
    "no object": "[1]",
    "deep": "[" * 3000,
    "unknown type": json.dumps({"type": "meeting.forward", "text": "x"}),
    "a type that is no name": json.dumps({"type": {"a": 1}}),
    "unknown command": json.dumps({"type": "command", "command": "become_leader"}),
    "of the house": json.dumps({"type": "command", "command": "close_forgotten"}),
    "a number that nobody can write": '{"type": "command", "command": "next", "client_id": "\\ud800"}',
    **{
        f"forged {key}": json.dumps(
            {"type": "command", "command": "contribute", "kind": "note", "text": "Forged", key: value}
        )
        for key, value in {"place": 0, "by": 1, "author": 0, "seq": 1, "person": "x", "at": "2020-01-01"}.items()
    },
    "forged absence": json.dumps({"type": "command", "command": "claim", "absent": 999}),
    "stale": json.dumps({"type": "command", "command": "next", "visit": 7}),
    "wrong kind of value": json.dumps({"type": "command", "command": "next", "visit": "0"}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_page_sends_is_refused_and_harms_nobody(name, caplog):
    room = open_room()

    async def walk():
        meeting = room.meeting.public_id
        async with Page(meeting, room.people[0]) as bad, Page(meeting, room.people[1]) as good:
            await bad.hears("snapshot")
            await good.hears("snapshot")
            await bad.socket.send_to(text_data=BAD[name])
            refusal = await bad.hears("refused", "taken")
            assert refusal["type"] == "refused"
            assert refusal["message"]
            assert (await good.says("Unharmed"))["type"] == "taken"

    with caplog.at_level(logging.INFO):
        async_to_sync(walk)()
    assert "Forged" not in caplog.text
    assert not any("Forged" in event.text for event in MeetingEvent.objects.all())


def test_a_frame_of_a_megabyte_closes_its_own_socket():
    room = open_room()

    async def walk():
        meeting = room.meeting.public_id
        async with Page(meeting, room.people[0]) as bad, Page(meeting, room.people[1]) as good:
            await bad.hears("snapshot")
            await good.hears("snapshot")
            await bad.socket.send_to(text_data="x" * 1024 * 1024)
            assert await bad.hears("refused") == consumers.TOO_BIG
            assert (await good.says("Unharmed"))["type"] == "taken"

    async_to_sync(walk)()


def test_a_flood_is_told_to_wait_and_read_no_more():
    room = open_room()

    async def walk():
        meeting = room.meeting.public_id
        async with Page(meeting, room.people[0]) as bad, Page(meeting, room.people[1]) as good:
            await bad.hears("snapshot")
            await good.hears("snapshot")
            for _number in range(1000):
                await bad.sends(type="nonsense")
            # Those it may send are answered one by one, on a slow machine a few more.
            while "retry_after" not in (answer := await bad.hears("refused")):
                pass
            assert answer["retry_after"] == 1
            assert (await good.says("Unharmed"))["type"] == "taken"

    async_to_sync(walk)()


def test_without_a_database_a_sentence_and_later_all_goes_on(monkeypatch):
    room = open_room()

    def away(**_):
        raise OperationalError("gone")

    async def walk():
        async with Page(room.meeting.public_id, room.people[0]) as page:
            await page.hears("snapshot")
            with monkeypatch.context() as patch:
                patch.setattr(meetings, "do", away)
                refusal = await page.says("While it was away")
                assert (refusal["code"], refusal["retry_after"]) == ("away", 5)
                assert "kept" in refusal["message"]
            assert (await page.says("Again"))["type"] == "taken"

    async_to_sync(walk)()


def test_a_database_that_hangs_is_away_too(monkeypatch):
    room = open_room()
    answers = threading.Event()

    def hangs(*_, **__):
        assert answers.wait(20)
        raise OperationalError("too late")

    async def walk():
        async with Page(room.meeting.public_id, room.people[0]) as page:
            await page.hears("snapshot")
            with monkeypatch.context() as patch:
                patch.setattr(patience, "SECONDS", 0.3)
                patch.setattr(meetings, "do", hangs)
                patch.setattr(live, "last_seq", hangs)
                # More than there are threads for it: those behind are not left to wait either.
                for number in range(4):
                    assert (await page.says(f"While it hung, {number}"))["code"] == "away"
                await page.sends(type="ping", seq=0)
                assert (await page.says("Still here"))["code"] == "away"
                answers.set()
            assert (await page.says("Again"))["type"] == "taken"

    async_to_sync(walk)()


def test_what_is_done_too_late_is_told_all_the_same(monkeypatch):
    room = open_room()
    answers = threading.Event()
    do = meetings.do

    def slowly(**asked):
        assert answers.wait(20)
        return do(**asked)

    async def walk():
        meeting = room.meeting.public_id
        async with Page(meeting, room.people[0]) as page, Page(meeting, room.people[1]) as other:
            await page.hears("snapshot")
            await other.hears("snapshot")
            with monkeypatch.context() as patch:
                patch.setattr(patience, "SECONDS", 0.3)
                patch.setattr(meetings, "do", slowly)
                assert (await page.says("It came late"))["code"] == "away"
            answers.set()
            assert "It came late" in (await other.hears("event"))["html"]

    async_to_sync(walk)()


def test_a_mistake_of_ours_is_a_sentence_and_the_socket_stays(monkeypatch, caplog):
    room = open_room()

    def breaks(**_):
        raise ValueError("ours")

    async def walk():
        async with Page(room.meeting.public_id, room.people[0]) as page:
            await page.hears("snapshot")
            with monkeypatch.context() as patch:
                patch.setattr(meetings, "do", breaks)
                refusal = await page.says("Words of somebody")
                assert (refusal["code"], "kept" in refusal["message"]) == ("failed", True)
            assert (await page.says("Again"))["type"] == "taken"

    async_to_sync(walk)()
    assert "Words of somebody" not in caplog.text
    assert "could not be carried out" in caplog.text


def test_what_is_too_long_is_not_made_into_html_first(monkeypatch):
    room = open_room()

    def dear(_):
        raise AssertionError("seconds of everybody's time")

    async def walk():
        async with Page(room.meeting.public_id, room.people[0]) as page:
            await page.hears("snapshot")
            monkeypatch.setattr(meetings, "to_html", dear)
            assert (await page.says("_a*b" * 10_000))["code"] == "too_long"

    async_to_sync(walk)()


def test_refusals_speak_the_language_of_the_person():
    room = open_room()
    person = room.people[0]
    person.language = "fr"
    person.save()

    async def walk():
        async with Page(room.meeting.public_id, person) as page:
            await page.hears("snapshot")
            refusal = await page.says("")
            assert refusal["code"] == "empty"
            return refusal["message"]

    assert async_to_sync(walk)()
