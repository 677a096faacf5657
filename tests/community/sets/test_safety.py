"""Reporting what was said: who sees how much of it. And a presenter's own marks, which nobody else sees."""

from __future__ import annotations

import json
import logging

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from community.sets.actions import safety as actions
from community.sets.actions.leaving import forget_person
from community.sets.meeting import commands as c
from community.sets.models import Helped, Report
from community.sets.selectors.safety import programme_leads
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from people.models import AuditLine
from tests.community.sets.arrangements import A, N, Q, R, a_room
from tests.factories import UserFactory
from tests.factories.sets import ReportFactory, SeatFactory
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db

LEADER, PRESENTER, MEMBER = 0, 1, 2
SAID = ("Before all of it.", "Just before.", "The one.", "Just after.", "After all of it.")


@pytest.fixture
def lead():
    """A programme lead, who has no seat anywhere."""
    person = UserFactory(name="Lea")
    person.user_permissions.add(Permission.objects.get(codename="handle_report", content_type__app_label="sets"))
    return person


@pytest.fixture
def room():
    """Five things were said; between them hands went up."""
    made = a_room()
    for number, text in enumerate(SAID):
        made.say(number % 4, N, text)
        made.do(3, c.RaiseHand() if number % 2 == 0 else c.LowerHand())
    return made


@pytest.fixture
def the_one(room) -> int:
    return next(event.seq for event in room.meeting.events.all() if event.text == "The one.")


@pytest.fixture
def report(room, the_one, django_capture_on_commit_callbacks) -> Report:
    room.meeting.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        return actions.report_item(meeting=room.meeting, seq=the_one, by=room.people[3], reason="It hurts me.")


def kept(report: Report) -> list[str]:
    return [item["text"] for item in json.loads(report.items)]


