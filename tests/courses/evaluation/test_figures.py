"""Nobody can be seen in a programme's figures, whatever the numbers."""

from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from courses.evaluation.figures import SMALLEST_CELL, Person, report, together

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


def test_one_persons_marks_are_not_the_difference_of_two_comparisons():
    alike = [Person(before={"a": 4}, after={"a": 6}, follow_up={"a": 7}, then={"a": 3})] * 5
    odd = Person(before={"a": 9}, after={"a": 10}, follow_up={}, then={})
    result = report([*alike, odd], ["a"])
    assert result.lines[0].n == 6
    assert result.thinking_back[0].is_suppressed
    assert result.follow_up[0].is_suppressed
    result = report([*alike, *[odd] * 5], ["a"])
    assert [line.n for line in (*result.lines, *result.thinking_back, *result.follow_up)] == [10, 5, 5]


@given(people)
def test_comparisons_with_marks_in_common_differ_by_nobody_or_by_five(group):
    result = report(group, ["a"])
    (line,), (then,), (later,) = result.lines, result.thinking_back, result.follow_up
    for other, name in ((then, "then"), (later, "follow_up")):
        if line.is_suppressed or other.is_suppressed:
            continue
        both = [(p.before, p.after) if name == "follow_up" else (p.after, p.before) for p in group]
        pairs = {n for n, (one, two) in enumerate(both) if "a" in one and "a" in two}
        beside = {n for n, p in enumerate(group) if "a" in both[n][0] and "a" in getattr(p, name)}
        assert not any(0 < len(more) < SMALLEST_CELL for more in (pairs - beside, beside - pairs))


@given(st.lists(people, min_size=1, max_size=4))
def test_the_whole_less_what_the_groups_show_is_nobody_or_five(groups):
    whole, parts = together(groups, ["a", "b"]), [report(group, ["a", "b"]) for group in groups]
    for name in ("lines", "thinking_back", "follow_up"):
        for number, line in enumerate(getattr(whole, name)):
            shown = sum(getattr(part, name)[number].n or 0 for part in parts)
            assert (line.n or 0) - shown == 0 or (line.n or 0) - shown >= SMALLEST_CELL
    for name in ("began", "finished", "dropped_out"):
        shown = [part for part in parts if None not in (part.began, part.finished, part.dropped_out)]
        if (total := getattr(whole, name)) is not None:
            assert not 0 < total - sum(getattr(part, name) for part in shown) < SMALLEST_CELL
    for degree, count in (whole.attainment or {}).items():
        assert not 0 < count - sum((part.attainment or {}).get(degree, 0) for part in parts) < SMALLEST_CELL


def test_drop_out_is_told_when_it_is_large_enough():
    before, both = {"a": 3}, {"a": 5}
    stayed = [Person(before, both, {}, {})] * 7
    left = [Person(before, {}, {}, {})] * 5
    result = report([*stayed, *left], ["a"])
    assert (result.began, result.finished, result.dropped_out) == (12, 7, 5)
    result = report([*stayed, *left[:2]], ["a"])
    assert (result.began, result.finished, result.dropped_out) == (None, 7, None)
