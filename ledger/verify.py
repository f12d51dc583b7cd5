"""Proof that nothing was altered: the chain recomputed, every projection rebuilt and compared.

Findings are values, never exceptions: an auditor wants all of them, the first bad record first.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine
from sqlalchemy.schema import CreateTable

from ledger.chain import GENESIS
from ledger.entries import Head
from ledger.errors import DatabaseError, LedgerError, OutputError
from ledger.head_file import head_path, read_heads
from ledger.journal import BOOKS
from ledger.proof import (
    MOST_FINDINGS,
    NONSENSE,
    Finding,
    differences,
    examine,
    nonsense,
    select_all,
)
from ledger.reading import reading
from ledger.reports import record_pages
from ledger.tables import metadata, record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Engine, Row, Table

    from ledger.entries import Record
    from ledger.journal import Projector

_VERSION: Final = "alembic_version"
_ALEMBIC: Final = {_VERSION, f"{_VERSION}_pkc"}

__all__ = ["MOST_FINDINGS", "Audit", "Finding", "Shadow", "expected_schema", "verify"]


@dataclass(slots=True)
class Audit:
    """What verify saw: the head of every book, how many records, and the findings in order.

    ``announced`` is what the head file says: None where it is missing or unreadable.

    ``warnings`` are findings that prove nothing wrong, such as a missing head file.
    """

    announced: dict[str, Head] | None = None
    heads: dict[str, Head] = field(default_factory=dict)
    records: int = 0
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def full(self) -> bool:
        """Whether no further finding is kept."""
        return len(self.findings) >= MOST_FINDINGS

    def add(self, table: str, book: str | None, seq: int | None, zh: str, en: str) -> None:
        """Note a finding, unless there are more than enough."""
        if not self.full:
            self.findings.append(Finding(table, book, seq, zh, en))


class Shadow:
    """The projections rebuilt beside the database, in a file of their own, flat in memory."""

    def __init__(self, path: Path, projectors: Sequence[Projector]) -> None:
        self.path = path
        self.projectors: tuple[Projector, ...] = (BOOKS, *projectors)
        self.tables: list[Table] = [t for p in self.projectors for t in p.tables]
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.execute("PRAGMA journal_mode = OFF")
        dialect = create_engine("sqlite://").dialect
        for table in self.tables:
            self.connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        self.connection.execute("BEGIN")
        self.cursor = self.connection.cursor()

    def apply(self, entry: Record) -> None:
        """Write what ``entry`` means, with the very code that the live till uses."""
        try:
            for projector in self.projectors:
                projector.apply(self.cursor, entry)
        except sqlite3.OperationalError as error:  # of our own file: it accuses no record
            raise OutputError.refused(self.path, str(error)) from error

    def rows(self, table: Table) -> Iterator[tuple[Any, ...]]:
        """Stream the rebuilt rows of ``table`` in key order."""
        return iter(self.connection.execute(select_all(table)))


def verify(
    path: Path,
    projectors: Sequence[Projector] = (),
    *,
    accounts: Collection[str] | None = None,
    schema: str | None = None,
) -> Audit:
    """Prove the database at ``path``: reads only, beside a selling till if need be.

    ``accounts`` are the chart's codes; a posting to another one is a finding. ``schema`` is the
    revision that the migrations' own table must name.

    Raises:
        OutputError: the system's temporary folder is full or refuses; nothing is said of the books.
    """
    audit = Audit(announced=read_heads(path))
    try:
        with reading(path) as engine, _temporary_folder() as folder:
            shadow = Shadow(folder / "shadow.db", projectors)
            try:
                if _verify_file(engine, audit, schema):
                    _verify_books(engine, shadow, audit, accounts)
            finally:
                shadow.connection.close()
    except DatabaseError as error:
        audit.findings.insert(0, Finding("database", None, None, error.zh, error.en))
    _verify_heads(audit, path)
    return audit


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    try:
        folder = Path(tempfile.mkdtemp(prefix="kiosk-verify-"))
    except OSError as error:
        raise OutputError.refused(Path(tempfile.gettempdir()), str(error)) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _verify_file(engine: Engine, audit: Audit, schema: str | None) -> bool:
    """Ask SQLite itself: pages, constraints, foreign keys; and that our triggers still stand.

    Gives whether there are records to walk at all: a file cut to nothing is an empty database.
    """
    with engine.connect() as connection:
        for (text,) in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
            if text != "ok":
                audit.add("database", None, None, f"SQLite 自检：{text}", f"SQLite says: {text}")
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            audit.add(
                row[0], None, None, f"{row[0]} 表有悬空引用", f"a row of {row[0]} points nowhere"
            )
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master")
        found: dict[str, str] = {name: sql for name, sql in rows}  # noqa: C416 - rows are no pairs
    if record.name not in found:
        audit.add(
            "database",
            None,
            None,
            "没有记录表：文件被清空，或不是本程序的数据库",
            "there is no table of records: the file was emptied, or is not of this program",
        )
        return False
    if schema is not None:
        _verify_revision(engine, schema, _VERSION in found, audit)
    _verify_schema(found, audit)
    return True


def _verify_schema(found: dict[str, str], audit: Audit) -> None:
    """Hold every table, index and trigger that is there against those that should be."""
    for name, foreign in _altered(found):
        zh, en = f"表结构或触发器 {name} 被改动或删除", f"the table or trigger {name} was altered"
        if foreign:
            zh, en = (
                f"有外来的表、索引或触发器 {name}",
                f"there is a foreign table or trigger {name}",
            )
        audit.add("schema", None, None, zh, en)


def _altered(found: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """Name what is foreign (True), and what was changed or dropped (False)."""
    expected = expected_schema()
    for name in found.keys() - expected.keys() - _ALEMBIC:
        if not name.startswith("sqlite_autoindex_"):
            yield name, True
    for name, sql in expected.items():
        if _squeezed(found.get(name)) != _squeezed(sql):
            yield name, False


def altered_schema(path: Path) -> list[str]:
    """Give the names of tables, indexes and triggers at ``path`` that are not as they should be.

    Raises:
        DamagedDatabaseError: the file cannot be read.
    """
    with reading(path) as engine, engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master")
        return sorted(name for name, _ in _altered({name: sql for name, sql in rows}))  # noqa: C416


def _verify_revision(engine: Engine, schema: str, there: bool, audit: Audit) -> None:  # noqa: FBT001
    query = f"SELECT version_num FROM {_VERSION}"  # noqa: S608 - a constant
    with engine.connect() as connection:
        named = list(connection.exec_driver_sql(query).scalars()) if there else []
    if named != [schema]:
        zh = f"应写明结构 {schema}，现为 {named}：被改动或删除"
        en = f"it should name the schema {schema}, and holds {named}: it was changed or dropped"
        audit.add(_VERSION, None, None, zh, en)


def expected_schema() -> dict[str, str]:
    """Give name and SQL of every table, index and trigger that the metadata asks for."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")
        return {name: sql for name, sql in rows}  # noqa: C416 - rows are no pairs


