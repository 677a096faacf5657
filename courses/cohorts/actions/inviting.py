"""An organisation's lead invites people to its cohort, by mail."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from courses.cohorts.models import Cohort, Joining
from courses.cohorts.rules import lead_cohort
from courses.cohorts.selectors.cohorts import code_in_groups, takes_people
from courses.curriculum.selectors import course_page
from kernel.errors import NotAllowed, Refused
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

A_DAY_SECONDS = 24 * 60 * 60
MOST_A_DAY = 300
# A form that is sent twice is sent once.
AGAIN_AFTER_SECONDS = 10 * 60


@dataclass(frozen=True)
class Sent:
    sent: tuple[str, ...]
    # Whom the mail server would not take a mail for.
    failed: tuple[str, ...]


def invite(*, cohort: Cohort, by: User, addresses: Sequence[str], language: str) -> Sent:
    """Send each address a mail in `language` with the cohort's link and code. The addresses are not kept. An address
    that was written to in the last ten minutes counts as sent.

    Raises NotAllowed but for a lead of the cohort's organisation; Refused("closed"), Refused("too_many_invitations").
    """
    if not lead_cohort.allows(by, cohort):
        raise NotAllowed
    if not takes_people(cohort):
        raise Refused("closed", _("This cohort takes nobody new at the moment, so nobody can be invited."))
    _count(by, len(addresses))
    try:
        with get_connection() as connection:
            failed = [address for address in addresses if not _send(cohort, address, language, connection)]
    except OSError:  # the mail server is away
        failed = list(addresses)
    record("cohort.invited", by=by, subject=cohort, people=len(addresses) - len(failed))
    return Sent(sent=tuple(a for a in addresses if a not in failed), failed=tuple(failed))


def _send(cohort: Cohort, address: str, language: str, connection: BaseEmailBackend) -> bool:
    key = f"invited:{cohort.pk}:{hashlib.sha256(address.encode()).hexdigest()}"
    if not cache.add(key, 1, AGAIN_AFTER_SECONDS):
        return True
    try:
        invitation(cohort, address, language, connection).send()
    except OSError:  # smtplib's errors are of this kind, too
        cache.delete(key)
        return False
    return True


def invitation_path(cohort: Cohort) -> str:
    """Where an invitation leads, in the running language."""
    if cohort.joining == Joining.CODE and cohort.code:
        return reverse("join_by_code", args=[cohort.code])
    return cohort.get_absolute_url()


def invitation(cohort: Cohort, address: str, language: str, connection=None) -> EmailMultiAlternatives:
    with translation.override(language):
        page = course_page(cohort.course, language)
        context = {
            "cohort": cohort,
            "course": page.title if page else cohort.course.name,
            "code": code_in_groups(cohort.code) if cohort.joining == Joining.CODE else "",
            "url": f"{settings.BASE_URL}{invitation_path(cohort)}",
            "language": language,
        }
        subject = _("An invitation to “%(cohort)s”") % {"cohort": cohort.name}
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("cohorts/mail/invitation.txt", context).strip() + "\n",
            to=[address],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
            connection=connection,
        )
        message.attach_alternative(render_to_string("cohorts/mail/invitation.html", context), "text/html")
    return message


def _count(by: User, number: int) -> None:
    key = f"invitations:{by.pk}"
    cache.add(key, 0, A_DAY_SECONDS)
    try:
        today = cache.incr(key, number)
    except ValueError:  # it has just run out
        today = number
    if today > MOST_A_DAY:
        raise Refused(
            "too_many_invitations",
            _("You have sent many invitations today. Please send the others tomorrow, or pass on the code."),
        )
