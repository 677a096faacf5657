"""Every socket address. Those of the apps come first; anything else is refused."""

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path, re_path

from community.sets.consumers import MeetingConsumer
from notices.consumers import NoticesConsumer


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
