"""Breakfast cards, breakfasts and their slips; history tells of breakfasts, too.

Frozen: what a kiosk in the field has. A later change is a later revision.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

# SQLite cannot change a CHECK, so two tables are made anew around their rows.
STATEMENTS = (
    "ALTER TABLE sale RENAME TO sale_0002",
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
    CHECK (kind IN ('sale', 'return', 'redemption', 'hand_out')),
    CHECK (refunded_fen BETWEEN 0 AND total_fen)
)
 WITHOUT ROWID,
 STRICT
""",
    "INSERT INTO sale SELECT * FROM sale_0002",
    "DROP TABLE sale_0002",
    "ALTER TABLE reversal RENAME TO reversal_0002",
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
    CHECK (kind IN ('void', 'refund', 'redemption_void'))
)
 WITHOUT ROWID,
 STRICT
""",
    "INSERT INTO reversal SELECT * FROM reversal_0002",
    "DROP TABLE reversal_0002",
    "CREATE INDEX reversal_of_sale ON reversal (book, sale_seq)",
    """
CREATE TABLE card (
    book TEXT NOT NULL,
    card TEXT NOT NULL,
    holder TEXT NOT NULL,
    type TEXT NOT NULL,
    level TEXT NOT NULL,
    key_version INTEGER,
    state TEXT NOT NULL,
    expires TEXT NOT NULL,
    counter INTEGER,
    reading TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    issued_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (book, card),
    CHECK (level IN ('uid', 'sun', 'ev2')),
    CHECK (state IN ('active', 'blocked', 'replaced', 'expired', 'forgotten'))
)
 WITHOUT ROWID,
 STRICT
""",
    "CREATE INDEX cards_of_holder ON card (book, holder)",
    """
CREATE TABLE breakfast (
    book TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    service_day TEXT NOT NULL,
    at TEXT NOT NULL,
    holder TEXT,
    card TEXT,
    fund_fen INTEGER NOT NULL,
    total_fen INTEGER NOT NULL,
    closed_by INTEGER,
    PRIMARY KEY (book, seq),
    CHECK (kind IN ('redemption', 'hand_out')),
    CHECK ((kind = 'redemption') = (holder IS NOT NULL)),
    CHECK ((holder IS NULL) = (card IS NULL)),
    CHECK (fund_fen BETWEEN 1 AND total_fen)
)
 WITHOUT ROWID,
 STRICT
""",
    "CREATE INDEX breakfasts_of_day ON breakfast (book, service_day)",
    """
CREATE UNIQUE INDEX one_breakfast_a_day ON breakfast (holder, service_day)
    WHERE closed_by IS NULL AND holder IS NOT NULL
""",
    """
CREATE TABLE print_job (
    book TEXT NOT NULL,
    seq INTEGER NOT NULL,
    paper TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (book, seq),
    CHECK (paper IN ('breakfast_slip')),
    CHECK (state IN ('queued'))
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE card_reading (
    book TEXT NOT NULL,
    mac TEXT NOT NULL,
    card TEXT NOT NULL,
    PRIMARY KEY (book, mac)
)
 WITHOUT ROWID,
 STRICT
""",
    "CREATE INDEX readings_of_card ON card_reading (book, card)",
    """
CREATE TABLE holder (
    book TEXT NOT NULL,
    holder TEXT NOT NULL,
    data BLOB NOT NULL,
    photo BLOB,
    PRIMARY KEY (book, holder)
)
 WITHOUT ROWID,
 STRICT
""",
)


def upgrade() -> None:
    """Make the tables and indexes."""
    for statement in STATEMENTS:
        op.execute(statement.strip())
