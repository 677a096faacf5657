"""What a real mail server answers, and what becomes of the message."""

import smtplib
import socket
import socketserver
import threading

import pytest

from notices import mail
from notices.due import Failure, GiveUp, InDoubt
from notices.letters import Letter
from tests.notices.sink import open_sink


@pytest.fixture
def use(settings):
    def use(port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    return use


@pytest.fixture
def sink(use):
    with open_sink() as sink:
        use(sink.port)
        yield sink


def send(to="reader@example.org"):
    mail.send(Letter("Subject", "Text", to=[to]))


def test_one_connection_for_many(sink, monkeypatch):
    opened = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(smtplib.SMTP, "connect", lambda self, *args: (opened.append(1), connect(self, *args))[1])
    with mail.kept_open():
        for _ in range(3):
            send()
    assert (len(sink.messages), len(opened)) == (3, 1)


def test_a_connection_that_the_server_ended_is_opened_again(sink):
    with mail.kept_open():
        send()
        mail._post.get().backend.connection.sock.shutdown(socket.SHUT_RDWR)
        send()
    assert len(sink.messages) == 2


def test_refused_for_good_and_for_now(sink):
    sink.answers = {"nobody@example.org": "550 reader unknown", "full@example.org": "452 no room"}
    with mail.kept_open():
        with pytest.raises(GiveUp, match=r"^SMTPRecipientsRefused 550$"):
            send("nobody@example.org")
        with pytest.raises(Failure, match=r"^SMTPRecipientsRefused 452$"):
            send("full@example.org")
        send()
    assert len(sink.messages) == 1


def test_nobody_there(use):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        use(unused.getsockname()[1])
        with pytest.raises(Failure, match=r"^ConnectionRefusedError$"):
            send()


class GoesAway(socketserver.StreamRequestHandler):
    """Takes a message and says nothing any more."""

    def handle(self):
        self.wfile.write(b"220 hello\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                return
            self.wfile.write(b"250 yes\r\n")


def test_a_server_that_goes_away_with_the_message_leaves_a_doubt(use):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), GoesAway) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        use(server.server_address[1])
        with pytest.raises(InDoubt):
            send()
        server.shutdown()
