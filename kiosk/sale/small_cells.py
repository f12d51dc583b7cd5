"""Which figures of a table are too small to be published, and which go with them. Pure.

Who eats where and when is personal data. A count below the limit may not be printed; nor may it be
worked out, as the total less the other rows. So others are left out beside it, until what is left
out is several rows, of at least so many breakfasts together, and not all of them ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet


def left_out(rows: Sequence[AbstractSet[object]], least: int) -> frozenset[int] | None:
    """Give the places of ``rows`` that must not be shown; None where not even the total may be.

    Each row is the set of what it counts; rows may share some (breakfasts of two items). Rows are
    taken as never empty. Nothing shows which row is small and which goes with it.
    """
    if _together(rows) < least:
        return None
    out = {place for place, row in enumerate(rows) if len(row) < least}
    others = sorted(set(range(len(rows))) - out, key=lambda place: (len(rows[place]), place))
    while out and not _enough([rows[place] for place in out], least):
        if not others:
            return None
        out.add(others.pop(0))
    return frozenset(out)


def _enough(out: list[AbstractSet[object]], least: int) -> bool:
    """Whether nobody can tell what stands in any one of the rows ``out`` from their sum."""
    return len(out) > 1 and _together(out) >= least and sum(map(len, out)) > len(out)


def _together(rows: Iterable[AbstractSet[object]]) -> int:
    whole: set[object] = set()
    return len(whole.union(*rows))
