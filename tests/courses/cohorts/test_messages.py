"""Messages to a cohort: who gets them, who reads them, and that they stay where they are."""

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from courses.cohorts.actions.messages import send_message
from courses.cohorts.models import CohortMessage
from kernel.errors import NotAllowed, Refused
from notices.models import DueWork, Notice
from people.models import AuditLine
from tests.factories import UserFactory
from tests.factories.cohorts import CohortFactory, FacilitationFactory, PlaceFactory
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db
SECRET = "Only-for-you-7731"


@pytest.fixture
def cohort():
    return CohortFactory(places=30)


@pytest.fixture
def facilitator(cohort):
    return FacilitationFactory(cohort=cohort, person__name="Frida").person


@pytest.fixture
def learners(cohort):
    return [PlaceFactory(cohort=cohort, person__name=name) for name in ("Ada", "Bea")]


def at(name, *args):
    with override("en"):
        return reverse(name, args=args)


def statuses(client, message, people):
    address = at("cohort_message", message.cohort.public_id, message.public_id)
    found = []
    for person in people:
        client.force_login(person)
        found.append(client.get(address).status_code)
    return found


def test_to_everybody(client, cohort, facilitator, learners):
    PlaceFactory(cohort=cohort, state="withdrawn")
    client.force_login(facilitator)
    response = client.post(at("cohort_messages", cohort.public_id), {"to": "", "text": f"**{SECRET}**\n\n<b>x</b>"})
    assert response.status_code == 302
    message = CohortMessage.objects.latest("pk")
    assert message.language == "en"
    assert {notice.person for notice in Notice.objects.filter(subject=f"cohort:{cohort.public_id}")} == {
        learner.person for learner in learners
    }
    client.force_login(learners[0].person)
    main = soup(client.get(at("cohort_message", cohort.public_id, message.public_id))).main
    assert main.strong.text == SECRET
    assert main.find(lang="en")
    assert not main.find("b")
    assert "Frida" in main.h1.text


def test_the_text_is_only_on_its_page(client, cohort, facilitator, learners, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = send_message(cohort=cohort, by=facilitator, text=SECRET, language="fr")
    assert SECRET in CohortMessage.objects.latest("pk").text
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM cohorts_cohortmessage")
        assert SECRET not in str(cursor.fetchall())
    kept = [*Notice.objects.values(), *DueWork.objects.values(), *AuditLine.objects.values()]
    assert len(kept) >= 3
    assert SECRET not in str(kept) + str([sent.message() for sent in mail.outbox])
    client.force_login(learners[0].person)
    for address in (at("notices"), at("cohort_messages", cohort.public_id), "/en/my/"):
        assert SECRET not in client.get(address).content.decode()
    assert SECRET in words(client.get(at("cohort_message", cohort.public_id, message.public_id)))


def test_to_one_is_read_by_that_one_and_those_who_lead(client, cohort, facilitator, learners):
    one, other = learners
    message = send_message(cohort=cohort, by=facilitator, text=SECRET, language="en", to=one)
    second = FacilitationFactory(cohort=cohort).person
    ended = FacilitationFactory(cohort=cohort, ended=True).person
    staff = UserFactory(is_staff=True, is_superuser=True)
    people = [facilitator, second, one.person, other.person, ended, FacilitationFactory().person, staff]
    assert statuses(client, message, people) == [200, 200, 200, 404, 404, 404, 404]
    assert [notice.person for notice in Notice.objects.filter(subject=f"cohort:{cohort.public_id}")] == [one.person]
    one.state = "withdrawn"
    one.save()
    assert statuses(client, message, [one.person]) == [404]


def test_to_one_stays_behind_when_they_go_to_another_cohort(client, cohort, facilitator, learners):
    message = send_message(cohort=cohort, by=facilitator, text=SECRET, language="en", to=learners[0])
    learners[0].cohort = CohortFactory()
    learners[0].save()
    assert statuses(client, message, [learners[0].person]) == [404]


def test_who_may_write_and_to_whom(cohort, facilitator, learners):
    for by in (learners[0].person, UserFactory(is_superuser=True, is_staff=True), FacilitationFactory().person):
        with pytest.raises(NotAllowed):
            send_message(cohort=cohort, by=by, text="Hello", language="en")
    for to in (PlaceFactory(), PlaceFactory(cohort=cohort, state="withdrawn")):
        with pytest.raises(NotAllowed):
            send_message(cohort=cohort, by=facilitator, text="Hello", language="en", to=to)
    for text in ("  \n ", "x" * 4001):
        with pytest.raises(Refused):
            send_message(cohort=cohort, by=facilitator, text=text, language="en")
    assert not cohort.messages.exists()


@pytest.mark.parametrize("text", ["", "x" * 4001, "x" * 100_000, "before\0after"])
def test_a_form_that_does_not_fit_keeps_what_was_written(client, cohort, facilitator, learners, text):
    client.force_login(facilitator)
    response = client.post(at("cohort_messages", cohort.public_id), {"to": str(learners[0].public_id), "text": text})
    assert response.status_code == 400
    form = soup(response).main.form
    assert form.find(class_="error-summary")
    assert form.textarea.text.strip("\r\n") == text
    assert form.find("option", selected=True)["value"] == str(learners[0].public_id)
    assert not cohort.messages.exists()


def test_to_somebody_who_is_not_here(client, cohort, facilitator):
    client.force_login(facilitator)
    response = client.post(at("cohort_messages", cohort.public_id), {"to": str(PlaceFactory().public_id), "text": "x"})
    assert response.status_code == 400
    assert not cohort.messages.exists()


def test_learners_read_the_list_and_do_not_write(client, cohort, facilitator, learners):
    send_message(cohort=cohort, by=facilitator, text="To all", language="en")
    send_message(cohort=cohort, by=facilitator, text="To another", language="en", to=learners[1])
    client.force_login(learners[0].person)
    address = at("cohort_messages", cohort.public_id)
    listed = soup(client.get(address)).main
    assert len(listed.select(".chapters li")) == 1
    assert not listed.form
    assert client.post(address, {"text": "Hello"}).status_code == 404
    assert cohort.messages.count() == 2
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same(client, facilitator, learners, number, django_assert_max_num_queries):
    cohort = learners[0].cohort
    for _ in range(number):
        send_message(cohort=cohort, by=facilitator, text="Hello", language="en", to=learners[0])
    client.force_login(learners[0].person)
    client.get(at("cohort_messages", cohort.public_id))
    with django_assert_max_num_queries(9):
        client.get(at("cohort_messages", cohort.public_id))


def test_who_wrote_and_was_erased_is_a_facilitator(client, cohort, facilitator, learners):
    message = send_message(cohort=cohort, by=facilitator, text="Hello", language="en")
    facilitator.delete()
    client.force_login(learners[0].person)
    assert "a facilitator" in soup(client.get(at("cohort_message", cohort.public_id, message.public_id))).h1.text
