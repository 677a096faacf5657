"""A websocket of a page, as light as can be: it shares two cores with the servers that it measures.

Text frames only, whole, and masked with zeros. `Line` hands each frame to a function; `Page` keeps what a page keeps.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import uuid
from base64 import b64encode
from collections.abc import Callable
from typing import Any

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class NotOpened(Exception):
    """The server answered the handshake with something else. `args[0]` is its status."""


class Line(asyncio.Protocol):
    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self.hear = hear
        self.code: int | None = None
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[int | None] = loop.create_future()
        self._is_open, self._buffer = False, bytearray()

    @classmethod
    async def open(
        cls,
        port: int,
        path: str,
        hear: Callable[[bytes], None],
        *,
        cookie: str = "",
        origin: str = "",
        wait: float = 10,
    ) -> Line:
        loop = asyncio.get_running_loop()
        _transport, line = await loop.create_connection(lambda: cls(hear), "127.0.0.1", port)
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"Origin: {origin or f'http://127.0.0.1:{port}'}",
            *([f"Cookie: {cookie}"] if cookie else []),
        ]
        line.transport.write("\r\n".join([*lines, "", ""]).encode())
        try:
            await asyncio.wait_for(asyncio.shield(line.opened), wait)
        except BaseException:
            line.drop()
            raise
        return line

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_open and not self._shake_hands():
            return
        buffer, at, end = self._buffer, 0, len(self._buffer)
        while end - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size == 126:
                if end - at < 4:
                    break
                size, start = struct.unpack_from("!H", buffer, at + 2)[0], at + 4
            elif size == 127:
                if end - at < 10:
                    break
                size, start = struct.unpack_from("!Q", buffer, at + 2)[0], at + 10
            if end - start < size:
                break
            self._frame(buffer[at] & 15, bytes(buffer[start : start + size]))
            at = start + size
        del buffer[:at]

    def _shake_hands(self) -> bool:
        head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if not found:
            return False
        status = int(head.split(b" ", 2)[1])
        if status != 101:
            self._fail(NotOpened(status))
            self.transport.close()
            return False
        self._buffer, self._is_open = bytearray(rest), True
        self.opened.set_result(None)
        return True

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind == TEXT:
            self.hear(payload)
        elif kind == PING:
            self._write(PONG, payload)
        elif kind == CLOSE:
            self.code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else None
            self._write(CLOSE, payload[:2])
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(error or ConnectionResetError())
        if not self.closed.done():
            self.closed.set_result(self.code)

    def _fail(self, error: Exception) -> None:
        if not self.opened.done():
            self.opened.set_exception(error)
            self.opened.exception()  # whoever waits for it gets it; nobody may

    def say(self, text: bytes) -> None:
        self._write(TEXT, text)

    def _write(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | kind, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | kind, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 0x80 | 127, size)
        self.transport.write(head + b"\0\0\0\0" + payload)

    def drop(self) -> None:
        """As when a line breaks: no goodbye."""
        self.transport.abort()


class Page:
    """What the room's page keeps of a meeting: every line of the log by its number, and the answers to its commands."""

    def __init__(self, meeting: uuid.UUID, cookie: str, *, origin: str = "") -> None:
        self.path, self.cookie, self.origin = f"/ws/meetings/{meeting}/", cookie, origin
        self.events: dict[int, dict[str, Any]] = {}
        self.others: list[dict[str, Any]] = []
        self.answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.snapshot: dict[str, Any] | None = None
        self.line: Line | None = None
        self.seen = self.last = 0
        self._news = asyncio.Event()

    async def open(self, port: int) -> Page:
        """Opens its socket and waits for the snapshot: what it missed is in it."""
        self.snapshot = None
        path = f"{self.path}?after={self.complete}"
        self.line = await Line.open(port, path, self._hear, cookie=self.cookie, origin=self.origin)
        await self.until(lambda: self.snapshot is not None or self.line.closed.done())
        return self

    async def come_back(self, *ports: int, patience: float = 60) -> None:
        """Tries one address after the other until a room opens."""
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            for port in ports:
                try:
                    await self.open(port)
                except (OSError, NotOpened, TimeoutError):
                    pass
                else:
                    if self.snapshot is not None:
                        return
                await asyncio.sleep(0.3)
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError("No room opened.")

    @property
    def complete(self) -> int:
        """The last number up to which nothing is missing."""
        while self.seen + 1 in self.events:
            self.seen += 1
        return self.seen

    @property
    def seqs(self) -> list[int]:
        return sorted(self.events)

    def words(self) -> list[str]:
        """What was said, in order, as the page shows it."""
        return [self.events[seq]["html"] for seq in self.seqs if self.events[seq]["html"]]

    def _hear(self, text: bytes) -> None:
        frame = json.loads(text)
        kind = frame["type"]
        if kind == "event":
            self._keep(frame)
        elif kind == "snapshot":
            for event in frame["events"]:
                self._keep(event)
            self.snapshot, self.last = frame, max(self.last, frame["seq"])
        elif kind in ("taken", "refused") and frame["client_id"] in self.answers:
            answer = self.answers.pop(frame["client_id"])
            if not answer.done():
                answer.set_result(frame)
        else:
            # An answer to nothing that it asked for is kept as well.
            self.others.append(frame)
        self._news.set()

    def _keep(self, event: dict[str, Any]) -> None:
        known = self.events.setdefault(event["seq"], event)
        assert (known["kind"], known["place"], known["at"]) == (event["kind"], event["place"], event["at"])
        self.last = max(self.last, event["seq"])

    async def until(self, true: Callable[[], Any], patience: float = 15) -> None:
        async with asyncio.timeout(patience):
            while not true():
                self._news.clear()
                waiting = asyncio.ensure_future(self._news.wait())
                await asyncio.wait([waiting, self.line.closed], return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                if self.line.closed.done() and not true():
                    raise ConnectionError(f"closed with {self.line.code}")

    async def ask(self, command: str, *, patience: float = 15, **values: Any) -> dict[str, Any]:
        """Sends a command and waits for the answer to it."""
        client_id = values.pop("client_id", None) or str(uuid.uuid4())
        answer = self.answers[client_id] = asyncio.get_running_loop().create_future()
        self.say({"type": "command", "command": command, "client_id": client_id, **values})
        done, _waiting = await asyncio.wait(
            [answer, self.line.closed], timeout=patience, return_when=asyncio.FIRST_COMPLETED
        )
        self.answers.pop(client_id, None)
        if answer.done():
            return answer.result()
        raise ConnectionError(f"closed with {self.line.code}") if done else TimeoutError(f"no answer to {command}")

    def say(self, frame: Any) -> None:
        self.line.say((frame if isinstance(frame, str) else json.dumps(frame)).encode())

    async def hears(self, kind: str, patience: float = 15) -> dict[str, Any]:
        """The next frame of a kind that is neither an event nor an answer."""

        def found() -> dict[str, Any] | None:
            return next((frame for frame in self.others if frame["type"] == kind), None)

        await self.until(found, patience)
        frame = found()
        self.others.remove(frame)
        return frame

    async def refused(self, **values: Any) -> dict[str, Any]:
        """The next refusal, of a frame that had no client id of ours, with these values."""
        while True:
            frame = await self.hears("refused")
            if values.items() <= frame.items():
                return frame

    async def is_closed(self, patience: float = 15) -> int | None:
        """The code that the server closed with."""
        return await asyncio.wait_for(asyncio.shield(self.line.closed), patience)
