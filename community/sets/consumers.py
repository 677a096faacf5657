"""The live room. A thin door: the actions decide, the log is the truth, and whatever is lost here is asked for again.

From a client: {"type": "command", "command": …, "client_id": …}, {"type": "ping", "seq": n}, {"type": "typing"}.
To it: "snapshot" once, then "event", "taken" or "refused" for each command, "presence", "typing" and "pong".
Accepts before it refuses: closing before shows the browser a bare 403.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from channels.auth import get_user
from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import translation
from django.utils.translation import gettext as _

from community.sets import presence, wire
from community.sets.actions import meetings
from community.sets.hub import hub
from community.sets.meeting import commands
from community.sets.meeting.method import MOST_PLACES
from community.sets.meeting.parsing import BadCommand, parse
from community.sets.selectors import live
from kernel.errors import NotAllowed, Refused

logger = logging.getLogger(__name__)

SIGNED_OUT, NOT_HERE, TOO_MANY = 4401, 4404, 4429
TOO_BIG, TRY_LATER = 1009, 1013
LARGEST_FRAME = 64 * 1024
# Frames a second from one socket, and how many at once; a page sends a handful a minute.
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 10, 40
# Who goes on after so many too many is not a page of ours.
MOST_TOO_MANY = 2000
TYPING_EVERY_SECONDS = 3
SESSION_ASKED_EVERY_SECONDS = 60
AWAY = (OperationalError, InterfaceError)
# What somebody's page got wrong or was too late with is noted down, so many times for a socket; never what it said.
MOST_NOTED = 20


class MeetingConsumer(AsyncWebsocketConsumer):
    # None of Channels' own: the hub brings what there is to hear, for all sockets at once.
    channel_layer_alias = ""
    group = ""
    place: int | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without the way to another thread and back that Channels makes before each message to close old connections:
        whatever asks the database here does that itself."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        await self.accept()
        self.person = self.scope["user"]
        # Past the session, which has no part in what others say; see centre.sockets.
        self._straight = self.scope.get("straight", self.base_send)
        self.meeting: uuid.UUID = self.scope["url_route"]["kwargs"]["meeting_id"]
        self._tokens, self._counted_at, self._too_many = float(FRAMES_AT_ONCE), time.monotonic(), 0
        self._warned_at = self._typed_at = 0.0
        self._noted = 0
        self._asked_session_at = time.monotonic()
        # What is heard before the snapshot is said after it.
        self._held: list[tuple[str, str]] | None = []
        if not (self.person.is_authenticated and self.person.is_active):
            await self.close(code=SIGNED_OUT)
            return
        try:
            # First listen, then look: what happens in between comes twice, and is dropped by its number.
            self.group = wire.group_of(self.meeting)
            await hub().join(self.group, self)
            found = await database_sync_to_async(live.snapshot_of)(self.meeting, self.person, self._after())
        except Exception as error:
            logger.warning("A room cannot be entered: %s", type(error).__name__)
            await self.close(code=TRY_LATER)
            return
        if found is None:
            logger.warning("Somebody who has no seat was not let in")
            await self.close(code=NOT_HERE)
            return
        entered, frame = found
        self.place = entered.place
        await self._say(frame)
        for kind, text in self._held:
            await self._pass_on(kind, text)
        self._held = None
        await self._is_here()

    def _after(self) -> int:
        """The last number that the client knows."""
        given = parse_qs(self.scope["query_string"].decode("ascii", "replace")).get("after", [""])[0]
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Out of the group first: nothing more goes out between here and the other side's goodbye."""
        self._stop_listening()
        await super().close(code, reason)

    async def disconnect(self, code: int) -> None:
        self._stop_listening()
        if self.place is not None:
            await database_sync_to_async(presence.gone)(self.meeting, self.place)
            await self._tell({"type": "presence", "place": self.place, "here": False})

    def _stop_listening(self) -> None:
        group, self.group = self.group, ""
        if group:
            hub().leave(group, self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if len(text_data or bytes_data or "") > LARGEST_FRAME:
            logger.warning("A frame of %d bytes was refused", len(text_data or bytes_data or ""))
            await self.close(code=TOO_BIG)
        elif self._may_speak():
            await self._hear(text_data)
        else:
            await self._slow_down()

    def _may_speak(self) -> bool:
        now = time.monotonic()
        self._tokens = min(FRAMES_AT_ONCE, self._tokens + (now - self._counted_at) * FRAMES_PER_SECOND)
        self._counted_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    async def _slow_down(self) -> None:
        """Says so once a second and reads nothing meanwhile; the page keeps its drafts."""
        self._too_many += 1
        if self._too_many > MOST_TOO_MANY:
            logger.warning("A socket that sends without end was closed")
            await self.close(code=TOO_MANY)
        elif time.monotonic() - self._warned_at >= 1:
            self._warned_at = time.monotonic()
            self._note("too_fast")
            await self._refuse("", "too_fast", retry_after=1)

    async def _hear(self, text: str | None) -> None:
        try:
            frame = json.loads(text or "")
        except (ValueError, RecursionError):
            frame = None
        hear = self._hears.get(frame.get("type")) if isinstance(frame, dict) and _is_name(frame.get("type")) else None
        if hear is None:
            self._note("bad_frame")
            await self._refuse("", "bad_frame")
            return
        await hear(self, frame)

    async def _command(self, frame: dict[str, Any]) -> None:
        client_id = frame.get("client_id") if isinstance(frame.get("client_id"), str) else ""
        try:
            command = parse(frame)
            outcome = await asyncio.get_running_loop().run_in_executor(hub().workers, self._do, command)
        except BadCommand as bad:
            self._note(bad.code)
            await self._refuse(client_id, bad.code)
        except NotAllowed:
            logger.warning("Somebody who has no seat any more was refused")
            await self.close(code=NOT_HERE)
        except Refused as refusal:
            if refusal.code == "stale":
                self._note(refusal.code)
            await self._refuse(client_id, refusal.code, refusal.message, getattr(refusal, "retry_after", None))
        except AWAY:
            await self._refuse(client_id, "away", self._in_their_language(_away), retry_after=5)
        else:
            await wire.send_all(outcome.messages)
            await self._say({"type": "taken", "client_id": client_id, "seq": outcome.seq, "last": outcome.last})
            if self.place is None:
                await self._find_place()

    def _note(self, code: str) -> None:
        self._noted += 1
        if self._noted <= MOST_NOTED:
            logger.warning("A frame was refused: %s", code)

    def _do(self, command: commands.Command) -> meetings.Outcome:
        close_old_connections()
        try:
            with translation.override(self.person.language or settings.LANGUAGE_CODE):
                return meetings.do(meeting_id=self.meeting, command=command, by=self.person, announce=None)
        finally:
            close_old_connections()

    async def _find_place(self) -> None:
        """The room was made by what this socket has just sent, or after it opened."""
        entered = await database_sync_to_async(live.enter)(self.meeting, self.person)
        self.place = entered.place if entered else None
        await self._is_here()

    async def _ping(self, frame: dict[str, Any]) -> None:
        """Every 20 seconds or so: I am here, and this is the last number I know."""
        try:
            if not await self._is_still_signed_in():
                await self.close(code=SIGNED_OUT)
                return
            if self.place is None:
                await self._find_place()
            here, seq = await database_sync_to_async(self._look)()
        except AWAY:
            return  # asked again at the next one
        await self._say(wire.now({"type": "pong", "seq": seq, "here": here}))

    def _look(self) -> tuple[list[int], int]:
        if self.place is not None:
            presence.seen(self.meeting, self.place)
        return presence.here(self.meeting, range(MOST_PLACES)), live.last_seq(self.meeting)

    async def _is_still_signed_in(self) -> bool:
        """The person of a socket is fixed when it opens: ask now and then who has this session."""
        if time.monotonic() - self._asked_session_at < SESSION_ASKED_EVERY_SECONDS:
            return True
        self._asked_session_at = time.monotonic()
        session = import_module(settings.SESSION_ENGINE).SessionStore(self.scope["session"].session_key)
        return await get_user({"session": session}) == self.person

    async def _typing(self, frame: dict[str, Any]) -> None:
        if self.place is not None and time.monotonic() - self._typed_at >= TYPING_EVERY_SECONDS:
            self._typed_at = time.monotonic()
            await self._tell({"type": "typing", "place": self.place})

    _hears = {"command": _command, "ping": _ping, "typing": _typing}

    async def _is_here(self) -> None:
        if self.place is not None:
            await database_sync_to_async(presence.seen)(self.meeting, self.place)
            await self._tell({"type": "presence", "place": self.place, "here": True})

    async def _tell(self, frame: dict[str, Any]) -> None:
        await wire.send_all([wire.forward(self.meeting, frame)])

    async def _refuse(self, client_id: str, code: str, message: str = "", retry_after: int | None = None) -> None:
        message = message or self._in_their_language(_bad_frame if code != "too_fast" else _too_fast)
        frame = {"type": "refused", "client_id": client_id, "code": code, "message": message}
        await self._say({**frame, "retry_after": retry_after} if retry_after is not None else frame)

    def _in_their_language(self, words) -> str:
        with translation.override(self.person.language or settings.LANGUAGE_CODE):
            return words()

    async def _say(self, frame: dict[str, Any]) -> None:
        await self.send(text_data=wire.dumps(frame))

    # What the hub brings -----------------------------------------------------------------------------------------

    async def hear(self, kind: str, text: str) -> None:
        if self._held is not None:
            self._held.append((kind, text))
        elif self.group:
            await self._pass_on(kind, text)

    async def _pass_on(self, kind: str, text: str) -> None:
        if kind == wire.FORWARD:
            await self._straight({"type": "websocket.send", "text": text})
        elif kind == wire.UNSEATED and text == str(self.person.public_id):
            # Whoever has no seat any more hears nothing more.
            self.place = None
            await self.close(code=NOT_HERE)


def _is_name(value: Any) -> bool:
    return isinstance(value, str)


def _bad_frame() -> str:
    return _("This page and the Centre do not understand each other. Please load the page again; your text is kept.")


def _too_fast() -> str:
    return _("That was quick. Please wait a moment and send it again. Your text is kept.")


def _away() -> str:
    return _("The Centre cannot be reached for a moment. Your text is kept; please send it again soon.")
