from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.sets.meeting.plan import DAY, DEFAULTS, LONGEST, SLOW_DAYS, TURN, Part, Phase, plan, replan, total


def phases(parts) -> list[Phase]:
    return [part.phase for part in parts]


def minutes_of(parts, phase: Phase) -> list[int]:
    return [part.minutes for part in parts if part.phase == phase]


class TestTurns:
    @pytest.mark.parametrize(("minutes", "turns"), [(45, 1), (90, 1), (120, 2), (240, 5)])
    def test_six_people(self, minutes, turns):
        assert plan(minutes=minutes, people=6, reviews=6).turns == turns

    @pytest.mark.parametrize("people", [5, 6, 7, 8])
    def test_two_hours_are_two_turns_and_ninety_minutes_one_for_others_too(self, people):
        assert plan(minutes=120, people=people).turns == 2
        assert plan(minutes=90, people=people).turns == 1

    def test_no_more_than_there_are_people(self):
        assert plan(minutes=240, people=2).turns == 2

    def test_ninety_minutes_as_they_are_said(self):
        made = plan(minutes=90, people=6)
        assert phases(made.parts) == [
            Phase.CHECK_IN,
            Phase.BIDS,
            *TURN,
            Phase.PROCESS_REVIEW,
            Phase.CLOSE,
        ]
        assert [part.minutes for part in made.parts] == [12, 8, 5, 5, 15, 5, 4, 4, 8, 4]
        assert made.spare == 24

    def test_what_was_promised_and_new_rules_have_their_time(self):
        parts = plan(minutes=120, people=6, reviews=4, agreement=True).parts
        assert phases(parts)[:4] == [Phase.CHECK_IN, Phase.AGREEMENT, Phase.ACTION_REVIEW, Phase.BIDS]
        assert Phase.AGREEMENT not in phases(plan(minutes=120, people=6).parts)
        assert Phase.ACTION_REVIEW not in phases(plan(minutes=120, people=6).parts)

    def test_a_set_has_it_its_own_way(self):
        parts = plan(minutes=240, people=4, overrides={"explore": 25, "check_in": 1}).parts
        assert set(minutes_of(parts, Phase.EXPLORE)) == {25}
        assert minutes_of(parts, Phase.CHECK_IN) == [4]
        assert set(minutes_of(parts, Phase.CLARIFY)) == {DEFAULTS[Phase.CLARIFY]}

    def test_longer_turns_are_fewer(self):
        assert plan(minutes=120, people=6, overrides={"explore": 40}).turns == 1


class TestBreaks:
    def test_between_two_turns(self):
        parts = plan(minutes=120, people=6).parts
        at = phases(parts).index(Phase.BREAK)
        assert (parts[at - 1].turn, parts[at + 1].turn) == (0, 1)
        assert phases(parts).count(Phase.BREAK) == 1

    def test_none_in_an_hour(self):
        assert Phase.BREAK not in phases(plan(minutes=60, people=4).parts)

    def test_three_hours_have_more_than_one(self):
        assert phases(plan(minutes=240, people=8).parts).count(Phase.BREAK) >= 2


class TestSlow:
    def test_a_turn_over_days(self):
        made = plan(minutes=90, people=6, reviews=2, agreement=True, slow=True)
        assert (made.turns, made.spare) == (1, 0)
        assert Phase.BREAK not in phases(made.parts)
        assert all(part.minutes == SLOW_DAYS[part.phase] * DAY for part in made.parts)
        assert minutes_of(made.parts, Phase.EXPLORE) == [4 * 24 * 60]

    def test_as_many_turns_as_were_chosen(self):
        done = plan(minutes=90, people=6, slow=True).parts[:2]
        parts = replan(done, 3, minutes=90, slow=True)
        assert parts[:2] == done
        assert [part.turn for part in parts if part.phase == Phase.PRESENT] == [0, 1, 2]
        assert all(part.minutes == SLOW_DAYS[part.phase] * DAY for part in parts)


overrides = st.dictionaries(st.sampled_from(sorted(map(str, DEFAULTS))), st.integers(1, 60), max_size=4)
wishes = st.fixed_dictionaries(
    {
        "minutes": st.integers(45, 240),
        "people": st.integers(1, 12),
        "reviews": st.integers(0, 12),
        "agreement": st.booleans(),
        "overrides": overrides,
    }
)


def whole_turns(parts) -> list[list[Part]]:
    """The parts of each turn with whatever lies between its first and its last."""
    turns = sorted({part.turn for part in parts if part.turn is not None})
    where = [[number for number, part in enumerate(parts) if part.turn == turn] for turn in turns]
    return [list(parts[first : last + 1]) for first, *_rest, last in where]


def check_breaks(parts) -> None:
    found = phases(parts)
    assert all(phases(turn) == list(TURN) for turn in whole_turns(parts))
    assert (Phase.BREAK, Phase.BREAK) not in pairwise(found)
    assert Phase.BREAK not in (found[0], found[-1])


class TestAlways:
    @settings(max_examples=60, deadline=None)
    @given(wishes)
    def test_every_minute_is_in_a_part_or_to_spare(self, wish):
        made = plan(**wish)
        assert all(part.minutes >= 1 for part in made.parts)
        # A part of one minute may have been kept from having none.
        if all(part.minutes > 1 for part in made.parts):
            assert total(made.parts) + made.spare == wish["minutes"]

    @settings(max_examples=60, deadline=None)
    @given(wishes)
    def test_somebody_presents_and_no_turn_is_broken_up(self, wish):
        made = plan(**wish)
        assert 1 <= made.turns <= max(1, wish["people"])
        assert len(whole_turns(made.parts)) == made.turns
        check_breaks(made.parts)

    @settings(max_examples=60, deadline=None)
    @given(wishes)
    def test_what_fits_is_as_the_set_wants_it(self, wish):
        made = plan(**wish)
        if made.spare:
            for part in made.parts:
                if part.turn is not None:
                    assert part.minutes == wish["overrides"].get(part.phase, DEFAULTS[part.phase])

    @settings(max_examples=60, deadline=None)
    @given(st.integers(45, LONGEST), st.integers(1, 6))
    def test_no_break_when_it_is_short(self, minutes, people):
        assert Phase.BREAK not in phases(plan(minutes=minutes, people=people).parts)

    @settings(max_examples=60, deadline=None)
    @given(wishes, st.integers(1, 6))
    def test_choosing_presenters_leaves_what_is_done_and_fits_the_rest(self, wish, turns):
        made = plan(**wish)
        done = made.parts[: phases(made.parts).index(Phase.BIDS) + 1]
        parts = replan(done, turns, minutes=wish["minutes"], overrides=wish["overrides"])
        assert parts[: len(done)] == done
        assert len(whole_turns(parts)) == turns
        check_breaks(parts)
        if all(part.minutes > 1 for part in parts[len(done) :]):
            assert total(parts) <= wish["minutes"]
