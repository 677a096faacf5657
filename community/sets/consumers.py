"""The live room. A thin door: the actions decide, the log is the truth, and whatever is lost here is asked for again.

From a client: {"type": "command", "command": …, "client_id": …}, {"type": "ping", "seq": n}, {"type": "typing"}.
To it: "snapshot" once, then "event", "taken" or "refused" for each command, "presence", "typing" and "pong".
Accepts before it refuses: closing before shows the browser a bare 403.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
import uuid
from contextlib import suppress
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from channels.auth import get_user
from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import close_old_connections
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from community.sets import patience, presence, wire
from community.sets.actions import meetings
from community.sets.hub import hub
from community.sets.meeting import commands
from community.sets.meeting.method import MOST_PLACES
from community.sets.meeting.parsing import BadCommand, client_id_of, parse
from community.sets.selectors import live
from kernel.errors import NotAllowed, Refused
from kernel.private import where

logger = logging.getLogger(__name__)

SIGNED_OUT, NOT_HERE, TOO_MANY = 4401, 4404, 4429
TOO_BIG, TRY_LATER = 1009, 1013
LARGEST_FRAME = 64 * 1024
# Frames a second from one socket, and how many at once; a page sends a handful a minute.
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 10, 40
# Who goes on after so many too many is not a page of ours.
MOST_TOO_MANY = 2000
TYPING_EVERY_SECONDS = 3
ASKED_AGAIN_EVERY_SECONDS = 60
# A page says something every 20 seconds, in the background once a minute. Who says nothing is not asked about, and so
# hears nothing either; a page comes back by itself.
SILENT_SECONDS = 180
# What somebody's page got wrong or was too late with is noted down, so many times for a socket; never what it said.
MOST_NOTED = 20
# Somebody has a page open here and there; who has more of them in one room than that is up to something.
MOST_SOCKETS = 8
SENTENCES = {
    "too_fast": _("That was quick. Please wait a moment and send it again. Your text is kept."),
    "away": _("The Centre cannot be reached for a moment. Your text is kept; please send it again soon."),
}
OTHERWISE = _("This page and the Centre do not understand each other. Please load the page again; your text is kept.")


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
        self._pace, self._too_many = patience.Bucket(FRAMES_PER_SECOND, FRAMES_AT_ONCE), 0
        self._warned_at = self._typed_at = 0.0
        self._notes = patience.Bucket(0, MOST_NOTED)
        self._asked_again_at = time.monotonic()
        # What is heard before the snapshot is said after it.
        self._held: list[tuple[str, str]] | None = []
        if not (self.person.is_authenticated and self.person.is_active):
            await self.close(code=SIGNED_OUT)
            return
        try:
            self.group = wire.group_of(self.meeting)
            if sum(other.person == self.person for other in hub().listeners(self.group)) >= MOST_SOCKETS:
                await self.close(code=TOO_MANY)
                return
            # First listen, then look: what happens in between comes twice, and is dropped by its number.
            await hub().join(self.group, self)
            found = await patience.asked(live.snapshot_of, self.meeting, self.person, self._after())
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
        return live.number_in(given)

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Out of the group first: nothing more goes out between here and the other side's goodbye."""
        self._stop_listening()
        await super().close(code, reason)

    async def disconnect(self, code: int) -> None:
        self._stop_listening()
        if self.place is not None:
            with suppress(TimeoutError):
                await patience.asked(presence.gone, self.meeting, self.place)
            await self._tell({"type": "presence", "place": self.place, "here": False})

    def _stop_listening(self) -> None:
        group, self.group = self.group, ""
        if group:
            hub().leave(group, self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if len(text_data or bytes_data or "") > LARGEST_FRAME:
            logger.warning("A frame of %d bytes was refused", len(text_data or bytes_data or ""))
            await self.close(code=TOO_BIG)
        elif not self._pace.take():
            await self._slow_down()
        elif await self._may_stay():
            await self._hear(text_data)

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
        kind = frame.get("type") if isinstance(frame, dict) else None
        hear = self._hears.get(kind) if isinstance(kind, str) else None
        if hear is None:
            self._note("bad_frame")
            await self._refuse("", "bad_frame")
            return
        await hear(self, frame)

    async def _command(self, frame: dict[str, Any]) -> None:
        client_id = client_id_of(frame)
        try:
            command = parse(frame)
            outcome = await patience.carried_out(hub().workers, lambda: self._do(command), self._tell_late)
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
        except patience.AWAY:
            await self._refuse(client_id, "away", retry_after=5)
        except Exception as error:
            logger.error("A command could not be carried out: %s", where(error))
            await self._refuse(client_id, "failed")
        else:
            await wire.send_all(outcome.messages)
            await self._say({"type": "taken", "client_id": client_id, "seq": outcome.seq, "last": outcome.last})
            if self.place is None:
                await self._find_place()

    def _tell_late(self, outcome: meetings.Outcome) -> None:
        """It was done after all, when its sender had been told that it could not be."""
        self._late = asyncio.create_task(wire.send_all(outcome.messages))

    def _note(self, code: str) -> None:
        if self._notes.take():
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
        entered = await patience.asked(live.enter, self.meeting, self.person)
        self.place = entered.place if entered else None
        await self._is_here()

    async def _ping(self, frame: dict[str, Any]) -> None:
        """Every 20 seconds or so: I am here, and this is the last number I know."""
        try:
            if self.place is None:
                await self._find_place()
            here, seq = await patience.asked(self._look)
        except patience.AWAY:
            return  # asked again at the next one
        await self._say(wire.now({"type": "pong", "seq": seq, "here": here}))

    def _look(self) -> tuple[list[int], int]:
        if self.place is not None:
            presence.seen(self.meeting, self.place)
        return presence.here(self.meeting, range(MOST_PLACES)), live.last_seq(self.meeting)

    async def _may_stay(self) -> bool:
        """The person of a socket is fixed when it opens, and word of a lost seat may itself be lost: ask who has this
        session, and whether they have a seat. Closes where they have not."""
        if time.monotonic() - self._asked_again_at < ASKED_AGAIN_EVERY_SECONDS:
            return True
        self._asked_again_at = time.monotonic()
        session = import_module(settings.SESSION_ENGINE).SessionStore(self.scope["session"].session_key)
        try:
            async with asyncio.timeout(patience.SECONDS):
                signed_in = await get_user({"session": session}) == self.person
                entered = signed_in and await database_sync_to_async(live.enter)(self.meeting, self.person)
        except patience.AWAY:
            return True  # whatever is asked for now finds that out again
        if not entered:
            await self.close(code=NOT_HERE if signed_in else SIGNED_OUT)
        return bool(entered)

    async def _typing(self, frame: dict[str, Any]) -> None:
        if self.place is not None and time.monotonic() - self._typed_at >= TYPING_EVERY_SECONDS:
            self._typed_at = time.monotonic()
            await self._tell({"type": "typing", "place": self.place})

    _hears = {"command": _command, "ping": _ping, "typing": _typing}

    async def _is_here(self) -> None:
        if self.place is not None:
            with suppress(TimeoutError):
                await patience.asked(presence.seen, self.meeting, self.place)
            await self._tell({"type": "presence", "place": self.place, "here": True})

    async def _tell(self, frame: dict[str, Any]) -> None:
        await wire.send_all([wire.forward(self.meeting, frame)])

    async def _refuse(self, client_id: str, code: str, message: str = "", retry_after: int | None = None) -> None:
        with translation.override(self.person.language or settings.LANGUAGE_CODE):
            sentence = message or str(SENTENCES.get(code, OTHERWISE))
        frame = {"type": "refused", "client_id": client_id, "code": code, "message": sentence}
        await self._say({**frame, "retry_after": retry_after} if retry_after is not None else frame)

    async def _say(self, frame: dict[str, Any]) -> None:
        await self.send(text_data=wire.dumps(frame))

    # What the hub brings -----------------------------------------------------------------------------------------

    async def hear(self, kind: str, text: str) -> None:
        if self._held is not None:
            self._held.append((kind, text))
        elif time.monotonic() - self._asked_again_at > SILENT_SECONDS:
            await self.close(code=TRY_LATER)
        elif self.group:
            await self._pass_on(kind, text)

    async def _pass_on(self, kind: str, text: str) -> None:
        if kind == wire.FORWARD:
            await self._straight({"type": "websocket.send", "text": text})
        elif kind == wire.RESEATED:
            # Not here: whoever hands this out has other rooms to tell.
            self._asked_again_at = -math.inf
            self._asking = asyncio.create_task(self._may_stay())
        elif kind == wire.UNSEATED and text == str(self.person.public_id):
            # Whoever has no seat any more hears nothing more.
            self.place = None
            await self.close(code=NOT_HERE)
