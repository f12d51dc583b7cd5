"""The till's projections: what history and refunds read. Every row is rebuilt from records."""

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
    text,
)

from ledger.tables import STRICT, metadata

if TYPE_CHECKING:
    import sqlite3

    from ledger.entries import Record

SALE: Final = "sale"
VOID: Final = "void"
REFUND: Final = "refund"
RETURN: Final = "return"
LINE_REMOVED: Final = "line_removed"
REDEMPTION: Final = "redemption"
REDEMPTION_VOID: Final = "redemption_void"
HAND_OUT: Final = "hand_out"
ALLOWANCE_RECEIVED: Final = "allowance_received"
REPRINT: Final = "reprint"
SETTINGS: Final = "settings"

sale = Table(
    "sale",
    metadata,
    Column("book", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("total_fen", Integer, nullable=False),
    Column("set_aside_fen", Integer, nullable=False),
    # What went back so far, and the record that gave back the last of it: a void, or a refund.
    Column("refunded_fen", Integer, nullable=False, server_default=text("0")),
    Column("closed_by", Integer),
    # The fund after this record, so that a reprint says what the first paper said.
    Column("fund_fen", Integer, nullable=False),
    Column("reprints", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("book", "seq"),
    CheckConstraint(f"kind IN ('{SALE}', '{RETURN}', '{REDEMPTION}', '{HAND_OUT}')"),
    CheckConstraint("refunded_fen BETWEEN 0 AND total_fen"),
    **STRICT,
)

reversal = Table(
    "reversal",
    metadata,
    Column("book", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sale_seq", Integer, nullable=False),
    Column("total_fen", Integer, nullable=False),
    Column("fund_fen", Integer, nullable=False),
    Column("reprints", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("book", "seq"),
    CheckConstraint(f"kind IN ('{VOID}', '{REFUND}', '{REDEMPTION_VOID}')"),
    **STRICT,
)
Index("reversal_of_sale", reversal.c.book, reversal.c.sale_seq)

policy = Table(
    "policy",
    metadata,
    Column("book", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    PrimaryKeyConstraint("book", "key"),
    **STRICT,
)

_FUND: Final = "coalesce((SELECT available_fen FROM fund WHERE book = ?1), 0)"
_INSERT_SALE: Final = f"INSERT INTO sale VALUES (?1,?2,?3,?4,?5,?6,?7,0,NULL,{_FUND},0)"  # noqa: S608 - constants
_INSERT_REVERSAL: Final = f"INSERT INTO reversal VALUES (?1,?2,?3,?4,?5,{_FUND},0)"  # noqa: S608
_GIVE_BACK: Final = (
    "UPDATE sale SET refunded_fen = refunded_fen + ?, closed_by = ?"
    " WHERE book = ? AND seq = ? AND closed_by IS NULL"
)
_SET_POLICY: Final = (
    "INSERT INTO policy VALUES (?,?,?,?)"
    " ON CONFLICT (book, key) DO UPDATE SET value = excluded.value, seq = excluded.seq"
)
_REPRINTED: Final = (
    "UPDATE sale SET reprints = reprints + 1 WHERE book = ? AND seq = ?",
    "UPDATE reversal SET reprints = reprints + 1 WHERE book = ? AND seq = ?",
)
_DROP_POLICY: Final = "DELETE FROM policy WHERE book = ? AND key = ?"


_SOLD: Final = {SALE, RETURN, REDEMPTION, HAND_OUT}
_BACK: Final = {VOID, REFUND, REDEMPTION_VOID}


class Sales:
    """The till's projector: sales, breakfasts and stand-alone returns, what went back, the policy.

    A breakfast is undone as a whole, so its void needs not say that it ``completes``.
    """

    tables = (sale, reversal, policy)

    def apply(self, cursor: sqlite3.Cursor, record: Record) -> None:
        """Write what ``record`` means to history and policy; other kinds mean nothing here.

        Raises:
            ValueError: a void or refund of a sale that is not there or closed already. ``Till``
                checks first and says so politely; this guards a book that somebody else wrote.
        """
        doc, kind = record.doc, record.kind
        if kind in _SOLD:
            cursor.execute(_INSERT_SALE, (*_place(record), doc["total_fen"], doc["set_aside_fen"]))
        elif kind in _BACK:
            self._give_back(cursor, record, doc)
        elif kind == REPRINT:
            for statement in _REPRINTED:
                cursor.execute(statement, (record.book, doc["of_seq"]))
        elif kind == SETTINGS:
            for change in doc["changes"]:
                if change["new"] is None:
                    cursor.execute(_DROP_POLICY, (record.book, change["key"]))
                else:
                    row = (record.book, change["key"], change["new"], record.seq)
                    cursor.execute(_SET_POLICY, row)

    def _give_back(self, cursor: sqlite3.Cursor, record: Record, doc: Any) -> None:  # noqa: ANN401
        book, seq, of, total = record.book, record.seq, doc["of_seq"], doc["total_fen"]
        closed_by = seq if doc.get("completes", 1) else None
        if cursor.execute(_GIVE_BACK, (total, closed_by, book, of)).rowcount != 1:
            raise ValueError(book, of)
        cursor.execute(_INSERT_REVERSAL, (book, seq, record.kind, of, total))


def _place(record: Record) -> tuple[Any, ...]:
    content = record.content
    return record.book, record.seq, content["kind"], content["at"], content["day"]


SALES: Final = Sales()
"""The projector, without state; ``verify`` and ``rebuild`` are handed the same one."""
