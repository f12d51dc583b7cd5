"""Opening the books to read them, in whatever state they are, beside a till that goes on."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import event

from ledger.db import reader_engine, sentences
from ledger.errors import StorageError, UnreadableError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@contextmanager
def reading(path: Path) -> Iterator[Engine]:
    """Give an engine on the database at ``path`` that cannot write; closed on leaving.

    Raises:
        DamagedDatabaseError: the file is no database, or a page of it cannot be read.
        UnreadableError: the system refuses, or a writer holds the lock too long.
    """
    engine = reader_engine(path)

    @event.listens_for(engine, "connect")
    def decode_anything(connection: sqlite3.Connection, _: object) -> None:
        # A flipped bit must reach whoever checks the hash, not stop at the decoder.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")

    try:
        with sentences(path):
            yield engine
    except StorageError as error:
        if error.path != path:  # of a file that the caller writes meanwhile
            raise
        raise UnreadableError(path, error.detail) from error
    finally:
        engine.dispose()
