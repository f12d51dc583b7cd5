"""Databases that cannot be used: each is one clear sentence, and nothing is lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from alembic import command

from kiosk.till.home import HomeError, open_home
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import (
    SCHEMA,
    AlteredSchemaError,
    NewerSchemaError,
    OlderSchemaError,
    _config,
    back_up,
    migrate,
    open_database,
    readable_books,
    schema_of,
)
from kiosk.till.till import Till
from ledger.errors import DamagedDatabaseError, DatabaseError, ReplacedError, TailCutError
from ledger.head_file import head_path
from ledger.money import from_fen
from ledger.tables import metadata
from ledger.verify import expected_schema, verify
from tests.kiosk.card_desk import fill, give, served
from tests.kiosk.conftest import Counter, bilingual, opened

if TYPE_CHECKING:
    from pathlib import Path


def test_a_newer_schema_is_left_alone(counter: Counter) -> None:
    counter.sell("F001")
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = counter.home.database.read_bytes()
    for act in (lambda: open_database(counter.home), lambda: readable_books(counter.home.path)):
        with pytest.raises(NewerSchemaError) as refusal:
            act()
        bilingual(refusal.value, "9999", SCHEMA)
    assert counter.home.database.read_bytes() == before
    assert not counter.home.backups.exists()


@pytest.mark.parametrize(
    "harm",
    [
        "DROP TABLE alembic_version",
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('0004')",
    ],
)
def test_a_database_that_names_no_schema_is_a_sentence_and_a_finding(
    harm: str, counter: Counter
) -> None:
    counter.sell("F001")
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database)) as connection, connection:
        connection.execute(harm)
    for act in (lambda: open_database(counter.home), lambda: readable_books(counter.home.path)):
        with pytest.raises(DamagedDatabaseError) as refusal:
            act()
        bilingual(refusal.value, "alembic_version")
    audit = verify(counter.home.database, PROJECTORS, schema=SCHEMA)
    assert [finding.table for finding in audit.findings] == ["alembic_version"]


def test_an_older_schema_waits_for_the_till(counter: Counter) -> None:
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(OlderSchemaError) as refusal:
        readable_books(counter.home.path)
    bilingual(refusal.value, "0000", "kiosk")


def test_the_migrated_schema_is_the_one_in_code(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    migrate(home.database, home.backups)
    with closing(sqlite3.connect(home.database)) as connection:
        found = dict(
            connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
        )
    found.pop("alembic_version")
    squeezed = {name: " ".join(sql.split()) for name, sql in found.items()}
    assert squeezed == {name: " ".join(sql.split()) for name, sql in expected_schema().items()}


def test_a_backup_is_whole_with_what_is_still_in_the_wal(counter: Counter) -> None:
    numbers = [counter.sell("F001").number for _ in range(5)]
    copy = back_up(counter.home.database, counter.home.backups, "0001")
    audit = verify(copy, PROJECTORS)
    assert (audit.findings, audit.records) == ([], numbers[-1])


def test_a_missing_home_is_named_by_reading_commands(tmp_path: Path) -> None:
    with pytest.raises(HomeError) as refusal:
        readable_books(tmp_path / "nowhere")
    bilingual(refusal.value, "nowhere", "--home")


BREAKFASTS = {"card", "breakfast", "print_job", "card_reading", "holder"}
"""The tables that schema 0003 brought."""


def _as_of_0002(counter: Counter) -> None:
    """Give the home the database that the program before breakfasts had written."""
    counter.database.close()
    new, old = counter.home.database, counter.home.path / "old.db"
    command.upgrade(_config(old), "0002")
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("ATTACH ? AS new", (str(new),))
        names = {table.name for table in metadata.sorted_tables} - BREAKFASTS - {"record"}
        for name in ("record", *sorted(names)):  # a posting has its place in a record
            order = "book, seq, line" if name == "posting" else "1, 2"
            query = f"INSERT INTO {name} SELECT * FROM new.{name} ORDER BY {order}"
            connection.execute(query)
        connection.commit()
    for leftover in counter.home.path.glob("kiosk.db*"):
        leftover.unlink()
    old.rename(new)


def test_a_book_of_schema_0002_goes_on_with_its_history_and_refunds(counter: Counter) -> None:
    counter.open_shift()
    voided, begun, whole = (counter.sell("F001*2", "F006").number for _ in range(3))
    counter.void(voided)
    counter.refund(begun, {1: 1000})
    counter.till.take_back(counter.basket("F003"), "cash", at=counter.tick())
    counter.till.park(counter.basket("F003"), ref=uuid4(), at=counter.tick(), note="在等")
    counter.till.reprint(whole, ref=uuid4(), at=counter.tick())
    before = (counter.till.history(), counter.till.sold(begun), counter.till.receipt(whole))
    rows = _rows(counter.home.database)
    _as_of_0002(counter)
    assert schema_of(counter.home.database) == "0002"
    with pytest.raises(OlderSchemaError):
        readable_books(counter.home.path)

    again = opened(counter.home.path)
    again.now = counter.now
    assert schema_of(counter.home.database) == SCHEMA
    (copy,) = counter.home.backups.iterdir()
    assert (schema_of(copy), "schema-0002" in copy.name) == ("0002", True)
    assert _rows(counter.home.database) == rows
    assert (again.till.history(), again.till.sold(begun), again.till.receipt(whole)) == before
    assert verify(counter.home.database, PROJECTORS, schema=SCHEMA).findings == []
    assert again.refund(begun).total == from_fen(450)
    assert again.void(whole).total == from_fen(650)
    fill(again, 1000)
    give(again)
    again.void(served(again).number)
    assert served(again).new
    assert verify(counter.home.database, PROJECTORS, schema=SCHEMA).findings == []
    again.database.close()


@pytest.mark.parametrize("table", ["sale_0002", "card", "holder"])
def test_a_migration_that_fails_on_its_way_leaves_the_old_schema_and_is_made_again(
    counter: Counter, table: str
) -> None:
    """Something stands in the way of its first statement, of one in the middle, of the last."""
    number = counter.sell("F001").number
    _as_of_0002(counter)
    with closing(sqlite3.connect(counter.home.database)) as connection:
        connection.execute(f"CREATE TABLE {table} (there INTEGER)")
        before = list(connection.iterdump())
    with pytest.raises(DatabaseError):
        opened(counter.home.path)
    with closing(sqlite3.connect(counter.home.database)) as connection:
        assert list(connection.iterdump()) == before
        connection.execute(f"DROP TABLE {table}")
    again = opened(counter.home.path)
    assert again.refund(number).new
    assert verify(counter.home.database, PROJECTORS, schema=SCHEMA).findings == []
    again.database.close()


@pytest.fixture
def closed_book(counter: Counter) -> Path:
    """A database file of some pages, alone, with all in it."""
    for _ in range(60):
        number = counter.sell("F001*2", "F006").number
    counter.refund(number, {1: 1000})
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return counter.home.database


@pytest.mark.parametrize("keep", [0, 1, 100, 4096, 4097, 0.5, -1])
def test_a_truncated_database_is_named_and_never_written(
    keep: float, closed_book: Path, tmp_path: Path
) -> None:
    whole = closed_book.read_bytes()
    size = int(len(whole) * keep) if isinstance(keep, float) else keep % len(whole)
    home = tmp_path / "cut"
    home.mkdir()
    cut = home / "kiosk.db"
    cut.write_bytes(whole[:size])
    shutil.copyfile(head_path(closed_book), head_path(cut))
    audit = verify(cut, PROJECTORS)
    assert not audit.clean
    assert cut.read_bytes() == whole[:size]
    with pytest.raises((DamagedDatabaseError, TailCutError)) as refusal:
        opened(home).sell("F001")
    bilingual(refusal.value, str(cut))


def _rows(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            connection.execute(f"SELECT * FROM {table.name}").fetchall()
            for table in metadata.sorted_tables
        ]


def test_a_flipped_bit_is_found_or_lies_where_nothing_is(closed_book: Path, tmp_path: Path) -> None:
    """Verify may pass only if every row still reads as it did."""
    whole = closed_book.read_bytes()
    rows = _rows(closed_book)
    seed = random.randrange(2**32)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311
    flipped = tmp_path / "flipped.db"
    found = 0
    for _ in range(80):
        at = chance.randrange(len(whole))
        damaged = bytearray(whole)
        damaged[at] ^= 1 << chance.randrange(8)
        for leftover in tmp_path.glob("flipped.db-*"):
            leftover.unlink()
        flipped.write_bytes(damaged)
        shutil.copyfile(head_path(closed_book), head_path(flipped))
        audit = verify(flipped, PROJECTORS)
        if audit.clean:
            assert _rows(flipped) == rows, f"seed {seed}, byte {at}"
        else:
            found += 1
            assert all(finding.zh and finding.en for finding in audit.findings)
    assert found > 20, f"seed {seed}"


def test_a_restored_old_copy_is_not_sold_on(counter: Counter, tmp_path: Path) -> None:
    counter.sell("F001")
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(counter.home.database)) as source:
        source.execute("VACUUM INTO ?", (str(old),))
    counter.sell("F001")
    counter.sell("F001")
    counter.database.close()
    for leftover in counter.home.path.glob("kiosk.db-*"):
        leftover.unlink()
    shutil.copyfile(old, counter.home.database)
    with pytest.raises(TailCutError) as refusal:
        opened(counter.home.path)
    bilingual(refusal.value, "JB-HQHG-01.1", "epoch")
    (counter.home.path / "kiosk.toml").write_text("[shop]\nepoch = 2\n", "utf-8")
    fresh = opened(counter.home.path)  # what the sentence tells to do works
    assert fresh.sell("F001").record.book == "JB-HQHG-01.2"
    fresh.database.close()


def test_a_lost_database_is_not_replaced_by_an_empty_one(counter: Counter) -> None:
    counter.sell("F001")
    counter.database.close()
    for file in counter.home.path.glob("kiosk.db*"):
        file.unlink()
    fresh = open_database(counter.home)
    for book in (None, "NEW-01.1"):
        with pytest.raises(TailCutError):
            Till(fresh, counter.home.settings, book=book).open(
                counter.home.catalogue, at=counter.tick()
            )
    fresh.close()


def test_a_checkpoint_cut_short_is_put_right_by_the_wal(counter: Counter) -> None:
    """A kill within the copy of a page leaves a torn end, and all of it in the WAL."""
    with closing(sqlite3.connect(counter.home.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM record").fetchone()  # so that nothing checkpoints
        number = counter.sell("F001").number
        with counter.home.database.open("ab") as file:
            file.write(b"x" * 1000)
        counter.database.close()
        fresh = open_database(counter.home)
        assert Till(fresh, counter.home.settings).receipt(number).number.seq == number
        fresh.close()


SYNC_FAILS = """
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>
static int fails(void) { if (access(getenv("SYNC_FAILS"), F_OK)) return 0; errno = EIO; return -1; }
int fdatasync(int fd) { (void)fd; return fails(); }
int fsync(int fd) { (void)fd; return fails(); }
"""

TILL_ON_A_FAILING_DISK = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.till.home import open_home
from kiosk.till.store import open_database
from kiosk.till.till import Till
from kiosk.sale.basket import Basket, Line
from kiosk.sale.tenders import Offer
from ledger.errors import CommitUnknownError
from ledger.money import from_fen
home = open_home(Path(sys.argv[1]))
database = open_database(home)
till = Till(database, home.settings)
at = datetime.now(UTC)
till.open(home.catalogue, at=at)
basket = Basket().add(Line("F001", "豆浆", from_fen(200)))
marker = Path(os.environ["SYNC_FAILS"])
marker.touch()
try:
    till.sell(basket, [Offer("cash", from_fen(200))], at=at)
except CommitUnknownError as error:
    print(error.en)
marker.unlink()
first = till.sell(basket, [Offer("cash", from_fen(200))], at=at)
again = till.sell(basket, [Offer("cash", from_fen(200))], at=at)
print(first.number == again.number, again.new)
"""


