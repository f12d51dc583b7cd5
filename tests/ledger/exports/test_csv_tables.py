"""The CSV export, as a spreadsheet would read it."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from config.chart import load_chart
from ledger import exports
from ledger.exports.csv_tables import (
    BREAKFASTS_COLUMNS,
    POSTINGS_COLUMNS,
    TRIAL_BALANCE_COLUMNS,
    _text,
)
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
        ("breakfasts.csv", BREAKFASTS_COLUMNS),
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
        "breakfasts.csv": 0,
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


def test_a_posting_says_in_chinese_what_it_is_of(days: Days, tmp_path: Path) -> None:
    days.export("csv", tmp_path)
    rows = [row for row in read(tmp_path / "postings.csv") if row["book"] == BOOKS[1]]
    said = {int(row["seq"]): (row["kind"], row["kind_name"], row["summary"]) for row in rows}
    assert said == {
        1: ("sale", "销售", "销售 No. 1"),
        2: ("sale", "销售", "销售 No. 2"),
        3: ("sale", "销售", "销售 No. 3"),
        4: ("void", "作废", "作废 No. 4（原单 3）"),
        5: ("sale", "销售", "销售 No. 5"),
        6: ("refund", "退款", "退款 No. 6（原单 5）"),
        7: ("refund", "退款", "退款 No. 7（原单 5）"),
        8: ("return", "退货", "退货 No. 8"),
    }


def test_a_kind_that_nobody_named_keeps_its_own_word(days: Days, tmp_path: Path) -> None:
    exports.export(days.path, "csv", tmp_path, exports.Asked(load_chart()), program="kiosk test")
    summaries = {row["summary"] for row in read(tmp_path / "postings.csv")}
    assert {"sale No. 1", "void No. 4（原单 3）"} < summaries


def test_an_account_carries_the_names_of_those_above_it(days: Days, tmp_path: Path) -> None:
    days.export("csv", tmp_path)
    for name in ("trial_balance.csv", "postings.csv"):
        names = {row["account"]: (row["name"], row["full_name"]) for row in read(tmp_path / name)}
        assert names["224101"] == ("爱心基金", "其他应付款—爱心基金")
        assert names["560107"] == ("爱心基金计提", "销售费用—爱心基金计提")
        assert all(full.endswith(f"—{name}") for name, full in names.values())


@pytest.mark.parametrize("first_day", [None, date(2026, 11, 23)])
def test_the_totals_of_the_trial_balance_stand_in_the_manifest_and_not_in_the_file(
    days: Days, tmp_path: Path, first_day: date | None
) -> None:
    made = days.export("csv", tmp_path, first_day=first_day).content
    rows = read(tmp_path / "trial_balance.csv")
    assert all(row["account"].isdecimal() for row in rows)
    for total in (
        *("opening_debit", "opening_credit", "debit", "credit"),
        *("closing_debit", "closing_credit"),
    ):
        assert made[f"{total}_fen"] == sum(Decimal(row[total]).scaleb(2) for row in rows), total
    assert made["opening_debit_fen"] == made["opening_credit_fen"]
    assert made["closing_debit_fen"] == made["closing_credit_fen"] > 0
    assert (made["opening_debit_fen"] > 0) == (first_day is not None)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "－1", "\u3000=1"]
)
def test_a_text_that_looks_like_a_formula_is_guarded(text: str) -> None:
    assert _text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "小面", "JB-HQHG-01.1", "1=1"])
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert _text(text) == text
