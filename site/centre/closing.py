"""Sockets close with the codes that the protocol has for servers (RFC 6455, 7.4.1): 1009 too big, 1013 try later. What
daphne stands on takes them for a client's mistake and breaks off with 1011, "internal error"."""

from daphne.ws_protocol import WebSocketProtocol

OF_SERVERS = frozenset({1009, 1012, 1013})

_close = WebSocketProtocol.serverClose


def close(self: WebSocketProtocol, code: int | None = None) -> None:
    if code in OF_SERVERS:
        self.sendCloseFrame(code=code, isReply=False)
    else:
        _close(self, code)


def install() -> None:
    WebSocketProtocol.serverClose = close
