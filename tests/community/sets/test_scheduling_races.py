"""Meetings under a rush, with real commits and a connection each."""

from datetime import timedelta

import pytest

from community.sets.actions import scheduling as actions
from community.sets.models import Meeting
from kernel import clock
from notices.models import Notice
from tests.courses.cohorts.test_actions import at_once
from tests.factories.sets import LearningSetFactory, SeatFactory, TimeOptionFactory


@pytest.fixture
def seats(committed):
    learning_set = LearningSetFactory()
    return [SeatFactory(learning_set=learning_set) for _ in range(4)]


def test_meetings_proposed_at_once_have_a_number_each(seats):
    times = [clock.now() + timedelta(days=days) for days in range(1, 5)]
    made = at_once(
        *[
            lambda seat=seat, at=at: actions.propose_meeting(learning_set=seat.learning_set, by=seat.person, times=[at])
            for seat, at in zip(seats, times, strict=True)
        ]
    )
    assert sorted(meeting.number for meeting in made) == [1, 2, 3, 4]


def test_of_two_times_chosen_at_once_one_holds(seats):
    meeting = TimeOptionFactory(meeting__learning_set=seats[0].learning_set).meeting
    options = [meeting.options.get(), *(TimeOptionFactory(meeting=meeting) for _ in range(3))]
    answers = at_once(
        *[
            lambda seat=seat, option=option: actions.choose_time(meeting=meeting, option=option, by=seat.person)
            for seat, option in zip(seats, options, strict=True)
        ]
    )
    chosen = [answer for answer in answers if isinstance(answer, Meeting)]
    refused = [answer for answer in answers if not isinstance(answer, Meeting)]
    assert len(chosen) == 1
    assert {refusal.code for refusal in refused} == {"time_chosen"}
    meeting.refresh_from_db()
    assert meeting.starts_at == chosen[0].starts_at
    told = Notice.objects.filter(kind="meeting_scheduled", subject=f"meeting:{meeting.public_id}")
    assert [notice.count for notice in told] == [1, 1, 1]


def test_moved_and_called_off_at_once_ends_as_called_off(seats):
    learning_set, now = seats[0].learning_set, clock.now()
    meeting = actions.propose_meeting(
        learning_set=learning_set, by=seats[0].person, times=[(now + timedelta(days=7)).replace(second=0)]
    )
    answers = at_once(
        *[
            lambda seat=seat, days=days: actions.move_meeting(
                meeting=meeting, by=seat.person, starts_at=now + timedelta(days=days)
            )
            for seat, days in zip(seats[:3], (8, 9, 10), strict=True)
        ],
        lambda: actions.cancel_meeting(meeting=meeting, by=seats[3].person),
    )
    moved = sum(isinstance(answer, Meeting) for answer in answers) - 1
    meeting.refresh_from_db()
    assert (meeting.state, meeting.sequence) == ("cancelled", moved + 1)
    assert {answer.code for answer in answers if not isinstance(answer, Meeting)} <= {"wrong_state"}
