"""Proof that nothing was altered: the chain recomputed, every projection rebuilt and compared.

Findings are values, never exceptions: an auditor wants all of them, the first bad record first.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, select
from sqlalchemy.schema import CreateTable

from ledger.chain import GENESIS, VERSION, canonical, digest
from ledger.db import reader_engine, sentences
from ledger.entries import Head, Record, Side
from ledger.errors import DatabaseError, LedgerError
from ledger.head_file import read_heads
from ledger.journal import BOOKS
from ledger.reports import PAGE
from ledger.tables import metadata, record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection, Engine, Table

    from ledger.journal import Projector

MOST_FINDINGS: Final = 50
"""Findings kept: past this the book is lost anyway, and memory stays flat."""

_BODY_KEYS: Final = {
    *("at", "book", "by", "day", "doc", "fund", "kind"),
    *("postings", "prev", "ref", "seq", "shift", "v"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: in which ``table``, ``book`` and record ``seq``, and what (both tongues).

    ``seq`` is None where no single record is at fault.
    """

    table: str
    book: str | None
    seq: int | None
    zh: str
    en: str


@dataclass(slots=True)
class Audit:
    """What verify saw: the head of every book, how many records, and the findings in order.

    ``warnings`` are findings that prove nothing wrong, such as a missing head file.
    """

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
        for projector in self.projectors:
            projector.apply(self.cursor, entry)

    def rows(self, table: Table) -> Iterator[tuple[Any, ...]]:
        """Stream the rebuilt rows of ``table`` in key order."""
        names, keys = _names(table)
        yield from self.connection.execute(f"SELECT {names} FROM {table.name} ORDER BY {keys}")  # noqa: S608


def _names(table: Table) -> tuple[str, str]:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    return names, keys


def verify(
    path: Path,
    projectors: Sequence[Projector] = (),
    *,
    accounts: Collection[str] | None = None,
) -> Audit:
    """Prove the database at ``path``: reads only, beside a selling till if need be.

    ``accounts`` are the chart's codes; a posting to another one is a finding.
    """
    audit = Audit()
    announced = read_heads(path)
    engine = reader_engine(path)
    try:
        with sentences(path), tempfile.TemporaryDirectory(prefix="kiosk-verify-") as folder:
            shadow = Shadow(Path(folder, "shadow.db"), projectors)
            try:
                _verify_file(engine, audit)
                _verify_books(engine, shadow, audit, accounts)
            finally:
                shadow.connection.close()
    except DatabaseError as error:
        audit.findings.insert(0, Finding("database", None, None, error.zh, error.en))
    finally:
        engine.dispose()
    _verify_heads(audit, announced)
    return audit


def _verify_file(engine: Engine, audit: Audit) -> None:
    """Ask SQLite itself: pages, constraints, foreign keys; and that our triggers still stand."""
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
    for name, sql in expected_schema().items():
        if _squeezed(found.get(name)) != _squeezed(sql):
            audit.add(
                "schema",
                None,
                None,
                f"表结构或触发器 {name} 被改动或删除",
                f"the table or trigger {name} was changed or dropped",
            )


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
    """Walk the records in short reads; compare the projections within one last short one."""
    after: tuple[str, int] = ("", 0)
    while True:
        with engine.connect() as connection:
            page = _page(connection, after)
            last = len(page) < PAGE
            for row in page:
                _verify_record(row, shadow, audit, accounts)
            if last:  # still inside the read that saw the last record: nothing can come between
                for table in shadow.tables:
                    _compare(connection, shadow, table, audit)
                return
        after = (page[-1].book, page[-1].seq)


def _page(connection: Connection, after: tuple[str, int]) -> Sequence[Any]:
    book, seq = after
    query = select(record).where(
        (record.c.book > book) | ((record.c.book == book) & (record.c.seq > seq))
    )
    return connection.execute(query.order_by(record.c.book, record.c.seq).limit(PAGE)).all()


def _verify_record(
    row: Any,  # noqa: ANN401 - a row of ``record``; a tampered one may hold anything
    shadow: Shadow,
    audit: Audit,
    accounts: Collection[str] | None,
) -> None:
    head = audit.heads.get(row.book, Head(0, GENESIS))
    audit.heads[row.book] = Head(row.seq, row.hash)
    audit.records += 1

    def wrong(zh: str, en: str) -> None:
        audit.add("record", row.book, row.seq, zh, en)

    if row.seq != head.seq + 1:
        wrong(f"缺第 {head.seq + 1} 号", f"record {head.seq + 1} is missing before it")
    elif row.prev != head.hash:
        wrong("没有接上前一条（prev 不符）", "it does not follow the record before it (prev)")
    if digest(row.body) != row.hash:
        wrong("内容与哈希不符：被改过", "its body does not match its hash: it was altered")
    try:
        content = json.loads(row.body)
        if canonical(content) != row.body or set(content) != _BODY_KEYS or content["v"] != VERSION:
            wrong("不是规范形式", "its body is not the canonical form of version 1")
            return
        for zh, en in _contradictions(row, content, accounts):
            wrong(zh, en)
        shadow.apply(Record(row.book, row.seq, content, row.body, row.prev, row.hash))
    except (LedgerError, sqlite3.Error, ValueError, TypeError, KeyError, AttributeError) as error:
        wrong(f"内容说不通：{error}", f"its body makes no sense: {error}")


