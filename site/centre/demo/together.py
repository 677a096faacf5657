"""What the demonstration's people do together: an organisation, a cohort in mid-course with a waiting list, two that
can be joined, pages of a journal, initiatives, marks. Made once, by the same actions as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from centre.demo import words
from courses.cohorts import actions as cohorts
from courses.cohorts.actions.facilitating import record_attendance
from courses.cohorts.actions.messages import send_message
from courses.cohorts.models import AttendedBy, Cohort, Enrolment, Facilitation, Joining
from courses.curriculum.models import Course
from courses.curriculum.selectors import course_page, outline
from courses.evaluation.actions import keep_answers
from courses.evaluation.instruments import instruments
from courses.evaluation.models import Moment
from courses.journal.actions import entries, initiatives, stories
from kernel import clock
from people import actions as people
from people.models import Membership, Organisation, Role, User

CODE = "DEMCBRTS"
PLACES = 8
MEMBERS = tuple(f"member{number}" for number in range(1, 10))
# How many steps of the course each of those with a place has done; the last of them has gone quiet.
STEPS = (24, 21, 30, 12, 19, 26, 5)
DAYS_BETWEEN = 14
# Those who have completed the course began it and completed it so many days ago.
LONG_AGO, SINCE_COMPLETION = 190, 95


@contextmanager
def days_ago(days: float) -> Iterator[datetime]:
    with clock.freeze(datetime.now(UTC) - timedelta(days=days)) as instant:
        yield instant


def make(course: Course) -> None:
    """Everything below, unless it is there."""
    if Organisation.objects.filter(name=words.ORGANISATION).exists():
        return
    _alumna_at_the_start()
    for login in ("alumna", "coach", "facilitator"):
        _completed(_person(login))
    organisation = _organisation()
    cohort = _cohort_in_mid_course(course, organisation)
    _cohorts_to_join(course)
    _learner(cohort)
    _alumna_at_the_end()


def _person(login: str) -> User:
    return User.objects.get(email=f"{login}@demo.example")


def _organisation() -> Organisation:
    organisation = Organisation.objects.create(name=words.ORGANISATION)
    Membership.objects.create(organisation=organisation, person=_person("lead"), role=Role.LEAD)
    for login in MEMBERS:
        number = login.removeprefix("member")
        person = User.objects.create_user(
            f"{login}@demo.example", name=f"Demo member {number}", language=("en", "fr", "es")[int(number) % 3]
        )
        Membership.objects.create(organisation=organisation, person=person)
    return organisation


def _new_cohort(course: Course, name: str, first_day: int, **about) -> Cohort:
    """A cohort of five meetings, the first in so many days, all led by the demonstration's facilitator."""
    first = datetime.now(UTC).replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=first_day)
    cohort = Cohort.objects.create(
        course=course,
        name=name,
        zone="Europe/Paris",
        starts_on=first.date(),
        ends_on=first.date() + timedelta(days=DAYS_BETWEEN * 4),
        welcome=words.WELCOME,
        joining_notes=words.JOINING_NOTES,
        call_details=words.CALL,
        **about,
    )
    facilitator = _person("facilitator")
    Facilitation.objects.create(cohort=cohort, person=facilitator)
    sessions = outline(course_page(course, "en")).sessions
    times = [
        cohorts.MeetingTime(session.key, starts, starts + timedelta(hours=1, minutes=30))
        for number, session in enumerate(sessions)
        if (starts := first + timedelta(days=DAYS_BETWEEN * number))
    ]
    cohorts.set_timetable(cohort=cohort, by=facilitator, sessions=times)
    return cohorts.open_cohort(cohort=cohort, by=facilitator)


def _cohort_in_mid_course(course: Course, organisation: Organisation) -> Cohort:
    """Two meetings are over. Eight have a place, two wait; one is paused, one has gone quiet."""
    facilitator = _person("facilitator")
    people_in_order = [_person("learner"), *(_person(login) for login in MEMBERS)]
    with days_ago(30):
        cohort = _new_cohort(
            course,
            words.COHORT,
            -20,
            organisation=organisation,
            joining=Joining.CODE,
            code=CODE,
            places=PLACES,
            complete_by=(clock.now() + timedelta(days=120)).date(),
        )
        for person in people_in_order:
            cohorts.join(cohort=cohort, by=person, code=CODE)
    enrolments = {enrolment.person_id: enrolment for enrolment in cohort.enrolments.select_related("person")}
    keys = [step.key for step in outline(course_page(course, "en")).steps]
    for number, (person, steps) in enumerate(zip(people_in_order[1:], STEPS, strict=False)):
        enrolment = enrolments[person.pk]
        enrolment.steps_done.bulk_create(
            enrolment.steps_done.model(enrolment=enrolment, step_key=key) for key in keys[:steps]
        )
        quiet_for = 15 if number == len(STEPS) - 1 else number
        enrolment.last_active_on = (clock.now() - timedelta(days=quiet_for)).date()
        enrolment.save(update_fields=["last_active_on"])
        _marks(enrolment, number)
    ways = [*AttendedBy.values[:3], AttendedBy.WEB]
    for meeting in cohort.sessions.filter(starts_at__lt=clock.now()):
        marks = {enrolment.public_id: ways[n % len(ways)] for n, enrolment in enumerate(enrolments.values())}
        record_attendance(session=meeting, by=facilitator, marks=marks)
    with days_ago(2):
        paused = _person("member4")
        people.begin_pause(person=paused, by=paused)
    send_message(cohort=cohort, by=facilitator, text=words.TO_ALL, language="en")
    cohorts.add_own_step(
        cohort=cohort,
        by=facilitator,
        session_key=outline(course_page(course, "en")).sessions[1].key,
        title=words.OWN_STEP_TITLE,
        text=words.OWN_STEP_TEXT,
        minutes=10,
    )
    return cohort


