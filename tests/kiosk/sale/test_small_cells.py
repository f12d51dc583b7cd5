"""Nothing that is left out of a published table can be worked out from what is in it."""

from __future__ import annotations

from collections import defaultdict
from itertools import count, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sale.small_cells import left_out

LEAST = 5


def rows(*sizes: int) -> list[set[int]]:
    """Rows that share nothing, of so many each."""
    numbers = count()
    return [{next(numbers) for _ in range(size)} for size in sizes]


@pytest.mark.parametrize(
    ("sizes", "out"),
    [
        ((), None),
        ((4,), None),
        ((5,), set()),
        ((5, 9), set()),
        ((2, 2), None),
        ((3, 20), {0, 1}),  # 23 less 20 would be the 3
        ((20, 3, 6), {1, 2}),
        ((3, 6, 20, 6), {0, 1, 3}),  # rows alike go alike
        ((3, 4, 20, 30), {0, 1, 2}),
        ((4, 4), {0, 1}),
        ((1, 1, 1, 1, 1), None),  # five breakfasts in five rows are one each
        ((1, 1, 1, 1, 1, 8, 9), {0, 1, 2, 3, 4, 5}),
        ((1, 1, 1, 1, 2), {0, 1, 2, 3, 4}),
    ],
)
def test_small_rows_go_with_others_or_the_whole_table_goes(
    sizes: tuple[int, ...], out: set[int] | None
) -> None:
    assert left_out(rows(*sizes), LEAST) == out


def test_a_limit_of_one_leaves_nothing_out() -> None:
    assert left_out(rows(1, 2), 1) == frozenset()


def test_rows_that_share_their_breakfasts_are_not_counted_twice() -> None:
    # Two items, both taken by the same three: leaving out both tells of three breakfasts.
    same = {1, 2, 3}
    assert left_out([same, same], LEAST) is None
    assert left_out([same, same, set(range(20))], LEAST) == frozenset({0, 1, 2})


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_whoever_knows_the_rule_and_the_total_cannot_tell_a_row_that_is_left_out(
    width: int,
) -> None:
    """Every table of small sizes is published; those that look the same differ where it matters."""
    least = 3
    seen = defaultdict(list)
    for sizes in product(range(1, 8), repeat=width):
        out = left_out(rows(*sizes), least)
        if out is None:
            continue
        shown = tuple("*" if place in out else size for place, size in enumerate(sizes))
        seen[shown, sum(sizes)].append(sizes)
    assert seen
    for (shown, _), tables in seen.items():
        for place, cell in enumerate(shown):
            if cell == "*":
                assert len({sizes[place] for sizes in tables}) > 1, (shown, tables)
            else:
                assert isinstance(cell, int)
                assert cell >= least


@given(st.lists(st.sets(st.integers(0, 30), min_size=1), max_size=8), st.integers(1, 9))
def test_what_is_shown_is_never_small_and_what_is_not_is_never_alone(
    table: list[set[int]], least: int
) -> None:
    out = left_out(table, least)
    if out is None:
        return
    assert all(len(row) >= least for place, row in enumerate(table) if place not in out)
    hidden = [table[place] for place in out]
    if hidden:
        assert len(hidden) > 1
        assert len(set().union(*hidden)) >= least
