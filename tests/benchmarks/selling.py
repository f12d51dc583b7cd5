"""``Till.sell``, durable, against the floor; and what one sale asks of the database."""

from __future__ import annotations

import sqlite3
import statistics
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from kiosk.till.projectors import PROJECTORS
from ledger.verify import verify
from tests.benchmarks.floor import Floor
from tests.benchmarks.measure import Figure, interleave, percentile, ratio
from tests.benchmarks.sales import new_database, open_till, sales

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from kiosk.till.till import Till
    from tests.benchmarks.measure import Scale

T = TypeVar("T")

TABLES = ("record", "posting", "balance", "fund", "fund_day", "sale")


@dataclass(frozen=True, slots=True)
class Block:
    """Some acts in a row: each one's latency, and the CPU time of all, in seconds."""

    latencies: list[float]
    cpu: float

    @property
    def wall(self) -> float:
        """The time of all of them."""
        return sum(self.latencies)


def ring(act: Callable[[T], object], block: Iterable[T]) -> Block:
    """Do ``act`` with each of ``block``, one after the other."""
    latencies = []
    cpu = time.process_time()
    for each in block:
        began = time.perf_counter()
        act(each)
        latencies.append(time.perf_counter() - began)
    return Block(latencies, time.process_time() - cpu)


def bench(folder: Path, scale: Scale) -> list[Figure]:
    """Sell the same sales through the till and over the floor, block by block."""
    paths = new_database(folder, "till"), new_database(folder, "floor")
    till = open_till(paths[0])
    floor = Floor(paths[1], till.book, till.by)
    endless = sales()
    blocks = [list(islice(endless, scale.block)) for _ in range(scale.rounds)]
    pairs = interleave(
        scale.rounds,
        lambda n: ring(lambda s: till.sell(s.basket, s.offers, at=s.at), blocks[n]),
        lambda n: ring(lambda s: floor.sell(s.plain, s.at), blocks[n]),
    )
    calls, commits = asked_of_the_database(folder)
    till.database.close()
    floor.close()
    same_rows(*paths, TABLES)
    ours = [latency for a, _ in pairs for latency in a.latencies]
    theirs = [latency for _, b in pairs for latency in b.latencies]
    rates = [(scale.block / a.wall, scale.block / b.wall) for a, b in pairs]
    floor_rate = statistics.median(b for _, b in rates)
    return [
        ratio("Till.sell, rate to floor", rates, ">= 0.80", floor=1.0),
        Figure(
            "Till.sell, rate",
            statistics.median(a for a, _ in rates),
            "sales/s",
            floor=floor_rate,
        ),
        *(
            Figure(
                f"Till.sell, p{p}",
                percentile(ours, p) * 1e6,
                "us",
                floor=percentile(theirs, p) * 1e6,
            )
            for p in (50, 99)
        ),
        ratio("Till.sell, floor's CPU to ours", [(b.cpu, a.cpu) for a, b in pairs], None),
        Figure("Till.sell, statements a sale", calls, "calls", "<= 10"),
        Figure("Till.sell, commits a sale", commits, "commits", "<= 1"),
    ]


def asked_of_the_database(folder: Path, count: int = 20) -> tuple[float, float]:
    """Give the driver calls that carry SQL, and the commits, of one sale."""
    till = open_till(new_database(folder, "traced"))
    some = list(islice(sales(seed=2), count))
    asked = asked_by(till, lambda sale: till.sell(sale.basket, sale.offers, at=sale.at), some)
    till.database.close()
    return asked


def asked_by(till: Till, act: Callable[[T], object], some: Sequence[T]) -> tuple[float, float]:
    """Give the driver calls that carry SQL, and the commits, of one ``act`` of ``till``.

    Calls of ``executemany`` count once; what triggers do is the floor's too and counts nowhere.
    """
    driver = till.database._driver
    assert driver is not None
    heads: list[str] = []
    driver.set_trace_callback(lambda sql: heads.append(sql.partition(" VALUES")[0]))
    for each in some:
        heads.append("")
        act(each)
    driver.set_trace_callback(None)
    # SQLite repeats a statement's text for each trigger that it fires and each row of executemany.
    calls = [b for a, b in zip(["", *heads], heads, strict=False) if b and a != b]
    return len(calls) / len(some), calls.count("COMMIT") / len(some)


def same_rows(ours: Path, theirs: Path, tables: Sequence[str]) -> None:
    """Hold both databases to each other and to ``verify``; a floor that cheats is none."""
    with closing(sqlite3.connect(ours)) as a, closing(sqlite3.connect(theirs)) as b:
        for table in tables:
            query = f"SELECT * FROM {table}"
            assert a.execute(query).fetchall() == b.execute(query).fetchall(), table
    for path in (ours, theirs):
        audit = verify(path, PROJECTORS)
        assert audit.clean, audit.findings
