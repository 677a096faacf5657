"""Taking a seat, asking for one, the waiting list, leaving, and who looks after a set; also under a rush."""

import random
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction

from community.sets.actions import leaving, log, meetings, seats, sets
from community.sets.actions.sets import Page
from community.sets.facts import SeatLeft, SeatTaken
from community.sets.meeting import commands as c
from community.sets.models import Acceptance, Commitment, LearningSet, Seat, SeatRequest
from community.sets.selectors.seats import request_in
from community.sets.selectors.sets import open_commitments
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from people.models import AuditLine, Pause
from tests.community.sets.arrangements import a_room
from tests.courses.cohorts.test_actions import at_once
from tests.factories import UserFactory
from tests.factories.cohorts import FacilitationFactory, PlaceFactory
from tests.factories.sets import (
    AcceptanceFactory,
    CommitmentFactory,
    GroundRulesFactory,
    LearningSetFactory,
    MeetingEventFactory,
    MeetingFactory,
    ReportFactory,
    SeatFactory,
    SeatRequestFactory,
    TimeAnswerFactory,
)

CODE = "ABCD2345"


def counts(learning_set):
    """(counted, counted again from the rows)"""
    learning_set.refresh_from_db()
    return learning_set.seats_taken, Seat.objects.filter(
        learning_set=learning_set, until__isnull=True, number__gt=0
    ).count()


def told(person):
    return list(Notice.objects.filter(person=person).values_list("kind", flat=True))


def states(learning_set):
    return list(learning_set.requests.order_by("position").values_list("state", flat=True))


def live(learning_set):
    return {seat.person: seat.role for seat in Seat.objects.filter(learning_set=learning_set, until__isnull=True)}


@pytest.fixture
def invited():
    """A set with a code and ground rules, one seat taken by its convenor."""
    learning_set = LearningSetFactory(code=CODE, rules=True)
    SeatFactory(learning_set=learning_set, convenor=True, number=1)
    return learning_set


def take(learning_set, person=None, **changes):
    return seats.take_seat(
        learning_set=learning_set, by=person or UserFactory(), **{"code": CODE, "accepts": 1, **changes}
    )


@pytest.mark.django_db
class TestByCode:
    def test_gives_the_next_free_seat_with_the_rules_accepted(
        self, invited, facts_told, django_capture_on_commit_callbacks
    ):
        person = UserFactory()
        with django_capture_on_commit_callbacks(execute=True):
            seat = take(invited, person, code="abcd 2345")
            assert take(invited, person) == seat, "twice is once"
        assert (seat.number, seat.role, counts(invited)) == (2, "member", (2, 2))
        assert Acceptance.objects.get(seat=seat).ground_rules.version == 1
        assert facts_told == [SeatTaken(seat=seat.public_id)]
        assert AuditLine.objects.filter(verb="seat.taken", about=person).count() == 1

    def test_the_rules_have_to_be_the_ones_that_were_read(self, invited):
        GroundRulesFactory(learning_set=invited)
        with pytest.raises(Refused, match="newer"):
            take(invited)
        assert counts(invited) == (1, 1)

    def test_a_full_set_has_a_waiting_list_in_the_order_they_came(self):
        learning_set, people = LearningSetFactory(code=CODE, full=True), UserFactory.create_batch(2)
        asked = [take(learning_set, person, accepts=None) for person in people]
        assert take(learning_set, people[0], accepts=None) == asked[0]
        assert [(request.state, request_in(learning_set, request.person).ahead) for request in asked] == [
            ("waiting", 0),
            ("waiting", 1),
        ]
        assert told(people[1]) == ["seat_on_list"]

    def test_a_wrong_code_says_so_and_guessing_ends(self, invited):
        person = UserFactory()
        for _try in range(10):
            with pytest.raises(Refused, match="wrong_code"):
                seats.find_by_code(code="ABCD2346", by=person)
        with pytest.raises(Refused, match="too_many_tries"):
            seats.find_by_code(code=CODE, by=person)
        assert seats.find_by_code(code=CODE, by=UserFactory()) == invited

    def test_the_code_of_another_set_opens_nothing_here(self, invited):
        other = LearningSetFactory(code="WXYZ2345")
        with pytest.raises(NotAllowed):
            take(other)

    def test_an_adviser_leads_a_cohort_and_there_is_one(self, invited):
        with pytest.raises(Refused, match="no_facilitator"):
            take(invited, as_adviser=True)
        seat = take(invited, FacilitationFactory().person, as_adviser=True)
        assert (seat.number, seat.role, counts(invited)) == (0, "adviser", (1, 1))
        with pytest.raises(Refused, match="has_adviser"):
            take(invited, FacilitationFactory().person, as_adviser=True)

    def test_an_open_meeting_hears_of_it(self, invited, monkeypatch):
        heard = []
        monkeypatch.setattr(meetings, "seats_changed", lambda *, learning_set: heard.append(learning_set.pk))
        seat = take(invited)
        leaving.leave_set(learning_set=invited, by=seat.person)
        assert heard == [invited.pk] * 2


