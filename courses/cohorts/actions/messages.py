"""Writing to a cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from courses.cohorts.facts import CohortMessageSent
from courses.cohorts.models import TAKES_PLACE, Cohort, CohortMessage, Enrolment
from courses.cohorts.rules import facilitate
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from notices.telling import notify
from people import audit

if TYPE_CHECKING:
    from people.models import User

LONGEST = 4000  # characters


@transaction.atomic
def send_message(*, cohort: Cohort, by: User, text: str, language: str, to: Enrolment | None = None) -> CohortMessage:
    """Write to everybody who has a place in the cohort, or to one of them, as a facilitator of it.

    Keeps the text sealed; each recipient gets a notice that leads to it and does not hold it; writes the audit line and
    tells CohortMessageSent. Raises NotAllowed for `to` outside the cohort, Refused("empty") and Refused("too_long").
    """
    if not facilitate.allows(by, cohort):
        raise NotAllowed
    if to is not None and (to.cohort_id != cohort.pk or to.state not in TAKES_PLACE):
        raise NotAllowed
    text = text.strip()
    if not text:
        raise Refused("empty", _("There is nothing written yet."))
    if len(text) > LONGEST:
        raise Refused("too_long", _("This message is longer than we can keep. Please make it shorter, or send two."))
    message = CohortMessage.objects.create(cohort=cohort, sender=by, to=to, text=text, language=language)
    recipients = Enrolment.objects.filter(cohort=cohort, state__in=TAKES_PLACE).exclude(person=by)
    if to is not None:
        recipients = recipients.filter(pk=to.pk)
    count = 0
    for enrolment in recipients.select_related("person").order_by("pk"):
        notify(
            enrolment.person,
            "cohort_message",
            subject=f"cohort:{cohort.public_id}",
            values={"cohort": cohort.name},
            route="cohort_message",
            route_args=[str(cohort.public_id), str(message.public_id)],
        )
        count += 1
    audit.record(
        "message.sent",
        by=by,
        about=to.person if to else None,
        subject=message,
        cohort=str(cohort.public_id),
        recipients=count,
    )
    tell(CohortMessageSent(message=message.public_id))
    return message
