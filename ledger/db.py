"""The database of one kiosk: its connections, their durability, and the units of work.

SQLAlchemy owns engine, pool, schema and reads. Two things are set by hand on every connection,
because the driver's defaults lose money: SQLAlchemy over pysqlite opens no transaction before the
first SELECT, so a check and its draw could be parted (hence ``BEGIN IMMEDIATE``); and WAL needs
``synchronous=FULL`` for a sale that was announced to survive the plug.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from ledger.errors import (
    BusyError,
    CommitUnknownError,
    DamagedDatabaseError,
    ReplacedError,
    StorageError,
    TailCutError,
)
from ledger.head_file import HeadFile
from ledger.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import PoolProxiedConnection

    from ledger.entries import Entry, Record
    from ledger.errors import DatabaseError
    from ledger.journal import Projector

PRAGMAS: Final = {"foreign_keys": 1, "recursive_triggers": 1, "synchronous": 2}
"""What a writing connection must read back after setting; ``journal_mode`` is checked beside."""

_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def writer_engine(path: Path) -> Engine:
    """Open the one writing engine: a single connection, WAL, FULL, BEGIN IMMEDIATE."""

    def connect() -> sqlite3.Connection:
        # The pool's one connection belongs to the till thread alone; the check would only forbid
        # opening it on the thread that starts the program.
        connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
            if connection.execute(f"PRAGMA {name}").fetchone()[0] != value:
                raise StorageError(path, f"PRAGMA {name}")
        if mode != "wal":
            raise StorageError(path, f"journal_mode = {mode}")
        return connection

    return _engine(path, connect, begin="BEGIN IMMEDIATE")


def reader_engine(path: Path) -> Engine:
    """Open an engine that cannot write: it never blocks the till and never checkpoints."""
    return _engine(path, lambda: read_only(path), begin="BEGIN")


def read_only(path: Path) -> sqlite3.Connection:
    """Open a connection to ``path`` that cannot write; also from a disk where nobody can."""
    # WAL needs a file beside the database even to read. Where none can be made and none is left
    # behind by a writer, nobody is writing, and SQLite may be told so.
    wal = path.with_name(f"{path.name}-wal")
    still = not os.access(path.parent, os.W_OK) and not (wal.exists() and wal.stat().st_size)
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if still else ''}",
        uri=True,
        timeout=5,
        isolation_level=None,
        check_same_thread=False,
    )


def _engine(path: Path, connect: Any, *, begin: str) -> Engine:  # noqa: ANN401
    engine = create_engine(
        f"sqlite:///{path}",
        creator=connect,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        # Rollback on return is ours already; a second one would cost every unit of work a call.
        pool_reset_on_return=None,
    )

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn the driver's refusals of ``path`` into the books' own sentences.

    Raises:
        DamagedDatabaseError: the file is no database, or a page of it cannot be read.
        StorageError: the disk is full, read-only or failing, or another program holds the lock.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        raise DamagedDatabaseError(path, str(error)) from error
    except (DBAPIError, sqlite3.Error) as error:
        if (said := _sentence(path, error)) is not None:
            raise said from error
        raise


def _sentence(path: Path, error: DBAPIError | sqlite3.Error) -> DatabaseError | None:
    """Say what the driver's ``error`` means for ``path``; None where it is a fault of ours."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGE:
        return DamagedDatabaseError(path, str(origin))
    if code in _BUSY:
        return BusyError(path, str(origin))
    if isinstance(origin, sqlite3.OperationalError):
        return StorageError(path, str(origin))
    return None


