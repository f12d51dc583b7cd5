"""Rebuilding: the same projections from the same records, or the name of each difference."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ledger.db import writer_engine
from ledger.errors import OutputError, UnsoundRecordError
from ledger.proof import MOST_FINDINGS
from ledger.rebuild import Rebuilt, rebuild
from ledger.tables import metadata
from ledger.verify import verify
from tests.ledger.conftest import redeemed, sold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Table

    from ledger.db import Database
    from ledger.entries import Record

BOOKS = ("B-01.1", "B-02.1")


def make(path: Path) -> None:
    engine = writer_engine(path)
    metadata.create_all(engine)
    engine.dispose()


rebuild_books = partial(rebuild, projectors=(), make=make)


@pytest.fixture
def filled(database: Database) -> Database:
    for book in BOOKS:
        for fen in (500, 700, 250):
            database.post(book, sold(fen))
        database.post(book, redeemed(15))
    return database


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def test_the_new_database_is_the_old_one_made_anew(filled: Database, tmp_path: Path) -> None:
    target = tmp_path / "new.db"
    rebuilt = rebuild_books(filled.path, target)
    assert rebuilt.identical
    assert rebuilt.records == 8
    assert rebuilt.tables == ["posting", "balance", "fund", "fund_day"]
    audit = verify(target)
    assert audit.findings == []
    assert audit.heads == rebuilt.heads == verify(filled.path).heads
    for table in ("record", *rebuilt.tables):
        assert rows(target, table) == rows(filled.path, table) != []


def test_the_new_database_guards_itself_like_the_old(filled: Database, tmp_path: Path) -> None:
    rebuild_books(filled.path, tmp_path / "new.db")
    with (
        closing(sqlite3.connect(tmp_path / "new.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute("UPDATE posting SET amount_fen = 1")


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        (
            "UPDATE balance SET debit_fen = 1 WHERE account = '100101' AND book = 'B-02.1'",
            "balance",
        ),
        ("DELETE FROM balance WHERE account = '500101' AND book = 'B-01.1'", "balance"),
        ("UPDATE fund_day SET sales = 9 WHERE book = 'B-01.1'", "fund_day"),
        ("UPDATE posting SET account = '1002' WHERE seq = 2 AND line = 1", "posting"),
        ("INSERT INTO balance VALUES ('B-09.1', '100101', 1, 0)", "balance"),
    ],
)
def test_a_changed_projection_is_named_and_the_new_one_is_right(
    filled: Database, tmp_path: Path, statement: str, table: str
) -> None:
    right = rows(filled.path, table)
    tamper(filled.path, statement)
    rebuilt = rebuild_books(filled.path, tmp_path / "new.db")
    assert {each.table for each in rebuilt.differences} == {table}
    assert not rebuilt.identical
    assert rows(tmp_path / "new.db", table) == right
    assert verify(tmp_path / "new.db").findings == []


def test_more_differences_than_are_kept_still_make_a_new_database(
    database: Database, tmp_path: Path
) -> None:
    for day in range(MOST_FINDINGS + 10):
        entry = sold()
        object.__setattr__(entry, "day", date(2026, 1, 1) + timedelta(days=day))
        database.post(BOOKS[0], entry)
    tamper(database.path, "UPDATE fund_day SET sales = sales + 1")
    rebuilt = rebuild_books(database.path, tmp_path / "new.db")
    assert len(rebuilt.differences) == MOST_FINDINGS
    assert verify(tmp_path / "new.db").findings == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET body = body || ' ' WHERE seq = 2",
        "UPDATE record SET hash = zeroblob(32) WHERE seq = 2",
        "UPDATE record SET day = '2020-01-01' WHERE seq = 3",
        "DELETE FROM record WHERE seq = 2",
        "UPDATE record SET last_line = NULL WHERE seq = 1",
    ],
)
def test_nothing_is_built_on_an_altered_record(
    filled: Database, tmp_path: Path, statement: str
) -> None:
    tamper(filled.path, statement)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UnsoundRecordError, match=r"B-01\.1"):
        rebuild_books(filled.path, tmp_path / "new.db")
    assert sorted(tmp_path.iterdir()) == before


def test_an_existing_file_is_never_overwritten(filled: Database, tmp_path: Path) -> None:
    (tmp_path / "new.db").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="exists"):
        rebuild_books(filled.path, tmp_path / "new.db")
    assert (tmp_path / "new.db").read_text(encoding="utf-8") == "mine"


def test_a_place_that_cannot_be_written_is_a_sentence(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="new"):
        rebuild_books(filled.path, tmp_path / "nowhere" / "new.db")


def test_what_a_killed_rebuild_left_behind_is_cleared_away(
    filled: Database, tmp_path: Path
) -> None:
    (tmp_path / ".new.db.part").write_text("half", encoding="utf-8")
    assert rebuild_books(filled.path, tmp_path / "new.db").identical
    assert sorted(path.name for path in tmp_path.glob("*new.db*")) == ["new.db"]


class SellingMeanwhile:
    """A projector during whose work, once, the till sells in the book that was walked already."""

    tables: Sequence[Table] = ()

    def __init__(self, database: Database) -> None:
        self.database: Database | None = database

    def apply(self, cursor: sqlite3.Cursor, record: Record) -> None:
        del cursor
        if record.book == BOOKS[1] and self.database is not None:
            database, self.database = self.database, None
            database.post(BOOKS[0], sold(900))


@pytest.mark.parametrize("page", [1, 3, 500])
def test_a_till_that_goes_on_selling_makes_no_difference(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr("ledger.reports.PAGE", page)
    rebuilt: Rebuilt = rebuild(
        filled.path, tmp_path / "new.db", (SellingMeanwhile(filled),), make=make
    )
    assert rebuilt.differences == []
    assert rebuilt.records == (8 if page == 500 else 9)


@pytest.mark.parametrize("page", [1, 3, 500])
def test_verify_beside_a_selling_till_finds_nothing(
    filled: Database, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr("ledger.reports.PAGE", page)
    audit = verify(filled.path, (SellingMeanwhile(filled),))
    assert audit.findings == []
    assert audit.records == (8 if page == 500 else 9)
