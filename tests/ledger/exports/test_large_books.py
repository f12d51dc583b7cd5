"""Large books: memory stays flat, and a real year adds up in every program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.chart import load_chart
from ledger import exports
from ledger.db import Database
from ledger.journal import Journal
from tests.ledger.conftest import sold

if TYPE_CHECKING:
    from tests.ledger.exports.conftest import Auditors

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
MAP = Path(__file__).parents[2] / "data" / "maps" / "cn_vending.toml"


def fill(path: Path, count: int) -> None:
    """Post sales over many days whose clock jumps about, all in one commit."""
    database = Database(path)
    with database.transaction() as cursor:
        journal = Journal(cursor, "B-01.1")
        for number in range(count):
            entry = sold(100 + number % 900)
            journal.post(replace(entry, day=entry.day - timedelta(days=number * 7919 % 365)))
    database.close()


def peak_bytes(path: Path, format_: str, folder: Path) -> int:
    asked = exports.Asked(load_chart())
    tracemalloc.start()
    try:
        exports.export(path, format_, folder, asked, program="kiosk test")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format_", exports.FORMATS)
def test_memory_does_not_grow_with_the_records(path: Path, tmp_path: Path, format_: str) -> None:
    fill(path, 2_000)
    peak_bytes(path, format_, tmp_path / "warm")
    few = peak_bytes(path, format_, tmp_path / "few")
    fill(path, 18_000)
    many = peak_bytes(path, format_, tmp_path / "many")
    rows = [
        json.loads((tmp_path / name / "manifest.json").read_bytes())["records"]
        for name in ("few", "many")
    ]
    assert rows == [2_000, 20_000]
    assert many < few * 1.2 + 100_000


def kiosk(home: Path, *words: str) -> Any:  # noqa: ANN401 - what the command says in JSON
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "--home", str(home), *words],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout) if "--json" in words else None


def test_a_real_year_adds_up_in_three_programs(
    shared: Path, auditors: Auditors, tmp_path: Path
) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    orders = shared / "data" / "cn_vending" / "orders_all.csv.gz"
    rung = kiosk(home, "replay", str(orders), "--map", str(MAP), "--json")
    assert (rung["accepted"], rung["gross_fen"]) == (70_679, 28_697_970)
    kiosk(home, "ledger", "export", "plaintext", "--out", str(out))
    assert auditors.refusals(out) == {}
    balances = kiosk(home, "ledger", "balance", "--json")
    expected = {row["account"]: row["balance"] for row in balances if row["balance"]}
    assert expected["500101"] == -28_697_970
    assert expected["224101"] == -704_770
    found = auditors.balances(out)
    assert found == dict.fromkeys(found, expected)
    assert set(found) == {"hledger", "ledger", "beancount"}
