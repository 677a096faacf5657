"""Deciding about what each member does: coming, speaking, asking for time, promising, keeping safe."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.sets.meeting import commands as c
from community.sets.meeting.commands import LONGEST_TEXT, SHORT_TEXT
from community.sets.meeting.deciding.checks import (
    Decided,
    No,
    check_keeping_safe,
    check_one_at_a_time,
    check_pace,
    check_phase,
    check_present,
    check_taking_part,
    check_text,
    for_whom,
    seconds_of,
)
from community.sets.meeting.events import Kind
from community.sets.meeting.method import (
    DAY,
    LONGEST_PROMISE,
    MAY_PASS,
    MUTE_MINUTES,
    ONCE,
    OUTCOMES,
    SILENCE_SECONDS,
    may_contribute,
)
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import State


def _arrive(state: State, command: c.Arrive, now: datetime, place: int) -> Decided:
    if command.how not in ("web", "telephone"):
        raise No("wrong_value")
    who, said = place, {}
    if command.behalf is not None and command.behalf != place:
        check_present(state, command.behalf)
        if command.how != "telephone" or state.places[command.behalf].how == "web":
            raise No("not_by_telephone")
        who, said = command.behalf, {"for": command.behalf}
    if state.places[who].how == command.how:
        return []
    return [(Kind.ARRIVED, place, {**said, "how": command.how})]


def _leave(state: State, command: c.Leave, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    return [(Kind.LEFT, place, said)] if state.places[who].how else []


def _mute(state: State, command: c.Mute, now: datetime, place: int) -> Decided:
    check_keeping_safe(state, place)
    check_present(state, command.place)
    if command.place == place:
        raise No("wrong_value")
    if command.off and state.places[command.place].muted_until is None:
        return []
    until = None if command.off else (now + timedelta(minutes=MUTE_MINUTES)).isoformat()
    return [(Kind.MUTED, place, {"place": command.place, "until": until})]


def _hide(state: State, command: c.Hide, now: datetime, place: int) -> Decided:
    check_keeping_safe(state, place)
    check_text(command.reason, SHORT_TEXT)
    if command.author is None:
        raise No("nothing_there")
    return [(Kind.HIDDEN, place, {"seq": command.seq})]


def _withdraw(state: State, command: c.Withdraw, now: datetime, place: int) -> Decided:
    if command.author is None:
        raise No("nothing_there")
    if command.author != place:
        raise No("not_yours")
    bid = {} if command.bid is None else {"bid": command.bid}
    return [(Kind.WITHDRAWN, place, {"seq": command.seq, **bid})]


def _contribute(state: State, command: c.Contribute, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    check_taking_part(state, now, place)
    check_taking_part(state, now, who)
    check_text(command.text)
    allowed = may_contribute(state, who)
    if not allowed:
        raise No("listening")
    if command.kind not in allowed:
        raise No("wrong_kind")
    if state.phase in ONCE and who in state.visit.spoken:
        raise No("already_spoken")
    check_pace(state, now, place)
    if state.phase == Phase.EXPLORE and not state.slow and who != state.presenter:
        if state.silence_until and state.silence_until > now:
            raise No("silence", seconds_of(state.silence_until - now))
        if state.question is not None or state.floor not in (None, who):
            raise No("wait_for_floor")
    return [(Kind.CONTRIBUTED, place, {**said, "kind": str(command.kind)})]


def _pass(state: State, command: c.Pass, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    check_taking_part(state, now, place)
    if state.phase == Phase.EXPLORE and who == state.presenter and state.question is not None:
        return [(Kind.PASSED, place, said)]
    check_phase(state, *MAY_PASS)
    return [] if who in state.visit.spoken else [(Kind.PASSED, place, said)]


def _raise_hand(state: State, command: c.RaiseHand, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    check_taking_part(state, now, place)
    check_taking_part(state, now, who)
    if who in state.hands or who == state.floor:
        return []
    if state.phase == Phase.EXPLORE and who == state.presenter:
        raise No("listening")
    return [(Kind.HAND_RAISED, place, said)]


def _lower_hand(state: State, command: c.LowerHand, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    return [(Kind.HAND_LOWERED, place, said)] if who in state.hands or who == state.floor else []


def _silence(state: State, command: c.Silence, now: datetime, place: int) -> Decided:
    check_taking_part(state, now, place)
    check_one_at_a_time(state)
    if state.silence_until and state.silence_until > now:
        return []
    return [(Kind.SILENCE_BEGAN, place, {"until": (now + timedelta(seconds=SILENCE_SECONDS)).isoformat()})]


def _need_break(state: State, command: c.NeedBreak, now: datetime, place: int) -> Decided:
    if state.slow or state.phase in (Phase.LOBBY, Phase.BREAK):
        raise No("wrong_phase")
    # Nobody needs to know whose it is.
    return [] if state.break_asked else [(Kind.BREAK_ASKED, None, {})]


def _bid(state: State, command: c.Bid, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    check_taking_part(state, now, place)
    check_taking_part(state, now, who)
    check_phase(state, Phase.BIDS)
    if state.places[who].role == "adviser":
        raise No("adviser_does_not_present")
    check_text(command.text, SHORT_TEXT)
    if who in state.bids:
        raise No("already_bid")
    check_pace(state, now, place)
    return [(Kind.BID, place, said)]


def _withdraw_bid(state: State, command: c.WithdrawBid, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    check_phase(state, Phase.BIDS)
    return [(Kind.BID_WITHDRAWN, place, said)] if who in state.bids else []


def _want_resources(state: State, command: c.WantResources, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    if state.turn is None or who != state.presenter or state.phase == Phase.COMMITMENTS:
        raise No("not_presenting")
    if state.turn.resources == command.on or (state.phase == Phase.RESOURCES and not command.on):
        return []
    return [(Kind.RESOURCES_WANTED, place, {**said, "on": command.on})]


def _commit(state: State, command: c.Commit, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    check_taking_part(state, now, place)
    check_taking_part(state, now, who)
    check_phase(state, Phase.COMMITMENTS)
    if who != state.presenter:
        raise No("not_presenting")
    check_text(command.text, LONGEST_TEXT)
    check_text(command.first_step, SHORT_TEXT, needed=False)
    if command.confidence is not None and not 0 <= command.confidence <= 10:
        raise No("wrong_value")
    # Somewhere it is still yesterday.
    if command.by_when and not now.date() - DAY <= command.by_when <= now.date() + LONGEST_PROMISE:
        raise No("wrong_date")
    check_pace(state, now, place)
    by_when = command.by_when.isoformat() if command.by_when else None
    return [(Kind.COMMITTED, place, {**said, "by_when": by_when, "confidence": command.confidence})]


def _review(state: State, command: c.Review, now: datetime, place: int) -> Decided:
    who, said = for_whom(state, command, place)
    check_taking_part(state, now, place)
    check_taking_part(state, now, who)
    check_phase(state, Phase.ACTION_REVIEW)
    review = next((each for each in state.reviews if each.commitment == command.commitment), None)
    if review is None:
        raise No("nothing_there")
    if review.place != who:
        raise No("not_yours")
    if command.outcome not in OUTCOMES:
        raise No("no_outcome")
    check_text(command.text, needed=False)
    if review.outcome:
        raise No("already_reviewed")
    check_pace(state, now, place)
    return [(Kind.REVIEWED, place, {**said, "commitment": review.commitment, "outcome": command.outcome})]


DECISIONS = {
    c.Arrive: _arrive,
    c.Leave: _leave,
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
