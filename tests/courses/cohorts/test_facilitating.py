"""What facilitators see and do: who is where, who was there; and what they never see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail import hooks

from courses.cohorts.actions.facilitating import record_attendance
from courses.cohorts.models import Attendance, Enrolment, StepDone
from courses.cohorts.selectors import facilitating as selectors
from courses.curriculum.selectors import step_keys
from kernel import clock
from kernel.errors import NotAllowed, Refused
from people.models import AuditLine, Pause, Profile
from tests.factories import UserFactory
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    FacilitationFactory,
    PlaceFactory,
    PlaceRequestFactory,
)
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db


def at(name, *args, language="en"):
    with override(language):
        return reverse(name, args=args)


def days_ago(n):
    return clock.now().date() - timedelta(days=n)


@pytest.fixture
def cohort():
    return CohortFactory(places=300)


@pytest.fixture
def facilitator(client, cohort):
    person = FacilitationFactory(cohort=cohort).person
    client.force_login(person)
    return person


@pytest.fixture
def page(client, cohort, facilitator):
    return lambda query="", language="en": client.get(at("facilitate", cohort.public_id, language=language) + query)


@pytest.fixture
def held(cohort):
    """A meeting of yesterday."""
    return CohortSessionFactory(
        cohort=cohort, starts_at=clock.now() - timedelta(days=1), ends_at=clock.now() - timedelta(hours=22)
    )


def joined(cohort, days, **kwargs):
    return PlaceFactory(cohort=cohort, joined_at=clock.now() - timedelta(days=days), **kwargs)


def row_with(page, name):
    return next(row for row in soup(page).main.find("tbody").find_all("tr") if name in row.th.text)


class TestThePicture:
    def test_tells_each_session_in_words(self, page, cohort):
        keys = step_keys(cohort.course)
        enrolment = joined(cohort, 2, person__name="Amal", last_active_on=days_ago(3))
        sessions = selectors.sessions_of(cohort, "en")
        for step in [*sessions[0].steps, sessions[1].steps[0]]:
            StepDone.objects.create(enrolment=enrolment, step_key=step.key)
        assert len(keys) == sum(len(session.steps) for session in sessions)
        row = row_with(page(), "Amal")
        n = [len(session.steps) for session in sessions]
        said = row.svg["aria-label"]
        assert said.startswith(
            f"Session 1: {n[0]} of {n[0]} steps; Session 2: 1 of {n[1]} steps; Session 3: 0 of {n[2]}"
        )
        assert len(row.svg.find_all("circle")) == len(sessions)
        assert len(row.svg.find_all("circle", class_="lit")) == 1
        assert "3 days ago" in row.text

    def test_says_nothing_of_somebody_without_a_name_but_a_code(self, page, cohort):
        enrolment = joined(cohort, 1, person__name="")
        main = words(page())
        assert f"Somebody without a name yet ({enrolment.public_id.hex[:6]})" in main
        assert enrolment.person.email not in main

    def test_who_has_withdrawn_is_only_said_to_have(self, page, cohort):
        gone = joined(cohort, 1, person__name="Zora", state="withdrawn")
        StepDone.objects.create(enrolment=gone, step_key=step_keys(cohort.course)[0])
        row = row_with(page(), "Zora")
        assert "withdrawn" in row.text
        assert not row.svg
        assert not row.a


class TestQuiet:
    def test_is_marked_from_ten_days_and_sorted_first(self, page, cohort):
        joined(cohort, 30, person__name="Ada", last_active_on=days_ago(9))
        joined(cohort, 30, person__name="Bea", last_active_on=days_ago(12))
        joined(cohort, 30, person__name="Cleo", last_active_on=None)
        joined(cohort, 3, person__name="Dina", last_active_on=None)
        names = [row.th.text for row in soup(page("?order=quiet")).main.find("tbody").find_all("tr")]
        assert names == ["Cleo", "Bea", "Ada", "Dina"]
        assert "quiet for 12 days" in row_with(page(), "Bea").text
        assert "quiet" not in row_with(page(), "Ada").text + row_with(page(), "Dina").text

    def test_a_pause_is_no_silence(self, page, cohort, facilitator):
        resting = joined(cohort, 40, person__name="Ada", last_active_on=days_ago(39)).person
        Pause.objects.create(person=resting, starts_at=clock.now() - timedelta(days=38))
        back = joined(cohort, 40, person__name="Bea", last_active_on=days_ago(39)).person
        Pause.objects.create(
            person=back, starts_at=clock.now() - timedelta(days=38), ended_at=clock.now() - timedelta(days=2)
        )
        assert "paused" in row_with(page(), "Ada").text
        assert "quiet" not in row_with(page(), "Ada").text + row_with(page(), "Bea").text
        assert [one.quiet for one in selectors.led_by(facilitator)] == [0]

    def test_the_database_counts_as_the_page_does(self, cohort, facilitator):
        for active in (None, 0, 8, 9, 10, 11, 40):
            joined(cohort, 30, last_active_on=None if active is None else days_ago(active))
        joined(cohort, 10)
        joined(cohort, 9)
        completed = {"state": "completed", "completed_at": clock.now()}
        joined(cohort, 30, last_active_on=days_ago(20), **completed)
        (led,) = selectors.led_by(facilitator)
        assert led.quiet == selectors.group(cohort, "en").quiet == 5


class TestSharing:
    @pytest.fixture
    def learner(self, cohort):
        person = joined(cohort, 1, person__name="Amal").person
        Profile.objects.create(
            person=person, access_needs="SECRET-NEED", telephone="SECRET-NUMBER", reach_note="SECRET-NOTE"
        )
        return person

    def test_what_is_not_shared_is_nowhere(self, client, page, cohort, learner):
        enrolment = learner.enrolments.get()
        pages = [page(), client.get(at("facilitate_learner", cohort.public_id, enrolment.public_id))]
        assert "Amal" in words(pages[1])
        assert not any(b"SECRET" in response.content for response in pages)

    def test_what_is_shared_is_shown(self, client, page, cohort, learner):
        Profile.objects.filter(person=learner).update(access_needs_shared=True)
        for response in (
            page(),
            client.get(at("facilitate_learner", cohort.public_id, learner.enrolments.get().public_id)),
        ):
            assert "SECRET-NEED" in words(response)
            assert "SECRET-NUMBER" not in words(response)


@pytest.mark.parametrize("learners", [1, 3, 200])
def test_the_page_costs_the_same_however_many_there_are(page, cohort, held, learners):
    people = [UserFactory() for _ in range(learners)] if learners < 10 else _many_people(learners)
    Enrolment.objects.bulk_create(
        [Enrolment(person=person, course=cohort.course, cohort=cohort, joined_at=clock.now()) for person in people]
    )
    enrolments = list(cohort.enrolments.all())
    key = step_keys(cohort.course)[0]
    StepDone.objects.bulk_create([StepDone(enrolment=enrolment, step_key=key) for enrolment in enrolments])
    Attendance.objects.bulk_create([Attendance(enrolment=one, session=held, how="web") for one in enrolments])
    for person in people[:3]:
        Profile.objects.create(person=person, access_needs="Slowly", access_needs_shared=True)
        PlaceRequestFactory(cohort=cohort, asked=True)
    page()
    with CaptureQueriesContext(connection) as queries:
        response = page()
    assert response.status_code == 200
    assert len(soup(response).main.find("tbody").find_all("tr")) == min(learners, 50)
    assert len(queries) == COST


COST = 11


def _many_people(number):
    model = UserFactory._meta.model
    people = [model(email=f"many{n}@example.org", name=f"Many {n:03}") for n in range(number)]
    return model.objects.bulk_create(people)


def test_strangers_learners_and_staff_do_not_find_it(client, cohort, held):
    learner = PlaceFactory(cohort=cohort)
    ended = FacilitationFactory(cohort=cohort, ended=True).person
    asking = PlaceRequestFactory(cohort=cohort, asked=True)
    addresses = [
        at("facilitate", cohort.public_id),
        at("facilitate_learner", cohort.public_id, learner.public_id),
        at("cohort_export", cohort.public_id),
        at("attendance", cohort.public_id, held.public_id),
        at("answer_request", cohort.public_id, asking.public_id),
        at("cohort_edit", cohort.public_id),
    ]
    client.force_login(FacilitationFactory(cohort=cohort).person)
    assert {client.get(address).status_code for address in addresses} == {200}
    others = (UserFactory(), learner.person, ended, FacilitationFactory().person, UserFactory(is_superuser=True))
    for person in others:
        client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code == 404
            assert client.post(address, {"answer": "approve"}).status_code in (404, 405)


def test_of_another_cohort_nothing_is_here(client, facilitator, cohort, held):
    other = PlaceFactory()
    asking = PlaceRequestFactory(asked=True)
    meeting = CohortSessionFactory(starts_at=clock.now() - timedelta(days=1), ends_at=clock.now())
    for name, thing in (("facilitate_learner", other), ("answer_request", asking), ("attendance", meeting)):
        assert client.get(at(name, cohort.public_id, thing.public_id)).status_code == 404


class TestAttendance:
    def test_is_kept_changed_and_taken_back(self, client, facilitator, cohort, held):
        first, second = (PlaceFactory(cohort=cohort) for _ in range(2))
        address = at("attendance", cohort.public_id, held.public_id)
        client.post(address, {str(first.public_id): "web", str(second.public_id): "absent"})
        assert selectors.attendance_at(held) == {first.pk: "web", second.pk: "absent"}
        form = soup(client.get(address)).main.find("form")
        assert form.find("select", {"name": str(first.public_id)}).find("option", selected=True)["value"] == "web"
        client.post(address, {str(first.public_id): "", str(second.public_id): "telephone"})
        assert selectors.attendance_at(held) == {second.pk: "telephone"}
        assert AuditLine.objects.filter(verb="attendance.recorded", about=second.person).count() == 2

    def test_tells_what_may_complete_the_course(self, facilitator, cohort, held, django_capture_on_commit_callbacks):
        enrolment = PlaceFactory(cohort=cohort, meetings_needed=1)
        with django_capture_on_commit_callbacks() as callbacks:
            assert record_attendance(session=held, by=facilitator, marks={enrolment.public_id: "caught_up"}) == 1
        assert callbacks
        with django_capture_on_commit_callbacks() as callbacks:
            assert record_attendance(session=held, by=facilitator, marks={enrolment.public_id: "caught_up"}) == 0
        assert not callbacks

    def test_before_the_meeting_it_is_refused(self, client, facilitator, cohort):
        ahead = CohortSessionFactory(cohort=cohort)
        enrolment = PlaceFactory(cohort=cohort)
        response = client.post(at("attendance", cohort.public_id, ahead.public_id), {str(enrolment.public_id): "web"})
        assert response.status_code == 409
        with pytest.raises(Refused):
            record_attendance(session=ahead, by=facilitator, marks={enrolment.public_id: "web"})
        assert not Attendance.objects.filter(session=ahead).exists()

    def test_whoever_left_meanwhile_is_passed_over(self, facilitator, cohort, held):
        gone, there = PlaceFactory(cohort=cohort, state="withdrawn"), PlaceFactory(cohort=cohort)
        marks = {gone.public_id: "web", there.public_id: "web", PlaceFactory().public_id: "web"}
        assert record_attendance(session=held, by=facilitator, marks=marks) == 1

    def test_what_no_form_offers_is_not_taken(self, client, facilitator, cohort, held):
        enrolment = PlaceFactory(cohort=cohort)
        address = at("attendance", cohort.public_id, held.public_id)
        assert client.post(address, {str(enrolment.public_id): "by pigeon"}).status_code == 400
        with pytest.raises(NotAllowed):
            record_attendance(session=held, by=UserFactory(), marks={enrolment.public_id: "web"})
        assert not Attendance.objects.filter(session=held).exists()


class TestHome:
    def test_tells_what_asks_for_whoever_leads(self, client, cohort, facilitator):
        joined(cohort, 30, last_active_on=days_ago(15))
        PlaceRequestFactory(cohort=cohort, asked=True)
        CohortSessionFactory(cohort=cohort)
        panel = soup(client.get("/en/my/")).find(id="led").parent
        assert panel.find("a", href=at("facilitate", cohort.public_id))
        assert "1 has been quiet" in panel.text
        assert "1 person asks for a place" in panel.text
        assert "Next meeting" in panel.text

    @pytest.mark.parametrize("cohorts", [1, 3])
    def test_costs_three_queries(self, facilitator, cohorts, django_assert_num_queries):
        for _ in range(1, cohorts):
            joined(FacilitationFactory(person=facilitator).cohort, 30)
        with django_assert_num_queries(3):
            assert len(selectors.led_by(facilitator)) == cohorts

    def test_for_others_it_is_not_there(self, client):
        client.force_login(UserFactory())
        assert not soup(client.get("/en/my/")).find(id="led")


def test_the_learners_page_tells_steps_by_their_titles(client, facilitator, cohort, held):
    enrolment = joined(cohort, 3, person__name="Amal")
    AttendanceFactory(enrolment=enrolment, session=held, how="telephone")
    first = selectors.sessions_of(cohort, "fr")[0].steps[0]
    StepDone.objects.create(enrolment=enrolment, step_key=first.key)
    main = soup(client.get(at("facilitate_learner", cohort.public_id, enrolment.public_id, language="fr"))).main
    done = main.find(class_="tag done").parent
    assert first.title in done.text
    assert len(main.select(".tag.done")) == 1
    assert main.find("a", href=f"{at('cohort_messages', cohort.public_id, language='fr')}?to={enrolment.public_id}")


class TestRequests:
    def test_are_answered(self, client, page, facilitator):
        cohort = CohortFactory(by_approval=True)
        FacilitationFactory(cohort=cohort, person=facilitator)
        yes, no = (PlaceRequestFactory(cohort=cohort, asked=True) for _ in range(2))
        listed = soup(client.get(at("facilitate", cohort.public_id))).main
        assert listed.find("form", action=at("answer_request", cohort.public_id, yes.public_id))
        client.post(at("answer_request", cohort.public_id, yes.public_id), {"answer": "approve"})
        client.post(at("answer_request", cohort.public_id, no.public_id), {"answer": "decline"})
        assert {request.state for request in cohort.requests.all()} == {"placed", "declined"}
        assert cohort.enrolments.get().person == yes.person
        assert client.get(at("answer_request", cohort.public_id, no.public_id)).status_code == 404


def test_leading_asks_for_a_second_factor(cohort):
    ask = [hook for hook in hooks.get_hooks("second_factor") if hook.__module__.startswith("courses.cohorts")]
    assert [hook(FacilitationFactory().person) for hook in ask] == [True]
    assert [hook(FacilitationFactory(ended=True).person) for hook in ask] == [False]
