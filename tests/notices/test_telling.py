import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel import clock
from notices import kinds, telling, wire
from notices.models import DueWork, Habits, How, Notice, Preference
from notices.selectors import wishes
from people.models import Pause, User
from people.zones import listed, zone_of
from tests.factories import UserFactory
from tests.factories.notices import KIND

pytestmark = pytest.mark.django_db

# A Monday; half past eleven in Paris.
NOON = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


@pytest.fixture
def reader(kind):
    return UserFactory(zone="Europe/Paris")


def be(monkeypatch, **changes):
    """The kind of these tests, otherwise."""
    changed = kinds.Kind(**{**vars(KIND), **changes})
    monkeypatch.setitem(kinds._kinds, KIND.key, changed)


def tell(person, at=NOON, subject="cohort:1", **values):
    with clock.freeze(at):
        return telling.notify(person, KIND.key, subject=subject, values={"cohort": "Spring", "name": "Ana", **values})


def work():
    return DueWork.objects.get()


class TestNotify:
    def test_is_on_the_list_with_where_it_leads(self, reader):
        lead = uuid.uuid4()
        with clock.freeze(NOON):
            notice = telling.notify(
                reader, KIND.key, subject="s", values={"cohort": "Spring"}, route="cohort", route_args=[lead]
            )
        notice.refresh_from_db()
        assert (notice.person, notice.happened_at, notice.count, notice.read_at) == (reader, NOON, 1, None)
        assert (notice.values, notice.route, notice.route_args) == ({"cohort": "Spring"}, "cohort", [str(lead)])

    def test_nobody_who_is_inactive_is_told(self, reader):
        reader.is_active = False
        assert tell(reader) is None
        assert not Notice.objects.exists()
        assert not DueWork.objects.exists()

    def test_open_pages_hear_of_it_after_commit(self, reader, monkeypatch, django_capture_on_commit_callbacks):
        knocked = []
        monkeypatch.setattr(wire, "_send", knocked.append)
        with django_capture_on_commit_callbacks(execute=True):
            tell(reader)
            assert not knocked
        assert knocked == [reader.public_id]

    def test_instants_days_and_texts_are_said_as_the_reader_hears_them(self, reader, monkeypatch):
        be(monkeypatch, headline="{when} {day} {title} {n}", body="")
        notice = tell(reader, when=NOON, day=date(2026, 3, 4), title={"en": "Hello", "fr": "Bonjour"}, n=3)
        notice.refresh_from_db()
        with translation.override("fr"), timezone.override(zone_of(reader.zone)):
            words = kinds.spoken(notice.values)
        assert "11" in words["when"]
        assert "Paris" in words["when"]
        assert (words["day"], words["title"], words["n"]) == ("mercredi 4 mars 2026", "Bonjour", 3)

    def test_the_next_about_the_same_is_counted_until_it_is_read(self, reader):
        first, second = tell(reader), tell(reader, NOON + timedelta(minutes=5), name="Bo")
        assert first == second
        assert (second.count, second.values["name"], second.happened_at) == (2, "Bo", NOON + timedelta(minutes=5))
        Notice.objects.update(read_at=NOON)
        third = tell(reader)
        assert (third.count, Notice.objects.count()) == (1, 2)

    def test_others_and_other_subjects_are_apart(self, reader):
        tell(reader), tell(reader, subject="cohort:2"), tell(UserFactory())
        assert list(Notice.objects.values_list("count", flat=True)) == [1, 1, 1]

    @given(st.integers(1, 6))
    @settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_told_n_times_it_is_one_that_counts_n(self, reader, times):
        Notice.objects.all().delete()
        for _ in range(times):
            tell(reader)
        assert Notice.objects.get().count == times

    def test_a_subject_as_long_as_it_may_be(self, reader):
        tell(reader, subject="s" * 120)
        assert len(work().subject) <= 160