def _contradictions(
    row: Any,  # noqa: ANN401
    content: dict[str, Any],
    accounts: Collection[str] | None,
) -> Iterator[tuple[str, str]]:
    """Name what the body says and its columns do not, and what no entry could have said."""
    for name in ("book", "seq", "kind", "at", "day", "by", "ref"):
        if content[name] != getattr(row, name):
            yield f"{name} 列与内容不符", f"the column {name} differs from its body"
    if content["prev"] != row.prev.hex():
        yield "prev 列与内容不符", "the column prev differs from its body"
    postings = content["postings"]
    if row.last_line != (len(postings) or None):
        yield "分录行数与内容不符", "the column last_line differs from its body"
    signed = [
        p["amount_fen"] if p["side"] == Side.DEBIT.value else -p["amount_fen"] for p in postings
    ]
    if sum(signed):
        yield "借贷不平", "its postings do not balance"
    for posting in postings:
        if accounts is not None and posting["account"] not in accounts:
            code = posting["account"]
            yield f"科目 {code} 不在科目表", f"account {code} is not in the chart of accounts"


def _compare(connection: Connection, shadow: Shadow, table: Table, audit: Audit) -> None:
    """Merge the live and the rebuilt rows of ``table``, both in key order, and name differences."""
    names, keys = _names(table)
    columns = [column.name for column in table.columns]
    key_at = [columns.index(column.name) for column in table.primary_key.columns]
    live = connection.exec_driver_sql(f"SELECT {names} FROM {table.name} ORDER BY {keys}")  # noqa: S608
    for ours, theirs in _merge(shadow.rows(table), (tuple(row) for row in live), key_at):
        row = ours or theirs
        assert row is not None  # noqa: S101 - _merge never gives two Nones
        place = dict(zip(columns, row, strict=True))
        where = " ".join(str(row[at]) for at in key_at)
        if theirs is None:
            zh, en = f"{table.name} 表缺一行（{where}）", f"{table.name} lacks the row {where}"
        elif ours is None:
            zh, en = (
                f"{table.name} 表多一行（{where}）",
                f"{table.name} has a row too many: {where}",
            )
        else:
            bad = ", ".join(
                f"{name} = {b!r} (≠ {a!r})"
                for name, a, b in zip(columns, ours, theirs, strict=True)
                if a != b
            )
            zh = f"{table.name} 表（{where}）与记录不符：{bad}"
            en = f"{table.name} ({where}) differs from the records: {bad}"
        seq = place.get("seq")
        audit.add(table.name, place.get("book"), seq if isinstance(seq, int) else None, zh, en)
        if audit.full:
            return


def _merge(
    ours: Iterator[tuple[Any, ...]], theirs: Iterator[tuple[Any, ...]], key_at: list[int]
) -> Iterator[tuple[tuple[Any, ...] | None, tuple[Any, ...] | None]]:
    """Pair rows by key; give only the pairs that differ, None where a side has no such row."""

    def key(row: tuple[Any, ...]) -> list[Any]:
        return [row[at] for at in key_at]

    a, b = next(ours, None), next(theirs, None)
    while a is not None or b is not None:
        if a is not None and (b is None or key(a) < key(b)):
            yield a, None
            a = next(ours, None)
        elif b is not None and (a is None or key(b) < key(a)):
            yield None, b
            b = next(theirs, None)
        else:
            if a != b:
                yield a, b
            a, b = next(ours, None), next(theirs, None)


def _verify_heads(audit: Audit, announced: dict[str, Head] | None) -> None:
    """Hold the books' ends against the head file, so that a cleanly cut tail shows."""
    if announced is None:
        if audit.records:
            audit.warnings.append(
                Finding(
                    "heads",
                    None,
                    None,
                    "没有账尾文件（.heads），无法判断末尾是否被截断",
                    "there is no head file (.heads): a tail cut cleanly would not show",
                )
            )
        return
    for book, head in announced.items():
        held = audit.heads.get(book, Head(0, GENESIS))
        if held.seq < head.seq:
            audit.add(
                "record",
                book,
                held.seq + 1,
                f"第 {held.seq + 1} 至 {head.seq} 号不见了：末尾被截断",
                f"records {held.seq + 1} to {head.seq} are gone: the tail was cut",
            )
        elif held.seq == head.seq and held.hash != head.hash:
            audit.add(
                "record",
                book,
                head.seq,
                "账尾与本机记下的哈希不符：被重写",
                "the head differs from the hash that this machine remembers: it was rewritten",
            )
