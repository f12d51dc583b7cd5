"""Counts of today: what is left of an item, and the numbers that customers fetch orders with.

Both live in memory and follow the records, so that a sale pays nothing for them; the start reads
them back from the records of the last business date. They begin anew with another date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.rights import Right
from kiosk.sale.lines import ONE_MILLI
from kiosk.sale.stock import MOST_LEFT, LeftError, moved
from kiosk.till.core import Core, Done
from kiosk.till.day_tables import STOCK_COUNTED
from kiosk.till.tables import (
    HAND_OUT,
    REDEMPTION,
    REDEMPTION_VOID,
    REFUND,
    RETURN,
    SALE,
    VOID,
)
from ledger.errors import RefConflictError
from ledger.journal import Journal, read_record
from ledger.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from uuid import UUID

    from config.catalogue import Catalogue
    from config.settings import Settings
    from kiosk.sale.approval import Approved
    from kiosk.sale.basket import Basket
    from ledger.db import Database
    from ledger.entries import Record

_LAST_DAY: Final = "SELECT day FROM record WHERE book = ? ORDER BY seq DESC LIMIT 1"
_BEFORE: Final = "SELECT seq FROM record WHERE book = ? AND day <> ? ORDER BY seq DESC LIMIT 1"
_COUNTED: Final = (
    "SELECT seq FROM record WHERE book = ? AND seq > ? AND kind = ? ORDER BY seq LIMIT 1"
)
# Before the first count only the slips matter, and bodies are long: most days need none of them.
_SINCE: Final = (
    "SELECT book, seq, prev, hash, body FROM record WHERE book = ?1 AND seq > ?2"
    " AND kind IN ('sale', 'void', 'refund', 'return', 'stock_counted', 'redemption',"
    " 'redemption_void', 'hand_out')"
    " AND (seq >= ?3 OR instr(body, '\"slip\":')) ORDER BY seq"
)
_BEYOND: Final = 2**62
"""A place that no record reaches."""


class Counts(Core):
    """What the till knows of a business date without asking the disk."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        book: str | None = None,
        by: str = "cashier",
        guarded: bool = False,
    ) -> None:
        super().__init__(database, settings, book=book, by=by, guarded=guarded)
        self._day: str | None = None
        self._left: dict[str, int] = {}
        self._slips = 0
        # A number that was given stays given where nobody knows whether its sale was committed.
        self._given: tuple[str, int] = "", 0

    def open(self, catalogue: Catalogue, *, at: datetime) -> Done | None:
        """Do what ``Core.open`` does, then read the counts of the last business date back.

        Raises:
            TailCutError: the book ends before what this machine announced.
        """
        done = super().open(catalogue, at=at)
        self._recount()
        return done

    def left(self, at: datetime | None = None) -> dict[str, int]:
        """Give the pieces left of each item that somebody counted today; 0 is sold out.

        With ``at``, what was counted on another business date is none of it. More may have been
        sold than was counted; then 0 are left.
        """
        if at is not None and self.today(at).isoformat() != self._day:
            return {}
        return {sku: max(milli, 0) // ONE_MILLI for sku, milli in self._left.items()}

    def set_left(
        self,
        sku: str,
        left: int | None,
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Done:
        """Record that ``left`` pieces of ``sku`` are there; None counts it no longer.

        Raises:
            ApprovalNeededError: counting is not the right of whoever is signed in.
            LeftError: not a whole number from 0 to 9999.
            RefConflictError: the ref is in the books with another content.
        """
        by = self.allow(Right.COUNTS, approved)
        if left is not None and not (type(left) is int and 0 <= left <= MOST_LEFT):
            raise LeftError(left)
        signed = {"approved_by": by} if by is not None else {}
        return self._post(STOCK_COUNTED, ref, at, {"left": left, "sku": sku} | signed, total=ZERO)

    def _with_slip(self, basket: Basket, post: Callable[[int | None], Done], at: datetime) -> Done:
        """Let ``post`` record ``basket``, under a number to fetch it with where it needs one.

        Raises:
            RefConflictError: the basket's ref is in the books with another content.
        """
        if not basket.pickup:
            return post(None)
        slip = self._slip(at)
        try:
            return post(slip)
        except RefConflictError:
            # A retry: the same sale under the number that it was given first, or an alarm.
            earlier = self._slip_of(basket.ref)
            if earlier in {None, slip}:
                raise
            return post(earlier)

    def _slip(self, at: datetime) -> int:
        """Give the next number that a basket is fetched with."""
        day = self.today(at).isoformat()
        last = self._slips if day == self._day else 0
        given = self._given[1] if self._given[0] == day else 0
        self._given = day, max(last, given) + 1
        return self._given[1]

    def _slip_of(self, ref: UUID) -> int | None:
        """Give the number of the sale whose ref is ``ref``; None where it has none."""
        with self.database.transaction() as cursor:
            earlier = Journal(cursor, self.book).find(ref)
        number: int | None = earlier.doc.get("slip") if earlier is not None else None
        return number

    def _booked(self, record: Record, at: datetime, of: Record | None = None) -> None:
        super()._booked(record, at, of)
        self._follow(record, of.doc if of is not None else {})

    def _follow(self, record: Record, sold: Mapping[str, Any]) -> None:
        """Count what ``record`` means; ``sold`` is the sale that it gives back, if it does."""
        kind, doc = record.kind, record.doc
        if record.day != self._day:
            self._day, self._left, self._slips = record.day, {}, 0
        if kind in _SLIPS and "slip" in doc:
            self._slips = max(self._slips, doc["slip"])
        if kind == STOCK_COUNTED:
            if doc["left"] is None:
                self._left.pop(doc["sku"], None)
            else:
                self._left[doc["sku"]] = doc["left"] * ONE_MILLI
        elif self._left and kind in _SIGN:
            for sku, milli in moved(doc["lines"], sold.get("lines", [])).items():
                if sku in self._left:
                    self._left[sku] += _SIGN[kind] * milli

    def _recount(self) -> None:
        """Read the counts back: from the records since one of another business date."""
        self._day, self._left, self._slips = None, {}, 0
        with self.database.transaction() as cursor:
            last = cursor.execute(_LAST_DAY, (self.book,)).fetchone()
            if last is None:
                return
            journal = Journal(cursor, self.book)
            before = cursor.execute(_BEFORE, (self.book, last[0])).fetchone() or (0,)
            first = cursor.execute(_COUNTED, (self.book, before[0], STOCK_COUNTED)).fetchone()
            counted = first[0] if first else _BEYOND
            rows = cursor.execute(_SINCE, (self.book, before[0], counted)).fetchall()
            self._day = last[0]
            for row in rows:
                record = read_record(row)
                of = journal.read(record.doc["of_seq"]) if "of_seq" in record.doc else None
                self._follow(record, of.doc if of is not None else {})


_SLIPS: Final = frozenset({SALE, REDEMPTION, HAND_OUT})
_SIGN: Final = {
    SALE: -1,
    REDEMPTION: -1,
    HAND_OUT: -1,
    RETURN: 1,
    VOID: 1,
    REFUND: 1,
    REDEMPTION_VOID: 1,
}
"""Whether a record takes goods or brings them back."""
