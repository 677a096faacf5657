"""What facilitators and staff see of sets: numbers that are right, and nothing of what is in a set."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.viewsets import viewsets
from wagtail.models import ReferenceIndex
from wagtail.search.index import get_indexed_models
from wagtail.snippets.models import get_snippet_models

from centre import queues
from centre.groups import PROGRAMME_STAFF
from community.sets.models import LearningSet
from community.sets.selectors import counts
from courses.cohorts import selectors as cohorts
from kernel import clock
from people.models import AuditLine
from tests.factories import UserFactory
from tests.factories.cohorts import AttendanceFactory as CohortAttendanceFactory
from tests.factories.cohorts import CohortFactory, CohortSessionFactory, FacilitationFactory, PlaceFactory
from tests.factories.sets import (
    AttendanceFactory,
    CommitmentFactory,
    GroundRulesFactory,
    LearningSetFactory,
    MeetingEventFactory,
    MeetingFactory,
    ReportFactory,
    SeatFactory,
    SeatRequestFactory,
)
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db
SECRET = "Never-outside-the-set-7731"


def busy(cohort=None, *, secret="", **more):
    """A set of two people that met twice: both came, then one; one turn; one commitment done, one open, one report."""
    if cohort:
        more = {"joining": "cohort", "cohort": cohort, **more}
    learning_set = LearningSetFactory(call_pin=secret, **more)
    seats = [SeatFactory(learning_set=learning_set, person__name=f"Nadia {secret}") for _ in range(2)]
    first, second = (MeetingFactory(learning_set=learning_set, closed=True, note=secret) for _ in range(2))
    AttendanceFactory(meeting=first, seat=seats[0], turns=1, minutes=20)
    AttendanceFactory(meeting=first, seat=seats[1])
    AttendanceFactory(meeting=second, seat=seats[1])
    CommitmentFactory(seat=seats[0], meeting=first, what=secret or "x", first_step=secret, learnt=secret, done=True)
    CommitmentFactory(seat=seats[1], meeting=second, what=secret or "x")
    event = MeetingEventFactory(meeting=second, seat=seats[0], text=secret or "x")
    item = [
        {"seq": 1, "at": clock.now().isoformat(), "kind": "contributed", "place": 1, "text": secret, "language": "en"}
    ]
    ReportFactory(meeting=second, seq=event.seq, reason=secret or "x", items=json.dumps(item))
    return learning_set


class TestFacilitator:
    @pytest.fixture
    def cohort(self, client):
        cohort = CohortFactory()
        client.force_login(FacilitationFactory(cohort=cohort, person=UserFactory(name="Frida")).person)
        return cohort

    def test_sees_numbers(self, client, cohort):
        busy(cohort, name="Tuesdays")
        MeetingFactory(learning_set=LearningSet.objects.get(cohort=cohort))  # not held yet
        row = (
            soup(client.get(f"/en/learn/cohorts/{cohort.public_id}/facilitate/")).find(id="sets").find_next("tbody").tr
        )
        assert [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] == [
            *("Tuesdays", "2 of 4", "2", "2, 1", "1", "2", "1")
        ]

    def test_and_nothing_else(self, client, cohort):
        busy(cohort, secret=SECRET, joining="invitation", name=SECRET, theme=SECRET, about=SECRET)
        page = client.get(f"/en/learn/cohorts/{cohort.public_id}/facilitate/")
        assert "A set by invitation (1)" in words(page)
        assert SECRET not in page.content.decode()

    def test_no_panel_without_sets_of_the_cohort(self, client, cohort):
        busy(name="Elsewhere")
        assert soup(client.get(f"/en/learn/cohorts/{cohort.public_id}/facilitate/")).find(id="sets") is None

    def test_a_meeting_that_was_closed_in_its_lobby_was_not_held(self, cohort):
        learning_set = LearningSetFactory(joining="cohort", cohort=cohort)
        MeetingFactory(learning_set=learning_set, closed=True, opened_at=None)
        (one,) = counts.of_cohort(cohort)
        assert (one.held, one.there) == (0, ())

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_three_queries(self, cohort, rows, django_assert_num_queries):
        for _ in range(rows):
            busy(cohort)
        with django_assert_num_queries(3):
            assert len(counts.of_cohort(cohort)) == rows


class TestCompletion:
    @pytest.fixture
    def place(self):
        return PlaceFactory(cohort=CohortFactory(meetings_needed=3))

    def at_meeting(self, place, **more):
        learning_set = LearningSet.objects.filter(cohort=place.cohort).first()
        learning_set = learning_set or LearningSetFactory(joining="cohort", cohort=place.cohort)
        seat = learning_set.all_seats.filter(person=place.person).first()
        seat = seat or SeatFactory(learning_set=learning_set, person=place.person)
        AttendanceFactory(seat=seat, meeting=MeetingFactory(learning_set=learning_set, **{"closed": True, **more}))
        return seat

    def met(self, place):
        (requirement,) = [one for one in cohorts.requirements(place) if one.key == "meetings"]
        return requirement.met

    def test_meetings_of_the_cohorts_sets_count_beside_those_of_the_cohort(self, place):
        CohortAttendanceFactory(enrolment=place, session=CohortSessionFactory(cohort=place.cohort))
        self.at_meeting(place)
        assert (cohorts.meetings_attended(place), self.met(place)) == (2, False)
        self.at_meeting(place)
        assert (cohorts.meetings_attended(place), self.met(place)) == (3, True)

    def test_also_of_a_seat_that_was_given_up(self, place):
        seat = self.at_meeting(place)
        seat.until = clock.now()
        seat.save()
        assert cohorts.meetings_attended(place) == 1

    def test_others_do_not(self, place):
        self.at_meeting(place, closed=False, running=True)
        self.at_meeting(place, opened_at=None)
        elsewhere = SeatFactory(person=place.person)
        AttendanceFactory(seat=elsewhere)
        AttendanceFactory(seat=SeatFactory(learning_set=LearningSet.objects.filter(cohort=place.cohort).get()))
        assert cohorts.meetings_attended(place) == 0

    def test_costs_a_query_more_and_none_when_there_are_enough(self, place, django_assert_num_queries):
        self.at_meeting(place)
        with django_assert_num_queries(2):
            cohorts.meetings_attended(place)
        place.meetings_needed = 1
        CohortAttendanceFactory(enrolment=place, session=CohortSessionFactory(cohort=place.cohort))
        with django_assert_num_queries(1):
            cohorts.meetings_attended(place)


class TestStaff:
    @pytest.fixture
    def staff(self, client):
        person = UserFactory(is_staff=True)
        person.groups.add(Group.objects.get(name=PROGRAMME_STAFF))
        client.force_login(person)
        return person

    def test_see_numbers(self, client, staff):
        learning_set = busy(listed=True, name="Open to all")
        page = client.get(reverse("queue_sets:index"))
        row = next(row for row in soup(page).find_all("tr") if str(learning_set.public_id) in row.text)
        cells = [" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")]
        assert cells[1:] == ["Open to all", "open", *cells[3:4], "2 / 4", "2", "3", "1", "1", "1"]
        inspect = client.get(reverse("queue_sets:inspect", args=[learning_set.pk]))
        numbers = soup(inspect).find("table", class_="listing").tbody
        assert [cell.text for cell in numbers.find_all("td")][1::2] == ["2", "3", "1", "1", "1"]

    def test_the_list_costs_the_same(self, client, staff, django_assert_max_num_queries):
        busy()
        client.get(reverse("queue_sets:index"))
        with django_assert_max_num_queries(200) as first:
            client.get(reverse("queue_sets:index"))
        busy(), busy()
        with django_assert_max_num_queries(len(first)):
            client.get(reverse("queue_sets:index"))

    def test_is_for_those_who_look_after_cohorts(self, client):
        client.force_login(UserFactory(is_staff=True))
        assert client.get(reverse("queue_sets:index")).status_code == 302
        client.force_login(SeatFactory().person)
        assert client.get(reverse("queue_sets:index")).status_code == 302


class TestNothingLeaksIntoTheCms:
    """A set that somebody wrote the word into wherever one can, before everything that a superuser can open there."""

    @pytest.fixture
    def learning_set(self):
        words = {"name": SECRET, "theme": SECRET, "about": SECRET, "call_link": f"https://{SECRET}.example.org"}
        learning_set = busy(CohortFactory(), secret=SECRET, joining="invitation", **words, call_numbers=SECRET)
        GroundRulesFactory(learning_set=learning_set, text=SECRET)
        SeatRequestFactory(learning_set=learning_set, note=SECRET)
        # The names of people are theirs to see; that they sit here is not.
        learning_set.all_seats.first().person.__class__.objects.filter(name__contains=SECRET).update(name="Nadia")
        return learning_set

    @pytest.fixture
    def superuser(self, client):
        person = UserFactory(is_staff=True, is_superuser=True)
        client.force_login(person)
        return person

    def addresses(self, learning_set):
        """Every page of the CMS that needs no argument, every page of the queue, searching and reports among them."""
        found = {"/cms/", "/cms/reports/site-history/", "/cms/reports/locked/", "/cms/reports/aging-pages/"}
        found |= {reverse(f"queue_{queue.name}:index") for queue in queues.PeopleAndCohorts().registerables}
        found |= {reverse(f"queue_{queue.name}:index_results") for queue in queues.PeopleAndCohorts().registerables}
        found.add(reverse("queue_sets:inspect", args=[learning_set.pk]))
        for order in ("name", "-name", "public_id", "theme"):
            found.add(f"{reverse('queue_sets:index')}?ordering={order}")
        for asked in ("q=Never", "name=Never", "state=open", "joining=invitation", "export=csv", "export=xlsx"):
            found.add(f"{reverse('queue_sets:index')}?{asked}")
        found |= {f"/cms/pages/search/?q={SECRET[:9]}", "/cms/pages/search/?q=Nadia", "/cms/images/?q=Never"}
        line = AuditLine.objects.create(verb="meeting.proposed", subject_id=str(learning_set.public_id))
        found.add(reverse("queue_audit:inspect", args=[line.pk]))
        return sorted(found)

    def test_wherever_a_superuser_looks(self, client, superuser, learning_set):
        for address in self.addresses(learning_set):
            response = client.get(address, follow=True)
            assert response.status_code in (200, 404), address
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert SECRET.encode() not in body, address
            assert SECRET.lower().encode() not in body.lower(), address
        page = client.get(reverse("queue_sets:index")).content.decode()
        assert str(learning_set.public_id) in page, "it is there all the same"

    def test_the_name_of_a_set_that_everybody_may_find_is_shown(self, client, superuser):
        LearningSetFactory(listed=True, name="Open to all")
        LearningSetFactory(name="By invitation", joining="invitation")
        page = client.get(reverse("queue_sets:index")).content.decode()
        assert "Open to all" in page
        assert "By invitation" not in page

    def test_cannot_be_searched_and_nothing_can_be_changed(self, client, superuser, learning_set):
        names = {pattern.name for pattern in queues.Sets().get_urlpatterns()}
        assert names == {"index", "index_results", "inspect"}
        assert soup(client.get(reverse("queue_sets:index"))).find("input", {"name": "q", "id": "id_q"}) is None

    def test_no_part_of_the_cms_offers_what_sets_hold(self):
        ours = set(apps.get_app_config("sets").get_models())
        offered = {found.model for found in viewsets.viewsets if getattr(found, "model", None) in ours}
        groups = [function() for function in hooks.get_hooks("register_admin_viewset")]
        for group in groups:
            offered |= {item.model for item in getattr(group, "registerables", ()) if item.model in ours}
        assert offered == {LearningSet}
        assert not ours & set(get_snippet_models())
        assert not ours & set(get_indexed_models())
        assert not apps.is_installed("django.contrib.admin")
        assert not ours & (ReferenceIndex.indexed_models | ReferenceIndex.tracked_models)


def test_name_is_shown_where_others_may_find_it():
    shown = [
        counts.name_shown(LearningSetFactory.build(name="x", joining=way)) for way in ("invitation", "cohort", "listed")
    ]
    assert shown == ["", "x", "x"]


def test_attendances_of_meetings_to_come_do_not_count_as_held():
    seat = SeatFactory()
    MeetingFactory(learning_set=seat.learning_set, starts_at=clock.now() + timedelta(days=1))
    (one,) = counts.with_counts(LearningSet.objects.filter(pk=seat.learning_set_id))
    assert (one.held, one.attendances, one.reports_open) == (0, 0, 0)
