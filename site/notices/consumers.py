"""The number of unread notices, on every page that is open."""

from __future__ import annotations

import json
import logging
from importlib import import_module
from typing import Any

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from notices import wire
from notices.selectors.lists import unread_count

logger = logging.getLogger(__name__)

SIGNED_OUT = 4401
TOO_BIG = 1009
TRY_LATER = 1013
# Nothing is ever expected from the other side.
LARGEST_FRAME = 1024


class NoticesConsumer(AsyncWebsocketConsumer):
    """Says `{"unread": n}` once it is open and whenever wire.changed knocks; hears nothing. Closes with 4401 for
    whoever is not signed in, or no longer. Accepts first: closing before shows the browser a bare 403."""

    group = ""

    async def connect(self) -> None:
        await self.accept()
        self.person = self.scope["user"]
        if not (self.person.is_authenticated and self.person.is_active):
            await self.close(code=SIGNED_OUT)
            return
        try:
            # First listen, then count: what happens in between knocks.
            await self.channel_layer.group_add(wire.group_of(self.person.public_id), self.channel_name)
        except Exception as error:
            logger.warning("The channel layer takes nobody in: %s", type(error).__name__)
            await self.close(code=TRY_LATER)
            return
        self.group = wire.group_of(self.person.public_id)
        await self._say()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if len(text_data or bytes_data or "") > LARGEST_FRAME:
            await self.close(code=TOO_BIG)

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def notices_changed(self, event: dict[str, Any]) -> None:
        """wire.CHANGED. The person of a socket is fixed when it opens: ask again who has this session now."""
        session = import_module(settings.SESSION_ENGINE).SessionStore(self.scope["session"].session_key)
        if await get_user({"session": session}) == self.person:
            await self._say()
        else:
            await self.close(code=SIGNED_OUT)

    async def _say(self) -> None:
        # Closes old connections before and after.
        unread = await database_sync_to_async(unread_count)(self.person)
        await self.send(text_data=json.dumps({"unread": unread}))
