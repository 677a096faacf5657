"""The mail about notices: about one, or about many. In the reader's language and on the clocks of their zone."""

from __future__ import annotations

import smtplib
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices import tokens
from notices.due import Failure, GiveUp, InDoubt
from notices.kinds import kind
from notices.letters import Letter, address_in
from notices.models import DueWork, Notice
from notices.selectors.lists import in_words
from people.zones import date_in_words, zone_of

if TYPE_CHECKING:
    from people.models import User

# A mail server that says nothing for so long is away. Several answers of this length fit into a lease.
PATIENCE_SECONDS = 30
LONGEST_SUBJECT = 150  # characters


def about(notice: Notice, person: User, work: DueWork) -> Letter:
    """The mail about one notice."""
    with _as_read_by(person):
        told = _told(notice)
        unsubscribe = "" if kind(notice.kind).essential else tokens.make(person.public_id, notice.kind)
        return _message("notice", person, work, unsubscribe, subject=told["headline"], told=told)


def digest(
    notices: Sequence[Notice], person: User, work: DueWork, *, more: int = 0, after_pause: bool = False
) -> Letter:
    """The mail about many, together by what they are about; `more` are only counted."""
    with _as_read_by(person):
        count = len(notices) + more
        return _message(
            "digest",
            person,
            work,
            tokens.make(person.public_id, tokens.EVERY_DIGEST),
            subject=ngettext("One thing is new for you", "%(count)s things are new for you", count) % {"count": count},
            groups=[
                [_told(notice) | {"day": date_in_words(notice.happened_at)} for notice in group]
                for _subject, group in groupby(_by_subject(notices), key=lambda notice: notice.subject)
            ],
            more=more,
            after_pause=after_pause,
            list_url=settings.BASE_URL + reverse("notices"),
        )


def _by_subject(notices: Sequence[Notice]) -> list[Notice]:
    """In the order in which their subjects came up."""
    first: dict[str, int] = {}
    for number, notice in enumerate(notices):
        first.setdefault(notice.subject, number)
    return sorted(notices, key=lambda notice: first[notice.subject])


@contextmanager
def _as_read_by(person: User) -> Iterator[None]:
    with translation.override(person.language), timezone.override(zone_of(person.zone)):
        yield


def _told(notice: Notice) -> dict[str, str]:
    told = in_words(notice)
    return {
        "headline": _one_line(told.headline),
        "body": _one_line(told.body),
        "button": _one_line(told.button) or _("Read more"),
        "url": settings.BASE_URL + reverse("notice", args=[notice.public_id]),
    }


def _one_line(text: str) -> str:
    """Without line breaks, which would begin another header."""
    return " ".join(text.split())


def _message(template: str, person: User, work: DueWork, unsubscribe: str, *, subject: str, **context: Any) -> Letter:
    base = settings.BASE_URL
    context |= {
        "subject": subject,
        "language": person.language,
        "base_url": base,
        "preferences_url": base + reverse("notice_preferences"),
        "unsubscribe_url": base + reverse("unsubscribe", args=[unsubscribe]) if unsubscribe else "",
    }
    headers = {
        "Auto-Submitted": "auto-generated",
        "Content-Language": person.language,
        # The same for the same work, so that mailboxes know a repeat for what it is.
        "Message-ID": f"<due.{work.public_id}@{_domain()}>",
    }
    if unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{context['unsubscribe_url']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message = Letter(
        subject=subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1] + "…",
        body=render_to_string(f"notices/email/{template}.txt", context).strip() + "\n",
        to=[person.email],
        headers=headers,
    )
    message.attach_alternative(render_to_string(f"notices/email/{template}.html", context), "text/html")
    return message


def _domain() -> str:
    return address_in(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2] or urlsplit(settings.BASE_URL).hostname or ""


class _Post:
    """The way to the mail server, opened when the first message comes and again after a failure."""

    def __init__(self) -> None:
        self.backend = get_connection(timeout=settings.EMAIL_TIMEOUT or PATIENCE_SECONDS)
        self.away = ""

    def send(self, letter: Letter) -> None:
        is_new = self._open()
        try:
            self._hand_over(letter)
        except smtplib.SMTPServerDisconnected:
            # Servers end connections that were idle or carried many messages; it had not begun to take this one.
            if is_new is not False:
                raise
            self._open()
            self._hand_over(letter)

    def _open(self) -> bool | None:
        if self.away:
            raise Failure(self.away)
        try:
            return self.backend.open()
        except OSError as error:  # smtplib's errors are of this kind, too
            # Nobody knocks again until the next tick, or each message would wait for the same silence.
            self.away = _words(error)
            raise Failure(self.away) from None

    def _hand_over(self, letter: Letter) -> None:
        if not letter.recipient.isascii():
            raise GiveUp("the address is not ASCII")
        connection = getattr(self.backend, "connection", None)
        try:
            if isinstance(connection, smtplib.SMTP):
                # What Django's backend does, with less to do.
                connection.sendmail(letter.sender, [letter.recipient], letter.as_bytes())
            else:
                self.backend.send_messages([letter])
        except smtplib.SMTPServerDisconnected as error:
            self.backend.close()
            if _was_in_data(error):
                raise InDoubt("the mail server went away while it took the message") from None
            raise
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            if _code(error) >= 500:
                raise GiveUp(_words(error)) from None
            self.backend.close()
            raise Failure(_words(error)) from None
        except OSError as error:
            self.backend.close()
            raise Failure(_words(error)) from None


_post: ContextVar[_Post | None] = ContextVar("post", default=None)


@contextmanager
def kept_open() -> Iterator[None]:
    """One connection for all messages sent in the block."""
    post = _Post()
    token = _post.set(post)
    try:
        yield
    finally:
        _post.reset(token)
        post.backend.close()


def send(letter: Letter) -> None:
    """Hand a message to the mail server.

    Raises GiveUp when it will never take it, InDoubt when nobody knows whether it did, Failure for anything else that
    may go better later; all say the type and the server's number and nothing of the message.
    """
    if post := _post.get():
        post.send(letter)
        return
    with kept_open():
        send(letter)


def _was_in_data(error: BaseException) -> bool:
    """Whether the message itself was under way: from then on the server may have taken it without our hearing."""
    return any(frame.f_code is smtplib.SMTP.data.__code__ for frame, _line in traceback.walk_tb(error.__traceback__))


def _code(error: BaseException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return getattr(error, "smtp_code", 0)


def _words(error: BaseException) -> str:
    return f"{type(error).__name__} {_code(error) or ''}".strip()
