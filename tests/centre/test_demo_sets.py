"""What `alumna@demo.example` finds: a set with a meeting behind it and one whose room is open."""

from datetime import timedelta

import pytest

from centre.demo import sets
from community.sets.actions import meetings
from community.sets.meeting import commands as c
from community.sets.meeting.state import from_json
from community.sets.models import Commitment, LearningSet, MeetingState
from kernel import clock
from people.models import User

pytestmark = pytest.mark.django_db


def the_set() -> LearningSet:
    return LearningSet.objects.get(all_seats__person__email="alumna@demo.example")


def test_a_meeting_lies_behind_it_and_its_commitment_is_open():
    [meeting] = the_set().meetings.all()
    assert meeting.state == MeetingState.CLOSED
    assert Commitment.objects.get(learning_set=the_set()).state == "open"


def test_there_is_always_a_meeting_about_to_begin():
    sets.have_a_meeting_ahead()
    sets.have_a_meeting_ahead()
    meeting = the_set().meetings.get(state=MeetingState.SCHEDULED)
    alumna = User.objects.get(email="alumna@demo.example")
    meetings.do(meeting_id=meeting.public_id, command=c.Arrive(), by=alumna, announce=None)
    meeting.refresh_from_db()
    assert len(from_json(meeting.snapshot).reviews) == 1
    with clock.freeze(clock.now() + timedelta(days=30)):
        sets.have_a_meeting_ahead()
    assert the_set().meetings.filter(state=MeetingState.SCHEDULED).count() == 2


def test_made_again_it_is_not_made_twice():
    before = LearningSet.objects.count()
    sets.make()
    assert LearningSet.objects.count() == before == 3
