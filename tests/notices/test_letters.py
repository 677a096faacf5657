"""What is written is what mail programmes read."""

from email import message_from_bytes
from email import policy as policies

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.letters import Letter

# Any text of whole lines, as templates make them.
lines = st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200), max_size=8)
texts = lines.map(lambda lines: "\n".join([*lines, ""]))


def read(letter):
    return message_from_bytes(letter.as_bytes(), policy=policies.default)


def text(message, kind):
    return message.get_body([kind]).get_content().replace("\r\n", "\n")


def write(body="Hello\n", html="<p>Hello</p>\n", subject="Subject", to="reader@example.org", **headers):
    letter = Letter(subject, body, "Centre <centre@example.org>", [to], headers=headers)
    letter.attach_alternative(html, "text/html")
    return letter


@given(texts, texts)
def test_both_parts_come_out_as_they_went_in(body, html):
    message = read(write(body, html))
    assert not message.defects
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert text(message, "plain") == body
    assert text(message, "html") == html


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=150), texts)
def test_no_line_is_too_long_nor_needs_more_than_seven_bits(subject, body):
    written = write(body, subject=subject).as_bytes()
    assert written.isascii()
    assert all(len(line) <= 200 for line in written.split(b"\r\n"))
    assert b"\n" not in written.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "subject", ["Spring: a message", "Été : un message", "=?utf-8?q?Spring?=", "word " * 29 + "end", "é" * 150]
)
def test_a_subject_is_read_as_it_was_written(subject):
    assert read(write(subject=subject))["Subject"] == subject


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028"])
def test_no_value_begins_another_header(end):
    message = read(write(subject=f"Hello{end}Bcc: everybody@example.org", **{"List-Unsubscribe": f"<a>{end}Bcc: x@y"}))
    assert message["Bcc"] is None
    assert text(message, "plain") == "Hello\n"


def test_a_host_that_is_not_ascii_is_named_as_the_net_knows_it():
    letter = write(to="reader@exämple.org")
    assert (letter.recipient, letter.sender) == ("reader@xn--exmple-cua.org", "centre@example.org")
    assert read(letter)["To"] == "reader@xn--exmple-cua.org"


def test_a_long_address_in_a_header_stays_whole():
    address = f"<https://example.org/{'x' * 300}>"
    assert f"List-Unsubscribe: {address}\r\n".encode() in write(**{"List-Unsubscribe": address}).as_bytes()


def test_django_reads_the_same():
    letter = write("Été\n", subject="Été")
    assert letter.message().as_bytes(policy=policies.SMTP) == letter.as_bytes()
