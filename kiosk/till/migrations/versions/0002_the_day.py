"""The cashier's day: shifts, parked baskets, and staff.

Frozen: what a kiosk in the field has. A later change is a later revision.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
CREATE TABLE shift (
    book TEXT NOT NULL,
    number INTEGER NOT NULL,
    day TEXT NOT NULL,
    opened_seq INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    float_fen INTEGER NOT NULL,
    counted_seq INTEGER,
    counted_fen INTEGER,
    expected_fen INTEGER,
    closed_seq INTEGER,
    z INTEGER,
    grand_total_fen INTEGER,
    PRIMARY KEY (book, number),
    UNIQUE (book, z),
    CHECK ((closed_seq IS NULL) = (z IS NULL)),
    CHECK ((closed_seq IS NULL) = (grand_total_fen IS NULL))
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE UNIQUE INDEX one_open_shift ON shift (book) WHERE closed_seq IS NULL
""",
    """
CREATE TABLE parked (
    book TEXT NOT NULL,
    basket TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (book, basket)
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE staff (
    book TEXT NOT NULL,
    staff TEXT NOT NULL,
    role TEXT NOT NULL,
    active INTEGER NOT NULL,
    secret TEXT,
    card TEXT,
    seq INTEGER NOT NULL,
    PRIMARY KEY (book, staff),
    CHECK (role IN ('cashier', 'supervisor', 'manager', 'auditor')),
    CHECK (active IN (0, 1))
)
 WITHOUT ROWID,
 STRICT
""",
    """
CREATE TABLE staff_secret (
    book TEXT NOT NULL,
    staff TEXT NOT NULL,
    name TEXT NOT NULL,
    pin TEXT,
    tries INTEGER DEFAULT 0 NOT NULL,
    locked_until TEXT,
    PRIMARY KEY (book, staff)
)
 WITHOUT ROWID,
 STRICT
""",
)


def upgrade() -> None:
    """Make the tables and the index."""
    for statement in STATEMENTS:
        op.execute(statement.strip())
