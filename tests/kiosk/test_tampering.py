"""Whoever edits the database by hand is found out: every table, every column, every place."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.chart import load_chart
from kiosk.till.home import open_home
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import SCHEMA, migrate, open_database
from kiosk.till.tables import SALES
from kiosk.till.till import Till
from ledger.chain import canonical, digest
from ledger.db import Database
from ledger.errors import NotWrittenError, OutputError, TailCutError
from ledger.exports import Asked, export
from ledger.head_file import head_path
from ledger.rebuild import rebuild
from ledger.tables import metadata
from ledger.verify import Finding, verify
from tests.kiosk.conftest import MORNING, Counter
from tests.kiosk.full_day import a_full_day

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EXEMPT = {
    "staff_secret": "names and tries are no records; the PIN hash is held by staff",
    "card_reading": "chips are no records; which chip a card is, is held by card.reading",
    "holder": "names are no records; they are sealed with a key and their own token",
}
"""Tables that verify need not cover, each with its reason."""


TABLES = {
    table.name: [column.name for column in table.columns]
    for table in metadata.sorted_tables
    if table.name not in EXEMPT
}
TABLES["alembic_version"] = ["version_num"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day's database with every kind of record, closed and clean."""
    home = open_home(tmp_path_factory.mktemp("tampering") / "home")
    database = open_database(home)
    till = Till(database, home.settings)
    till.open(home.catalogue, at=MORNING)
    counter = Counter(home, database, till)
    a_full_day(counter)
    counter.next_day()
    a_full_day(counter)
    other = Till(database, home.settings, book="JB-HQHG-02.1")
    counter.till = other
    a_full_day(counter)
    database.close()
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert verify(home.database, PROJECTORS).clean
    return home.database


