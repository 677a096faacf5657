"""The pages around the time of a meeting, as people meet them: forms without JavaScript, refusals as sentences."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from community.sets.actions import scheduling as actions
from community.sets.models import LearningSet, Meeting
from community.sets.views import scheduling as views
from kernel import clock
from notices.actions.feeds import open_feed
from tests.factories import UserFactory
from tests.factories.sets import (
    AttendanceFactory,
    CommitmentFactory,
    GroundRulesFactory,
    LearningSetFactory,
    MeetingFactory,
    SeatFactory,
    TimeAnswerFactory,
    TimeOptionFactory,
)
from tests.helpers import soup, words

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def learning_set(client):
    """A set in Paris, in which Ana of New York looks at its pages."""
    with clock.freeze(NOON):
        learning_set = LearningSetFactory(zone="Europe/Paris", name="Tuesdays")
        for name, zone in (("Ana", "America/New_York"), ("Bea", ""), ("Cem", "Asia/Tokyo")):
            SeatFactory(learning_set=learning_set, person__name=name, person__zone=zone)
        client.force_login(ana(learning_set))
        yield learning_set


def ana(learning_set):
    return learning_set.all_seats.get(number=1).person


def bea(learning_set):
    return learning_set.all_seats.get(number=2).person


@pytest.fixture
def room(monkeypatch):
    """Whether somebody was led into the room."""
    entered = []
    monkeypatch.setattr(views.room, "room", lambda request, meeting: entered.append(meeting) or _empty())
    return entered


def _empty():
    return views.HttpResponse("the room")


def at(learning_set):
    return f"/en/sets/{learning_set.public_id}/meetings/new/"


def schedule(client, learning_set, **fields):
    return client.post(at(learning_set), {"way": "together", "minutes": "90", **fields})


def errors(response):
    return " ".join(soup(response).find(id="error-summary").get_text(" ").split())


class TestSchedule:
    def test_a_time_is_typed_on_ones_own_clock(self, client, learning_set):
        page = client.get(at(learning_set))
        assert "Type the times in your own zone: New York time." in words(page)
        assert "Other times" not in words(page), "there are no suggestions"
        response = schedule(client, learning_set, day_1="2026-03-10", time_1="14:30", note="About **us**")
        meeting = learning_set.meetings.get()
        assert response.url == f"/en/sets/meetings/{meeting.public_id}/"
        assert meeting.starts_at == datetime(2026, 3, 10, 14, 30, tzinfo=NEW_YORK)
        page = client.get(response.url)
        assert "Tuesday 10 March 2026, 14:30 (New York time)" in words(page)
        assert "Where the set is: Tuesday 10 March 2026, 19:30 (Paris time)" in words(page)
        assert soup(page).find("strong", string="us")

    def test_several_are_asked_about(self, client, learning_set):
        fields = {f"{name}_{n}": value for n in (1, 8) for name, value in (("day", f"2026-03-1{n}"), ("time", "14:30"))}
        response = schedule(client, learning_set, **fields)
        meeting = learning_set.meetings.get()
        assert (meeting.state, meeting.options.count()) == ("proposed", 2)
        assert "The others are asked about 2 times." in soup(client.get(response.url)).text

    def test_suggested_times_are_ticked(self, client, learning_set):
        last = datetime(2026, 2, 24, 19, 30, tzinfo=ZoneInfo("Europe/Paris"))
        MeetingFactory(learning_set=learning_set, closed=True, starts_at=last)
        page = soup(client.get(at(learning_set)))
        (box,) = page.find_all("input", {"name": "suggested"})
        # That week New York has changed its clocks already, and Paris has not.
        assert "Tuesday 24 March 2026, 14:30 (New York time)" in page.find("label", {"for": box["id"]}).text
        assert "19:30 (Paris time)" in page.find("label", {"for": box["id"]}).text
        schedule(client, learning_set, suggested=[box["value"]])
        assert learning_set.meetings.get(state="scheduled").starts_at == last + timedelta(days=28)

    def test_over_days_a_day_is_enough(self, client, learning_set):
        response = schedule(client, learning_set, way="slow", day_1="2026-03-10")
        meeting = learning_set.meetings.get()
        assert meeting.slow
        assert meeting.starts_at == datetime(2026, 3, 10, tzinfo=ZoneInfo("Europe/Paris"))
        assert "from Tuesday 10 March 2026, over days" in words(client.get(response.url))

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({}, "Choose one time at least."),
            ({"day_1": "2026-03-01", "time_1": "10:00"}, "This time is over already."),
            ({"day_1": "2028-03-01", "time_1": "10:00"}, "more than a year away"),
            ({"day_1": "2026-03-08", "time_1": "02:30"}, "The clocks change that night: this time does not exist."),
            ({"day_1": "2026-03-10"}, "Say at what time."),
            ({"time_1": "10:00"}, "Choose the day too, or empty the time."),
            ({"day_1": "tomorrow", "time_1": "10:00"}, "Write the day as year, month, day: 2027-03-15."),
            ({"day_1": "2026-03-10", "time_1": "noon"}, "Write the time as hours and minutes: 14:30."),
            ({"day_1": "9999-12-31", "time_1": "23:59"}, "Choose another"),
            ({"suggested": "yesterday"}, "This is no time."),
            ({"day_1": "2026-03-10", "time_1": "10:00", "minutes": "20"}, "How many minutes"),
            ({"day_1": "2026-03-10", "time_1": "10:00", "note": "a\0b"}, "A note on the agenda"),
            ({"day_1": "2026-03-10", "time_1": "10:00", "way": "by pigeon"}, "How do you meet?"),
        ],
    )
    def test_what_cannot_be_is_said_and_what_was_typed_stays(self, client, learning_set, fields, said):
        response = schedule(client, learning_set, **{"note": "Keep me", **fields})
        assert response.status_code == 400
        assert said in errors(response)
        kept = soup(response).find("textarea", {"name": "note"}).text.strip()
        assert kept == fields.get("note", "Keep me").replace("\0", kept[1:2] if "\0" in fields.get("note", "") else "")
        assert not learning_set.meetings.exists()

    def test_a_time_that_comes_twice_is_the_first_and_it_is_said(self, client, learning_set):
        response = schedule(client, learning_set, day_1="2026-11-01", time_1="01:30")
        assert learning_set.meetings.get().starts_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
        assert "this time comes twice. We took the first" in soup(client.get(response.url)).text

    def test_an_error_in_a_folded_line_opens_the_fold(self, client, learning_set):
        response = schedule(client, learning_set, day_7="2026-03-10")
        assert soup(response).find("details", {"class": "fold", "open": True}).find("input", {"name": "day_7"})


class TestPoll:
    @pytest.fixture
    def meeting(self, learning_set):
        times = [NOON + WEEK, NOON + 2 * WEEK]
        return actions.propose_meeting(learning_set=learning_set, by=bea(learning_set), times=times)

    def answer(self, client, meeting, *answers):
        given = {str(option.public_id): how for option, how in zip(meeting.options.all(), answers, strict=False)}
        return client.post(f"/en/sets/meetings/{meeting.public_id}/times/", given)

    def test_everybody_sees_who_can_and_who_has_not_said(self, client, meeting):
        page = client.get(meeting.get_absolute_url())
        assert "Suits: Bea" in words(page)
        assert "Have not answered yet: Ana, Cem" in words(page)
        self.answer(client, meeting, "no", "if_needed")
        page = client.get(meeting.get_absolute_url())
        assert "Does not suit: Ana" in words(page)
        assert "If it has to be: Ana" in words(page)
        assert "best so far" in soup(page).find(id="times").find_next("ul").find_all("li", recursive=False)[1].text
        chosen = [radio["value"] for radio in soup(page).main.find_all("input", {"type": "radio", "checked": True})]
        assert chosen == ["no", "if_needed"]

    def test_ones_own_answers_come_before_a_choice_for_everybody(self, client, meeting):
        page = soup(client.get(meeting.get_absolute_url())).main
        found = page.select("button, a.button")
        names = [" ".join(each.find(string=True).split()) for each in found]
        assert names.index("Keep my answers") < names.index("Settle on this time for everybody")

    def test_what_is_missing_is_asked_for_again(self, client, meeting):
        response = self.answer(client, meeting, "yes")
        assert response.status_code == 400
        assert "Say how this time suits you." in errors(response)
        assert soup(response).find("input", {"value": "yes", "checked": True})

    def test_a_time_is_chosen_after_a_look(self, client, meeting):
        option = meeting.options.last()
        address = f"/en/sets/meetings/{meeting.public_id}/times/{option.public_id}/choose/"
        assert address in [link["href"] for link in soup(client.get(meeting.get_absolute_url())).find_all("a")]
        assert "16 March 2026" in words(client.get(address))
        for _ in range(2):
            assert client.post(address).status_code == 302
        meeting.refresh_from_db()
        assert meeting.starts_at == option.starts_at

    def test_what_was_chosen_meanwhile_is_a_sentence(self, client, meeting, learning_set):
        first, second = meeting.options.all()
        actions.choose_time(meeting=meeting, option=first, by=bea(learning_set))
        address = f"/en/sets/meetings/{meeting.public_id}/times/{second.public_id}/choose/"
        refused = client.post(address)
        assert refused.status_code == 409
        assert "Another time has been chosen meanwhile." in soup(refused).text
        assert client.get(address).status_code == 302

    def test_another_meetings_option_is_not_here(self, client, meeting):
        other = TimeOptionFactory()
        address = f"/en/sets/meetings/{meeting.public_id}/times/{other.public_id}/choose/"
        assert client.get(address).status_code == client.post(address).status_code == 404


class TestBefore:
    @pytest.fixture
    def meeting(self, learning_set):
        LearningSet.objects.filter(pk=learning_set.pk).update()
        learning_set.call_link, learning_set.call_pin = "https://call.example.org/room", "PIN-4482"
        learning_set.call_numbers = "+33 1 23 45 67 89"
        learning_set.save()
        return actions.propose_meeting(learning_set=learning_set, by=bea(learning_set), times=[NOON + WEEK])

    def test_the_call_is_not_shown_but_when_it_will_be(self, client, meeting, room):
        page = client.get(meeting.get_absolute_url())
        body = page.content.decode()
        assert "The room opens on Monday 9 March 2026, 07:45 (New York time), at this address." in words(page)
        assert not any(secret in body for secret in ("call.example.org", "PIN-4482", "+33 1 23"))
        with clock.freeze(NOON + WEEK - timedelta(minutes=16)):
            assert "PIN-4482" not in client.get(meeting.get_absolute_url()).content.decode()
        assert room == []

    def test_from_a_quarter_of_an_hour_before_the_page_is_the_room(self, client, meeting, room):
        with clock.freeze(NOON + WEEK - timedelta(minutes=15)):
            assert client.get(meeting.get_absolute_url()).content == b"the room"
        Meeting.objects.filter(pk=meeting.pk).update(state="running", opened_at=NOON)
        assert client.get(meeting.get_absolute_url()).content == b"the room"
        assert len(room) == 2

    def test_one_says_whether_one_comes(self, client, meeting):
        option = meeting.options.get()
        page = client.get(meeting.get_absolute_url())
        assert "Will be there: Bea" in words(page)
        assert "I will be there" in words(page)
        client.post(f"/en/sets/meetings/{meeting.public_id}/times/", {str(option.public_id): "no"})
        assert "Cannot come: Ana" in words(client.get(meeting.get_absolute_url()))

    def test_it_can_be_printed_before_it_begins(self, client, meeting):
        pack = f"/en/sets/meetings/{meeting.public_id}/pack/"
        assert soup(client.get(meeting.get_absolute_url())).main.find("a", href=pack)
        assert client.get(pack).status_code == 200

    def test_the_plan_and_what_is_kept_are_there(self, client, meeting):
        page = words(client.get(meeting.get_absolute_url()))
        assert "Check-in (" in page
        assert "Turn 1 (" in page
        assert "What is said in the room is deleted 30 days after the meeting." in page

    def test_a_calendar_takes_it_and_its_changes(self, client, meeting, learning_set):
        def event():
            response = client.get(f"/en/sets/meetings/{meeting.public_id}/meeting.ics")
            assert response["Content-Type"].startswith("text/calendar")
            assert b"Tuesdays" not in response.content
            return Calendar.from_ical(response.content).walk("VEVENT")[0]

        first = event()
        assert (first["SUMMARY"], first["SEQUENCE"], first["STATUS"]) == ("Action learning set meeting", 0, "CONFIRMED")
        actions.move_meeting(meeting=meeting, by=bea(learning_set), starts_at=NOON + 2 * WEEK)
        assert (event()["UID"], event()["SEQUENCE"], event()["DTSTART"].dt) == (first["UID"], 1, NOON + 2 * WEEK)
        actions.cancel_meeting(meeting=meeting, by=bea(learning_set))
        assert (event()["SEQUENCE"], event()["STATUS"]) == (2, "CANCELLED")

    def test_the_personal_calendar_has_it(self, client, meeting, learning_set):
        feed = open_feed(by=ana(learning_set))
        client.logout()
        body = client.get(f"/calendar/{feed.token}.ics").content
        assert str(meeting.public_id).encode() in body
        assert b"Tuesdays" not in body


class TestMove:
    @pytest.fixture
    def meeting(self, learning_set):
        return actions.propose_meeting(learning_set=learning_set, by=bea(learning_set), times=[NOON + WEEK])

    def test_another_time_and_length(self, client, meeting):
        address = f"/en/sets/meetings/{meeting.public_id}/move/"
        page = soup(client.get(address))
        # Clocks in New York have changed the day before.
        assert page.find("input", {"name": "day_1"})["value"] == "2026-03-09"
        assert page.find("input", {"name": "time_1"})["value"] == "08:00"
        fields = {"day_1": "2026-03-10", "time_1": "09:15", "minutes": "60", "note": "New"}
        assert client.post(address, fields).status_code == 302
        meeting.refresh_from_db()
        assert meeting.starts_at == datetime(2026, 3, 10, 9, 15, tzinfo=NEW_YORK)
        assert (meeting.minutes, meeting.note, meeting.sequence) == (60, "New", 1)

    def test_the_agenda_alone_moves_nothing(self, client, meeting):
        fields = {"day_1": "2026-03-09", "time_1": "08:00", "minutes": "90", "note": "Bring a chair"}
        client.post(f"/en/sets/meetings/{meeting.public_id}/move/", fields)
        meeting.refresh_from_db()
        assert (meeting.note, meeting.sequence) == ("Bring a chair", 0)

    @pytest.mark.parametrize(
        ("day", "face", "said"),
        [
            ("2026-03-01", "10:00", "This time is over already."),
            ("2026-03-08", "02:30", "this time does not exist"),
            ("", "10:00", "Day"),
            ("2026-03-10", "", "Say at what time."),
        ],
    )
    def test_what_cannot_be_is_said(self, client, meeting, day, face, said):
        fields = {"day_1": day, "time_1": face, "minutes": "90"}
        response = client.post(f"/en/sets/meetings/{meeting.public_id}/move/", fields)
        assert response.status_code == 400
        assert said in errors(response)

    def test_the_second_of_two_such_times_stays_the_second(self, client, learning_set):
        second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
        meeting = actions.propose_meeting(learning_set=learning_set, by=bea(learning_set), times=[second])
        fields = {"day_1": "2026-11-01", "time_1": "01:30", "minutes": "90", "note": "x"}
        client.post(f"/en/sets/meetings/{meeting.public_id}/move/", fields)
        meeting.refresh_from_db()
        assert (meeting.starts_at, meeting.sequence) == (second, 0)

    def test_a_slow_one_by_the_day(self, client, learning_set):
        begins = datetime(2026, 3, 10, tzinfo=ZoneInfo("Europe/Paris"))
        meeting = actions.propose_meeting(learning_set=learning_set, by=bea(learning_set), times=[begins], slow=True)
        address = f"/en/sets/meetings/{meeting.public_id}/move/"
        assert soup(client.get(address)).find("input", {"name": "day_1"})["value"] == "2026-03-10"
        client.post(address, {"day_1": "2026-03-12", "minutes": "90"})
        meeting.refresh_from_db()
        assert meeting.starts_at == begins + timedelta(days=2)

    def test_only_what_has_a_time_and_has_not_begun(self, client, learning_set):
        for state in ("proposed", "running", "closed", "cancelled"):
            meeting = MeetingFactory(learning_set=learning_set, state=state, opened_at=NOON, closed_at=NOON)
            address = f"/en/sets/meetings/{meeting.public_id}/move/"
            assert client.get(address).url == meeting.get_absolute_url()


class TestCancel:
    def test_after_a_look_and_twice_is_once(self, client, learning_set):
        meeting = actions.propose_meeting(learning_set=learning_set, by=bea(learning_set), times=[NOON + WEEK])
        address = f"/en/sets/meetings/{meeting.public_id}/cancel/"
        assert "Nobody is asked for a reason." in words(client.get(address))
        for _ in range(2):
            assert client.post(address).status_code == 302
        meeting.refresh_from_db()
        assert (meeting.state, meeting.sequence) == ("cancelled", 1)
        page = words(client.get(meeting.get_absolute_url()))
        assert "This meeting was called off. It was to be on Monday 9 March 2026, 08:00 (New York time)." in page
        assert "Plan another meeting" in page

    def test_not_once_it_runs(self, client, learning_set):
        meeting = MeetingFactory(learning_set=learning_set, running=True)
        assert client.post(f"/en/sets/meetings/{meeting.public_id}/cancel/").status_code == 409


class TestAfter:
    def test_minutes_are_commitments_and_who_was_there(self, client, learning_set):
        meeting = MeetingFactory(learning_set=learning_set, closed=True, note="AGENDA-NOTE")
        one, two, _three = learning_set.all_seats.order_by("number")
        earlier = MeetingFactory(learning_set=learning_set, closed=True, opened_at=NOON - WEEK, closed_at=NOON - WEEK)
        CommitmentFactory(seat=one, meeting=meeting, what="I ask the manager.", first_step="I look up the number.")
        CommitmentFactory(
            seat=two,
            meeting=earlier,
            what="I write the letter.",
            state="partly",
            learnt="Short is good.",
            made_at=NOON - WEEK,
            reviewed_at=NOON - timedelta(hours=2),
        )
        AttendanceFactory(seat=two, meeting=meeting, how="telephone")
        page = words(client.get(meeting.get_absolute_url()))
        for said in (
            "I ask the manager.",
            "I look up the number.",
            "I write the letter.",
            "Short is good.",
            "partly done",
        ):
            assert said in page
        assert "Bea, by telephone" in page
        assert "Cem" not in page
        assert "AGENDA-NOTE" not in page
        assert "What was said in the room is deleted on Wednesday 1 April 2026, 30 days after the meeting." in page
        other = MeetingFactory(learning_set=learning_set, closed=True, opened_at=NOON, closed_at=NOON)
        assert "I write the letter." not in words(client.get(other.get_absolute_url()))

    def test_says_when_the_words_went(self, client, learning_set):
        meeting = MeetingFactory(learning_set=learning_set, closed=True, cleared_at=NOON)
        page = words(client.get(meeting.get_absolute_url()))
        assert "What was said in the room was deleted on Monday 2 March 2026." in page

    def test_somebody_who_is_gone_has_no_name(self, client, learning_set):
        meeting = MeetingFactory(learning_set=learning_set, closed=True)
        gone = SeatFactory(learning_set=learning_set, left=True)
        AttendanceFactory(seat=gone, meeting=meeting)
        type(gone).objects.filter(pk=gone.pk).update(person=None)
        assert "Somebody who has left" in words(client.get(meeting.get_absolute_url()))


PAGES = ("", "times/", "move/", "cancel/", "meeting.ics")


class TestWhoSees:
    @pytest.fixture
    def addresses(self, learning_set):
        meeting = MeetingFactory(learning_set=learning_set)
        option = TimeOptionFactory(meeting=meeting, starts_at=meeting.starts_at)
        base = f"/en/sets/meetings/{meeting.public_id}/"
        return [at(learning_set), f"{base}times/{option.public_id}/choose/", *(base + page for page in PAGES)]

    def test_those_who_sit_there(self, client, addresses):
        assert {client.get(address).status_code for address in addresses} == {200}

    def test_nobody_else(self, client, addresses, learning_set):
        left = SeatFactory(learning_set=learning_set, left=True).person
        staff = UserFactory(is_staff=True, is_superuser=True)
        for person in (UserFactory(), SeatFactory().person, left, staff):
            client.force_login(person)
            for address in addresses:
                assert client.get(address).status_code == 404, address
                assert client.post(address).status_code == 404, address
        assert Meeting.objects.filter(learning_set=learning_set).get().state == "scheduled"

    def test_nobody_who_is_not_signed_in(self, client, addresses):
        client.logout()
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 302
            assert response.url.startswith("/en/accounts/login/")

    def test_nothing_is_kept_by_caches(self, client, addresses):
        for address in addresses:
            assert "no-store" in client.get(address)["Cache-Control"]

    def test_speak_every_language(self, client, addresses):
        for language in ("fr", "es"):
            for address in addresses:
                assert client.get(address.replace("/en/", f"/{language}/", 1)).status_code == 200

    def test_a_meeting_without_a_time_has_no_calendar_file(self, client, learning_set):
        meeting = MeetingFactory(learning_set=learning_set, proposed=True)
        assert client.get(f"/en/sets/meetings/{meeting.public_id}/meeting.ics").status_code == 404

    def test_in_a_closed_set_nothing_more_is_planned(self, client, learning_set):
        LearningSet.objects.filter(pk=learning_set.pk).update(state="closed", closed_at=NOON)
        response = schedule(client, learning_set, day_1="2026-03-10", time_1="14:30")
        assert response.status_code == 400
        assert "This set is closed" in errors(response)


class TestCost:
    """The same for one row and for three."""

    def cost(self, client, address, capture):
        client.get(address)
        with capture(500) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    @pytest.mark.parametrize("state", ["proposed", "closed"])
    def test_a_meeting(self, client, learning_set, state, django_assert_max_num_queries):
        GroundRulesFactory(learning_set=learning_set)
        LearningSet.objects.filter(pk=learning_set.pk).update(seats=8)
        learning_set.refresh_from_db()
        meeting = MeetingFactory(learning_set=learning_set, **{state: True})

        def more():
            seat = SeatFactory(learning_set=learning_set)
            option = TimeOptionFactory(meeting=meeting)
            TimeAnswerFactory(option=option, seat=seat)
            CommitmentFactory(seat=seat, meeting=meeting)
            AttendanceFactory(seat=seat, meeting=meeting)

        more()
        before = self.cost(client, meeting.get_absolute_url(), django_assert_max_num_queries)
        more(), more()
        assert self.cost(client, meeting.get_absolute_url(), django_assert_max_num_queries) == before
        assert before <= 16

    def test_planning(self, client, learning_set, django_assert_max_num_queries):
        MeetingFactory(learning_set=learning_set)
        before = self.cost(client, at(learning_set), django_assert_max_num_queries)
        MeetingFactory(learning_set=learning_set), MeetingFactory(learning_set=learning_set)
        assert self.cost(client, at(learning_set), django_assert_max_num_queries) == before

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_calendar(self, learning_set, number, django_assert_num_queries):
        for _ in range(number):
            MeetingFactory(learning_set=learning_set)
        person = ana(learning_set)
        with django_assert_num_queries(1):
            assert len(views.selectors.entries_of(person)) == number
