"""Rebuilding: a new database from the records of another one, and what the two disagree on.

The records go over byte for byte, through the schema with all its triggers; every projection is
made anew by the code that the live till uses. Nothing is left under the new name until all is done.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from ledger.chain import GENESIS
from ledger.db import sentences, writer_engine
from ledger.entries import Head
from ledger.errors import FundShortError, OutputError, StorageError, UnsoundRecordError
from ledger.head_file import read_heads, refuse_cut_tail
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
from ledger.tables import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Row, Table

    from ledger.entries import Record
    from ledger.journal import Projector

_COLUMNS: Final = [column.name for column in record.columns]
_COPY: Final = "INSERT INTO record ({}) VALUES ({})".format(  # noqa: S608 - our own columns
    ", ".join(f'"{name}"' for name in _COLUMNS), ", ".join("?" * len(_COLUMNS))
)


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild did: the heads it reached, how many records, which tables it compared.

    ``differences`` are rows of the old database that its own records do not give, the first
    ``MOST_FINDINGS`` of them.
    """

    tables: list[str]
    heads: dict[str, Head] = field(default_factory=dict)
    records: int = 0
    differences: list[Finding] = field(default_factory=list)

    @property
    def identical(self) -> bool:
        """Whether every projection of the old database is what its records give."""
        return not self.differences


def rebuild(
    source: Path,
    target: Path,
    projectors: Sequence[Projector],
    *,
    make: Callable[[Path], None],
    carried: Sequence[Table] = (),
) -> Rebuilt:
    """Make the database ``target`` from the records of ``source``, and compare the two.

    ``make`` makes an empty database of the program's schema at the path it is given. ``source`` is
    only read, beside a selling till if need be; the comparison is with what it holds at the end.
    The rows of ``carried``, which no record tells, are taken over as they stand then.

    Raises:
        OutputError: ``target`` exists, or the system refuses to write it.
        TailCutError: a book ends before what this machine announced.
        UnsoundRecordError: a record was altered; only projections can be rebuilt.
        DatabaseError: ``source`` cannot be read.
    """
    part = target.with_name(f".{target.name}.part")
    if target.exists():
        raise OutputError(
            target,
            "文件已存在，不会覆盖：请换一个新文件名。",
            "the file exists and is not overwritten: name a new one.",
        )
    announced = read_heads(source)
    try:
        _sweep(part)
        with sentences(part):
            make(part)
            rebuilt = _fill(source, part, (BOOKS, *projectors), carried)
        refuse_cut_tail(source, announced, rebuilt.heads)
        part.replace(target)
    except (OSError, StorageError) as error:
        raise OutputError.refused(target, getattr(error, "detail", str(error))) from error
    finally:
        with suppress(OSError):
            _sweep(part)
    return rebuilt


def _sweep(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def _fill(
    source: Path, part: Path, projectors: Sequence[Projector], carried: Sequence[Table]
) -> Rebuilt:
    tables = [table for projector in projectors for table in projector.tables]
    rebuilt = Rebuilt([table.name for table in tables])
    engine = writer_engine(part)
    try:
        with closing(engine.raw_connection()) as pooled:
            new = pooled.driver_connection
            assert isinstance(new, sqlite3.Connection)  # noqa: S101 - writer_engine made it
            # Nobody builds on the file before it has its name, and it is synced before that.
            new.execute("PRAGMA synchronous = OFF")
            with reading(source) as old:
                for connection, page, last in record_pages(old):
                    _copy(new, page, rebuilt, projectors, part)
                    if last:  # the read that saw every book's end: nothing can come between
                        for table in tables:
                            rebuilt.differences += _compare(table, new, connection)
                        del rebuilt.differences[MOST_FINDINGS:]
                        for table in carried:
                            _carry(table, new, connection)
            new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return rebuilt


def _compare(table: Table, new: sqlite3.Connection, old: Connection) -> list[Finding]:
    """Give the first differences of ``table``; no query is left open, which would hold the file."""
    query = select_all(table)
    with (
        closing(new.execute(query)) as rebuilt,
        closing(tuple(row) for row in old.exec_driver_sql(query)) as live,
    ):
        return list(islice(differences(table, rebuilt, live), MOST_FINDINGS))


def _carry(table: Table, new: sqlite3.Connection, old: Connection) -> None:
    """Take the rows of ``table`` over, but those that the schema forbids: a hand put them there."""
    marks = ", ".join("?" * len(table.columns))
    rows = [tuple(row) for row in old.exec_driver_sql(select_all(table))]
    new.executemany(f"INSERT OR IGNORE INTO {table.name} VALUES ({marks})", rows)  # noqa: S608


def _copy(
    new: sqlite3.Connection,
    page: Sequence[Row[Any]],
    rebuilt: Rebuilt,
    projectors: Sequence[Projector],
    part: Path,
) -> None:
    """Write one page of records and all that they mean, in one transaction."""
    cursor = new.cursor()
    with sentences(part):  # here, or a full disk would be said of the database that is read
        cursor.execute("BEGIN IMMEDIATE")
        for row in page:
            entry = _sound(row, rebuilt.heads.get(row.book, Head(0, GENESIS)))
            try:
                cursor.execute(_COPY, tuple(row))
                for projector in projectors:
                    projector.apply(cursor, entry)
            except (FundShortError, sqlite3.IntegrityError, *NONSENSE) as error:
                raise UnsoundRecordError(row.book, row.seq, *nonsense(error)) from error
            rebuilt.heads[row.book] = Head(row.seq, row.hash)
            rebuilt.records += 1
        cursor.execute("COMMIT")


def _sound(row: Row[Any], head: Head) -> Record:
    faults, entry = examine(row, head)
    if faults or entry is None:
        raise UnsoundRecordError(row.book, row.seq, *faults[0])
    return entry
