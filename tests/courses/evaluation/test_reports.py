"""Figures for those who lead: with consent, without names, and never a small cell."""

import csv
import io

import pytest
from django.urls import reverse

from courses.evaluation import reports
from courses.evaluation.models import Moment
from kernel import clock
from people.models import Consent
from tests.factories import EnrolmentFactory, UserFactory, the_course
from tests.factories.cohorts import CohortFactory, FacilitationFactory
from tests.factories.evaluation import AnswersFactory, ratings
from tests.helpers import words

pytestmark = pytest.mark.django_db


def pair(cohort=None, *, consent=True, before=4, after=7, name="Visible Name", version=1):
    enrolment = EnrolmentFactory(cohort=cohort, person=UserFactory(name=name))
    AnswersFactory(enrolment=enrolment, ratings=ratings(before), version=version)
    AnswersFactory(enrolment=enrolment, ratings=ratings(after), moment=Moment.AFTER, version=version)
    if consent:
        Consent.objects.create(person=enrolment.person, purpose=reports.PURPOSE, version=1, language="en", text="Yes")
    return enrolment


@pytest.fixture
def cohort():
    return CohortFactory()


def numbers(cohort):
    return [(version.instrument.version, version.figures.finished) for version in reports.of_cohort(cohort)]


def test_only_those_who_agreed_and_still_do(cohort):
    people = [pair(cohort) for _ in range(6)]
    pair(cohort, consent=False)
    assert numbers(cohort) == [(1, 6)]
    Consent.objects.filter(person=people[0].person).update(withdrawn_at=clock.now())
    assert numbers(cohort) == [(1, 5)]


def test_four_people_are_nobody(client, cohort):
    for _ in range(4):
        pair(cohort)
    client.force_login(FacilitationFactory(cohort=cohort).person)
    page = words(client.get(reverse("evaluation_report", args=[cohort.public_id])))
    assert "fewer than five people" in page
    assert "7.0" not in page
    rows = list(csv.DictReader(io.StringIO(client.get(_csv(cohort)).content.decode())))
    assert {row["mean_first"] for row in rows} == {""}


def test_figures_without_a_name(client, cohort, django_assert_max_num_queries):
    for _ in range(5):
        pair(cohort)
    client.force_login(FacilitationFactory(cohort=cohort).person)
    client.get(_csv(cohort))
    with django_assert_max_num_queries(12):
        page = words(client.get(reverse("evaluation_report", args=[cohort.public_id])))
    file = client.get(_csv(cohort)).content.decode()
    assert "3.0" in page
    assert "3.00" in file
    assert "Visible Name" not in page + file


def test_versions_are_reported_apart(cohort, monkeypatch):
    for version in (1, 2):
        for _ in range(5):
            pair(cohort, version=version)
    first = reports.version_of("confidence", 1)
    monkeypatch.setattr(reports, "version_of", lambda key, version: first)
    assert [version.figures.finished for version in reports.of_cohort(cohort)] == [5, 5]


def test_a_small_rest_cannot_be_subtracted(cohort):
    for _ in range(6):
        pair(cohort)
    for _ in range(3):
        pair(CohortFactory(), after=10)
    (whole,) = reports.of_course(the_course())
    assert whole.figures.finished == 6, "the three others would be seen in the difference"
    for _ in range(2):
        pair(None)
    (whole,) = reports.of_course(the_course())
    assert whole.figures.finished == 11


def test_who_may_see_them(client, cohort):
    address, whole = reverse("evaluation_report", args=[cohort.public_id]), _course()
    for somebody in (UserFactory(), EnrolmentFactory(cohort=cohort).person, FacilitationFactory().person):
        client.force_login(somebody)
        assert [client.get(url).status_code for url in (address, _csv(cohort), whole)] == [404] * 3
    client.force_login(FacilitationFactory(cohort=cohort).person)
    assert [client.get(url).status_code for url in (address, whole)] == [200, 404]
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert [client.get(url).status_code for url in (address, whole)] == [200, 200]


def _csv(cohort):
    return reverse("evaluation_report_csv", args=[cohort.public_id])


def _course():
    return reverse("evaluation_course_report", args=[the_course().key])
