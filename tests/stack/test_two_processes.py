"""Two processes, as docker-compose.yml starts them: what members of one meeting see of each other, and what is left
when a process, Redis or PostgreSQL goes away in the middle of it."""

from __future__ import annotations

import asyncio
import json
import re
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from django.urls import reverse

from community.sets import consumers, wire
from tests.stack import rooms
from tests.stack.line import NotOpened, Page
from tests.stack.rooms import Room, in_thread
from tests.stack.servers import Stack

pytestmark = pytest.mark.slow

REDIS_AWAY, DATABASE_AWAY = 20, 10
# For a machine that does other things as well.
SOON = 2.0


def pages_of(room: Room) -> list[Page]:
    return [Page(room.meeting, cookie) for cookie in room.cookies]


async def seated(stack: Stack, room: Room) -> list[Page]:
    """All members, on both processes in turn."""
    pages = pages_of(room)
    await asyncio.gather(*(page.open(stack.ports[number % 2]) for number, page in enumerate(pages)))
    return pages


async def note(page: Page, text: str, **more) -> dict:
    return await page.ask("contribute", kind="note", text=text, language="en", **more)


async def insist(page: Page, text: str, *ports: int) -> None:
    """As a page does: the same again, until it is taken."""
    client_id = str(uuid.uuid4())
    async with asyncio.timeout(90):
        while True:
            try:
                answer = await note(page, text, client_id=client_id, patience=10)
            except (ConnectionError, TimeoutError):
                await page.come_back(*ports)
                continue
            if answer["type"] == "taken":
                return
            await asyncio.sleep(answer["retry_after"])


async def at_once(work: Callable, *values):
    return await asyncio.to_thread(in_thread, work, *values)


async def all_have(pages: list[Page], words: list[str], patience: float = 15) -> None:
    for page in pages:
        await page.until(lambda page=page: len(page.words()) >= len(words), patience)


async def lacks(page: Page, words: list[str]) -> set[str]:
    """Those that have not come by themselves, after a while."""
    with suppress(TimeoutError):
        await all_have([page], words)
    return set(words) - {plain(text) for text in page.words()}


async def catch_up(page: Page, port: int) -> None:
    """As a page does when it hears of a number that it does not have."""
    page.say({"type": "ping", "seq": page.complete})
    pong = await page.hears("pong")
    if page.complete < pong["seq"]:
        page.line.drop()
        await page.come_back(port)


async def timed(work: Awaitable) -> float:
    begin = time.perf_counter()
    await work
    return time.perf_counter() - begin


def plain(html: str) -> str:
    return re.sub("<[^>]+>", "", html).strip()


def test_members_on_different_processes_see_each_other(stack, make_room):
    room = make_room()

    async def walk() -> None:
        first = await Page(room.meeting, room.cookies[0]).open(stack.ports[0])
        other = await Page(room.meeting, room.cookies[1]).open(stack.ports[1])
        await first.until(lambda: {"type": "presence", "place": 1, "here": True} in first.others)
        assert set(other.snapshot["state"]["here"]) == {0}
        other.say({"type": "typing"})
        assert (await first.hears("typing"))["place"] == 1
        rest = [
            await Page(room.meeting, cookie).open(stack.ports[n % 2]) for n, cookie in enumerate(room.cookies[2:], 2)
        ]
        pages = [first, other, *rest]
        said = [f"Word {number}" for number in range(len(pages))]
        answers = await asyncio.gather(*(note(page, text) for page, text in zip(pages, said, strict=True)))
        assert {answer["type"] for answer in answers} == {"taken"}
        await all_have(pages, said)
        truth = await at_once(rooms.truth, room.meeting)
        for page in pages:
            assert page.seqs == list(range(1, truth.seq + 1))
            assert [plain(text) for text in page.words()] == truth.words
        other.line.drop()
        await first.until(lambda: {"type": "presence", "place": 1, "here": False} in first.others)

    asyncio.run(walk())


def test_kill_9_of_one_process_in_mid_meeting(stack, make_room):
    room = make_room()
    said = [f"Member {member}, word {number}" for number in range(6) for member in range(8)]

    async def walk() -> None:
        pages = await seated(stack, room)
        dying, living = stack.lives[0], stack.lives[1]

        async def member(number: int) -> None:
            for text in said[number::8]:
                await insist(pages[number], text, living.port)
                await asyncio.sleep(0.4)

        async def come_back(page: Page) -> None:
            await page.line.closed
            await page.come_back(living.port)

        speaking = [asyncio.create_task(member(number)) for number in range(8)]
        await asyncio.sleep(1)
        await asyncio.to_thread(dying.kill)
        # Also those who just listen.
        await asyncio.gather(*(come_back(page) for page in pages[0::2]))
        await asyncio.gather(*speaking)
        # All words come by themselves, but what the dead one had stored and not told yet, one of each of its members at
        # most: that number is missing, and asked for.
        untold = set().union(*await asyncio.gather(*(lacks(page, said) for page in pages)))
        members = [said.index(text) % 8 for text in untold]
        assert len(set(members)) == len(members)
        assert set(members) <= {0, 2, 4, 6}
        for page in pages:
            await catch_up(page, living.port)
        truth = await at_once(rooms.truth, room.meeting)
        assert sorted(truth.words) == sorted(said), "each once"
        for page in pages:
            assert page.seqs == list(range(1, truth.seq + 1))
            assert [plain(text) for text in page.words()] == truth.words
        assert truth.replayed == truth.snapshot

    try:
        asyncio.run(walk())
    finally:
        stack.lives[0].begin()
        stack.lives[0].wait()