class TestWhen:
    def test_at_once_means_after_gathering_and_the_first_time_stands(self, reader):
        notice = tell(reader)
        tell(reader, NOON + timedelta(minutes=1))
        assert (work().kind, work().period, work().due_at) == (
            "notice_mail",
            str(notice.public_id),
            NOON + telling.GATHERING,
        )

    def test_not_in_quiet_hours(self, reader):
        tell(reader, NIGHT)  # midnight in Paris
        assert work().due_at == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)

    def test_what_is_essential_waits_for_nothing(self, reader, monkeypatch):
        be(monkeypatch, essential=True)
        Pause.objects.create(person=reader, starts_at=NIGHT)
        tell(reader, NIGHT)
        assert work().due_at == NIGHT

    @pytest.mark.parametrize(
        ("how", "at", "day"),
        [(How.DAILY, 8, "2026-03-03"), (How.WEEKLY, 8, "2026-03-09")],
    )
    def test_together_at_the_time_they_chose(self, reader, how, at, day):
        Preference.objects.create(person=reader, kind=KIND.key, how=how)
        tell(reader), tell(reader, subject="cohort:2")
        assert (work().kind, work().subject, work().period) == ("notice_digest", str(reader.public_id), day)
        assert work().due_at == datetime.fromisoformat(f"{day}T08:00+00:00")

    def test_a_days_digest_that_has_gone_out_leaves_it_to_the_next(self, reader):
        Preference.objects.create(person=reader, kind=KIND.key, how=How.DAILY)
        tell(reader)
        DueWork.objects.update(state="done", done_at=NOON)
        tell(reader, subject="cohort:2")
        assert DueWork.objects.get(state="waiting").period == "2026-03-04"

    def test_only_here_means_no_mail(self, reader):
        Preference.objects.create(person=reader, kind=KIND.key, how=How.HERE)
        assert tell(reader)
        assert not DueWork.objects.exists()

    @pytest.mark.parametrize(
        ("after", "due"),
        [
            (timedelta(hours=1), NOON + timedelta(days=1)),
            (timedelta(days=1), NOON + timedelta(days=1) + telling.GATHERING),
            (timedelta(days=3), NOON + timedelta(days=3) + telling.GATHERING),
        ],
    )
    def test_news_about_what_was_mailed_waits_for_a_day_after_the_mail(self, reader, after, due):
        tell(reader)
        Notice.objects.update(mailed_at=NOON)
        DueWork.objects.all().delete()
        assert tell(reader, NOON + after).count == 2
        tell(reader, NOON + after + timedelta(minutes=1))
        assert work().due_at == due

    def test_news_about_what_was_mailed_waits_for_the_next_digest_but_one(self, reader):
        Preference.objects.create(person=reader, kind=KIND.key, how=How.DAILY)
        tell(reader)
        DueWork.objects.all().delete()
        late = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
        Notice.objects.update(mailed_at=late)
        tell(reader, late + timedelta(minutes=1))
        assert work().period == "2026-03-04"

    def test_during_a_pause_reminders_fall_silent_for_good(self, reader, monkeypatch):
        Pause.objects.create(person=reader, starts_at=NOON)
        assert tell(reader) is not None
        be(monkeypatch, reminder=True)
        assert tell(reader, subject="cohort:2") is None


class TestForget:
    def test_takes_back_what_is_unread_and_its_mail(self, reader):
        tell(reader), tell(reader, subject="cohort:2"), tell(UserFactory())
        telling.forget(KIND.key, "cohort:1", person=reader)
        assert set(Notice.objects.filter(person=reader).values_list("subject", flat=True)) == {"cohort:2"}
        assert DueWork.objects.count() == Notice.objects.count() == 2
        telling.forget(KIND.key, "cohort:1")
        assert Notice.objects.count() == 1

    def test_takes_back_the_mail_about_news(self, reader):
        tell(reader)
        Notice.objects.update(mailed_at=NOON)
        DueWork.objects.all().delete()
        tell(reader, NOON + timedelta(hours=1))
        telling.forget(KIND.key, "cohort:1", person=reader)
        assert not DueWork.objects.exists()

    def test_what_was_read_stays(self, reader):
        tell(reader)
        Notice.objects.update(read_at=NOON)
        telling.forget(KIND.key, "cohort:1")
        assert Notice.objects.count() == 1


@pytest.mark.parametrize("people", [1, 3])
def test_telling_costs_the_same_for_each(reader, people, django_assert_num_queries):
    everybody = [UserFactory() for _ in range(people)]
    # Two savepoints (4), count or make (2), wishes (2), look for the work and make it (4).
    with django_assert_num_queries(12 * people):
        for person in everybody:
            tell(person)


# Instants around the changes of clocks all over the world, and any others.
instants = st.integers(-16 * 525_600, 4 * 525_600).map(lambda minutes: NOON + timedelta(minutes=minutes))
times = st.times().map(lambda at: at.replace(microsecond=0, tzinfo=None))


@given(instants, times, times, st.sampled_from(sorted(listed())))
@settings(max_examples=400, deadline=None)
def test_the_next_good_moment_is_never_quiet_nor_past(at, quiet_from, quiet_until, zone):
    person, habits = User(zone=zone), Habits(quiet_from=quiet_from, quiet_until=quiet_until)
    moment = wishes.next_good_moment(person, at, habits)
    assert moment >= at
    assert not habits.is_quiet(moment.astimezone(zone_of(zone)).time())
    if not habits.is_quiet(at.astimezone(zone_of(zone)).time()):
        assert moment == at


@given(
    st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]),
    st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2011, 12, 29)]),
    st.integers(0, 48 * 60),
    times,
    times,
)
@settings(max_examples=400, deadline=None)
def test_also_on_the_days_when_clocks_change(zone, day, minutes, quiet_from, quiet_until):
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
    person, habits = User(zone=zone), Habits(quiet_from=quiet_from, quiet_until=quiet_until)
    moment = wishes.next_good_moment(person, at, habits)
    assert moment >= at
    assert not habits.is_quiet(moment.astimezone(zone_of(zone)).time())


@given(instants, st.sampled_from([How.DAILY, How.WEEKLY]), times, st.integers(1, 7), st.sampled_from(sorted(listed())))
@settings(max_examples=200, deadline=None)
def test_the_next_digest_is_ahead_and_on_its_day(after, way, digest_at, weekday, zone):
    person = User(zone=zone)
    habits = Habits(quiet_from=time(0), quiet_until=time(0), digest_at=digest_at, digest_weekday=weekday)
    day = wishes.next_digest(person, way, after, habits)
    ahead = wishes.digest_moment(person, day, habits) - after
    assert timedelta() < ahead <= timedelta(days=2 if way == How.DAILY else 9)
    assert way == How.DAILY or day.isoweekday() == weekday
