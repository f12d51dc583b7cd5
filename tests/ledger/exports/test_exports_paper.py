"""The paper about the exports says what the exports are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.exports.csv_tables import (
    BREAKFASTS_COLUMNS,
    POSTINGS_COLUMNS,
    TRIAL_BALANCE_COLUMNS,
)
from ledger.exports.plaintext import EARLIEST, LATEST, OPENING
from tests.ledger.exports.conftest import run

if TYPE_CHECKING:
    from tests.ledger.exports.conftest import Auditors, Days

PAPER = (Path(__file__).parents[3] / "docs" / "exports.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> list[str]:
    """The first column of the table below ``heading``."""
    below = PAPER.partition(f"{heading}\n")[2].partition("\n#")[0]
    return re.findall(r"^\| (.+?) \|", below, re.MULTILINE)[1:]


def test_every_column_is_told_in_its_order() -> None:
    assert first_cells("### `trial_balance.csv` 科目余额表") == list(TRIAL_BALANCE_COLUMNS)
    assert first_cells("### `postings.csv` 序时账") == list(POSTINGS_COLUMNS)
    assert first_cells("### `breakfasts.csv` 爱心早餐明细") == list(BREAKFASTS_COLUMNS)


def test_every_key_of_the_manifest_is_told(days: Days, tmp_path: Path) -> None:
    made = days.export("csv", tmp_path).content
    told = re.findall(r"`(\w+)`", " ".join(first_cells("## `manifest.json`")))
    assert told == list(made)
    inner = {*made["files"][0], *next(iter(made["books"].values()))}
    assert {key for key in inner if f"`{key}`" not in PAPER} == set()


def test_names_and_dates_are_those_of_the_files() -> None:
    last = LATEST.replace(day=LATEST.day - 1)
    assert f"`{OPENING}`" in PAPER
    assert f"from {EARLIEST} to {last};" in PAPER


def test_the_commands_of_the_paper_are_those_that_judge_here(
    days: Days, auditors: Auditors, tmp_path: Path
) -> None:
    days.export("plaintext", tmp_path)
    block = PAPER.partition("## Checking an export without us")[2]
    commands = [
        line.partition("  #")[0].strip()
        for line in "\n".join(re.findall(r"```sh\n(.*?)```", block, re.DOTALL)).splitlines()
        if line and not line.startswith("export ")
    ]
    assert len(commands) == 8
    folders = (Path(auditors.hledger).parent, Path(auditors.ledger).parent, auditors.bean)
    path = ":".join(map(str, folders))
    for command in commands:
        done = run("sh", "-c", f'cd "{tmp_path}" && PATH="{path}:$PATH" && {command}')
        assert done.returncode == 0, (command, done.stderr)
