import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail as outbox_of
from django.core.mail.backends.locmem import EmailBackend as Locmem

from kernel import clock
from kernel.facts import tell as tell_fact
from notices import due, kinds, mail, telling, tokens
from notices.models import DueWork, How, Notice, Preference
from people.facts import PauseEnded
from people.models import Pause
from tests.factories import UserFactory
from tests.factories.notices import KIND

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
SOON = NOON + telling.GATHERING
NIGHT = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


@pytest.fixture
def reader(kind):
    return UserFactory(zone="Europe/Paris", language="fr", email="reader@example.org")


def be(monkeypatch, **changes):
    monkeypatch.setitem(kinds._kinds, KIND.key, kinds.Kind(**{**vars(KIND), **changes}))


def tell(person, at=NOON, subject="cohort:1", **values):
    with clock.freeze(at):
        return telling.notify(person, KIND.key, subject=subject, values={"cohort": "Spring", "name": "Ana", **values})


def mails(at=SOON):
    """What leaves when the tick comes by at this instant."""
    before = len(outbox_of.outbox)
    with clock.freeze(at):
        while due.work():
            pass
    return outbox_of.outbox[before:]


@pytest.fixture
def end_pause(django_capture_on_commit_callbacks):
    def end(pause, at):
        pause.ended_at = at
        pause.save()
        with clock.freeze(at), django_capture_on_commit_callbacks(execute=True):
            tell_fact(PauseEnded(person=pause.person.public_id))

    return end


class TestOneMail:
    def test_says_it_in_both_parts_in_the_readers_language(self, reader):
        notice = tell(reader, name="<b>Ana</b>")
        (message,) = mails()
        assert (message.to, message.subject) == (["reader@example.org"], "Spring: a message")
        assert "Bonjour" in message.body
        link = f"http://127.0.0.1:8000/fr/notices/{notice.public_id}/"
        assert "Written by <b>Ana</b>." in message.body
        assert link in message.body
        html = BeautifulSoup(message.alternatives[0].content, "html.parser")
        assert (html.html["lang"], html.h1.text) == ("fr", "Spring: a message")
        assert html.find("a", href=link).text == "Read it"
        assert html.find("b") is None
        notice.refresh_from_db()
        assert notice.mailed_at == SOON

    def test_headers(self, reader):
        tell(reader)
        (message,) = mails()
        headers = message.message()
        assert headers["Auto-Submitted"] == "auto-generated"
        assert headers["Content-Language"] == "fr"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = headers["List-Unsubscribe"].replace("\n ", "").strip("<>")
        assert address.startswith("http://127.0.0.1:8000/fr/notices/unsubscribe/")
        assert tokens.read(address.rstrip("/").rsplit("/", 1)[1]) == (reader.public_id, KIND.key)
        assert headers["Message-ID"] == f"<due.{DueWork.objects.get().public_id}@demo.example>"
        assert headers["Precedence"] is None

    def test_a_line_break_in_a_name_begins_no_header(self, reader):
        tell(reader, cohort="Spring\r\nBcc: everybody@example.org" + "x" * 100_000)
        (message,) = mails()
        assert message.message()["Bcc"] is None
        assert len(message.subject) == 150

    def test_several_about_the_same_are_one(self, reader):
        tell(reader), tell(reader)
        assert [message.subject for message in mails()] == ["Spring: 2 messages"]
        assert not mails(SOON + timedelta(days=30))

    @pytest.mark.parametrize("change", ["read", "forgotten", "inactive", "unknown"])
    def test_not_about_what_is_over(self, reader, change, monkeypatch):
        tell(reader)
        if change == "read":
            Notice.objects.update(read_at=NOON)
        elif change == "forgotten":
            Notice.objects.all().delete()
        elif change == "inactive":
            type(reader).objects.update(is_active=False)
        else:
            monkeypatch.delitem(kinds._kinds, KIND.key)
        assert not mails()
        assert DueWork.objects.get().state == "done"

    def test_not_when_it_is_read_in_the_last_moment(self, reader, monkeypatch):
        tell(reader)
        write = mail.about

        def read_while_it_is_written(*args):
            Notice.objects.update(read_at=NOON)
            return write(*args)

        monkeypatch.setattr(mail, "about", read_while_it_is_written)
        assert not mails()
        assert Notice.objects.get().mailed_at is None

    def test_what_comes_while_it_is_written_is_in_the_next_writing(self, reader, monkeypatch):
        tell(reader)
        write = mail.about

        def news_while_it_is_written(*args):
            monkeypatch.setattr(mail, "about", write)
            tell(reader, SOON)
            return write(*args)

        monkeypatch.setattr(mail, "about", news_while_it_is_written)
        assert not mails()
        (message,) = mails(SOON + due.BACK_OFF[0])
        assert message.subject == "Spring: 2 messages"
        assert not mails(SOON + timedelta(days=30))

    def test_late_into_the_night_it_waits_for_the_morning(self, reader):
        tell(reader)
        assert not mails(NIGHT)
        assert not mails(datetime(2026, 3, 3, 6, 59, tzinfo=UTC))
        assert len(mails(datetime(2026, 3, 3, 7, 0, tzinfo=UTC))) == 1

    def test_a_wish_that_changed_meanwhile_holds(self, reader):
        tell(reader)
        Preference.objects.create(person=reader, kind=KIND.key, how=How.DAILY)
        assert not mails()
        assert len(mails(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))) == 1

    def test_what_is_essential_goes_at_night_during_a_pause_and_cannot_be_unsubscribed(self, reader, monkeypatch):
        be(monkeypatch, essential=True)
        Preference.objects.create(person=reader, kind=KIND.key, how=How.HERE)
        Pause.objects.create(person=reader, starts_at=NOON)
        tell(reader, NIGHT)
        (message,) = mails(NIGHT)
        assert "List-Unsubscribe" not in message.message()
        assert "unsubscribe" not in message.body

    def test_the_same_number_of_queries_for_each(self, kind, django_assert_num_queries):
        for _ in range(3):
            tell(UserFactory())
        # The claim (6), notices, wishes and pauses (4); then for each: savepoint, leaving, mailed, savepoint, done.
        with django_assert_num_queries(10 + 3 * 5), clock.freeze(SOON):
            assert due.work() == 3