def test_redis_stopped_and_started_empty(stack, make_room):
    room = make_room()

    async def walk() -> None:
        pages = await seated(stack, room)
        said: list[str] = []
        took: list[float] = []

        async def speak(page: Page) -> None:
            said.append(f"Word {len(said)}")
            took.append(await timed(insist(page, said[-1], *stack.ports)))

        for page in pages:
            await speak(page)
        await asyncio.to_thread(stack.redis.stop)
        until = time.monotonic() + REDIS_AWAY
        turn = 0
        while time.monotonic() < until:
            await speak(pages[turn % 8])
            turn += 1
            await asyncio.sleep(0.5)
        assert max(took) < SOON, "whoever speaks need not wait for Redis"
        # Somebody comes while it is away.
        late = pages[7]
        late.line.drop()
        await late.come_back(stack.ports[1])
        await asyncio.to_thread(stack.redis.start)
        await asyncio.sleep(5)
        assert not any(page.line.closed.done() for page in pages), "nobody was sent away"
        # By their own sockets again, from one process to the other.
        for number, page in enumerate(pages[:2]):
            await speak(page)
            await pages[number - 1].until(lambda: len(said) == int(plain(pages[0].words()[-1]).split()[1]) + 1)
        for number, page in enumerate(pages):
            await catch_up(page, stack.ports[number % 2])
        truth = await at_once(rooms.truth, room.meeting)
        assert truth.words == said, "nothing is lost, and the order is kept"
        for page in pages:
            assert page.seqs == list(range(1, truth.seq + 1))
            assert [plain(text) for text in page.words()] == said

    asyncio.run(walk())
    path = reverse("meeting_events", args=[room.meeting])
    request = urllib.request.Request(f"http://127.0.0.1:{stack.ports[0]}{path}", headers={"Cookie": room.cookies[0]})
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["you"] == 0, "nobody is signed out"


def test_postgresql_away(stack, make_room):
    room = make_room()

    async def walk() -> None:
        pages = await seated(stack, room)
        assert (await note(pages[0], "Before"))["type"] == "taken"
        await asyncio.to_thread(stack.way.cut)
        back_at = time.monotonic() + DATABASE_AWAY
        kept = [(page, str(uuid.uuid4())) for page in pages]
        for page, client_id in kept:
            answer = await note(page, "Meanwhile", client_id=client_id)
            assert (answer["type"], answer["code"], answer["retry_after"]) == ("refused", "away", 5)
            assert "kept" in answer["message"]
            page.say({"type": "ping", "seq": page.complete})
        with pytest.raises(NotOpened):
            await Page(room.meeting, room.cookies[0]).open(stack.ports[0])
        await asyncio.sleep(back_at - time.monotonic())
        await asyncio.to_thread(stack.way.mend)
        for page, client_id in kept:
            answer = await note(page, "Meanwhile", client_id=client_id)
            assert answer["type"] == "taken", answer
        await all_have(pages, ["Before", *["Meanwhile"] * 8])
        assert not any(page.line.closed.done() for page in pages)
        truth = await at_once(rooms.truth, room.meeting)
        assert truth.words == ["Before", *["Meanwhile"] * 8]
        assert truth.replayed == truth.snapshot

    asyncio.run(walk())
    assert "Meanwhile" not in "".join(stack.logs())


# What does not belong there -------------------------------------------------------------------------------------------


def test_who_does_not_get_in(stack, make_room):
    room, stranger = make_room(), rooms.a_stranger()

    async def knock(cookie: str) -> int | None:
        page = await Page(room.meeting, cookie).open(stack.ports[0])
        assert page.snapshot is None
        return await page.is_closed()

    async def walk() -> None:
        for origin in ("https://evil.example", "null"):
            with pytest.raises(NotOpened) as refused:
                await Page(room.meeting, room.cookies[0], origin=origin).open(stack.ports[0])
            assert refused.value.args == (403,)
        assert await knock("") == consumers.SIGNED_OUT
        assert await knock("sessionid=x") == consumers.SIGNED_OUT
        assert await knock(stranger) == consumers.NOT_HERE

    asyncio.run(walk())
    logs = "".join(stack.logs())
    assert "origin" in logs
    assert "no seat" in logs


