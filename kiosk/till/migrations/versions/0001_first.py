# ruff: noqa: E501 - the SQL stands as SQLite keeps it
"""The first schema: the books, their triggers, and the till's projections.

Frozen: what a kiosk in the field has. A later change is a later revision.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
CREATE TABLE posting (
    book TEXT NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    account TEXT NOT NULL,
    side TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (book, seq, line),
    CHECK (side IN ('D', 'C')),
    CHECK (amount_fen > 0 AND amount_fen < 1000000000000000)
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE balance (
    book TEXT NOT NULL,
    account TEXT NOT NULL,
    debit_fen INTEGER NOT NULL,
    credit_fen INTEGER NOT NULL,
    PRIMARY KEY (book, account)
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE fund (
    book TEXT NOT NULL,
    set_aside_fen INTEGER DEFAULT 0 NOT NULL,
    reversed_fen INTEGER DEFAULT 0 NOT NULL,
    redeemed_fen INTEGER DEFAULT 0 NOT NULL,
    restored_fen INTEGER DEFAULT 0 NOT NULL,
    granted_fen INTEGER DEFAULT 0 NOT NULL,
    returned_fen INTEGER DEFAULT 0 NOT NULL,
    sales INTEGER DEFAULT 0 NOT NULL,
    available_fen INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (book),
    CHECK (available_fen >= 0),
    CHECK (available_fen = set_aside_fen - reversed_fen - redeemed_fen + restored_fen + granted_fen - returned_fen)
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE fund_day (
    book TEXT NOT NULL,
    day TEXT NOT NULL,
    set_aside_fen INTEGER DEFAULT 0 NOT NULL,
    reversed_fen INTEGER DEFAULT 0 NOT NULL,
    redeemed_fen INTEGER DEFAULT 0 NOT NULL,
    restored_fen INTEGER DEFAULT 0 NOT NULL,
    granted_fen INTEGER DEFAULT 0 NOT NULL,
    returned_fen INTEGER DEFAULT 0 NOT NULL,
    sales INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (book, day)
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE sale (
    book TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    day TEXT NOT NULL,
    total_fen INTEGER NOT NULL,
    set_aside_fen INTEGER NOT NULL,
    refunded_fen INTEGER DEFAULT 0 NOT NULL,
    closed_by INTEGER,
    fund_fen INTEGER NOT NULL,
    reprints INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (book, seq),
    CHECK (kind IN ('sale', 'return')),
    CHECK (refunded_fen BETWEEN 0 AND total_fen)
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE reversal (
    book TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sale_seq INTEGER NOT NULL,
    total_fen INTEGER NOT NULL,
    fund_fen INTEGER NOT NULL,
    reprints INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (book, seq),
    CHECK (kind IN ('void', 'refund'))
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE INDEX reversal_of_sale ON reversal (book, sale_seq)
""",
    """
CREATE TABLE policy (
    book TEXT NOT NULL,
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (book, "key")
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE record (
    book TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    day TEXT NOT NULL,
    "by" TEXT NOT NULL,
    ref TEXT NOT NULL,
    last_line INTEGER,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (book, seq),
    UNIQUE (ref),
    CHECK (seq >= 1),
    CHECK (last_line >= 2),
    CHECK (length(prev) = 32 AND length(hash) = 32),
    FOREIGN KEY(book, seq, last_line) REFERENCES posting (book, seq, line) DEFERRABLE INITIALLY DEFERRED
)
 STRICT
""",
    """
CREATE TRIGGER record_no_update BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'record is append-only'); END
""",
    """
CREATE TRIGGER record_no_delete BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'record is append-only'); END
""",
    """
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'posting is append-only'); END
""",
    """
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'posting is append-only'); END
""",
    """
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
""",
    """
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
""",
    """
CREATE TRIGGER posting_balance AFTER INSERT ON posting
WHEN NEW.line = (SELECT last_line FROM record WHERE book = NEW.book AND seq = NEW.seq)
BEGIN
  SELECT RAISE(ABORT, 'record is not balanced') WHERE 0 <>
    (SELECT sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END)
     FROM posting WHERE book = NEW.book AND seq = NEW.seq);
END
""",
)


def upgrade() -> None:
    """Make every table, index and trigger."""
    for statement in STATEMENTS:
        op.execute(statement.strip())
