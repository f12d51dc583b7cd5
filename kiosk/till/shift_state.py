"""The shift that is open now, as the till knows it without asking the disk again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

_OPEN: Final = (
    "SELECT number, day, opened_seq, opened_at, opened_by, float_fen, counted_seq, counted_fen,"
    " expected_fen FROM shift WHERE book = ? AND closed_seq IS NULL"
)


@dataclass(frozen=True, slots=True)
class Count:
    """A blind count of the drawer: what was counted, and what the books say; in fen.

    ``seq`` is its record.
    """

    seq: int
    counted_fen: int
    expected_fen: int

    @property
    def over_short_fen(self) -> int:
        """What was counted beyond what the books say; below zero it is short."""
        return self.counted_fen - self.expected_fen


@dataclass(frozen=True, slots=True)
class OpenShift:
    """A shift of one till that is not closed.

    ``day`` is its business date; ``opened_at`` is UTC; ``counted`` is the last count, where the
    drawer was counted already.
    """

    number: int
    day: date
    opened_seq: int
    opened_at: datetime
    opened_by: str
    float_fen: int
    counted: Count | None = None


def open_shift_of(cursor: sqlite3.Cursor, book: str) -> OpenShift | None:
    """Give the open shift of ``book``, or None; the database holds at most one."""
    row = cursor.execute(_OPEN, (book,)).fetchone()
    if row is None:
        return None
    number, day, seq, at, by, float_fen, *counted = row
    count = Count(*counted) if counted[0] is not None else None
    at = datetime.fromisoformat(at)
    return OpenShift(number, date.fromisoformat(day), seq, at, by, float_fen, count)
