"""A fact that nobody heard is made up for, once."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from courses.cohorts.models import EnrolmentState, StepDone
from courses.curriculum.selectors import step_keys
from courses.journal.models import StoryOffer, StoryState
from kernel import clock
from notices.models import DueWork
from tests.factories import EnrolmentFactory
from tests.factories.sets import CommitmentFactory

pytestmark = pytest.mark.django_db


def test_a_course_whose_last_requirement_nobody_heard_of_is_completed():
    enrolment = EnrolmentFactory()
    keys = step_keys(enrolment.course, required_only=True)
    enrolment.required_steps = [str(key) for key in keys]
    enrolment.save()
    StepDone.objects.bulk_create(StepDone(enrolment=enrolment, step_key=key) for key in keys[1:])
    call_command("reconcile", verbosity=0)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.ACTIVE, "a step is still open"
    StepDone.objects.create(enrolment=enrolment, step_key=keys[0])
    for _ in range(2):
        call_command("reconcile", verbosity=0)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED
    assert DueWork.objects.filter(kind="evaluation_follow_up", subject=str(enrolment.public_id)).count() == 1


def test_a_commitment_that_nobody_put_down_is_remembered_once():
    commitment = CommitmentFactory(by_when=clock.now().date() + timedelta(days=30))
    for _ in range(2):
        call_command("reconcile", verbosity=0)
    assert DueWork.objects.filter(kind="commitment_due", subject=f"commitment:{commitment.public_id}").count() == 1


def test_a_story_whose_consent_is_gone_is_taken_back():
    offer = StoryOffer.objects.get(state=StoryState.OFFERED)  # the demonstration's
    call_command("reconcile", verbosity=0)
    offer.refresh_from_db()
    assert offer.state == StoryState.OFFERED
    offer.consent.withdrawn_at = clock.now()
    offer.consent.save()
    call_command("reconcile", verbosity=0)
    offer.refresh_from_db()
    assert offer.state == StoryState.WITHDRAWN
