import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices import due
from notices.models import DueState, DueWork
from notices.selectors.work import failed
from people.models import AuditLine
from tests.factories import UserFactory

NOON = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
LATER = timedelta(hours=1)


@pytest.fixture
def handlers(monkeypatch):
    monkeypatch.setattr(due, "_handlers", {})


@pytest.fixture
def did(handlers):
    """The subjects of work that was done, by a handler that does nothing else."""
    subjects = []
    due.handler("test")(lambda work: subjects.append(work.subject))
    return subjects


def plan(subject="a", due_at=NOON, **more):
    return due.schedule("test", subject=subject, due_at=due_at, **more)


def work_at(moment, **more):
    with clock.freeze(moment):
        return due.work(**more)


def the_row():
    return DueWork.objects.get()


@pytest.mark.django_db
class TestSchedule:
    def test_once_for_each_kind_subject_and_period_and_the_later_call_moves_it(self):
        first, again = plan(), plan(due_at=NOON + LATER, payload={"n": 1})
        assert first == again
        assert (the_row().due_at, the_row().payload) == (NOON + LATER, {"n": 1})
        plan(period="2026-03")
        assert DueWork.objects.count() == 2

    @pytest.mark.parametrize("state", [DueState.DONE, DueState.DEAD, DueState.IN_DOUBT, DueState.SENDING])
    def test_what_no_longer_waits_stays_as_it_is(self, state):
        DueWork.objects.create(
            kind="test", subject="a", due_at=NOON, state=state, done_at=NOON if state == DueState.DONE else None
        )
        assert plan(due_at=NOON + LATER).state == state
        assert the_row().due_at == NOON

    def test_cancelling_takes_back_what_waits(self, did):
        for period in ("1", "2"):
            plan(period=period)
        due.cancel("test", subject="a", period="1")
        assert the_row().period == "2"
        work_at(NOON)
        due.cancel("test", subject="a")
        assert the_row().state == DueState.DONE


@pytest.mark.django_db
class TestWork:
    def test_does_what_is_due_and_no_more_in_order_of_time(self, did):
        for subject, minutes in (("second", 2), ("first", 1), ("not yet", 61)):
            plan(subject, NOON + timedelta(minutes=minutes))
        assert work_at(NOON + timedelta(minutes=30)) == 2
        assert did == ["first", "second"]
        assert set(DueWork.objects.filter(state=DueState.DONE).values_list("done_at", flat=True)) == {
            NOON + timedelta(minutes=30)
        }
        assert work_at(NOON + timedelta(minutes=30)) == 0

    @pytest.mark.parametrize("rows", [1, 3])
    def test_a_claim_costs_the_same_for_many(self, did, rows, django_assert_num_queries):
        for number in range(rows):
            plan(str(number))
        # Savepoints of the claim (2), whose lease is over (2), which are due, theirs now; then each is done.
        with django_assert_num_queries(6 + rows):
            work_at(NOON)

    def test_many_are_loaded_together(self, handlers):
        loaded = []

        def load(rows):
            loaded.append(len(rows))
            return {row.subject: row.subject.upper() for row in rows}

        got = []
        due.handler("test", load=load)(lambda work, batch: got.append(batch[work.subject]))
        plan("a"), plan("b")
        work_at(NOON)
        assert (loaded, got) == ([2], ["A", "B"])

    def test_postponed_costs_no_attempt(self, handlers):
        @due.handler("test")
        def later(work):
            raise due.Postpone(NOON + LATER)

        plan()
        work_at(NOON)
        assert (the_row().state, the_row().due_at, the_row().attempts) == (DueState.WAITING, NOON + LATER, 0)

    def test_postponed_into_the_past_still_ends_the_round(self, handlers):
        @due.handler("test")
        def later(work):
            raise due.Postpone(NOON - LATER)

        plan()
        assert work_at(NOON) == 1
        assert work_at(NOON) == 0

    def test_failures_back_off_then_end_and_say_only_their_type(self, handlers):
        @due.handler("test")
        def fail(work):
            raise ValueError("what somebody wrote in private")

        plan()
        now, waits = NOON, []
        for _ in range(5):
            work_at(now)
            waits.append(the_row().due_at - now)
            assert work_at(the_row().due_at - timedelta(seconds=1)) == 0
            now = the_row().due_at
        assert waits == list(due.BACK_OFF) == sorted(waits)
        work_at(now)
        row = the_row()
        assert (row.state, row.attempts, row.last_error) == (DueState.DEAD, 6, "ValueError")
        assert work_at(now + timedelta(days=365)) == 0
        assert list(failed()) == [row]

    def test_one_that_fails_holds_up_nobody(self, did):
        due.handler("bad")(lambda work: 1 / 0)
        due.schedule("bad", subject="a", due_at=NOON - LATER)
        due.schedule("nobody knows this kind", subject="a", due_at=NOON - LATER)
        plan()
        work_at(NOON)
        assert did == ["a"]
        assert set(DueWork.objects.exclude(last_error="").values_list("last_error", flat=True)) == {
            "ZeroDivisionError",
            "no handler",
        }

    def test_giving_up_does_not_try_again(self, handlers):
        @due.handler("test")
        def give_up(work):
            raise due.GiveUp("SMTPRecipientsRefused 550")

        plan()
        work_at(NOON)
        assert (the_row().state, the_row().last_error) == (DueState.DEAD, "SMTPRecipientsRefused 550")

    def test_stopping_puts_the_rest_back(self, did):
        for number in range(3):
            plan(str(number))
        assert work_at(NOON, stop=lambda: len(did) == 1) == 1
        assert DueWork.objects.filter(state=DueState.WAITING, claimed_by=None).count() == 2


