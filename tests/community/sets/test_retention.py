"""What is not kept is really gone, and what is younger stays: counted in the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.sets.actions import retention
from community.sets.actions.retention import YEAR, forget_old
from community.sets.models import (
    Attendance,
    Commitment,
    Helped,
    LearningSet,
    Meeting,
    MeetingEvent,
    Report,
    Seat,
    TimeAnswer,
)
from community.sets.selectors.meetings import WORDS_KEPT
from kernel import clock
from notices.models import DueWork
from people.models import User
from tests.factories.sets import (
    AttendanceFactory,
    CommitmentFactory,
    LearningSetFactory,
    MeetingEventFactory,
    MeetingFactory,
    ReportFactory,
    SeatFactory,
    TimeAnswerFactory,
    TimeOptionFactory,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENT = timedelta(seconds=1)
NOTHING = {"meetings_forgotten": 0, "meetings_cleared": 0, "commitments": 0, "reports": 0, "sets": 0}


@pytest.fixture(autouse=True)
def _only_ours(db):
    """The demonstration has sets of its own, which grow old too."""
    LearningSet.objects.all().delete()


@pytest.fixture
def _now():
    with clock.freeze(NOON):
        yield


def held(closed_at=NOON, **more):
    """A meeting of three events with a mark of what helped, an agenda and a snapshot."""
    learning_set = more.pop("learning_set", None) or LearningSetFactory()
    meeting = MeetingFactory(
        learning_set=learning_set,
        closed=True,
        closed_at=closed_at,
        note="About the ward",
        snapshot={"places": [1]},
        seq=3,
        **more,
    )
    for _ in range(3):
        event = MeetingEventFactory(meeting=meeting, text="Never to be read again")
    Helped.objects.create(event=event, seat=event.seat)
    AttendanceFactory(meeting=meeting, seat=event.seat)
    return meeting


def spoil(model, column: str) -> None:
    """As when a key was lost: what is sealed can be opened by nobody."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = 'gAAAAB-not-to-be-opened'")


@pytest.mark.usefixtures("_now")
class TestWords:
    def test_go_also_when_nobody_can_open_them_any_more(self):
        held(), held()
        learning_set = TestSets().full(closed=True)
        with clock.freeze(NOON - YEAR):
            CommitmentFactory(state="done", reviewed_at=clock.now() - MOMENT)
            report = ReportFactory(state="closed", closed_at=clock.now() - MOMENT)
        for model, column in ((MeetingEvent, "text"), (Meeting, "note"), (Commitment, "what"), (Report, "reason")):
            spoil(model, column)
        spoil(LearningSet, "call_pin")
        with clock.freeze(NOON + WORDS_KEPT + MOMENT):
            assert forget_old() == {**NOTHING, "meetings_cleared": 4, "commitments": 1, "reports": 1}
        assert not Report.objects.filter(pk=report.pk).exists()
        with clock.freeze(NOON + YEAR + MOMENT):
            assert forget_old()["sets"] == 1
        assert not LearningSet.objects.filter(pk=learning_set.pk).exists()

    def test_one_that_cannot_be_forgotten_holds_no_other_up(self, monkeypatch, caplog):
        first, second = held(), held()
        clear = retention._clear

        def refuses(pk):
            if pk == first.pk:
                raise ValueError("About the ward")
            return clear(pk)

        monkeypatch.setattr(retention, "_clear", refuses)
        with clock.freeze(NOON + WORDS_KEPT + MOMENT):
            assert forget_old()["meetings_cleared"] == 1
        assert not second.events.exists()
        assert "ValueError" in caplog.text
        assert "ward" not in caplog.text

    def test_go_30_days_after_the_meeting_closed(self):
        meeting = held()
        with clock.freeze(NOON + WORDS_KEPT):
            assert forget_old() == NOTHING
        assert MeetingEvent.objects.filter(meeting=meeting).count() == 3
        with clock.freeze(NOON + WORDS_KEPT + MOMENT):
            assert forget_old() == NOTHING | {"meetings_cleared": 1}
            assert forget_old() == NOTHING, "twice is once"
        meeting.refresh_from_db()
        assert MeetingEvent.objects.filter(meeting=meeting).count() == 0
        assert Helped.objects.count() == 0
        assert (meeting.snapshot, meeting.note) == ({}, "")
        assert meeting.cleared_at == NOON + WORDS_KEPT + MOMENT
        assert Attendance.objects.filter(meeting=meeting).count() == 1, "who was there stays"

    def test_of_a_meeting_that_was_called_off_its_agenda_goes_too(self):
        meeting = MeetingFactory(cancelled=True, note="About the ward", changed_at=NOON)
        with clock.freeze(NOON + WORDS_KEPT + MOMENT):
            assert forget_old()["meetings_cleared"] == 1
        meeting.refresh_from_db()
        assert meeting.note == ""

    def test_nothing_of_them_is_left_in_any_table(self):
        meeting = held()
        column = {"meeting": meeting.pk}
        sealed = rows("SELECT text FROM sets_meetingevent WHERE meeting_id = %(meeting)s", column)
        assert all(text for (text,) in sealed), "there is something to delete"
        with clock.freeze(NOON + WORDS_KEPT + MOMENT):
            forget_old()
        assert rows("SELECT 1 FROM sets_meetingevent WHERE meeting_id = %(meeting)s", column) == []
        assert rows("SELECT note FROM sets_meeting WHERE id = %(meeting)s", column) == [("",)]

    @pytest.mark.parametrize("state", ["running", "scheduled", "proposed"])
    def test_of_meetings_that_are_not_over_stay(self, state):
        event = MeetingEventFactory(meeting=MeetingFactory(state=state, opened_at=NOON, starts_at=NOON + YEAR))
        with clock.freeze(NOON + WORDS_KEPT + MOMENT):
            forget_old()
        assert MeetingEvent.objects.filter(pk=event.pk).exists()


