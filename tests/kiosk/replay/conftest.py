"""A home, a map and a CSV of one's own, and the command that rings the one through the other."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.cli import main
from kiosk.till.home import open_home
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import open_database
from ledger.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

ONE_LINE = """
data_set = "stall"
[ticket]
key = "no"
[item]
column = "item"
[price]
rule = "total"
column = "paid"
[catering]
rule = "all"
[time]
column = "when"
formats = "%Y-%m-%d %H:%M"
[tender]
fixed = "wechat"
[book]
fixed = "STALL"
[returns]
rule = "stand-alone"
"""

MANY_LINES = """
data_set = "shop"
[ticket]
lines = "many"
key = ["store", "no"]
[item]
column = "item"
quantity = "qty"
[price]
rule = "unit"
column = "price"
[catering]
rule = "all"
[time]
column = "when"
formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]
[tender]
column = "by"
values = { "现金" = "cash", "微信" = "wechat" }
[book]
column = "store"
prefix = "S-"
[returns]
rule = "stand-alone"
"""


@dataclass
class Bench:
    """Runs ``kiosk replay`` and reads back what it wrote."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    err: str = ""
    code: int = 0

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, rows: str | bytes, made: str = ONE_LINE, *options: str) -> dict[str, Any]:
        """Replay ``rows`` by the map ``made``; give the totals."""
        file, map_path = self.write("sales.csv", rows), self.write("map.toml", made)
        return self.replay(file, map_path, *options)

    def replay(self, file: Path, map_path: Path, *options: str) -> dict[str, Any]:
        words = ["--home", str(self.home), "replay", str(file), "--map", str(map_path)]
        self.code = main([*words, "--json", *options])
        said = self.capture.readouterr()
        self.err = said.err
        if not said.out:
            return {}
        (line,) = said.out.splitlines()
        totals: dict[str, Any] = json.loads(line)
        return totals

    def refused(self, rows: str | bytes, made: str = ONE_LINE, *options: str) -> str:
        """Replay what is refused as a whole; give the two sentences."""
        assert self.run(rows, made, *options) == {}
        assert self.code == 1
        return self.err

    def rejected(self, name: str = "sales.csv") -> list[tuple[int, str, str]]:
        """Give line, ticket and English reason of every row of the list."""
        path = self.home / "reports" / f"{name}.rejected.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert all(row["reason_zh"] and row["reason_zh"] != row["reason_en"] for row in rows)
        return [(int(row["line"]), row["ticket"], row["reason_en"]) for row in rows]

    def records(self, *kinds: str) -> list[dict[str, Any]]:
        """Give the bodies of the records of these kinds, in order."""
        with (
            closing(open_database(open_home(self.home))) as database,
            database.transaction() as cursor,
        ):
            rows = cursor.execute("SELECT body FROM record ORDER BY book, seq").fetchall()
        bodies = [json.loads(body) for (body,) in rows]
        return [body for body in bodies if body["kind"] in (kinds or {"sale", "return", "refund"})]

    def is_clean(self) -> bool:
        home = open_home(self.home)
        return verify(home.database, PROJECTORS, accounts={each.code for each in home.chart}).clean


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    """An empty folder with nothing but the command."""
    return Bench(tmp_path, capsys)


@pytest.fixture
def one_line() -> str:
    """A map of one row a ticket, with line totals."""
    return ONE_LINE


@pytest.fixture
def many_lines() -> str:
    """A map of many rows a ticket, with quantities and unit prices."""
    return MANY_LINES
