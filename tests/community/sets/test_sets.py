"""Beginning a set, its page, its code, its ground rules, finding one that suits, closing it."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from community.sets.actions import ground_rules as agreeing
from community.sets.actions import meetings, seats, sets
from community.sets.actions.leaving import forget_person
from community.sets.actions.sets import Page
from community.sets.facts import MeetingCancelled, SeatLeft, SeatTaken
from community.sets.meeting import commands as c
from community.sets.models import Acceptance, GroundRules, LearningSet, MeetingState, Seat, SeatRequest
from community.sets.mydata import collect
from community.sets.selectors import matching
from community.sets.selectors.matching import Wishes, elsewhere, find_sets, hours_apart
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from people.models import AuditLine
from tests.community.sets.arrangements import N, a_room
from tests.factories import UserFactory
from tests.factories.cohorts import CohortFactory, FacilitationFactory, PlaceFactory
from tests.factories.sets import (
    AcceptanceFactory,
    AttendanceFactory,
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

pytestmark = pytest.mark.django_db

SECRET = "Zwölfjährige Quittenblüte"


def page(**changes):
    return Page(**{"name": "Tuesdays", "language": "en", "zone": "Europe/Paris", "seats": 4, **changes})


def told(person):
    return list(Notice.objects.filter(person=person).values_list("kind", flat=True))


class TestProposing:
    def test_makes_a_set_with_its_first_rules_code_and_convenor(self, facts_told, django_capture_on_commit_callbacks):
        person = UserFactory()
        with django_capture_on_commit_callbacks(execute=True):
            made = sets.propose_set(by=person, page=page(language="fr", suits=["tue_evening", "mon_morning", "never"]))
        made.refresh_from_db()
        seat = Seat.objects.get(learning_set=made)
        assert (seat.person, seat.role, seat.number, made.seats_taken) == (person, "convenor", 1, 1)
        assert made.suits == ["mon_morning", "tue_evening"], "in the order of the week, and none that there is not"
        assert len(made.code) == 8
        rules = GroundRules.objects.get(learning_set=made)
        assert (rules.version, rules.language, rules.written_by) == (1, "fr", None)
        assert "Ce qui se dit ici reste ici" in rules.text
        assert Acceptance.objects.filter(seat=seat, ground_rules=rules).exists()
        assert facts_told == [SeatTaken(seat=seat.public_id)]
        assert AuditLine.objects.filter(verb="set.proposed", by=person).count() == 1

    def test_first_rules_are_there_in_every_language_and_equally_long(self):
        texts = [agreeing.first_text(code) for code, _name in settings.LANGUAGES]
        assert {text.count("\n") for text in texts} == {8}
        assert len(set(texts)) == len(texts)

    def test_an_adviser_leads_a_cohort_and_sits_beside_the_seats(self):
        with pytest.raises(Refused, match="no_facilitator"):
            sets.propose_set(by=UserFactory(), page=page(), as_adviser=True)
        made = sets.propose_set(by=FacilitationFactory().person, page=page(), as_adviser=True)
        seat = Seat.objects.get(learning_set=made)
        made.refresh_from_db()
        assert (seat.role, seat.number, made.seats_taken) == ("adviser", 0, 0)

    def test_for_a_cohort_of_ones_own_only(self):
        place = PlaceFactory()
        made = sets.propose_set(by=place.person, page=page(joining="cohort", cohort=place.cohort))
        assert made.cohort == place.cohort
        for cohort in (CohortFactory(), None):
            with pytest.raises(Refused, match="not_your_cohort"):
                sets.propose_set(by=place.person, page=page(joining="cohort", cohort=cohort))
        assert sets.propose_set(by=place.person, page=page(cohort=place.cohort)).cohort is None

    def test_not_without_end(self, monkeypatch):
        monkeypatch.setattr(sets, "MOST_SETS", 1)
        person = SeatFactory().person
        with pytest.raises(Refused, match="many_sets"):
            sets.propose_set(by=person, page=page())

    def test_the_call_is_sealed(self):
        made = sets.propose_set(by=UserFactory(), page=page(call_link=f"https://example.org/{SECRET}"))
        stored = LearningSet.objects.filter(pk=made.pk).extra(select={"raw": "call_link"}).values_list("raw").get()[0]
        assert SECRET not in stored
        made.refresh_from_db()
        assert made.call_link.endswith(SECRET)


class TestEditing:
    def test_more_seats_let_the_waiting_list_move_up(self):
        convenor = SeatFactory(convenor=True)
        learning_set = convenor.learning_set
        for _number in range(3):
            SeatFactory(learning_set=learning_set)
        waits = SeatRequestFactory(learning_set=learning_set, waiting=True)
        sets.edit_set(learning_set=learning_set, by=convenor.person, page=page(seats=5))
        learning_set.refresh_from_db()
        assert (learning_set.name, learning_set.seats_taken) == ("Tuesdays", 5)
        assert told(waits.person) == ["seat_moved_up"]

    def test_whoever_moves_up_enters_a_room_that_is_open(self):
        room = a_room()
        room.do(0, c.Arrive())
        waits = SeatRequestFactory(learning_set=room.learning_set, waiting=True)
        sets.edit_set(learning_set=room.learning_set, by=room.people[0], page=page(seats=5))
        meetings.do(meeting_id=room.meeting.public_id, command=c.Arrive(), by=waits.person)
        assert room.state.places[room.state.place_of(str(waits.person.public_id))].how == "web"

    def test_never_fewer_seats_than_people(self):
        learning_set = LearningSetFactory(seats=5, full=True)
        convenor = SeatFactory(learning_set=learning_set, adviser=True).person
        with pytest.raises(Refused, match="too_few_seats") as refusal:
            sets.edit_set(learning_set=learning_set, by=convenor, page=page(seats=4))
        assert "5 people" in refusal.value.message

    def test_not_for_a_member_and_not_once_closed(self):
        seat = SeatFactory()
        with pytest.raises(NotAllowed):
            sets.edit_set(learning_set=seat.learning_set, by=seat.person, page=page())
        closed = SeatFactory(convenor=True, learning_set__closed=True)
        for verb in (
            lambda: sets.edit_set(learning_set=closed.learning_set, by=closed.person, page=page()),
            lambda: sets.make_new_code(learning_set=closed.learning_set, by=closed.person),
        ):
            with pytest.raises(Refused, match="closed"):
                verb()

    def test_a_new_code_ends_the_old_one(self):
        seat = SeatFactory(convenor=True, learning_set__by_code=True, learning_set__code="ABCD2345")
        sets.make_new_code(learning_set=seat.learning_set, by=seat.person)
        with pytest.raises(Refused, match="wrong_code"):
            seats.find_by_code(code="ABCD2345", by=UserFactory())


class TestGroundRules:
    def test_any_member_writes_the_next_version_and_the_others_are_asked(self, ours, person):
        bea = Seat.objects.get(learning_set=ours, person__name="Bea")
        written = agreeing.write_ground_rules(learning_set=ours, by=bea.person, text=" We sing. ", language="en")
        assert (written.version, written.text, written.written_by) == (2, "We sing.", bea)
        assert Acceptance.objects.filter(ground_rules=written).get().seat == bea
        assert (told(person), told(bea.person)) == (["ground_rules_changed"], [])
        agreeing.accept_ground_rules(learning_set=ours, by=person, version=2)
        agreeing.accept_ground_rules(learning_set=ours, by=person, version=2)
        assert Acceptance.objects.filter(ground_rules=written).count() == 2
        assert told(person) == [], "who has accepted is asked no more"

    def test_the_same_words_are_no_new_version(self, ours, person):
        assert (
            agreeing.write_ground_rules(
                learning_set=ours, by=person, text="- We ask questions.\n", language="en"
            ).version
            == 1
        )
        with pytest.raises(Refused, match="empty"):
            agreeing.write_ground_rules(learning_set=ours, by=person, text=" \n", language="en")

    def test_only_the_newest_can_be_accepted(self, ours, person):
        GroundRulesFactory(learning_set=ours)
        with pytest.raises(Refused, match="newer"):
            agreeing.accept_ground_rules(learning_set=ours, by=person, version=1)

    def test_not_for_strangers_nor_for_those_who_have_left(self, ours):
        for stranger in (UserFactory(), SeatFactory(learning_set=ours, number=4, left=True).person):
            with pytest.raises(NotAllowed):
                agreeing.write_ground_rules(learning_set=ours, by=stranger, text="Mine.", language="en")
            with pytest.raises(NotAllowed):
                agreeing.accept_ground_rules(learning_set=ours, by=stranger, version=1)


class TestClosing:
    def test_ends_what_is_open_and_leaves_what_was(self, ours, person, facts_told, django_capture_on_commit_callbacks):
        meeting, past = MeetingFactory(learning_set=ours), MeetingFactory(learning_set=ours, closed=True)
        commitment = CommitmentFactory(seat=Seat.objects.get(person=person), meeting=past)
        asked = SeatRequestFactory(learning_set=ours)
        with django_capture_on_commit_callbacks(execute=True):
            for _twice in range(2):
                sets.close_set(learning_set=ours, by=person)
        ours.refresh_from_db()
        meeting.refresh_from_db()
        commitment.refresh_from_db()
        asked.refresh_from_db()
        assert (ours.state, ours.code, meeting.state, asked.state) == ("closed", None, "cancelled", "declined")
        seats_left = list(Seat.objects.filter(learning_set=ours, until__isnull=True).order_by("number"))
        assert len(seats_left) == 2, "they still read it"
        assert set(facts_told) == {
            MeetingCancelled(meeting=meeting.public_id),
            *(SeatLeft(seat=seat.public_id) for seat in seats_left),
        }
        assert told(seats_left[1].person) == ["set_closed"]
        assert told(person) == []
        assert told(asked.person) == ["seat_declined"]

    def test_not_in_the_middle_of_a_meeting(self, ours, person):
        MeetingFactory(learning_set=ours, running=True)
        with pytest.raises(Refused, match="under_way"):
            sets.close_set(learning_set=ours, by=person)

    def test_only_by_those_who_look_after_it(self, ours):
        with pytest.raises(NotAllowed):
            sets.close_set(learning_set=ours, by=Seat.objects.get(person__name="Bea").person)


class TestMatching:
    # A winter week: Paris is an hour before London, and six before New York.
    NOW = datetime(2027, 1, 13, 9, tzinfo=UTC)

    @pytest.fixture(autouse=True)
    def _without_those_of_the_demonstration(self):
        LearningSet.objects.update(joining="invitation")

    def test_times_are_compared_between_zones(self):
        with clock.freeze(self.NOW):
            assert elsewhere("tue_evening", "Europe/Paris", "Europe/London") == ("tue_evening", "19:00")
            assert elsewhere("tue_evening", "Europe/Paris", "America/New_York") == ("tue_afternoon", "14:00")
            assert elsewhere("sun_evening", "America/Los_Angeles", "Europe/Paris") is None, "five in the morning"
            assert elsewhere("mon_morning", "Asia/Tokyo", "America/Los_Angeles") == ("sun_afternoon", "17:00")
            assert hours_apart("Pacific/Auckland", "America/Los_Angeles") == 3
            assert hours_apart("", "Europe/Paris") == 1

    def test_the_best_comes_first_and_says_why(self):
        person = UserFactory(language="fr", zone="Europe/London")
        far = LearningSetFactory(listed=True, language="es", zone="Asia/Tokyo")
        fits = LearningSetFactory(
            listed=True, language="fr", zone="Europe/Paris", suits=["tue_evening"], theme="Carers and hospitals"
        )
        with clock.freeze(self.NOW):
            wishes = Wishes(times=frozenset({"tue_evening"}), words="hospitals!")
            found = find_sets(person, wishes)
        assert [match.learning_set for match in found] == [fits, far]
        assert found[0].reasons == [
            "It meets in French.",
            "It is about: hospitals.",
            "Tuesday evening suits you both (about 19:00 for you).",
            "Your clocks are 1 hour apart.",
        ]
        assert found[1].reasons == []

    def test_nearness_and_language_leave_others_out(self):
        person = UserFactory(zone="Europe/Paris")
        near = LearningSetFactory(listed=True, zone="Europe/Helsinki", slow=True)
        far = LearningSetFactory(listed=True, zone="Asia/Tokyo", language="fr")
        assert {match.learning_set for match in find_sets(person, Wishes())} == {near, far}
        assert [match.learning_set for match in find_sets(person, Wishes(near=True))] == [near]
        assert [match.learning_set for match in find_sets(person, Wishes(language="fr"))] == [far]
        assert "over days" in " ".join(find_sets(person, Wishes(near=True))[0].reasons)

    def test_shows_only_what_may_be_found(self):
        seat = SeatFactory(learning_set__listed=True)
        LearningSetFactory()
        LearningSetFactory(by_code=True)
        LearningSetFactory(listed=True, closed=True)
        LearningSetFactory(for_cohort=True)
        assert find_sets(seat.person, Wishes()) == []
        asked = SeatRequestFactory()
        (match,) = (one for one in find_sets(asked.person, Wishes()) if one.asked)
        assert match.learning_set == asked.learning_set

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many_there_are(self, rows, django_assert_num_queries):
        person = UserFactory(zone="Europe/Paris")
        for _number in range(rows):
            LearningSetFactory(listed=True, full=True, suits=["mon_evening"])
        with django_assert_num_queries(3):
            assert len(find_sets(person, Wishes(times=frozenset({"mon_evening"})))) == rows

    def test_names_of_languages_are_those_of_the_page(self):
        assert matching.language_name("fr") == "French"


class TestMyData:
    def test_holds_ones_own_words_and_nobody_elses(self):
        seat = SeatFactory(learning_set__name="Ours", convenor=True)
        person, ours = seat.person, seat.learning_set
        other = SeatFactory(learning_set=ours)
        meeting = MeetingFactory(learning_set=ours, running=True)
        MeetingEventFactory(meeting=meeting, seat=seat, text="My own words.")
        MeetingEventFactory(meeting=meeting, seat=other, text=SECRET)
        CommitmentFactory(seat=seat, what="I walk.")
        CommitmentFactory(seat=other, what=SECRET)
        AcceptanceFactory(seat=seat)
        AttendanceFactory(seat=seat)
        TimeAnswerFactory(seat=seat, option__meeting__learning_set=ours)
        SeatRequestFactory(person=person, note="May I come?")
        ReportFactory(reporter=person, reason="It hurt.")
        GroundRulesFactory(learning_set=ours, written_by=seat, text="We sing.")
        found = collect(person)
        for words in ("My own words.", "I walk.", "May I come?", "It hurt.", "We sing.", "Ours"):
            assert words in str(found)
        assert SECRET not in str(found)
        (mine,) = found["seats"]
        assert (len(mine["accepted"]), len(mine["attendances"]), len(mine["time_answers"])) == (1, 1, 1)

    def test_erasing_takes_the_words_and_moves_the_list(self):
        seat = SeatFactory(convenor=True, learning_set__seats=4)
        person, ours = seat.person, seat.learning_set
        others = [SeatFactory(learning_set=ours) for _number in range(3)]
        waits = SeatRequestFactory(learning_set=ours, waiting=True)
        mine = MeetingEventFactory(seat=seat, meeting__learning_set=ours, text="My own words.")
        theirs = MeetingEventFactory(seat=others[0], meeting=mine.meeting, text="Theirs.")
        commitment = CommitmentFactory(seat=seat)
        request = SeatRequestFactory(person=person)
        forget_person(person=person)
        pk = seat.pk
        person.delete()
        seat = Seat.objects.get(pk=pk)
        mine.refresh_from_db()
        theirs.refresh_from_db()
        others[0].refresh_from_db()
        assert (seat.person, seat.until is not None, mine.text, theirs.text) == (None, True, "", "Theirs.")
        assert not type(commitment).objects.filter(pk=commitment.pk).exists()
        assert not SeatRequest.objects.filter(pk=request.pk).exists()
        waits.refresh_from_db()
        assert (waits.state, others[0].role) == ("seated", "convenor")

    def test_erasing_takes_the_reason_somebody_hid_a_thing_for(self):
        room = a_room()
        said = room.say(1, N, "Something unkind.")
        room.do(0, c.Hide(seq=said.seq, reason="A word about it."))
        assert "A word about it." in str(collect(room.people[0]))
        forget_person(person=room.people[0])
        assert not [line for line in room.meeting.events.all() if "A word" in line.text]

    def test_erasing_the_last_one_closes_the_set(self):
        seat = SeatFactory(convenor=True)
        meeting = MeetingFactory(learning_set=seat.learning_set)
        forget_person(person=seat.person)
        seat.learning_set.refresh_from_db()
        meeting.refresh_from_db()
        assert (seat.learning_set.state, meeting.state) == ("closed", MeetingState.CANCELLED)
