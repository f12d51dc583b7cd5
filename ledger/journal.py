"""The journal: one book's records, posted within the caller's open transaction.

These are the hottest statements of the till, so they run on the DBAPI cursor (decision 13); all
other reading goes through SQLAlchemy Core.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

from ledger.chain import GENESIS, canonical, seal
from ledger.entries import FundMove, Head, Record, Side
from ledger.errors import FundShortError, NotWrittenError, RefConflictError
from ledger.tables import PROJECTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from ledger.entries import Entry


class Projector(Protocol):
    """Derives tables from records; the same code serves the live till, rebuild and verify.

    ``tables`` are the projections that it alone writes. ``apply`` writes what one record means,
    in record order, inside the caller's transaction, and reads nothing but those tables and
    earlier records.
    """

    @property
    def tables(self) -> Sequence[Table]:
        """The projections that this alone writes."""

    def apply(self, cursor: sqlite3.Cursor, record: Record) -> None:
        """Write what ``record`` means to ``tables``."""


_DEBIT: Final = Side.DEBIT.value

_INSERT_RECORD: Final = (
    'INSERT INTO record (book, seq, kind, at, day, "by", ref, last_line, prev, hash, body)'
    " VALUES (?,?,?,?,?,?,?,?,?,?,?)"
)
_INSERT_POSTING: Final = "INSERT INTO posting VALUES (?,?,?,?,?,?)"
_ADD_BALANCE: Final = (
    "INSERT INTO balance VALUES (?,?,?,?) ON CONFLICT (book, account) DO UPDATE SET"
    " debit_fen = debit_fen + excluded.debit_fen, credit_fen = credit_fen + excluded.credit_fen"
)
_HEAD: Final = "SELECT seq, hash FROM record WHERE book = ? ORDER BY seq DESC LIMIT 1"
_BY_REF: Final = "SELECT book, seq, prev, hash, body FROM record WHERE ref = ?"
_BY_SEQ: Final = "SELECT book, seq, prev, hash, body FROM record WHERE book = ? AND seq = ?"


def _fund_sql(move: FundMove) -> tuple[str, str]:
    """Give the two statements of one fund move: the book's row, and its day's row.

    A move that takes is one conditional UPDATE: check and draw cannot be parted.
    """
    name, sales = f"{move.value}_fen", int(move is FundMove.SET_ASIDE)
    if move.adds:
        row = (
            f"INSERT INTO fund (book, {name}, available_fen, sales) VALUES (?1, ?2, ?2, {sales})"  # noqa: S608 - enum names only
            f" ON CONFLICT (book) DO UPDATE SET {name} = {name} + ?2,"
            f" available_fen = available_fen + ?2, sales = sales + {sales}"
        )
    else:
        row = (
            f"UPDATE fund SET {name} = {name} + ?2, available_fen = available_fen - ?2"  # noqa: S608
            " WHERE book = ?1 AND available_fen >= ?2"
        )
    day = (
        f"INSERT INTO fund_day (book, day, {name}, sales) VALUES (?1, ?2, ?3, {sales})"  # noqa: S608
        f" ON CONFLICT (book, day) DO UPDATE SET {name} = {name} + ?3, sales = sales + {sales}"
    )
    return row, day


_FUND: Final = {move.value: _fund_sql(move) for move in FundMove}


class Books:
    """The books' own projector: postings, running balances and the fund."""

    tables = PROJECTIONS

    def apply(self, cursor: sqlite3.Cursor, record: Record) -> None:
        """Write postings, balances and fund rows of ``record``.

        Raises:
            FundShortError: the record draws more than the fund holds.
        """
        book, seq = record.book, record.seq
        if postings := record.postings:
            rows, changes = [], []
            for line, posting in enumerate(postings, 1):
                account, side, fen = posting["account"], posting["side"], posting["amount_fen"]
                rows.append((book, seq, line, account, side, fen))
                debits = side == _DEBIT
                changes.append((book, account, fen if debits else 0, 0 if debits else fen))
            cursor.executemany(_INSERT_POSTING, rows)
            cursor.executemany(_ADD_BALANCE, changes)
        for move, fen in record.fund.items():
            row, day = _FUND[move]
            if cursor.execute(row, (book, fen)).rowcount != 1:
                raise FundShortError(fund_available(cursor, book), fen)
            cursor.execute(day, (book, record.day, fen))


