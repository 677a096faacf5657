"""The stack of a test module, on the database of this test process. It needs PostgreSQL: CI has a round with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from channels.layers import channel_layers
from django.conf import settings
from django.db import connections
from django.test import override_settings

from tests.conftest import _use
from tests.house import databases
from tests.stack import rooms, servers


@pytest.fixture(scope="module")
def stack(django_db_setup, django_db_blocker) -> Iterator[servers.Stack]:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("Two processes need PostgreSQL: set DATABASE_URL and REDIS_URL.")
    house = databases(url)
    here = house.url(settings.DATABASES["default"]["NAME"])
    with django_db_blocker.unblock():
        with servers.running(here) as found:
            (host,) = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"]
            layer = {
                **settings.CHANNEL_LAYERS["default"],
                "CONFIG": {"hosts": [{**host, "address": found.redis.url}]},
            }
            # What is done in this process reaches those sockets.
            with override_settings(CHANNEL_LAYERS={"default": layer}):
                yield found
            channel_layers.backends.clear()
        connections.close_all()
        _use(house.copy("main"))


@pytest.fixture
def make_room(stack) -> Callable[..., rooms.Room]:
    def make(**more) -> rooms.Room:
        (room,) = rooms.make(1, **more)
        return room

    return make