@pytest.mark.django_db
class TestOfACohort:
    def test_its_people_take_a_seat_and_nobody_else(self):
        place = PlaceFactory()
        learning_set = LearningSetFactory(joining="cohort", cohort=place.cohort, rules=True)
        assert take(learning_set, place.person, code="").number == 1
        with pytest.raises(NotAllowed):
            take(learning_set, code="")

    def test_whoever_was_sent_away_asks(self):
        place = PlaceFactory()
        learning_set = LearningSetFactory(joining="cohort", cohort=place.cohort, rules=True)
        convenor = SeatFactory(learning_set=learning_set, convenor=True)
        seat = take(learning_set, place.person, code="")
        leaving.remove_seat(seat=seat, by=convenor.person, reason="rules")
        for _twice in range(2):
            asked = take(learning_set, place.person, code="")
            assert (type(asked), asked.state) == (SeatRequest, "asked")
        assert told(convenor.person) == ["seat_asked"]
        seats.stop_asking(request=asked, by=place.person)
        again = take(learning_set, place.person, code="")
        assert (type(again), again.state) == (SeatRequest, "asked"), "taking it back is no way around"


@pytest.mark.django_db
class TestAsking:
    def test_those_who_look_after_the_set_are_told_and_answer(self):
        learning_set, person = LearningSetFactory(listed=True, name="Ours"), UserFactory()
        convenor = SeatFactory(learning_set=learning_set, convenor=True).person
        adviser, member = (
            SeatFactory(learning_set=learning_set, adviser=True).person,
            SeatFactory(learning_set=learning_set).person,
        )
        request = seats.ask_for_seat(learning_set=learning_set, by=person, note=" I am Ana. ")
        assert seats.ask_for_seat(learning_set=learning_set, by=person, note="Again") == request
        assert (request.note, request.state) == ("I am Ana.", "asked")
        assert [told(one) for one in (convenor, adviser, member)] == [["seat_asked"], ["seat_asked"], []]
        assert "Ana" not in str(Notice.objects.filter(kind="seat_asked").values_list("values", flat=True))
        with pytest.raises(NotAllowed):
            seats.accept_request(request=request, by=member)
        for _twice in range(2):
            assert seats.accept_request(request=request, by=adviser).state == "seated"
        assert (told(person), told(convenor)) == (["seat_given"], []), "nobody asks any more"
        assert not Acceptance.objects.filter(seat__person=person).exists(), (
            "they accept the ground rules when they come"
        )

    def test_said_yes_to_in_a_full_set_waits_and_moves_up_by_itself(self):
        learning_set = LearningSetFactory(listed=True, full=True)
        convenor = SeatFactory(learning_set=learning_set, adviser=True).person
        first, second, third = (SeatRequestFactory(learning_set=learning_set) for _number in range(3))
        for request in (first, third):
            assert seats.accept_request(request=request, by=convenor).state == "waiting"
        assert told(third.person) == ["seat_on_list"]
        leaver = Seat.objects.filter(learning_set=learning_set, number=2).get()
        leaving.leave_set(learning_set=learning_set, by=leaver.person)
        assert states(learning_set) == ["seated", "asked", "waiting"], "who has no answer yet is not moved up"
        assert Seat.objects.get(person=first.person).number == 2, "a number that is free is given again"
        assert told(first.person) == ["seat_moved_up"]
        assert counts(learning_set) == (4, 4)
        assert second.person not in live(learning_set)

    def test_declined_and_taken_back(self):
        request = SeatRequestFactory()
        convenor = SeatFactory(learning_set=request.learning_set, convenor=True).person
        for _twice in range(2):
            assert seats.decline_request(request=request, by=convenor).state == "declined"
        assert told(request.person) == ["seat_declined"]
        with pytest.raises(Refused, match="wrong_state"):
            seats.accept_request(request=request, by=convenor)
        again = seats.ask_for_seat(learning_set=request.learning_set, by=request.person)
        assert again.position == 2
        with pytest.raises(NotAllowed):
            seats.stop_asking(request=again, by=convenor)
        for _twice in range(2):
            assert seats.stop_asking(request=again, by=request.person).state == "withdrawn"
        assert told(request.person) == []
        with pytest.raises(Refused, match="wrong_state"):
            seats.accept_request(request=again, by=convenor)

    def test_only_of_sets_that_are_found(self, monkeypatch):
        person = UserFactory()
        for hidden in (LearningSetFactory(), LearningSetFactory(listed=True, closed=True)):
            with pytest.raises(NotAllowed):
                seats.ask_for_seat(learning_set=hidden, by=person)
        seat = SeatFactory(learning_set__listed=True)
        with pytest.raises(Refused, match="has_seat"):
            seats.ask_for_seat(learning_set=seat.learning_set, by=seat.person)
        monkeypatch.setattr(seats, "MOST_REQUESTS", 1)
        seats.ask_for_seat(learning_set=LearningSetFactory(listed=True), by=person)
        with pytest.raises(Refused, match="many_requests"):
            seats.ask_for_seat(learning_set=LearningSetFactory(listed=True), by=person)

    def test_the_code_is_an_answer_too(self, invited):
        LearningSet.objects.filter(pk=invited.pk).update(joining="listed")
        invited.refresh_from_db()
        person = UserFactory()
        request = seats.ask_for_seat(learning_set=invited, by=person)
        assert isinstance(take(invited, person), Seat)
        request.refresh_from_db()
        assert request.state == "seated"


