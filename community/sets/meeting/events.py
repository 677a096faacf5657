"""What happened in a meeting: the lines of its log. `data` holds places, numbers, public ids and ISO instants alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    CONVENED = "convened"  # the room is made: places, plan, commitments to review, who leads
    SEATED = "seated"
    UNSEATED = "unseated"
    ARRIVED = "arrived"
    LEFT = "left"
    PHASE_ENTERED = "phase_entered"
    UNDONE = "undone"
    TIMER_SET = "timer_set"
    HELD = "held"
    RESUMED = "resumed"
    HANDED_OVER = "handed_over"
    DEPUTIES_NAMED = "deputies_named"
    CLAIMED = "claimed"
    CLAIM_CONFIRMED = "claim_confirmed"
    CONTRIBUTED = "contributed"
    PASSED = "passed"
    HAND_RAISED = "hand_raised"
    HAND_LOWERED = "hand_lowered"
    CALLED = "called"
    SILENCE_BEGAN = "silence_began"
    BREAK_ASKED = "break_asked"
    BID = "bid"
    BID_WITHDRAWN = "bid_withdrawn"
    PRESENTERS_CHOSEN = "presenters_chosen"
    RESOURCES_WANTED = "resources_wanted"
    COMMITTED = "committed"
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    MUTED = "muted"
    CLOSED = "closed"


# The kinds whose row carries somebody's words.
SPOKEN = frozenset({Kind.CONTRIBUTED, Kind.BID, Kind.COMMITTED, Kind.REVIEWED})


@dataclass(frozen=True)
class Event:
    """`place` did it; where `data` has "for", a scribe did it for that place. None: the clock, or nobody is named."""

    seq: int
    at: datetime
    kind: Kind
    place: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
