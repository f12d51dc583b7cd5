"""``verify`` against merely reading every row and hashing every body."""

from __future__ import annotations

import sqlite3
import statistics
import time
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kiosk.till.projectors import PROJECTORS
from ledger.verify import verify
from tests.benchmarks.history import history
from tests.benchmarks.measure import Figure, interleave, ratio
from tests.benchmarks.selling import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.measure import Scale

MOST: Final = 20_000
ROUNDS: Final = 3


def bench(cache: Path, scale: Scale) -> list[Figure]:
    """Prove a book, and read it; records a second."""
    path = history(cache, min(scale.history, MOST))

    def prove(_: int) -> float:
        began = time.process_time()
        audit = verify(path, PROJECTORS)
        took = time.process_time() - began
        assert audit.clean, audit.findings
        return audit.records / took

    pairs = interleave(min(scale.rounds, ROUNDS), prove, lambda _: _read(path))
    return [
        ratio("verify, rate by CPU to read-and-hash", pairs, None, floor=1.0),
        Figure(
            "verify",
            statistics.median(a for a, _ in pairs),
            "records/CPU s",
            floor=statistics.median(b for _, b in pairs),
        ),
    ]


def _read(path: Path) -> float:
    began = time.process_time()
    count = 0
    with closing(sqlite3.connect(path)) as connection:
        for _, prev, hash_, body in connection.execute(
            "SELECT book, prev, hash, body FROM record ORDER BY book, seq"
        ):
            assert sha256(body.encode()).digest() == hash_ != prev
            count += 1
        for table in TABLES[1:]:
            for _ in connection.execute(f"SELECT * FROM {table}"):
                pass
    return count / (time.process_time() - began)
