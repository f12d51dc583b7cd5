"""The head file: beside the database, the last record that this machine has announced.

A chain cannot tell that its own tail was cut cleanly; a second place that remembers the head can
(decision 10). It is rewritten after every commit, without a sync, so it costs no sale a moment;
after a power cut it may be behind the database, never ahead of it.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import TYPE_CHECKING

from ledger.entries import Head
from ledger.errors import TailCutError

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


def refuse_cut_tail(
    database: Path, announced: dict[str, Head] | None, held: dict[str, Head]
) -> None:
    """Hold the ends of the books against what was ``announced`` before they were read.

    Raises:
        TailCutError: a book ends before the record that this machine announced.
    """
    for book, head in (announced or {}).items():
        seq = held[book].seq if book in held else 0
        if seq < head.seq:
            raise TailCutError(database, book, seq, head.seq)


def _text(book: str, head: Head) -> str:
    """Write one head as JSON: ``"book": [seq, "hash in hex"]``."""
    return f'{_quoted(book)}: [{head.seq}, "{head.hash.hex()}"]'


@lru_cache(maxsize=64)
def _quoted(book: str) -> str:
    return json.dumps(book)


class HeadFile:
    """The open head file of a writer."""

    def __init__(self, database: Path) -> None:
        self._heads = read_heads(database) or {}
        self._texts = {book: _text(book, head) for book, head in self._heads.items()}
        self._file = os.open(head_path(database), os.O_RDWR | os.O_CREAT, 0o600)
        # From here on the text never gets shorter; what an editor left behind would stay for good.
        os.ftruncate(self._file, self._write())

    @property
    def heads(self) -> dict[str, Head]:
        """The announced heads, by book."""
        return dict(self._heads)

    def head(self, book: str) -> Head | None:
        """Give the head of ``book`` that was announced last; None if none ever was."""
        return self._heads.get(book)

    def announce(self, record: Record) -> None:
        """Remember that ``record`` is committed.

        A full disk must not undo what is already in the books, so a failed write only leaves the
        file behind the database, which is a state that it may be in anyway.
        """
        known = self._heads.get(record.book)
        if known is not None and known.seq >= record.seq:
            return  # a retry's record, announced before
        head = Head(record.seq, record.hash)
        self._heads[record.book] = head
        self._texts[record.book] = _text(record.book, head)
        try:
            self._write()
        except OSError:
            return

    def _write(self) -> int:
        # One write, and a text that never gets shorter: a kill leaves the old or the new heads.
        text = f"{{{', '.join(self._texts.values())}}}".encode()
        os.pwrite(self._file, text, 0)
        return len(text)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
