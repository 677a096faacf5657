"""Boring things for tests that are about something else."""

import factory
from factory.django import DjangoModelFactory

from courses.cohorts.models import Enrolment
from courses.curriculum.models import Course
from pages.loading import page_key
from people.models import User


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
    course = factory.LazyFunction(lambda: the_course())


def the_course() -> Course:
    """“The effective patient leader”, as it ships."""
    return Course.objects.get(key=page_key("courses", "effective-patient-leader"))
