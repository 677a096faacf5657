"""A crowd for `make bench`: 50 cohorts of 25 learners in mid-course, with all that pages about them read.

Written in bulk; the same every time (a seeded generator).
"""

from __future__ import annotations

import random
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client

from courses.cohorts.models import (
    Attendance,
    AttendedBy,
    Cohort,
    CohortSession,
    CohortState,
    Enrolment,
    Facilitation,
    Joining,
    StepDone,
)
from courses.curriculum.models import Course
from courses.curriculum.selectors import course_page, outline
from courses.journal.models import Entry
from kernel import clock
from notices.models import Notice
from pages.loading import page_key
from people.models import Pause, User

COHORTS, LEARNERS = 50, 25
WORDS = "What I would ask for first is that somebody answers the telephone. " * 8


def make(cohorts: int = COHORTS, learners: int = LEARNERS) -> None:
    luck = random.Random(7)
    now = clock.now()
    course = Course.objects.get(key=page_key("courses", "effective-patient-leader"))
    sessions = outline(course_page(course, "en")).sessions
    steps = [step.key for session in sessions for step in session.steps]
    nobody = make_password(None)
    people = User.objects.bulk_create(
        User(
            email=f"crowd{number}@bench.example",
            name=f"Learner {number}",
            zone="Europe/Paris",
            password=nobody,
        )
        for number in range(cohorts * (learners + 1))
    )
    groups = Cohort.objects.bulk_create(
        Cohort(
            course=course,
            name=f"Cohort {number}",
            state=CohortState.OPEN,
            joining=Joining.OPEN,
            places=learners,
            places_taken=learners,
            starts_on=now.date() - timedelta(days=30),
            ends_on=now.date() + timedelta(days=60),
            welcome={"en": "Welcome to this cohort."},
        )
        for number in range(cohorts)
    )
    meetings = CohortSession.objects.bulk_create(
        CohortSession(
            cohort=group,
            session_key=session.key,
            starts_at=now + timedelta(days=14 * number - 29),
            ends_at=now + timedelta(days=14 * number - 29, hours=2),
        )
        for group in groups
        for number, session in enumerate(sessions)
    )
    Facilitation.objects.bulk_create(
        Facilitation(cohort=group, person=person) for group, person in zip(groups, people[:cohorts], strict=True)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            person=person,
            course=course,
            cohort=groups[number // learners],
            required_steps=[str(key) for key in steps],
            meetings_needed=4,
            begun_at=now - timedelta(days=30),
            joined_at=now - timedelta(days=30),
            last_active_on=now.date() - timedelta(days=luck.randrange(20)),
        )
        for number, person in enumerate(people[cohorts:])
    )
    StepDone.objects.bulk_create(
        (
            StepDone(enrolment=enrolment, step_key=key)
            for enrolment in enrolments
            for key in steps[: luck.randrange(len(steps) - 2)]
        ),
        batch_size=2000,
    )
    past = {group.pk: [m for m in meetings if m.cohort_id == group.pk and m.starts_at < now] for group in groups}
    Attendance.objects.bulk_create(
        Attendance(enrolment=enrolment, session=meeting, how=luck.choice(AttendedBy.values))
        for enrolment in enrolments
        for meeting in past[enrolment.cohort_id]
    )
    Notice.objects.bulk_create(
        Notice(
            person=enrolment.person,
            kind="cohort_message",
            subject=f"{enrolment.public_id}:{number}",
            values={"cohort": "Cohort"},
        )
        for enrolment in enrolments
        for number in range(3)
    )
    Entry.objects.bulk_create(
        Entry(owner=enrolment.person, title="A page", body=WORDS, language="en")
        for enrolment in enrolments
        for _number in range(2)
    )
    Pause.objects.bulk_create(
        Pause(person=enrolment.person, starts_at=now - timedelta(days=3), begun_told=True)
        for enrolment in enrolments[::10]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a database left to itself does so after a while, and plans its queries by it


def addresses() -> dict[str, tuple[str, str]]:
    """Page -> its path and the cookie of whom it is for: a learner who is not paused, and their facilitator."""
    enrolment = (
        Enrolment.objects.filter(person__email=f"crowd{COHORTS + 1}@bench.example").select_related("cohort").get()
    )
    facilitator = enrolment.cohort.facilitations.get().person
    return {
        "learner home, in a cohort": ("/en/my/", cookie(enrolment.person)),
        "facilitator's view of 25": (
            f"/en/learn/cohorts/{enrolment.cohort.public_id}/facilitate/",
            cookie(facilitator),
        ),
    }


def cookie(person: User) -> str:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
