"""What holds whatever people do: any commands, by anybody, in any order, at any time."""

import json
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.sets.meeting import commands as c
from community.sets.meeting import words
from community.sets.meeting.commands import ContributionKind
from community.sets.meeting.deciding.checks import Refusal
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.machine import apply, replay, step
from community.sets.meeting.method import may_contribute
from community.sets.meeting.parsing import COMMANDS, BadCommand, parse
from community.sets.meeting.plan import EACH, TURN, Phase
from community.sets.meeting.state import State, from_json, to_json

START = datetime(2026, 3, 4, 18, tzinfo=UTC)
ROLES = ("member", "convenor", "member", "member", "adviser", "member", "member", "member")
REVIEWS = (str(UUID(int=1)), str(UUID(int=2)))
HOUSE = ("convene", "reseat", "hold", "close_forgotten")
ADVICE = "You should simply talk to your manager."

few = settings(max_examples=30, deadline=None)
many = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


# Commands ------------------------------------------------------------------------------------------------------------

places = st.one_of(st.integers(0, 7), st.sampled_from([8, 39, 2**31 - 1]))
numbers = st.one_of(st.integers(0, 12), st.sampled_from([30, 60, 61, 241, 2**31 - 1]))
texts = st.sampled_from(
    ["What do you notice?", ADVICE, "", " \n", "é" * 300, "x" * 301, "x" * 2000, "x" * 2001, "\u202e \u0661"]
)
dates = st.dates(START.date() - timedelta(days=3), START.date() + timedelta(days=800)).map(lambda day: day.isoformat())
BY_NAME = {
    "client_id": st.sampled_from(["", str(UUID(int=7))]),
    "commitment": st.sampled_from(["", *REVIEWS, str(UUID(int=9))]),
    "language": st.sampled_from(["", "fr", "pt-BR"]),
    "outcome": st.sampled_from(["done", "partly", "not_done", "changed", "perhaps", ""]),
    "how": st.sampled_from(["web", "telephone", "carrier pigeon"]),
    "place": places,
    "behalf": places,
    "to": places,
}
BY_TYPE = {
    "int": numbers,
    "str": texts,
    "bool": st.booleans(),
    "tuple[int, ...]": st.lists(places, max_size=5),
    "date": dates,
    "ContributionKind": st.sampled_from([str(kind) for kind in ContributionKind]),
}


def frames_of(name: str):
    """Frames that are well formed, with values from the sensible to the wild."""
    command = COMMANDS[name]
    known = [field for field in fields(command) if field.name not in command.looked_up]
    values = {field.name: BY_NAME.get(field.name, BY_TYPE[field.type.removesuffix(" | None")]) for field in known}
    needed = {field.name for field in known if field.default is MISSING}
    return st.fixed_dictionaries(
        {"command": st.just(name), **{key: value for key, value in values.items() if key in needed}},
        optional={key: value for key, value in values.items() if key not in needed},
    )


frames = st.sampled_from(sorted(COMMANDS)).flatmap(frames_of)
# What makes a meeting go on comes up more often.
often = st.sampled_from(["next", "next", "choose", "contribute", "contribute", "raise_hand", "bid", "arrive"])
of_the_house = st.one_of(
    st.lists(st.integers(0, 11), unique=True, max_size=10).map(lambda seats: c.Reseat(places=seats_of(seats))),
    st.just(c.Hold()),
)


@dataclass(frozen=True)
class Ask:
    """Somebody asks for something, so many seconds after the one before. `leading`: whoever leads does; `looking`: at
    the visit that it is."""

    command: c.Command
    seconds: int
    place: int | None
    leading: bool
    looking: bool
    author: int | None
    absent: int


asks = st.builds(
    Ask,
    command=st.one_of(often.flatmap(frames_of).map(parse), frames.map(parse), frames.map(parse), of_the_house),
    seconds=st.one_of(st.integers(0, 3), st.sampled_from([20, 21, 60, 299, 900, 3600])),
    place=st.integers(0, 8),
    leading=st.booleans(),
    looking=st.integers(0, 9).map(bool),
    author=st.one_of(st.none(), st.integers(0, 7)),
    absent=st.sampled_from([0, 59, 60, 300]),
)


