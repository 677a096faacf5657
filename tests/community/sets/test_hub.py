"""The one subscription of a process, and what is left of those of single calls."""

from __future__ import annotations

import asyncio
import gc
import time
import uuid

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers, get_channel_layer

from community.sets import hub, wire

MEETING = uuid.uuid4()


@pytest.fixture(autouse=True)
def _new_layer():
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


class Listener:
    def __init__(self) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def hear(self, kind: str, text: str) -> None:
        await self.heard.put(text)


def test_pages_that_tell_a_room_leave_nothing_behind():
    gc.collect()
    before = len(hub._hubs)
    for number in range(20):
        wire.send([wire.forward(MEETING, {"number": number})])
    gc.collect()
    assert len(hub._hubs) <= before


def test_a_layer_that_hangs_holds_nobody_up_behind_another(monkeypatch):
    async def hangs(*_):
        await asyncio.sleep(60)

    async def walk():
        monkeypatch.setattr(hub, "PATIENCE_SECONDS", 0.3)
        monkeypatch.setattr(get_channel_layer(), "new_channel", hangs, raising=False)
        ours, begun = hub.Hub(), time.monotonic()
        await asyncio.gather(*(ours.join("meeting.x", Listener()) for _number in range(6)))
        assert time.monotonic() - begun < 1
        ours._again.cancel()

    async_to_sync(walk)()


def test_what_cannot_be_read_does_not_end_the_listening(monkeypatch):
    monkeypatch.setattr(hub, "TRY_AGAIN_SECONDS", 0.01)

    async def walk():
        ours, listener = hub.Hub(), Listener()
        await ours.join("meeting.x", listener)
        layer = get_channel_layer()
        await layer.group_send(hub.ALL, {"type": hub.ALL})
        await layer.group_send(hub.ALL, {"type": hub.ALL, "from": "another", "told": [("meeting.x", "k", "Hello")]})
        assert await asyncio.wait_for(listener.heard.get(), 5) == "Hello"
        ours.leave("meeting.x", listener)
        await ours._tidying

    async_to_sync(walk)()