@pytest.mark.usefixtures("_now")
class TestCommitmentsAndReports:
    def test_a_commitment_goes_12_months_after_its_review_and_not_before_one(self):
        reviewed, young = CommitmentFactory(done=True), CommitmentFactory(done=True, reviewed_at=NOON + MOMENT)
        unreviewed = CommitmentFactory(made_at=NOON - 3 * YEAR)
        with clock.freeze(NOON + YEAR + MOMENT):
            assert forget_old()["commitments"] == 1
        assert set(Commitment.objects.all()) == {young, unreviewed}
        assert reviewed not in Commitment.objects.all()

    def test_a_report_goes_12_months_after_it_was_closed_and_not_while_it_is_open(self):
        ReportFactory(state="closed", closed_at=NOON)
        young = ReportFactory(state="closed", closed_at=NOON + MOMENT)
        unanswered = ReportFactory(made_at=NOON - 3 * YEAR)
        with clock.freeze(NOON + YEAR + MOMENT):
            assert forget_old()["reports"] == 1
        assert set(Report.objects.all()) == {young, unanswered}


@pytest.mark.usefixtures("_now")
class TestSets:
    def full(self, **more):
        learning_set = LearningSetFactory(rules=True, **more)
        meeting = held(learning_set=learning_set)
        option = TimeOptionFactory(meeting=meeting)
        seat = meeting.attendances.get().seat
        TimeAnswerFactory(option=option, seat=seat)
        CommitmentFactory(seat=seat, meeting=meeting)
        return learning_set

    def test_go_a_year_after_they_closed_with_all_they_hold(self):
        gone, young = self.full(closed=True), self.full(closed=True, closed_at=NOON + MOMENT)
        open_one = self.full()
        people = User.objects.count()
        counted = {model: model.objects.count() for model in (Seat, Meeting, Attendance, Commitment, TimeAnswer)}
        assert all(number % 3 == 0 for number in counted.values())
        with clock.freeze(NOON + YEAR):
            assert forget_old()["sets"] == 0
        with clock.freeze(NOON + YEAR + MOMENT):
            assert forget_old()["sets"] == 1
        assert set(LearningSet.objects.all()) == {young, open_one}
        assert gone not in LearningSet.objects.all()
        for model, number in counted.items():
            assert model.objects.count() == number * 2 // 3, model
        assert User.objects.count() == people, "its people stay"

    def test_wait_for_a_report_that_is_still_kept(self):
        learning_set = self.full(closed=True)
        report = ReportFactory(meeting=learning_set.meetings.get())
        with clock.freeze(NOON + YEAR + MOMENT):
            assert forget_old()["sets"] == 0
        Report.objects.filter(pk=report.pk).update(state="closed", closed_at=NOON + MOMENT)
        with clock.freeze(NOON + YEAR + 2 * MOMENT):
            assert forget_old() == NOTHING | {"reports": 1, "sets": 1}


@pytest.mark.usefixtures("_now")
class TestForgottenMeetings:
    def test_that_nobody_opened_are_called_off_after_a_week(self):
        meeting = MeetingFactory(starts_at=NOON)
        polled = TimeOptionFactory(starts_at=NOON).meeting
        later = TimeOptionFactory(starts_at=NOON + timedelta(days=30)).meeting
        with clock.freeze(NOON + timedelta(days=7)):
            assert forget_old()["meetings_forgotten"] == 0
        with clock.freeze(NOON + timedelta(days=7) + MOMENT):
            assert forget_old()["meetings_forgotten"] == 2
        states = dict(Meeting.objects.values_list("pk", "state"))
        assert states == {meeting.pk: "cancelled", polled.pk: "cancelled", later.pk: "proposed"}
        assert not DueWork.objects.filter(subject=f"meeting:{meeting.public_id}").exists()

    def test_one_that_is_under_way_is_not(self):
        MeetingFactory(running=True)
        with clock.freeze(NOON + timedelta(days=60)):
            assert forget_old() == NOTHING


DAYS = st.integers(0, 800)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(meetings=st.lists(DAYS, max_size=4), reviews=st.lists(DAYS, max_size=4), sets=st.lists(DAYS, max_size=3))
def test_nothing_younger_goes_and_nothing_older_stays(db, meetings, reviews, sets):
    LearningSet.objects.all().delete()
    with clock.freeze(NOON):
        home = SeatFactory()
        ages = {days: timedelta(days=days, seconds=1) for days in (*meetings, *reviews, *sets)}
        for days in meetings:
            MeetingEventFactory(
                meeting=MeetingFactory(closed=True, learning_set=home.learning_set, closed_at=NOON - ages[days]),
                seat=home,
            )
        past = MeetingFactory(closed=True, learning_set=home.learning_set)
        for days in reviews:
            at = NOON - ages[days]
            CommitmentFactory(seat=home, meeting=past, state="partly", made_at=at, reviewed_at=at)
        for days in sets:
            LearningSetFactory(closed=True, closed_at=NOON - ages[days])
        forget_old()
        assert MeetingEvent.objects.count() == sum(ages[days] <= WORDS_KEPT for days in meetings)
        assert Commitment.objects.count() == sum(ages[days] <= YEAR for days in reviews)
        assert LearningSet.objects.filter(state="closed").count() == sum(ages[days] <= YEAR for days in sets)


def test_the_tick_does_it(monkeypatch):
    monkeypatch.setattr("centre.tick.run_queued_tasks", lambda: None)
    with clock.freeze(NOON):
        meeting = held()
    call_command("tick")
    meeting.refresh_from_db()
    assert meeting.cleared_at is not None


def rows(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