def seats_of(numbers) -> tuple[tuple[str, str, str], ...]:
    return tuple((f"seat{number}", f"person{number}", ROLES[number % len(ROLES)]) for number in numbers)


# A run ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    before: State
    command: c.Command
    place: int | None
    at: datetime
    answer: list[Event] | Refusal
    after: State


@dataclass(frozen=True)
class Run:
    steps: list[Step]

    @property
    def events(self) -> list[Event]:
        return [event for each in self.steps if isinstance(each.answer, list) for event in each.answer]

    @property
    def states(self) -> list[State]:
        """After each event; the first is before all."""
        found = [State()]
        for event in self.events:
            found.append(apply(found[-1], event))
        return found


def run(people: int, slow: bool, minutes: int, further: int, asked: list[Ask]) -> Run:
    """A meeting of so many that has gone `further` phases on, as meetings do, and then meets what was asked."""
    state, now, seq, steps = State(), START, 0, []

    def do(command, place):
        nonlocal state, seq
        before, answer = state, step(state, command, now, place=place, seq=seq)
        if isinstance(answer, list):
            state, seq = replay(state, answer), seq + len(answer)
        steps.append(Step(before, command, place, now, answer, state))

    reviews = tuple((commitment, place) for place, commitment in enumerate(REVIEWS))
    do(c.Convene(places=seats_of(range(people)), reviews=reviews, minutes=minutes, agreement=True, slow=slow), None)
    for _number in range(further):
        if state.phase == Phase.BIDS:
            do(c.Arrive(), 0)
            do(c.Arrive(), 1)
            do(c.Choose(visit=state.visit.number, presenters=(0, 1)), state.holder)
        if state.phase == Phase.REFLECT_BACK:
            do(c.WantResources(), state.presenter)
        do(c.Next(visit=state.visit.number, confirmed=True), state.holder)
    for ask in asked:
        now += timedelta(seconds=ask.seconds)
        command, place = ask.command, state.holder if ask.leading else ask.place
        if isinstance(command, c.OnVisit) and ask.looking:
            command = replace(command, visit=state.visit.number)
        if isinstance(command, c.Withdraw | c.Hide):
            command = replace(command, author=ask.author)
        if isinstance(command, c.ClaimLead):
            command = replace(command, absent=ask.absent)
        do(command, None if command.name in HOUSE else place)
    return Run(steps)


runs = st.builds(
    run,
    people=st.integers(2, 8),
    slow=st.sampled_from([False, False, False, True]),
    minutes=st.sampled_from([45, 90, 120, 240]),
    further=st.integers(0, 20),
    asked=st.lists(asks, max_size=25),
)


# Laws ----------------------------------------------------------------------------------------------------------------


