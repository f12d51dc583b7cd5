"""The paper that teaches the format is complete, and its examples do what it says."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from config.catalogue import load_catalogue
from kiosk.replay.map import _TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.replay.conftest import Bench


@pytest.fixture
def paper(root: Path) -> str:
    return (root / "docs" / "replay.md").read_text(encoding="utf-8")


def example(paper: str, number: int) -> tuple[str, str]:
    part = re.split(r"(?m)^## ", paper.split(f"## Example {number}")[1])[0]
    blocks = dict(re.findall(r"```(csv|toml)\n(.*?)```", part, flags=re.DOTALL))
    return blocks["csv"], blocks["toml"]


def test_every_key_of_every_table_is_explained_and_no_other(paper: str) -> None:
    keys = re.split(r"(?m)^## ", paper.split("## Every key")[1])[0]
    sections = re.split(r"(?m)^### ", keys)[1:]
    explained = {
        (match[1], key)
        for section in sections
        if (match := re.match(r"`\[(\w+)\]`", section))
        for key in re.findall(r"(?m)^\| `(\w+)` \|", section)
    }
    assert explained == {
        (name, each.name) for name, form in _TABLES.items() for each in fields(form)
    }


def test_every_field_of_the_totals_is_explained(paper: str, bench: Bench) -> None:
    totals = bench.run(*example(paper, 1))
    table = paper.partition("## What it prints")[2].partition("With `--announce`")[0]
    explained = re.findall(r"`(\w+)`", "".join(re.findall(r"(?m)^\| (`.*?) \|", table)))
    assert set(explained) == totals.keys()


def test_totals_a_row(paper: str, bench: Bench) -> None:
    totals = bench.run(*example(paper, 1))
    assert (totals["accepted"], totals["ignored"], totals["rejected"]) == (3, 1, 0)
    assert (totals["gross_fen"], totals["set_aside_fen"], totals["zero_total"]) == (750, 20, 1)
    assert sorted(totals["books"]) == ["VM-3", "VM-4"]


def test_unit_prices_and_a_refund(paper: str, bench: Bench) -> None:
    rows, made = example(paper, 2)
    totals = bench.run(rows.encode("gb18030"), made)
    assert (totals["accepted"], totals["refunds"], totals["refund_fen"]) == (3, 1, 150)
    assert totals["books"]["CD1"]["gross_fen"] == 1128
    assert totals["books"]["CD2"]["gross_fen"] == 5990
    assert totals["rejected"] == 0


def test_dates_and_the_catalogue(paper: str, bench: Bench) -> None:
    totals = bench.run(*example(paper, 3))
    assert (totals["accepted"], totals["ignored"], totals["rejected"]) == (2, 1, 1)
    assert bench.rejected() == [(3, "3", "'月亮饼' is not in the catalogue")]
    price = {each.name_zh: each.price_fen for each in load_catalogue()}
    assert totals["gross_fen"] == 2 * price["豆浆"] + 3 * price["油条"]
    assert {record["at"][11:16] for record in bench.records()} == {"00:00"}
