"""``kiosk replay`` of a year of real orders against the floor writing the very same rows."""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import os
import sqlite3
import time
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.replay.command import replay
from kiosk.till.home import DATABASE_FILE
from kiosk.till.projectors import PROJECTORS
from ledger.verify import verify
from tests.benchmarks.floor import Floor
from tests.benchmarks.measure import Figure, Skipped, interleave, ratio
from tests.benchmarks.sales import new_database
from tests.benchmarks.selling import TABLES

if TYPE_CHECKING:
    from tests.benchmarks.measure import Scale

ROOT: Final = Path(__file__).resolve().parents[2]
MAP: Final = ROOT / "tests/data/maps/cn_vending.toml"
BOOK: Final = "VM"


def orders() -> Path:
    """Find the file of real orders.

    Raises:
        Skipped: the shared folder is not beside this checkout.
    """
    shared = Path(os.environ.get("KIOSK_SHARED") or ROOT.parent / "shared")
    path = shared / "data/cn_vending/orders_all.csv.gz"
    if not path.is_file():
        raise Skipped("the folder of real sales is not beside this checkout (KIOSK_SHARED)")
    return path


def bench(folder: Path, scale: Scale) -> list[Figure]:
    """Replay the file part by part into one book, and write each part's rows over the floor."""
    parts = _parts(orders(), folder, scale)
    home = folder / "home"
    replayed = home / DATABASE_FILE
    floor_path = new_database(folder, "floor")
    floor = Floor(floor_path, BOOK, "")
    _ring(home, _empty(folder))  # makes the home and records its settings
    for content in _contents(replayed, 0):
        floor.write(content)
    times: list[float] = []

    def ours(number: int) -> float:
        times.append(_ring(home, parts[number]))
        return times[-1]

    def theirs(_: int) -> float:
        contents = _contents(replayed, floor.seq)
        began = time.perf_counter()
        for content in contents:
            floor.write(content)
        return time.perf_counter() - began

    pairs = interleave(scale.parts, ours, theirs, alternate=False)
    floor.close()
    _same(replayed, floor_path)
    count = scale.orders
    total_ours, total_theirs = (sum(side) for side in zip(*pairs, strict=True))
    return [
        ratio(f"replay of {count:,} orders, time to floor", pairs, "<= 3", floor=1.0),
        Figure("replay", count / total_ours, "orders/s", floor=count / total_theirs),
    ]


def _parts(path: Path, folder: Path, scale: Scale) -> list[Path]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        header, *rows = list(csv.reader(text))
    rows = rows[: scale.orders]
    size = -(-len(rows) // scale.parts)
    made = []
    for first in range(0, len(rows), size):
        made.append(folder / f"orders-{first}.csv")
        _write(made[-1], [header, *rows[first : first + size]])
    (folder / "header").write_text(json.dumps(header))
    return made


def _empty(folder: Path) -> Path:
    path = folder / "orders-none.csv"
    _write(path, [json.loads((folder / "header").read_text())])
    return path


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _ring(home: Path, file: Path) -> float:
    """Replay ``file``, start of the till included; give the seconds."""
    arguments = argparse.Namespace(
        home=home, file=file, map=MAP, book=BOOK, report=None, announce=False, json=True, lang=None
    )
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        code = replay(arguments)
    assert code == 0
    return time.perf_counter() - began


def _contents(path: Path, after: int) -> list[dict[str, Any]]:
    """Give the records after number ``after`` as plain values."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT body FROM record WHERE seq > ? ORDER BY seq"
        return [json.loads(body) for (body,) in connection.execute(query, (after,))]


def _same(ours: Path, theirs: Path) -> None:
    with closing(sqlite3.connect(ours)) as a, closing(sqlite3.connect(theirs)) as b:
        for table in TABLES:
            query = f"SELECT * FROM {table}"
            assert a.execute(query).fetchall() == b.execute(query).fetchall(), table
    assert verify(ours, PROJECTORS).clean
