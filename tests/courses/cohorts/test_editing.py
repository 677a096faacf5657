"""What those who lead a cohort change of it: words, dates, own steps."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils.translation import override

from courses.cohorts.models import Cohort
from courses.cohorts.selectors.facilitating import sessions_of
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    FacilitationFactory,
    OwnStepFactory,
    PlaceFactory,
)
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db


def at(name, *args):
    with override("en"):
        return reverse(name, args=args)


@pytest.fixture
def cohort(client):
    cohort = CohortFactory(zone="Europe/Paris", starts_on=date(2027, 3, 1), ends_on=date(2027, 6, 1))
    client.force_login(FacilitationFactory(cohort=cohort).person)
    return cohort


class TestWords:
    def test_are_kept_in_each_language_and_the_call_sealed(self, client, cohort):
        said = {"welcome_en": "Hello", "welcome_fr": "Bonjour", "joining_notes_es": "Antes", "call_details": "PIN 77"}
        assert client.post(at("cohort_edit", cohort.public_id), said).status_code == 302
        kept = Cohort.objects.get(pk=cohort.pk)
        assert (kept.welcome, kept.joining_notes) == ({"en": "Hello", "fr": "Bonjour"}, {"es": "Antes"})
        assert kept.call_details == "PIN 77"

    def test_too_long_keeps_what_was_typed(self, client, cohort):
        response = client.post(at("cohort_edit", cohort.public_id), {"welcome_en": "Long " * 1000, "welcome_fr": "Oui"})
        assert response.status_code == 400
        form = soup(response).main.find(id="error-summary").find_parent("form")
        assert form.find("textarea", {"name": "welcome_fr"}).text.strip() == "Oui"
        assert Cohort.objects.get(pk=cohort.pk).welcome == {}


class TestTimetable:
    @pytest.fixture
    def keys(self, cohort):
        return [session.key.hex for session in sessions_of(cohort, "en")]

    @pytest.fixture
    def post(self, client, cohort):
        return lambda data: client.post(at("edit_timetable", cohort.public_id), data)

    def meeting(self, key, day="2027-03-15", begins="14:00", ends="16:00"):
        return {f"day_{key}": day, f"begins_{key}": begins, f"ends_{key}": ends}

    def test_is_wall_time_of_the_cohort(self, client, cohort, keys, post):
        assert post(self.meeting(keys[0]) | self.meeting(keys[1], day="2027-04-05")).status_code == 302
        first, second = cohort.sessions.all()
        paris = ZoneInfo("Europe/Paris")
        assert (first.starts_at.hour, second.starts_at.hour) == (13, 12), "summer time came between"
        assert first.starts_at.astimezone(paris).hour == second.starts_at.astimezone(paris).hour == 14
        shown = soup(client.get(at("edit_timetable", cohort.public_id))).main
        assert shown.find("input", {"name": f"begins_{keys[1]}"})["value"] == "14:00"
        post(self.meeting(keys[1], day="2027-04-05", begins="15:00", ends="17:00"))
        (left,) = cohort.sessions.all()
        assert (left.pk, left.sequence) == (second.pk, 1)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"begins": "16:00", "ends": "14:00"}, "ends"),
            ({"begins": "16:00", "ends": "16:00"}, "ends"),
            ({"ends": ""}, "ends"),
            ({"day": ""}, "day"),
            ({"day": "2027-02-30"}, "day"),
            ({"day": "tomorrow"}, "day"),
            ({"begins": "25:99"}, "begins"),
            ({"day": "2027-03-28", "begins": "02:30", "ends": "04:00"}, "begins"),
            ({"day": "9999-12-31", "begins": "23:00", "ends": "23:30"}, None),
            ({"day": "2029-01-01"}, None),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(self, cohort, keys, post, wrong, field):
        data = self.meeting(keys[0]) | self.meeting(keys[1], **wrong)
        response = post(data)
        assert response.status_code == 400
        main = soup(response).main
        assert main.find(id="error-summary")
        if field:
            assert main.find("input", {"name": f"{field}_{keys[1]}"})["aria-invalid"] == "true"
        for name, value in data.items():
            assert main.find("input", {"name": name}).get("value", "") == value
        assert not cohort.sessions.exists()

    def test_a_meeting_that_was_held_stays(self, cohort, keys, post):
        held = CohortSessionFactory(cohort=cohort)
        AttendanceFactory(enrolment=PlaceFactory(cohort=cohort), session=held)
        response = post({})
        assert response.status_code == 400
        assert "People were at one of these meetings" in words(response)
        assert cohort.sessions.get() == held


class TestOwnSteps:
    def test_come_change_and_go(self, client, cohort):
        session = sessions_of(cohort, "en")[1]
        new = {"session": str(session.key), "title_en": "Who is who", "text_en": "Look.", "minutes": "15"}
        assert client.post(at("new_own_step", cohort.public_id), new).status_code == 302
        step = cohort.own_steps.get()
        assert (step.session_key, step.title, step.minutes) == (session.key, {"en": "Who is who"}, 15)
        address = at("edit_own_step", cohort.public_id, step.public_id)
        assert "Who is who" in words(client.get(at("cohort_edit", cohort.public_id)))
        client.post(address, {"title_fr": "Qui est qui", "minutes": "20"})
        step.refresh_from_db()
        assert (step.title, step.text, step.session_key) == ({"fr": "Qui est qui"}, {}, session.key)
        gone = at("remove_own_step", cohort.public_id, step.public_id)
        assert client.get(gone).status_code == 200
        assert cohort.own_steps.exists()
        client.post(gone)
        assert not cohort.own_steps.exists()

    @pytest.mark.parametrize("wrong", [{"title_en": ""}, {"minutes": "0"}, {"minutes": "many"}, {"session": "x"}])
    def test_what_does_not_fit_keeps_what_was_typed(self, client, cohort, wrong):
        key = str(sessions_of(cohort, "en")[0].key)
        data = {"session": key, "title_en": "One", "text_en": "Some words", "minutes": "10"} | wrong
        response = client.post(at("new_own_step", cohort.public_id), data)
        assert response.status_code == 400
        assert soup(response).main.find("textarea", {"name": "text_en"}).text.strip() == "Some words"
        assert not cohort.own_steps.exists()

    def test_of_another_cohort_are_not_here(self, client, cohort):
        theirs = OwnStepFactory()
        for name in ("edit_own_step", "remove_own_step"):
            assert client.post(at(name, cohort.public_id, theirs.public_id)).status_code == 404
