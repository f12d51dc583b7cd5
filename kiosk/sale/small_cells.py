"""Which figures of a table are too small to be published, and which go with them. Pure.

Who eats where and when is personal data. A count below the limit may not be printed; nor may it be
worked out, as the total less the other rows. So the next larger rows are left out beside the small
ones, all of that size. Then what is left out holds a small count and a larger one, and whichever of
its rows had the other's would be published alike: nobody can tell what stands in any one of them,
who knows this rule as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet


def left_out(rows: Sequence[AbstractSet[object]], least: int) -> frozenset[int] | None:
    """Give the places of ``rows`` that must not be shown; None where not even the total may be.

    Each row is the set of what it counts, and never empty; rows may share some (breakfasts of two
    items).
    """
    whole: set[object] = set()
    if len(whole.union(*rows)) < least:
        return None
    sizes = [len(row) for row in rows]
    if not any(size < least for size in sizes):
        return frozenset()
    limit = min((size for size in sizes if size >= least), default=least)
    if max(sizes) == 1:
        return None  # as many breakfasts as rows: one each
    return frozenset(place for place, size in enumerate(sizes) if size <= limit)