def test_a_failed_sync_leaves_the_sale_unknown_and_paying_again_books_it_once(
    tmp_path: Path, root: Path
) -> None:
    source, library = tmp_path / "sync.c", tmp_path / "sync.so"
    source.write_text("#include <stdlib.h>\n" + SYNC_FAILS)
    if shutil.which("cc") is None:
        pytest.skip("a failing disk is played by a small C library, and there is no compiler")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    said = subprocess.run(
        [sys.executable, "-c", TILL_ON_A_FAILING_DISK, str(tmp_path / "home")],
        env={**os.environ, "LD_PRELOAD": str(library), "SYNC_FAILS": str(tmp_path / "fails")},
        capture_output=True,
        text=True,
        cwd=root,
        check=True,
    )
    unknown, once = said.stdout.splitlines()
    assert "not known whether this was booked" in unknown
    assert once == "True False"
    audit = verify(tmp_path / "home" / "kiosk.db", PROJECTORS)
    assert (audit.findings, audit.records) == ([], 2)


def test_a_database_that_was_moved_away_takes_no_sale(counter: Counter, tmp_path: Path) -> None:
    """SQLite would go on writing into the deleted file, and say nothing."""
    counter.sell("F001")
    counter.home.path.rename(tmp_path / "away")
    with pytest.raises(ReplacedError) as refusal:
        counter.sell("F001")
    bilingual(refusal.value, "kiosk.db")
    (tmp_path / "away").rename(counter.home.path)
    counter.sell("F001")
    assert counter.audit().records == 3


def test_a_database_without_its_guards_is_not_sold_on(counter: Counter) -> None:
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database)) as connection, connection:
        connection.execute("DROP TRIGGER record_no_delete")
    with pytest.raises(AlteredSchemaError) as refusal:
        open_database(counter.home)
    bilingual(refusal.value, "record_no_delete", "kiosk ledger verify")
