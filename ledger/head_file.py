"""The head file: beside the database, the last record that this machine has announced.

A chain cannot tell that its own tail was cut cleanly; a second place that remembers the head can
(decision 10). It is rewritten after every commit, without a sync, so it costs no sale a moment;
after a power cut it may be behind the database, never ahead of it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from ledger.entries import Head

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.entries import Record


def head_path(database: Path) -> Path:
    """Give the head file's place beside ``database``."""
    return database.with_suffix(".heads")


def read_heads(database: Path) -> dict[str, Head] | None:
    """Read the announced head of every book; None where the file is missing or unreadable."""
    try:
        heads = json.loads(head_path(database).read_bytes())
        return {book: Head(int(seq), bytes.fromhex(hash_)) for book, (seq, hash_) in heads.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _text(book: str, seq: int, hash_: bytes) -> str:
    """Write one head as JSON: ``"book": [seq, "hash in hex"]``."""
    return f'{json.dumps(book)}: [{seq}, "{hash_.hex()}"]'


class HeadFile:
    """The open head file of a writer."""

    def __init__(self, database: Path) -> None:
        self._heads = read_heads(database) or {}
        self._texts = {book: _text(book, head.seq, head.hash) for book, head in self._heads.items()}
        self._file = os.open(head_path(database), os.O_RDWR | os.O_CREAT, 0o600)

    @property
    def heads(self) -> dict[str, Head]:
        """The announced heads, by book."""
        return dict(self._heads)

    def announce(self, record: Record) -> None:
        """Remember that ``record`` is committed.

        A full disk must not undo what is already in the books, so a failed write only leaves the
        file behind the database, which is a state that it may be in anyway.
        """
        book, seq, hash_ = record.book, record.seq, record.hash
        self._heads[book] = Head(seq, hash_)
        self._texts[book] = _text(book, seq, hash_)
        text = f"{{{', '.join(self._texts.values())}}}"
        # One write, and a text that never gets shorter: a kill leaves the old or the new heads.
        with suppress(OSError):
            os.pwrite(self._file, text.encode(), 0)

    def sync(self) -> None:
        """Force the file to disk (day close)."""
        os.fsync(self._file)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
