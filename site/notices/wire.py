"""What goes out over sockets: one event, one group for each person. The only `group_send` of this app."""

from __future__ import annotations

import asyncio
import logging
import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)

# Answered by the method of this name of notices.consumers.
CHANGED = "notices.changed"
# Nobody's action waits longer than this for a channel layer that does not answer.
PATIENCE_SECONDS = 2.0


def group_of(person_public_id: uuid.UUID) -> str:
    return f"notices.{person_public_id.hex}"


def changed(person_public_id: uuid.UUID) -> None:
    """Knock on every open page of this person, once the running transaction commits: their notices are others now.

    Carries no number: whoever is knocked at asks for it. A channel layer that is away is logged and forgotten, and the
    next page says the number anyway.
    """
    transaction.on_commit(lambda: _send(person_public_id))


def _send(person_public_id: uuid.UUID) -> None:
    try:
        async_to_sync(_knock)(group_of(person_public_id))
    except Exception as error:
        logger.warning("The channel layer does not take notices: %s", type(error).__name__)


async def _knock(group: str) -> None:
    layer = get_channel_layer()
    await asyncio.wait_for(layer.group_send(group, {"type": CHANGED}), PATIENCE_SECONDS)
