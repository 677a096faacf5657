"""The verbs of whoever leads a cohort: who was there, the words of the cohort, a file of its progress."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from courses.cohorts.facts import RequirementChanged
from courses.cohorts.models import Attendance, AttendedBy, Cohort, CohortSession, Enrolment, EnrolmentState
from courses.cohorts.rules import facilitate
from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from people import audit

if TYPE_CHECKING:
    from people.models import User


@transaction.atomic
def record_attendance(*, session: CohortSession, by: User, marks: Mapping[uuid.UUID, str]) -> int:
    """Keep who was at a meeting, and how: public id of the enrolment -> a value of AttendedBy, or "" to take it back.

    Writes what differs and answers how many that were: an audit line for each person, and RequirementChanged, upon
    which completion is looked at again. Whoever has left the cohort in the meantime is passed over.

    Raises Refused("not_yet") before the meeting begins.
    """
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=session.cohort_id)
    if not facilitate.allows(by, cohort) or not set(marks.values()) <= {"", *AttendedBy.values}:
        raise NotAllowed
    if session.starts_at > clock.now():
        raise Refused("not_yet", _("This meeting has not begun yet. You can record who was there once it has."))
    there = Enrolment.objects.filter(cohort=cohort, public_id__in=list(marks)).exclude(state=EnrolmentState.WITHDRAWN)
    known = dict(Attendance.objects.filter(session=session).values_list("enrolment_id", "how"))
    changed = [
        (enrolment, marks[enrolment.public_id])
        for enrolment in there.select_related("person")
        if marks[enrolment.public_id] != known.get(enrolment.pk, "")
    ]
    now = clock.now()
    taken_back = [enrolment for enrolment, how in changed if not how]
    Attendance.objects.filter(session=session, enrolment__in=taken_back).delete()
    Attendance.objects.bulk_create(
        [Attendance(enrolment=one, session=session, how=how, recorded_by=by, at=now) for one, how in changed if how],
        update_conflicts=True,
        unique_fields=["enrolment", "session"],
        update_fields=["how", "recorded_by", "at"],
    )
    for enrolment, how in changed:
        audit.record(
            "attendance.recorded",
            by=by,
            about=enrolment.person,
            subject=enrolment,
            meeting=str(session.public_id),
            how=how or None,
        )
        tell(RequirementChanged(enrolment=enrolment.public_id))
    return len(changed)


@transaction.atomic
def change_words(
    *, cohort: Cohort, by: User, welcome: Mapping[str, str], joining_notes: Mapping[str, str], call_details: str
) -> Cohort:
    """What the cohort says to its people, in each language, and how to join its call. Empty texts are left out."""
    if not facilitate.allows(by, cohort):
        raise NotAllowed
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    cohort.welcome = {language: text for language, text in welcome.items() if text}
    cohort.joining_notes = {language: text for language, text in joining_notes.items() if text}
    cohort.call_details = call_details
    cohort.save(update_fields=["welcome", "joining_notes", "call_details"])
    audit.record("cohort.changed", by=by, subject=cohort)
    return cohort


@transaction.atomic
def export_progress(*, cohort: Cohort, by: User) -> None:
    """Somebody takes a file of the cohort's progress away: the audit keeps who and when."""
    if not facilitate.allows(by, cohort):
        raise NotAllowed
    audit.record("cohort.exported", by=by, subject=cohort)
