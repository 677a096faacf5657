"""In demonstrations mail goes nowhere: each message is a file, shown at /demo/mail/."""

import email.policy
import uuid
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from kernel import clock


@dataclass(frozen=True)
class DemoMail:
    key: str
    at: datetime
    to: str
    subject: str
    text: str


class DemoMailBackend(BaseEmailBackend):
    def send_messages(self, messages: list[EmailMessage]) -> int:
        folder = Path(settings.DEMO_MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            name = f"{clock.now():%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
            partial = folder / f"{name}.part"
            partial.write_bytes(message.message().as_bytes())
            partial.rename(folder / f"{name}.eml")
        return len(messages)


def sent(limit: int = 50) -> list[DemoMail]:
    """The latest messages, newest first."""
    paths = sorted(Path(settings.DEMO_MAIL_FOLDER).glob("*.eml"), reverse=True)[:limit]
    return [_read(path) for path in paths]


def _read(path: Path) -> DemoMail:
    message = message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    stamp = datetime.strptime(path.stem.split("-")[0] + "+0000", "%Y%m%dT%H%M%S%f%z")
    return DemoMail(
        key=path.stem,
        at=stamp,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=body.get_content().strip() if body else "",
    )