class TestReporting:
    def test_that_item_and_its_two_neighbours_are_copied(self, report):
        assert kept(report) == ["Just before.", "The one.", "Just after."]

    def test_at_either_end_there_is_one_neighbour(self, room):
        events = {event.text: event.seq for event in room.meeting.events.all() if event.text}
        first = actions.report_item(meeting=room.meeting, seq=events[SAID[0]], by=room.people[3], reason="No.")
        last = actions.report_item(meeting=room.meeting, seq=events[SAID[-1]], by=room.people[3], reason="No.")
        assert kept(first) == [*SAID[:2]]
        assert kept(last) == [*SAID[-2:]]

    def test_what_is_taken_back_afterwards_stays_in_the_report(self, room, report, the_one):
        room.do(MEMBER, c.Withdraw(seq=the_one))
        assert room.meeting.events.get(seq=the_one).text == ""
        report.refresh_from_db()
        assert kept(report)[1] == "The one."

    def test_what_was_hidden_can_be_reported(self, room, the_one):
        room.do(LEADER, c.Hide(seq=the_one, reason="About somebody else."))
        found = actions.report_item(meeting=room.meeting, seq=the_one, by=room.people[3], reason="It hurts me.")
        assert kept(found)[1] == "The one."

    def test_what_was_taken_back_before_cannot(self, room, the_one):
        room.do(MEMBER, c.Withdraw(seq=the_one))
        with pytest.raises(Refused) as refusal:
            actions.report_item(meeting=room.meeting, seq=the_one, by=room.people[3], reason="It hurt me.")
        assert refusal.value.code == "nothing_there"

    @pytest.mark.parametrize("seq", [0, 1, 10_000])
    def test_what_is_no_item_cannot(self, room, seq):
        with pytest.raises(Refused) as refusal:
            actions.report_item(meeting=room.meeting, seq=seq, by=room.people[3], reason="It hurts me.")
        assert refusal.value.code == "nothing_there"

    def test_twice_is_one_report(self, room, report, the_one):
        again = actions.report_item(meeting=room.meeting, seq=the_one, by=room.people[3], reason="Still.")
        assert again == report
        other = actions.report_item(meeting=room.meeting, seq=the_one, by=room.people[LEADER], reason="Me too.")
        assert other != report

    def test_only_for_members(self, room, the_one, lead):
        for person in (UserFactory(), lead, UserFactory(is_superuser=True)):
            with pytest.raises(NotAllowed):
                actions.report_item(meeting=room.meeting, seq=the_one, by=person, reason="It hurts me.")

    @pytest.mark.parametrize(("reason", "code"), [("  ", "empty"), ("x" * 2001, "too_long")])
    def test_needs_a_reason(self, room, the_one, reason, code):
        with pytest.raises(Refused) as refusal:
            actions.report_item(meeting=room.meeting, seq=the_one, by=room.people[3], reason=reason)
        assert refusal.value.code == code

    def test_ten_in_a_day(self, room, client, monkeypatch):
        monkeypatch.setattr(actions, "REPORTS", 2)
        seqs = [event.seq for event in room.meeting.events.all() if event.text]
        client.force_login(room.people[3])
        for number, seq in enumerate(seqs[:3]):
            address = reverse("report_item", args=[room.meeting.public_id, seq])
            response = client.post(address, {"reason": "It hurts me."})
            assert response.status_code == (302 if number < 2 else 429)
        assert response["Retry-After"]
        assert "It hurts me." in response.content.decode()

    def test_programme_leads_are_told_that_there_is_one_and_nothing_of_it(self, lead, report):
        notice = Notice.objects.get(kind="item_reported", person=lead)
        assert notice.route == "set_reports"
        assert notice.values == {}
        people = {notice.person_id for notice in Notice.objects.filter(kind="item_reported")}
        assert people <= set(programme_leads(report).values_list("pk", flat=True))

    def test_a_lead_who_sits_or_sat_in_the_set_neither_hears_nor_handles_it(self, client, room, lead, the_one):
        SeatFactory(learning_set=room.learning_set, person=lead, until=clock.now())
        theirs = actions.report_item(meeting=room.meeting, seq=the_one, by=room.people[3], reason="It hurts me.")
        assert lead not in programme_leads(theirs)
        client.force_login(lead)
        assert str(theirs.public_id) not in client.get(reverse("set_reports")).content.decode()
        assert client.get(reverse("set_report", args=[theirs.public_id])).status_code == 404
        with pytest.raises(NotAllowed):
            actions.close_report(report=theirs, by=lead, outcome="Nothing to see.")

    def test_whose_account_goes_takes_their_words_from_it_the_reported_ones_when_it_is_closed(self, room, lead, report):
        def texts():
            report.refresh_from_db()
            return [item["text"] for item in json.loads(report.items)]

        one = texts()[1]
        assert one == "The one."
        for number in (1, 2, 3):
            forget_person(person=room.people[number])
        assert texts() == ["", one, ""]
        actions.close_report(report=report, by=lead, outcome="Talked to them.")
        assert texts() == ["", "", ""]

    def test_a_report_from_before_seats_stood_in_it_holds_no_erasure_up(self, room, report):
        items = [{key: value for key, value in item.items() if key != "seat"} for item in json.loads(report.items)]
        Report.objects.filter(pk=report.pk).update(items=json.dumps(items))
        forget_person(person=room.people[1])
        assert not room.people[1].seats.exists()

    def test_no_log_and_no_audit_line_has_a_word_of_it(self, room, the_one, caplog):
        caplog.set_level(logging.DEBUG)
        actions.report_item(meeting=room.meeting, seq=the_one, by=room.people[3], reason="It hurts me.")
        assert "The one." not in caplog.text
        assert "hurts" not in caplog.text
        line = AuditLine.objects.get(verb="meeting_item.reported")
        assert set(line.detail) == {"seq"}

    def test_the_page_says_first_what_will_be_seen(self, client, room, the_one):
        client.force_login(room.people[3])
        response = client.get(reverse("report_item", args=[room.meeting.public_id, the_one]))
        assert [item.get_text(strip=True) for item in soup(response).select(".said")] == [*SAID[1:4]]
        assert not soup(response).select("input[name=command][value=hide]")
        client.force_login(room.people[LEADER])
        response = client.get(reverse("report_item", args=[room.meeting.public_id, the_one]))
        assert soup(response).select("input[name=command][value=hide]")

    @pytest.mark.parametrize("seq", [1, 999])
    def test_there_is_no_page_for_what_nobody_said(self, client, room, seq):
        client.force_login(room.people[3])
        assert client.get(reverse("report_item", args=[room.meeting.public_id, seq])).status_code == 404

    def test_strangers_and_staff_have_no_page(self, client, room, the_one, lead):
        for person in (UserFactory(), UserFactory(is_staff=True, is_superuser=True), lead):
            client.force_login(person)
            assert client.get(reverse("report_item", args=[room.meeting.public_id, the_one])).status_code == 404


