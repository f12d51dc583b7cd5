"""The projections of a cashier's day: shifts, parked baskets, and who may do what.

``staff_secret`` stands beside them: names, PIN hashes and tries are no business of the journal, so
no record rebuilds it. What of it could be swapped quietly, the PIN's hash, is held by ``staff``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from config.rights import Role
from ledger.tables import STRICT, metadata

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from ledger.entries import Record

SHIFT_OPENED: Final = "shift_opened"
PAID_IN: Final = "paid_in"
PAID_OUT: Final = "paid_out"
DROP: Final = "drop"
NO_SALE: Final = "no_sale"
X_REPORT: Final = "x_report"
SHIFT_COUNTED: Final = "shift_counted"
SHIFT_CLOSED: Final = "shift_closed"
BASKET_PARKED: Final = "basket_parked"
BASKET_RECALLED: Final = "basket_recalled"
BASKET_DROPPED: Final = "basket_dropped"
APPROVAL_REFUSED: Final = "approval_refused"
LOGIN_FAILED: Final = "login_failed"
STAFF_CHANGED: Final = "staff_changed"
CLOCK_JUMPED: Final = "clock_jumped"
SESSION_LOCKED: Final = "session_locked"
STOCK_COUNTED: Final = "stock_counted"

shift = Table(
    "shift",
    metadata,
    Column("book", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("day", Text, nullable=False),
    Column("opened_seq", Integer, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("float_fen", Integer, nullable=False),
    # The last count, and what the books said the drawer held then.
    Column("counted_seq", Integer),
    Column("counted_fen", Integer),
    Column("expected_fen", Integer),
    Column("closed_seq", Integer),
    Column("z", Integer),
    Column("grand_total_fen", Integer),
    PrimaryKeyConstraint("book", "number"),
    UniqueConstraint("book", "z"),
    CheckConstraint("(closed_seq IS NULL) = (z IS NULL)"),
    CheckConstraint("(closed_seq IS NULL) = (grand_total_fen IS NULL)"),
    **STRICT,
)
# One open shift per till, whatever a program believes (domain rule 9).
Index("one_open_shift", shift.c.book, unique=True, sqlite_where=text("closed_seq IS NULL"))

parked = Table(
    "parked",
    metadata,
    Column("book", Text, nullable=False),
    Column("basket", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("book", "basket"),
    **STRICT,
)

staff = Table(
    "staff",
    metadata,
    Column("book", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("active", Integer, nullable=False),
    # SHA-256 of the PIN's own hash: another hash put in its place does not fit.
    Column("secret", Text),
    Column("card", Text),
    Column("seq", Integer, nullable=False),
    PrimaryKeyConstraint("book", "staff"),
    CheckConstraint(f"role IN ({', '.join(repr(role.value) for role in Role)})"),
    CheckConstraint("active IN (0, 1)"),
    **STRICT,
)

staff_secret = Table(
    "staff_secret",
    metadata,
    Column("book", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("pin", Text),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("locked_until", Text),
    PrimaryKeyConstraint("book", "staff"),
    **STRICT,
)

_OPEN: Final = "INSERT INTO shift VALUES (?,?,?,?,?,?,?,NULL,NULL,NULL,NULL,NULL,NULL)"
_COUNT: Final = (
    "UPDATE shift SET counted_seq = ?, counted_fen = ?, expected_fen = ?"
    " WHERE book = ? AND number = ? AND closed_seq IS NULL"
)
_CLOSE: Final = (
    "UPDATE shift SET closed_seq = ?, z = ?, grand_total_fen = ?"
    " WHERE book = ? AND number = ? AND closed_seq IS NULL"
)
_PARK: Final = "INSERT INTO parked VALUES (?,?,?,?,?,?)"
_UNPARK: Final = "DELETE FROM parked WHERE book = ? AND basket = ?"
_STAFF: Final = (
    "INSERT INTO staff VALUES (?,?,?,?,?,?,?) ON CONFLICT (book, staff) DO UPDATE SET"
    " role = excluded.role, active = excluded.active, secret = excluded.secret,"
    " card = excluded.card, seq = excluded.seq"
)


class Day:
    """The projector of shifts, parked baskets and staff."""

    tables = (shift, parked, staff)

    def apply(self, cursor: sqlite3.Cursor, record: Record) -> None:
        """Write what ``record`` means to a cashier's day; other kinds mean nothing here.

        Raises:
            ValueError: a shift or basket that is not there, or done with already. ``Till`` checks
                first and says so politely; this guards a book that somebody else wrote.
        """
        kind = record.content["kind"]
        if kind in _MEANS:
            _MEANS[kind](cursor, record, record.doc)


def _opened(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    content = record.content
    place = (record.book, content["shift"], content["day"], record.seq, content["at"])
    cursor.execute(_OPEN, (*place, content["by"], doc["float_fen"]))


def _counted(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    found = (record.seq, doc["counted_fen"], doc["expected_fen"])
    _one(cursor, _COUNT, (*found, record.book, record.content["shift"]))


def _closed(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    found = (record.seq, doc["z"], doc["grand_total_fen"])
    _one(cursor, _CLOSE, (*found, record.book, record.content["shift"]))


def _parked(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    content = record.content
    place = (record.book, doc["basket"], record.seq, content["at"], content["by"])
    cursor.execute(_PARK, (*place, doc["note"]))


def _unparked(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    _one(cursor, _UNPARK, (record.book, doc["basket"]))


def _staff(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    row = (doc["staff"], doc["role"], doc["active"], doc["secret"], doc["card"])
    cursor.execute(_STAFF, (record.book, *row, record.seq))


def _one(cursor: sqlite3.Cursor, statement: str, values: tuple[Any, ...]) -> None:
    if cursor.execute(statement, values).rowcount != 1:
        raise ValueError(values)


_MEANS: Final = {
    SHIFT_OPENED: _opened,
    SHIFT_COUNTED: _counted,
    SHIFT_CLOSED: _closed,
    BASKET_PARKED: _parked,
    BASKET_RECALLED: _unparked,
    BASKET_DROPPED: _unparked,
    STAFF_CHANGED: _staff,
}

DAY: Final = Day()
"""The projector, without state."""
