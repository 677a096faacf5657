from enum import StrEnum

import pytest
from django.utils import translation

from kernel.errors import Refused
from kernel.moves import Moves


class State(StrEnum):
    HELD = "held"
    OVER = "over"


MOVES = Moves({(State.HELD, "confirm"): "confirmed", (State.HELD, "expire"): State.OVER, ("confirmed", "end"): "over"})


@pytest.mark.parametrize(
    ("state", "verb", "following"),
    [("held", "confirm", "confirmed"), (State.HELD, "expire", "over"), ("confirmed", "end", "over")],
)
def test_a_legal_move_leads_to_its_state(state, verb, following):
    assert MOVES.after(state, verb) == following


@pytest.mark.parametrize(
    ("state", "verb"), [("over", "confirm"), ("held", "end"), ("nowhere", "confirm"), ("held", "")]
)
def test_any_other_move_is_refused_with_a_sentence(state, verb):
    with translation.override("en"), pytest.raises(Refused) as refusal:
        MOVES.after(state, verb)
    assert refusal.value.code == "wrong_state"
    assert refusal.value.message.endswith(".")


def test_buttons_are_offered_for_open_verbs_alone():
    assert MOVES.open_to(State.HELD) == {"confirm", "expire"}
    assert MOVES.open_to("over") == frozenset()
    for state in ("held", "confirmed", "over"):
        for verb in MOVES.open_to(state):
            MOVES.after(state, verb)
