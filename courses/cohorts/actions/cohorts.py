"""The verbs of a cohort itself: opening, closing, calling it off, its places, its timetable, its own steps."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.cohorts import rules, telling
from courses.cohorts.actions import learning
from courses.cohorts.actions.places import decline, fill, lock
from courses.cohorts.models import (
    COHORT,
    TAKES_PLACE,
    Cohort,
    CohortSession,
    CohortState,
    Enrolment,
    OwnStep,
)
from courses.cohorts.selectors.cohorts import CODE_LENGTH, CODE_LETTERS, WAITS
from courses.curriculum import selectors as curriculum
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices import due
from people.audit import record
from people.models import User as Person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from people.models import User

LONGEST_MEETING = timedelta(hours=12)
# A timetable is about the days of its cohort; meetings may lie a little outside them.
AROUND = timedelta(days=60)
MOST_MEETINGS = 60
BEFORE_A_MEETING = timedelta(days=1)


def new_code() -> str:
    """An invite code that no cohort has."""
    while Cohort.objects.filter(code=(code := "".join(secrets.choice(CODE_LETTERS) for _n in range(CODE_LENGTH)))):
        pass
    return code


@transaction.atomic
def open_cohort(*, cohort: Cohort, by: User) -> Cohort:
    """People may join from now on. Makes the invite code where one is needed. Raises Refused("wrong_state")."""
    cohort = _to_run(cohort, by)
    cohort.code = cohort.code or new_code()
    return _change_state(cohort, "open", by)


@transaction.atomic
def close_cohort(*, cohort: Cohort, by: User) -> Cohort:
    """Nobody new joins any more. Those who asked or wait are told; those who have a place keep it."""
    cohort = _change_state(_to_run(cohort, by), "close", by)
    _end_waiting(cohort, by, "cohort_closed")
    return cohort


@transaction.atomic
def cancel_cohort(*, cohort: Cohort, by: User) -> Cohort:
    """The cohort does not take place. Its people are told; they keep all they have done, go on at their own pace, owe
    no meeting any more, and may join another cohort. Calendars show its meetings as called off."""
    cohort = _change_state(_to_run(cohort, by), "cancel", by)
    _end_waiting(cohort, by, "cohort_cancelled")
    places = Enrolment.objects.filter(cohort=cohort, state__in=TAKES_PLACE).select_related("person").order_by("pk")
    telling.about_cohort([enrolment.person for enrolment in places], "cohort_cancelled", cohort)
    places.update(meetings_needed=0)
    for enrolment in places:
        learning.look_at_completion(enrolment=enrolment)
    for meeting in cohort.sessions.all():
        due.cancel("session_soon", subject=reminder_subject(meeting))
    return cohort


@transaction.atomic
def set_places(*, cohort: Cohort, by: User, places: int) -> Cohort:
    """More places let the waiting list move up. Raises Refused("too_few_places") below the number that are taken."""
    cohort = _to_run(cohort, by)
    if places < cohort.places_taken or places < 1:
        raise Refused(
            "too_few_places",
            _("%(taken)d people have a place already, so there cannot be fewer places than that.")
            % {"taken": cohort.places_taken},
        )
    if places != cohort.places:
        record("cohort.places_set", by=by, subject=cohort, places=places)
        Cohort.objects.filter(pk=cohort.pk).update(places=places)
        fill(cohort)
    return lock(cohort.pk)[cohort.pk]


@dataclass(frozen=True)
class MeetingTime:
    """When the cohort meets about one session of its course. Aware instants."""

    session_key: uuid.UUID
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def set_timetable(*, cohort: Cohort, by: User, sessions: Sequence[MeetingTime]) -> list[CohortSession]:
    """The whole timetable: meetings that are not named go, those that change keep their identity in calendars with a
    higher sequence. Members are told once, when something they could have written down has changed. Reminders move.

    Raises Refused: "unknown_session", "twice", "ends_before_start", "too_long", "out_of_range", and "was_held" for a
    meeting that would go although somebody was there.
    """
    cohort = _to_run(cohort, by)
    _check_timetable(cohort, sessions)
    known = {meeting.session_key: meeting for meeting in cohort.sessions.all()}
    wanted = {time.session_key: time for time in sessions}
    gone = [meeting for key, meeting in known.items() if key not in wanted]
    moved = [
        (known[key], time)
        for key, time in wanted.items()
        if key in known and (known[key].starts_at, known[key].ends_at) != (time.starts_at, time.ends_at)
    ]
    new = [time for key, time in wanted.items() if key not in known]
    _take_away(gone)
    for meeting, time in moved:
        meeting.starts_at, meeting.ends_at, meeting.sequence = time.starts_at, time.ends_at, meeting.sequence + 1
        meeting.save(update_fields=["starts_at", "ends_at", "sequence"])
    made = CohortSession.objects.bulk_create(
        [
            CohortSession(cohort=cohort, session_key=time.session_key, starts_at=time.starts_at, ends_at=time.ends_at)
            for time in new
        ]
    )
    for meeting in [*(meeting for meeting, _time in moved), *made]:
        _remind(meeting)
    if gone or moved or made:
        record("timetable.set", by=by, subject=cohort, new=len(made), moved=len(moved), gone=len(gone))
        if cohort.state != CohortState.DRAFT:
            members = Person.objects.filter(enrolments__cohort=cohort, enrolments__state__in=TAKES_PLACE)
            telling.about_cohort(members, "timetable_changed", cohort)
    return list(cohort.sessions.all())


@transaction.atomic
def add_own_step(
    *, cohort: Cohort, by: User, session_key: uuid.UUID, title: Mapping[str, str], text: Mapping[str, str], minutes: int
) -> OwnStep:
    """A step of the cohort's own, at the end of a session: never needed to complete the course.

    Raises Refused("unknown_session"), and "no_title" when no language has one.
    """
    cohort = _to_run(cohort, by)
    if session_key not in _session_keys(cohort):
        raise _unknown_session()
    last = cohort.own_steps.filter(session_key=session_key).aggregate(last=Max("order"))["last"] or 0
    step = OwnStep(cohort=cohort, session_key=session_key, order=last + 1)
    return _write_own_step(step, by, "own_step.added", title=title, text=text, minutes=minutes)


@transaction.atomic
def change_own_step(
    *, step: OwnStep, by: User, title: Mapping[str, str], text: Mapping[str, str], minutes: int
) -> OwnStep:
    """Its words and minutes. Who has done it has done it. Raises Refused("no_title")."""
    _to_run(step.cohort, by)
    return _write_own_step(step, by, "own_step.changed", title=title, text=text, minutes=minutes)


@transaction.atomic
def remove_own_step(*, step: OwnStep, by: User) -> None:
    """It goes, for everybody. Twice is once."""
    cohort = _to_run(step.cohort, by)
    record("own_step.removed", by=by, subject=step, cohort=str(cohort.public_id))
    OwnStep.objects.filter(pk=step.pk).delete()


def reminder_subject(meeting: CohortSession) -> str:
    return f"meeting:{meeting.public_id}"


def _to_run(cohort: Cohort, by: User) -> Cohort:
    if not rules.run_cohort.allows(by, cohort):
        raise NotAllowed
    return lock(cohort.pk)[cohort.pk]


def _change_state(cohort: Cohort, verb: str, by: User) -> Cohort:
    cohort.state = COHORT.after(cohort.state, verb)
    cohort.save(update_fields=["state", "code"])
    record("cohort.state_changed", by=by, subject=cohort, state=str(cohort.state))
    return cohort


def _end_waiting(cohort: Cohort, by: User, kind: str) -> None:
    for request in cohort.requests.filter(state__in=WAITS).select_related("person"):
        decline(request, cohort, by=by, kind=kind)


def _session_keys(cohort: Cohort) -> set[uuid.UUID]:
    page = curriculum.course_page(cohort.course, "en")
    return {session.key for session in curriculum.outline(page).sessions} if page else set()


def _unknown_session() -> Refused:
    return Refused("unknown_session", _("The course has no such session. Look at the page again."))


def _check_timetable(cohort: Cohort, sessions: Sequence[MeetingTime]) -> None:
    keys = [time.session_key for time in sessions]
    known = _session_keys(cohort) | set(cohort.sessions.values_list("session_key", flat=True))
    if not set(keys) <= known or len(keys) > MOST_MEETINGS:
        raise _unknown_session()
    if len(set(keys)) < len(keys):
        raise Refused("twice", _("A session has two meetings. Give each session one."))
    for time in sessions:
        if time.ends_at <= time.starts_at:
            raise Refused("ends_before_start", _("A meeting ends before it begins. Look at its times once more."))
        if time.ends_at - time.starts_at > LONGEST_MEETING:
            raise Refused("too_long", _("A meeting is longer than twelve hours. Look at its times once more."))
        day = time.starts_at.date()
        if not cohort.starts_on - AROUND <= day <= cohort.ends_on + AROUND:
            raise Refused("out_of_range", _("A meeting is far from the days of this cohort. Look at its date again."))


def _take_away(meetings: Sequence[CohortSession]) -> None:
    for meeting in meetings:
        if meeting.attendances.exists():
            raise Refused("was_held", _("People were at one of these meetings, so it stays in the timetable."))
        due.cancel("session_soon", subject=reminder_subject(meeting))
        meeting.delete()


def _remind(meeting: CohortSession) -> None:
    """The day before; not for a meeting that is nearer than that: its people have just been told."""
    due.cancel("session_soon", subject=reminder_subject(meeting))
    due_at = meeting.starts_at - BEFORE_A_MEETING
    if due_at > clock.now():
        due.schedule("session_soon", subject=reminder_subject(meeting), due_at=due_at, period=str(meeting.sequence))


def _write_own_step(
    step: OwnStep, by: User, verb: str, *, title: Mapping[str, str], text: Mapping[str, str], minutes: int
) -> OwnStep:
    step.title = {language: words for language, words in title.items() if words.strip()}
    step.text = {language: words for language, words in text.items() if words.strip()}
    step.minutes = min(max(minutes, 1), 240)
    if not step.title:
        raise Refused("no_title", _("Give the step a name in one language at least."))
    step.save()
    record(verb, by=by, subject=step, cohort=str(step.cohort.public_id))
    return step
