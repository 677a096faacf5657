"""Boring things for tests that are about something else."""

import factory
from factory.django import DjangoModelFactory

from courses.cohorts.models import Enrolment
from courses.curriculum.models import Course, CoursePage, SessionPage, StepPage
from pages.loading import page_key
from people.models import User
from tests.helpers import shipped_page


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    person = factory.SubFactory(UserFactory)
    course = factory.LazyFunction(lambda: the_course())  # noqa: PLW0108 - defined below


def the_course() -> Course:
    """“The effective patient leader”, as it ships."""
    return Course.objects.get(key=page_key("courses", "effective-patient-leader"))


def make_course(slug: str, steps: int = 1) -> Course:
    """Another course in English, of one session with so many required steps."""
    page = shipped_page("en", "courses").add_child(instance=CoursePage(title=slug, slug=slug, summary="About it."))
    session = page.add_child(instance=SessionPage(title="First", slug="first", summary="About it."))
    for number in range(steps):
        session.add_child(instance=StepPage(title=f"Step {number}", slug=f"step-{number}", summary="About it."))
    return Course.objects.get(key=page.translation_key)
