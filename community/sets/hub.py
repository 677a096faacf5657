"""The sockets of this process, by meeting. The process has one subscription, through which it hears of all meetings,
many events at a time when there are many; what concerns somebody here is handed to all who look at that meeting. A
subscription for every socket, as Channels has it, costs a queue, two tasks and a parse for each message and socket.

What this process tells is heard here at once; the layer carries it to the other processes. While it is away each still
tells its own, and subscribes again by itself; what was missed meanwhile is in the log, and clients see the gap.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

ALL = "meetings"
PATIENCE_SECONDS, TRY_AGAIN_SECONDS = 2.0, 1.0
# Told and not yet sent on: more than this is lost, as it is while the layer is away.
MOST_WAITING, MOST_AT_ONCE = 5000, 100
WORKERS = 2


class Listener(Protocol):
    async def hear(self, kind: str, text: str) -> None: ...


class Hub:
    """Of one event loop."""

    def __init__(self) -> None:
        self._name = uuid.uuid4().hex
        # Where commands are carried out: not in the one thread of all else that asks the database, behind whoever
        # is just let in. Each has a connection of its own.
        self.workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="meetings")
        self._listeners: dict[str, set[Listener]] = {}
        self._waiting: deque[tuple[str, str, str]] = deque(maxlen=MOST_WAITING)
        self._changing = asyncio.Lock()
        self._listening: asyncio.Task | None = None
        self._sending: asyncio.Task | None = None
        self._tidying: asyncio.Task | None = None
        self._again: asyncio.Task | None = None

    async def join(self, meeting: str, listener: Listener) -> None:
        """Whatever this process tells is heard from now on; what others tell, as soon as the layer is there."""
        self._listeners.setdefault(meeting, set()).add(listener)
        if self._listening is None and self._again is None:
            await self._subscribe()

    def listeners(self, meeting: str) -> Collection[Listener]:
        return self._listeners.get(meeting, ())

    def leave(self, meeting: str, listener: Listener) -> None:
        listeners = self._listeners.get(meeting, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(meeting, None)
        if not self._listeners and (self._tidying is None or self._tidying.done()):
            self._tidying = asyncio.create_task(self._unsubscribe())

    async def tell(self, meeting: str, kind: str, text: str) -> None:
        """Everybody here hears it now; the others soon, which nobody waits for."""
        self._waiting.append((meeting, kind, text))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_on())
            self._sending.add_done_callback(self._has_sent)
        await self._hand_over(meeting, kind, text)

    def _has_sent(self, task: asyncio.Task) -> None:
        # A task holds its loop, which would never go: a page's view has one for each call.
        if self._sending is task:
            self._sending = None

    async def sent(self) -> None:
        """Until all that was told is sent on, or lost."""
        if self._sending is not None:
            await asyncio.wait([self._sending])

    async def _hand_over(self, meeting: str, kind: str, text: str) -> None:
        for listener in tuple(self.listeners(meeting)):
            try:
                await listener.hear(kind, text)
            except Exception as error:
                logger.warning("A socket does not take a meeting's event: %s", type(error).__name__)

    # The layer -----------------------------------------------------------------------------------------------------

    async def _send_on(self) -> None:
        while self._waiting:
            told = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await get_channel_layer().group_send(ALL, {"type": ALL, "from": self._name, "told": told})
            except Exception as error:
                # What waits behind it would come late, and slowly; whoever misses it asks for it.
                lost = len(told) + len(self._waiting)
                self._waiting.clear()
                logger.warning("The channel layer does not take %d events: %s", lost, type(error).__name__)

    async def _subscribe(self) -> None:
        """Where the layer is away, again in a second."""
        async with self._changing:
            if self._listening is not None or self._again is not None or not self._listeners:
                return
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    channel = await get_channel_layer().new_channel()
                    await get_channel_layer().group_add(ALL, channel)
                self._listening = asyncio.create_task(self._listen(channel))
            except Exception as error:
                logger.warning("The channel layer takes nobody in: %s", type(error).__name__)
                self._again = asyncio.create_task(self._subscribe_later())

    async def _subscribe_later(self) -> None:
        await asyncio.sleep(TRY_AGAIN_SECONDS)
        self._again = None
        await self._subscribe()

    async def _unsubscribe(self) -> None:
        """When nobody here looks at any meeting. A task of its own: whoever left last may just be hearing."""
        async with self._changing:
            if self._listening is not None and not self._listeners:
                self._listening.cancel()
                await asyncio.wait([self._listening])
                self._listening = None

    async def _listen(self, channel: str) -> None:
        try:
            while True:
                try:
                    message = await get_channel_layer().receive(channel)
                    if message["from"] != self._name:
                        for meeting, kind, text in message["told"]:
                            await self._hand_over(meeting, kind, text)
                except Exception as error:
                    logger.warning("The channel layer brings nothing: %s", type(error).__name__)
                    await asyncio.sleep(TRY_AGAIN_SECONDS)
        finally:
            await self._let_go(channel)

    async def _let_go(self, channel: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await get_channel_layer().group_discard(ALL, channel)
        except Exception as error:
            logger.warning("The channel layer lets nobody go: %s", type(error).__name__)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
