"""The facilitator's table as a file."""

import csv
import io
import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from courses.cohorts.models import StepDone
from courses.cohorts.selectors.facilitating import sessions_of
from courses.cohorts.views.export import cell
from people.models import AuditLine, Profile
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    FacilitationFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return CohortFactory(places=30)


@pytest.fixture
def export(client, cohort):
    client.force_login(FacilitationFactory(cohort=cohort).person)

    def get(language="en"):
        with override(language):
            return client.get(reverse("cohort_export", args=[cohort.public_id]))

    return get


def table(response):
    content = b"".join(response.streaming_content).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content[1:])))


def test_holds_what_the_table_shows_and_no_more(export, cohort):
    enrolment = PlaceFactory(cohort=cohort, person__name="Zoë")
    step = sessions_of(cohort, "en")[0].steps[0]
    StepDone.objects.create(enrolment=enrolment, step_key=step.key)
    AttendanceFactory(enrolment=enrolment, session=CohortSessionFactory(cohort=cohort), how="telephone")
    Profile.objects.create(person=enrolment.person, access_needs="SHARED", access_needs_shared=True, telephone="SECRET")
    response = export()
    assert response.streaming
    assert "no-store" in response["Cache-Control"]
    assert "attachment" in response["Content-Disposition"]
    head, line = table(response)
    assert len(head) == len(line)
    told = dict(zip(head, line, strict=True))
    assert told["Name"] == "Zoë"
    assert told["Session 1, steps done"] == "1"
    assert "by telephone" in line
    assert "SHARED" in line
    assert "SECRET" not in str(line)
    assert enrolment.person.email not in str(line)
    assert AuditLine.objects.filter(verb="cohort.exported", subject_id=str(cohort.public_id)).count() == 1


def test_of_whoever_has_left_it_says_that_and_no_more(export, cohort):
    left = PlaceFactory(cohort=cohort, person__name="Ana", state="withdrawn", last_active_on=date(2025, 3, 4))
    Profile.objects.create(person=left.person, access_needs="SHARED", access_needs_shared=True)
    line = table(export())[1]
    assert [value for value in line if value] == ["Ana", "withdrawn"]


def test_is_in_the_language_of_the_page(export, cohort):
    PlaceFactory(cohort=cohort)
    assert table(export("en"))[0] != table(export("es"))[0]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx", "\rx"])
def test_runs_nothing(name):
    assert cell(name) == f"'{name}"


@pytest.mark.parametrize("before", ["", " ", "Ana;", "Ana; ", "Ana,", "Ana\n", "Ana\t"])
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_nor_where_a_spreadsheet_of_another_language_begins_a_cell(before, sign):
    assert re.search(f"'\\s*{re.escape(sign)}1", cell(f"{before}{sign}1"))


@pytest.mark.parametrize("text", ["Anne-Marie", "Two; three, four", "a=b", "captions\nno mornings", "ana@example.org"])
def test_leaves_words_alone(text):
    assert cell(text) == text


def test_a_name_is_not_run(export, cohort):
    PlaceFactory(cohort=cohort, person__name='=cmd|"/c calc"!A1')
    assert table(export())[1][0] == '\'=cmd|"/c calc"!A1'
    assert cell("Anne-Marie") == "Anne-Marie"
