"""The live number, by the application as it is composed."""

import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import channel_layers, get_channel_layer
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from centre.asgi import application
from notices import wire
from notices.actions import reading
from notices.telling import forget, notify
from tests.factories import UserFactory
from tests.factories.notices import KIND, NoticeFactory

OURS = (b"origin", b"http://127.0.0.1:8000")
FOREIGN = (b"origin", b"https://evil.example")


@pytest.fixture(autouse=True)
def _new_layer():
    """Queues belong to the loop they were made in."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


def headers_of(person, origin=OURS):
    """As the browser of this person sends them."""
    headers = [origin, (b"host", b"127.0.0.1:8000")]
    if person is not None:
        client = Client()
        client.force_login(person)
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode()))
    return headers


class Page:
    """A page that is open."""

    def __init__(self, person, origin=OURS):
        self.person, self.origin = person, origin

    async def __aenter__(self):
        headers = await sync_to_async(headers_of)(self.person, self.origin)
        self.socket = WebsocketCommunicator(application, "/ws/notices/", headers=headers)
        self.accepted, self.code = await self.socket.connect(timeout=5)
        return self

    async def __aexit__(self, *_):
        await self.socket.disconnect()

    async def hears(self):
        answer = await self.socket.receive_output(timeout=5)
        return json.loads(answer["text"])["unread"] if answer["type"] == "websocket.send" else answer["code"]


def tell(person, subject="test:1"):
    return notify(person, KIND.key, subject=subject, values={"cohort": "Spring", "name": "Ana"})


async def walk_through(one, other):
    async with Page(one) as mine, Page(one) as my_other, Page(other) as theirs:
        for page in (mine, my_other, theirs):
            assert await page.hears() == 0
        notice = await sync_to_async(tell)(one)
        assert [await mine.hears(), await my_other.hears()] == [1, 1]
        await sync_to_async(tell)(one)
        assert await mine.hears() == 1, "one more about the same is the same notice"
        await sync_to_async(tell)(one, "test:2")
        assert await mine.hears() == 2
        await sync_to_async(reading.read)(notice=notice, by=one)
        assert await mine.hears() == 1
        await sync_to_async(forget)(KIND.key, "test:2")
        assert await mine.hears() == 0
        await sync_to_async(tell)(one, "test:3")
        await sync_to_async(reading.read_all)(by=one)
        assert [await mine.hears(), await mine.hears()][-1] == 0
        assert await theirs.socket.receive_nothing(), "nothing of this is for anybody else"
        await sync_to_async(tell)(other)
        assert await theirs.hears() == 1

        # Whatever a page says is heard by nobody; too much of it ends the talk.
        await mine.socket.send_to(text_data=json.dumps({"type": "notices.changed", "person": str(other.public_id)}))
        await mine.socket.send_to(bytes_data=b"\x00")
        assert await mine.socket.receive_nothing()
        await mine.socket.send_to(text_data="x" * 70_000)
        assert await mine.hears() == 1009

        # Signed out on another device, then an account that is closed.
        await sync_to_async(Session.objects.all().delete)()
        await sync_to_async(tell)(one, "test:4")
        assert [await my_other.hears() for _ in range(7)][-1] == 4401
    async with Page(one) as mine:
        assert await mine.hears() == 1
        one.is_active = False
        await sync_to_async(one.save)()
        await sync_to_async(wire.changed)(one.public_id)
        assert await mine.hears() == 4401
    async with Page(one) as mine:
        assert await mine.hears() == 4401


@pytest.mark.usefixtures("kind", "committed")
def test_the_number_follows_and_reaches_nobody_else():
    async_to_sync(walk_through)(UserFactory(), UserFactory())


async def knock(person, origin):
    async with Page(person, origin) as page:
        return page.accepted, await page.hears() if page.accepted else page.code


@pytest.mark.parametrize("origin", [FOREIGN, (b"origin", b"null"), (b"x-nothing", b"")])
def test_another_site_is_refused_with_the_cookie_too(origin, committed):
    accepted, _code = async_to_sync(knock)(UserFactory(), origin)
    assert not accepted


def test_a_stranger_is_told_so():
    assert async_to_sync(knock)(None, OURS) == (True, 4401)


class Away:
    async def group_send(self, *_):
        raise ConnectionError("redis at secret.example")


@pytest.mark.django_db
def test_a_layer_that_is_away_disturbs_nobody(monkeypatch, caplog, django_capture_on_commit_callbacks):
    monkeypatch.setattr(wire, "get_channel_layer", Away)
    notice = NoticeFactory()
    with django_capture_on_commit_callbacks(execute=True):
        reading.read(notice=notice, by=notice.person)
    assert notice.read_at
    assert "ConnectionError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.django_db
def test_nobody_knocks_before_the_commit(monkeypatch, django_capture_on_commit_callbacks):
    knocks = []
    monkeypatch.setattr(wire, "_send", knocks.append)
    notice = NoticeFactory()
    with django_capture_on_commit_callbacks() as callbacks:
        reading.read(notice=notice, by=notice.person)
    assert not knocks
    for callback in callbacks:
        callback()
    assert knocks == [notice.person.public_id]
    assert get_channel_layer() is not None
