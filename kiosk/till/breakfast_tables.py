"""The projections of breakfasts: cards, who was served when, and the slips that wait for paper.

``card_reading`` and ``holder`` stand beside them: what a chip says and whose it is are no business
of the journal, so no record rebuilds them. What of it could be swapped quietly, which chip a card
is, is held by ``card.reading``.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from config.cards import Level
from kiosk.sale.cards import CardState
from kiosk.till.tables import HAND_OUT, REDEMPTION, REDEMPTION_VOID
from ledger.tables import STRICT, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.entries import Record

CARD_ISSUED: Final = "card_issued"
CARD_REPLACED: Final = "card_replaced"
CARD_BLOCKED: Final = "card_blocked"
CARD_UNBLOCKED: Final = "card_unblocked"
CARD_EXPIRED: Final = "card_expired"
CARD_REFUSED: Final = "card_refused"
HOLDER_FORGOTTEN: Final = "holder_forgotten"
HOLDER_SHOWN: Final = "holder_shown"

BREAKFAST_SLIP: Final = "breakfast_slip"
QUEUED: Final = "queued"

card = Table(
    "card",
    metadata,
    Column("book", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("key_version", Integer),
    Column("state", Text, nullable=False),
    # The last service day on which it is good.
    Column("expires", Text, nullable=False),
    # The last SUN counter that a record told of; only ever grows.
    Column("counter", Integer),
    # HMAC of chip and token under the holder's own key: another chip in its place does not fit.
    Column("reading", Text, nullable=False),
    Column("issued_at", Text, nullable=False),
    # The record that issued it, and the last one that changed it: what the row has to agree with.
    Column("issued_seq", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    PrimaryKeyConstraint("book", "card"),
    CheckConstraint(f"level IN ({', '.join(repr(each.value) for each in Level)})"),
    CheckConstraint(f"state IN ({', '.join(repr(each.value) for each in CardState)})"),
    **STRICT,
)
Index("cards_of_holder", card.c.book, card.c.holder)

breakfast = Table(
    "breakfast",
    metadata,
    Column("book", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("service_day", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("holder", Text),
    Column("card", Text),
    Column("fund_fen", Integer, nullable=False),
    Column("total_fen", Integer, nullable=False),
    # The record that undid it: holder and day are free again.
    Column("closed_by", Integer),
    PrimaryKeyConstraint("book", "seq"),
    CheckConstraint(f"kind IN ('{REDEMPTION}', '{HAND_OUT}')"),
    CheckConstraint(f"(kind = '{REDEMPTION}') = (holder IS NOT NULL)"),
    CheckConstraint("(holder IS NULL) = (card IS NULL)"),
    CheckConstraint("fund_fen BETWEEN 1 AND total_fen"),
    **STRICT,
)
# Once a service day, over all books, whatever a program believes (domain rule 7, decision 7).
Index(
    "one_breakfast_a_day",
    breakfast.c.holder,
    breakfast.c.service_day,
    unique=True,
    sqlite_where=text("closed_by IS NULL AND holder IS NOT NULL"),
)
Index("breakfasts_of_day", breakfast.c.book, breakfast.c.service_day)

print_job = Table(
    "print_job",
    metadata,
    Column("book", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("paper", Text, nullable=False),
    Column("state", Text, nullable=False),
    PrimaryKeyConstraint("book", "seq"),
    CheckConstraint(f"paper IN ('{BREAKFAST_SLIP}')"),
    CheckConstraint(f"state IN ('{QUEUED}')"),
    **STRICT,
)

card_reading = Table(
    "card_reading",
    metadata,
    Column("book", Text, nullable=False),
    # HMAC of the chip's number under the home's key; the number itself is kept nowhere.
    Column("mac", Text, nullable=False),
    Column("card", Text, nullable=False),
    PrimaryKeyConstraint("book", "mac"),
    **STRICT,
)
Index("readings_of_card", card_reading.c.book, card_reading.c.card)

holder = Table(
    "holder",
    metadata,
    Column("book", Text, nullable=False),
    Column("holder", Text, nullable=False),
    # Sealed under the holder's own key (AES-256-GCM): erase the key, and this is noise.
    Column("data", LargeBinary, nullable=False),
    Column("photo", LargeBinary),
    PrimaryKeyConstraint("book", "holder"),
    **STRICT,
)

_ISSUE: Final = "INSERT INTO card VALUES (?,?,?,?,?,?,'active',?,NULL,?,?,?,?)"
_STATE: Final = "UPDATE card SET state = ?, seq = ? WHERE book = ? AND card = ? AND state = ?"
_REPLACE: Final = (
    "UPDATE card SET state = 'replaced', seq = ?"
    " WHERE book = ? AND card = ? AND state IN ('active', 'blocked')"
)
_EXPIRE: Final = (
    "UPDATE card SET state = 'expired', seq = ?"
    " WHERE book = ? AND card = ? AND state IN ('active', 'blocked')"
)
_FORGET: Final = "UPDATE card SET state = 'forgotten', seq = ? WHERE book = ? AND holder = ?"
_SEEN: Final = (
    "UPDATE card SET counter = ?1 WHERE book = ?2 AND card = ?3"
    " AND (counter IS NULL OR counter < ?1)"
)
# Whether the card is still good and its message new is asked where it is written: a card that was
# blocked since the tap, or a message that came twice, changes no row.
_TAKE: Final = (
    "UPDATE card SET counter = coalesce(?1, counter) WHERE book = ?2 AND card = ?3 AND holder = ?4"
    " AND state = 'active' AND (?1 IS NULL OR counter IS NULL OR counter < ?1)"
)
_SERVE: Final = "INSERT INTO breakfast VALUES (?,?,?,?,?,?,?,?,?,NULL)"
_UNDO: Final = "UPDATE breakfast SET closed_by = ? WHERE book = ? AND seq = ? AND closed_by IS NULL"
_PRINT: Final = "INSERT INTO print_job VALUES (?,?,?,?)"


class ClaimTakenError(ValueError):
    """The holder had a breakfast on that service day; ``Till`` says so politely."""


class CardChangedError(ValueError):
    """The card is good no longer, or its counter did not grow; ``Till`` says which."""


class Breakfasts:
    """The projector of cards and breakfasts."""

    tables = (card, breakfast, print_job)

    def apply(self, cursor: sqlite3.Cursor, record: Record) -> None:
        """Write what ``record`` means to cards and breakfasts; other kinds mean nothing here.

        Raises:
            ClaimTakenError: a second breakfast of the holder's on one service day.
            CardChangedError: a redemption with a card that is not good, or a counter seen before.
            ValueError: a change of a card or breakfast that is not there, or done with already.
        """
        kind = record.content["kind"]
        if kind in _MEANS:
            _MEANS[kind](cursor, record, record.doc)


def _issued(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    if "old" in doc:
        _one(cursor, _REPLACE, (record.seq, record.book, doc["old"]))
    what = (doc["holder"], doc["type"], doc["level"], doc["key_version"], doc["expires"])
    place = (record.book, doc["card"])
    at, seq = record.content["at"], record.seq
    cursor.execute(_ISSUE, (*place, *what, doc["reading"], at, seq, seq))


def _blocked(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    _one(cursor, _STATE, ("blocked", record.seq, record.book, doc["card"], "active"))


def _unblocked(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    _one(cursor, _STATE, ("active", record.seq, record.book, doc["card"], "blocked"))


def _expired(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    _one(cursor, _EXPIRE, (record.seq, record.book, doc["card"]))


def _forgotten(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    cursor.execute(_FORGET, (record.seq, record.book, doc["holder"]))


def _refused(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    if doc["card"] is not None and doc.get("counter") is not None:
        cursor.execute(_SEEN, (doc["counter"], record.book, doc["card"]))


def _redeemed(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    claim = doc["claim"]
    taken = (claim["counter"], record.book, claim["card"], claim["holder"])
    if cursor.execute(_TAKE, taken).rowcount != 1:
        raise CardChangedError(claim["card"])
    try:
        _serve(cursor, record, claim["service_day"], claim["holder"], claim["card"])
    except sqlite3.IntegrityError as error:
        raise ClaimTakenError(claim["holder"], claim["service_day"]) from error


def _handed_out(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    _serve(cursor, record, doc["service_day"], None, None)


def _serve(
    cursor: sqlite3.Cursor, record: Record, day: str, holder: str | None, card: str | None
) -> None:
    content = record.content
    place = (record.book, record.seq, content["kind"], day, content["at"])
    paid = (record.fund["redeemed"], record.doc["total_fen"])
    cursor.execute(_SERVE, (*place, holder, card, *paid))
    cursor.execute(_PRINT, (record.book, record.seq, BREAKFAST_SLIP, QUEUED))


def _undone(cursor: sqlite3.Cursor, record: Record, doc: Mapping[str, Any]) -> None:
    _one(cursor, _UNDO, (record.seq, record.book, doc["of_seq"]))


def _one(cursor: sqlite3.Cursor, statement: str, values: tuple[Any, ...]) -> None:
    if cursor.execute(statement, values).rowcount != 1:
        raise ValueError(values)


_MEANS: Final = {
    CARD_ISSUED: _issued,
    CARD_REPLACED: _issued,
    CARD_BLOCKED: _blocked,
    CARD_UNBLOCKED: _unblocked,
    CARD_EXPIRED: _expired,
    HOLDER_FORGOTTEN: _forgotten,
    CARD_REFUSED: _refused,
    REDEMPTION: _redeemed,
    REDEMPTION_VOID: _undone,
    HAND_OUT: _handed_out,
}

BREAKFASTS: Final = Breakfasts()
"""The projector, without state."""
