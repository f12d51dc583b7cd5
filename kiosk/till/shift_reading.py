"""What the disk knows of shifts: their rows, their records, and what the drawer holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kiosk.sale.shift_figures import ParkedFigures
from kiosk.sale.shift_report import ACTS
from kiosk.shift_errors import NoSuchReportError
from ledger.journal import read_record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from config.settings import Settings
    from ledger.entries import Record

_PAST: Final = (
    "SELECT s.number, s.day, s.opened_seq, s.opened_at, s.opened_by, s.float_fen, s.counted_fen,"
    ' s.expected_fen, s.closed_seq, s.z, s.grand_total_fen, c."by",'
    " CASE WHEN json_valid(o.body) THEN json_extract(o.body, '$.doc.over_short_fen') END"
    " FROM shift s LEFT JOIN record o ON o.book = s.book AND o.seq = s.opened_seq"
    " LEFT JOIN record c ON c.book = s.book AND c.seq = s.closed_seq"
    " WHERE s.book = ? AND s.number < ? ORDER BY s.number DESC LIMIT ?"
)
_LAST: Final = (
    "SELECT number, day, coalesce(closed_seq, 0), coalesce(z, 0), coalesce(grand_total_fen, 0)"
    " FROM shift WHERE book = ? AND closed_seq IS NOT NULL ORDER BY number DESC LIMIT 1"
)
_CLOSED: Final = "SELECT closed_seq FROM shift WHERE book = ? AND z = ?"
_RECORD: Final = "SELECT book, seq, prev, hash, body FROM record WHERE book = ? AND seq = ?"
_BODIES: Final = "SELECT body FROM record WHERE book = ? AND seq >= ? ORDER BY seq"
_ACTS: Final = (
    "SELECT body FROM record WHERE book = ? AND seq > ? AND seq < ?"
    " AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq"
)
_GROSS: Final = (
    "SELECT coalesce(sum(json_extract(body, '$.doc.total_fen')"
    " + coalesce(json_extract(body, '$.doc.discount_fen'), 0)"
    " + coalesce(json_extract(body, '$.doc.rounding_fen'), 0)), 0)"
    " FROM record WHERE book = ? AND seq > ? AND seq < ?"
    " AND kind IN ('sale', 'redemption', 'hand_out')"
)
_DRAWER: Final = "SELECT debit_fen - credit_fen FROM balance WHERE book = ? AND account = ?"
_MOVED: Final = (
    "SELECT seq FROM posting WHERE book = ? AND seq > ? AND account = ? ORDER BY seq LIMIT 1"
)
_PARKED: Final = (
    "SELECT p.basket, p.at, p.by, p.note, r.body FROM parked p JOIN record r"
    " ON r.book = p.book AND r.seq = p.seq WHERE p.book = ? ORDER BY p.seq"
)
_REPRINTS: Final = (
    "SELECT count(*) FROM record WHERE book = ? AND seq > ? AND kind = 'reprint'"
    " AND json_extract(body, '$.doc.of_seq') = ?"
)
_NEWEST: Final = 2**62
_DRAWER_ACCOUNT: Final = "100101"


@dataclass(frozen=True, slots=True)
class PastShift:
    """One row of the list of shifts; amounts in fen, times UTC.

    ``closed_seq``, ``z``, ``grand_total_fen`` and ``closed_by`` are None while it is open;
    ``counted_fen`` and ``expected_fen`` while it was not counted. ``opening_over_short_fen`` is
    what the float was beyond the books; None where the opening's record cannot be read.
    """

    number: int
    day: date
    opened_seq: int
    opened_at: datetime
    opened_by: str
    float_fen: int
    counted_fen: int | None
    expected_fen: int | None
    closed_seq: int | None
    z: int | None
    grand_total_fen: int | None
    closed_by: str | None
    opening_over_short_fen: int | None

    @property
    def over_short_fen(self) -> int | None:
        """What was counted beyond the books; None while nothing was counted."""
        if self.counted_fen is None or self.expected_fen is None:
            return None
        return self.counted_fen - self.expected_fen


@dataclass(frozen=True, slots=True)
class LastClosed:
    """Where the last closed shift of a book left off; zeros and None where there is none."""

    number: int = 0
    day: date | None = None
    seq: int = 0
    z: int = 0
    grand_total_fen: int = 0


def drawer_account(settings: Settings) -> str:
    """Give the account of the drawer: that of the tender whose money is counted in the hand."""
    counted = (each.account for each in settings.tenders if each.confirmed_by == "count")
    return next(counted, _DRAWER_ACCOUNT)


def past_shifts(
    cursor: sqlite3.Cursor, book: str, *, before: int | None = None, most: int = 50
) -> list[PastShift]:
    """Give up to ``most`` shifts of ``book`` below number ``before``, newest first."""
    rows = cursor.execute(_PAST, (book, _NEWEST if before is None else before, most))
    return [
        PastShift(number, date.fromisoformat(day), seq, datetime.fromisoformat(at), *rest)
        for number, day, seq, at, *rest in rows
    ]


def last_closed(cursor: sqlite3.Cursor, book: str) -> LastClosed:
    """Give where the last closed shift of ``book`` left off."""
    row = cursor.execute(_LAST, (book,)).fetchone()
    if row is None:
        return LastClosed()
    number, day, *rest = row
    return LastClosed(number, date.fromisoformat(day), *rest)


def z_seq(cursor: sqlite3.Cursor, book: str, z: int) -> int:
    """Give the number of the record of Z report ``z`` of ``book``.

    Raises:
        NoSuchReportError: there is no such report.
    """
    row = cursor.execute(_CLOSED, (book, z)).fetchone()
    if row is None:
        raise NoSuchReportError(book, z, last_closed(cursor, book).z)
    return int(row[0])


def z_record(cursor: sqlite3.Cursor, book: str, z: int) -> Record:
    """Give the record of Z report ``z`` of ``book``; see ``z_seq``."""
    return read_record(cursor.execute(_RECORD, (book, z_seq(cursor, book, z))).fetchone())


def contents_from(cursor: sqlite3.Cursor, book: str, seq: int) -> Iterator[dict[str, Any]]:
    """Stream the bodies of ``book`` from record ``seq`` on, as values."""
    for (body,) in cursor.execute(_BODIES, (book, seq)):
        yield json.loads(body)


def acts_between(
    cursor: sqlite3.Cursor, book: str, after: int, before: int
) -> Iterator[dict[str, Any]]:
    """Stream the bodies of ``ACTS`` between two records, both left out, as values."""
    for (body,) in cursor.execute(_ACTS, (book, after, before, json.dumps(sorted(ACTS)))):
        yield json.loads(body)


def gross_between(cursor: sqlite3.Cursor, book: str, after: int, before: int) -> int:
    """Give gross sales and breakfasts of the records between two, both left out; in fen."""
    return int(cursor.execute(_GROSS, (book, after, before)).fetchone()[0])


def drawer_fen(cursor: sqlite3.Cursor, book: str, account: str) -> int:
    """Give what the books say ``account`` holds in ``book``, in fen. O(1)."""
    row = cursor.execute(_DRAWER, (book, account)).fetchone()
    return int(row[0]) if row else 0


def moved_after(cursor: sqlite3.Cursor, book: str, account: str, seq: int) -> int | None:
    """Give the first record after ``seq`` that moved ``account``, or None."""
    row = cursor.execute(_MOVED, (book, seq, account)).fetchone()
    return int(row[0]) if row else None


def parked_figures(cursor: sqlite3.Cursor, book: str) -> tuple[ParkedFigures, ...]:
    """Give the baskets of ``book`` that are parked now, in the order of their parking."""
    found = []
    for basket, at, by, note, body in cursor.execute(_PARKED, (book,)):
        doc = json.loads(body)["doc"]
        total = doc.get("total_fen", sum(line["amount_fen"] for line in doc["lines"]))
        found.append(ParkedFigures(basket, at, by, note, total))
    return tuple(found)


def reprints_of(cursor: sqlite3.Cursor, book: str, seq: int) -> int:
    """Give how often the paper of record ``seq`` was handed out again."""
    return int(cursor.execute(_REPRINTS, (book, seq, seq)).fetchone()[0])