def _squeezed(sql: str | None) -> str | None:
    return None if sql is None else " ".join(sql.split())


def _verify_books(
    engine: Engine, shadow: Shadow, audit: Audit, accounts: Collection[str] | None
) -> None:
    """Walk the records in short reads; compare the projections within the last of them."""
    for connection, page, last in record_pages(engine):
        for row in page:
            _verify_record(row, shadow, audit, accounts)
        if last:  # the read that saw every book's end: nothing can come between
            for table in shadow.tables:
                live = (tuple(row) for row in connection.exec_driver_sql(select_all(table)))
                for each in differences(table, shadow.rows(table), live):
                    if audit.full:
                        return
                    audit.findings.append(each)


def _verify_record(
    row: Row[Any], shadow: Shadow, audit: Audit, accounts: Collection[str] | None
) -> None:
    faults, entry = examine(row, audit.heads.get(row.book, Head(0, GENESIS)), accounts)
    audit.records += 1
    if isinstance(row.seq, int) and isinstance(row.hash, bytes):
        audit.heads[row.book] = Head(row.seq, row.hash)
    if entry is not None:
        try:
            shadow.apply(entry)
        except OutputError:
            raise
        except (LedgerError, sqlite3.IntegrityError, *NONSENSE) as error:
            faults.append(nonsense(error))
    announced = (audit.announced or {}).get(row.book)
    if announced is not None and announced.seq == row.seq and announced.hash != row.hash:
        faults.append(REWRITTEN)
    for zh, en in faults:
        audit.add(record.name, row.book, row.seq, zh, en)


REWRITTEN: Final = (
    "与本机记下的哈希不符：从这里或更早起被重写",
    "it differs from the hash that this machine remembers: it, or what is before it, was rewritten",
)


def _verify_heads(audit: Audit, path: Path) -> None:
    """Hold the books' ends against the head file, so that a cleanly cut tail shows."""
    if audit.announced is None:
        if audit.records:
            there = head_path(path).exists()
            zh = "账尾文件（.heads）读不出来" if there else "没有账尾文件（.heads）"
            en = (
                "the head file (.heads) is unreadable"
                if there
                else "there is no head file (.heads)"
            )
            _warn(audit, None, zh, en)
        return
    for book in audit.heads.keys() - audit.announced.keys():
        _warn(audit, book, "账尾文件里没有这本账簿", "the head file does not know this book")
    for book, head in audit.announced.items():
        held = audit.heads.get(book, Head(0, GENESIS))
        if held.seq < head.seq:
            audit.add(
                "record",
                book,
                held.seq + 1,
                f"第 {held.seq + 1} 至 {head.seq} 号不见了：末尾被截断",
                f"records {held.seq + 1} to {head.seq} are gone: the tail was cut",
            )


def _warn(audit: Audit, book: str | None, zh: str, en: str) -> None:
    zh, en = f"{zh}，无法判断末尾是否被截断", f"{en}: a tail cut cleanly would not show"
    audit.warnings.append(Finding("heads", book, None, zh, en))
