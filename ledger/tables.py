"""The books' tables and the triggers that keep them honest, as SQLAlchemy Core objects.

``record`` and ``posting`` are append-only (triggers refuse UPDATE, DELETE and re-INSERT). The
others are projections: rebuilt from the records at any time (``ledger.verify``).
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from ledger.entries import FundMove
from ledger.money import FEN_LIMIT

metadata: Final = MetaData()
"""Every table of one kiosk's database; other rooms add their projections here."""

STRICT: Final[dict[str, Any]] = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""STRICT refuses text in integer columns; without rowid the key order is the reading order."""

record = Table(
    "record",
    metadata,
    Column("book", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("ref", Text, nullable=False),
    # The number of postings, null for none: with the key, the seal that COMMIT itself checks.
    Column("last_line", Integer),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("book", "seq"),
    UniqueConstraint("ref"),
    CheckConstraint("seq >= 1"),
    CheckConstraint("last_line >= 2"),
    CheckConstraint("length(prev) = 32 AND length(hash) = 32"),
    ForeignKeyConstraint(
        ["book", "seq", "last_line"],
        ["posting.book", "posting.seq", "posting.line"],
        deferrable=True,
        initially="DEFERRED",
    ),
    # With rowid: bodies this long would make the pages of a clustered key nearly empty.
    sqlite_strict=True,
)

posting = Table(
    "posting",
    metadata,
    Column("book", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("amount_fen", Integer, nullable=False),
    PrimaryKeyConstraint("book", "seq", "line"),
    CheckConstraint("side IN ('D', 'C')"),
    CheckConstraint(f"amount_fen > 0 AND amount_fen < {FEN_LIMIT}"),
    **STRICT,
)

balance = Table(
    "balance",
    metadata,
    Column("book", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("debit_fen", Integer, nullable=False),
    Column("credit_fen", Integer, nullable=False),
    PrimaryKeyConstraint("book", "account"),
    **STRICT,
)

_MOVES: Final = [f"{move.value}_fen" for move in FundMove]
_AVAILABLE: Final = " ".join(
    f"{'+' if move.adds else '-'} {move.value}_fen" for move in FundMove
).removeprefix("+ ")

fund = Table(
    "fund",
    metadata,
    Column("book", Text, primary_key=True),
    *(Column(name, Integer, nullable=False, server_default=text("0")) for name in _MOVES),
    # Set-asides counted, not summed: the public figure "from how many sales".
    Column("sales", Integer, nullable=False, server_default=text("0")),
    Column("available_fen", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("available_fen >= 0"),
    CheckConstraint(f"available_fen = {_AVAILABLE}"),
    **STRICT,
)

fund_day = Table(
    "fund_day",
    metadata,
    Column("book", Text, nullable=False),
    Column("day", Text, nullable=False),
    *(Column(name, Integer, nullable=False, server_default=text("0")) for name in _MOVES),
    Column("sales", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("book", "day"),
    **STRICT,
)

_REFUSE: Final = """
CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

# REPLACE deletes without firing DELETE triggers, so an existing key is refused here as well. (A
# rowid that the statement does not name is -1 here, which no row has.)
_CHAIN: Final = """
CREATE TRIGGER record_chain BEFORE INSERT ON record
BEGIN
  SELECT RAISE(ABORT, 'record exists')
    WHERE EXISTS (SELECT 1 FROM record WHERE ref = NEW.ref)
       OR EXISTS (SELECT 1 FROM record WHERE book = NEW.book AND seq = NEW.seq)
       OR EXISTS (SELECT 1 FROM record WHERE rowid = NEW.rowid);
  SELECT RAISE(ABORT, 'record does not follow its book''s head')
    WHERE NEW.prev IS NOT CASE NEW.seq WHEN 1 THEN zeroblob(32) ELSE
      (SELECT hash FROM record WHERE book = NEW.book AND seq = NEW.seq - 1) END;
END
"""

_POSTING_PLACE: Final = """
CREATE TRIGGER posting_place BEFORE INSERT ON posting
BEGIN
  SELECT RAISE(ABORT, 'posting exists') WHERE EXISTS
    (SELECT 1 FROM posting WHERE book = NEW.book AND seq = NEW.seq AND line = NEW.line);
  SELECT RAISE(ABORT, 'posting has no place in its record')
    WHERE NEW.line < 1 OR NOT EXISTS
      (SELECT 1 FROM record WHERE book = NEW.book AND seq = NEW.seq AND last_line >= NEW.line)
    OR NEW.line > 1 AND NOT EXISTS
      (SELECT 1 FROM posting WHERE book = NEW.book AND seq = NEW.seq AND line = NEW.line - 1);
END
"""

# The last line closes the record: with the deferred key above, COMMIT refuses a record whose last
# line is missing, and this refuses a last line that leaves it unbalanced.
_POSTING_BALANCE: Final = """
CREATE TRIGGER posting_balance AFTER INSERT ON posting
WHEN NEW.line = (SELECT last_line FROM record WHERE book = NEW.book AND seq = NEW.seq)
BEGIN
  SELECT RAISE(ABORT, 'record is not balanced') WHERE 0 <>
    (SELECT sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END)
     FROM posting WHERE book = NEW.book AND seq = NEW.seq);
END
"""

TRIGGERS: Final = (
    *(
        _REFUSE.format(table=table, name=act.lower(), act=act)
        for table in ("record", "posting")
        for act in ("UPDATE", "DELETE")
    ),
    _CHAIN,
    _POSTING_PLACE,
    _POSTING_BALANCE,
)
"""The triggers' SQL, in the order in which they are made."""

for _trigger in TRIGGERS:
    event.listen(metadata, "after_create", DDL(_trigger.strip()))  # type: ignore[no-untyped-call]

PROJECTIONS: Final = (posting, balance, fund, fund_day)
"""What the books themselves derive from records."""