def check(state: State) -> None:
    """What no meeting may ever be in."""
    active = {number for number, place in enumerate(state.places) if place.active}
    everybody = range(len(state.places))
    for place in state.places:
        assert place.how in ("", "web", "telephone")
        assert place.active or not place.how
    # The plan
    assert -1 <= state.position < len(state.parts)
    assert (state.position == -1) <= (state.phase in (Phase.LOBBY, Phase.CLOSED))
    assert all(part.minutes >= 1 for part in state.parts)
    assert all(turn.presenter in everybody and state.places[turn.presenter].role != "adviser" for turn in state.turns)
    if state.phase in TURN:
        assert state.visit.turn in range(len(state.turns))
    else:
        assert state.visit.turn is None
    if state.position >= 0 and state.phase != Phase.CLOSED and state.away is None:
        assert state.parts[state.position].phase == state.phase
    assert state.phase != Phase.RESOURCES or state.turn.resources
    if state.away:
        assert state.away.left >= 1
        assert state.phase == Phase.BREAK
        assert set(state.away.hands) <= active - {state.away.floor}
        assert state.away.floor is None or state.away.floor in active
    # The timer
    if state.visit.timer:
        assert (state.visit.timer.ends_at is None) != (state.visit.timer.left is None)
        assert state.visit.timer.lasts >= 1
        assert (state.visit.timer.left or 0) >= 0
        assert state.visit.timer.ends_at is None or not state.held
    assert len(set(state.visit.spoken)) == len(state.visit.spoken)
    assert set(state.visit.spoken) <= set(everybody)
    # Who leads
    assert (state.holder in active) if active else (state.holder is None)
    assert len(set(state.deputies)) == len(state.deputies)
    assert set(state.deputies) <= active - {state.holder}
    assert state.claim is None or state.claim.place in active - {state.holder}
    # Hands and the floor
    assert len(set(state.hands)) == len(state.hands)
    assert set(state.hands) <= active - {state.floor}
    if state.floor is not None or state.question is not None:
        assert state.phase == Phase.EXPLORE
        assert not state.slow
        assert state.floor is None or state.question is None
    assert state.floor is None or state.floor in active - {state.presenter}
    if state.phase == Phase.EXPLORE:
        assert state.presenter not in state.hands
        assert state.slow or state.question is not None or state.floor is not None or not state.hands
    assert state.silence_until is None or state.phase == Phase.EXPLORE
    # What is asked for and what is owed
    assert len(set(state.bids)) == len(state.bids)
    assert all(place in active and state.places[place].role != "adviser" for place in state.bids)
    assert all(review.place in everybody and review.outcome in ("", *OUTCOMES) for review in state.reviews)
    # The way back
    if state.undo:
        assert -1 <= state.undo.position < len(state.parts)
        assert state.undo.visit.number < state.visit.number
        assert state.undo.visit.turn is None or state.undo.visit.turn < len(state.turns)
    if state.is_over:
        pending = (state.floor, state.question, state.claim, state.undo, state.away, state.silence_until)
        assert not state.hands
        assert not state.held
        assert not state.stopped
        assert not state.break_asked
        assert state.visit.timer is None
        assert pending == (None,) * len(pending)


OUTCOMES = ("done", "partly", "not_done", "changed")


def no_state_is_illegal(ran: Run) -> None:
    for state in ran.states:
        check(state)


def old_state_and_events_make_the_fresh_one_at_every_cut(ran: Run) -> None:
    events, states = ran.events, ran.states
    assert replay(State(), events) == states[-1] == ran.steps[-1].after
    for cut, state in enumerate(states):
        kept = from_json(json.loads(json.dumps(to_json(state))))
        assert kept == state
        assert replay(kept, events[cut:]) == states[-1]


def the_log_as_it_is_kept_replays_to_the_same(ran: Run) -> None:
    kept = [replace(event, data=json.loads(json.dumps(event.data)), kind=Kind(str(event.kind))) for event in ran.events]
    assert to_json(replay(State(), kept)) == to_json(ran.steps[-1].after)


def events_are_numbered_without_a_gap(ran: Run) -> None:
    assert [event.seq for event in ran.events] == list(range(1, len(ran.events) + 1))


def visits_are_numbered_once(ran: Run) -> None:
    visits = [state.visit for state in ran.states]
    for before, after in pairwise(visits):
        if (before.phase, before.turn, before.began_at) != (after.phase, after.turn, after.began_at):
            assert after.number == before.number + 1 or after.phase == before.phase == Phase.LOBBY
        else:
            assert after.number >= before.number


def deciding_leaves_everything_as_it_was_and_is_the_same_again(ran: Run) -> None:
    seq = 0
    for each in ran.steps:
        as_it_was = json.dumps(to_json(each.before))
        assert step(each.before, each.command, each.at, place=each.place, seq=seq) == each.answer
        assert json.dumps(to_json(each.before)) == as_it_was
        seq += len(each.answer) if isinstance(each.answer, list) else 0


def refusals_change_nothing_and_say_why(ran: Run) -> None:
    for each in ran.steps:
        if isinstance(each.answer, Refusal):
            assert each.after == each.before
            assert words.refused(each.answer)
            assert each.answer.retry_after is None or each.answer.retry_after >= 1


AGAIN_IS_MORE = (c.Contribute, c.Commit, c.Extend, c.Call, c.Mute, c.Hide, c.Withdraw)


def asked_twice_is_asked_once(ran: Run) -> None:
    for each in ran.steps:
        if isinstance(each.command, AGAIN_IS_MORE) or isinstance(each.answer, Refusal):
            continue
        again = step(each.after, each.command, each.at, place=each.place)
        assert isinstance(again, Refusal) or again == []


