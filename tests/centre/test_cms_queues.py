"""The queues of the staff: who sees them, what they do, and that nothing private is ever in them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, reverse
from wagtail.admin.menu import admin_menu
from wagtail.models import ModelLogEntry

from centre import queues
from centre.groups import PROGRAMME_STAFF, translators_group
from centre.queues.base import Verb
from courses.cohorts.models import Cohort, StepDone
from courses.curriculum.selectors import step_keys
from kernel import clock
from notices import due
from notices.models import DueState, DueWork
from people.models import AuditLine, Organisation, Profile
from tests.factories import UserFactory, the_course
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    FacilitationFactory,
    MembershipFactory,
    PlaceFactory,
    PlaceRequestFactory,
)
from tests.factories.journal import EntryFactory
from tests.factories.messages import CohortMessageFactory
from tests.factories.sets import LearningSetFactory
from tests.helpers import soup

pytestmark = pytest.mark.django_db
NAMES = [queue.name for queue in queues.PeopleAndCohorts().registerables]


def at(queue, page="index", *args):
    return reverse(f"queue_{queue}:{page}", args=args)


@pytest.fixture
def staff(client):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=PROGRAMME_STAFF))
    client.force_login(person)
    return person


def failed_work(**kwargs):
    return DueWork.objects.create(
        kind="session_soon", subject="meeting:1", due_at=clock.now(), state=DueState.DEAD, attempts=8, **kwargs
    )


class TestWhoSees:
    def test_programme_staff(self, client, staff):
        assert {client.get(at(queue) + "?q=nobody").status_code for queue in NAMES} == {200}

    @pytest.mark.parametrize("group", [translators_group("fr"), "Editors of all languages"])
    def test_translators_and_editors_do_not(self, client, group):
        person = UserFactory(is_staff=True)
        person.groups.add(Group.objects.get(name=group))
        client.force_login(person)
        cohort, request = CohortFactory(draft=True), PlaceRequestFactory(asked=True)
        home = client.get(reverse("wagtailadmin_home"))
        assert home.status_code == 200
        assert "people-and-cohorts" not in home.content.decode()
        for queue in NAMES:
            assert client.get(at(queue)).status_code in (302, 403)
        for address in (at("cohorts", "open", cohort.pk), at("requests", "approve", request.pk)):
            assert client.post(address).status_code in (302, 403)
        cohort.refresh_from_db()
        request.refresh_from_db()
        assert (cohort.state, request.state) == ("draft", "asked")

    def test_nobody_without_the_cms(self, client):
        client.force_login(FacilitationFactory().person)
        assert {client.get(at(queue)).status_code for queue in NAMES} == {302}

    def test_the_menu_counts_what_waits(self, client, staff, rf):
        before = queues.waiting()
        PlaceRequestFactory(asked=True)
        failed_work()
        assert queues.waiting() == before + 2
        assert f"People and cohorts ({before + 2})" in client.get(reverse("wagtailadmin_home")).content.decode()
        request = rf.get("/cms/")
        request.user = staff
        assert "people-and-cohorts" in [item.name for item in admin_menu.menu_items_for_request(request)]


class TestCohorts:
    @pytest.fixture
    def about(self):
        return {
            "name": "Autumn",
            "course": the_course().pk,
            "organisation": "",
            "joining": "code",
            "places": "2",
            "zone": "Europe/Madrid",
            "starts_on": "2027-09-01",
            "ends_on": "2027-12-01",
            "complete_by": "",
            "meetings_needed": "4",
            "welcome_es": "Bienvenidas",
        }

    def test_are_made_with_a_code_and_opened(self, client, staff, about):
        assert client.post(at("cohorts", "add"), about).status_code == 302
        cohort = Cohort.objects.get(name="Autumn")
        assert (cohort.state, len(cohort.code), cohort.welcome) == ("draft", 8, {"es": "Bienvenidas"})
        assert AuditLine.objects.filter(verb="cohort.made", by=staff, subject_id=str(cohort.public_id)).exists()
        page = client.get(at("cohorts", "inspect", cohort.pk))
        assert soup(page).find("a", href=at("cohorts", "open", cohort.pk))
        assert client.get(at("cohorts", "open", cohort.pk)).status_code == 200
        client.post(at("cohorts", "open", cohort.pk))
        cohort.refresh_from_db()
        assert cohort.state == "open"
        client.post(at("cohorts", "open", cohort.pk))
        assert Cohort.objects.get(pk=cohort.pk).state == "open"

    @pytest.mark.parametrize(
        ("wrong", "fields"),
        [
            ({"ends_on": "2027-08-01"}, "ends_on"),
            ({"complete_by": "2027-08-01"}, "complete_by"),
            ({"places": "0"}, "places"),
            ({"name": "x" * 100_000, "zone": "Mars/Base", "joining": "members"}, "name zone organisation"),
            ({"name": "a\0b", "starts_on": "tomorrow"}, "name starts_on"),
        ],
    )
    def test_what_does_not_fit_is_said_and_nothing_is_lost(self, client, staff, about, wrong, fields):
        before = Cohort.objects.count()
        response = client.post(at("cohorts", "add"), about | wrong)
        assert response.status_code == 200
        assert set(response.context["form"].errors) == set(fields.split())
        assert soup(response).find("textarea", {"name": "welcome_es"}).text.strip() == "Bienvenidas"
        assert Cohort.objects.count() == before

    def test_more_places_let_the_list_move_up(self, client, staff, about):
        cohort = CohortFactory(places=1, full=True)
        first, second, third = (PlaceRequestFactory(cohort=cohort) for _ in range(3))
        address = at("cohorts", "edit", cohort.pk)
        data = about | {"places": "3", "starts_on": cohort.starts_on, "ends_on": cohort.ends_on, "joining": "open"}
        assert client.post(address, data).status_code == 302
        assert [r.state for r in cohort.requests.order_by("position")] == ["placed", "placed", "waiting"]
        response = client.post(address, data | {"places": "2"})
        assert response.status_code == 200
        assert "places" in response.context["form"].errors
        cohort.refresh_from_db()
        assert (cohort.places, cohort.places_taken, cohort.name) == (3, 3, "Autumn")
        assert third.state == "waiting"
        assert first != second

    def test_get_and_lose_those_who_lead_them(self, client, staff):
        cohort, person = CohortFactory(), UserFactory(email="frida@example.org")
        address = at("cohorts", "appoint", cohort.pk)
        assert client.post(address, {"email": "nobody@example.org"}).status_code == 400
        for _ in range(2):
            client.post(address, {"email": "Frida@example.org "})
        leads = cohort.facilitations.get()
        assert leads.person == person
        assert "frida@example.org" in client.get(at("cohorts", "inspect", cohort.pk)).content.decode()
        client.post(at("cohorts", "end_leading", cohort.pk), {"facilitation": leads.pk})
        leads.refresh_from_db()
        assert leads.until
        assert AuditLine.objects.filter(about=person, by=staff).count() == 2


class TestPlaces:
    def test_are_moved_and_withdrawn_and_the_lists_move_up(self, client, staff):
        old, new = CohortFactory(places=1), CohortFactory()
        place = PlaceFactory(cohort=old)
        first, second = PlaceRequestFactory(cohort=old), PlaceRequestFactory(cohort=old)
        assert client.get(at("enrolments", "inspect", place.pk)).status_code == 200
        client.post(at("enrolments", "transfer", place.pk), {"to": new.pk})
        place.refresh_from_db()
        first.refresh_from_db()
        assert (place.cohort, first.state) == (new, "placed")
        client.post(at("enrolments", "withdraw", first.person.enrolments.get().pk))
        second.refresh_from_db()
        assert (first.person.enrolments.get().state, second.state) == ("withdrawn", "placed")

    def test_who_asks_is_answered(self, client, staff):
        cohort = CohortFactory(by_approval=True)
        yes, no = (PlaceRequestFactory(cohort=cohort, asked=True) for _ in range(2))
        client.post(at("requests", "approve", yes.pk))
        client.post(at("requests", "decline", no.pk))
        assert [request.state for request in cohort.requests.order_by("position")] == ["placed", "declined"]
        again = client.post(at("requests", "decline", yes.pk), follow=True)
        assert again.status_code == 200
        yes.refresh_from_db()
        assert yes.state == "placed"


class TestOrganisations:
    def test_are_made_and_people_act_for_them(self, client, staff):
        client.post(at("organisations", "add"), {"name": "Lupus Lyon", "kind": "patient", "country": "", "website": ""})
        organisation = Organisation.objects.get(name="Lupus Lyon")
        person = UserFactory()
        client.post(at("organisations", "add_member", organisation.pk), {"email": person.email, "role": "lead"})
        membership = organisation.memberships.get()
        assert (membership.person, membership.role) == (person, "lead")
        assert person.email in client.get(at("organisations", "inspect", organisation.pk)).content.decode()
        another = MembershipFactory(organisation=organisation)
        client.post(at("organisations", "end_membership", organisation.pk), {"membership": another.pk})
        another.refresh_from_db()
        assert another.until


def test_failed_work_is_sent_again(client, staff):
    work = failed_work(last_error="SMTPServerDisconnected")
    waiting = due.schedule("session_soon", subject="meeting:2", due_at=clock.now() + timedelta(days=1))
    listed = client.get(at("due_work")).content.decode()
    assert "SMTPServerDisconnected" in listed
    assert client.get(at("due_work", "inspect", waiting.pk), follow=True).status_code == 404
    assert client.post(at("due_work", "again", work.pk)).status_code == 302
    work.refresh_from_db()
    assert work.state == DueState.WAITING
    assert client.post(at("due_work", "again", work.pk), follow=True).status_code == 404


def test_the_audit_is_only_read(client, staff):
    with pytest.raises(NoReverseMatch):
        at("audit", "edit", 1)
    line = AuditLine.objects.create(verb="cohort.opened", subject_id="abc-123")
    assert "abc-123" in client.get(at("audit") + "?q=abc-123").content.decode()
    assert client.get(at("audit", "inspect", line.pk)).status_code == 200


def test_the_audit_does_not_say_who_sits_where_and_who_was_reported(client, staff):
    """Not even to those who see everything else; but who has read a report can be asked for."""
    for kind in ("seat", "seatrequest", "learningset", "meeting", "report"):
        AuditLine.objects.create(verb=f"{kind}.done", about=staff, subject_type=kind, subject_id=f"xyzzy-{kind}")
    AuditLine.objects.create(verb="report.read", by=staff, subject_type="report", subject_id="read-by")
    shown = client.get(at("audit")).content.decode()
    assert "read-by" in shown
    assert "xyzzy-" not in shown
    line = AuditLine.objects.get(subject_id="xyzzy-seat")
    assert client.get(at("audit", "inspect", line.pk), follow=True).status_code == 404


@pytest.mark.parametrize("queue", ["cohorts", "enrolments", "audit"])
def test_lists_cost_the_same(client, staff, queue, django_assert_max_num_queries):
    def more():
        place = PlaceFactory()
        PlaceRequestFactory(asked=True)
        MembershipFactory()
        DueWork.objects.create(
            kind="session_soon", subject=f"m:{place.pk}", due_at=clock.now(), state=DueState.DEAD, attempts=1
        )
        AuditLine.objects.create(verb="x.y", by=place.person, about=place.person)

    more()
    client.get(at(queue))
    with django_assert_max_num_queries(200) as first:
        client.get(at(queue))
    more(), more()
    with django_assert_max_num_queries(len(first)):
        client.get(at(queue))


SECRET = "Never-in-the-CMS-4482"


def test_nothing_private_is_in_the_cms(client, staff):
    """Somebody who wrote the word everywhere, before everything that the CMS can show of people."""
    person = UserFactory(name="Amal")
    place = PlaceFactory(person=person, cohort=CohortFactory(call_details=SECRET, places=9))
    Profile.objects.create(
        person=person, access_needs=SECRET, telephone=SECRET, reach_note=SECRET, access_needs_shared=True
    )
    EntryFactory(owner=person, title=SECRET, body=SECRET)
    CohortMessageFactory(cohort=place.cohort, to=place, text=SECRET)
    step = step_keys(place.course)[0]
    StepDone.objects.create(enrolment=place, step_key=step)
    AttendanceFactory(enrolment=place, session=CohortSessionFactory(cohort=place.cohort), how="telephone")
    request = PlaceRequestFactory(person=person, asked=True)
    organisation = MembershipFactory(person=person).organisation
    work = failed_work()
    line = AuditLine.objects.create(verb="x.y", by=person, about=person)
    things = {
        "cohorts": place.cohort,
        "enrolments": place,
        "requests": request,
        "organisations": organisation,
        "due_work": work,
        "audit": line,
        "sets": LearningSetFactory(about=SECRET, call_pin=SECRET),
    }
    assert set(things) == set(NAMES)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    client.post(at("cohorts", "close", place.cohort.pk))
    addresses = [reverse("wagtailadmin_home"), "/cms/reports/site-history/"]
    for queue in queues.PeopleAndCohorts().registerables:
        thing = things[queue.name]
        addresses += [at(queue.name), at(queue.name, "inspect", thing.pk)]
        addresses += [at(queue.name, verb.name, thing.pk) for verb in queue.verbs if verb.form is not Verb.form]
        if "edit" in queue.pages:
            addresses.append(at(queue.name, "edit", thing.pk))
    for address in addresses:
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        page = response.content.decode()
        assert SECRET not in page, address
        assert str(step) not in page, address
        assert "by telephone" not in page, address
    assert SECRET not in str(list(ModelLogEntry.objects.values())) + str(list(AuditLine.objects.values()))
