"""Nobody else reads a journal. Each test first makes something to leak."""

import logging
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from wagtail.snippets.models import get_snippet_models

from courses.journal.actions import entries as actions
from courses.journal.models import Entry, EntryShare
from kernel import clock
from notices import due
from people.mydata import contributions
from tests.courses.journal.conftest import SECRET, at, new_words, words_of
from tests.factories import UserFactory
from tests.factories.cohorts import FacilitationFactory
from tests.factories.journal import EntryFactory, EntryShareFactory

pytestmark = pytest.mark.django_db

PIECES = SECRET.split()


@pytest.fixture
def written(client, person, friend, django_capture_on_commit_callbacks):
    """A page that has been begun, gone on with, looked for and shared."""
    with django_capture_on_commit_callbacks(execute=True):
        client.post(at("journal_new"), new_words(title=SECRET, body="Begun."))
        entry = Entry.objects.get(owner=person)
        client.post(at("journal_autosave", entry.public_id), words_of(title=SECRET, body=SECRET))
        client.post(at("journal_search"), {"q": SECRET})
        client.post(at("journal_share", entry.public_id), {"reader": str(friend.public_id)})
    entry.refresh_from_db()
    assert (entry.body, entry.title) == (SECRET, SECRET)
    return entry


def holds(text: str) -> bool:
    return any(piece.lower() in text.lower() for piece in PIECES)


def rows_of_every_table():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield (
                    table,
                    " ".join(
                        bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)
                        for value in row
                    ),
                )


def test_no_table_holds_a_word_of_it(written):
    rows = list(rows_of_every_table())
    assert [text for table, text in rows if table == Entry._meta.db_table and text.count("gAAAA") == 2], "sealed"
    assert [text for table, text in rows if "journal_shared" in text and "Ana" in text], "the notice is found"
    assert not [table for table, text in rows if holds(text)]
    assert not [session for session in Session.objects.all() if holds(str(session.get_decoded()))]


def test_no_mail_holds_a_word_of_it(written, friend):
    noon = clock.now().replace(hour=12) + timedelta(days=2)
    with clock.freeze(noon):
        while due.work():
            pass
    (message,) = (message for message in mail.outbox if friend.email in message.to)
    assert "Ana" in message.subject
    assert not holds(str(message.message().as_string()) + message.body)


def test_the_cms_knows_nothing_of_it(written):
    staff = Client()
    staff.force_login(UserFactory(is_staff=True, is_superuser=True))
    for path in ("/cms/", f"/cms/pages/search/?q={PIECES[0]}", "/cms/reports/site-history/"):
        page = staff.get(path)
        assert page.status_code == 200
        assert (
            not holds(page.text.replace(f'value="{PIECES[0]}"', "").replace(f"q={PIECES[0]}", "")) or "search" in path
        )
    assert not {Entry, EntryShare} & set(get_snippet_models())


def test_a_facilitators_page_knows_nothing_of_it(written, person):
    place = person.enrolments.get()
    facilitator = FacilitationFactory(cohort=place.cohort).person
    reader = Client()
    reader.force_login(facilitator)
    for path in (
        f"/en/learn/cohorts/{place.cohort.public_id}/",
        f"/en/learn/cohorts/{place.cohort.public_id}/facilitate/",
        f"/en/learn/cohorts/{place.cohort.public_id}/facilitate/{place.public_id}/",
        f"/en/learn/cohorts/{place.cohort.public_id}/facilitate/export.csv",
        at("journal_shared"),
        "/en/my/",
    ):
        response = reader.get(path)
        assert response.status_code == 200, path
        assert not holds(response.getvalue().decode()), path
    assert "Ana" in reader.get(f"/en/learn/cohorts/{place.cohort.public_id}/facilitate/").text


BREAKS = [
    ("save_entry", "journal_write"),
    ("save_entry", "journal_autosave"),
    ("share_entry", "journal_share"),
]


@pytest.mark.parametrize(("verb", "name"), BREAKS, ids=[name for _verb, name in BREAKS])
def test_what_breaks_quotes_nothing(written, friend, monkeypatch, caplog, verb, name):  # noqa: PLR0917
    """The exception quotes the text, as those of a library may."""

    def broken(**given):
        raise ValueError(f"cannot {SECRET} {given}")

    monkeypatch.setattr(actions, verb, broken)
    loggers = [logging.getLogger(logger) for logger in ("django", "django.request")]
    for logger in loggers:
        logger.addHandler(caplog.handler)
    try:
        client = Client(raise_request_exception=False)
        client.force_login(written.owner)
        EntryShare.objects.filter(entry=written).delete()
        sent = words_of(body=SECRET, revision=2, reader=str(friend.public_id))
        response = client.post(at(name, written.public_id), sent)
    finally:
        for logger in loggers:
            logger.removeHandler(caplog.handler)
    assert response.status_code == 500
    assert not holds(response.text)
    assert "ValueError" in caplog.text
    assert "broken" in caplog.text, "where it broke is told"
    assert not holds(caplog.text)


def test_the_database_keeps_no_list_of_what_it_was_asked(written, client, settings):
    assert not settings.DEBUG
    client.post(at("journal_autosave", written.public_id), words_of(body=f"{SECRET} again", revision=2))
    assert connection.queries == []
    assert not logging.getLogger("django.db.backends").isEnabledFor(logging.DEBUG)


class TestMyData:
    def part(self):
        return next(part for part in contributions() if part.key == "journal")

    def test_reads_out_all_of_ones_own_and_nothing_of_others(self, person):
        EntryFactory(owner=person, body=SECRET)
        EntryShareFactory(reader=person, entry__body="Theirs alone.", entry__owner__name="Bea")
        told = self.part().collect(person)
        assert [entry["body"] for entry in told["entries"]] == [SECRET]
        assert told["shared_with_you"][0]["owner"] == "Bea"
        assert "Theirs alone." not in str(told)
        assert "@" not in str(told)

    @pytest.mark.parametrize("read", [False, True])
    def test_erasing_leaves_nobody_told_of_it(self, written, person, friend, read):
        """Nor told of it earlier: the notice holds their name."""
        friend.notices.update(read_at=clock.now() if read else None)
        self.part().erase(person)
        person.delete()
        assert not Entry.objects.filter(pk=written.pk).exists()
        assert not EntryShare.objects.filter(reader=friend).exists()
        assert not friend.notices.exists()


def test_the_rules_speak_of_nobodys_rank():
    """Staff read what is shared with them, like everybody, and nothing else."""
    staff = UserFactory(is_staff=True, is_superuser=True)
    EntryFactory()
    share = EntryShareFactory(reader=staff)
    client = Client()
    client.force_login(staff)
    assert client.get(at("journal_shared_entry", share.public_id)).status_code == 200
    assert client.get(at("journal_shared_entry", EntryShareFactory().public_id)).status_code == 404
