import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator

from centre.asgi import application

OURS = [(b"origin", b"http://127.0.0.1:8000"), (b"host", b"127.0.0.1:8000")]
FOREIGN = [(b"origin", b"https://evil.example"), (b"host", b"127.0.0.1:8000")]


async def knock(path, headers):
    """What a socket is answered: (accepted, code it is closed with)."""
    communicator = WebsocketCommunicator(application, path, headers=headers)
    try:
        accepted, code = await communicator.connect()
        if accepted:
            code = (await communicator.receive_output())["code"]
        return accepted, code
    finally:
        await communicator.disconnect()


@pytest.mark.parametrize("path", ["/ws/nothing/", "/ws/meetings/", "/anything"])
def test_an_unknown_address_is_opened_and_closed_with_4404(path):
    assert async_to_sync(knock)(path, OURS) == (True, 4404)


@pytest.mark.parametrize("headers", [FOREIGN, [(b"host", b"127.0.0.1:8000")], [(b"origin", b"null")]])
def test_a_foreign_site_is_refused_at_the_door(headers):
    accepted, code = async_to_sync(knock)("/ws/nothing/", headers)
    assert not accepted
    assert code in (1000, 4403)