def _marks(enrolment: Enrolment, number: int) -> None:
    """Marks at the start; those who agreed are counted in figures."""
    person = enrolment.person
    people.give_consent(person=person, by=person, purpose="programme_figures", language=person.language)
    ratings = {item.key: (number + place) % 7 + 1 for place, item in enumerate(instruments()[-1].items)}
    keep_answers(enrolment=enrolment, moment=Moment.BEFORE, by=person, language=person.language, ratings=ratings)


def _cohorts_to_join(course: Course) -> None:
    _new_cohort(course, words.COHORT_OPEN, 21, joining=Joining.OPEN, places=12)
    asked = _new_cohort(course, words.COHORT_BY_APPROVAL, 35, joining=Joining.APPROVAL, places=10)
    cohorts.join(cohort=asked, by=_person("assessor2"))


def _learner(cohort: Cohort) -> None:
    """About to begin, with a first page in the journal that the facilitator may read."""
    learner = people.choose_zone(person=_person("learner"), by=_person("learner"), zone="Europe/London")
    people.choose_zone(person=_person("facilitator"), by=_person("facilitator"), zone="Europe/Paris")
    people.change_profile(
        person=learner,
        by=learner,
        name=learner.name,
        language=learner.language,
        access_needs=words.ACCESS_NEEDS,
        access_needs_shared=True,
    )
    for title, text, shared in words.JOURNAL:
        entry = entries.begin_entry(by=learner, draft=words.draft_id(title), title=title, body=text, language="en")
        if shared:
            entries.share_entry(entry=entry, reader=_person("facilitator").public_id, by=learner)
    enrolment = learner.enrolments.get(cohort=cohort)
    initiative = initiatives.begin_initiative(
        enrolment=enrolment, title=words.INITIATIVE["title"], language="en", by=learner
    )
    initiatives.write_initiative(
        initiative=initiative, revision=initiative.revision, by=learner, aim=words.INITIATIVE["aim"]
    )
    initiatives.add_milestone(
        initiative=initiative,
        text=words.INITIATIVE["milestone"],
        by_date=(clock.now() + timedelta(days=12)).date(),
        by=learner,
    )
    facilitator = _person("facilitator")
    send_message(cohort=cohort, by=facilitator, text=words.TO_ONE, language="en", to=enrolment)


def _completed(person: User) -> None:
    """What completes the course beside its steps: an initiative."""
    enrolment = person.enrolments.get()
    with days_ago(SINCE_COMPLETION):
        initiative = initiatives.begin_initiative(
            enrolment=enrolment, title=words.INITIATIVE["title"], language=person.language, by=person
        )
        parts = {name: words.INITIATIVE[name] for name in ("aim", "who_for", "who_decides", "first_steps")}
        initiatives.write_initiative(initiative=initiative, revision=initiative.revision, by=person, **parts)


def _ratings(marks: tuple[int, ...]) -> dict[str, int]:
    return {item.key: mark for item, mark in zip(instruments()[-1].items, marks, strict=True)}


def _alumna_at_the_start() -> None:
    alumna = _person("alumna")
    if alumna.enrolments.get().is_completed:  # a demonstration from before there were initiatives
        return
    with days_ago(LONG_AGO):
        ratings = _ratings(words.MARKS_BEFORE)
        keep_answers(enrolment=alumna.enrolments.get(), moment=Moment.BEFORE, by=alumna, language="en", ratings=ratings)


def _alumna_at_the_end() -> None:
    """Marks at the end, and a story that waits for an editor. The follow-up is open to her."""
    alumna = _person("alumna")
    enrolment = alumna.enrolments.get()
    with days_ago(SINCE_COMPLETION - 1):
        keep_answers(
            enrolment=enrolment,
            moment=Moment.AFTER,
            by=alumna,
            language="en",
            ratings=_ratings(words.MARKS_AFTER),
            then=_ratings(words.MARKS_THEN),
            attainment=1,
        )
    people.give_consent(person=alumna, by=alumna, purpose="public_story", language="en")
    stories.offer_story(
        initiative=enrolment.initiative,
        title=words.STORY_TITLE,
        text=words.STORY,
        shown_name="",
        language="en",
        by=alumna,
    )
