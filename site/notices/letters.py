"""A message in its parts, written straight into bytes: Python's `email` takes six times as long."""

from __future__ import annotations

from binascii import b2a_qp
from email import message_from_bytes
from email.header import Header
from email.message import Message
from email.utils import formataddr, formatdate, parseaddr
from functools import lru_cache

from django.core.mail import EmailMultiAlternatives
from django.utils.encoding import punycode

# In quoted-printable an equals sign is followed by two digits or ends its line: no part can hold this (RFC 2045, 6.7).
BOUNDARY = "=_part"
LINE = 76  # characters


class Letter(EmailMultiAlternatives):
    """Has a body, alternatives, one recipient and headers, and no attachments."""

    @property
    def sender(self) -> str:
        """The address alone, as servers are told it."""
        return address_in(self.from_email)

    @property
    def recipient(self) -> str:
        return _ascii(self.to[0])

    def as_bytes(self) -> bytes:
        headers = {
            "Subject": self.subject,
            "From": _mailbox(self.from_email),
            "To": self.recipient,
            "Date": formatdate(),
            **self.extra_headers,
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/alternative; boundary="{BOUNDARY}"',
        }
        lines = [*(_header(name, value) for name, value in headers.items()), ""]
        for text, mimetype in ((self.body, "text/plain"), *self.alternatives):
            lines += (f"--{BOUNDARY}", *_part(text, mimetype))
        return "\r\n".join((*lines, f"--{BOUNDARY}--", "")).encode("ascii")

    def message(self) -> Message:
        """For Django's backends: the same bytes, read."""
        return message_from_bytes(self.as_bytes())


def _part(text: str, mimetype: str) -> tuple[str, ...]:
    return (
        f'Content-Type: {mimetype}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        b2a_qp("\r\n".join((*text.splitlines(), "")).encode()).decode("ascii"),
    )


def _header(name: str, value: str) -> str:
    """One header. What is not plain is written in encoded words, so that nothing in it can begin another."""
    is_plain = value.isascii() and value.isprintable() and "=?" not in value
    if is_plain and (len(name) + len(value) < LINE or " " not in value):
        return f"{name}: {value}"
    header = Header(value, "us-ascii" if is_plain else "utf-8", header_name=name)
    return name + ": " + header.encode(linesep="\r\n")


@lru_cache(maxsize=8)
def address_in(mailbox: str) -> str:
    """`Name <address>`, or an address alone: the address."""
    return _ascii(parseaddr(mailbox)[1])


@lru_cache(maxsize=8)
def _mailbox(text: str) -> str:
    return formataddr((parseaddr(text)[0], address_in(text)))


def _ascii(address: str) -> str:
    """With the name of its host as the net knows it."""
    if address.isascii():
        return address
    local, _at, host = address.rpartition("@")
    return f"{local}@{punycode(host)}"
