"""What goes out over the sockets of a meeting: frames, and the group they go to.

A frame is JSON: {"type": "event", "seq", "at", "kind", "place", "for", "data", "html", "language", "server_now"}. It
carries a copy of what the log already holds; whoever misses one sees the gap in `seq` and asks for it.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync

from community.sets.hub import hub
from community.sets.meeting.events import Event
from kernel import clock

logger = logging.getLogger(__name__)

# What a socket is told to do with a message's text; sets.consumers does it.
FORWARD, UNSEATED, RESEATED = "meeting.forward", "meeting.unseated", "meeting.reseated"
# Of events' data, what concerns nobody outside the house.
_PRIVATE = ("seat", "places", "overrides")


def group_of(meeting: uuid.UUID) -> str:
    return f"meeting.{meeting.hex}"


def frame(event: Event, *, html: str = "", language: str = "", gone: str = "") -> dict[str, Any]:
    """One event as clients get it. `gone` is "withdrawn" or "hidden": its words are not sent."""
    data = {key: value for key, value in event.data.items() if key not in _PRIVATE and key != "for"}
    return {
        "type": "event",
        "seq": event.seq,
        "at": event.at.isoformat(),
        "kind": str(event.kind),
        "place": event.place,
        "for": event.data.get("for"),
        "data": data,
        "html": html,
        "language": language,
        "gone": gone,
    }


def dumps(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def now(frame: dict[str, Any], at: datetime | None = None) -> dict[str, Any]:
    """The frame with the server's time, by which clients count down."""
    return {**frame, "server_now": (at or clock.now()).isoformat()}


@dataclass(frozen=True)
class Message:
    """To everybody in a meeting: a frame to forward, (`type` UNSEATED) whose socket to close, or (RESEATED) that all
    are asked for their seats."""

    meeting: uuid.UUID
    type: str
    text: str


def forward(meeting: uuid.UUID, frame: dict[str, Any]) -> Message:
    return Message(meeting, FORWARD, dumps(frame))


def reload(meeting: uuid.UUID) -> Message:
    """To everybody's page: what it shows is of another time, so it loads itself again."""
    return forward(meeting, {"type": "reload"})


def unseated(meeting: uuid.UUID, person: str) -> Message:
    return Message(meeting, UNSEATED, person)


def reseated(meeting: uuid.UUID) -> Message:
    """To a room that nobody has made yet, and that therefore does not know who sits in it: each socket is asked for
    its seat again."""
    return Message(meeting, RESEATED, "")


def send(messages: Sequence[Message]) -> None:
    """From a thread: a page's view, the tick. A layer that is away is logged and forgotten."""
    if not messages:
        return
    try:
        async_to_sync(_send)(messages)
    except Exception as error:
        logger.warning("A meeting's events are told to nobody: %s", type(error).__name__)


async def _send(messages: Sequence[Message]) -> None:
    await send_all(messages)
    await hub().sent()


async def send_all(messages: Sequence[Message]) -> None:
    """From a consumer. The same, and does not wait for the layer."""
    for message in messages:
        await hub().tell(group_of(message.meeting), message.type, message.text)
