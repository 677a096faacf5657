"""A meeting on paper: what happens in it, what to say, how to join, what the set has agreed on."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from community.sets.meeting import words
from community.sets.meeting.plan import DEFAULTS, EACH, TURN, Phase
from community.sets.models import Meeting
from community.sets.selectors.meetings import Call, call_of
from community.sets.selectors.sets import ground_rules_of
from kernel.markup import to_html

ORDER = (
    *(Phase.CHECK_IN, Phase.AGREEMENT, Phase.ACTION_REVIEW, Phase.BIDS),
    *TURN,
    *(Phase.BREAK, Phase.PROCESS_REVIEW, Phase.CLOSE),
)
QUESTIONS = (
    _("What would you like to be different?"),
    _("What have you noticed so far?"),
    _("Who else sees it, and how?"),
    _("What is it like for you?"),
    _("What would happen if you did nothing?"),
    _("What do you not know yet?"),
    _("What has helped you before, in something like this?"),
    _("What is the smallest thing that would be worth doing?"),
    _("What could get in the way? And then?"),
    _("What would you say to a friend who told you this?"),
)


@dataclass(frozen=True)
class Leaf:
    """One part of a meeting. `each`: the minutes are each person's. `of_turn`: comes back with every presenter."""

    name: str
    what_to_do: str
    for_presenter: str
    minutes: int
    each: bool
    of_turn: bool


@dataclass(frozen=True)
class Pack:
    leaves: tuple[Leaf, ...]
    questions: tuple[str, ...]
    call: Call | None
    rules: SafeString
    rules_language: str


def pack_of(meeting: Meeting) -> Pack:
    """One query, for the ground rules. `meeting.learning_set` is loaded."""
    minutes = {**DEFAULTS, **(meeting.learning_set.plan or {})}
    rules = ground_rules_of(meeting.learning_set_id)
    leaves = tuple(
        Leaf(
            name=words.name(phase),
            what_to_do=str(words.WHAT_TO_DO[phase]),
            for_presenter=str(words.FOR_PRESENTER.get(phase, "")),
            minutes=minutes[phase],
            each=phase in EACH,
            of_turn=phase in TURN,
        )
        for phase in ORDER
        if not (meeting.slow and phase == Phase.BREAK)
    )
    return Pack(
        leaves=leaves,
        questions=tuple(str(question) for question in QUESTIONS),
        call=call_of(meeting),
        rules=to_html(rules.text) if rules else SafeString(""),
        rules_language=rules.language if rules else "",
    )
