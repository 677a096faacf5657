"""What the method says of each part of a meeting, and its limits, as tables that the pages read too."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.sets.meeting.commands import ContributionKind
from community.sets.meeting.plan import Part, Phase
from community.sets.meeting.state import State

UNDO_SECONDS = 20
# Less than this left on the timer is nothing to ask about.
NEARLY_DONE_SECONDS = 30
# Gone for so long, and a deputy may ask to lead, or anybody when no deputy is there; after this anybody in any case.
ABSENT_SECONDS, LONG_ABSENT_SECONDS = 60, 300
# The same where people look in once a day.
SLOW_ABSENT_SECONDS, SLOW_LONG_ABSENT_SECONDS = 2 * 24 * 60 * 60, 4 * 24 * 60 * 60
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


def may_contribute(state: State, place: int) -> frozenset[ContributionKind]:
    """The kinds that are open to somebody in the phase that it is; what the room offers and `step` allows."""
    if state.presenter == place:
        return frozenset(BY_PRESENTER.get(state.phase, ()))
    return frozenset(BY_OTHERS.get(state.phase, ()))


def absent_for(state: State, unseen: int, now: datetime) -> int:
    """For how many seconds whoever leads has been away: `unseen` by anybody, or out of the room."""
    holder = state.places[state.holder]
    return unseen if holder.how or not holder.since else int((now - holder.since).total_seconds())


def following(state: State) -> int | None:
    """The position in the plan that "next" leads to; None when that is the end."""
    first = state.position if state.away is not None else state.position + 1
    coming = range(first, len(state.parts))
    return next((position for position in coming if takes_place(state, state.parts[position])), None)


def takes_place(state: State, part: Part) -> bool:
    """A turn only while somebody is there to present in it, and its resources only when they want some."""
    if part.turn is None:
        return True
    if part.turn >= len(state.turns):
        return False
    turn = state.turns[part.turn]
    return state.places[turn.presenter].active and (part.phase != Phase.RESOURCES or turn.resources)