@pytest.mark.django_db
class TestLeases:
    def claim(self):
        with clock.freeze(NOON):
            return due._claim(10, uuid.uuid4())[0]

    def test_a_claim_that_ran_out_is_taken_by_the_next(self, did):
        plan()
        self.claim()
        assert work_at(NOON + due.LEASE - timedelta(seconds=1)) == 0
        work_at(NOON + due.LEASE)
        assert did == ["a"]

    def test_who_comes_back_late_may_not_send(self, did):
        plan()
        late = self.claim()
        work_at(NOON + due.LEASE)
        with pytest.raises(due._Lost), due.leaving(late):
            pytest.fail("entered")
        assert the_row().state == DueState.DONE

    def test_what_was_leaving_is_in_doubt_and_never_repeated(self, did):
        plan()
        with pytest.raises(KeyboardInterrupt), clock.freeze(NOON), due.leaving(self.claim()):
            raise KeyboardInterrupt
        assert the_row().state == DueState.SENDING
        for hours in range(5):
            work_at(NOON + due.LEASE + hours * LATER)
        assert did == []
        assert list(failed()) == [the_row()]
        assert the_row().state == DueState.IN_DOUBT

    def test_who_knows_that_it_was_sent_may_say_so_later(self, did):
        plan()
        with clock.freeze(NOON), due.leaving(self.claim()):
            work_at(NOON + due.LEASE)
            assert the_row().state == DueState.IN_DOUBT
        assert the_row().state == DueState.DONE

    def test_nothing_left_to_send_is_done(self, handlers):
        @due.handler("test")
        def send(work):
            with due.leaving(work, taking=lambda: False):
                pytest.fail("entered")

        plan()
        work_at(NOON)
        assert (the_row().state, the_row().attempts) == (DueState.DONE, 0)

    def test_a_mark_that_fails_after_sending_is_a_doubt_and_no_failure(self, handlers, monkeypatch):
        sent = []

        @due.handler("test")
        def send(work):
            with due.leaving(work):
                sent.append(work.subject)
                monkeypatch.setattr(due, "_done", lambda work: 1 / 0)

        plan()
        work_at(NOON)
        work_at(NOON + timedelta(days=2))
        assert sent == ["a"]
        assert (the_row().state, the_row().last_error) == (DueState.IN_DOUBT, "sent, then ZeroDivisionError")


@pytest.mark.django_db
class TestAgain:
    @pytest.mark.parametrize("state", [DueState.DEAD, DueState.IN_DOUBT])
    def test_the_staff_put_back_what_failed(self, did, state):
        staff = UserFactory(is_staff=True)
        work = DueWork.objects.create(kind="test", subject="a", due_at=NOON, state=state, attempts=6, last_error="x")
        with clock.freeze(NOON + LATER):
            due.again(work=work, by=staff)
        row = the_row()
        assert (row.state, row.attempts, row.due_at, row.payload) == ("waiting", 0, NOON + LATER, {"again": True})
        line = AuditLine.objects.get(verb="due_work.put_back")
        assert (line.by, line.detail) == (staff, {"kind": "test", "state": state})
        work_at(NOON + LATER)
        assert did == ["a"]

    def test_nobody_else_does(self):
        work = DueWork.objects.create(kind="test", subject="a", due_at=NOON, state=DueState.DEAD)
        with pytest.raises(NotAllowed):
            due.again(work=work, by=UserFactory())
        assert the_row().state == DueState.DEAD

    def test_what_has_not_failed_stays(self):
        with pytest.raises(Refused) as refusal:
            due.again(work=plan(), by=UserFactory(is_staff=True))
        assert refusal.value.code == "wrong_state"


@given(st.lists(st.sampled_from(range(len(due.BACK_OFF))), min_size=2, unique=True))
def test_each_wait_is_longer_than_the_ones_before(attempts):
    waits = [due.BACK_OFF[attempt] for attempt in sorted(attempts)]
    assert waits == sorted(set(waits))
