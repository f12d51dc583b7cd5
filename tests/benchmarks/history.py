"""Reading the fund and selling behind a short and a very long history: it must not matter."""

from __future__ import annotations

import statistics
import time
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Final

from kiosk.sale.tenders import settle
from kiosk.till import docs
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import SCHEMA, migrate
from kiosk.till.tables import SALE
from ledger import rules
from ledger.db import reader_engine
from ledger.entries import FundMove
from ledger.fund import fund_totals
from ledger.head_file import head_path
from ledger.journal import Journal
from ledger.money import to_fen
from ledger.reports import trial_balance
from ledger.verify import expected_schema, verify
from tests.benchmarks.measure import Figure, interleave, ratio, say
from tests.benchmarks.sales import OPENING, SETTINGS, open_till, sales
from tests.benchmarks.selling import ring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.till.till import Till
    from ledger.entries import Entry
    from tests.benchmarks.measure import Scale
    from tests.benchmarks.sales import RealSale

SHORT: Final = 1000
BATCH: Final = 5000
READS: Final = 200


def bench(cache: Path, scale: Scale) -> list[Figure]:
    """Compare reads and sales behind ``SHORT`` and ``scale.history`` sales, block by block."""
    tills = [open_till(history(cache, count)) for count in (scale.history, SHORT)]
    engines = [reader_engine(till.database.path) for till in tills]
    connections = [engine.connect() for engine in engines]
    figures = []
    reads: dict[str, Callable[[int], object]] = {
        "Till.fund": lambda side: tills[side].fund(OPENING),
        "fund totals": lambda side: fund_totals(connections[side]),
        "account balances": lambda side: trial_balance(connections[side], book=tills[side].book),
    }
    behind = f"{scale.history:,} sales to {SHORT:,}"
    for name, read in reads.items():
        long, short = partial(_time, read, 0), partial(_time, read, 1)
        figures.append(_flat(f"{name}, {behind}", interleave(scale.rounds, long, short), "<= 1.2"))
    for connection, engine in zip(connections, engines, strict=True):
        connection.close()
        engine.dispose()
    # The cached history grows by these sales; their refs must be new to it every time.
    endless = sales(seed=time.time_ns())
    blocks = [list(islice(endless, scale.block)) for _ in range(2 * scale.rounds)]

    def sell(side: int, number: int) -> float:
        till = tills[side]
        block = ring(lambda s: till.sell(s.basket, s.offers, at=s.at), blocks[2 * number + side])
        return statistics.median(block.latencies)

    sold = interleave(scale.rounds, lambda n: sell(0, n), lambda n: sell(1, n))
    figures.append(_flat(f"Till.sell p50, {behind}", sold, "<= 1.15"))
    for till in tills:
        till.database.close()
    return figures


def _flat(name: str, pairs: list[tuple[float, float]], goal: str) -> Figure:
    return ratio(name, pairs, goal, floor=1.0)


def _time(read: Callable[[int], object], side: int, _: int) -> float:
    """Give the median time of one of ``READS`` reads, in seconds."""
    latencies = []
    for _ in range(READS):
        began = time.perf_counter()
        read(side)
        latencies.append(time.perf_counter() - began)
    return statistics.median(latencies)


def history(cache: Path, count: int) -> Path:
    """Give a verified database of ``count`` sales; built once, by the journal in large commits."""
    tables = sha256(repr(sorted(expected_schema().items())).encode()).hexdigest()[:8]
    path = cache / f"history-{SCHEMA}-{tables}-{count}.db"
    if path.exists():
        return path
    half = path.with_suffix(".part.db")
    for old in cache.glob(f"{half.stem}*"):
        old.unlink()
    migrate(half, cache / "backups")
    till = open_till(half)
    endless = sales(seed=count)
    for first in range(0, count, BATCH):
        _fill(till, list(islice(endless, min(BATCH, count - first))))
        if first and first % (10 * BATCH) == 0:
            say(f"history of {count:,} sales, built once: {first:,}")
    till.database.close()
    say(f"history of {count:,} sales: verifying")
    audit = verify(half, PROJECTORS)
    assert audit.clean, audit.findings
    head_path(half).rename(head_path(path))
    half.rename(path)
    for left in cache.glob(f"{half.name}-*"):  # SQLite's side files, emptied by the last close
        left.unlink()
    return path


def _fill(till: Till, block: list[RealSale]) -> None:
    with till.database.transaction() as cursor:
        journal = Journal(cursor, till.book, till.database.projectors)
        for sale in block:
            record, _ = journal.post(_entry(till, sale))
    till.database.announce(record)


def _entry(till: Till, sale: RealSale) -> Entry:
    """Make the entry that ``Till.sell`` would post in a transaction of its own."""
    total = sale.basket.total
    payments = settle(total, sale.offers, SETTINGS.tenders)
    fen = SETTINGS.fund.set_aside_fen
    postings = rules.sale(
        [rules.Tendered(p.account, p.amount) for p in payments], total, fen, till._accounts
    )
    doc = docs.sale(sale.basket.lines, payments, to_fen(total), fen)
    return till._entry(
        SALE, sale.basket.ref, sale.at, doc, postings, fund={FundMove.SET_ASIDE: fen}
    )
