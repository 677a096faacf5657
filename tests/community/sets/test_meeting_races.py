"""Two meetings of one set that begin at the same time, with real commits and a connection each."""

from community.sets.actions import meetings
from community.sets.meeting import commands as c
from community.sets.models import Meeting
from kernel import clock
from tests.community.sets.arrangements import TestRoom, a_room
from tests.courses.cohorts.test_actions import at_once
from tests.factories.sets import MeetingFactory


def test_of_two_meetings_begun_at_once_one_is_under_way_and_the_other_says_why_not(committed):
    first = a_room()
    made = MeetingFactory(learning_set=first.learning_set, starts_at=clock.now())
    rooms = [first, TestRoom(first.learning_set, made, first.seats)]
    for room in rooms:
        room.do(0, c.Arrive())
    answers = at_once(*[lambda room=room: room.do(0, c.Next(visit=0, confirmed=True)) for room in rooms])
    refused = [answer for answer in answers if not isinstance(answer, meetings.Outcome)]
    assert [refusal.code for refusal in refused] == ["another_runs"]
    states = Meeting.objects.filter(learning_set=first.learning_set).values_list("state", flat=True)
    assert sorted(states) == ["running", "scheduled"]
    assert all(room.replayed() == room.state for room in rooms)