def nobody_contributes_but_who_may(ran: Run) -> None:
    for each in ran.steps:
        for event in each.answer if isinstance(each.answer, list) else ():
            if event.kind == Kind.CONTRIBUTED:
                assert event.data["kind"] in may_contribute(each.before, event.data.get("for", event.place))


def what_is_offered_is_what_is_allowed(ran: Run) -> None:
    last = ran.steps[-1]
    state, later = last.after, last.at + timedelta(hours=1)
    for place, sitting in enumerate(state.places):
        if not sitting.active or state.is_over or state.held:
            continue
        for kind in ContributionKind:
            answer = step(state, c.Contribute(kind=kind, text="So it is."), later, place=place)
            refused = answer.code if isinstance(answer, Refusal) else None
            if kind in may_contribute(state, place):
                assert refused in (None, "already_spoken", "wait_for_floor")
            else:
                assert refused in ("wrong_kind", "listening")


def advice_is_taken_as_any_question_is(ran: Run) -> None:
    for each in ran.steps:
        if isinstance(each.command, c.Contribute) and isinstance(each.answer, list):
            advice = replace(each.command, text=ADVICE)
            assert isinstance(step(each.before, advice, each.at, place=each.place), list)


def only_who_leads_moves_the_meeting(ran: Run) -> None:
    moved = {Kind.PHASE_ENTERED, Kind.UNDONE, Kind.TIMER_SET, Kind.PRESENTERS_CHOSEN, Kind.DEPUTIES_NAMED}
    for each in ran.steps:
        for event in each.answer if isinstance(each.answer, list) else ():
            if event.kind in moved or (event.kind == Kind.CLOSED and not event.data.get("forgotten")):
                assert event.place == each.before.holder


def the_lead_passes_by_being_handed_over_or_agreed_to_by_two(ran: Run) -> None:
    states = ran.states
    for event, before, after in zip(ran.events, states, states[1:], strict=False):
        if before.holder == after.holder or event.kind in (Kind.CONVENED, Kind.SEATED):
            continue
        match event.kind:
            case Kind.HANDED_OVER:
                assert event.place == before.holder
            case Kind.CLAIM_CONFIRMED:
                assert event.place != before.claim.place == after.holder
            case _:
                assert event.kind == Kind.UNSEATED
                assert event.data["place"] == before.holder


LAWS = [
    no_state_is_illegal,
    old_state_and_events_make_the_fresh_one_at_every_cut,
    the_log_as_it_is_kept_replays_to_the_same,
    events_are_numbered_without_a_gap,
    visits_are_numbered_once,
    deciding_leaves_everything_as_it_was_and_is_the_same_again,
    refusals_change_nothing_and_say_why,
    asked_twice_is_asked_once,
    nobody_contributes_but_who_may,
    what_is_offered_is_what_is_allowed,
    advice_is_taken_as_any_question_is,
    only_who_leads_moves_the_meeting,
    the_lead_passes_by_being_handed_over_or_agreed_to_by_two,
]


@few
@given(runs)
def test_laws_of_a_meeting(ran):
    for law in LAWS:
        law(ran)


@pytest.mark.slow
@many
@given(runs)
def test_laws_of_a_meeting_many_times(ran):
    for law in LAWS:
        law(ran)


@few
@given(st.integers(2, 8), st.booleans(), st.sampled_from([45, 90, 120, 240]))
def test_saying_next_often_enough_ends_every_meeting(people, slow, minutes):
    assert run(people, slow, minutes, 40, []).steps[-1].after.is_over


def test_the_runs_come_to_every_phase():
    """Else the laws would say little."""
    ran = run(6, False, 120, 30, [])
    assert {each.after.phase for each in ran.steps} == set(Phase)
    assert {part.phase for part in ran.steps[0].after.parts} >= EACH


# Frames --------------------------------------------------------------------------------------------------------------

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["\ud800", "a\x00b", str(UUID(int=3)), "2026-03-04", "question", "9" * 5000, *COMMANDS]),
)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
fields_of_all = sorted({field.name for command in COMMANDS.values() for field in fields(command)})
nearly = st.dictionaries(st.sampled_from(["type", *fields_of_all]), anything, max_size=4)


