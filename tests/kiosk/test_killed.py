"""The real program is killed at random instants: what it announced is there, once and whole."""

from __future__ import annotations

import csv
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from kiosk.till.projectors import PROJECTORS
from ledger.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 25
"""Kills in each of the eight rounds: two hundred together, spread over the test processes."""

TICKETS = 1500
"""More than any process lives to ring."""

MAP = """
data_set = "killed"
[ticket]
lines = "many"
key = "ticket"
[item]
column = "item"
quantity = "quantity"
[price]
rule = "unit"
column = "price"
[catering]
rule = "all"
[time]
column = "at"
formats = "%Y-%m-%d %H:%M:%S"
[tender]
column = "tender"
[book]
fixed = "KILLED-01.1"
[returns]
rule = "stand-alone"
"""


def _tickets(path: Path, run: int, chance: random.Random) -> None:
    """Write tickets of one to three lines, some of them returns, that only this run has."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket", "item", "quantity", "price", "at", "tender"])
        for number in range(TICKETS):
            sign = -1 if chance.random() < 0.05 else 1
            tender = chance.choice(["cash", "wechat", "alipay"])
            for line in range(chance.randint(1, 3)):
                minute, second = divmod(number, 60)
                at = f"2026-11-24 07:{minute:02d}:{second:02d}"
                price = f"{chance.randint(0, 999) / 100:.2f}"
                writer.writerow([f"{run}-{number}", f"品{line}", sign, price, at, tender])


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(8))
def test_a_killed_till_keeps_every_announced_sale_once_and_whole(
    round_: int, root: Path, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)  # noqa: S311 - printed, so that a failure can be run again
    print(f"round {round_}: seed {seed}")  # noqa: T201
    chance = random.Random(seed)  # noqa: S311
    mapped = tmp_path / "map.toml"
    mapped.write_text(MAP, "utf-8")
    source, home = tmp_path / "sales.csv", tmp_path / "home"
    command = [sys.executable, "-m", "kiosk.cli", "--home", str(home)]
    command += ["replay", str(source), "--map", str(mapped)]
    announced: dict[str, tuple[str, int, int]] = {}
    for run in range(KILLS):
        _tickets(source, run, chance)
        said = _killed_after(command, chance, root)
        for line in said:
            ref, book, seq, fen = line.split()
            assert ref not in announced, f"seed {seed}: announced twice"
            announced[ref] = (book, int(seq), int(fen))
        _check(home / "kiosk.db", announced, f"seed {seed}, kill {run}")
    assert len(announced) > KILLS, "the processes were killed before they could sell"

    # What the last process left undone is rung by the next, and nothing of it twice.
    done = subprocess.run(
        [*command, "--json"], capture_output=True, text=True, cwd=root, check=True
    )
    totals = json.loads(done.stdout)
    assert totals["accepted"] + totals["already_there"] == TICKETS
    assert totals["rejected"] == totals["conflicts"] == 0
    _check(home / "kiosk.db", announced, f"seed {seed}, at the end")


def _killed_after(command: list[str], chance: random.Random, root: Path) -> list[str]:
    """Run ``command``, kill it some moment after it began to sell, and give its whole lines."""
    with subprocess.Popen(
        [*command, "--announce"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root
    ) as process:
        assert process.stdout is not None
        if chance.random() < 0.1:  # now and then while it opens the books
            time.sleep(chance.uniform(0.1, 0.8))
            first = b""
        else:
            first = process.stdout.readline()
            time.sleep(chance.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        rest, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, errors.decode()
    # A line that was cut off by the kill was not announced.
    return (first + rest).decode().rpartition("\n")[0].splitlines()


def _check(database: Path, announced: dict[str, tuple[str, int, int]], when: str) -> None:
    if not announced:
        return
    audit = verify(database, PROJECTORS)
    assert audit.findings == [], when
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        found = {
            ref: (book, seq, fen)
            for ref, book, seq, fen in connection.execute(
                "SELECT ref, r.book, r.seq, s.total_fen FROM record r"
                " JOIN sale s ON s.book = r.book AND s.seq = r.seq"
            )
        }
    lost = {ref: place for ref, place in announced.items() if found.get(ref) != place}
    assert lost == {}, when
