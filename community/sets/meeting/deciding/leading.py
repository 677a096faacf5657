"""Deciding about the course of a meeting: its places, its phases, who leads, who presents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from community.sets.meeting import commands as c
from community.sets.meeting.days import seconds_until
from community.sets.meeting.deciding.checks import (
    Decided,
    No,
    check_leading,
    check_one_at_a_time,
    check_phase,
    check_present,
    check_visit,
    remaining,
)
from community.sets.meeting.events import Kind
from community.sets.meeting.method import (
    ABSENT_SECONDS,
    DEPUTIES,
    LONG_ABSENT_SECONDS,
    LONGEST_EXTENSION,
    MOST_PLACES,
    NEARLY_DONE_SECONDS,
    SLOW_ABSENT_SECONDS,
    SLOW_LONG_ABSENT_SECONDS,
    absent_for,
    following,
    takes_place,
)
from community.sets.meeting.plan import DAY, Part, Phase, Plan, plan, replan, total
from community.sets.meeting.state import State


def _convene(state: State, command: c.Convene, now: datetime, place: int | None) -> Decided:
    if state.parts:
        return []
    roles = [role for _seat, _person, role in command.places]
    holder = next((roles.index(role) for role in ("adviser", "convenor", "member") if role in roles), None)
    data = {
        "places": [list(each) for each in command.places],
        "parts": listed(shared_out(command).parts),
        "minutes": command.minutes,
        "overrides": dict(command.overrides or {}),
        "slow": command.slow,
        "zone": command.zone,
        "reviews": [list(each) for each in command.reviews],
        "holder": holder,
        "deputies": [number for number in range(len(roles)) if number != holder][:DEPUTIES],
    }
    return [(Kind.CONVENED, None, data)]


def shared_out(command: c.Convene) -> Plan:
    """The time plan of a room that is made so. An adviser takes no time of it."""
    return plan(
        minutes=command.minutes,
        people=sum(1 for _seat, _person, role in command.places if role != "adviser") or 1,
        reviews=len(command.reviews),
        agreement=command.agreement,
        overrides=command.overrides,
        slow=command.slow,
    )


def _reseat(state: State, command: c.Reseat, now: datetime, place: int | None) -> Decided:
    if not state.parts:
        return []  # the room is made, or made anew, when the first one comes
    wanted = {seat: (seat, person, role) for seat, person, role in command.places}
    gone = [
        (Kind.UNSEATED, None, {"place": number})
        for number, each in enumerate(state.places)
        if each.active and each.seat not in wanted
    ]
    known = {each.seat for each in state.places if each.active}
    new = [(Kind.SEATED, None, {"seat": list(each)}) for seat, each in wanted.items() if seat not in known]
    return gone + new[: max(0, MOST_PLACES - len(state.places))]


def _next(state: State, command: c.Next, now: datetime, place: int) -> Decided:
    check_visit(state, command, place)
    position = following(state)
    # There is no way back from the end.
    asks = position is None or left(state, now) > NEARLY_DONE_SECONDS or _unfinished(state, command.gone)
    if asks and not command.confirmed:
        raise No("confirm")
    if position is None:
        return [(Kind.CLOSED, place, {})]
    part = state.parts[position]
    lasts = state.away.left if position == state.position else _lasts(state, part, now)
    return [(Kind.PHASE_ENTERED, place, _entered(state, position, part, lasts, undoable=True))]


def _lasts(state: State, part: Part, now: datetime) -> int:
    return seconds_until(state.zone, part.minutes // DAY, after=now, now=now) if state.slow else part.minutes * 60


def _entered(state: State, position: int, part: Part, lasts: int, *, undoable: bool = False) -> dict[str, Any]:
    data = {"position": position, "phase": str(part.phase), "turn": part.turn, "lasts": max(lasts, 1)}
    return {**data, "visit": state.visit.number + 1, **({"undoable": True} if undoable else {})}


def left(state: State, now: datetime) -> int:
    """Seconds left on the timer; 0 without one, and where nothing is cut short."""
    timer = state.visit.timer
    if timer is None or state.phase in (Phase.LOBBY, Phase.BREAK):
        return 0
    return remaining(timer, now)


def _unfinished(state: State, gone: tuple[str, ...]) -> bool:
    if state.phase == Phase.BIDS:
        return not state.turns
    return state.phase == Phase.ACTION_REVIEW and any(
        not review.outcome and review.commitment not in gone for review in state.reviews
    )


def _back(state: State, command: c.Back, now: datetime, place: int) -> Decided:
    check_visit(state, command, place)
    before = reversed(range(max(0, state.position)))
    position = next((position for position in before if takes_place(state, state.parts[position])), None)
    if position is None or state.away is not None:
        raise No("nothing_before")
    part = state.parts[position]
    return [(Kind.PHASE_ENTERED, place, _entered(state, position, part, _lasts(state, part, now)))]


def _undo(state: State, command: c.UndoNext, now: datetime, place: int) -> Decided:
    check_visit(state, command, place)
    if state.undo is None or now > state.undo.until:
        raise No("too_late")
    return [(Kind.UNDONE, place, {})]


def _take_break(state: State, command: c.TakeBreak, now: datetime, place: int) -> Decided:
    check_visit(state, command, place)
    if state.position < 0 or state.phase == Phase.BREAK or state.slow:
        raise No("wrong_phase")
    if not 1 <= command.minutes <= LONGEST_EXTENSION:
        raise No("wrong_value")
    data = _entered(state, state.position, Part(Phase.BREAK, command.minutes), command.minutes * 60)
    return [(Kind.PHASE_ENTERED, place, {**data, "away": max(1, left(state, now))})]


def _hold(state: State, command: c.Hold, now: datetime, place: int | None) -> Decided:
    if state.held or state.slow or state.phase == Phase.LOBBY:
        return []
    timer = state.visit.timer
    return [(Kind.HELD, None, {"left": remaining(timer, now) if timer else None})]


def _go_on(state: State, command: c.GoOn, now: datetime, place: int) -> Decided:
    if not state.held:
        return []
    timer = state.visit.timer
    ends_at = now + timedelta(seconds=timer.left) if timer and not state.stopped else None
    return [(Kind.RESUMED, place, {"ends_at": ends_at.isoformat() if ends_at else None})]


def _close_forgotten(state: State, command: c.CloseForgotten, now: datetime, place: int | None) -> Decided:
    # Somebody may have said "go on" between the look at the clock and this.
    return [(Kind.CLOSED, None, {"forgotten": True})] if state.held or command.anyhow else []


def _hand_over(state: State, command: c.HandOver, now: datetime, place: int) -> Decided:
    check_leading(state, place)
    check_present(state, command.to)
    return [(Kind.HANDED_OVER, place, {"to": command.to})] if command.to != place else []


def _name_deputies(state: State, command: c.NameDeputies, now: datetime, place: int) -> Decided:
    check_leading(state, place)
    for deputy in command.deputies:
        check_present(state, deputy)
    named = [each for each in dict.fromkeys(command.deputies) if each != state.holder]
    return [(Kind.DEPUTIES_NAMED, place, {"deputies": named})] if tuple(named) != state.deputies else []


def _claim(state: State, command: c.ClaimLead, now: datetime, place: int) -> Decided:
    if place == state.holder:
        return []
    absent = absent_for(state, command.absent, now)
    short, long = (
        (SLOW_ABSENT_SECONDS, SLOW_LONG_ABSENT_SECONDS) if state.slow else (ABSENT_SECONDS, LONG_ABSENT_SECONDS)
    )
    if absent < short:
        raise No("still_led_slow" if state.slow else "still_led", short - absent)
    deputies_here = [each for each in state.deputies if state.places[each].how]
    if place not in state.deputies and deputies_here and absent < long:
        raise No("deputy_first_slow" if state.slow else "deputy_first", long - absent)
    if state.claim and state.claim.place == place:
        return []
    return [(Kind.CLAIMED, place, {})]


def _confirm_claim(state: State, command: c.ConfirmClaim, now: datetime, place: int) -> Decided:
    if state.claim is None or state.claim.place != command.to:
        raise No("stale")
    if place == state.claim.place:
        raise No("another_must_agree")
    return [(Kind.CLAIM_CONFIRMED, place, {"to": state.claim.place})]


def _choose(state: State, command: c.Choose, now: datetime, place: int) -> Decided:
    check_visit(state, command, place)
    check_phase(state, Phase.BIDS)
    presenters = list(dict.fromkeys(command.presenters))
    if not presenters:
        raise No("wrong_value")
    for presenter in presenters:
        check_present(state, presenter)
        if state.places[presenter].role == "adviser":
            raise No("adviser_does_not_present")
        if not (state.slow or state.places[presenter].how):
            raise No("absent")
    if presenters == [turn.presenter for turn in state.turns]:
        return []
    done = state.parts[: state.position + 1]
    parts = replan(done, len(presenters), minutes=state.minutes, overrides=state.overrides, slow=state.slow)
    minutes = [total(part for part in parts if part.turn == turn) for turn in range(len(presenters))]
    data = {"presenters": presenters, "minutes": minutes, "parts": listed(parts)}
    return [(Kind.PRESENTERS_CHOSEN, place, data)]


def _call(state: State, command: c.Call, now: datetime, place: int) -> Decided:
    if place not in (state.holder, state.presenter):
        raise No("not_leading")
    check_one_at_a_time(state)
    if command.place is not None:
        check_present(state, command.place)
        if command.place == state.presenter:
            raise No("wrong_value")
    if state.question is None and state.floor == command.place:
        return []
    return [(Kind.CALLED, place, {"place": command.place})]


def listed(parts: tuple[Part, ...]) -> list[list[Any]]:
    return [[str(part.phase), part.minutes, part.turn] for part in parts]


DECISIONS = {
    c.Convene: _convene,
    c.Reseat: _reseat,
    c.Next: _next,
    c.Back: _back,
    c.UndoNext: _undo,
    c.TakeBreak: _take_break,
    c.Hold: _hold,
    c.GoOn: _go_on,
    c.CloseForgotten: _close_forgotten,
    c.HandOver: _hand_over,
    c.NameDeputies: _name_deputies,
    c.ClaimLead: _claim,
    c.ConfirmClaim: _confirm_claim,
    c.Choose: _choose,
    c.Call: _call,
}
