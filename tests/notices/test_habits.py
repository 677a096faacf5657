from datetime import UTC, datetime, time

import pytest
from django.core import signing
from django.core.exceptions import ValidationError

from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices import due, kinds, telling, tokens
from notices.actions import habits as actions
from notices.models import DueWork, Habits, How, Preference
from notices.selectors import wishes
from tests.factories import UserFactory
from tests.factories.notices import KIND

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
OTHER = kinds.Kind(key="test_other", label="Other", headline="Other", button="Read", how=How.DAILY)
ESSENTIAL = kinds.Kind(key="test_essential", label="Yours", headline="Yours", button="Read", essential=True)
GOOD = {"quiet_from": time(22), "quiet_until": time(7), "digest_at": time(18), "digest_weekday": 5}


@pytest.fixture
def reader(kind, monkeypatch):
    for other in (OTHER, ESSENTIAL):
        monkeypatch.setitem(kinds._kinds, other.key, other)
    return UserFactory(zone="Europe/London")


def tell(person, kind=KIND.key):
    with clock.freeze(NOON):
        return telling.notify(person, kind, subject="s", values={"cohort": "Spring", "name": "Ana"})


def ways(person):
    return {choice.kind.key: choice.how for choice in wishes.choices(person) if choice.kind.key.startswith("test_")}


class TestPreferences:
    def test_as_the_kind_proposes_until_they_choose(self, reader):
        assert ways(reader) == {KIND.key: How.NOW, OTHER.key: How.DAILY, ESSENTIAL.key: How.NOW}
        actions.set_preferences(person=reader, by=reader, chosen={KIND.key: "weekly", OTHER.key: "here"})
        actions.set_preferences(person=reader, by=reader, chosen={KIND.key: "here"})
        assert ways(reader) == {KIND.key: How.HERE, OTHER.key: How.HERE, ESSENTIAL.key: How.NOW}
        assert set(ways(UserFactory()).values()) == {How.NOW, How.DAILY}

    def test_mail_that_waits_follows(self, reader):
        tell(reader)
        for how, waiting in (("daily", {"notice_digest"}), ("now", {"notice_digest", "notice_mail"})):
            with clock.freeze(NOON):
                actions.set_preferences(person=reader, by=reader, chosen={KIND.key: how})
            assert set(DueWork.objects.values_list("kind", flat=True)) == waiting

    def test_to_and_fro_loses_no_mail(self, reader, mailoutbox):
        tell(reader)
        with clock.freeze(NOON + telling.GATHERING):
            actions.set_preferences(person=reader, by=reader, chosen={KIND.key: "here"})
            due.work()
            actions.set_preferences(person=reader, by=reader, chosen={KIND.key: "now"})
        with clock.freeze(NOON + 2 * telling.GATHERING):
            due.work()
        assert len(mailoutbox) == 1

    @pytest.mark.parametrize(
        "chosen",
        [{"nobody": "now"}, {KIND.key: "never"}, {KIND.key: ""}, {ESSENTIAL.key: "here"}, {"x" * 100_000: "now"}],
    )
    def test_what_is_not_offered_is_refused_and_nothing_kept(self, reader, chosen):
        with pytest.raises(Refused):
            actions.set_preferences(person=reader, by=reader, chosen={OTHER.key: "here", **chosen})
        assert not Preference.objects.exists()

    def test_nobody_chooses_for_another(self, reader):
        staff = UserFactory(is_staff=True, is_superuser=True)
        with pytest.raises(NotAllowed):
            actions.set_preferences(person=reader, by=staff, chosen={KIND.key: "here"})
        with pytest.raises(NotAllowed):
            actions.set_habits(person=reader, by=staff, **GOOD)


class TestHabits:
    def test_are_kept_and_mail_that_waits_moves(self, reader):
        tell(reader, OTHER.key)
        with clock.freeze(NOON):
            actions.set_habits(person=reader, by=reader, **GOOD)
            actions.set_habits(person=reader, by=reader, **GOOD)
        habits = wishes.habits_of(reader)
        assert {name: getattr(habits, name) for name in GOOD} == GOOD
        with clock.freeze(NOON):
            assert DueWork.objects.earliest("due_at").due_at == datetime(2026, 3, 2, 18, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"digest_at": time(23)}, "digest_at"),
            ({"digest_at": time(6, 59)}, "digest_at"),
            ({"quiet_from": time(10), "quiet_until": time(7)}, "quiet_until"),
            ({"digest_weekday": 0}, "digest_weekday"),
            ({"digest_weekday": 8}, "digest_weekday"),
        ],
    )
    def test_what_leaves_no_room_for_mail_is_said_and_not_kept(self, reader, change, field):
        with pytest.raises(ValidationError) as found:
            actions.set_habits(person=reader, by=reader, **{**GOOD, **change})
        assert set(found.value.message_dict) == {field}
        assert not Habits.objects.exists()

    def test_the_same_time_twice_means_no_quiet_hours(self, reader):
        actions.set_habits(person=reader, by=reader, **{**GOOD, "quiet_from": time(7), "digest_at": time(3)})
        assert wishes.next_good_moment(reader, NOON.replace(hour=3)) == NOON.replace(hour=3)


class TestUnsubscribe:
    def test_one_kind(self, reader):
        token = tokens.make(reader.public_id, KIND.key)
        assert actions.about_token(token) == actions.Unsubscribed(reader, (KIND,))
        assert not Preference.objects.exists()
        for _ in range(2):
            assert actions.unsubscribe(token) == actions.Unsubscribed(reader, (KIND,))
        assert ways(reader) == {KIND.key: How.HERE, OTHER.key: How.DAILY, ESSENTIAL.key: How.NOW}

    def test_all_that_comes_together_and_nothing_else(self, reader):
        actions.set_preferences(person=reader, by=reader, chosen={ESSENTIAL.key: "weekly"})
        actions.unsubscribe(tokens.make(reader.public_id, tokens.EVERY_DIGEST))
        assert ways(reader) == {KIND.key: How.NOW, OTHER.key: How.HERE, ESSENTIAL.key: How.WEEKLY}

    def test_what_is_essential_stays(self, reader):
        assert actions.unsubscribe(tokens.make(reader.public_id, ESSENTIAL.key)).kinds == ()
        assert ways(reader)[ESSENTIAL.key] == How.NOW

    def test_only_by_what_we_made_for_this(self, reader):
        made = tokens.make(reader.public_id, KIND.key)
        forged = [
            "",
            "x",
            "\x00",
            "é" * 100_000,
            made[:-1],
            made.swapcase(),
            signing.dumps([reader.public_id.hex, KIND.key], salt="something else"),
            signing.dumps("text", salt=tokens.SALT),
            signing.dumps(["not a person", KIND.key], salt=tokens.SALT),
            tokens.make(reader.public_id, "no kind"),
            tokens.make(UserFactory.build().public_id, KIND.key),
        ]
        for token in forged:
            with pytest.raises(NotAllowed):
                actions.unsubscribe(token)
        assert not Preference.objects.exists()
