"""Every socket address. Those of the apps come first; anything else is refused."""

import logging
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.security.websocket import OriginValidator
from django.urls import path, re_path

from community.sets.consumers import MeetingConsumer
from notices.consumers import NoticesConsumer

logger = logging.getLogger(__name__)


class OurOrigins(OriginValidator):
    """Pages of other sites open no socket, whatever cookie their reader has; each attempt is written down.

    The scope gets `straight`, which sends past the layers that follow: looking at the session again takes them a third
    of the time of each message, and a room sends each to eight.
    """

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await super().__call__({**scope, "straight": send}, receive, send)

    def valid_origin(self, parsed_origin: Any) -> bool:
        valid = super().valid_origin(parsed_origin)
        if not valid:
            logger.warning("A socket from a foreign origin was refused")
        return valid


class NothingHere(AsyncWebsocketConsumer):
    """Accepts and closes with 4404, because closing before accepting shows the browser a bare 403."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(code=4404)


urlpatterns = [
    path("ws/notices/", NoticesConsumer.as_asgi()),
    path("ws/meetings/<uuid:meeting_id>/", MeetingConsumer.as_asgi()),
    re_path(r"", NothingHere.as_asgi()),
]