def taken(frame) -> c.Command | None:
    try:
        return parse(frame)
    except BadCommand:
        return None


@pytest.fixture(scope="module")
def opened() -> State:
    return run(4, False, 90, 8, []).steps[-1].after


class TestFrames:
    @few
    @given(anything)
    def test_anything_at_all_is_refused_in_one_way(self, frame):
        assert taken(frame) is None

    @settings(few, max_examples=100)
    @given(st.sampled_from(sorted(COMMANDS)), nearly)
    def test_what_is_nearly_right_is_a_command_that_the_machine_can_answer(self, opened, name, frame):
        command = taken({**frame, "command": name})
        if command is not None:
            for place in (None, -1, 0, 1, 7):
                answer = step(opened, command, START, place=place)
                assert isinstance(answer, list | Refusal)

    @few
    @given(frames, st.text(max_size=10), anything)
    def test_a_key_too_many_is_refused(self, frame, key, value):
        known = {field.name for field in fields(COMMANDS[frame["command"]])}
        if key not in known | {"command", "type"}:
            with pytest.raises(BadCommand, match="unknown_key"):
                parse({**frame, key: value})

    @few
    @given(
        frames,
        st.sampled_from(
            ["author", "absent", "bid", "gone", "by", "who", "seat", "person", "at", "server_now", "holder"]
        ),
    )
    def test_who_it_was_is_never_taken_from_a_frame(self, frame, key):
        with pytest.raises(BadCommand, match="unknown_key"):
            parse({**frame, key: 1})

    @few
    @given(frames)
    def test_nor_is_a_place_but_whom_it_is_about(self, frame):
        if frame["command"] not in ("call", "mute"):
            with pytest.raises(BadCommand, match="unknown_key"):
                parse({**frame, "place": 1})

    @pytest.mark.parametrize("name", [*HOUSE, "", "Next", "__class__", "command"])
    def test_what_the_house_does_is_nobody_elses(self, name):
        with pytest.raises(BadCommand, match="unknown_command"):
            parse({"command": name, "places": []})

    @few
    @given(frames)
    def test_a_key_too_few_is_refused(self, frame):
        command = COMMANDS[frame["command"]]
        for field in fields(command):
            if field.default is MISSING:
                with pytest.raises(BadCommand, match="missing_key"):
                    parse({key: value for key, value in frame.items() if key != field.name})

    @pytest.mark.parametrize(
        ("frame", "wrong"),
        [
            ({"command": "next", "visit": "1"}, "visit"),
            ({"command": "next", "visit": True}, "visit"),
            ({"command": "next", "visit": 1.0}, "visit"),
            ({"command": "next", "visit": -1}, "visit"),
            ({"command": "next", "visit": 2**31}, "visit"),
            ({"command": "next", "visit": None}, "visit"),
            ({"command": "next", "visit": 1, "confirmed": 1}, "confirmed"),
            ({"command": "choose", "visit": 1, "presenters": "12"}, "presenters"),
            ({"command": "choose", "visit": 1, "presenters": [0] * 41}, "presenters"),
            ({"command": "contribute", "kind": "advice", "text": "x"}, "kind"),
            ({"command": "contribute", "kind": ["note"], "text": "x"}, "kind"),
            ({"command": "contribute", "kind": "note", "text": "a\x00b"}, "text"),
            ({"command": "contribute", "kind": "note", "text": "\ud800"}, "text"),
            ({"command": "contribute", "kind": "note", "text": "x", "language": "longer than a row"}, "language"),
            ({"command": "contribute", "kind": "note", "text": "x", "client_id": "again"}, "client_id"),
            ({"command": "commit", "text": "x", "by_when": "soon"}, "by_when"),
            ({"command": "review", "commitment": "mine", "outcome": "done"}, "commitment"),
        ],
    )
    def test_a_value_that_does_not_fit_is_named(self, frame, wrong):
        with pytest.raises(BadCommand, match="bad_value") as refused:
            parse(frame)
        assert refused.value.field == wrong
