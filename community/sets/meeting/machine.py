"""The method of a set meeting as a machine: `step` decides what a command brings about, `apply` brings it about.

Pure: no clock, no database, nobody's words but to see that there are some. The same events always make the same state,
so that a snapshot and the events after it are as good as all of them. Nothing goes on by itself: a timer that has run
out is announced by pages, and somebody says "next".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from community.sets.meeting import commands as c
from community.sets.meeting.commands import LONGEST_TEXT, SHORT_TEXT, Command, ContributionKind
from community.sets.meeting.events import Event, Kind
from community.sets.meeting.plan import Part, Phase, plan, replan, total
from community.sets.meeting.state import Claim, Place, State, Timer, ToReview, Turn, Undo, Visit

UNDO_SECONDS = 20
# Less than this left on the timer is nothing to ask about.
NEARLY_DONE_SECONDS = 30
# Gone for so long, and a deputy may ask to lead, or anybody when no deputy is there; after this anybody in any case.
ABSENT_SECONDS, LONG_ABSENT_SECONDS = 60, 300
SILENCE_SECONDS = 60
MUTE_MINUTES = 15
LONGEST_EXTENSION = 60
# One contribution in two seconds, with five at once.
PACE, BURST = timedelta(seconds=2), 5
DAY, LONGEST_PROMISE = timedelta(days=1), timedelta(days=731)
MOST_PLACES = 40
DEPUTIES = 2

Q, A, N, R, S = (
    ContributionKind.QUESTION,
    ContributionKind.ANSWER,
    ContributionKind.NOTE,
    ContributionKind.REFLECTION,
    ContributionKind.RESOURCE,
)
# What may be contributed in each phase by the presenter and by the others; outside turns all are others.
BY_PRESENTER = {Phase.PRESENT: {N}, Phase.CLARIFY: {A}, Phase.EXPLORE: {A}, Phase.COMMITMENTS: {N}}
BY_OTHERS = {
    Phase.LOBBY: {N},
    Phase.CHECK_IN: {R},
    Phase.AGREEMENT: {N},
    Phase.ACTION_REVIEW: {N},
    Phase.BIDS: {N},
    Phase.CLARIFY: {Q},
    Phase.EXPLORE: {Q},
    Phase.REFLECT_BACK: {R},
    Phase.RESOURCES: {S},
    Phase.BREAK: {N},
    Phase.PROCESS_REVIEW: {R},
    Phase.CLOSE: {R},
}
# In these each speaks once, or passes.
ONCE = frozenset({Phase.CHECK_IN, Phase.CLOSE})
MAY_PASS = ONCE | {Phase.PROCESS_REVIEW}
OUTCOMES = ("done", "partly", "not_done", "changed")


@dataclass(frozen=True)
class Refusal:
    """Why not. `code` has its sentence in meeting.words; `retry_after` is in seconds, where waiting helps."""

    code: str
    retry_after: int | None = None


class _No(Exception):
    def __init__(self, code: str, retry_after: int | None = None) -> None:
        self.refusal = Refusal(code, retry_after)


def may_contribute(state: State, place: int) -> frozenset[ContributionKind]:
    """The kinds that are open to somebody in the phase that it is; what the room offers and `step` allows."""
    if state.presenter == place:
        return frozenset(BY_PRESENTER.get(state.phase, ()))
    return frozenset(BY_OTHERS.get(state.phase, ()))


def following(state: State) -> int | None:
    """The position in the plan that "next" leads to; None when that is the end."""
    first = state.position if state.away is not None else state.position + 1
    coming = range(first, len(state.parts))
    return next((position for position in coming if _takes_place(state, state.parts[position])), None)


def _takes_place(state: State, part: Part) -> bool:
    """A turn only while somebody is there to present in it, and its resources only when they want some."""
    if part.turn is None:
        return True
    if part.turn >= len(state.turns):
        return False
    turn = state.turns[part.turn]
    return state.places[turn.presenter].active and (part.phase != Phase.RESOURCES or turn.resources)


# Deciding ------------------------------------------------------------------------------------------------------------


def step(
    state: State, command: Command, now: datetime, *, place: int | None = None, seq: int = 0
) -> list[Event] | Refusal:
    """What `command`, asked for by whoever sits at `place` (None: the house), brings about: events numbered from
    `seq` + 1, or why it does not. A command that finds things as it wants them already brings about nothing."""
    try:
        if not command.of_the_house:
            _check_present(state, place, otherwise="not_here")
        # What was said can be taken back for as long as it can be read.
        if state.is_over and not isinstance(command, c.Withdraw | c.Hide):
            raise _No("over")
        decided = _DECISIONS[type(command)](state, command, now, place)
    except _No as no:
        return no.refusal
    return [
        Event(seq=seq + number, at=now, kind=kind, place=who, data=data)
        for number, (kind, who, data) in enumerate(decided, start=1)
    ]


Decided = list[tuple[Kind, int | None, dict[str, Any]]]


def _check_present(state: State, place: int | None, otherwise: str = "gone") -> None:
    if place is None or not (0 <= place < len(state.places) and state.places[place].active):
        raise _No(otherwise)


def _lead(state: State, place: int | None) -> None:
    if place != state.holder:
        raise _No("not_leading")


def _on_visit(state: State, command: c.OnVisit, place: int | None) -> None:
    _lead(state, place)
    if command.visit != state.visit.number:
        raise _No("stale")
    if state.held:
        raise _No("held")


def _for_whom(state: State, command: Command, place: int) -> tuple[int, dict[str, Any]]:
    """The place that a command counts for, and what the event says of it. Only for members on the telephone, who have
    no page of their own, may another enter something."""
    behalf = getattr(command, "behalf", None)
    if behalf is None or behalf == place:
        return place, {}
    _check_present(state, behalf)
    if state.places[behalf].how != "telephone":
        raise _No("not_by_telephone")
    return behalf, {"for": behalf}


def _take_part(state: State, now: datetime, place: int) -> None:
    if state.held:
        raise _No("held")
    muted_until = state.places[place].muted_until
    if muted_until and muted_until > now:
        raise _No("muted", _seconds(muted_until - now))


def _pay(state: State, now: datetime, place: int) -> None:
    ahead = (state.places[place].paid_until or now) - now
    if ahead > PACE * (BURST - 1):
        raise _No("too_fast", _seconds(ahead - PACE * (BURST - 1)))


def _seconds(span: timedelta) -> int:
    return max(1, ceil(span.total_seconds()))


def _check_text(text: str, longest: int = LONGEST_TEXT, *, needed: bool = True) -> None:
    if needed and not text.strip():
        raise _No("empty")
    if len(text) > longest:
        raise _No("too_long")


def _in(state: State, *phases: Phase) -> None:
    if state.phase not in phases:
        raise _No("wrong_phase")


def _one_at_a_time(state: State) -> None:
    """Over days, in a slow meeting, nobody waits for anybody."""
    if state.phase != Phase.EXPLORE or state.slow:
        raise _No("wrong_phase")


def _convene(state: State, command: c.Convene, now: datetime, place: int | None) -> Decided:
    if state.parts:
        return []
    made = plan(
        minutes=command.minutes,
        people=sum(1 for _seat, _person, role in command.places if role != "adviser") or 1,
        reviews=len(command.reviews),
        agreement=command.agreement,
        overrides=command.overrides,
        slow=command.slow,
    )
    roles = [role for _seat, _person, role in command.places]
    holder = next((roles.index(role) for role in ("adviser", "convenor", "member") if role in roles), None)
    data = {
        "places": [list(each) for each in command.places],
        "parts": _listed(made.parts),
        "minutes": command.minutes,
        "overrides": dict(command.overrides or {}),
        "slow": command.slow,
        "reviews": [list(each) for each in command.reviews],
        "holder": holder,
        "deputies": [number for number in range(len(roles)) if number != holder][:DEPUTIES],
    }
    return [(Kind.CONVENED, None, data)]


def _reseat(state: State, command: c.Reseat, now: datetime, place: int | None) -> Decided:
    wanted = {seat: (seat, person, role) for seat, person, role in command.places}
    gone = [
        (Kind.UNSEATED, None, {"place": number})
        for number, each in enumerate(state.places)
        if each.active and each.seat not in wanted
    ]
    known = {each.seat for each in state.places if each.active}
    new = [(Kind.SEATED, None, {"seat": list(each)}) for seat, each in wanted.items() if seat not in known]
    return gone + new[: max(0, MOST_PLACES - len(state.places))]


def _arrive(state: State, command: c.Arrive, now: datetime, place: int) -> Decided:
    if command.how not in ("web", "telephone"):
        raise _No("wrong_value")
    who, said = place, {}
    if command.behalf is not None and command.behalf != place:
        _check_present(state, command.behalf)
        if command.how != "telephone" or state.places[command.behalf].how == "web":
            raise _No("not_by_telephone")
        who, said = command.behalf, {"for": command.behalf}
    if state.places[who].how == command.how:
        return []
    return [(Kind.ARRIVED, place, {**said, "how": command.how})]


def _leave(state: State, command: c.Leave, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    return [(Kind.LEFT, place, said)] if state.places[who].how else []


def _next(state: State, command: c.Next, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    if not command.confirmed and (_left(state, now) > NEARLY_DONE_SECONDS or _unfinished(state)):
        raise _No("confirm")
    position = following(state)
    if position is None:
        return [(Kind.CLOSED, place, {})]
    part = state.parts[position]
    lasts = state.away if position == state.position else part.minutes * 60
    return [(Kind.PHASE_ENTERED, place, _entered(state, position, part, lasts, undoable=True))]


def _entered(state: State, position: int, part: Part, lasts: int, *, undoable: bool = False) -> dict[str, Any]:
    data = {"position": position, "phase": str(part.phase), "turn": part.turn, "lasts": max(lasts, 1)}
    return {**data, "visit": state.visit.number + 1, **({"undoable": True} if undoable else {})}


def _left(state: State, now: datetime) -> int:
    """Seconds left on the timer; 0 without one, and in the days of a slow meeting."""
    timer = state.visit.timer
    if timer is None or state.slow or state.phase in (Phase.LOBBY, Phase.BREAK):
        return 0
    return _remaining(timer, now)


def _unfinished(state: State) -> bool:
    if state.phase == Phase.BIDS:
        return bool(state.bids) and not state.turns
    return state.phase == Phase.ACTION_REVIEW and any(not review.outcome for review in state.reviews)


def _back(state: State, command: c.Back, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    before = reversed(range(max(0, state.position)))
    position = next((position for position in before if _takes_place(state, state.parts[position])), None)
    if position is None or state.away is not None:
        raise _No("nothing_before")
    part = state.parts[position]
    return [(Kind.PHASE_ENTERED, place, _entered(state, position, part, part.minutes * 60))]


def _undo(state: State, command: c.UndoNext, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    if state.undo is None or now > state.undo.until:
        raise _No("too_late")
    return [(Kind.UNDONE, place, {})]


def _take_break(state: State, command: c.TakeBreak, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    if state.position < 0 or state.phase == Phase.BREAK or state.slow:
        raise _No("wrong_phase")
    if not 1 <= command.minutes <= LONGEST_EXTENSION:
        raise _No("wrong_value")
    data = _entered(state, state.position, Part(Phase.BREAK, command.minutes), command.minutes * 60)
    return [(Kind.PHASE_ENTERED, place, {**data, "away": max(1, _left(state, now))})]


def _set_timer(state: State, command: c.SetTimer, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    if not 1 <= command.minutes <= (28 * 24 * 60 if state.slow else 4 * LONGEST_EXTENSION):
        raise _No("wrong_value")
    return [_timer(place, command.minutes * 60, now)]


def _timer(place: int, seconds: int, now: datetime, lasts: int | None = None) -> tuple[Kind, int, dict[str, Any]]:
    ends_at = now + timedelta(seconds=seconds)
    return (Kind.TIMER_SET, place, {"lasts": lasts or seconds, "ends_at": ends_at.isoformat(), "left": None})


def _remaining(timer: Timer, now: datetime) -> int:
    """Seconds left, running or not. Time that has run out is not owed."""
    return timer.left if timer.ends_at is None else max(0, ceil((timer.ends_at - now).total_seconds()))


def _pause_timer(state: State, command: c.PauseTimer, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    timer = state.visit.timer
    if timer is None or timer.ends_at is None:
        return []
    return [(Kind.TIMER_SET, place, {"lasts": timer.lasts, "ends_at": None, "left": _remaining(timer, now)})]


def _resume_timer(state: State, command: c.ResumeTimer, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    timer = state.visit.timer
    if timer is None or timer.left is None:
        return []
    return [_timer(place, timer.left, now, timer.lasts)]


def _extend(state: State, command: c.Extend, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    timer = state.visit.timer
    if timer is None or not 1 <= command.minutes <= (14 * 24 * 60 if state.slow else LONGEST_EXTENSION):
        raise _No("wrong_value")
    left, lasts = _remaining(timer, now) + command.minutes * 60, timer.lasts + command.minutes * 60
    if timer.ends_at is None:
        return [(Kind.TIMER_SET, place, {"lasts": lasts, "ends_at": None, "left": left})]
    return [_timer(place, left, now, lasts)]


def _hold(state: State, command: c.Hold, now: datetime, place: int | None) -> Decided:
    if state.held or state.slow or state.phase == Phase.LOBBY:
        return []
    timer = state.visit.timer
    return [(Kind.HELD, None, {"left": _remaining(timer, now) if timer else None})]


def _go_on(state: State, command: c.GoOn, now: datetime, place: int) -> Decided:
    if not state.held:
        return []
    timer = state.visit.timer
    ends_at = now + timedelta(seconds=timer.left) if timer else None
    return [(Kind.RESUMED, place, {"ends_at": ends_at.isoformat() if ends_at else None})]


def _close_forgotten(state: State, command: c.CloseForgotten, now: datetime, place: int | None) -> Decided:
    return [(Kind.CLOSED, None, {"forgotten": True})]


def _hand_over(state: State, command: c.HandOver, now: datetime, place: int) -> Decided:
    _lead(state, place)
    _check_present(state, command.to)
    return [(Kind.HANDED_OVER, place, {"to": command.to})] if command.to != place else []


def _name_deputies(state: State, command: c.NameDeputies, now: datetime, place: int) -> Decided:
    _lead(state, place)
    for deputy in command.deputies:
        _check_present(state, deputy)
    named = [each for each in dict.fromkeys(command.deputies) if each != state.holder]
    return [(Kind.DEPUTIES_NAMED, place, {"deputies": named})] if tuple(named) != state.deputies else []


def _claim(state: State, command: c.ClaimLead, now: datetime, place: int) -> Decided:
    if place == state.holder:
        return []
    holder_here = state.holder is not None and bool(state.places[state.holder].how)
    absent = command.absent if holder_here else max(command.absent, ABSENT_SECONDS)
    if absent < ABSENT_SECONDS:
        raise _No("still_led", ABSENT_SECONDS - absent)
    deputies_here = [each for each in state.deputies if state.places[each].how]
    if place not in state.deputies and deputies_here and absent < LONG_ABSENT_SECONDS:
        raise _No("deputy_first", LONG_ABSENT_SECONDS - absent)
    if state.claim and state.claim.place == place:
        return []
    return [(Kind.CLAIMED, place, {})]


def _confirm_claim(state: State, command: c.ConfirmClaim, now: datetime, place: int) -> Decided:
    if state.claim is None or state.claim.place != command.to:
        raise _No("stale")
    if place == state.claim.place:
        raise _No("another_must_agree")
    return [(Kind.CLAIM_CONFIRMED, place, {"to": state.claim.place})]


def _choose(state: State, command: c.Choose, now: datetime, place: int) -> Decided:
    _on_visit(state, command, place)
    _in(state, Phase.BIDS)
    presenters = list(dict.fromkeys(command.presenters))
    if not presenters:
        raise _No("wrong_value")
    for presenter in presenters:
        _check_present(state, presenter)
        if state.places[presenter].role == "adviser":
            raise _No("adviser_does_not_present")
    if presenters == [turn.presenter for turn in state.turns]:
        return []
    done = state.parts[: state.position + 1]
    parts = replan(done, len(presenters), minutes=state.minutes, overrides=state.overrides, slow=state.slow)
    minutes = [total(part for part in parts if part.turn == turn) for turn in range(len(presenters))]
    data = {"presenters": presenters, "minutes": minutes, "parts": _listed(parts)}
    return [(Kind.PRESENTERS_CHOSEN, place, data)]


def _call(state: State, command: c.Call, now: datetime, place: int) -> Decided:
    if place not in (state.holder, state.presenter):
        raise _No("not_leading")
    _one_at_a_time(state)
    if command.place is not None:
        _check_present(state, command.place)
        if command.place == state.presenter:
            raise _No("wrong_value")
    if state.question is None and state.floor == command.place:
        return []
    return [(Kind.CALLED, place, {"place": command.place})]


def _mute(state: State, command: c.Mute, now: datetime, place: int) -> Decided:
    _keep_safe(state, place)
    _check_present(state, command.place)
    if command.place == place:
        raise _No("wrong_value")
    if command.off and state.places[command.place].muted_until is None:
        return []
    until = None if command.off else (now + timedelta(minutes=MUTE_MINUTES)).isoformat()
    return [(Kind.MUTED, place, {"place": command.place, "until": until})]


def _keep_safe(state: State, place: int) -> None:
    """Who leads, and the set's adviser, look after everybody's safety."""
    if place != state.holder and state.places[place].role != "adviser":
        raise _No("not_leading")


def _hide(state: State, command: c.Hide, now: datetime, place: int) -> Decided:
    _keep_safe(state, place)
    _check_text(command.reason, SHORT_TEXT)
    if command.author is None:
        raise _No("nothing_there")
    return [(Kind.HIDDEN, place, {"seq": command.seq})]


def _withdraw(state: State, command: c.Withdraw, now: datetime, place: int) -> Decided:
    if command.author is None:
        raise _No("nothing_there")
    if command.author != place:
        raise _No("not_yours")
    return [(Kind.WITHDRAWN, place, {"seq": command.seq})]


def _contribute(state: State, command: c.Contribute, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    _take_part(state, now, place)
    _take_part(state, now, who)
    _check_text(command.text)
    allowed = may_contribute(state, who)
    if not allowed:
        raise _No("listening")
    if command.kind not in allowed:
        raise _No("wrong_kind")
    if state.phase in ONCE and who in state.visit.spoken:
        raise _No("already_spoken")
    _pay(state, now, place)
    if state.phase == Phase.EXPLORE and not state.slow and who != state.presenter:
        if state.silence_until and state.silence_until > now:
            raise _No("silence", _seconds(state.silence_until - now))
        if state.question is not None or state.floor not in (None, who):
            raise _No("wait_for_floor")
    return [(Kind.CONTRIBUTED, place, {**said, "kind": str(command.kind)})]


def _pass(state: State, command: c.Pass, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    _take_part(state, now, place)
    if state.phase == Phase.EXPLORE and who == state.presenter and state.question is not None:
        return [(Kind.PASSED, place, said)]
    _in(state, *MAY_PASS)
    return [] if who in state.visit.spoken else [(Kind.PASSED, place, said)]


def _raise_hand(state: State, command: c.RaiseHand, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    _take_part(state, now, place)
    _take_part(state, now, who)
    if who in state.hands or who == state.floor:
        return []
    if state.phase == Phase.EXPLORE and who == state.presenter:
        raise _No("listening")
    return [(Kind.HAND_RAISED, place, said)]


def _lower_hand(state: State, command: c.LowerHand, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    return [(Kind.HAND_LOWERED, place, said)] if who in state.hands or who == state.floor else []


def _silence(state: State, command: c.Silence, now: datetime, place: int) -> Decided:
    _take_part(state, now, place)
    _one_at_a_time(state)
    if state.silence_until and state.silence_until > now:
        return []
    return [(Kind.SILENCE_BEGAN, place, {"until": (now + timedelta(seconds=SILENCE_SECONDS)).isoformat()})]


def _need_break(state: State, command: c.NeedBreak, now: datetime, place: int) -> Decided:
    if state.slow or state.phase in (Phase.LOBBY, Phase.BREAK):
        raise _No("wrong_phase")
    # Nobody needs to know whose it is.
    return [] if state.break_asked else [(Kind.BREAK_ASKED, None, {})]


def _bid(state: State, command: c.Bid, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    _take_part(state, now, place)
    _take_part(state, now, who)
    _in(state, Phase.BIDS)
    if state.places[who].role == "adviser":
        raise _No("adviser_does_not_present")
    _check_text(command.text, SHORT_TEXT)
    if who in state.bids:
        raise _No("already_bid")
    _pay(state, now, place)
    return [(Kind.BID, place, said)]


def _withdraw_bid(state: State, command: c.WithdrawBid, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    _in(state, Phase.BIDS)
    return [(Kind.BID_WITHDRAWN, place, said)] if who in state.bids else []


def _want_resources(state: State, command: c.WantResources, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    if state.turn is None or who != state.presenter or state.phase == Phase.COMMITMENTS:
        raise _No("not_presenting")
    if state.turn.resources == command.on or (state.phase == Phase.RESOURCES and not command.on):
        return []
    return [(Kind.RESOURCES_WANTED, place, {**said, "on": command.on})]


def _commit(state: State, command: c.Commit, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    _take_part(state, now, place)
    _in(state, Phase.COMMITMENTS)
    if who != state.presenter:
        raise _No("not_presenting")
    _check_text(command.text, LONGEST_TEXT)
    _check_text(command.first_step, SHORT_TEXT, needed=False)
    if command.confidence is not None and not 0 <= command.confidence <= 10:
        raise _No("wrong_value")
    # Somewhere it is still yesterday.
    if command.by_when and not now.date() - DAY <= command.by_when <= now.date() + LONGEST_PROMISE:
        raise _No("wrong_date")
    _pay(state, now, place)
    by_when = command.by_when.isoformat() if command.by_when else None
    return [(Kind.COMMITTED, place, {**said, "by_when": by_when, "confidence": command.confidence})]


def _review(state: State, command: c.Review, now: datetime, place: int) -> Decided:
    who, said = _for_whom(state, command, place)
    _take_part(state, now, place)
    _in(state, Phase.ACTION_REVIEW)
    review = next((each for each in state.reviews if each.commitment == command.commitment), None)
    if review is None:
        raise _No("nothing_there")
    if review.place != who:
        raise _No("not_yours")
    if command.outcome not in OUTCOMES:
        raise _No("wrong_value")
    _check_text(command.text, needed=False)
    if review.outcome:
        raise _No("already_reviewed")
    _pay(state, now, place)
    return [(Kind.REVIEWED, place, {**said, "commitment": review.commitment, "outcome": command.outcome})]


def _listed(parts: tuple[Part, ...]) -> list[list[Any]]:
    return [[str(part.phase), part.minutes, part.turn] for part in parts]


_DECISIONS: dict[type[Command], Callable[..., Decided]] = {
    c.Convene: _convene,
    c.Reseat: _reseat,
    c.Arrive: _arrive,
    c.Leave: _leave,
    c.Next: _next,
    c.Back: _back,
    c.UndoNext: _undo,
    c.TakeBreak: _take_break,
    c.SetTimer: _set_timer,
    c.PauseTimer: _pause_timer,
    c.ResumeTimer: _resume_timer,
    c.Extend: _extend,
    c.Hold: _hold,
    c.GoOn: _go_on,
    c.CloseForgotten: _close_forgotten,
    c.HandOver: _hand_over,
    c.NameDeputies: _name_deputies,
    c.ClaimLead: _claim,
    c.ConfirmClaim: _confirm_claim,
    c.Choose: _choose,
    c.Call: _call,
    c.Mute: _mute,
    c.Hide: _hide,
    c.Withdraw: _withdraw,
    c.Contribute: _contribute,
    c.Pass: _pass,
    c.RaiseHand: _raise_hand,
    c.LowerHand: _lower_hand,
    c.Silence: _silence,
    c.NeedBreak: _need_break,
    c.Bid: _bid,
    c.WithdrawBid: _withdraw_bid,
    c.WantResources: _want_resources,
    c.Commit: _commit,
    c.Review: _review,
}


# Bringing about ------------------------------------------------------------------------------------------------------


def apply(state: State, event: Event) -> State:
    """The state after one event. Never refuses: what is in the log has happened."""
    after = _CHANGES[event.kind](state, event)
    if after.claim and event.place is not None and event.place == after.holder:
        after = replace(after, claim=None)  # whoever leads is back
    return _give_floor(after)


def replay(state: State, events: list[Event]) -> State:
    for event in events:
        state = apply(state, event)
    return state


def _who(event: Event) -> int:
    return event.data.get("for", event.place)


def _with_place(state: State, number: int, **changes: Any) -> State:
    places = list(state.places)
    places[number] = replace(places[number], **changes)
    return replace(state, places=tuple(places))


def _without(numbers: tuple[int, ...], *gone: int) -> tuple[int, ...]:
    return tuple(number for number in numbers if number not in gone)


def _give_floor(state: State) -> State:
    """In explore the first raised hand has the floor as soon as it is free."""
    if state.phase != Phase.EXPLORE or state.slow or state.question is not None or state.floor is not None:
        return state
    waiting = _without(state.hands, state.presenter)
    if not waiting:
        return state
    return replace(state, floor=waiting[0], hands=_without(state.hands, waiting[0]))


def _convened(state: State, event: Event) -> State:
    data = event.data
    return replace(
        state,
        places=tuple(Place(seat=seat, person=person, role=role) for seat, person, role in data["places"]),
        parts=_parts(data["parts"]),
        minutes=data["minutes"],
        overrides=data["overrides"],
        slow=data["slow"],
        reviews=tuple(ToReview(commitment, place) for commitment, place in data["reviews"]),
        holder=data["holder"],
        deputies=tuple(data["deputies"]),
        visit=Visit(0, Phase.LOBBY, began_at=event.at),
    )


def _parts(listed: list[list[Any]]) -> tuple[Part, ...]:
    return tuple(Part(Phase(phase), minutes, turn) for phase, minutes, turn in listed)


def _seated(state: State, event: Event) -> State:
    seat, person, role = event.data["seat"]
    holder = len(state.places) if state.holder is None else state.holder
    return replace(state, places=(*state.places, Place(seat=seat, person=person, role=role)), holder=holder)


def _unseated(state: State, event: Event) -> State:
    gone = event.data["place"]
    return _gone(_with_place(state, gone, active=False, how=""), gone, for_good=True)


def _gone(state: State, place: int, *, for_good: bool = False) -> State:
    state = replace(
        state,
        hands=_without(state.hands, place),
        floor=None if state.floor == place else state.floor,
        claim=None if state.claim and state.claim.place == place else state.claim,
    )
    if for_good:
        heir = next((n for n in (*state.deputies, *range(len(state.places))) if state.places[n].active), None)
        state = replace(
            state,
            bids=_without(state.bids, place),
            deputies=_without(state.deputies, place),
            # Nobody is left who could hand it on: it falls to the first deputy, and the room says so.
            holder=heir if state.holder == place else state.holder,
            # A question to a presenter who has gone is answered by nobody.
            question=None if state.presenter == place else state.question,
        )
        state = replace(
            state,
            deputies=_without(state.deputies, state.holder),
            claim=None if state.claim and state.claim.place == state.holder else state.claim,
        )
    return state


def _arrived(state: State, event: Event) -> State:
    return _with_place(state, _who(event), how=event.data["how"])


def _left_room(state: State, event: Event) -> State:
    return _gone(_with_place(state, _who(event), how=""), _who(event))


def _phase_entered(state: State, event: Event) -> State:
    data, lasts = event.data, event.data["lasts"]
    undo = None
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
        away=data.get("away"),
        visit=Visit(
            number=data["visit"],
            phase=Phase(data["phase"]),
            began_at=event.at,
            turn=data["turn"],
            timer=Timer(lasts, ends_at=event.at + timedelta(seconds=lasts)),
        ),
        hands=(),
        floor=None,
        question=None,
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
            state = _gone(state, number, for_good=True)
    return state


def _timer_set(state: State, event: Event) -> State:
    data = event.data
    ends_at = datetime.fromisoformat(data["ends_at"]) if data["ends_at"] else None
    return replace(state, visit=replace(state.visit, timer=Timer(data["lasts"], ends_at, data["left"])))


def _held(state: State, event: Event) -> State:
    timer = state.visit.timer
    stopped = Timer(timer.lasts, None, event.data["left"]) if timer else None
    return replace(state, held=True, visit=replace(state.visit, timer=stopped))


def _resumed(state: State, event: Event) -> State:
    timer, text = state.visit.timer, event.data["ends_at"]
    running = Timer(timer.lasts, datetime.fromisoformat(text)) if timer and text else timer
    return replace(state, held=False, visit=replace(state.visit, timer=running))


def _handed_over(state: State, event: Event) -> State:
    return _led_by(state, event.data["to"], event.place)


def _led_by(state: State, holder: int, before: int | None) -> State:
    deputies = _without(state.deputies, holder)
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


def _paid(state: State, event: Event) -> State:
    before = state.places[event.place].paid_until
    return _with_place(state, event.place, paid_until=max(before or event.at, event.at) + PACE)


def _contributed(state: State, event: Event) -> State:
    state, who = _paid(state, event), _who(event)
    if state.phase in MAY_PASS and who not in state.visit.spoken:
        state = _had_say(state, who)
    if state.phase == Phase.EXPLORE and not state.slow:
        if who == state.presenter:
            state = replace(state, question=None)
        else:
            state = replace(state, question=event.seq, floor=None)
    return replace(state, hands=_without(state.hands, who))


def _had_say(state: State, who: int) -> State:
    return replace(state, visit=replace(state.visit, spoken=(*state.visit.spoken, who)))


def _passed(state: State, event: Event) -> State:
    if state.phase == Phase.EXPLORE:
        return replace(state, question=None)
    return _had_say(state, _who(event))


def _hand_raised(state: State, event: Event) -> State:
    return replace(state, hands=(*state.hands, _who(event)))


def _hand_lowered(state: State, event: Event) -> State:
    who = _who(event)
    return replace(state, hands=_without(state.hands, who), floor=None if state.floor == who else state.floor)


def _called(state: State, event: Event) -> State:
    called = event.data["place"]
    hands = state.hands if called is None else _without(state.hands, called)
    return replace(state, question=None, floor=called, hands=hands)


def _silence_began(state: State, event: Event) -> State:
    return replace(state, silence_until=datetime.fromisoformat(event.data["until"]))


def _break_asked(state: State, event: Event) -> State:
    return replace(state, break_asked=True)


def _has_bid(state: State, event: Event) -> State:
    return replace(_paid(state, event), bids=(*state.bids, _who(event)))


def _bid_withdrawn(state: State, event: Event) -> State:
    return replace(state, bids=_without(state.bids, _who(event)))


def _presenters_chosen(state: State, event: Event) -> State:
    data = event.data
    turns = tuple(Turn(*each) for each in zip(data["presenters"], data["minutes"], strict=True))
    return replace(state, turns=turns, parts=_parts(data["parts"]))


def _resources_wanted(state: State, event: Event) -> State:
    turns = list(state.turns)
    turns[state.visit.turn] = replace(turns[state.visit.turn], resources=event.data["on"])
    return replace(state, turns=tuple(turns))


def _reviewed(state: State, event: Event) -> State:
    reviews = tuple(
        replace(review, outcome=event.data["outcome"]) if review.commitment == event.data["commitment"] else review
        for review in state.reviews
    )
    return replace(_paid(state, event), reviews=reviews)


def _muted(state: State, event: Event) -> State:
    until = event.data["until"]
    muted = event.data["place"]
    state = _with_place(state, muted, muted_until=datetime.fromisoformat(until) if until else None)
    return _gone(state, muted) if until else state


def _taken_away(state: State, event: Event) -> State:
    """A question that is withdrawn or hidden needs no answer."""
    seq = event.data["seq"]
    if state.undo and state.undo.question == seq:
        state = replace(state, undo=replace(state.undo, question=None))
    return replace(state, question=None) if state.question == seq else state


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
        silence_until=None,
        break_asked=False,
    )


_CHANGES: dict[Kind, Callable[[State, Event], State]] = {
    Kind.CONVENED: _convened,
    Kind.SEATED: _seated,
    Kind.UNSEATED: _unseated,
    Kind.ARRIVED: _arrived,
    Kind.LEFT: _left_room,
    Kind.PHASE_ENTERED: _phase_entered,
    Kind.UNDONE: _undone,
    Kind.TIMER_SET: _timer_set,
    Kind.HELD: _held,
    Kind.RESUMED: _resumed,
    Kind.HANDED_OVER: _handed_over,
    Kind.DEPUTIES_NAMED: _deputies_named,
    Kind.CLAIMED: _claimed,
    Kind.CLAIM_CONFIRMED: _claim_confirmed,
    Kind.CONTRIBUTED: _contributed,
    Kind.PASSED: _passed,
    Kind.HAND_RAISED: _hand_raised,
    Kind.HAND_LOWERED: _hand_lowered,
    Kind.CALLED: _called,
    Kind.SILENCE_BEGAN: _silence_began,
    Kind.BREAK_ASKED: _break_asked,
    Kind.BID: _has_bid,
    Kind.BID_WITHDRAWN: _bid_withdrawn,
    Kind.PRESENTERS_CHOSEN: _presenters_chosen,
    Kind.RESOURCES_WANTED: _resources_wanted,
    Kind.COMMITTED: _paid,
    Kind.REVIEWED: _reviewed,
    Kind.WITHDRAWN: _taken_away,
    Kind.HIDDEN: _taken_away,
    Kind.MUTED: _muted,
    Kind.CLOSED: _closed,
}