class Database:
    """The writing side of one kiosk's database: one connection, one unit of work at a time.

    Not shared between threads: the till thread owns it. ``projectors`` follow every record.
    """

    def __init__(self, path: Path, projectors: Sequence[Projector] = ()) -> None:
        self.path = path
        self.projectors = tuple(projectors)
        self._engine = writer_engine(path)
        self._pooled: PoolProxiedConnection | None = None
        self._driver: sqlite3.Connection | None = None
        self._head_file: HeadFile | None = None
        self._identity: tuple[int, int] | None = None

    def open(self) -> None:
        """Open the connection and the head file beside the database, unless they are open.

        Raises:
            DamagedDatabaseError: see ``sentences``.
            StorageError: see ``sentences``.
        """
        if self._driver is not None:
            return
        with sentences(self.path):
            self._pooled = self._engine.raw_connection()
        driver = self._pooled.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - writer_engine made it
        self._driver = driver
        self._identity = _identity(self.path)
        try:
            self._head_file = HeadFile(self.path)
        except OSError as error:
            self.close()
            raise StorageError(self.path, str(error)) from error

    def check_tail(self, book: str) -> None:
        """Hold ``book`` against the head that this machine announced last; do so before selling.

        Raises:
            TailCutError: the book ends before that record, or holds another in its place.
        """
        with self.transaction() as cursor:
            heads = self._head_file.heads if self._head_file else {}
            # A new book may begin beside old ones that were restored short (that is what a new
            # epoch is for), but not in a database that has lost them all.
            lost = not any(Journal(cursor, each).head().seq for each in heads)
            for each, announced in heads.items():
                if each != book and not lost:
                    continue
                journal = Journal(cursor, each)
                held = journal.read(announced.seq)
                if held is None or held.hash != announced.hash:
                    raise TailCutError(self.path, each, journal.head().seq, announced.seq)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor inside ``BEGIN IMMEDIATE``; commit on leaving, roll back on any error.

        After a failed commit the connection is thrown away: SQLite's state after a failed sync is
        not to be trusted, so the next unit of work opens the file anew.

        Raises:
            DamagedDatabaseError: see ``sentences``.
            CommitUnknownError: the disk failed during the commit itself.
            StorageError: see ``sentences``; nothing was written.
        """
        try:
            cursor = self._begin()
            yield cursor
            self._commit(cursor)
        except BaseException as error:
            self._undo(error)
            raise

    def post(self, book: str, entry: Entry) -> tuple[Record, bool]:
        """Post one entry in a transaction of its own; see ``transaction`` and ``Journal.post``."""
        # The same steps as ``transaction``, whose generator alone would cost a sale 3 % more.
        try:
            cursor = self._begin()
            announced = self._head_file.head(book) if self._head_file else None
            record, new = Journal(cursor, book, self.projectors, announced).post(entry)
            self._commit(cursor)
        except BaseException as error:
            self._undo(error)
            raise
        self.announce(record)
        return record, new

    def _begin(self) -> sqlite3.Cursor:
        """Open a transaction by telling the driver: SQLAlchemy's begin costs more than the rows."""
        if self._driver is None:
            self.open()
        driver = self._driver
        assert driver is not None  # noqa: S101 - open() has just set it
        # SQLite writes on into a deleted file without a word, and every sale in it would be lost.
        if _identity(self.path) != self._identity:
            raise ReplacedError(self.path)
        cursor = driver.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        return cursor

    def _commit(self, cursor: sqlite3.Cursor) -> None:
        try:
            cursor.execute("COMMIT")
        except sqlite3.OperationalError as error:
            # A full disk or a lock leaves no whole commit behind. A failed sync may: the frames
            # are written by then, and the next opening of the file would find them.
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
                raise CommitUnknownError(self.path, str(error)) from error
            raise

    def _undo(self, error: BaseException) -> None:
        """Leave nothing of a unit of work that met ``error``, and say what the error means.

        Raises:
            DamagedDatabaseError: see ``sentences``.
            StorageError: see ``sentences``.
        """
        said = _sentence(self.path, error) if isinstance(error, sqlite3.Error) else error
        try:
            # A refused COMMIT leaves the transaction open; some errors have ended it already.
            if self._driver is not None:
                self._driver.rollback()
        except sqlite3.Error:
            self.close()
        if isinstance(said, (StorageError, DamagedDatabaseError)):
            self.close()
            if said is not error:
                raise said from error

    def announce(self, record: Record) -> None:
        """Tell the head file that ``record`` is committed; call it after the transaction only."""
        if self._head_file is not None:
            self._head_file.announce(record)

    def close(self) -> None:
        """Close connection and head file; the next unit of work opens them again."""
        if self._pooled is not None:
            self._pooled.close()
            self._pooled = self._driver = None
        self._engine.dispose()
        if self._head_file is not None:
            self._head_file.close()
            self._head_file = None


def _identity(path: Path) -> tuple[int, int] | None:
    """Give what tells the file at ``path`` from every other; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - on every sale's way, and twice as fast
    except OSError:
        return None
    return found.st_dev, found.st_ino
