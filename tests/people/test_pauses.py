from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import clock, facts
from kernel.errors import NotAllowed, Refused
from people import actions, selectors
from people.facts import PauseBegun, PauseEnded
from people.models import AuditLine, Pause
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_of_the_demonstration_rests():
    Pause.objects.all().delete()


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Runs a verb at an instant and answers with the names of the facts that it told."""
    heard = []
    for kind in (PauseBegun, PauseEnded):
        facts._signals[kind].connect(lambda sender, fact, **_: heard.append(fact), weak=False, dispatch_uid="test")

    def run(at, verb, *args, **kwargs):
        heard.clear()
        with clock.freeze(at), django_capture_on_commit_callbacks(execute=True):
            verb(*args, **kwargs)
        return [type(fact).__name__ for fact in heard]

    yield run
    for kind in (PauseBegun, PauseEnded):
        facts._signals[kind].disconnect(dispatch_uid="test")


def begin(person, at=NOON, starts=None, ends=None) -> Pause:
    with clock.freeze(at):
        return actions.begin_pause(person=person, by=person, starts_at=starts, ends_at=ends)


class TestBeginning:
    def test_now_and_until_further_notice(self, person, told):
        assert told(NOON, actions.begin_pause, person=person, by=person) == ["PauseBegun"]
        assert selectors.pause_of(person, NOON).ends_at is None
        assert selectors.paused_people([person.pk], NOON + 900 * DAY) == {person.pk}

    def test_on_a_day_to_come(self, person, told):
        assert told(NOON, actions.begin_pause, person=person, by=person, starts_at=NOON + DAY) == []
        assert selectors.pause_of(person, NOON) is None
        assert selectors.pause_of(person, NOON + DAY)

    def test_never_in_the_past(self, person):
        assert begin(person, starts=NOON - 10 * DAY).starts_at == NOON

    @pytest.mark.parametrize(("starts", "ends"), [(2, 2), (2, 1), (None, 0), (None, -1)])
    def test_the_end_comes_after_the_beginning(self, person, starts, ends):
        with pytest.raises(Refused) as refused:
            begin(person, starts=starts and NOON + starts * DAY, ends=NOON + ends * DAY)
        assert refused.value.code == "ends_before_start"
        assert not Pause.objects.exists()

    def test_one_at_a_time_but_again_after_the_end(self, person, told):
        begin(person, ends=NOON + DAY)
        with pytest.raises(Refused) as refused:
            begin(person, at=NOON + DAY / 2)
        assert refused.value.code == "already_paused"
        # No tick has come by since the planned end: whoever begins again settles it.
        assert told(NOON + 2 * DAY, actions.begin_pause, person=person, by=person) == ["PauseEnded", "PauseBegun"]

    def test_nobody_pauses_another(self, person):
        with pytest.raises(NotAllowed):
            actions.begin_pause(person=person, by=UserFactory(is_staff=True, is_superuser=True))

    def test_no_line_tells_the_staff(self, person):
        pause = begin(person)
        with clock.freeze(NOON + DAY):
            actions.end_pause(pause=pause, by=person)
        assert not AuditLine.objects.filter(verb__startswith="pause").exists()


class TestChanging:
    def test_the_end_moves_the_beginning_stays(self, person, told):
        pause = begin(person)
        later = NOON + 9 * DAY
        assert told(NOON + DAY, actions.change_pause, pause=pause, by=person, starts_at=later, ends_at=later) == []
        pause.refresh_from_db()
        assert (pause.starts_at, pause.ends_at) == (NOON, later)

    def test_one_to_come_can_begin_now(self, person, told):
        pause = begin(person, starts=NOON + 5 * DAY)
        change = {"pause": pause, "by": person, "starts_at": None, "ends_at": None}
        assert told(NOON + DAY, actions.change_pause, **change) == ["PauseBegun"]
        assert told(NOON + 2 * DAY, actions.change_pause, **change) == []

    @pytest.mark.parametrize("ends", [NOON, NOON + DAY])
    def test_not_into_the_past(self, person, ends):
        pause = begin(person)
        with clock.freeze(NOON + DAY), pytest.raises(Refused, match="ends_before_start"):
            actions.change_pause(pause=pause, by=person, starts_at=None, ends_at=ends)

    def test_not_when_it_is_over(self, person):
        pause = begin(person, ends=NOON + DAY)
        with clock.freeze(NOON + 2 * DAY), pytest.raises(Refused, match="pause_over"):
            actions.change_pause(pause=pause, by=person, starts_at=None, ends_at=None)

    def test_not_by_another(self, person):
        with pytest.raises(NotAllowed):
            actions.change_pause(pause=begin(person), by=UserFactory(), starts_at=None, ends_at=None)


class TestEnding:
    def test_early_and_once(self, person, told):
        pause = begin(person, ends=NOON + 9 * DAY)
        assert told(NOON + DAY, actions.end_pause, pause=pause, by=person) == ["PauseEnded"]
        assert told(NOON + 2 * DAY, actions.end_pause, pause=pause, by=person) == []
        pause.refresh_from_db()
        assert pause.ended_at == NOON + DAY

    def test_after_its_planned_end_it_has_ended_then(self, person, told):
        pause = begin(person, ends=NOON + DAY)
        assert told(NOON + 5 * DAY, actions.end_pause, pause=pause, by=person) == ["PauseEnded"]
        pause.refresh_from_db()
        assert pause.ended_at == NOON + DAY

    def test_before_it_began_it_never_was(self, person, told):
        pause = begin(person, starts=NOON + 5 * DAY)
        assert told(NOON + DAY, actions.end_pause, pause=pause, by=person) == []
        assert not Pause.objects.exists()

    def test_not_by_another(self, person):
        with pytest.raises(NotAllowed):
            actions.end_pause(pause=begin(person), by=UserFactory())


class TestSettling:
    def test_what_time_has_done_is_told_once(self, person, told):
        begin(person, starts=NOON + DAY, ends=NOON + 3 * DAY)
        settle = actions.settle_pauses
        assert [told(NOON + n * DAY / 2, settle) for n in (1, 2, 3, 6, 7)] == [
            [],
            ["PauseBegun"],
            [],
            ["PauseEnded"],
            [],
        ]
        assert Pause.objects.get().ended_at == NOON + 3 * DAY

    def test_a_tick_that_slept_through_it_tells_both_in_order(self, person, told):
        begin(person, starts=NOON + DAY, ends=NOON + 3 * DAY)
        assert told(NOON + 30 * DAY, actions.settle_pauses) == ["PauseBegun", "PauseEnded"]

    def test_an_open_end_stays_open(self, person, told):
        begin(person)
        assert told(NOON + 900 * DAY, actions.settle_pauses) == []

    def test_however_many(self, told, monkeypatch):
        monkeypatch.setattr("people.actions.pauses.SETTLED_AT_ONCE", 2)
        for _ in range(5):
            begin(UserFactory(), starts=NOON + DAY)
        assert told(NOON + 2 * DAY, actions.settle_pauses) == ["PauseBegun"] * 5


class TestStanding:
    @pytest.mark.parametrize(
        ("days", "standing"),
        [(0, "planned"), (1, "paused"), (2, "paused"), (3, "back_from"), (16, "back_from"), (17, None), (90, None)],
    )
    @pytest.mark.parametrize("settled", [False, True])
    def test_before_during_and_after(self, person, days, standing, settled, django_assert_num_queries):
        begin(person, starts=NOON + DAY, ends=NOON + 3 * DAY)
        at = NOON + days * DAY
        if settled:
            with clock.freeze(at):
                actions.settle_pauses()
        with django_assert_num_queries(1):
            found = selectors.standing_of(person, at)
        said = [name for name in ("paused", "planned", "back_from") if getattr(found, name)]
        assert said == ([standing] if standing else [])

    def test_a_welcome_put_away_stays_away(self, person):
        pause = begin(person)
        with clock.freeze(NOON + DAY):
            actions.end_pause(pause=pause, by=person)
            assert selectors.standing_of(person).back_from
            actions.put_welcome_away(by=person)
            assert not selectors.standing_of(person).back_from

    def test_others_are_not_told_but_the_fact_itself(self, person):
        begin(person)
        assert selectors.paused_people([person.pk, UserFactory().pk], NOON) == {person.pk}
        assert selectors.pauses_of(UserFactory()) == []


# Hours from some beginning; a pause as the table may hold it: dated, open, ended early, ended before it began.
hours = st.integers(0, 400)
pauses = st.lists(
    st.builds(
        lambda start, planned, ended: SimpleNamespace(
            starts_at=NOON + start * DAY / 24,
            ends_at=planned and NOON + (start + planned) * DAY / 24,
            ended_at=None if ended is None else NOON + ended * DAY / 24,
        ),
        hours,
        st.none() | st.integers(1, 200),
        st.none() | hours,
    ),
    max_size=5,
)


def at(hour: int) -> datetime:
    return NOON + hour * DAY / 24


class TestPausedTime:
    @given(pauses, hours, hours)
    def test_never_less_than_nothing_nor_more_than_the_window(self, some, since, until):
        total = selectors.paused_time(some, at(since), at(until))
        assert timedelta() <= total <= max(at(until) - at(since), timedelta())

    @given(pauses, st.lists(hours, min_size=3, max_size=3).map(sorted))
    def test_two_windows_side_by_side_are_one(self, some, cuts):
        first, second, third = map(at, cuts)
        whole = selectors.paused_time(some, first, third)
        assert whole == selectors.paused_time(some, first, second) + selectors.paused_time(some, second, third)

    @given(pauses, hours, hours)
    def test_it_counts_the_hours_in_which_somebody_was_paused(self, some, since, until):
        """The same, said the slow way: hour by hour."""

        def paused(hour: int) -> bool:
            return any(
                pause.starts_at <= at(hour)
                and all(end is None or at(hour) < end for end in (pause.ends_at, pause.ended_at))
                for pause in some
            )

        slowly = sum(paused(hour) for hour in range(since, until))
        assert selectors.paused_time(some, at(since), at(until)) == slowly * DAY / 24

    def test_as_the_verbs_make_them(self, person):
        first = begin(person)
        with clock.freeze(NOON + 2 * DAY):
            actions.end_pause(pause=first, by=person)
        begin(person, at=NOON + 5 * DAY, starts=NOON + 6 * DAY, ends=NOON + 7 * DAY)
        mine = selectors.pauses_of(person)
        assert selectors.paused_time(mine, NOON - DAY, NOON + 30 * DAY) == 3 * DAY
        assert selectors.paused_time(mine, NOON + DAY, NOON + 6 * DAY) == DAY
        assert selectors.paused_time(mine, NOON + 8 * DAY, NOON + 9 * DAY) == timedelta()