class TestNews:
    """About what was mailed and is still unread."""

    DAY = timedelta(days=1)

    @pytest.fixture(autouse=True)
    def mailed(self, reader):
        tell(reader)
        assert len(mails()) == 1

    def test_within_the_day_it_is_one_mail_after_the_day(self, reader):
        for hours in (1, 2, 3):
            tell(reader, SOON + timedelta(hours=hours))
        assert not mails(SOON + self.DAY - timedelta(seconds=1))
        assert [message.subject for message in mails(SOON + self.DAY)] == ["Spring: 4 messages"]
        assert not mails(SOON + 30 * self.DAY)

    def test_each_time_a_day_after_the_last_and_known_for_another(self, reader):
        tell(reader, SOON + timedelta(hours=1))
        (second,) = mails(SOON + self.DAY)
        tell(reader, SOON + self.DAY + timedelta(hours=1))
        assert not mails(SOON + 2 * self.DAY - timedelta(seconds=1))
        (third,) = mails(SOON + 2 * self.DAY)
        assert len({message.extra_headers["Message-ID"] for message in (outbox_of.outbox[0], second, third)}) == 3

    def test_read_in_between_there_is_none(self, reader):
        tell(reader, SOON + timedelta(hours=1))
        Notice.objects.update(read_at=SOON + timedelta(hours=2))
        assert not mails(SOON + self.DAY)
        tell(reader, SOON + self.DAY)
        assert [message.subject for message in mails(SOON + self.DAY + telling.GATHERING)] == ["Spring: a message"]

    def test_the_quiet_hours_are_kept(self, reader):
        begin = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)  # seven in Paris
        tell(reader, begin)
        Notice.objects.update(mailed_at=begin - timedelta(minutes=30))
        DueWork.objects.all().delete()
        tell(reader, begin)
        assert not mails(begin + self.DAY)
        assert len(mails(begin + self.DAY + timedelta(hours=1))) == 1

    def test_a_pause_is_kept(self, reader, end_pause):
        tell(reader, SOON + timedelta(hours=1))
        pause = Pause.objects.create(person=reader, starts_at=SOON + timedelta(hours=2))
        assert not mails(SOON + self.DAY)
        assert not mails(SOON + 5 * self.DAY)
        back = SOON + 5 * self.DAY + timedelta(hours=1)
        end_pause(pause, back)
        assert len(mails(back + telling.GATHERING)) == 1
        assert not mails(back + 30 * self.DAY)

    def test_a_short_pause_does_not_bring_it_before_the_day(self, reader, end_pause):
        for subject in ("cohort:2", "cohort:3"):
            tell(reader, SOON, subject)
        pause = Pause.objects.create(person=reader, starts_at=SOON)
        tell(reader, SOON + timedelta(minutes=10))
        back = SOON + timedelta(hours=1)
        end_pause(pause, back)
        (digest,) = mails(back)
        assert "2" in digest.subject
        assert "Spring: 2 messages" not in digest.body
        assert [message.subject for message in mails(SOON + self.DAY)] == ["Spring: 2 messages"]

    def test_a_changed_wish_does_not_bring_it_before_the_day(self, reader):
        tell(reader, SOON + timedelta(hours=1))
        with clock.freeze(SOON + timedelta(hours=2)):
            telling.plan_again(reader)
        assert not mails(SOON + self.DAY - timedelta(seconds=1))
        assert len(mails(SOON + self.DAY)) == 1

    def test_a_failure_leaves_the_last_mail_as_it_was(self, reader, settings, monkeypatch):
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        tell(reader, SOON + timedelta(hours=1))
        monkeypatch.setattr(Refusing, "error", ConnectionRefusedError())
        assert not mails(SOON + self.DAY)
        assert Notice.objects.get().mailed_at == SOON
        monkeypatch.setattr(Refusing, "error", None)
        assert len(mails(SOON + self.DAY + due.BACK_OFF[0])) == 1


