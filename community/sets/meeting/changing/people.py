"""What members do: coming and going, speaking, the floor, bids, reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from community.sets.meeting.events import Event, Kind
from community.sets.meeting.method import MAY_PASS, PACE
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import Away, State


def whose(event: Event) -> int:
    return event.data.get("for", event.place)


def with_place(state: State, number: int, **changes: Any) -> State:
    places = list(state.places)
    places[number] = replace(places[number], **changes)
    return replace(state, places=tuple(places))


def without(numbers: tuple[int, ...], *gone: int) -> tuple[int, ...]:
    return tuple(number for number in numbers if number not in gone)


def give_floor(state: State) -> State:
    """In explore the first raised hand has the floor as soon as it is free."""
    if state.phase != Phase.EXPLORE or state.slow or state.question is not None or state.floor is not None:
        return state
    waiting = without(state.hands, state.presenter)
    if not waiting:
        return state
    return replace(state, floor=waiting[0], hands=without(state.hands, waiting[0]))


def without_place(state: State, place: int, *, for_good: bool = False) -> State:
    state = replace(
        state,
        hands=without(state.hands, place),
        floor=None if state.floor == place else state.floor,
        claim=None if state.claim and state.claim.place == place else state.claim,
        away=_kept_without(state.away, place),
    )
    if for_good:
        heir = next((n for n in (*state.deputies, *range(len(state.places))) if state.places[n].active), None)
        state = replace(
            state,
            bids=without(state.bids, place),
            deputies=without(state.deputies, place),
            # Nobody is there to say what became of it.
            reviews=tuple(review for review in state.reviews if review.place != place or review.outcome),
            # Nobody is left who could hand it on: it falls to the first deputy, and the room says so.
            holder=heir if state.holder == place else state.holder,
            # A question to a presenter who has gone is answered by nobody.
            question=None if state.presenter == place else state.question,
        )
        state = replace(
            state,
            deputies=without(state.deputies, state.holder),
            claim=None if state.claim and state.claim.place == state.holder else state.claim,
        )
    return state


def _kept_without(away: Away | None, place: int) -> Away | None:
    if away is None:
        return None
    return replace(away, hands=without(away.hands, place), floor=None if away.floor == place else away.floor)


def _arrived(state: State, event: Event) -> State:
    return with_place(state, whose(event), how=event.data["how"], since=event.at)


def _left_room(state: State, event: Event) -> State:
    return without_place(with_place(state, whose(event), how="", since=event.at), whose(event))


def paid(state: State, event: Event) -> State:
    before = state.places[event.place].paid_until
    return with_place(state, event.place, paid_until=max(before or event.at, event.at) + PACE)


def _contributed(state: State, event: Event) -> State:
    state, who = paid(state, event), whose(event)
    if state.phase in MAY_PASS and who not in state.visit.spoken:
        state = had_say(state, who)
    if state.phase == Phase.EXPLORE and not state.slow:
        if who == state.presenter:
            state = replace(state, question=None)
        else:
            state = replace(state, question=event.seq, floor=None)
    return replace(state, hands=without(state.hands, who))


def had_say(state: State, who: int) -> State:
    return replace(state, visit=replace(state.visit, spoken=(*state.visit.spoken, who)))


def _passed(state: State, event: Event) -> State:
    if state.phase == Phase.EXPLORE:
        return replace(state, question=None)
    return had_say(state, whose(event))


def _hand_raised(state: State, event: Event) -> State:
    return replace(state, hands=(*state.hands, whose(event)))


def _hand_lowered(state: State, event: Event) -> State:
    who = whose(event)
    return replace(state, hands=without(state.hands, who), floor=None if state.floor == who else state.floor)


def _called(state: State, event: Event) -> State:
    called = event.data["place"]
    hands = state.hands if called is None else without(state.hands, called)
    return replace(state, question=None, floor=called, hands=hands)


def _silence_began(state: State, event: Event) -> State:
    return replace(state, silence_until=datetime.fromisoformat(event.data["until"]))


def _break_asked(state: State, event: Event) -> State:
    return replace(state, break_asked=True)


def _has_bid(state: State, event: Event) -> State:
    return replace(paid(state, event), bids=(*state.bids, whose(event)))


def _bid_withdrawn(state: State, event: Event) -> State:
    return replace(state, bids=without(state.bids, whose(event)))


def _resources_wanted(state: State, event: Event) -> State:
    turns = list(state.turns)
    turns[state.visit.turn] = replace(turns[state.visit.turn], resources=event.data["on"])
    return replace(state, turns=tuple(turns))


def _reviewed(state: State, event: Event) -> State:
    reviews = tuple(
        replace(review, outcome=event.data["outcome"]) if review.commitment == event.data["commitment"] else review
        for review in state.reviews
    )
    return replace(paid(state, event), reviews=reviews)


def _muted(state: State, event: Event) -> State:
    until = event.data["until"]
    muted = event.data["place"]
    state = with_place(state, muted, muted_until=datetime.fromisoformat(until) if until else None)
    return without_place(state, muted) if until else state


def _taken_away(state: State, event: Event) -> State:
    """A question that is withdrawn or hidden needs no answer; whoever takes back the words of a bid asks no more."""
    seq = event.data["seq"]
    undo = _unasked(state.undo, seq)
    return replace(
        _unasked(state, seq),
        bids=without(state.bids, event.data.get("bid")),
        away=_unasked(state.away, seq),
        undo=replace(undo, away=_unasked(undo.away, seq)) if undo else None,
    )


def _unasked(kept: Any, seq: int) -> Any:
    return replace(kept, question=None) if kept and kept.question == seq else kept


CHANGES = {
    Kind.ARRIVED: _arrived,
    Kind.LEFT: _left_room,
    Kind.CONTRIBUTED: _contributed,
    Kind.PASSED: _passed,
    Kind.HAND_RAISED: _hand_raised,
    Kind.HAND_LOWERED: _hand_lowered,
    Kind.CALLED: _called,
    Kind.SILENCE_BEGAN: _silence_began,
    Kind.BREAK_ASKED: _break_asked,
    Kind.BID: _has_bid,
    Kind.BID_WITHDRAWN: _bid_withdrawn,
    Kind.RESOURCES_WANTED: _resources_wanted,
    Kind.COMMITTED: paid,
    Kind.REVIEWED: _reviewed,
    Kind.WITHDRAWN: _taken_away,
    Kind.HIDDEN: _taken_away,
    Kind.MUTED: _muted,
}