@pytest.mark.django_db
class TestLeaving:
    def test_is_free_of_conditions_and_keeps_what_was(self, invited, facts_told, django_capture_on_commit_callbacks):
        seat = SeatFactory(learning_set=invited)
        kept = AcceptanceFactory(seat=seat)
        open_answer = TimeAnswerFactory(seat=seat, option__meeting__learning_set=invited)
        with django_capture_on_commit_callbacks(execute=True):
            leaving.leave_set(learning_set=invited, by=seat.person)
        seat.refresh_from_db()
        assert seat.until is not None
        assert Acceptance.objects.filter(pk=kept.pk).exists()
        assert not type(open_answer).objects.filter(pk=open_answer.pk).exists()
        assert facts_told == [SeatLeft(seat=seat.public_id)]
        assert counts(invited) == (1, 1)
        with pytest.raises(NotAllowed):
            leaving.leave_set(learning_set=invited, by=seat.person)

    def test_what_they_promised_waits_for_nobody_any_more(self, invited):
        leaves, stays = (CommitmentFactory(seat=SeatFactory(learning_set=invited)) for _number in range(2))
        leaving.leave_set(learning_set=invited, by=leaves.seat.person)
        assert open_commitments(invited) == [stays]

    def test_who_has_sat_longest_looks_after_the_set_then(self, invited):
        convenor = Seat.objects.get(learning_set=invited)
        paused, long, short = (
            SeatFactory(learning_set=invited, since=clock.now().replace(year=clock.now().year - years))
            for years in (3, 2, 1)
        )
        Pause.objects.create(person=paused.person, starts_at=clock.now())
        SeatFactory(learning_set=invited, adviser=True)
        leaving.leave_set(learning_set=invited, by=convenor.person)
        assert (live(invited)[long.person], live(invited)[short.person]) == ("convenor", "member")
        assert told(long.person) == ["set_handed_over"]

    def test_the_last_one_closes_the_set(self, invited):
        meeting = MeetingFactory(learning_set=invited)
        leaving.leave_set(learning_set=invited, by=Seat.objects.get(learning_set=invited).person)
        invited.refresh_from_db()
        meeting.refresh_from_db()
        assert (invited.state, invited.code, meeting.state) == ("closed", None, "cancelled")

    @pytest.mark.parametrize("slow", [False, True])
    def test_the_last_one_closes_what_is_under_way(self, slow):
        room = a_room(people=2, slow=slow)
        room.reach("check_in")
        for person in room.people:
            leaving.leave_set(learning_set=room.learning_set, by=person)
        assert room.state.is_over
        assert not any(place.active for place in room.state.places)
        assert (room.meeting.state, LearningSet.objects.get(pk=room.learning_set.pk).state) == ("closed", "closed")

    def test_not_while_somebody_waits(self, invited):
        waits = SeatRequestFactory(learning_set=invited, waiting=True)
        leaving.leave_set(learning_set=invited, by=Seat.objects.get(learning_set=invited).person)
        assert live(invited) == {waits.person: "convenor"}

    def test_an_adviser_alone_still_looks_after_the_set(self, invited):
        adviser = SeatFactory(learning_set=invited, adviser=True)
        leaving.leave_set(learning_set=invited, by=Seat.objects.get(learning_set=invited, number=1).person)
        assert live(invited) == {adviser.person: "adviser"}
        seat = take(invited)
        assert seat.role == "member"
        leaving.leave_set(learning_set=invited, by=adviser.person)
        assert live(invited) == {seat.person: "convenor"}

    def test_a_closed_set_can_be_left(self):
        seats_there = [SeatFactory(learning_set__closed=True, convenor=True)]
        seats_there.append(SeatFactory(learning_set=seats_there[0].learning_set))
        leaving.leave_set(learning_set=seats_there[0].learning_set, by=seats_there[0].person)
        assert live(seats_there[0].learning_set) == {seats_there[1].person: "member"}


