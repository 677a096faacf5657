"""The course of a meeting: places, phases, timer, who leads, who presents."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from community.sets.meeting.changing.people import with_place, without, without_place
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.method import UNDO_SECONDS
from community.sets.meeting.plan import Part, Phase
from community.sets.meeting.state import Away, Claim, Place, State, Timer, ToReview, Turn, Undo, Visit


def _convened(state: State, event: Event) -> State:
    data = event.data
    return replace(
        state,
        places=tuple(
            Place(seat=seat, person=person, role=role, since=event.at) for seat, person, role in data["places"]
        ),
        parts=parts_of(data["parts"]),
        minutes=data["minutes"],
        overrides=data["overrides"],
        slow=data["slow"],
        zone=data["zone"],
        reviews=tuple(ToReview(commitment, place) for commitment, place in data["reviews"]),
        holder=data["holder"],
        deputies=tuple(data["deputies"]),
        visit=Visit(0, Phase.LOBBY, began_at=event.at),
    )


def parts_of(listed: list[list[Any]]) -> tuple[Part, ...]:
    return tuple(Part(Phase(phase), minutes, turn) for phase, minutes, turn in listed)


def _seated(state: State, event: Event) -> State:
    seat, person, role = event.data["seat"]
    # Leaving and coming back ends no pause that they were asked to make.
    pauses = [each.muted_until for each in state.places if each.person == person and each.muted_until]
    new = Place(seat=seat, person=person, role=role, since=event.at, muted_until=max(pauses, default=None))
    holder = len(state.places) if state.holder is None else state.holder
    return replace(state, places=(*state.places, new), holder=holder)


def _unseated(state: State, event: Event) -> State:
    gone = event.data["place"]
    return without_place(with_place(state, gone, active=False, how=""), gone, for_good=True)


def _phase_entered(state: State, event: Event) -> State:
    data, lasts = event.data, event.data["lasts"]
    # After a break that somebody needed everything is as it was.
    was = state.away if state.away and data["position"] == state.position else None
    undo = away = None
    if "away" in data:
        away = Away(data["away"], state.visit.spoken, state.hands, state.floor, state.question)
    if data.get("undoable"):
        undo = Undo(
            until=event.at + timedelta(seconds=UNDO_SECONDS),
            position=state.position,
            away=state.away,
            visit=state.visit,
            hands=state.hands,
            floor=state.floor,
            question=state.question,
        )
    return replace(
        state,
        position=data["position"],
        away=away,
        visit=Visit(
            number=data["visit"],
            phase=Phase(data["phase"]),
            began_at=event.at,
            turn=data["turn"],
            timer=Timer(lasts, ends_at=event.at + timedelta(seconds=lasts)),
            spoken=was.spoken if was else (),
        ),
        hands=was.hands if was else (),
        floor=was.floor if was else None,
        question=was.question if was else None,
        silence_until=None,
        break_asked=False,
        undo=undo,
    )


def _undone(state: State, event: Event) -> State:
    was = state.undo
    state = replace(
        state,
        position=was.position,
        # What was left before is a visit again, with a number that nobody has looked at yet.
        visit=replace(was.visit, number=state.visit.number + 1),
        away=was.away,
        hands=was.hands,
        floor=was.floor,
        question=was.question,
        silence_until=None,
        undo=None,
    )
    # Those who lost their seat meanwhile do not come back with it.
    for number, place in enumerate(state.places):
        if not place.active:
            state = without_place(state, number, for_good=True)
    return state


def _timer_set(state: State, event: Event) -> State:
    data = event.data
    ends_at = datetime.fromisoformat(data["ends_at"]) if data["ends_at"] else None
    return replace(state, visit=replace(state.visit, timer=Timer(data["lasts"], ends_at, data["left"])))


def _held(state: State, event: Event) -> State:
    timer = state.visit.timer
    stopped = Timer(timer.lasts, None, event.data["left"]) if timer else None
    stood = timer is not None and timer.ends_at is None
    return replace(state, held=True, stopped=stood, visit=replace(state.visit, timer=stopped))


def _resumed(state: State, event: Event) -> State:
    timer, text = state.visit.timer, event.data["ends_at"]
    running = Timer(timer.lasts, datetime.fromisoformat(text)) if timer and text else timer
    return replace(state, held=False, stopped=False, visit=replace(state.visit, timer=running))


def _handed_over(state: State, event: Event) -> State:
    return _led_by(state, event.data["to"], event.place)


def _led_by(state: State, holder: int, before: int | None) -> State:
    deputies = without(state.deputies, holder)
    # Whoever handed it on can take it up again when it falters.
    if before is not None and before not in deputies and state.places[before].active:
        deputies = (before, *deputies)
    return replace(state, holder=holder, claim=None, deputies=deputies)


def _deputies_named(state: State, event: Event) -> State:
    return replace(state, deputies=tuple(event.data["deputies"]))


def _claimed(state: State, event: Event) -> State:
    return replace(state, claim=Claim(event.place, event.at))


def _claim_confirmed(state: State, event: Event) -> State:
    return _led_by(state, event.data["to"], state.holder)


def _presenters_chosen(state: State, event: Event) -> State:
    data = event.data
    turns = tuple(Turn(*each) for each in zip(data["presenters"], data["minutes"], strict=True))
    return replace(state, turns=turns, parts=parts_of(data["parts"]))


def _closed(state: State, event: Event) -> State:
    return replace(
        state,
        visit=Visit(state.visit.number + 1, Phase.CLOSED, began_at=event.at),
        hands=(),
        floor=None,
        question=None,
        claim=None,
        undo=None,
        away=None,
        held=False,
        stopped=False,
        silence_until=None,
        break_asked=False,
    )


CHANGES = {
    Kind.CONVENED: _convened,
    Kind.SEATED: _seated,
    Kind.UNSEATED: _unseated,
    Kind.PHASE_ENTERED: _phase_entered,
    Kind.UNDONE: _undone,
    Kind.TIMER_SET: _timer_set,
    Kind.HELD: _held,
    Kind.RESUMED: _resumed,
    Kind.HANDED_OVER: _handed_over,
    Kind.DEPUTIES_NAMED: _deputies_named,
    Kind.CLAIMED: _claimed,
    Kind.CLAIM_CONFIRMED: _claim_confirmed,
    Kind.PRESENTERS_CHOSEN: _presenters_chosen,
    Kind.CLOSED: _closed,
}
