"""Reading back what the till sold: the rows of the history, and the fund's two figures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kiosk.errors import NoSuchSaleError
from kiosk.sale.standing import Standing
from kiosk.till.tables import HAND_OUT, REDEMPTION, REDEMPTION_VOID
from ledger.journal import fund_available, read_record

if TYPE_CHECKING:
    import sqlite3
    from zoneinfo import ZoneInfo

    from kiosk.sale.search import Wanted
    from ledger.entries import Record

_PAST: Final = (
    "SELECT seq, kind, at, day, total_fen, refunded_fen, closed_by, set_aside_fen FROM sale"
    " WHERE book = ? AND seq < ? ORDER BY seq DESC LIMIT ?"
)
_PRINTED: Final = (
    "SELECT r.book, r.seq, r.prev, r.hash, r.body, coalesce(s.fund_fen, v.fund_fen),"
    " coalesce(s.reprints, v.reprints) FROM record r"
    " LEFT JOIN sale s ON s.book = r.book AND s.seq = r.seq"
    " LEFT JOIN reversal v ON v.book = r.book AND v.seq = r.seq"
    " WHERE r.book = ? AND r.seq = ?"
)
_BODIES: Final = (
    "SELECT s.seq, s.kind, s.at, s.day, s.total_fen, s.refunded_fen, s.closed_by, s.set_aside_fen,"
    " r.body FROM sale s JOIN record r ON r.book = s.book AND r.seq = s.seq"
    " WHERE s.book = ? AND s.seq < ? ORDER BY s.seq DESC LIMIT ?"
)
_BACK: Final = (
    "SELECT v.seq, v.kind, r.at, r.day, v.total_fen, 0, NULL, 0, v.sale_seq FROM reversal v"
    " JOIN record r ON r.book = v.book AND r.seq = v.seq WHERE v.book = ? AND v.seq = ?"
)
_BREAKFASTS: Final = (
    "SELECT count(*) - count(CASE WHEN closed_by <= ?2 THEN 1 END) FROM breakfast"
    " WHERE book = ?1 AND seq <= ?2"
)
_STANDING: Final = (
    "SELECT (SELECT count(*) FROM breakfast WHERE book = ?1 AND closed_by IS NULL),"
    " (SELECT coalesce(max(seq), 0) FROM record WHERE book = ?1)"
)
_NEWEST: Final = 2**62

A_LOOK: Final = 2000
"""Sales that one search reads: about 20 ms, for a sale may wait behind it."""


@dataclass(frozen=True, slots=True)
class Past:
    """One row of the history: a sale, breakfast or stand-alone return, and what went back of it.

    ``at`` is UTC, ``day`` the business date; ``closed_by`` is the record that gave the last of it
    back, None while something is left. A search by number finds a void or refund, too: ``of`` is
    the sale that it gave back.
    """

    number: int
    kind: str
    at: datetime
    day: date
    total_fen: int
    refunded_fen: int
    closed_by: int | None
    set_aside_fen: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What one look found, newest first; ``below`` is where the next begins, None at the end."""

    found: list[Past]
    below: int | None


@dataclass(frozen=True, slots=True)
class FundState:
    """What the status bar says of the fund, in fen: all that it holds, and today's set-asides."""

    balance_fen: int
    today_fen: int
    today_sales: int


def past_sales(cursor: sqlite3.Cursor, book: str, before: int | None, most: int) -> list[Past]:
    """Give up to ``most`` rows of ``book`` below number ``before`` (None: the newest)."""
    rows = cursor.execute(_PAST, (book, _NEWEST if before is None else before, most))
    return [_past(*row) for row in rows]


def search_sales(
    cursor: sqlite3.Cursor, book: str, wanted: Wanted, before: int | None, zone: ZoneInfo
) -> Search:
    """Look through the ``A_LOOK`` sales of ``book`` below number ``before`` for what is wanted."""
    if wanted.number is not None and (before is None or wanted.number < before):
        before = wanted.number + 1
    query = _BODIES if wanted.reads_documents else _PAST
    rows = cursor.execute(query, (book, _NEWEST if before is None else before, A_LOOK)).fetchall()
    found = []
    for seq, kind, at, day, total, refunded, closed_by, set_aside, *body in rows:
        past = _past(seq, kind, at, day, total, refunded, closed_by, set_aside)
        if wanted.fits_row(seq, past.at.astimezone(zone), past.day, total) and (
            not body or wanted.fits_doc(json.loads(body[0])["doc"])
        ):
            found.append(past)
    if not found and wanted.number is not None:
        found = [_past(*row) for row in cursor.execute(_BACK, (book, wanted.number))]
    more = len(rows) == A_LOOK and wanted.number is None
    return Search(found, rows[-1][0] if more else None)


def _past(seq: int, kind: str, at: str, day: str, *rest: Any) -> Past:  # noqa: ANN401 - a row's
    return Past(seq, kind, datetime.fromisoformat(at), date.fromisoformat(day), *rest)


def printed(cursor: sqlite3.Cursor, book: str, number: int) -> tuple[Record, int, int]:
    """Give a record that has a paper, the fund after it in fen, and its reprints so far.

    Raises:
        NoSuchSaleError: no sale, breakfast, return, void or refund has that number.
    """
    row = cursor.execute(_PRINTED, (book, number)).fetchone()
    if row is None or row[5] is None:
        raise NoSuchSaleError(book, number)
    return read_record(row[:5]), row[5], row[6]


def breakfasts_so_far(cursor: sqlite3.Cursor, record: Record) -> int:
    """Give how many breakfasts the fund had paid for when ``record`` was written.

    Undone ones are left out; 0 where ``record`` is about none. As many steps as there were.
    """
    if record.kind not in {REDEMPTION, HAND_OUT, REDEMPTION_VOID}:
        return 0
    return int(cursor.execute(_BREAKFASTS, (record.book, record.seq)).fetchone()[0])


def standing(cursor: sqlite3.Cursor, book: str, least_shown: int) -> Standing:
    """Give what the public is told of the fund of ``book``; fewer breakfasts than that are not.

    As many steps as there were breakfasts.
    """
    fund = cursor.execute("SELECT available_fen, sales FROM fund WHERE book = ?", (book,))
    fund_fen, sales = fund.fetchone() or (0, 0)
    served, seq = cursor.execute(_STANDING, (book,)).fetchone()
    return Standing(fund_fen, sales, served if served >= least_shown else None, seq)


def fund_state(cursor: sqlite3.Cursor, book: str, day: str) -> FundState:
    """Give the fund of ``book``: one row for all time, one for ``day``."""
    row = cursor.execute(
        "SELECT set_aside_fen - reversed_fen, sales FROM fund_day WHERE book = ? AND day = ?",
        (book, day),
    ).fetchone()
    return FundState(fund_available(cursor, book), *(row or (0, 0)))
