import uuid

import pytest
from django.db import IntegrityError, transaction

from courses.cohorts.models import Enrolment, StepDone
from kernel import clock
from tests.factories import EnrolmentFactory, UserFactory, the_course

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"state": "completed", "completed_at": None},
        {"state": "active", "completed_at": clock.now()},
    ],
    ids=["unknown state", "completed without a date", "a date without completion"],
)
def test_the_database_refuses_an_enrolment(wrong):
    good = {"person": UserFactory(), "course": the_course(), "state": "active", "completed_at": None}
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(**{**good, **wrong})
    assert Enrolment.objects.create(**good)


def test_the_database_refuses_a_second_place_on_a_course():
    enrolment = EnrolmentFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(person=enrolment.person, course=enrolment.course)
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolmentFactory(public_id=enrolment.public_id)
    assert EnrolmentFactory().course == enrolment.course


def test_the_database_refuses_a_step_done_twice():
    enrolment, key = EnrolmentFactory(), uuid.uuid4()
    StepDone.objects.create(enrolment=enrolment, step_key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        StepDone.objects.create(enrolment=enrolment, step_key=key)
    assert StepDone.objects.create(enrolment=EnrolmentFactory(), step_key=key)


def test_erasing_a_person_erases_their_progress_and_nobody_elses():
    mine, other = EnrolmentFactory(), EnrolmentFactory()
    for enrolment in (mine, other):
        StepDone.objects.create(enrolment=enrolment, step_key=uuid.uuid4())
    mine.person.delete()
    assert not StepDone.objects.filter(enrolment_id=mine.pk).exists()
    assert StepDone.objects.filter(enrolment=other).exists()
