"""What daphne is told before it serves."""

import gc
import sys

from daphne.ws_protocol import WebSocketProtocol

# RFC 6455, 7.4.1: 1009 too big, 1012 restarting, 1013 try later.
CODES_OF_SERVERS = frozenset({1009, 1012, 1013})
SWITCH_SECONDS = 0.0005


def prepare() -> None:
    WebSocketProtocol.serverClose = close
    # One thread looks after the sockets, others ask the database: whoever has an answer takes its turn soon, not after
    # Python's 5 ms. It halved the time in which a room hears what somebody says.
    sys.setswitchinterval(SWITCH_SECONDS)
    # What is loaded by now stays. Looking through all of it for garbage would hold up every room again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


_close = WebSocketProtocol.serverClose


def close(self: WebSocketProtocol, code: int | None = None) -> None:
    """With the codes that the protocol has for servers: what daphne stands on takes them for a mistake and breaks off
    with 1011, "internal error"."""
    if code in CODES_OF_SERVERS:
        self.sendCloseFrame(code=code, isReply=False)
    else:
        _close(self, code)
