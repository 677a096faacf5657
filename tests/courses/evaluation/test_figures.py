"""Nobody can be seen in a programme's figures, whatever the numbers."""

from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from courses.evaluation.figures import SMALLEST_CELL, Person, report

marks = st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 10))
people = st.lists(
    st.builds(
        Person,
        before=marks,
        after=marks,
        follow_up=marks,
        then=marks,
        attainment=st.none() | st.integers(-2, 2),
    ),
    max_size=30,
)


@given(people)
def test_nothing_stands_on_fewer_than_five(group):
    result = report(group, ["a", "b"])
    for line in (*result.lines, *result.thinking_back, *result.follow_up):
        assert line.n is None or line.n >= SMALLEST_CELL
        if line.is_suppressed:
            assert (line.before, line.after, line.change, line.spread) == (None,) * 4
    assert all(count >= SMALLEST_CELL for count in (result.attainment or {}).values())


@given(people)
def test_no_small_number_can_be_worked_out_from_the_others(group):
    result = report(group, ["a"])
    counts = (result.began, result.finished, result.dropped_out)
    assert not any(0 < count < SMALLEST_CELL for count in counts if count is not None)
    if None not in (result.began, result.finished):
        assert result.dropped_out is not None
        assert not 0 < result.began - result.finished < SMALLEST_CELL


@given(people)
def test_means_are_those_of_the_pairs(group):
    pairs = [(p.before["a"], p.after["a"]) for p in group if "a" in p.before and "a" in p.after]
    (line,) = report(group, ["a"]).lines
    assert line.is_suppressed == (len(pairs) < SMALLEST_CELL)
    if pairs and not line.is_suppressed:
        assert line.n == len(pairs)
        assert abs(line.change - mean(after - before for before, after in pairs)) < 1e-9
        assert line.spread >= 0


def test_drop_out_is_told_when_it_is_large_enough():
    before, both = {"a": 3}, {"a": 5}
    stayed = [Person(before, both, {}, {})] * 7
    left = [Person(before, {}, {}, {})] * 5
    result = report([*stayed, *left], ["a"])
    assert (result.began, result.finished, result.dropped_out) == (12, 7, 5)
    result = report([*stayed, *left[:2]], ["a"])
    assert (result.began, result.finished, result.dropped_out) == (None, 7, None)