@pytest.mark.django_db
class TestLookingAfter:
    def test_a_seat_is_taken_away_with_a_reason_for_the_record_alone(self, invited):
        convenor, seat = Seat.objects.get(learning_set=invited).person, SeatFactory(learning_set=invited)
        for _twice in range(2):
            leaving.remove_seat(seat=seat, by=convenor, reason="away")
        assert counts(invited) == (1, 1)
        line = AuditLine.objects.get(verb="seat.removed")
        assert (line.by, line.about, line.detail["reason"]) == (convenor, seat.person, "away")
        notice = Notice.objects.get(person=seat.person)
        assert notice.kind == "seat_removed"
        assert "away" not in str(notice.values)
        with pytest.raises(Refused, match="wrong_code"):
            take(invited, seat.person)

    def test_not_by_members_and_not_ones_own(self, invited):
        convenor, seat = Seat.objects.get(learning_set=invited), SeatFactory(learning_set=invited)
        with pytest.raises(NotAllowed):
            leaving.remove_seat(seat=convenor, by=seat.person, reason="other")
        with pytest.raises(Refused, match="oneself"):
            leaving.remove_seat(seat=convenor, by=convenor.person, reason="other")
        with pytest.raises(ValueError, match="anything"):
            leaving.remove_seat(seat=seat, by=convenor.person, reason="anything")

    def test_handing_over(self, invited):
        convenor, seat = Seat.objects.get(learning_set=invited), SeatFactory(learning_set=invited)
        with pytest.raises(NotAllowed):
            leaving.hand_over(learning_set=invited, to=seat, by=seat.person)
        for _twice in range(2):
            leaving.hand_over(learning_set=invited, to=seat, by=convenor.person)
        assert live(invited) == {convenor.person: "member", seat.person: "convenor"}
        assert told(seat.person) == ["set_handed_over"]
        gone = SeatFactory(learning_set=invited, left=True, number=5)
        with pytest.raises(Refused, match="wrong_state"):
            leaving.hand_over(learning_set=invited, to=gone, by=seat.person)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        lambda: LearningSetFactory(seats_taken=5),
        lambda: LearningSetFactory.create_batch(2, code=CODE),
        lambda: SeatFactory.create_batch(2, learning_set=LearningSetFactory(), convenor=True),
        lambda: MeetingFactory(state="running"),
        lambda: MeetingEventFactory(kind="said"),
        lambda: ReportFactory(state="closed"),
        lambda: ReportFactory(closed_at=clock.now()),
    ],
    ids=["overfull", "one code twice", "two convenors", "running since never", "no kind", "closed", "open"],
)
def test_the_database_has_the_last_word(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong()


@pytest.mark.django_db
def test_whoever_looked_after_the_set_before_is_no_second_convenor(invited):
    SeatFactory(learning_set=invited, convenor=True, left=True, number=2)
    LearningSetFactory.create_batch(2, code=None)


@pytest.mark.usefixtures("committed")
class TestRaces:
    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
    @pytest.mark.parametrize("way", ["leave", "remove"])
    def test_a_promise_made_while_somebody_goes_waits_for_nobody(self, monkeypatch, way):
        """Who promises holds the meeting and writes a line that refers to the set; who goes holds the set, and wants
        the meeting."""
        room = a_room()
        room.reach("commitments")
        meeting_held, set_held, write, tell_room = Event(), Event(), log.write, meetings.seats_changed
        monkeypatch.setattr(log, "write", lambda *args: (meeting_held.set(), set_held.wait(5), write(*args)))
        monkeypatch.setattr(meetings, "seats_changed", lambda **kwargs: (set_held.set(), tell_room(**kwargs)))
        room.learning_set.code = CODE
        room.learning_set.save(update_fields=["code"])
        go = {
            "leave": lambda: leaving.leave_set(learning_set=room.learning_set, by=room.people[2]),
            "remove": lambda: leaving.remove_seat(seat=room.seats[2], by=room.people[0], reason="away"),
        }[way]
        answers = at_once(lambda: room.do(1, c.Commit(text="I ask.")), lambda: meeting_held.wait(5) and go())
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        assert Commitment.objects.filter(meeting=room.meeting).count() == 1
        assert not room.state.places[2].active

    def test_twelve_who_come_at_once_for_four_seats(self):
        learning_set, people = LearningSetFactory(code=CODE, rules=True), UserFactory.create_batch(12)
        answers = at_once(*[lambda person=person: take(learning_set, person) for person in people])
        assert sorted(type(answer).__name__ for answer in answers) == ["Seat"] * 4 + ["SeatRequest"] * 8
        assert counts(learning_set) == (4, 4)
        assert sorted(Seat.objects.filter(learning_set=learning_set).values_list("number", flat=True)) == [1, 2, 3, 4]
        waiting = learning_set.requests.filter(state="waiting").order_by("position")
        assert [request.position for request in waiting] == list(range(1, 9))

    def test_coming_going_and_answering_at_once_loses_nobody(self):
        learning_set = LearningSetFactory(code=CODE, listed=True, rules=True, full=True)
        adviser = SeatFactory(learning_set=learning_set, adviser=True).person
        inside = list(Seat.objects.filter(learning_set=learning_set, number__gt=0).select_related("person"))
        asked = [SeatRequestFactory(learning_set=learning_set) for _number in range(4)]
        coming = UserFactory.create_batch(4)
        works = [lambda request=request: seats.accept_request(request=request, by=adviser) for request in asked]
        works += [lambda person=person: take(learning_set, person) for person in coming]
        works += [lambda seat=seat: leaving.leave_set(learning_set=learning_set, by=seat.person) for seat in inside[:2]]
        works.append(lambda: leaving.remove_seat(seat=inside[2], by=adviser, reason="away"))
        works.append(
            lambda: sets.edit_set(
                learning_set=learning_set,
                by=adviser,
                page=Page(name="More", language="en", zone="UTC", seats=5, joining="listed"),
            )
        )
        random.Random(7).shuffle(works)
        answers = at_once(*works)
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        assert all(getattr(error, "code", "") in ("wrong_code", "too_few_seats") for error in errors), errors
        taken, counted = counts(learning_set)
        assert taken == counted == learning_set.seats, "no seat stays free while somebody waits"
        turned_away = sum(getattr(error, "code", "") == "wrong_code" for error in errors)
        waits = learning_set.requests.filter(state="waiting").count()
        assert taken + waits == 1 + 4 + 4 - turned_away, "whoever came has a seat or a number"