def test_a_removed_member_with_an_open_socket(stack, make_room, monkeypatch):
    room = make_room()

    async def walk() -> None:
        pages = await seated(stack, room)
        await at_once(rooms.remove, room.seats[3])
        assert await pages[3].is_closed() == consumers.NOT_HERE
        # Where the message does not reach their process, whatever they ask is refused.
        with monkeypatch.context() as patch:
            patch.setattr(wire, "send", lambda messages: None)
            await at_once(rooms.remove, room.seats[4])
        with pytest.raises(ConnectionError):
            await note(pages[4], "I am still here")
        assert await pages[4].is_closed() == consumers.NOT_HERE
        heard = len(pages[3].events)
        assert (await note(pages[0], "Among ourselves"))["type"] == "taken"
        await all_have([pages[1], pages[2]], ["Among ourselves"])
        assert len(pages[3].events) == heard
        truth = await at_once(rooms.truth, room.meeting)
        assert truth.words == ["Among ourselves"]

    asyncio.run(walk())


def forged(**values) -> str:
    frame = {"type": "command", "command": "contribute", "kind": "note", "text": "Quetzalcoatl", "language": "en"}
    return json.dumps({**frame, **values})


BAD = {
    "no JSON": "{Quetzalcoatl",
    "no object": '["Quetzalcoatl"]',
    "deep": "[" * 30_000,
    "no type": json.dumps({"command": "contribute"}),
    "a type of the house": json.dumps({"type": "meeting.forward", "text": "Quetzalcoatl"}),
    "a type of Channels": json.dumps({"type": "websocket.disconnect"}),
    "unknown command": forged(command="become_leader"),
    "a command of the house": forged(command="close_forgotten"),
    "no kind that there is": forged(kind="Quetzalcoatl"),
    "no client id": forged(client_id="Quetzalcoatl"),
    **{
        f"forged {key}": forged(**{key: value})
        for key, value in {"place": 0, "by": 0, "author": 0, "seq": 1, "person": "x", "at": "2020-01-01"}.items()
    },
    "a stale visit": json.dumps({"type": "command", "command": "next", "visit": 7}),
    "somebody who is not there": forged(behalf=39),
    "for somebody who is not on the telephone": forged(behalf=1),
}


def test_what_no_page_sends(stack, make_room):
    room, earlier = make_room(), Counter(stack.logs())

    async def walk() -> None:
        good = await Page(room.meeting, room.cookies[1]).open(stack.ports[0])
        was = await at_once(rooms.truth, room.meeting)
        for frame in BAD.values():
            bad = await Page(room.meeting, room.cookies[0]).open(stack.ports[0])
            bad.say(frame)
            refusal = await bad.refused()
            assert refusal["message"]
            assert not bad.line.closed.done()
            bad.line.drop()
        after = await at_once(rooms.truth, room.meeting)
        assert (after.seq, after.snapshot) == (was.seq, was.snapshot)
        assert (await note(good, "Unharmed"))["type"] == "taken"

    asyncio.run(walk())
    logs = "\n".join((Counter(stack.logs()) - earlier).elements())
    for code in ("bad_frame", "unknown_command", "unknown_key", "bad_value", "stale"):
        assert code in logs
    assert "Quetzalcoatl" not in logs
    assert "Traceback" not in logs


def test_a_frame_of_a_megabyte_and_a_flood(stack, make_room):
    room = make_room()

    async def walk() -> None:
        pages = await seated(stack, room)
        big, huge, flood, good, far = (pages[number] for number in (0, 6, 2, 4, 5))
        quiet = [await timed(note(page, "Quiet")) for page in (good, far)]
        big.line.say(b"Q" * 1_000_000)
        # daphne reads none of this at all.
        huge.line.say(b"Q" * 30_000_000)
        beside = [await timed(note(page, "Beside it")) for page in (good, far)]
        assert await big.is_closed() == consumers.TOO_BIG
        await huge.is_closed()

        for number in range(1000):
            flood.say({"type": "command", "command": "raise_hand" if number % 2 else "lower_hand"})
        during = [await timed(note(page, "During it")) for page in (good, far)]
        refusal = await flood.refused(code="too_fast")
        assert refusal["retry_after"] == 1
        print(f"\nsends took {quiet} alone, {beside} beside a big frame, {during} during a flood")
        assert max(*beside, *during) < SOON
        assert not flood.line.closed.done()
        await asyncio.sleep(2)
        assert (await note(flood, "Slower now"))["type"] == "taken"
        truth = await at_once(rooms.truth, room.meeting)
        hands = [line for line in truth.lines.values() if line[0].startswith("hand_")]
        assert len(hands) < 100, "what was too much was not carried out"
        await all_have([good, far], [*["x"] * 6, "Slower now"])

    asyncio.run(walk())
    assert "too_fast" in "".join(stack.logs())
