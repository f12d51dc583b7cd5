"""The journal refuses what would harm it: in Python, and in the database behind it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ledger.errors import FundShortError, RefConflictError
from ledger.fund import fund_totals
from ledger.journal import Journal
from ledger.reports import trial_balance
from ledger.verify import verify
from tests.ledger.conftest import redeemed, sold

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.db import Database

BOOK = "B-01.1"


def test_records_are_numbered_without_gaps_and_chained(database: Database) -> None:
    records = [database.post(BOOK, sold())[0] for _ in range(3)]
    other = database.post("B-02.1", sold())[0]
    assert [r.seq for r in records] == [1, 2, 3]
    assert [r.prev for r in records[1:]] == [r.hash for r in records[:-1]]
    assert (other.seq, other.prev) == (1, bytes(32))


def test_a_ref_is_posted_once_and_never_with_another_content(database: Database) -> None:
    entry = sold(500)
    first, new = database.post(BOOK, entry)
    again, anew = database.post(BOOK, entry)
    assert (new, anew) == (True, False)
    assert again == first
    other = sold(600)
    object.__setattr__(other, "ref", entry.ref)
    with pytest.raises(RefConflictError):
        database.post(BOOK, other)
    with pytest.raises(RefConflictError):
        database.post("B-02.1", entry)
    assert verify(database.path).records == 1


def test_the_fund_is_drawn_to_the_last_fen_and_no_further(database: Database) -> None:
    for _ in range(3):
        database.post(BOOK, sold())
    with pytest.raises(FundShortError) as refusal:
        database.post(BOOK, redeemed(31))
    assert (refusal.value.held_fen, refusal.value.wanted_fen) == (30, 31)
    database.post(BOOK, redeemed(30))
    with pytest.raises(FundShortError):
        database.post(BOOK, redeemed(1))
    with pytest.raises(FundShortError):
        database.post("B-02.1", redeemed(1))  # another book's fund is not this one's
    audit = verify(database.path)
    assert audit.clean
    assert audit.records == 4


def test_a_failing_projection_undoes_the_whole_record(database: Database) -> None:
    database.post(BOOK, sold())
    entry = sold()
    object.__setattr__(entry, "fund", {**entry.fund, **redeemed(999).fund})
    with pytest.raises(FundShortError):
        database.post(BOOK, entry)
    audit = verify(database.path)
    assert (audit.clean, audit.records) == (True, 1)


ATTACKS = {
    "change a record": "UPDATE record SET kind = 'void'",
    "delete a record": "DELETE FROM record WHERE seq = 2",
    "change a posting's amount": "UPDATE posting SET amount_fen = 1 WHERE line = 1",
    "change a posting's account": "UPDATE posting SET account = '100102' WHERE line = 1",
    "delete a posting": "DELETE FROM posting WHERE seq = 1 AND line = 4",
    "replace a posting": "INSERT OR REPLACE INTO posting VALUES ('B-01.1',1,1,'100101','D',1)",
    "replace the last posting": "INSERT OR REPLACE INTO posting VALUES ('B-01.1',1,4,'2','C',9)",
    "add a fifth posting": "INSERT INTO posting VALUES ('B-01.1',1,5,'100101','D',1)",
    "add a posting at line 0": "INSERT INTO posting VALUES ('B-01.1',1,0,'100101','D',1)",
    "post to no record": "INSERT INTO posting VALUES ('B-01.1',9,1,'100101','D',1)",
    "replace a record": "INSERT OR REPLACE INTO record SELECT * FROM record WHERE seq = 1",
    "replace a record through its ref": (
        'INSERT OR REPLACE INTO record SELECT book, 3, kind, at, day, "by", ref, NULL,'
        " (SELECT hash FROM record WHERE seq = 2), hash, body FROM record WHERE seq = 1"
    ),
    "replace a record through its rowid": (
        'INSERT OR REPLACE INTO record (rowid, book, seq, kind, at, day, "by", ref, prev, hash,'
        " body) SELECT rowid, book, 3, kind, at, day, \"by\", 'x', (SELECT hash FROM record WHERE"
        " seq = 2), hash, body FROM record WHERE seq = 1"
    ),
    "leave a gap": (
        "INSERT INTO record SELECT book, 4, kind, at, day, \"by\", 'x', NULL,"
        " (SELECT hash FROM record WHERE seq = 2), hash, body FROM record WHERE seq = 1"
    ),
    "follow the wrong record": (
        "INSERT INTO record SELECT book, 3, kind, at, day, \"by\", 'x', NULL,"
        " (SELECT hash FROM record WHERE seq = 1), hash, body FROM record WHERE seq = 1"
    ),
    "begin a book in the middle": (
        "INSERT INTO record SELECT 'new', 2, kind, at, day, \"by\", 'x', NULL,"
        " prev, hash, body FROM record WHERE seq = 1"
    ),
    "begin a book with a past": (
        "INSERT INTO record SELECT 'new', 1, kind, at, day, \"by\", 'x', NULL,"
        " (SELECT hash FROM record WHERE seq = 1), hash, body FROM record WHERE seq = 1"
    ),
    "leave out the postings": (
        "INSERT INTO record SELECT book, 3, kind, at, day, \"by\", 'x', 4,"
        " (SELECT hash FROM record WHERE seq = 2), hash, body FROM record WHERE seq = 1"
    ),
    "claim a single posting": (
        "INSERT INTO record SELECT book, 3, kind, at, day, \"by\", 'x', 1,"
        " (SELECT hash FROM record WHERE seq = 2), hash, body FROM record WHERE seq = 1"
    ),
    "overdraw the fund": "UPDATE fund SET redeemed_fen = 21, available_fen = -1",
    "change the fund alone": "UPDATE fund SET available_fen = available_fen + 1",
    "write text for an amount": "INSERT INTO posting VALUES ('B-01.1',1,5,'1','D','ten')",
    "write a fraction": "UPDATE balance SET debit_fen = 0.5",
}


def _attack(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement)
    connection.execute("COMMIT")


@pytest.mark.parametrize("act", ATTACKS)
def test_the_database_refuses_to(act: str, database: Database, path: Path) -> None:
    database.post(BOOK, sold())
    database.post(BOOK, sold())
    database.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.IntegrityError):
            _attack(connection, ATTACKS[act])
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    audit = verify(path)
    assert (audit.clean, audit.records) == (True, 2)


def test_the_database_refuses_an_unbalanced_or_short_record_at_its_last_line(
    database: Database, path: Path
) -> None:
    database.post(BOOK, sold())
    database.close()
    start = (
        "INSERT INTO record SELECT book, 2, kind, at, day, \"by\", 'x', 2, hash, hash, body"
        " FROM record WHERE seq = 1"
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        for lines, refused in (
            ([(1, "D", 5), (2, "C", 4)], True),  # not balanced
            ([(2, "D", 5)], True),  # the first line left out
            ([(1, "D", 5)], True),  # the last line left out: COMMIT itself refuses
            ([(1, "D", 5), (2, "C", 5)], False),
        ):
            connection.execute("BEGIN")
            try:
                connection.execute(start)
                for line, side, amount in lines:
                    row = (BOOK, 2, line, "100101", side, amount)
                    connection.execute("INSERT INTO posting VALUES (?,?,?,?,?,?)", row)
                connection.execute("COMMIT")
            except sqlite3.IntegrityError:
                assert refused
                connection.execute("ROLLBACK")
            else:
                assert not refused


def test_reports_read_beside_the_writer(database: Database) -> None:
    from ledger.db import reader_engine  # noqa: PLC0415

    for _ in range(3):
        database.post(BOOK, sold(500))
    engine = reader_engine(database.path)
    with engine.connect() as connection:
        balances = {row.account: row.balance_fen for row in trial_balance(connection)}
        totals = fund_totals(connection)
    engine.dispose()
    assert balances == {"100101": 1500, "224101": -30, "500101": -1500, "560107": 30}
    assert (totals.balance_fen, totals.sales) == (30, 3)


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as cursor:
            Journal(cursor, BOOK).post(sold())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert verify(database.path).records == 0
    assert database.post(BOOK, sold())[0].seq == 1