class TestPause:
    def test_mail_waits_for_the_return_and_several_become_one(self, reader, end_pause):
        pause = Pause.objects.create(person=reader, starts_at=NOON)
        tell(reader), tell(reader, subject="cohort:2", cohort="Autumn")
        assert not mails()
        assert not mails(NOON + timedelta(days=3))
        back = NOON + timedelta(days=3, hours=3)
        end_pause(pause, back)
        assert Notice.objects.count() == 2
        (message,) = mails(back)
        assert "Spring" in message.body
        assert "Autumn" in message.body
        assert not mails(back + timedelta(days=30))

    def test_one_that_waited_comes_as_it_is(self, reader, end_pause):
        pause = Pause.objects.create(person=reader, starts_at=NOON)
        tell(reader)
        assert not mails()
        back = NOON + timedelta(hours=3)
        end_pause(pause, back)
        assert [message.subject for message in mails(back + telling.GATHERING)] == ["Spring: a message"]

    def test_a_planned_end_is_enough(self, reader):
        Pause.objects.create(person=reader, starts_at=NOON, ends_at=NOON + timedelta(hours=2))
        tell(reader)
        assert not mails()
        assert len(mails(NOON + timedelta(hours=2))) == 1


class Refusing(Locmem):
    """A mail server that answers with an error."""

    error: Exception | None = None

    def send_messages(self, messages):
        if self.error:
            raise self.error
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    return lambda error: monkeypatch.setattr(Refusing, "error", error)


class TestMailThatBounces:
    REFUSED = smtplib.SMTPRecipientsRefused({"reader@example.org": (550, b"no reader@example.org here")})

    def test_an_address_that_is_refused_for_good_ends_at_once_for_the_staff_to_see(self, reader, server, caplog):
        tell(reader)
        server(self.REFUSED)
        assert not mails()
        work = DueWork.objects.get()
        assert (work.state, work.last_error) == ("dead", "SMTPRecipientsRefused 550")
        assert Notice.objects.get().mailed_at is None
        assert "reader@example.org" not in caplog.text

    def test_put_back_it_is_sent_and_known_for_the_same(self, reader, server):
        tell(reader)
        server(self.REFUSED)
        mails()
        server(None)
        with clock.freeze(SOON):
            due.again(work=DueWork.objects.get(), by=UserFactory(is_staff=True))
        (message,) = mails()
        assert str(DueWork.objects.get().public_id) in message.message()["Message-ID"]

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (smtplib.SMTPRecipientsRefused({"reader@example.org": (450, b"busy")}), "SMTPRecipientsRefused 450"),
            (smtplib.SMTPDataError(451, b"Spring: a message?"), "SMTPDataError 451"),
            (smtplib.SMTPSenderRefused(550, b"who?", "centre@demo.example"), "SMTPSenderRefused 550"),
            (smtplib.SMTPServerDisconnected("gone"), "SMTPServerDisconnected"),
            (ConnectionRefusedError(), "ConnectionRefusedError"),
            (RuntimeError("Spring: a message"), "RuntimeError"),
        ],
    )
    def test_what_may_go_better_later_is_tried_again(self, reader, server, error, words):
        tell(reader)
        server(error)
        assert not mails()
        work = DueWork.objects.get()
        assert (work.state, work.attempts, work.last_error) == ("waiting", 1, words)
        server(None)
        assert len(mails(SOON + due.BACK_OFF[0])) == 1

    def test_a_server_that_is_away_is_asked_once_for_all(self, reader, server, monkeypatch):
        for number in range(3):
            tell(reader, subject=str(number))
        knocks = []

        def nobody_there(self):
            knocks.append(1)
            raise ConnectionRefusedError

        monkeypatch.setattr(Refusing, "open", nobody_there, raising=False)
        with mail.kept_open():
            assert not mails()
        assert len(knocks) == 1
        assert set(DueWork.objects.values_list("last_error", flat=True)) == {"ConnectionRefusedError"}
