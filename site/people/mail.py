"""Mail of the account itself, which does not wait for anybody's habits: asking for, confirming and doing an erasure.

In the recipient's own language, as text and HTML. Leaves after commit.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

logger = logging.getLogger(__name__)


def send_after_commit(template: str, *, to: str, language: str, **context: Any) -> None:
    """Send `<template>_subject.txt`, `<template>.txt` and `<template>.html` once the transaction has committed.

    A mail server that is away is logged, without the address: what was done stays done.
    """
    with translation.override(language):
        # Made now: what the mail speaks of may be gone after the commit.
        context |= {"base_url": settings.BASE_URL, "language": language}
        message = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"{template}_subject.txt", context).split()),
            body=render_to_string(f"{template}.txt", context).strip() + "\n",
            to=[to],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
        )
        message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    transaction.on_commit(lambda: _send(message, template))


def _send(message: EmailMultiAlternatives, template: str) -> None:
    try:
        message.send()
    except OSError as error:  # smtplib's errors are of this kind, too
        logger.error("%s was not sent: %s", template, type(error).__name__)
