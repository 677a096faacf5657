from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox_of

from kernel import clock
from notices import due, kinds, mail, telling, tokens
from notices.models import DueWork, How, Notice, Preference
from people.models import Pause
from tests.factories import UserFactory
from tests.factories.notices import KIND, NoticeFactory
from tests.notices.test_mail import Refusing

pytestmark = pytest.mark.django_db

# Monday 2 March 2026, half past ten in London; digests go out at nine.
NOON = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
WEEKLY = kinds.Kind(key="test_weekly", label="Now and then", headline="Weekly: {cohort}", button="Read it")


@pytest.fixture
def reader(kind, monkeypatch):
    monkeypatch.setitem(kinds._kinds, WEEKLY.key, WEEKLY)
    reader = UserFactory(zone="Europe/London")
    Preference.objects.create(person=reader, kind=KIND.key, how=How.DAILY)
    Preference.objects.create(person=reader, kind=WEEKLY.key, how=How.WEEKLY)
    return reader


def tell(person, kind=KIND.key, subject="cohort:1", cohort="Spring", at=NOON):
    with clock.freeze(at):
        return telling.notify(person, kind, subject=subject, values={"cohort": cohort, "name": "Ana"})


def mails(at):
    before = len(outbox_of.outbox)
    with clock.freeze(at):
        while due.work():
            pass
    return outbox_of.outbox[before:]


def test_one_mail_with_all_that_is_new_together_by_subject(reader):
    tell(reader, subject="cohort:1", cohort="Spring")
    tell(reader, subject="cohort:2", cohort="Autumn")
    tell(reader, subject="cohort:1", cohort="Spring")
    assert not mails(TUESDAY - timedelta(seconds=1))
    (message,) = mails(TUESDAY)
    assert message.subject == "2 things are new for you"
    assert message.body.index("Spring: 2 messages") < message.body.index("Autumn: a message")
    assert "Monday 2 March 2026" in message.body
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert tokens.read(address.rstrip("/").rsplit("/", 1)[1]) == (reader.public_id, tokens.EVERY_DIGEST)
    assert not Notice.objects.filter(mailed_at=None).exists()
    assert not mails(MONDAY)


def test_what_was_mailed_comes_again_only_with_news(reader):
    tell(reader)
    tell(reader, subject="cohort:2", cohort="Autumn")
    assert len(mails(TUESDAY)) == 1
    tell(reader, at=TUESDAY + timedelta(hours=1))
    (message,) = mails(TUESDAY + timedelta(days=1))
    assert message.subject == "One thing is new for you"
    assert "Spring: 2 messages" in message.body
    assert not mails(TUESDAY + timedelta(days=30))


def test_news_that_was_read_is_in_no_digest(reader):
    tell(reader)
    assert len(mails(TUESDAY)) == 1
    tell(reader, at=TUESDAY + timedelta(hours=1))
    Notice.objects.update(read_at=TUESDAY + timedelta(hours=2))
    assert not mails(TUESDAY + timedelta(days=1))


def test_what_was_just_mailed_waits_for_another_digest(reader):
    Preference.objects.filter(kind=KIND.key).delete()
    late = TUESDAY - timedelta(hours=13)
    tell(reader, at=late)
    assert len(mails(late + telling.GATHERING)) == 1
    Preference.objects.create(person=reader, kind=KIND.key, how=How.DAILY)
    tell(reader, at=late + timedelta(minutes=10))
    tell(reader, subject="cohort:2", cohort="Autumn", at=late + timedelta(minutes=10))
    (first,) = mails(TUESDAY)
    assert "Autumn" in first.body
    assert "Spring" not in first.body
    (second,) = mails(TUESDAY + timedelta(days=1))
    assert "Spring: 2 messages" in second.body
    assert "Autumn" not in second.body


def test_none_when_there_is_nothing(reader):
    tell(reader)
    Notice.objects.update(read_at=NOON)
    assert not mails(TUESDAY)
    assert DueWork.objects.get().state == "done"


def test_what_is_wanted_weekly_waits_for_its_day(reader):
    tell(reader, WEEKLY.key)
    tell(reader)
    (daily,) = mails(TUESDAY)
    assert "Weekly" not in daily.body
    tell(reader, subject="cohort:2", at=MONDAY - timedelta(days=1))
    (weekly,) = mails(MONDAY)
    assert "Weekly: Spring" in weekly.body
    assert "a message" in weekly.body


def test_it_waits_through_a_pause_but_not_for_what_is_essential(reader, monkeypatch):
    Pause.objects.create(person=reader, starts_at=NOON)
    tell(reader)
    tell(reader, WEEKLY.key)
    assert not mails(TUESDAY)
    monkeypatch.setitem(kinds._kinds, KIND.key, kinds.Kind(**{**vars(KIND), "essential": True}))
    (message,) = mails(TUESDAY + timedelta(days=2))
    assert "Weekly" not in message.body


def test_a_heap_is_counted_beyond_what_can_be_read(reader):
    NoticeFactory.create_batch(65, person=reader, happened_at=NOON)
    tell(reader)
    (message,) = mails(TUESDAY)
    assert message.subject == "66 things are new for you"
    assert message.body.count("/notices/") == 60 + len(["list", "preferences", "unsubscribe"])
    assert "And 6 more" in message.body
    assert "And 6 more" in message.alternatives[0].content


class TestInDoubt:
    @pytest.fixture
    def in_doubt(self, reader, monkeypatch, settings):
        """A worker that ended while the digest was leaving."""
        tell(reader)
        settings.EMAIL_BACKEND = "tests.notices.test_mail.Refusing"
        monkeypatch.setattr(Refusing, "error", KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            mails(TUESDAY)
        monkeypatch.setattr(Refusing, "error", None)

    def test_what_it_carried_is_in_no_later_digest(self, reader, in_doubt):
        tell(reader, subject="cohort:2", cohort="Autumn", at=TUESDAY)
        (message,) = mails(TUESDAY + timedelta(days=1))
        assert "Autumn" in message.body
        assert "Spring" not in message.body
        assert DueWork.objects.get(period="2026-03-03").state == "in_doubt"

    def test_asked_for_it_is_sent_as_it_was(self, reader, in_doubt):
        later = TUESDAY + timedelta(hours=3)
        mails(later)
        tell(reader, subject="cohort:2", cohort="Autumn", at=TUESDAY)
        with clock.freeze(later):
            due.again(work=DueWork.objects.get(period="2026-03-03"), by=UserFactory(is_staff=True))
        (message,) = mails(later)
        assert "Spring" in message.body
        assert "Autumn" not in message.body


def test_many_people_cost_the_same_each(kind, reader, django_assert_num_queries):
    for _ in range(3):
        person = UserFactory()
        Preference.objects.create(person=person, kind=KIND.key, how=How.DAILY)
        tell(person)
    # The claim (6), people, wishes and pauses (4); for each: notices, savepoint, leaving, mailed, savepoint, done.
    with django_assert_num_queries(10 + 3 * 6), clock.freeze(TUESDAY), mail.kept_open():
        assert due.work() == 3
