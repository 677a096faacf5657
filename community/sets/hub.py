"""The sockets of this process, by meeting: one subscription for each meeting that somebody here has open, and each
message handed to all of them at once. A channel for every socket costs a queue, two tasks and a parse for each message.

What this process tells is heard here at once; the layer carries it to the other processes. While it is away each still
tells its own, and subscribes again by itself; what was missed meanwhile is in the log, and clients see the gap.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

PATIENCE_SECONDS, TRY_AGAIN_SECONDS = 2.0, 1.0
# Told and not yet sent on. More than this is lost, as it is while the layer is away.
MOST_WAITING = 5000
WORKERS = 4


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
        self._subscribed: set[str] = set()
        self._channel = ""
        self._changing = asyncio.Lock()
        self._waiting: deque[tuple[str, dict[str, Any]]] = deque(maxlen=MOST_WAITING)
        self._listening: asyncio.Task | None = None
        self._sending: asyncio.Task | None = None
        self._again: asyncio.Task | None = None
        self._tidying: asyncio.Task | None = None

    async def join(self, group: str, listener: Listener) -> None:
        """Whatever this process tells is heard from now on; what others tell, as soon as the layer is there."""
        self._listeners.setdefault(group, set()).add(listener)
        if group not in self._subscribed and self._again is None:
            await self._subscribe()

    def leave(self, group: str, listener: Listener) -> None:
        listeners = self._listeners.get(group, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(group, None)
            if self._tidying is None or self._tidying.done():
                self._tidying = asyncio.create_task(self._tidy())

    async def tell(self, group: str, kind: str, text: str) -> None:
        """Everybody here hears it now; the others soon, which nobody waits for."""
        self._waiting.append((group, {"type": kind, "group": group, "text": text, "from": self._name}))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_on())
        await self._hand_over(group, kind, text)

    async def sent(self) -> None:
        """Until all that was told is sent on, or lost."""
        if self._sending is not None:
            await asyncio.wait([self._sending])

    async def _hand_over(self, group: str, kind: str, text: str) -> None:
        for listener in tuple(self._listeners.get(group, ())):
            try:
                await listener.hear(kind, text)
            except Exception as error:
                logger.warning("A socket does not take a meeting's event: %s", type(error).__name__)

    # The layer -----------------------------------------------------------------------------------------------------

    async def _send_on(self) -> None:
        while self._waiting:
            group, message = self._waiting.popleft()
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await get_channel_layer().group_send(group, message)
            except Exception as error:
                # What waits behind it would come late, and slowly; whoever misses it asks for it.
                lost = 1 + len(self._waiting)
                self._waiting.clear()
                logger.warning("The channel layer does not take %d events: %s", lost, type(error).__name__)

    async def _subscribe(self) -> None:
        """To every meeting that somebody has open here. Where the layer is away, again in a second."""
        async with self._changing:
            if self._listeners.keys() <= self._subscribed:
                return
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    if not self._channel:
                        self._channel = await get_channel_layer().new_channel()
                        self._listening = asyncio.create_task(self._listen(self._channel))
                    for group in self._listeners.keys() - self._subscribed:
                        await get_channel_layer().group_add(group, self._channel)
                        self._subscribed.add(group)
            except Exception as error:
                logger.warning("The channel layer takes nobody in: %s", type(error).__name__)
                self._again = asyncio.create_task(self._subscribe_later())

    async def _subscribe_later(self) -> None:
        await asyncio.sleep(TRY_AGAIN_SECONDS)
        self._again = None
        await self._subscribe()

    async def _tidy(self) -> None:
        """From meetings that nobody has open here any more. A task of its own: whoever leaves may just be hearing."""
        async with self._changing:
            while unheard := self._subscribed - self._listeners.keys():
                group = unheard.pop()
                self._subscribed.discard(group)
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await get_channel_layer().group_discard(group, self._channel)
                except Exception as error:
                    logger.warning("The channel layer lets nobody go: %s", type(error).__name__)
            if not self._listeners and self._listening is not None:
                self._listening.cancel()
                await asyncio.wait([self._listening])
                self._channel, self._listening = "", None

    async def _listen(self, channel: str) -> None:
        while True:
            try:
                message = await get_channel_layer().receive(channel)
            except Exception as error:
                logger.warning("The channel layer brings nothing: %s", type(error).__name__)
                await asyncio.sleep(TRY_AGAIN_SECONDS)
            else:
                if message.get("from") != self._name:
                    await self._hand_over(message["group"], message["type"], message["text"])


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
