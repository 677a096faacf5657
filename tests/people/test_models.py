import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("written", ["Ana.López@Example.ORG", "  ana.lópez@example.org\n"])
def test_an_address_is_kept_in_small_letters_and_found_however_it_is_written(written):
    person = User.objects.create_user(written, "correct horse battery")
    assert person.email == "ana.lópez@example.org"
    assert User.objects.get_by_natural_key("ANA.LÓPEZ@example.org ") == person


def test_nobody_is_found_without_an_address():
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)


def test_without_a_password_no_password_opens_the_account():
    person = UserFactory()
    assert not person.has_usable_password()
    assert not authenticate(email=person.email, password="")


def test_a_password_opens_the_account_whatever_the_case_of_the_address():
    person = UserFactory(email="ana@example.org", password="correct horse battery")
    assert authenticate(email="Ana@Example.org", password="correct horse battery") == person
    assert authenticate(email="ana@example.org", password="wrong horse") is None


def test_superusers_run_the_cms():
    person = User.objects.create_superuser("chief@example.org", "x")
    assert person.is_staff
    assert person.is_superuser


@pytest.mark.parametrize(("name", "called"), [("Ana", "Ana"), ("", "ana@example.org")])
def test_people_are_called_by_their_name_or_else_their_address(name, called):
    person = User(name=name, email="ana@example.org")
    assert str(person) == person.get_full_name() == person.get_short_name() == called


@pytest.mark.parametrize(
    "wrong",
    [{"email": ""}, {"language": "xx"}, {"language": ""}, {"email": "ANA@EXAMPLE.ORG"}, {"email": "ana@example.org"}],
    ids=str,
)
def test_the_database_refuses(wrong):
    UserFactory(email="ana@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(**{"email": "other@example.org", "language": "en", **wrong})])


def test_the_database_takes_what_is_right():
    UserFactory(email="ana@example.org")
    User.objects.bulk_create([User(email="other@example.org", language="es")])
    assert User.objects.get(email="other@example.org").language == "es"
