"""The rules of a set meeting, told as what happens in one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from community.sets.meeting import commands as c
from community.sets.meeting import words
from community.sets.meeting.commands import ContributionKind
from community.sets.meeting.deciding.checks import Refusal
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.machine import replay, step
from community.sets.meeting.method import MOST_PLACES, absent_for, may_contribute
from community.sets.meeting.plan import TURN, Phase
from community.sets.meeting.state import State, from_json, to_json

SIX = datetime(2026, 3, 4, 18, tzinfo=UTC)
# Their places. Ada convenes, and leads; Ben and Cleo are the deputies; Eve is the set's adviser, where there is one.
ADA, BEN, CLEO, DAN, EVE = range(5)
QUESTION, ANSWER, NOTE, REFLECTION, RESOURCE = ContributionKind
MINUTE = 60


def seats(*roles: str, skip: int = 0) -> tuple[tuple[str, str, str], ...]:
    return tuple((f"seat{n}", f"person{n}", role) for n, role in enumerate(roles, start=skip))


class Meeting:
    """A meeting at its machine: says what was refused, or brings it about."""

    def __init__(self, *roles: str, **convened) -> None:
        self.state, self.log, self.now = State(), [], SIX
        self.house(c.Convene(places=seats(*(roles or ("convenor", "member", "member", "member"))), **convened))

    def ask(self, place: int | None, command: c.Command) -> list[Event]:
        answer = step(self.state, command, self.now, place=place, seq=len(self.log))
        assert isinstance(answer, list), words.refused(answer)
        self.state = replay(self.state, answer)
        self.log += answer
        return answer

    def house(self, command: c.Command) -> list[Event]:
        return self.ask(None, command)

    def refuses(self, place: int | None, command: c.Command) -> str:
        return self.refusal(place, command).code

    def refusal(self, place: int | None, command: c.Command) -> Refusal:
        answer = step(self.state, command, self.now, place=place, seq=len(self.log))
        assert isinstance(answer, Refusal), answer
        return answer

    def passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def visit(self) -> int:
        return self.state.visit.number

    def next(self, place: int = ADA, *, confirmed: bool = True) -> list[Event]:
        return self.ask(place, c.Next(visit=self.visit, confirmed=confirmed))

    def to(self, phase: Phase, presenters=(BEN, CLEO)) -> "Meeting":
        """On to a phase, as whoever leads would do it."""
        while self.state.phase != phase:
            if self.state.phase == Phase.BIDS and not self.state.turns:
                self.chooses(*presenters)
            self.next(self.state.holder)
        self.passes(30)  # out of the way of pace and undo
        return self

    def chooses(self, *presenters: int) -> list[Event]:
        """Whoever leads says who presents; they are there."""
        for place in presenters:
            if not self.state.places[place].how:
                self.ask(place, c.Arrive())
        return self.ask(self.state.holder, c.Choose(visit=self.visit, presenters=presenters))

    def says(self, place: int, kind: ContributionKind, text: str = "So it is.", **more) -> list[Event]:
        return self.ask(place, c.Contribute(kind=kind, text=text, **more))

    def cannot_say(self, place: int, kind: ContributionKind, text: str = "So it is.", **more) -> str:
        return self.refuses(place, c.Contribute(kind=kind, text=text, **more))

    @property
    def left(self) -> int:
        return int((self.state.visit.timer.ends_at - self.now).total_seconds())


@pytest.fixture
def meeting():
    return Meeting(minutes=120)


@pytest.fixture
def exploring(meeting):
    return meeting.to(Phase.EXPLORE)


class TestConvening:
    def test_the_convenor_leads_and_two_others_are_deputies(self, meeting):
        assert meeting.state.phase == Phase.LOBBY
        assert meeting.state.holder == ADA
        assert meeting.state.deputies == (BEN, CLEO)

    def test_the_adviser_leads_where_there_is_one_and_a_member_where_there_is_neither(self):
        assert Meeting("convenor", "member", "adviser").state.holder == 2
        assert Meeting("member", "member").state.holder == 0

    def test_the_room_is_made_once(self, meeting):
        assert meeting.house(c.Convene(places=seats("member"))) == []

    def test_what_was_promised_last_time_is_on_the_table(self):
        state = Meeting("convenor", "member", reviews=(("one", BEN),), agreement=True).state
        assert {Phase.AGREEMENT, Phase.ACTION_REVIEW} <= {part.phase for part in state.parts}
        assert [(review.commitment, review.place) for review in state.reviews] == [("one", BEN)]


class TestWhoMayContribute:
    @pytest.mark.parametrize(
        ("phase", "presenter", "others"),
        [
            (Phase.PRESENT, {NOTE}, set()),
            (Phase.CLARIFY, {ANSWER}, {QUESTION}),
            (Phase.EXPLORE, {ANSWER}, {QUESTION}),
            (Phase.REFLECT_BACK, set(), {REFLECTION}),
            (Phase.COMMITMENTS, {NOTE}, set()),
        ],
    )
    def test_in_a_turn(self, meeting, phase, presenter, others):
        meeting.to(phase)
        assert may_contribute(meeting.state, BEN) == presenter
        for place in (ADA, CLEO, DAN):
            assert may_contribute(meeting.state, place) == others

    @pytest.mark.parametrize(
        ("phase", "kind"),
        [
            (Phase.LOBBY, NOTE),
            (Phase.CHECK_IN, REFLECTION),
            (Phase.BIDS, NOTE),
            (Phase.PROCESS_REVIEW, REFLECTION),
            (Phase.CLOSE, REFLECTION),
        ],
    )
    def test_outside_turns_everybody(self, meeting, phase, kind):
        meeting.to(phase)
        assert {may_contribute(meeting.state, place) for place in range(4)} == {frozenset({kind})}

    def test_others_listen_while_somebody_presents(self, meeting):
        meeting.to(Phase.PRESENT)
        assert meeting.cannot_say(CLEO, NOTE) == "listening"
        meeting.says(BEN, NOTE)

    def test_the_presenter_listens_while_others_reflect_back(self, meeting):
        meeting.to(Phase.REFLECT_BACK)
        assert meeting.cannot_say(BEN, REFLECTION) == "listening"
        meeting.says(CLEO, REFLECTION)

    def test_something_else_than_the_phase_is_for(self, meeting):
        meeting.to(Phase.CLARIFY)
        assert meeting.cannot_say(CLEO, RESOURCE) == "wrong_kind"

    def test_resources_only_when_the_presenter_wants_some(self, meeting):
        meeting.to(Phase.REFLECT_BACK)
        assert meeting.refuses(CLEO, c.WantResources()) == "not_presenting"
        meeting.ask(BEN, c.WantResources())
        meeting.next()
        assert meeting.state.phase == Phase.RESOURCES
        meeting.says(CLEO, RESOURCE)
        assert meeting.cannot_say(BEN, RESOURCE) == "listening"
        assert meeting.ask(BEN, c.WantResources(on=False)) == []  # they have begun
        meeting.next()
        assert meeting.state.phase == Phase.COMMITMENTS

    def test_without_that_they_are_left_out(self, meeting):
        meeting.to(Phase.REFLECT_BACK).next()
        assert meeting.state.phase == Phase.COMMITMENTS

    def test_nobody_from_outside(self, meeting):
        assert meeting.cannot_say(7, NOTE) == "not_here"


class TestTexts:
    @pytest.mark.parametrize(("text", "why"), [("", "empty"), (" \n", "empty"), ("x" * 2001, "too_long")])
    def test_neither_nothing_nor_a_book(self, meeting, text, why):
        assert meeting.cannot_say(ADA, NOTE, text) == why

    def test_two_thousand_characters_fit(self, meeting):
        assert meeting.says(ADA, NOTE, "é" * 2000)

    def test_no_event_carries_words(self, meeting):
        meeting.says(ADA, NOTE, "between us")
        assert "between us" not in str(meeting.log)

    def test_advice_is_not_blocked(self, exploring):
        assert exploring.says(CLEO, QUESTION, "You should talk to her.")


class TestRounds:
    @pytest.mark.parametrize("phase", [Phase.CHECK_IN, Phase.CLOSE])
    def test_once_each(self, meeting, phase):
        meeting.to(phase)
        meeting.says(BEN, REFLECTION)
        assert meeting.cannot_say(BEN, REFLECTION) == "already_spoken"
        assert meeting.state.visit.spoken == (BEN,)

    def test_or_a_pass(self, meeting):
        meeting.to(Phase.CHECK_IN)
        meeting.ask(BEN, c.Pass())
        assert meeting.ask(BEN, c.Pass()) == []
        assert meeting.cannot_say(BEN, REFLECTION) == "already_spoken"

    def test_the_process_review_is_a_conversation(self, meeting):
        meeting.to(Phase.PROCESS_REVIEW)
        meeting.says(BEN, REFLECTION)
        meeting.says(BEN, REFLECTION)
        assert meeting.state.visit.spoken == (BEN,)


class TestExplore:
    def test_one_question_at_a_time(self, exploring):
        asked = exploring.says(CLEO, QUESTION)
        assert exploring.state.question == asked[0].seq
        assert exploring.cannot_say(DAN, QUESTION) == "wait_for_floor"
        exploring.says(BEN, ANSWER)
        exploring.says(DAN, QUESTION)

    def test_raised_hands_have_the_floor_in_order(self, exploring):
        exploring.says(CLEO, QUESTION)
        exploring.ask(DAN, c.RaiseHand())
        exploring.ask(ADA, c.RaiseHand())
        assert exploring.state.hands == (DAN, ADA)
        exploring.says(BEN, ANSWER)
        assert (exploring.state.floor, exploring.state.hands) == (DAN, (ADA,))
        assert exploring.cannot_say(ADA, QUESTION) == "wait_for_floor"
        exploring.says(DAN, QUESTION)
        exploring.ask(BEN, c.Pass())  # a question need not be answered
        assert exploring.state.floor == ADA

    def test_a_hand_may_come_down_and_the_next_is_asked(self, exploring):
        exploring.ask(CLEO, c.RaiseHand())
        exploring.ask(DAN, c.RaiseHand())
        exploring.ask(CLEO, c.LowerHand())
        assert exploring.state.floor == DAN

    def test_presenter_or_who_leads_may_call(self, exploring):
        exploring.says(CLEO, QUESTION)
        exploring.ask(ADA, c.RaiseHand())
        assert exploring.refuses(DAN, c.Call()) == "not_leading"
        exploring.ask(BEN, c.Call(place=DAN))
        assert (exploring.state.question, exploring.state.floor) == (None, DAN)
        exploring.ask(ADA, c.Call())
        assert exploring.state.floor == ADA
        assert exploring.refuses(ADA, c.Call(place=BEN)) == "wrong_value"
        assert exploring.refuses(ADA, c.Call(place=9)) == "gone"

    def test_the_presenter_raises_no_hand(self, exploring):
        assert exploring.refuses(BEN, c.RaiseHand()) == "listening"

    def test_silence_is_for_a_minute_and_the_presenter_may_break_it(self, exploring):
        exploring.ask(DAN, c.Silence())
        assert exploring.ask(CLEO, c.Silence()) == []
        refusal = exploring.refusal(CLEO, c.Contribute(kind=QUESTION, text="And?"))
        assert (refusal.code, refusal.retry_after) == ("silence", 60)
        exploring.says(BEN, ANSWER)
        exploring.passes(60)
        exploring.says(CLEO, QUESTION)

    def test_a_question_that_is_taken_back_waits_for_no_answer(self, exploring):
        seq = exploring.says(CLEO, QUESTION)[0].seq
        exploring.ask(CLEO, c.Withdraw(seq=seq, author=CLEO))
        assert exploring.state.question is None

    def test_nor_when_it_was_taken_back_while_the_meeting_had_gone_on_by_mistake(self, exploring):
        seq = exploring.says(CLEO, QUESTION)[0].seq
        exploring.next()
        exploring.ask(CLEO, c.Withdraw(seq=seq, author=CLEO))
        exploring.ask(ADA, c.UndoNext(visit=exploring.visit))
        assert exploring.state.question is None


class TestBids:
    @pytest.fixture
    def bidding(self, meeting):
        return meeting.to(Phase.BIDS)

    def test_one_line_each(self, bidding):
        bidding.ask(BEN, c.Bid(text="My rota"))
        assert bidding.refuses(BEN, c.Bid(text="My rota, that is")) == "already_bid"
        assert bidding.refuses(CLEO, c.Bid(text="x" * 301)) == "too_long"
        bidding.ask(CLEO, c.Bid(text="My manager"))
        assert bidding.state.bids == (BEN, CLEO)
        bidding.ask(BEN, c.WithdrawBid())
        assert bidding.state.bids == (CLEO,)

    def test_only_while_they_are_asked_for(self, meeting):
        assert meeting.refuses(BEN, c.Bid(text="My rota")) == "wrong_phase"

    def test_an_adviser_does_not_present(self):
        bidding = Meeting("convenor", "member", "member", "member", "adviser").to(Phase.BIDS)
        assert bidding.refuses(EVE, c.Bid(text="My rota")) == "adviser_does_not_present"
        wish = c.Choose(visit=bidding.visit, presenters=(EVE,))
        assert bidding.refuses(EVE, wish) == "adviser_does_not_present"

    def test_who_leads_says_what_was_agreed_and_everybody_gets_the_same_air_time(self, bidding):
        assert bidding.refuses(BEN, c.Choose(visit=bidding.visit, presenters=(BEN,))) == "not_leading"
        bidding.chooses(CLEO, BEN)
        assert [(turn.presenter, turn.minutes) for turn in bidding.state.turns] == [(CLEO, 34), (BEN, 34)]
        bidding.next()
        assert bidding.state.presenter == CLEO

    def test_more_turns_than_were_planned_are_shorter_ones(self, bidding):
        bidding.chooses(CLEO, BEN, DAN)
        minutes = [turn.minutes for turn in bidding.state.turns]
        assert max(minutes) < 34
        assert max(minutes) - min(minutes) <= 1
        planned = sum(part.minutes for part in bidding.state.parts if part.phase != Phase.RESOURCES)
        assert planned == 120

    def test_the_same_choice_again_is_nothing_new(self, bidding):
        bidding.chooses(CLEO, BEN)
        assert bidding.chooses(CLEO, BEN, CLEO) == []

    @pytest.mark.parametrize(("presenters", "why"), [((), "wrong_value"), ((BEN, 9), "gone"), ((BEN, DAN), "absent")])
    def test_somebody_who_is_here(self, bidding, presenters, why):
        bidding.ask(BEN, c.Arrive())
        assert bidding.refuses(ADA, c.Choose(visit=bidding.visit, presenters=presenters)) == why

    @pytest.mark.parametrize("asking", [(), (BEN,)])
    def test_going_on_while_nobody_is_to_present_is_asked_about(self, bidding, asking):
        for place in asking:
            bidding.ask(place, c.Bid(text="My rota"))
        bidding.passes(60 * MINUTE)
        assert bidding.refuses(ADA, c.Next(visit=bidding.visit)) == "confirm"
        bidding.next()
        assert bidding.state.turn is None  # nobody presents today


class TestPromises:
    @pytest.fixture
    def reviewing(self):
        return Meeting(minutes=120, reviews=(("one", BEN), ("two", CLEO))).to(Phase.ACTION_REVIEW)

    def test_each_says_what_became_of_their_own(self, reviewing):
        assert reviewing.refuses(CLEO, c.Review(commitment="one", outcome="done")) == "not_yours"
        assert reviewing.refuses(BEN, c.Review(commitment="none", outcome="done")) == "nothing_there"
        assert reviewing.refuses(BEN, c.Review(commitment="one", outcome="forgotten")) == "no_outcome"
        reviewing.ask(BEN, c.Review(commitment="one", outcome="partly", text="Asking is half of it."))
        assert reviewing.refuses(BEN, c.Review(commitment="one", outcome="done")) == "already_reviewed"
        assert [review.outcome for review in reviewing.state.reviews] == ["partly", ""]

    def test_going_on_before_all_are_looked_at_is_asked_about(self, reviewing):
        reviewing.passes(60 * MINUTE)
        assert reviewing.refuses(ADA, c.Next(visit=reviewing.visit)) == "confirm"
        for place, commitment in ((BEN, "one"), (CLEO, "two")):
            reviewing.ask(place, c.Review(commitment=commitment, outcome="done"))
        reviewing.next(confirmed=False)
        assert reviewing.state.phase == Phase.BIDS

    def test_the_presenter_says_what_by_when_and_how_sure(self, meeting):
        meeting.to(Phase.COMMITMENTS)
        promise = c.Commit(text="Ask her", first_step="Find a day", by_when=date(2026, 4, 1), confidence=7)
        assert meeting.refuses(CLEO, promise) == "not_presenting"
        (event,) = meeting.ask(BEN, promise)
        assert event.data == {"by_when": "2026-04-01", "confidence": 7}

    @pytest.mark.parametrize(
        ("promise", "why"),
        [
            (c.Commit(text=" "), "empty"),
            (c.Commit(text="x" * 2001), "too_long"),
            (c.Commit(text="Ask", first_step="x" * 301), "too_long"),
            (c.Commit(text="Ask", confidence=11), "wrong_value"),
            (c.Commit(text="Ask", by_when=date(2026, 3, 2)), "wrong_date"),
            (c.Commit(text="Ask", by_when=date(2028, 3, 10)), "wrong_date"),
        ],
    )
    def test_that_can_be_kept(self, meeting, promise, why):
        meeting.to(Phase.COMMITMENTS)
        assert meeting.refuses(BEN, promise) == why

    def test_today_is_still_yesterday_further_west(self, meeting):
        meeting.to(Phase.COMMITMENTS)
        assert meeting.ask(BEN, c.Commit(text="Ask", by_when=date(2026, 3, 3)))


class TestTelephone:
    @pytest.fixture
    def calling(self, meeting):
        """Dan is on the telephone, and Cleo writes for him."""
        meeting.ask(CLEO, c.Arrive())
        meeting.ask(CLEO, c.Arrive(how="telephone", behalf=DAN))
        return meeting

    def test_a_scribe_enters_what_is_said_and_the_log_tells_both(self, calling):
        calling.to(Phase.CHECK_IN)
        (event,) = calling.says(CLEO, REFLECTION, behalf=DAN)
        assert (event.place, event.data["for"]) == (CLEO, DAN)
        assert calling.state.visit.spoken == (DAN,)
        calling.says(CLEO, REFLECTION)  # their own is still to come

    def test_only_for_those_who_have_no_page_of_their_own(self, calling):
        calling.ask(BEN, c.Arrive())
        assert calling.cannot_say(CLEO, NOTE, behalf=BEN) == "not_by_telephone"
        assert calling.refuses(CLEO, c.Arrive(how="telephone", behalf=BEN)) == "not_by_telephone"
        assert calling.refuses(CLEO, c.Arrive(how="web", behalf=DAN)) == "not_by_telephone"
        assert calling.cannot_say(CLEO, NOTE, behalf=9) == "gone"

    def test_what_is_open_is_open_for_the_one_it_is_for(self, calling):
        calling.to(Phase.PRESENT, presenters=(DAN,))
        assert calling.cannot_say(CLEO, NOTE) == "listening"
        calling.says(CLEO, NOTE, behalf=DAN)

    def test_all_that_one_can_do_on_a_page(self, calling):
        calling.to(Phase.BIDS).ask(CLEO, c.Bid(text="My rota", behalf=DAN))
        assert calling.state.bids == (DAN,)
        calling.to(Phase.EXPLORE, presenters=(DAN,))
        calling.says(BEN, QUESTION)
        calling.ask(CLEO, c.Pass(behalf=DAN))
        assert calling.state.question is None
        calling.ask(CLEO, c.WantResources(behalf=DAN))
        calling.to(Phase.COMMITMENTS).ask(CLEO, c.Commit(text="Ask her", behalf=DAN))
        calling.ask(CLEO, c.Leave(behalf=DAN))
        assert calling.state.places[DAN].how == ""

    def test_coming_to_the_page_makes_one_their_own_scribe(self, calling):
        calling.ask(DAN, c.Arrive())
        assert calling.cannot_say(CLEO, NOTE, behalf=DAN) == "not_by_telephone"


class TestLeading:
    @pytest.fixture
    def all_here(self, meeting):
        for place in range(4):
            meeting.ask(place, c.Arrive())
        return meeting

    @pytest.mark.parametrize(
        "command",
        [c.Next, c.Back, c.UndoNext, c.TakeBreak, c.PauseTimer, c.ResumeTimer],
    )
    def test_only_who_leads_moves_the_meeting(self, meeting, command):
        assert meeting.refuses(BEN, command(visit=meeting.visit)) == "not_leading"

    def test_it_is_handed_over_and_who_had_it_becomes_a_deputy(self, meeting):
        assert meeting.refuses(BEN, c.HandOver(to=BEN)) == "not_leading"
        meeting.ask(ADA, c.HandOver(to=DAN))
        assert (meeting.state.holder, meeting.state.deputies) == (DAN, (ADA, BEN, CLEO))
        assert meeting.refuses(ADA, c.HandOver(to=BEN)) == "not_leading"
        assert meeting.refuses(DAN, c.HandOver(to=9)) == "gone"

    def test_deputies_are_named(self, meeting):
        meeting.ask(ADA, c.NameDeputies(deputies=(DAN, ADA, DAN)))
        assert meeting.state.deputies == (DAN,)

    def test_a_deputy_may_ask_after_a_minute_and_another_agrees(self, all_here):
        refusal = all_here.refusal(BEN, c.ClaimLead(absent=59))
        assert (refusal.code, refusal.retry_after) == ("still_led", 1)
        all_here.ask(BEN, c.ClaimLead(absent=60))
        assert all_here.state.holder == ADA  # nobody is promoted silently
        assert all_here.refuses(BEN, c.ConfirmClaim(to=BEN)) == "another_must_agree"
        all_here.ask(DAN, c.ConfirmClaim(to=BEN))
        assert (all_here.state.holder, all_here.state.claim) == (BEN, None)
        assert [event.kind for event in all_here.log[-2:]] == [Kind.CLAIMED, Kind.CLAIM_CONFIRMED]

    def test_agreeing_is_to_somebody(self, all_here):
        all_here.ask(BEN, c.ClaimLead(absent=60))
        all_here.ask(CLEO, c.ClaimLead(absent=60))
        assert all_here.refuses(DAN, c.ConfirmClaim(to=BEN)) == "stale"
        all_here.ask(DAN, c.ConfirmClaim(to=CLEO))
        assert all_here.state.holder == CLEO

    def test_when_who_leads_is_back_nobody_takes_over(self, all_here):
        all_here.ask(BEN, c.ClaimLead(absent=60))
        all_here.says(ADA, NOTE, "Here I am again.")
        assert all_here.refuses(DAN, c.ConfirmClaim(to=BEN)) == "stale"

    def test_others_wait_for_the_deputies_for_five_minutes(self, all_here):
        refusal = all_here.refusal(DAN, c.ClaimLead(absent=61))
        assert (refusal.code, refusal.retry_after) == ("deputy_first", 239)
        all_here.ask(DAN, c.ClaimLead(absent=300))

    def test_but_not_for_deputies_who_are_not_there(self, all_here):
        for deputy in (BEN, CLEO):
            all_here.ask(deputy, c.Leave())
        all_here.ask(DAN, c.ClaimLead(absent=60))

    def test_who_said_goodbye_is_waited_for_like_anybody(self, all_here):
        all_here.ask(ADA, c.Leave())
        assert all_here.refuses(BEN, c.ClaimLead(absent=24 * 60 * MINUTE)) == "still_led"
        all_here.passes(60)
        all_here.ask(BEN, c.ClaimLead(absent=0))

    def test_who_never_came_was_away_since_the_room_was_made(self, meeting):
        assert meeting.refuses(BEN, c.ClaimLead()) == "still_led"
        meeting.passes(60)
        meeting.ask(BEN, c.ClaimLead())

    def test_over_days_people_are_waited_for_by_days(self):
        slow, day = Meeting(slow=True), 24 * 60 * MINUTE
        for place in range(4):
            slow.ask(place, c.Arrive())
        assert slow.refuses(BEN, c.ClaimLead(absent=2 * day - 1)) == "still_led_slow"
        assert slow.refuses(DAN, c.ClaimLead(absent=2 * day)) == "deputy_first_slow"
        slow.ask(BEN, c.ClaimLead(absent=2 * day))
        slow.ask(DAN, c.ClaimLead(absent=4 * day))


class TestGoingOn:
    def test_a_whole_meeting(self, meeting):
        seen = []
        while not meeting.state.is_over:
            if meeting.state.phase == Phase.BIDS:
                meeting.chooses(BEN, CLEO)
            meeting.next()
            seen.append(meeting.state.phase)
        turn = [phase for phase in TURN if phase != Phase.RESOURCES]
        before, after = [Phase.CHECK_IN, Phase.BIDS], [Phase.PROCESS_REVIEW, Phase.CLOSE, Phase.CLOSED]
        assert seen == [*before, *turn, Phase.BREAK, *turn, *after]

    def test_next_asks_when_time_is_left(self, meeting):
        meeting.to(Phase.CHECK_IN)
        assert meeting.refuses(ADA, c.Next(visit=meeting.visit)) == "confirm"
        meeting.passes(meeting.left - 30)
        meeting.next(confirmed=False)
        assert meeting.state.phase == Phase.BIDS

    def test_the_lobby_and_a_break_end_without_asking(self, meeting):
        meeting.next(confirmed=False)
        meeting.ask(ADA, c.TakeBreak(visit=meeting.visit))
        meeting.next(confirmed=False)
        assert meeting.state.phase == Phase.CHECK_IN

    def test_pressed_twice_it_goes_on_once(self, meeting):
        press = c.Next(visit=meeting.visit, confirmed=True)
        meeting.ask(ADA, press)
        assert meeting.refuses(ADA, press) == "stale"

    def test_it_can_be_undone_for_twenty_seconds(self, meeting):
        meeting.to(Phase.CHECK_IN).says(BEN, REFLECTION)
        ends_at, visit = meeting.state.visit.timer.ends_at, meeting.visit
        meeting.next()
        meeting.passes(20)
        meeting.ask(ADA, c.UndoNext(visit=meeting.visit))
        assert (meeting.state.phase, meeting.state.visit.timer.ends_at) == (Phase.CHECK_IN, ends_at)
        assert meeting.state.visit.spoken == (BEN,)
        assert meeting.visit == visit + 2
        assert meeting.refuses(ADA, c.UndoNext(visit=meeting.visit)) == "too_late"

    def test_hands_are_up_again_with_it(self, exploring):
        exploring.says(CLEO, QUESTION)
        exploring.ask(DAN, c.RaiseHand())
        exploring.ask(ADA, c.RaiseHand())
        exploring.next()
        assert exploring.state.hands == ()
        exploring.ask(ADA, c.UndoNext(visit=exploring.visit))
        assert exploring.state.hands == (DAN, ADA)

    def test_and_not_after_that(self, meeting):
        meeting.next()
        meeting.passes(21)
        assert meeting.refuses(ADA, c.UndoNext(visit=meeting.visit)) == "too_late"

    def test_going_back_deletes_nothing_and_is_another_visit(self, meeting):
        meeting.to(Phase.CHECK_IN).says(BEN, REFLECTION)
        first, lines = meeting.visit, list(meeting.log)
        meeting.next()
        meeting.ask(ADA, c.Back(visit=meeting.visit))
        assert meeting.state.phase == Phase.CHECK_IN
        assert meeting.visit == first + 2
        assert meeting.log[: len(lines)] == lines
        meeting.says(BEN, REFLECTION)

    def test_before_the_first_there_is_nothing(self, meeting):
        assert meeting.refuses(ADA, c.Back(visit=meeting.visit)) == "nothing_before"
        meeting.next()
        assert meeting.refuses(ADA, c.Back(visit=meeting.visit)) == "nothing_before"

    def test_what_was_left_out_is_left_out_on_the_way_back(self, meeting):
        meeting.to(Phase.COMMITMENTS)
        meeting.ask(ADA, c.Back(visit=meeting.visit))
        assert meeting.state.phase == Phase.REFLECT_BACK


class TestTimers:
    @pytest.fixture
    def timed(self):
        meeting = Meeting(minutes=90)
        meeting.next()
        return meeting

    def test_the_phase_brings_its_own(self, timed):
        assert timed.left == 8 * MINUTE  # two each

    def test_pausing_keeps_what_is_left(self, timed):
        timed.passes(90)
        timed.ask(ADA, c.PauseTimer(visit=timed.visit))
        assert timed.ask(ADA, c.PauseTimer(visit=timed.visit)) == []
        timed.passes(600)
        assert timed.state.visit.timer.left == 390
        timed.ask(ADA, c.ResumeTimer(visit=timed.visit))
        assert timed.left == 390

    def test_more_time(self, timed):
        timed.ask(ADA, c.Extend(visit=timed.visit, minutes=3))
        assert timed.left == 11 * MINUTE
        timed.ask(ADA, c.PauseTimer(visit=timed.visit))
        timed.ask(ADA, c.Extend(visit=timed.visit, minutes=2))
        assert timed.state.visit.timer.left == 13 * MINUTE
        assert timed.state.visit.timer.lasts == 13 * MINUTE

    def test_time_that_has_run_out_is_not_owed(self, timed):
        timed.passes(20 * MINUTE)
        timed.ask(ADA, c.Extend(visit=timed.visit, minutes=5))
        assert timed.left == 5 * MINUTE

    @pytest.mark.parametrize("minutes", [0, 61])
    def test_within_reason(self, timed, minutes):
        assert timed.refuses(ADA, c.Extend(visit=timed.visit, minutes=minutes)) == "wrong_value"

    def test_zero_is_no_next(self, timed):
        timed.passes(60 * MINUTE)
        timed.says(BEN, REFLECTION)
        assert timed.state.phase == Phase.CHECK_IN


class TestBreaks:
    def test_somebody_needs_one_and_nobody_need_know_who(self, exploring):
        (event,) = exploring.ask(DAN, c.NeedBreak())
        assert event.place is None
        assert exploring.state.break_asked
        assert exploring.ask(CLEO, c.NeedBreak()) == []

    def test_afterwards_the_phase_goes_on_with_the_time_it_had(self, exploring):
        left = exploring.left
        exploring.ask(ADA, c.TakeBreak(visit=exploring.visit, minutes=5))
        assert (exploring.state.phase, exploring.left) == (Phase.BREAK, 5 * MINUTE)
        exploring.says(BEN, NOTE)
        exploring.passes(400)
        exploring.next(confirmed=False)
        assert (exploring.state.phase, exploring.state.presenter, exploring.left) == (Phase.EXPLORE, BEN, left)
        assert not exploring.state.break_asked

    def test_and_as_it_was_before(self, exploring):
        asked = exploring.says(CLEO, QUESTION)[0].seq
        exploring.ask(DAN, c.RaiseHand())
        exploring.ask(ADA, c.Arrive())
        exploring.ask(ADA, c.RaiseHand())
        exploring.ask(ADA, c.TakeBreak(visit=exploring.visit, minutes=5))
        exploring.ask(ADA, c.Leave())
        exploring.next()
        assert (exploring.state.question, exploring.state.hands) == (asked, (DAN,))
        exploring.says(BEN, ANSWER)
        assert exploring.state.floor == DAN

    def test_who_has_the_floor_keeps_it_and_what_was_taken_back_needs_no_answer(self, exploring):
        exploring.ask(DAN, c.RaiseHand())
        exploring.ask(ADA, c.TakeBreak(visit=exploring.visit, minutes=5))
        exploring.next()
        assert exploring.state.floor == DAN
        asked = exploring.says(DAN, QUESTION)[0].seq
        exploring.ask(ADA, c.TakeBreak(visit=exploring.visit, minutes=5))
        exploring.ask(DAN, c.Withdraw(seq=asked, author=DAN))
        exploring.next()
        assert exploring.state.question is None

    def test_who_has_spoken_has_spoken_before_and_after_it(self, meeting):
        meeting.to(Phase.CHECK_IN).says(BEN, REFLECTION)
        meeting.ask(ADA, c.TakeBreak(visit=meeting.visit, minutes=5))
        meeting.next()
        assert meeting.cannot_say(BEN, REFLECTION) == "already_spoken"
        meeting.says(CLEO, REFLECTION)

    def test_also_when_the_end_of_it_was_undone(self, exploring):
        asked = exploring.says(CLEO, QUESTION)[0].seq
        exploring.ask(ADA, c.TakeBreak(visit=exploring.visit, minutes=5))
        exploring.next()
        exploring.ask(ADA, c.UndoNext(visit=exploring.visit))
        assert (exploring.state.phase, exploring.state.question) == (Phase.BREAK, None)
        exploring.next()
        assert exploring.state.question == asked

    def test_not_in_the_lobby_nor_in_a_break(self, meeting):
        assert meeting.refuses(ADA, c.TakeBreak(visit=meeting.visit)) == "wrong_phase"
        meeting.to(Phase.BREAK)
        assert meeting.refuses(ADA, c.TakeBreak(visit=meeting.visit)) == "wrong_phase"
        assert meeting.refuses(BEN, c.NeedBreak()) == "wrong_phase"


class TestSlow:
    @pytest.fixture
    def slow(self):
        return Meeting(slow=True)

    def test_phases_end_with_a_day_where_the_set_is(self):
        slow = Meeting(slow=True, zone="America/Bogota")
        slow.next()
        assert slow.state.visit.timer.ends_at == datetime(2026, 3, 7, 4, 59, tzinfo=UTC)  # Friday 23:59 there
        assert slow.refuses(ADA, c.Next(visit=slow.visit)) == "confirm"
        slow.passes(slow.left)
        slow.next(confirmed=False)
        assert slow.state.phase == Phase.BIDS

    def test_also_when_clocks_change(self):
        slow = Meeting(slow=True, zone="Europe/Paris")
        slow.now = datetime(2026, 3, 28, 18, tzinfo=UTC)
        slow.next()
        assert slow.state.visit.timer.ends_at == datetime(2026, 3, 30, 21, 59, tzinfo=UTC)

    def test_nobody_waits_for_anybody_in_explore(self, slow):
        slow.to(Phase.EXPLORE)
        for place in (ADA, CLEO, DAN):
            slow.says(place, QUESTION)
        assert (slow.state.question, slow.state.floor) == (None, None)
        for command in (c.Silence(), c.Call(place=DAN)):
            assert slow.refuses(BEN, command) == "wrong_phase"

    def test_it_has_no_breaks_and_does_not_fall_asleep(self, slow):
        slow.to(Phase.EXPLORE)
        assert slow.refuses(ADA, c.TakeBreak(visit=slow.visit)) == "wrong_phase"
        assert slow.refuses(BEN, c.NeedBreak()) == "wrong_phase"
        assert slow.house(c.Hold()) == []

    def test_deadlines_move_by_days(self, slow):
        slow.next()
        slow.ask(ADA, c.Extend(visit=slow.visit, minutes=3 * 24 * 60))
        assert slow.state.visit.timer.ends_at == datetime(2026, 3, 9, 23, 59, tzinfo=UTC)
        slow.passes(slow.left + 30 * 60 * MINUTE)
        slow.ask(ADA, c.Extend(visit=slow.visit, minutes=24 * 60))
        assert slow.state.visit.timer.ends_at == datetime(2026, 3, 12, 23, 59, tzinfo=UTC), "a day from now"
        assert slow.refuses(ADA, c.PauseTimer(visit=slow.visit)) == "wrong_phase"


class TestHolding:
    def test_everything_waits_until_anybody_says_to_go_on(self, exploring):
        left = exploring.left
        exploring.house(c.Hold())
        assert exploring.house(c.Hold()) == []
        exploring.passes(5 * 60 * MINUTE)
        assert exploring.cannot_say(CLEO, QUESTION) == "held"
        assert exploring.refuses(ADA, c.Next(visit=exploring.visit)) == "held"
        exploring.ask(DAN, c.GoOn())
        assert exploring.ask(DAN, c.GoOn()) == []
        assert exploring.left == left
        exploring.says(CLEO, QUESTION)

    def test_a_timer_that_was_stopped_is_not_set_going_by_that(self, exploring):
        exploring.ask(ADA, c.PauseTimer(visit=exploring.visit))
        left = exploring.state.visit.timer.left
        exploring.house(c.Hold())
        exploring.ask(DAN, c.GoOn())
        assert (exploring.state.visit.timer.ends_at, exploring.state.visit.timer.left) == (None, left)
        exploring.ask(ADA, c.ResumeTimer(visit=exploring.visit))
        exploring.house(c.Hold())
        exploring.ask(DAN, c.GoOn())
        assert exploring.left == left

    def test_the_lobby_may_be_quiet(self, meeting):
        assert meeting.house(c.Hold()) == []

    def test_a_forgotten_meeting_is_closed_by_the_house(self, exploring):
        exploring.house(c.Hold())
        (event,) = exploring.house(c.CloseForgotten())
        assert (event.place, event.data) == (None, {"forgotten": True})
        assert exploring.state.is_over
        assert not exploring.state.held

    def test_somebody_who_said_go_on_meanwhile_is_heard(self, exploring):
        exploring.house(c.Hold())
        exploring.ask(DAN, c.GoOn())
        assert exploring.house(c.CloseForgotten()) == []
        assert not exploring.state.is_over

    def test_one_that_nobody_is_left_for_is_closed_as_it_stands(self, exploring):
        exploring.house(c.CloseForgotten(anyhow=True))
        assert exploring.state.is_over


class TestSafety:
    def test_somebody_is_asked_to_pause_for_a_quarter_of_an_hour(self, meeting):
        assert meeting.refuses(BEN, c.Mute(place=CLEO)) == "not_leading"
        assert meeting.refuses(ADA, c.Mute(place=ADA)) == "wrong_value"
        meeting.ask(ADA, c.Mute(place=CLEO))
        refusal = meeting.refusal(CLEO, c.Contribute(kind=NOTE, text="But"))
        assert (refusal.code, refusal.retry_after) == ("muted", 900)
        assert meeting.refuses(CLEO, c.RaiseHand()) == "muted"
        meeting.passes(15 * MINUTE)
        meeting.says(CLEO, NOTE)

    def test_leaving_the_set_and_coming_back_does_not_end_it(self, meeting):
        meeting.ask(ADA, c.Mute(place=CLEO))
        before = [(each.seat, each.person, each.role) for each in meeting.state.places]
        meeting.house(c.Reseat(places=tuple(each for n, each in enumerate(before) if n != CLEO)))
        again = ("another-seat", before[CLEO][1], before[CLEO][2])
        meeting.house(c.Reseat(places=(*(each for n, each in enumerate(before) if n != CLEO), again)))
        back = len(before)
        assert meeting.state.places[back].seat == "another-seat"
        assert meeting.refuses(back, c.RaiseHand()) == "muted"

    def test_or_until_it_is_taken_back(self, meeting):
        assert meeting.ask(ADA, c.Mute(place=CLEO, off=True)) == []
        meeting.ask(ADA, c.Mute(place=CLEO))
        meeting.ask(ADA, c.Mute(place=CLEO, off=True))
        meeting.says(CLEO, NOTE)

    def test_who_is_asked_to_pause_gives_up_the_floor(self, exploring):
        exploring.ask(CLEO, c.RaiseHand())
        exploring.ask(DAN, c.RaiseHand())
        exploring.ask(ADA, c.Mute(place=CLEO))
        assert exploring.state.floor == DAN

    def test_the_adviser_keeps_people_safe_without_leading(self):
        meeting = Meeting("convenor", "member", "member", "member", "adviser")
        meeting.ask(EVE, c.HandOver(to=ADA))
        meeting.ask(EVE, c.Mute(place=ADA))
        seq = meeting.says(BEN, NOTE)[0].seq
        meeting.ask(EVE, c.Hide(seq=seq, reason="Names somebody", author=BEN))

    def test_hiding_needs_a_reason(self, meeting):
        seq = meeting.says(BEN, NOTE)[0].seq
        assert meeting.refuses(CLEO, c.Hide(seq=seq, reason="No", author=BEN)) == "not_leading"
        assert meeting.refuses(ADA, c.Hide(seq=seq, reason=" ", author=BEN)) == "empty"
        assert meeting.refuses(ADA, c.Hide(seq=99, reason="Names somebody")) == "nothing_there"
        meeting.ask(ADA, c.Hide(seq=seq, reason="Names somebody", author=BEN))

    def test_ones_own_words_can_be_taken_back(self, meeting):
        seq = meeting.says(BEN, NOTE)[0].seq
        assert meeting.refuses(ADA, c.Withdraw(seq=seq, author=BEN)) == "not_yours"
        assert meeting.refuses(BEN, c.Withdraw(seq=99)) == "nothing_there"
        meeting.ask(BEN, c.Withdraw(seq=seq, author=BEN))

    def test_after_the_meeting_too(self, meeting):
        seq = meeting.says(BEN, NOTE)[0].seq
        meeting.to(Phase.CLOSED)
        meeting.ask(ADA, c.Hide(seq=seq, reason="Names somebody", author=BEN))
        meeting.ask(BEN, c.Withdraw(seq=seq, author=BEN))


class TestPace:
    def test_five_at_once_then_one_in_two_seconds(self, meeting):
        for _time in range(5):
            meeting.says(BEN, NOTE)
        refusal = meeting.refusal(BEN, c.Contribute(kind=NOTE, text="And"))
        assert (refusal.code, refusal.retry_after) == ("too_fast", 2)
        meeting.says(CLEO, NOTE)  # others are not slowed down
        meeting.passes(1)
        assert meeting.refusal(BEN, c.Contribute(kind=NOTE, text="And")).retry_after == 1
        meeting.passes(1)
        meeting.says(BEN, NOTE)
        assert meeting.cannot_say(BEN, NOTE) == "too_fast"

    def test_who_was_quiet_has_five_again(self, meeting):
        for _time in range(5):
            meeting.says(BEN, NOTE)
        meeting.passes(10)
        for _time in range(5):
            meeting.says(BEN, NOTE)

    def test_it_is_the_scribe_who_types(self, meeting):
        meeting.ask(CLEO, c.Arrive(how="telephone", behalf=DAN))
        for behalf in (None, DAN, None, DAN, DAN):
            meeting.says(CLEO, NOTE, behalf=behalf)
        assert meeting.cannot_say(CLEO, NOTE, behalf=DAN) == "too_fast"


class TestSeats:
    def reseat(self, meeting, *keep, new=()):
        known = [(place.seat, place.person, place.role) for place in meeting.state.places]
        return meeting.house(c.Reseat(places=(*(known[number] for number in keep), *new)))

    def test_somebody_new_gets_the_next_place(self, meeting):
        self.reseat(meeting, ADA, BEN, CLEO, DAN, new=[("seat9", "person9", "member")])
        assert meeting.state.place_of("person9") == 4
        meeting.says(4, NOTE)

    def test_who_has_gone_can_do_nothing_and_leaves_nothing_waiting(self, exploring):
        exploring.ask(DAN, c.RaiseHand())
        exploring.ask(CLEO, c.RaiseHand())
        self.reseat(exploring, ADA, BEN, CLEO)
        assert exploring.state.floor == CLEO
        assert exploring.state.place_of("person3") is None
        assert exploring.cannot_say(DAN, QUESTION) == "not_here"
        assert [place.person for place in exploring.state.places][DAN] == "person3"  # numbers stay

    def test_the_first_deputy_leads_when_who_led_has_lost_their_seat(self, meeting):
        for place in (BEN, CLEO):
            meeting.ask(place, c.Arrive())
        meeting.passes(60)
        meeting.ask(BEN, c.ClaimLead())
        self.reseat(meeting, BEN, CLEO, DAN)
        assert (meeting.state.holder, meeting.state.deputies, meeting.state.claim) == (BEN, (CLEO,), None)

    def test_the_turns_of_somebody_who_has_gone_are_left_out(self, meeting):
        meeting.to(Phase.CLARIFY)
        self.reseat(meeting, ADA, CLEO, DAN)
        meeting.next()
        assert meeting.state.phase == Phase.BREAK
        meeting.next()
        assert (meeting.state.phase, meeting.state.presenter) == (Phase.PRESENT, CLEO)

    def test_also_from_a_break_in_the_middle_of_one(self, exploring):
        exploring.ask(ADA, c.TakeBreak(visit=exploring.visit, minutes=5))
        self.reseat(exploring, ADA, CLEO, DAN)
        exploring.next()
        assert (exploring.state.phase, exploring.left) == (Phase.BREAK, 10 * MINUTE)

    def test_a_promise_of_somebody_who_has_gone_waits_for_nobody(self):
        meeting = Meeting(reviews=(("one", BEN), ("two", CLEO))).to(Phase.ACTION_REVIEW)
        meeting.ask(CLEO, c.Review(commitment="two", outcome="done"))
        self.reseat(meeting, ADA, CLEO, DAN)
        assert [review.commitment for review in meeting.state.reviews] == ["two"]
        meeting.passes(60 * MINUTE)
        meeting.next(confirmed=False)

    def test_undo_brings_nobody_back(self, exploring):
        exploring.ask(DAN, c.RaiseHand())
        exploring.next()
        self.reseat(exploring, ADA, BEN, CLEO)
        exploring.ask(ADA, c.UndoNext(visit=exploring.visit))
        assert (exploring.state.phase, exploring.state.floor) == (Phase.EXPLORE, None)

    def test_there_is_an_end_to_places(self, meeting):
        crowd = [(f"new{n}", f"new{n}", "member") for n in range(60)]
        self.reseat(meeting, ADA, BEN, CLEO, DAN, new=crowd)
        assert len(meeting.state.places) == MOST_PLACES

    def test_the_same_seats_are_nothing_new(self, meeting):
        assert self.reseat(meeting, ADA, BEN, CLEO, DAN) == []


class TestOver:
    def test_nothing_more_is_said(self, meeting):
        meeting.to(Phase.CLOSED)
        for command in (
            c.Contribute(kind=NOTE, text="One more"),
            c.Arrive(),
            c.RaiseHand(),
            c.Next(visit=meeting.visit),
        ):
            assert meeting.refuses(ADA, command) == "over"
        assert [may_contribute(meeting.state, place) for place in range(4)] == [frozenset()] * 4

    def test_it_is_closed_with_a_next_that_is_always_asked_about(self, meeting):
        """There is no way back."""
        meeting.to(Phase.CLOSE)
        meeting.passes(10 * MINUTE)
        assert meeting.left < 0
        assert meeting.refuses(ADA, c.Next(visit=meeting.visit)) == "confirm"
        (event,) = meeting.next()
        assert event.kind == Kind.CLOSED


def test_a_snapshot_from_before_a_field_was_added_is_read(meeting):
    """A meeting over days lasts longer than a release."""
    kept = to_json(meeting.state)
    for added in ("zone", "stopped"):
        del kept[added]
    for place in kept["places"]:
        del place["since"]
        place["how"] = ""
    kept["away"] = 90  # at first only the seconds were kept
    state = from_json(kept)
    assert (state.zone, state.places[ADA].since, state.away.left) == ("UTC", None, 90)
    assert state.places[ADA].seat == meeting.state.places[ADA].seat
    assert absent_for(state, 7, SIX) == 7
