"""Joining a cohort by each of the four ways, the waiting list, and who decides."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from courses.cohorts import actions, selectors
from courses.cohorts.facts import CourseBegun, PlaceGiven, PutOnWaitingList
from courses.cohorts.models import Cohort, Enrolment, PlaceRequest
from courses.cohorts.selectors.cohorts import CODE_LETTERS, code_in_groups, position_of
from courses.curriculum.selectors import step_keys
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from people.models import AuditLine, Pause
from tests.factories import EnrolmentFactory, UserFactory, the_course
from tests.factories.cohorts import (
    CohortFactory,
    FacilitationFactory,
    MembershipFactory,
    PlaceFactory,
    PlaceRequestFactory,
)

pytestmark = pytest.mark.django_db


def places_of(cohort):
    """(counted, counted again from the rows)"""
    cohort.refresh_from_db()
    return cohort.places_taken, cohort.enrolments.filter(state__in=("active", "completed")).count()


def waiting(cohort):
    return [request.person for request in cohort.requests.filter(state="waiting").order_by("position")]


def told(person):
    return list(Notice.objects.filter(person=person).values_list("kind", flat=True))


class TestOpen:
    def test_gives_a_place_with_the_rule_of_the_cohort(self, facts_told, django_capture_on_commit_callbacks):
        cohort, person = CohortFactory(meetings_needed=3), UserFactory()
        with django_capture_on_commit_callbacks(execute=True):
            enrolment = actions.join(cohort=cohort, by=person)
            assert actions.join(cohort=cohort, by=person) == enrolment, "twice is once"
        assert (enrolment.cohort, enrolment.state, enrolment.meetings_needed) == (cohort, "active", 3)
        assert enrolment.required_steps == [str(key) for key in step_keys(the_course(), required_only=True)]
        assert places_of(cohort) == (1, 1)
        assert facts_told == [CourseBegun(enrolment=enrolment.public_id), PlaceGiven(enrolment=enrolment.public_id)]
        assert AuditLine.objects.filter(verb="cohort.joined", about=person).count() == 1
        assert told(person) == ["place_given"]

    def test_an_own_pace_learner_brings_all_progress(self):
        mine = actions.enrol(course=the_course(), by=UserFactory())
        actions.complete_step(enrolment=mine, step_key=step_keys(the_course())[0], by=mine.person)
        joined = actions.join(cohort=CohortFactory(), by=mine.person)
        assert joined == mine
        assert joined.steps_done.count() == 1
        assert joined.meetings_needed == 4

    def test_a_full_cohort_makes_a_list_in_the_order_they_came(self, facts_told, django_capture_on_commit_callbacks):
        cohort, people = CohortFactory(places=1, full=True), UserFactory.create_batch(3)
        with django_capture_on_commit_callbacks(execute=True):
            requests = [actions.join(cohort=cohort, by=person) for person in people]
            assert actions.join(cohort=cohort, by=people[1]) == requests[1]
        assert [(type(r), r.state, position_of(r)) for r in requests] == [
            (PlaceRequest, "waiting", number) for number in (1, 2, 3)
        ]
        assert facts_told == [PutOnWaitingList(request=request.public_id) for request in requests]
        assert not Enrolment.objects.filter(person__in=people).exists(), "waiting begins no course"
        assert told(people[0]) == ["on_waiting_list"]

    def test_whoever_has_a_place_elsewhere_is_asked_to_transfer(self):
        place, other = PlaceFactory(), CohortFactory()
        with pytest.raises(Refused) as refusal:
            actions.join(cohort=other, by=place.person)
        assert refusal.value.code == "in_another_cohort"
        assert places_of(other) == (0, 0)
        assert places_of(place.cohort) == (1, 1)

    @pytest.mark.parametrize("gone", [{"state": "cancelled"}, {"ends_on": None}], ids=["called off", "over"])
    def test_a_cohort_that_is_over_holds_nobody(self, gone):
        place, other = PlaceFactory(), CohortFactory()
        if "ends_on" in gone:
            today = clock.now().date()
            gone = {"starts_on": today - timedelta(weeks=9), "ends_on": today - timedelta(days=1)}
        Cohort.objects.filter(pk=place.cohort.pk).update(**gone)
        assert actions.join(cohort=other, by=place.person) == place
        assert (places_of(place.cohort), places_of(other)) == ((0, 0), (1, 1))

    @pytest.mark.parametrize("state", ["closed", "cancelled"])
    def test_a_cohort_that_is_not_open_says_so(self, state):
        with pytest.raises(Refused) as refusal:
            actions.join(cohort=CohortFactory(state=state), by=UserFactory())
        assert refusal.value.code == "closed"

    def test_one_that_is_over_says_so_too(self):
        today = clock.now().date()
        cohort = CohortFactory(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
        with pytest.raises(Refused, match="closed"):
            actions.join(cohort=cohort, by=UserFactory())

    def test_one_being_prepared_is_not_known(self):
        with pytest.raises(NotAllowed):
            actions.join(cohort=CohortFactory(draft=True), by=UserFactory())

    def test_the_course_completed_needs_no_place(self):
        alumna = EnrolmentFactory(state="completed", completed_at=clock.now()).person
        with pytest.raises(Refused, match="already_completed"):
            actions.join(cohort=CohortFactory(), by=alumna)


class TestCode:
    def test_however_it_is_typed(self):
        cohort = CohortFactory(by_code=True, code="ABCD2345", places=9)
        for typed in ("ABCD2345", "abcd 2345", " Abcd-2345 ", "A B C D 2 3 4 5"):
            assert actions.join(cohort=cohort, by=UserFactory(), code=typed).cohort == cohort

    def test_is_made_of_letters_that_nobody_mistakes(self):
        codes = {actions.new_code() for _ in range(50)}
        assert len(codes) == 50
        assert set("".join(codes)) <= set(CODE_LETTERS)
        assert not set("01IO") & set(CODE_LETTERS)
        assert code_in_groups("ABCD2345") == "ABCD 2345"

    @pytest.mark.parametrize(
        "typed", ["", "ZZZZ9999", "ABCD234", "ABCD23456", "ABCD234O", "\0", "é" * 100_000, "ABCD2345ABCD2345"]
    )
    def test_every_wrong_one_is_answered_alike(self, typed):
        CohortFactory(by_code=True, code="ABCD2345")
        with pytest.raises(Refused) as refusal:
            actions.find_by_code(code=typed, by=UserFactory())
        assert refusal.value.code == "wrong_code"

    def test_one_of_a_cohort_being_prepared_is_wrong_as_well(self):
        CohortFactory(by_code=True, draft=True, code="ABCD2345")
        with pytest.raises(Refused, match="wrong_code"):
            actions.find_by_code(code="ABCD2345", by=UserFactory())

    def test_one_cohorts_code_opens_no_other(self):
        CohortFactory(by_code=True, code="ABCD2345")
        other = CohortFactory(by_code=True, code="WXYZ2345")
        with pytest.raises(NotAllowed):
            actions.join(cohort=other, by=UserFactory(), code="ABCD2345")
        assert places_of(other) == (0, 0)

    def test_guessing_ends(self):
        CohortFactory(by_code=True, code="ABCD2345")
        person, answers = UserFactory(), []
        for _ in range(12):
            with pytest.raises(Refused) as refusal:
                actions.find_by_code(code="ABCD2346", by=person)
            answers.append(refusal.value.code)
        assert answers == ["wrong_code"] * 10 + ["too_many_tries"] * 2
        with pytest.raises(Refused, match="too_many_tries"):
            actions.find_by_code(code="ABCD2345", by=person)
        assert actions.find_by_code(code="ABCD2345", by=UserFactory()), "nobody else is kept out"
        cache.clear()
        assert actions.find_by_code(code="ABCD2345", by=person)

    def test_a_right_code_between_wrong_ones_buys_no_more_of_them(self):
        cohort, person = CohortFactory(by_code=True), UserFactory()
        for _ in range(20):
            assert actions.find_by_code(code=cohort.code, by=person) == cohort
        for _ in range(10):
            actions.find_by_code(code=cohort.code, by=person)
            with pytest.raises(Refused, match="wrong_code"):
                actions.find_by_code(code="ABCD2346", by=person)
        with pytest.raises(Refused, match="too_many_tries"):
            actions.find_by_code(code="ABCD2346", by=person)

    def test_guessing_by_many_from_one_address_ends_too(self, monkeypatch):
        monkeypatch.setattr("courses.cohorts.actions.tries.OF_AN_ADDRESS", 3)
        for expected in ["wrong_code"] * 3 + ["too_many_tries"]:
            with pytest.raises(Refused, match=expected):
                actions.find_by_code(code="ABCD2346", by=UserFactory(), address="192.0.2.1")
        with pytest.raises(Refused, match="wrong_code"):
            actions.find_by_code(code="ABCD2346", by=UserFactory(), address="192.0.2.2")


class TestMembers:
    def test_live_members_alone(self):
        cohort = CohortFactory(for_members=True)
        member = MembershipFactory(organisation=cohort.organisation).person
        former = MembershipFactory(organisation=cohort.organisation, ended=True).person
        assert actions.join(cohort=cohort, by=member).cohort == cohort
        for other in (former, MembershipFactory().person, UserFactory(is_staff=True, is_superuser=True)):
            with pytest.raises(NotAllowed):
                actions.join(cohort=cohort, by=other)
        assert places_of(cohort) == (1, 1)


class TestApproval:
    @pytest.fixture
    def cohort(self):
        return FacilitationFactory(cohort__by_approval=True, cohort__places=1).cohort

    @pytest.fixture
    def facilitator(self, cohort):
        return cohort.facilitations.get().person

    def test_asks_and_tells_the_facilitators(self, cohort, facilitator):
        person = UserFactory(name="Somebody Asking")
        request = actions.join(cohort=cohort, by=person)
        assert (request.state, places_of(cohort)) == ("asked", (0, 0))
        notice = Notice.objects.get(person=facilitator)
        assert notice.kind == "place_asked"
        assert "Somebody" not in str(notice.values)

    def test_approved_they_have_a_place_or_wait(
        self, cohort, facilitator, facts_told, django_capture_on_commit_callbacks
    ):
        first, second = [actions.join(cohort=cohort, by=UserFactory()) for _ in range(2)]
        with django_capture_on_commit_callbacks(execute=True):
            for request in (first, first, second, second):
                actions.approve_request(request=request, by=facilitator)
        assert [PlaceRequest.objects.get(pk=r.pk).state for r in (first, second)] == ["placed", "waiting"]
        assert places_of(cohort) == (1, 1)
        assert [type(fact) for fact in facts_told] == [CourseBegun, PlaceGiven, PutOnWaitingList]
        assert told(first.person) == ["place_given"]
        assert told(second.person) == ["on_waiting_list"]

    def test_declined_they_are_told_and_may_ask_again(self, cohort, facilitator):
        request = actions.join(cohort=cohort, by=UserFactory())
        for _ in range(2):
            assert actions.decline_request(request=request, by=facilitator).state == "declined"
        assert told(request.person) == ["request_declined"]
        with pytest.raises(Refused, match="wrong_state"):
            actions.approve_request(request=request, by=facilitator)
        assert actions.join(cohort=cohort, by=request.person).state == "asked"

    def test_the_staff_may_answer_and_nobody_else(self, cohort):
        request = actions.join(cohort=cohort, by=UserFactory())
        former = FacilitationFactory(cohort=cohort, ended=True).person
        other = FacilitationFactory().person
        for stranger in (UserFactory(), former, other, request.person, UserFactory(is_staff=True)):
            for verb in (actions.approve_request, actions.decline_request):
                with pytest.raises(NotAllowed):
                    verb(request=request, by=stranger)
        staff = UserFactory(is_staff=True, is_superuser=True)
        assert actions.approve_request(request=request, by=staff).state == "placed"

    def test_taken_back_it_cannot_be_approved(self, cohort, facilitator):
        request = actions.join(cohort=cohort, by=UserFactory())
        with pytest.raises(NotAllowed):
            actions.withdraw_request(request=request, by=facilitator)
        for _ in range(2):
            assert actions.withdraw_request(request=request, by=request.person).state == "withdrawn"
        with pytest.raises(Refused, match="wrong_state"):
            actions.approve_request(request=request, by=facilitator)
        assert places_of(cohort) == (0, 0)


class TestWaitingList:
    def test_more_places_let_it_move_up(self):
        cohort = CohortFactory(places=1, full=True)
        people = [PlaceRequestFactory(cohort=cohort).person for _ in range(3)]
        staff = UserFactory(is_staff=True, is_superuser=True)
        actions.set_places(cohort=cohort, by=staff, places=3)
        assert places_of(cohort) == (3, 3)
        assert waiting(cohort) == people[2:]
        assert told(people[0]) == ["moved_up"]
        with pytest.raises(Refused, match="too_few_places"):
            actions.set_places(cohort=cohort, by=staff, places=2)
        with pytest.raises(NotAllowed):
            actions.set_places(cohort=cohort, by=people[0], places=9)

    def test_somebody_paused_keeps_their_turn(self):
        place = PlaceFactory(cohort__places=1)
        first = PlaceRequestFactory(cohort=place.cohort).person
        second = PlaceRequestFactory(cohort=place.cohort).person
        Pause.objects.create(person=first, starts_at=clock.now() - timedelta(days=1))
        actions.leave_cohort(cohort=place.cohort, by=place.person)
        assert selectors.enrolment_of(first, the_course().key).cohort == place.cohort
        assert waiting(place.cohort) == [second]

    def test_whoever_found_another_place_waits_no_more(self):
        place = PlaceFactory(cohort__places=1)
        first, second = [PlaceRequestFactory(cohort=place.cohort).person for _ in range(2)]
        elsewhere = CohortFactory()
        actions.join(cohort=elsewhere, by=first)
        assert waiting(place.cohort) == [second]
        PlaceRequest.objects.filter(person=first).update(state="waiting")
        actions.leave_cohort(cohort=place.cohort, by=place.person)
        assert waiting(place.cohort) == []
        assert selectors.enrolment_of(first, the_course().key).cohort == elsewhere
        assert selectors.enrolment_of(second, the_course().key).cohort == place.cohort

    def test_closing_ends_the_waiting_and_says_so(self):
        cohort = CohortFactory(places=1, full=True)
        person = PlaceRequestFactory(cohort=cohort).person
        actions.close_cohort(cohort=cohort, by=FacilitationFactory(cohort=cohort).person)
        assert waiting(cohort) == []
        assert told(person) == ["cohort_closed"]
        assert places_of(cohort) == (1, 1)

    def test_calling_off_tells_everybody_and_takes_nothing_away(self):
        cohort = CohortFactory(places=1, full=True)
        place = cohort.enrolments.get()
        asker = PlaceRequestFactory(cohort=cohort).person
        actions.cancel_cohort(cohort=cohort, by=FacilitationFactory(cohort=cohort).person)
        place.refresh_from_db()
        assert (told(place.person), told(asker)) == (["cohort_cancelled"], ["cohort_cancelled"])
        assert Notice.objects.get(person=place.person).route == "cohort"
        assert Notice.objects.get(person=asker).route == "cohorts", "the page itself is not theirs to see any more"
        assert (place.state, place.meetings_needed) == ("active", 0)
        assert waiting(cohort) == []

    def test_opening_makes_a_code_once(self):
        cohort = CohortFactory(by_code=True, draft=True)
        Cohort.objects.filter(pk=cohort.pk).update(code="ABCD2345")
        by = FacilitationFactory(cohort=cohort).person
        assert actions.open_cohort(cohort=cohort, by=by).code == "ABCD2345"
        actions.close_cohort(cohort=cohort, by=by)
        assert actions.open_cohort(cohort=cohort, by=by).code == "ABCD2345"
        with pytest.raises(Refused, match="wrong_state"):
            actions.open_cohort(cohort=cohort, by=by)
