"""``Till.redeem``, durable, against its floor, beside a sale's; and what a tap costs."""

from __future__ import annotations

import statistics
from itertools import islice
from shutil import copyfile
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.benchmarks import selling
from tests.benchmarks.floor import Floor
from tests.benchmarks.measure import Figure, interleave, percentile, ratio
from tests.benchmarks.mornings import BEFORE, grant, issue, morning
from tests.benchmarks.sales import new_database, open_till, sales
from tests.benchmarks.selling import asked_by, ring, same_rows

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.sale.cards import BreakfastCard
    from kiosk.till.till import Till
    from tests.benchmarks.measure import Scale
    from tests.benchmarks.mornings import RealBreakfast
    from tests.benchmarks.selling import Block

TABLES: Final = (*selling.TABLES, "card", "breakfast", "print_job")
_RICH: Final = 10_000_000_000
"""A fund that no bench empties, in fen."""


class Side(NamedTuple):
    """One morning: its breakfasts, and ``beside`` them the till's taps, or a floor's own sales."""

    breakfasts: Block
    beside: Block


def bench(folder: Path, scale: Scale) -> list[Figure]:
    """Serve the same mornings at the till and over the floor, one after the other."""
    till, cards = kiosk(folder, "till", scale.block)
    till.database.close()  # all of it is in the one file then
    paths = till.database.path, folder / "floor.db"
    copyfile(*paths)
    till.database.open()
    floor = Floor(paths[1], till.book, till.by)
    other = Floor(new_database(folder, "sales"), till.book, till.by)
    mornings = [morning(cards, number) for number in range(scale.rounds)]
    endless = sales()
    sold = [list(islice(endless, scale.block)) for _ in range(scale.rounds)]

    def ours(number: int) -> Side:
        come = mornings[number]
        taps = ring(lambda each: each.tapped(till), come)
        return Side(ring(lambda each: _redeem(till, each), come), taps)

    def theirs(number: int) -> Side:
        return Side(
            ring(lambda each: floor.redeem(each.plain, each.at), mornings[number]),
            ring(lambda each: other.sell(each.plain, each.at), sold[number]),
        )

    pairs = interleave(scale.rounds, ours, theirs)
    till.database.close()
    floor.close()
    other.close()
    same_rows(*paths, TABLES)
    return [*_figures(pairs), *_asked(folder)]


def kiosk(folder: Path, name: str, cards: int) -> tuple[Till, list[BreakfastCard]]:
    """Open a till with a rich fund and so many cards."""
    till = open_till(new_database(folder, name))
    grant(till, _RICH, BEFORE)
    return till, issue(till, cards, BEFORE)


def _redeem(till: Till, each: RealBreakfast) -> None:
    till.redeem(each.serving, each.basket, each.offers, at=each.at)


def _figures(pairs: list[tuple[Side, Side]]) -> list[Figure]:
    count = len(pairs[0][0].beside.latencies)
    rates = [(count / a.breakfasts.wall, count / b.breakfasts.wall) for a, b in pairs]
    sold = [(count / a.breakfasts.wall, count / b.beside.wall) for a, b in pairs]
    ours = [latency for a, _ in pairs for latency in a.breakfasts.latencies]
    theirs = [latency for _, b in pairs for latency in b.breakfasts.latencies]
    taps = [latency for a, _ in pairs for latency in a.beside.latencies]
    cpu = [(b.breakfasts.cpu, a.breakfasts.cpu) for a, b in pairs]
    return [
        ratio("Till.redeem, rate to floor", rates, ">= 0.75", floor=1.0),
        Figure(
            "Till.redeem, rate",
            statistics.median(a for a, _ in rates),
            "breakfasts/s",
            floor=statistics.median(b for _, b in rates),
        ),
        *(
            Figure(
                f"Till.redeem, p{p}",
                percentile(ours, p) * 1e6,
                "us",
                floor=percentile(theirs, p) * 1e6,
            )
            for p in (50, 99)
        ),
        ratio("Till.redeem, floor's CPU to ours", cpu, None),
        # A sale writes three rows fewer, and no counter.
        ratio("Till.redeem, rate to a sale's floor", sold, None, floor=1.0),
        *(Figure(f"Till.tapped, p{p}", percentile(taps, p) * 1e6, "us") for p in (50, 99)),
    ]


def _asked(folder: Path, count: int = 20) -> list[Figure]:
    """Give what one tap, and one breakfast that the fund pays whole, ask of the database."""
    till, cards = kiosk(folder, "traced", count)
    whole = [each for each in morning(cards, 0) if not each.offers]
    taps, _ = asked_by(till, lambda each: each.tapped(till), whole)
    calls, commits = asked_by(till, lambda each: _redeem(till, each), whole)
    till.database.close()
    return [
        Figure("Till.redeem, statements a breakfast", calls, "calls", "<= 11"),
        Figure("Till.redeem, commits a breakfast", commits, "commits", "<= 1"),
        Figure("Till.tapped, statements a tap", taps, "calls", "<= 8"),
    ]