class TestHandling:
    def test_a_lead_reads_the_three_and_nothing_else_and_that_is_written_down(self, client, room, lead, report):
        client.force_login(lead)
        listed = client.get(reverse("set_reports"))
        address = reverse("set_report", args=[report.public_id])
        assert address in listed.content.decode()
        for word in (*SAID, "It hurts me.", room.people[MEMBER].name, room.learning_set.name):
            assert word not in words(listed)
        assert not AuditLine.objects.filter(verb="report.read").exists()

        page = client.get(address)
        assert [item.get_text(strip=True) for item in soup(page).select(".said")] == [*SAID[1:4]]
        assert soup(page).select_one(".the-one .said").get_text(strip=True) == "The one."
        assert "It hurts me." in words(page)
        assert SAID[0] not in words(page)
        assert SAID[-1] not in words(page)
        assert AuditLine.objects.get(verb="report.read").by == lead
        # Nor may they look into the room.
        assert client.get(room.meeting.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("who", ["staff", "member", "reporter"])
    def test_nobody_else_finds_it(self, client, room, report, who):
        person = {
            "staff": UserFactory(is_staff=True),
            "member": room.people[LEADER],
            "reporter": room.people[3],
        }[who]
        client.force_login(person)
        assert client.get(reverse("set_reports")).status_code == 404
        assert client.get(reverse("set_report", args=[report.public_id])).status_code == 404
        assert client.post(reverse("set_report", args=[report.public_id]), {"outcome": "Done."}).status_code == 404

    def test_closed_with_what_was_done(self, client, lead, report):
        client.force_login(lead)
        address = reverse("set_report", args=[report.public_id])
        assert client.post(address, {"outcome": " "}).status_code == 400
        assert client.post(address, {"outcome": "We talked to both."}).status_code == 302
        report.refresh_from_db()
        assert (report.state, report.outcome, report.closed_by) == ("closed", "We talked to both.", lead)
        assert report.closed_at
        assert not Notice.objects.filter(kind="item_reported", read_at__isnull=True).exists()
        assert "We talked to both." in words(client.get(address))
        assert client.post(address, {"outcome": "Once more."}).status_code == 409
        assert address not in client.get(reverse("set_reports")).content.decode()
        assert address in client.get(reverse("set_reports"), {"closed": ""}).content.decode()

    def test_only_leads_close(self, report):
        with pytest.raises(NotAllowed):
            actions.close_report(report=report, by=UserFactory(is_staff=True), outcome="Done.")

    def test_when_the_words_of_the_meeting_have_gone_the_report_is_there(self, client, room, lead, report):
        room.meeting.events.all().delete()
        room.meeting.snapshot = {}
        room.meeting.save()
        client.force_login(lead)
        page = client.get(reverse("set_report", args=[report.public_id]))
        assert "The one." in words(page)
        assert "A member of the set" in words(page)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_costs_the_same(self, client, lead, rows, django_assert_num_queries):
        ReportFactory.create_batch(rows)
        client.force_login(lead)
        client.get(reverse("set_reports"))
        with django_assert_num_queries(6):
            client.get(reverse("set_reports"))


class TestWhatHelped:
    @pytest.fixture
    def room(self):
        made = a_room()
        made.reach("explore", presenter=PRESENTER)
        made.say(MEMBER, Q, "What would you like?")
        made.say(PRESENTER, A, "Time.")
        return made

    def seq(self, room, text: str = "What would you like?") -> int:
        return next(event.seq for event in room.meeting.events.all() if event.text == text)

    def mark(self, client, room, number, seq, on="1"):
        client.force_login(room.people[number])
        return client.post(reverse("helped", args=[room.meeting.public_id, seq]), {"on": on})

    def pressed(self, client, room, number) -> list[str]:
        client.force_login(room.people[number])
        page = soup(client.get(room.meeting.get_absolute_url()))
        return [button["aria-pressed"] for button in page.select("#history button[aria-pressed]")]

    def test_the_presenter_marks_it_for_themselves_and_takes_it_back(self, client, room):
        assert self.pressed(client, room, PRESENTER) == ["false"]
        assert self.mark(client, room, PRESENTER, self.seq(room)).status_code == 302
        self.mark(client, room, PRESENTER, self.seq(room))
        assert Helped.objects.get().seat == room.seats[PRESENTER]
        assert self.pressed(client, room, PRESENTER) == ["true"]
        self.mark(client, room, PRESENTER, self.seq(room), on="0")
        assert self.pressed(client, room, PRESENTER) == ["false"]

    def test_nobody_else_sees_it(self, client, room):
        self.mark(client, room, PRESENTER, self.seq(room))
        for number in (LEADER, MEMBER, 3):
            assert self.pressed(client, room, number) == []
        client.force_login(room.people[MEMBER])
        events = client.get(reverse("meeting_events", args=[room.meeting.public_id])).content.decode()
        assert "helped" not in events

    def test_nor_marks_it(self, client, room):
        for number in (LEADER, MEMBER, 3):
            assert self.mark(client, room, number, self.seq(room)).status_code == 404
        assert self.mark(client, room, PRESENTER, self.seq(room, "Time.")).status_code == 404, "their own words"
        assert self.mark(client, room, PRESENTER, 1).status_code == 404
        client.force_login(UserFactory())
        address = reverse("helped", args=[room.meeting.public_id, self.seq(room)])
        assert client.post(address, {"on": "1"}).status_code == 404
        assert not Helped.objects.exists()

    def test_only_what_was_said_in_their_turn(self, client, room):
        room.reach("process_review")
        room.say(MEMBER, R, "I have learnt to wait.")
        assert self.pressed(client, room, PRESENTER) == ["false"]
        assert self.mark(client, room, PRESENTER, self.seq(room, "I have learnt to wait.")).status_code == 404
