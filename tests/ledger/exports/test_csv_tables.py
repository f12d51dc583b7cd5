"""The CSV export, as a spreadsheet would read it."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ledger.exports.csv_tables import POSTINGS_COLUMNS, TRIAL_BALANCE_COLUMNS, _text
from tests.ledger.exports.conftest import BOOKS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ledger.exports.conftest import Days


def read(path: Path) -> list[dict[str, str]]:
    """The rows by the names that scripts use."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{key.split()[-1]: value for key, value in row.items()} for row in rows]


def test_a_spreadsheet_in_chinese_can_open_the_files(days: Days, tmp_path: Path) -> None:
    days.export("csv", tmp_path)
    for name, columns in (
        ("trial_balance.csv", TRIAL_BALANCE_COLUMNS),
        ("postings.csv", POSTINGS_COLUMNS),
    ):
        raw = (tmp_path / name).read_bytes()
        assert raw.startswith("\ufeff".encode())
        lines = raw.decode("utf-8-sig").split("\r\n")
        assert lines[0].split(",") == list(columns)
        assert not any("\n" in line for line in lines)


@pytest.mark.parametrize("book", [None, *BOOKS])
def test_both_tables_add_up_to_the_trial_balance(
    days: Days, tmp_path: Path, book: str | None
) -> None:
    manifest = days.export("csv", tmp_path, book=book).content
    balances, postings = read(tmp_path / "trial_balance.csv"), read(tmp_path / "postings.csv")
    expected = days.trial_balance(book)
    assert {r["account"]: int(r["closing_fen"]) for r in balances if r["closing_fen"] != "0"} == (
        expected
    )
    summed = dict.fromkeys((row["account"] for row in balances), 0)
    for row in postings:
        summed[row["account"]] += int(row["debit_fen"]) - int(row["credit_fen"])
        assert (Decimal(row["debit"]) - Decimal(row["credit"])).scaleb(2) == (
            int(row["debit_fen"]) - int(row["credit_fen"])
        )
    assert {account: fen for account, fen in summed.items() if fen} == expected
    assert sum(int(row["debit_fen"]) for row in postings) == manifest["debit_fen"]
    assert sum(int(row["credit_fen"]) for row in postings) == manifest["credit_fen"]
    assert {file["name"]: file["rows"] for file in manifest["files"]} == {
        "trial_balance.csv": len(balances),
        "postings.csv": len(postings),
    }


def test_opening_and_movement_give_the_closing(days: Days, tmp_path: Path) -> None:
    day = date(2026, 11, 23)
    days.export("csv", tmp_path / "before", last_day=date(2026, 11, 22))
    days.export("csv", tmp_path / "day", first_day=day, last_day=day)
    before = {
        row["account"]: row["closing_fen"] for row in read(tmp_path / "before/trial_balance.csv")
    }
    for row in read(tmp_path / "day" / "trial_balance.csv"):
        assert row["opening_fen"] == before.get(row["account"], "0")
        movement = int(row["debit_fen"]) - int(row["credit_fen"])
        assert int(row["opening_fen"]) + movement == int(row["closing_fen"])
        for end in ("opening", "closing"):
            sides = Decimal(row[f"{end}_debit"]) - Decimal(row[f"{end}_credit"])
            assert sides.scaleb(2) == int(row[f"{end}_fen"])
    assert {row["day"] for row in read(tmp_path / "day" / "postings.csv")} == {"2026-11-23"}


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "－1", "\u3000=1"]
)
def test_a_text_that_looks_like_a_formula_is_guarded(text: str) -> None:
    assert _text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "小面", "JB-HQHG-01.1", "1=1"])
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert _text(text) == text
