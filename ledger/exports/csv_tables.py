"""CSV for spreadsheets: a trial balance, every posting, and every breakfast.

UTF-8 with BOM and CRLF, as a spreadsheet in Chinese expects; one row of headings, each in Chinese
and with the name that scripts use. No row of totals: scripts would add it in, so the manifest has
them. Amounts stand in yuan as plain decimals and again in fen.
Dates are business dates, ``at`` is UTC. A text that a spreadsheet would take for a formula gets an
apostrophe before it.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final

from ledger.entries import Side
from ledger.exports.accounts import full_name
from ledger.money import yuan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    from ledger.exports.extract import Booked, Eaten, Extract, Sums

TRIAL_BALANCE: Final = "trial_balance.csv"
POSTINGS: Final = "postings.csv"
BREAKFASTS: Final = "breakfasts.csv"
FILES: Final = (TRIAL_BALANCE, POSTINGS, BREAKFASTS)

_ACCOUNT: Final = (
    "科目编码 account",
    "科目名称 name",
    "科目全称 full_name",
    "英文名称 name_en",
)
TRIAL_BALANCE_COLUMNS: Final = (
    *_ACCOUNT,
    "期初借方 opening_debit",
    "期初贷方 opening_credit",
    "本期借方 debit",
    "本期贷方 credit",
    "期末借方 closing_debit",
    "期末贷方 closing_credit",
    "期初余额分 opening_fen",
    "本期借方分 debit_fen",
    "本期贷方分 credit_fen",
    "期末余额分 closing_fen",
)
"""科目余额表 (accounting.md §6). Opening and closing in fen are debits less credits."""

POSTINGS_COLUMNS: Final = (
    "营业日 day",
    "账簿 book",
    "记录号 seq",
    "行号 line",
    "类型 kind_name",
    "类型代码 kind",
    "摘要 summary",
    "时间UTC at",
    *_ACCOUNT,
    "借方 debit",
    "贷方 credit",
    "借方分 debit_fen",
    "贷方分 credit_fen",
    "记录哈希 hash",
)
"""One row a posting, in the order of book, record and line."""

BREAKFASTS_COLUMNS: Final = (
    "营业日 day",
    "账簿 book",
    "记录号 seq",
    "类型 kind_name",
    "类型代码 kind",
    "原单 original",
    "服务日 service_day",
    "时间UTC at",
    "卡代号 card",
    "基金支付 fund",
    "自付 topped_up",
    "合计 total",
    "基金支付分 fund_fen",
    "自付分 topped_up_fen",
    "合计分 total_fen",
    "记录哈希 hash",
)
"""One row a breakfast, and one, with amounts below zero, for each that was undone."""

_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")


def write(extract: Extract, folder: Path) -> dict[str, int]:
    """Write the files into ``folder``; give the rows of each without the headings.

    Raises:
        LedgerError: see ``Extract.booked``.
    """
    with (
        _Table(folder / POSTINGS, POSTINGS_COLUMNS) as postings,
        _Table(folder / BREAKFASTS, BREAKFASTS_COLUMNS) as breakfasts,
    ):
        for booked in extract.booked():
            for row in _postings(extract, booked):
                postings.add(row)
            if booked.eaten is not None:
                breakfasts.add(_breakfast(booked, booked.eaten))
    with _Table(folder / TRIAL_BALANCE, TRIAL_BALANCE_COLUMNS) as balances:
        for account in extract.accounts:
            balances.add(_balance(extract, account, extract.sums[account]))
    return {
        TRIAL_BALANCE: balances.rows,
        POSTINGS: postings.rows,
        BREAKFASTS: breakfasts.rows,
    }


class _Table:
    """One file that is being written: its heading, then row by row."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, row: list[Any]) -> None:
        """Write a row."""
        self._writer.writerow(row)
        self.rows += 1


def _balance(extract: Extract, account: str, sums: Sums) -> list[Any]:
    debit, credit = sums.within[Side.DEBIT], sums.within[Side.CREDIT]
    return [
        *_account(extract, account),
        *_two_sides(sums.opening_fen),
        yuan(debit),
        yuan(credit),
        *_two_sides(sums.closing_fen),
        sums.opening_fen,
        debit,
        credit,
        sums.closing_fen,
    ]


def _two_sides(fen: int) -> tuple[str, str]:
    return (yuan(fen), yuan(0)) if fen >= 0 else (yuan(0), yuan(-fen))


def _postings(extract: Extract, booked: Booked) -> Iterator[list[Any]]:
    for number, line in enumerate(booked.lines, 1):
        debit = line.amount_fen if line.side == Side.DEBIT.value else 0
        credit = line.amount_fen - debit
        yield [
            booked.day,
            _text(booked.book),
            booked.seq,
            number,
            _text(booked.kind_name),
            _text(booked.kind),
            _text(booked.summary),
            booked.at,
            *_account(extract, line.account),
            yuan(debit),
            yuan(credit),
            debit,
            credit,
            booked.hash,
        ]


def _breakfast(booked: Booked, eaten: Eaten) -> list[Any]:
    sign = 1 if booked.original is None else -1
    fund, total = sign * eaten.fund_fen, sign * eaten.total_fen
    return [
        booked.day,
        _text(booked.book),
        booked.seq,
        _text(booked.kind_name),
        _text(booked.kind),
        "" if booked.original is None else booked.original,
        _text(eaten.service_day),
        booked.at,
        _text(eaten.card),
        yuan(fund),
        yuan(total - fund),
        yuan(total),
        fund,
        total - fund,
        total,
        booked.hash,
    ]


def _account(extract: Extract, code: str) -> tuple[str, ...]:
    account = extract.asked.chart[code]
    full = full_name(extract.asked.chart, code)
    return code, *map(_text, (account.name_zh, full, account.name_en))


def _text(text: str) -> str:
    """Guard a text cell: a spreadsheet runs what begins like a formula, after blanks, too."""
    return f"'{text}" if text.lstrip(" \u3000")[:1] in _FORMULA else text
