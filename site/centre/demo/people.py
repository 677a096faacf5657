"""The people of the demonstration: plainly not real, all with the same published password."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from centre.demo import sets, together
from centre.groups import translators_group
from courses.cohorts import actions
from courses.cohorts.models import Enrolment, StepDone
from courses.curriculum.models import Course
from courses.curriculum.selectors import step_keys
from pages.loading import page_key
from people.models import User

PASSWORD = "demo"  # noqa: S105 - published on purpose, in demonstrations alone


ALL = 1000


@dataclass(frozen=True)
class DemoPerson:
    login: str
    name: str
    what: str
    language: str = "en"
    # How many steps of the course they have done; None when they have not begun it.
    steps: int | None = None
    groups: tuple[str, ...] = ()
    cms: bool = False
    all_rights: bool = False

    @property
    def email(self) -> str:
        return f"{self.login}@demo.example"


PEOPLE = (
    DemoPerson("learner", "Demo learner", "in a cohort, about to begin the course", steps=0),
    DemoPerson("alumna", "Demo alumna", "has completed the course, convenes a set that is about to meet", steps=ALL),
    DemoPerson("coach", "Demo coach", "has completed the course, sits in the same set", language="fr", steps=ALL),
    DemoPerson("facilitator", "Demo facilitator", "leads three cohorts, has completed the course", steps=ALL),
    DemoPerson("assessor", "Demo assessor", "an account without a course"),
    DemoPerson("assessor2", "Demo assessor 2", "has asked for a place in a cohort", language="es"),
    DemoPerson("applicant", "Demo applicant", "in the middle of the course", language="es", steps=19),
    DemoPerson("lead", "Demo lead", "leads an organisation that has a cohort", language="fr"),
    DemoPerson(
        "translator",
        "Demo translator",
        "translates into French and Spanish in the CMS",
        language="fr",
        groups=(translators_group("fr"), translators_group("es")),
        cms=True,
    ),
    DemoPerson("staff", "Demo staff", "runs the Centre, in the CMS at /cms/", cms=True, all_rights=True),
)


def introduce(write: Callable[[str], None]) -> None:
    """Say who there is, a line each."""
    write(f"Demo people (the password of each is “{PASSWORD}”):")
    for person in PEOPLE:
        write(f"  {person.email:<28} {person.what}")


def make_people() -> list[DemoPerson]:
    """Make the demo people who are missing, by the same actions as everybody; returns those that were made."""
    course = Course.objects.get(key=page_key("courses", "effective-patient-leader"))
    missing = [person for person in PEOPLE if not User.objects.filter(email=person.email).exists()]
    known = make_password(PASSWORD)  # once for all of them: making it slowly is its purpose
    for person in missing:
        _make(person, course, known)
    together.make(course)
    sets.make()
    return missing


def _make(person: DemoPerson, course: Course, known: str) -> None:
    user = User.objects.create(
        email=person.email,
        password=known,
        name=person.name,
        language=person.language,
        is_staff=person.cms,
        is_superuser=person.all_rights,
    )
    EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
    user.groups.add(*Group.objects.filter(name__in=person.groups))
    if person.steps is None:
        return
    with together.days_ago(together.LONG_AGO if person.steps == ALL else 0):
        enrolment: Enrolment = actions.enrol(course=course, by=user)
        *earlier, last = step_keys(course)[: person.steps] or [None]
        enrolment.steps_done.bulk_create(StepDone(enrolment=enrolment, step_key=key) for key in earlier)
        if last:
            actions.complete_step(enrolment=enrolment, step_key=last, by=user)
