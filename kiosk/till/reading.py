"""Reading back: papers, history, and the fund's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.till.core import Core
from kiosk.till.history import FundState, Past, fund_state, past_sales, printed
from kiosk.till.papers import receipt
from kiosk.till.tables import REPRINT
from ledger.money import ZERO

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from receipts.documents import Receipt


class Reading(Core):
    """What the till can show of its book."""

    def receipt(self, number: int) -> Receipt:
        """Give the paper of sale, return, void or refund ``number``, as it was first handed out.

        Raises:
            NoSuchSaleError: the number is none of these in this book.
        """
        with self.database.transaction() as cursor:
            record, fund_fen, reprints = printed(cursor, self.book, number)
        return receipt(record, fund_fen, self.settings, reprint=reprints)

    def reprint(self, number: int, *, ref: UUID, at: datetime) -> Receipt:
        """Record that a paper is handed out again, and give it, marked with how many times.

        Raises:
            NoSuchSaleError: see ``receipt``.
        """
        self.receipt(number)
        self._post(REPRINT, ref, at, {"of_seq": number}, total=ZERO)
        return self.receipt(number)

    def history(self, *, before: int | None = None, most: int = 50) -> list[Past]:
        """Give this book's sales and stand-alone returns, newest first, below ``before``."""
        with self.database.transaction() as cursor:
            return past_sales(cursor, self.book, before, most)

    def fund(self, at: datetime) -> FundState:
        """Give what the fund holds, and what today's sales put in, in two O(1) reads."""
        day = self.today(at).isoformat()
        with self.database.transaction() as cursor:
            return fund_state(cursor, self.book, day)