def fund_available(cursor: sqlite3.Cursor, book: str) -> int:
    """Give what ``book``'s fund holds now, in fen (0 where it never moved). O(1)."""
    row = cursor.execute("SELECT available_fen FROM fund WHERE book = ?", (book,)).fetchone()
    return int(row[0]) if row else 0


def read_record(row: Sequence[Any]) -> Record:
    """Build a ``Record`` from its ``book, seq, prev, hash, body``."""
    book, seq, prev, hash_, body = row
    return Record(book, seq, json.loads(body), body, prev, hash_)


class Journal:
    """One book, written through ``cursor`` inside a transaction that the caller opened.

    ``projectors`` follow the books' own, in order; what they write commits with the record.
    ``likely`` is where the caller last saw the book end. The first record is tried there, which
    spares reading the head; where another writer went on since, the chain's trigger refuses the
    record and the head is read.
    """

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        book: str,
        projectors: Sequence[Projector] = (),
        likely: Head | None = None,
    ) -> None:
        self._cursor = cursor
        self._book = book
        self._projectors: tuple[Projector, ...] = (BOOKS, *projectors)
        self._likely = likely

    def head(self) -> Head:
        """Give the book's last record's place and hash."""
        row = self._cursor.execute(_HEAD, (self._book,)).fetchone()
        return Head(row[0], row[1]) if row else Head(0, GENESIS)

    def find(self, ref: UUID) -> Record | None:
        """Give the record that carries ``ref``, whatever its book, or None."""
        row = self._cursor.execute(_BY_REF, (str(ref),)).fetchone()
        return read_record(row) if row else None

    def read(self, seq: int) -> Record | None:
        """Give record ``seq`` of this book, or None."""
        row = self._cursor.execute(_BY_SEQ, (self._book, seq)).fetchone()
        return read_record(row) if row else None

    def post(self, entry: Entry) -> tuple[Record, bool]:
        """Write ``entry`` and all that it means; give its record, and whether it is new.

        An entry whose ``ref`` is already there with the same content is that record again:
        nothing is written and the answer is ``(record, False)``.

        Raises:
            RefConflictError: the ``ref`` is there with another content.
            FundShortError: the entry draws more than the fund holds.
            CanonicalFormError: the document cannot be written as canonical JSON.
        """
        head, self._likely = self._likely or self.head(), None
        record = seal(entry, self._book, head)
        try:
            self._insert(record)
        except sqlite3.IntegrityError:
            if earlier := self.find(entry.ref):
                return self._same(earlier, record), False
            if self.head() == head:
                raise
            record = seal(entry, self._book, self.head())
            self._insert(record)
        for projector in self._projectors:
            projector.apply(self._cursor, record)
        return record, True

    def _insert(self, record: Record) -> None:
        if self._cursor.execute(_INSERT_RECORD, _row(record)).rowcount != 1:
            raise NotWrittenError(Path(_file_of(self._cursor)))

    def _same(self, earlier: Record, again: Record) -> Record:
        """Give ``earlier`` if ``again`` says the same: book, kind, document and postings.

        The clock and the place in the book differ on an honest retry, so they do not count.
        """
        for key in ("book", "kind", "doc", "postings", "fund"):
            if canonical(earlier.content[key]) != canonical(again.content[key]):
                raise RefConflictError(UUID(earlier.content["ref"]), earlier.book, earlier.seq)
        return earlier


def _file_of(cursor: sqlite3.Cursor) -> str:
    return str(cursor.execute("PRAGMA database_list").fetchone()[2])


def _row(record: Record) -> tuple[Any, ...]:
    content = record.content
    return (
        record.book,
        record.seq,
        content["kind"],
        content["at"],
        content["day"],
        content["by"],
        content["ref"],
        len(record.postings) or None,
        record.prev,
        record.hash,
        record.body,
    )


BOOKS: Final = Books()
"""The books' projector; it has no state, so one serves all."""
