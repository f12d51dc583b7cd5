"""Plain-text accounting: ``book.journal`` for hledger and ledger, ``book.beancount`` for beancount.

No file satisfies all three, so one pass writes two (accounting.md §5). Both declare all that they
use, hold one transaction a money record in the order of business dates, and end with an assertion
of every account's balance, so that a moved fen or a lost transaction is refused by each program.
A description is Chinese, the record's kind and number: ``退款 No. 15（原单 12）``.

An account is one flat name below its root, ``Assets:100101-收银抽屉``: the leaf begins with the
code, which says what is above it, and a balance never silently includes that of another account.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, TextIO

from ledger.errors import PeriodError
from ledger.exports.extract import Booked, Line
from ledger.money import yuan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.exports.extract import Extract

JOURNAL: Final = "book.journal"
BEANCOUNT: Final = "book.beancount"
FILES: Final = (JOURNAL, BEANCOUNT)

OPENING: Final = "Equity:0000-期初余额"
"""Where opening balances come from when the export begins within the books; it ends at zero."""

EARLIEST: Final = date(1700, 1, 1)
LATEST: Final = date(2099, 12, 31)
"""The dates that beancount reads."""

_LINES: Final = Booked._fields.index("lines")
_TAGS: Final = ("book", "seq", "hash")
_DAY: Final = timedelta(days=1)
# What would end a description, begin a comment or a tag, or steer a terminal.
_UNFIT: Final = re.compile(r'[;|"\\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+')


def write(extract: Extract, folder: Path) -> dict[str, int]:
    """Write both files into ``folder``; give how many records' transactions each holds.

    Raises:
        PeriodError: a business date that beancount cannot read.
        LedgerError: see ``Extract.booked``.
    """
    with closing(_ByDay(folder)) as by_day:
        count = by_day.fill(extract.booked())
        with (
            (folder / JOURNAL).open("w", encoding="utf-8", newline="\n") as journal,
            (folder / BEANCOUNT).open("w", encoding="utf-8", newline="\n") as beancount,
        ):
            _write(extract, by_day, (_Journal(journal), _Beancount(beancount)))
    return dict.fromkeys(FILES, count)


class _ByDay:
    """The money records in order of day, book and number, sorted on disk: flat memory.

    Business dates need not rise with the numbers (a replay, a clock set back), and the books have
    no index by day; so the records go through a file of their own, whose key is the order.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "sort.db"
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(
            "CREATE TABLE booked (day, book, seq, kind, kind_name, original, at, hash, lines,"
            " PRIMARY KEY (day, book, seq)) WITHOUT ROWID"
        )

    def fill(self, records: Iterator[Booked]) -> int:
        """Take in all records; give how many."""
        self._connection.execute("BEGIN")
        rows = ((*each[:_LINES], json.dumps(each.lines)) for each in records)
        count = self._connection.executemany("INSERT INTO booked VALUES (?,?,?,?,?,?,?,?,?)", rows)
        self._connection.execute("COMMIT")
        return max(count.rowcount, 0)

    def ends(self) -> tuple[date, date] | None:
        """Give the first and the last day, or None where there is no record."""
        first, last = self._connection.execute("SELECT min(day), max(day) FROM booked").fetchone()
        return (date.fromisoformat(first), date.fromisoformat(last)) if first else None

    def __iter__(self) -> Iterator[Booked]:
        query = "SELECT * FROM booked ORDER BY day, book, seq"
        for *fields, lines in self._connection.execute(query):
            yield Booked._make((*fields, [Line(*line) for line in json.loads(lines)], None))

    def close(self) -> None:
        """Close and delete the file."""
        self._connection.close()
        self._path.unlink()


