"""Sealed fields, seen in a table of the Centre: what helps somebody take part (people.Profile)."""

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from django.forms import modelform_factory
from hypothesis import given
from hypothesis import strategies as st

from kernel.sealed import CannotOpen, SealedTextField
from people.models import Profile
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

WORDS = "I need a chair with arms"
# What the demonstration's people wrote is sealed with this one.
DEMO = settings.SEALING_KEYS[0]
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
FIELDS = [field for field in Profile._meta.fields if isinstance(field, SealedTextField)]


@pytest.fixture
def keys(monkeypatch):
    """Turn the keys of the table's sealed fields, which remember them as a process does."""

    def turn(*keys: str) -> None:
        monkeypatch.setattr(settings, "SEALING_KEYS", list(keys))
        forget()

    def forget() -> None:
        for field in FIELDS:
            field.__dict__.pop("keys", None)
            field.__dict__.pop("f", None)

    yield turn
    forget()


@pytest.fixture
def profile():
    return Profile.objects.create(person=UserFactory(), access_needs=WORDS, telephone="+33 1 23 45")


def at_rest(profile: Profile, column: str = "access_needs") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM people_profile WHERE person_id = %s", [profile.pk])
        return cursor.fetchone()[0]


def test_the_database_does_not_know_the_words(profile):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_profile WHERE person_id = %s", [profile.pk])
        row = str(cursor.fetchone())
    assert not any(word in row for word in ("chair", "arms", "+33", "23 45"))
    profile.refresh_from_db()
    assert (profile.access_needs, profile.telephone) == (WORDS, "+33 1 23 45")


def test_the_same_words_are_never_sealed_alike(profile):
    before = at_rest(profile)
    profile.save()
    assert at_rest(profile) != before


def test_empty_stays_empty_and_is_no_secret(profile):
    assert at_rest(profile, "reach_note") == ""
    assert Profile.objects.get(pk=profile.pk).reach_note == ""


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200))
def test_any_text_comes_back_as_it_went_in(text):
    field = FIELDS[0]
    assert field.from_db_value(field.get_prep_value(text), None, connection) == text


def test_a_new_key_in_front_opens_what_the_old_one_sealed(keys, profile):
    keys(OLD)
    profile.save()
    keys(NEW, OLD)
    assert Profile.objects.get(pk=profile.pk).access_needs == WORDS


def test_without_its_key_a_text_stays_closed_and_is_not_quoted(keys, profile):
    keys(OLD)
    profile.save()
    sealed = at_rest(profile)
    keys(NEW)
    with pytest.raises(CannotOpen) as refused:
        Profile.objects.get(pk=profile.pk)
    assert "Profile.access_needs" in str(refused.value)
    assert "chair" not in str(refused.value)
    assert sealed not in str(refused.value)
    assert refused.value.__suppress_context__


def test_what_looks_like_a_sealed_text_is_somebodys_words_all_the_same(profile):
    """Else whoever gets hold of a sealed text could have it opened by writing it into a form of their own."""
    stolen = at_rest(profile)
    form = modelform_factory(Profile, fields=["access_needs"])(
        {"access_needs": stolen}, instance=Profile(person=UserFactory())
    )
    assert form.is_valid()
    thief = form.save()
    assert thief.access_needs == stolen
    assert Profile.objects.get(pk=thief.pk).access_needs == stolen


@pytest.mark.parametrize("lookup", ["", "__exact", "__icontains", "__startswith", "__in", "__gt", "__regex"])
def test_nobody_can_look_for_words_in_the_database(profile, lookup):
    value = [WORDS] if lookup == "__in" else WORDS
    with pytest.raises(FieldError):
        Profile.objects.filter(**{f"access_needs{lookup}": value}).exists()


class TestReseal:
    def test_everything_opens_with_the_newest_key_alone(self, keys, profile, capsys):
        keys(OLD)
        profile.save()
        other = Profile.objects.create(person=UserFactory(), reach_note="after six")
        keys(NEW, OLD, DEMO)
        call_command("reseal")
        said = capsys.readouterr().out
        keys(NEW)
        assert Profile.objects.get(pk=profile.pk).access_needs == WORDS
        assert Profile.objects.get(pk=other.pk).reach_note == "after six"
        assert at_rest(other) == ""
        assert f"people.Profile: {Profile.objects.count()} sealed, 0 could not be opened" in said
        assert "chair" not in said

    def test_what_no_key_opens_is_counted_and_left_and_the_others_are_sealed(self, keys, profile):
        keys(OLD)
        profile.save()
        lost = at_rest(profile)
        keys(NEW, DEMO)
        other = Profile.objects.create(person=UserFactory(), reach_note="after six")
        before = at_rest(other, "reach_note")
        with pytest.raises(CommandError, match="1 rows could not be opened"):
            call_command("reseal", verbosity=0)
        assert at_rest(profile) == lost
        assert at_rest(other, "reach_note") != before

    def test_rows_are_taken_a_batch_at_a_time(self, keys, monkeypatch):
        monkeypatch.setattr("centre.management.commands.reseal.AT_ONCE", 2)
        keys(OLD)
        people = [Profile.objects.create(person=UserFactory(), access_needs=f"{WORDS} {n}") for n in range(5)]
        keys(NEW, OLD, DEMO)
        call_command("reseal", verbosity=0)
        keys(NEW)
        assert [Profile.objects.get(pk=row.pk).access_needs for row in people] == [row.access_needs for row in people]
