"""Audit lines stay as they were written: triggers of the database, SQLite's and PostgreSQL's alike."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from kernel import clock
from people import audit
from people.models import AuditLine
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return audit.record("cohort.left", by=UserFactory(), about=UserFactory(), places=3)


def old(**age) -> AuditLine:
    return AuditLine.objects.create(at=clock.now() - timedelta(**age), verb="cohort.left")


def test_a_deed_names_its_thing_by_public_id_and_nobodys_words():
    person = UserFactory(name="Ana")
    line = audit.record("person.invited", by=person, about=person, subject=person, places=3)
    line.refresh_from_db()
    assert (line.subject_type, line.subject_id, line.detail) == ("user", str(person.public_id), {"places": 3})
    assert "Ana" not in str(line)


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "cohort.joined"},
        {"detail": {"places": 4}},
        {"detail": {}},
        {"subject_type": "user"},
        {"subject_id": "1"},
        {"at": clock.now()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_word_of_it_changes(line, change):
    with pytest.raises(Error), transaction.atomic():
        AuditLine.objects.filter(pk=line.pk).update(**change)
    assert AuditLine.objects.filter(pk=line.pk, verb="cohort.left", detail__places=3).exists()


@pytest.mark.parametrize("field", ["by", "about"])
def test_nobody_takes_anothers_place_in_it(line, field):
    with pytest.raises(Error), transaction.atomic():
        AuditLine.objects.filter(pk=line.pk).update(**{field: UserFactory()})
    AuditLine.objects.filter(pk=line.pk).update(**{field: None})
    with pytest.raises(Error), transaction.atomic():
        AuditLine.objects.filter(pk=line.pk).update(**{field: UserFactory()})


def test_it_is_not_written_anew_under_its_number(line):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_auditline SET id = id + 1000000 WHERE id = %s", [line.pk])


@pytest.mark.parametrize("age", [{"days": 0}, {"days": 3 * 365 - 1}], ids=str)
def test_what_is_young_is_not_deleted(age):
    line = old(**age)
    with pytest.raises(Error), transaction.atomic():
        line.delete()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_auditline WHERE id = %s", [line.pk])
    assert AuditLine.objects.filter(verb="cohort.left").exists()


def test_after_three_years_it_may_go():
    old(days=3 * 366 + 1).delete()
    assert not AuditLine.objects.filter(verb="cohort.left").exists()


def test_whoever_is_erased_is_forgotten_and_the_line_stays(line):
    line.by.delete()
    line.about.delete()
    line.refresh_from_db()
    assert (line.by, line.about, line.verb) == (None, None, "cohort.left")