def tamper(book: Path, folder: Path, act: Callable[[sqlite3.Connection], Any]) -> list[Finding]:
    """Copy the book, let ``act`` at it with every guard off, and give what verify finds.

    Whoever drops the triggers would put them back, so what is found of the schema does not count.
    """
    copy = folder / "kiosk.db"
    shutil.copyfile(book, copy)
    shutil.copyfile(head_path(book), head_path(copy))
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        for pragma in ("ignore_check_constraints = ON", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        act(connection)
    return [f for f in verify(copy, PROJECTORS, schema=SCHEMA).findings if f.table != "schema"]


def test_every_table_is_covered_or_exempt_for_a_reason(book: Path) -> None:
    with closing(sqlite3.connect(book)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        found = {name for (name,) in rows}
    assert found == set(TABLES) | set(EXEMPT)


def _edited(value: Any) -> Any:  # noqa: ANN401 - any cell
    if isinstance(value, int):
        return value + 100_000  # far enough to be no other row's key
    if isinstance(value, str):
        return f"{value}2"
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return 7  # a null


PLACES = ("first", "middle", "last")


def _keys(connection: sqlite3.Connection, table: str) -> tuple[str, list[tuple[Any, ...]]]:
    known = metadata.tables.get(table)
    columns = TABLES[table] if known is None else [c.name for c in known.primary_key.columns]
    names = ", ".join(columns)
    keys = connection.execute(f"SELECT {names} FROM {table} ORDER BY {names}").fetchall()
    return " AND ".join(f"{name} = ?" for name in columns), keys


def _at(place: str, keys: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    return keys[{"first": 0, "middle": len(keys) // 2, "last": -1}[place]]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("table", "column"), [(t, c) for t, cs in TABLES.items() for c in cs])
def test_an_edited_cell_is_found_in_its_table(
    table: str, column: str, place: str, book: Path, tmp_path: Path
) -> None:
    def act(connection: sqlite3.Connection) -> None:
        where, keys = _keys(connection, table)
        key = _at(place, keys)
        (value,) = connection.execute(
            f'SELECT "{column}" FROM {table} WHERE {where}', key
        ).fetchone()
        row = (_edited(value), *key)
        connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE {where}', row)
        assert connection.execute("SELECT changes()").fetchone() == (1,)

    findings = tamper(book, tmp_path, act)
    assert table in {finding.table for finding in findings}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_row_is_found_in_its_table(
    table: str, place: str, book: Path, tmp_path: Path
) -> None:
    def act(connection: sqlite3.Connection) -> None:
        where, keys = _keys(connection, table)
        connection.execute(f"DELETE FROM {table} WHERE {where}", _at(place, keys))

    findings = tamper(book, tmp_path, act)
    assert table in {finding.table for finding in findings}


def _forge(connection: sqlite3.Connection, book: str, seq: int, old: str, new: str) -> None:
    """Rewrite one body and every hash behind it, as an insider with a script would."""
    rows = connection.execute(
        "SELECT seq, body FROM record WHERE book = ? AND seq >= ? ORDER BY seq", (book, seq)
    ).fetchall()
    prev = None
    for place, text in rows:
        body = text.replace(old, new) if place == seq else text
        if prev is not None:
            body = re.sub('"prev":"[0-9a-f]{64}"', f'"prev":"{prev.hex()}"', body)
        assert place != seq or body != text
        connection.execute(
            "UPDATE record SET body = ?, hash = ?, prev = coalesce(?, prev)"
            " WHERE book = ? AND seq = ?",
            (body, digest(body), prev, book, place),
        )
        prev = digest(body)


BOOK = "JB-HQHG-01.1"


def test_a_changed_amount_names_its_record(book: Path, tmp_path: Path) -> None:
    findings = tamper(
        book,
        tmp_path,
        lambda c: c.execute(
            "UPDATE record SET body = replace(body, '\"total_fen\":650', '\"total_fen\":550')"
            " WHERE book = ? AND seq = 3",
            (BOOK,),
        ),
    )
    assert (findings[0].table, findings[0].book, findings[0].seq) == ("record", BOOK, 3)
    assert "被改过" in findings[0].zh
    assert "altered" in findings[0].en


def test_a_rewritten_chain_shows_at_the_head_and_in_the_projections(
    book: Path, tmp_path: Path
) -> None:
    findings = tamper(
        book, tmp_path, lambda c: _forge(c, BOOK, 3, '"account":"101201"', '"account":"100101"')
    )
    assert {"posting", "balance", "record"} <= {f.table for f in findings}
    assert any("rewritten" in f.en for f in findings)


def test_a_rewritten_chain_shows_even_when_something_was_added_behind_it(
    book: Path, tmp_path: Path
) -> None:
    """The head has moved on, but the record that was the head is not what it was."""

    def forge(connection: sqlite3.Connection) -> None:
        _forge(connection, BOOK, 3, '"name":"豆浆"', '"name":"白水"')
        (last,) = connection.execute(
            "SELECT max(seq) FROM record WHERE book = ?", (BOOK,)
        ).fetchone()
        prev, body = connection.execute(
            "SELECT hash, body FROM record WHERE book = ? AND seq = ?", (BOOK, last)
        ).fetchone()
        content = json.loads(body)
        content |= {"kind": "no_sale", "doc": {}, "postings": [], "fund": {}, "seq": last + 1}
        content |= {"prev": prev.hex(), "ref": str(uuid4())}
        text = canonical(content)
        connection.execute(
            "INSERT INTO record VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                BOOK,
                last + 1,
                "no_sale",
                content["at"],
                content["day"],
                content["by"],
                content["ref"],
                None,
                prev,
                digest(text),
                text,
            ),
        )

    findings = tamper(book, tmp_path, forge)
    assert len(findings) == 1
    assert "rewritten" in findings[0].en


def test_a_foreign_trigger_is_named_and_mutes_no_record(book: Path, tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    copy = home.database
    shutil.copyfile(book, copy)
    shutil.copyfile(head_path(book), head_path(copy))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(
            "CREATE TRIGGER mute BEFORE INSERT ON record WHEN NEW.kind = 'line_removed'"
            " BEGIN SELECT RAISE(IGNORE); END"
        )
    audit = verify(copy, PROJECTORS)
    assert [f.table for f in audit.findings] == ["schema"]
    assert "mute" in audit.findings[0].en
    database = Database(copy, PROJECTORS)  # what a till that was open already would meet
    counter = Counter(home, database, Till(database, home.settings))
    basket = counter.basket("F001")
    with pytest.raises(NotWrittenError):
        counter.till.remove_line(basket, basket.lines[0], ref=uuid4(), at=counter.tick())
    database.close()


def test_a_head_file_without_a_book_or_without_sense_is_worth_a_warning(
    book: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "kiosk.db"
    shutil.copyfile(book, copy)
    for text, warned in (("{}", 2), ("garbage", 1), ('{"JB-HQHG-01.1": [1]}', 1)):
        head_path(copy).write_text(text)
        audit = verify(copy, PROJECTORS)
        assert (audit.findings, len(audit.warnings)) == ([], warned), text
    head_path(copy).write_text("x" * 5000)
    database = Database(copy, PROJECTORS)
    database.open()  # what an editor left behind does not stay in the file for good
    database.close()
    assert head_path(copy).read_text() == "{}"


def test_a_full_temporary_folder_accuses_no_record(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(type(SALES), "apply", full)
    with pytest.raises(OutputError):
        verify(book, PROJECTORS)


def test_a_cut_tail_is_neither_exported_nor_rebuilt(book: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kiosk.db"
    shutil.copyfile(book, copy)
    heads = json.loads(head_path(book).read_text())
    heads[BOOK][0] += 1
    head_path(copy).write_text(json.dumps(heads))
    with pytest.raises(TailCutError):
        export(copy, "csv", tmp_path / "out", Asked(load_chart()), program="kiosk")
    with pytest.raises(TailCutError):
        rebuild(copy, tmp_path / "new.db", PROJECTORS, make=lambda p: migrate(p, p.parent))
    assert sorted(p.name for p in tmp_path.iterdir() if "db" not in p.name) == ["kiosk.heads"]


def test_a_reordered_pair_names_the_first_of_them(book: Path, tmp_path: Path) -> None:
    def swap(connection: sqlite3.Connection) -> None:
        for old, new in ((3, 9003), (4, 3), (9003, 4)):
            connection.execute(
                "UPDATE record SET seq = ? WHERE book = ? AND seq = ?", (new, BOOK, old)
            )

    findings = tamper(book, tmp_path, swap)
    assert (findings[0].table, findings[0].seq) == ("record", 3)


def test_a_consistently_cut_tail_is_seen_against_the_head_file(book: Path, tmp_path: Path) -> None:
    """Everything the last record meant is undone by hand, so that only the head file remembers."""

    def cut(connection: sqlite3.Connection) -> None:
        (last,) = connection.execute(
            "SELECT max(seq) FROM record WHERE book = ?", (BOOK,)
        ).fetchone()
        key = (BOOK, last)
        for account, side, fen in connection.execute(
            "SELECT account, side, amount_fen FROM posting WHERE book = ? AND seq = ?", key
        ).fetchall():
            column = "debit_fen" if side == "D" else "credit_fen"
            connection.execute(
                f"UPDATE balance SET {column} = {column} - ? WHERE book = ? AND account = ?",
                (fen, BOOK, account),
            )
        less = "set_aside_fen = set_aside_fen - 10, sales = sales - 1"
        newest = "day = (SELECT max(day) FROM fund_day)"
        connection.execute(
            f"UPDATE fund SET {less}, available_fen = available_fen - 10 WHERE book = ?", (BOOK,)
        )
        connection.execute(f"UPDATE fund_day SET {less} WHERE book = ? AND {newest}", (BOOK,))
        for table in ("sale", "posting", "record"):
            connection.execute(f"DELETE FROM {table} WHERE book = ? AND seq = ?", key)
        connection.execute("DELETE FROM balance WHERE debit_fen = 0 AND credit_fen = 0")

    findings = tamper(book, tmp_path, cut)
    assert len(findings) == 1
    assert "tail was cut" in findings[0].en
    assert findings[0].book == BOOK


def test_a_record_that_was_never_canonical_is_found(book: Path, tmp_path: Path) -> None:
    """The hash is right, the text says the same, and still it is not the one form there is."""

    def respace(connection: sqlite3.Connection) -> None:
        key = ("JB-HQHG-02.1",)
        seq, body = connection.execute(
            "SELECT seq, body FROM record WHERE book = ? ORDER BY seq DESC LIMIT 1", key
        ).fetchone()
        spaced = body.replace(":", ": ", 1)
        connection.execute(
            "UPDATE record SET body = ?, hash = ? WHERE book = ? AND seq = ?",
            (spaced, digest(spaced), *key, seq),
        )

    findings = tamper(book, tmp_path, respace)
    assert any("canonical" in f.en for f in findings)


def test_dropped_triggers_are_named(book: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kiosk.db"
    shutil.copyfile(book, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("DROP TRIGGER record_no_update")
    audit = verify(copy, PROJECTORS)
    assert [f.table for f in audit.findings] == ["schema"]
    assert "record_no_update" in audit.findings[0].en
    assert audit.warnings, "a copy without its head file is worth a warning"