def _write(extract: Extract, by_day: _ByDay, files: tuple[_Journal, _Beancount]) -> None:
    chart = extract.asked.chart
    names = {code: f"{chart[code].root}:{code}-{chart[code].name_zh}" for code in extract.accounts}
    openings = {names[code]: fen for code in names if (fen := extract.sums[code].opening_fen)}
    closings = {name: extract.sums[code].closing_fen for code, name in names.items()}
    if openings:
        closings[OPENING] = 0
    first, last = _days(extract, by_day, opened=bool(openings))
    for file in files:
        file.head(first, list(closings))
        for name, fen in openings.items():
            file.opening(first, name, fen)
    for booked in by_day:
        lines = [(names[line.account], line.signed_fen) for line in booked.lines]
        for file in files:
            file.transaction(booked, lines)
    for file in files:
        file.closing(last, closings)


def _days(extract: Extract, by_day: _ByDay, *, opened: bool) -> tuple[date, date]:
    """Give the days of the first and the last line; openings stand on the day before the period."""
    first, last = by_day.ends() or (extract.asked.first_day or EARLIEST,) * 2
    if opened:
        assert extract.asked.first_day is not None  # noqa: S101 - nothing is before no day
        first = extract.asked.first_day - _DAY
    if first < EARLIEST or last >= LATEST:
        raise PeriodError(
            f"beancount 只认 {EARLIEST} 至 {LATEST - _DAY}：请用 --from、--to 选定其中的日期。",
            f"beancount reads days from {EARLIEST} to {LATEST - _DAY}: choose some of them with "
            "--from and --to.",
        )
    return first, last


class _Journal:
    """The file for hledger and ledger."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def head(self, _: date, accounts: list[str]) -> None:
        self._file.write("commodity CNY\n    format 1000.00 CNY\n\n")
        self._file.writelines(f"tag {tag}\n" for tag in _TAGS)
        self._file.write("\n")
        self._file.writelines(f"account {account}\n" for account in accounts)

    def opening(self, day: date, account: str, fen: int) -> None:
        self._file.write(f"\n{day} * 期初余额\n{_posting(account, fen)}{_posting(OPENING, -fen)}")

    def transaction(self, booked: Booked, lines: list[tuple[str, int]]) -> None:
        self._file.write(
            f"\n{booked.day} * {fit(booked.summary)}\n"
            f"    ; book: {fit(booked.book)}\n    ; seq: {booked.seq}\n    ; hash: {booked.hash}\n"
        )
        self._file.writelines(_posting(account, fen) for account, fen in lines)

    def closing(self, day: date, balances: dict[str, int]) -> None:
        if balances:
            self._file.write(f"\n{day} * 期末余额核对\n")
        self._file.writelines(
            f"    {account}  0.00 CNY = {yuan(fen)} CNY\n" for account, fen in balances.items()
        )


class _Beancount:
    """The file for beancount, which knows neither declared tags nor balances within a day."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def head(self, day: date, accounts: list[str]) -> None:
        self._file.write(f'option "operating_currency" "CNY"\n\n{day} commodity CNY\n\n')
        self._file.writelines(f"{day} open {account} CNY\n" for account in accounts)

    def opening(self, day: date, account: str, fen: int) -> None:
        self._file.write(f'\n{day} * "期初余额"\n{_posting(account, fen)}{_posting(OPENING, -fen)}')

    def transaction(self, booked: Booked, lines: list[tuple[str, int]]) -> None:
        self._file.write(
            f'\n{booked.day} * "{fit(booked.summary)}"\n'
            f'    book: "{fit(booked.book)}"\n    seq: {booked.seq}\n    hash: "{booked.hash}"\n'
        )
        self._file.writelines(_posting(account, fen) for account, fen in lines)

    def closing(self, day: date, balances: dict[str, int]) -> None:
        self._file.write("\n" if balances else "")
        # Without its own tolerance of nothing, a difference of one fen would pass.
        self._file.writelines(
            f"{day + _DAY} balance {account}  {yuan(fen)} ~ 0.00 CNY\n"
            for account, fen in balances.items()
        )


def _posting(account: str, fen: int) -> str:
    return f"    {account}  {yuan(fen)} CNY\n"


def fit(text: str) -> str:
    """Give ``text`` without what these formats take for their own: ``;|"`` and double spaces."""
    return _UNFIT.sub(" ", text).strip()
