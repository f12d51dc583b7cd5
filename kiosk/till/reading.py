"""Reading back: papers, history, and the fund's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.rights import Right
from kiosk.till.core import Core
from kiosk.till.history import (
    FundState,
    Past,
    Search,
    breakfasts_so_far,
    fund_state,
    past_sales,
    printed,
    search_sales,
    standing,
)
from kiosk.till.papers import receipt
from kiosk.till.tables import REPRINT
from ledger.money import ZERO

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kiosk.sale.approval import Approved
    from kiosk.sale.search import Wanted
    from kiosk.sale.standing import Standing
    from receipts.documents import Receipt


class Reading(Core):
    """What the till can show of its book."""

    def receipt(self, number: int) -> Receipt:
        """Give the paper of a sale, breakfast, return, void or refund as it was first handed out.

        Raises:
            NoSuchSaleError: the number is none of these in this book.
        """
        with self.database.transaction() as cursor:
            record, fund_fen, reprints = printed(cursor, self.book, number)
            breakfasts = breakfasts_so_far(cursor, record)
        return receipt(
            record,
            fund_fen,
            self.settings,
            reprint=reprints,
            training=self.training,
            breakfasts=breakfasts,
        )

    def reprint(
        self, number: int, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> Receipt:
        """Record that a paper is handed out again, and give it, marked with how many times.

        Raises:
            NoSuchSaleError: see ``receipt``.
            ApprovalNeededError: it needs somebody with ``Right.REPRINT``.
        """
        by = self.allow(Right.REPRINT, approved)
        self.receipt(number)
        doc = {"of_seq": number} | ({"approved_by": by} if by else {})
        self._post(REPRINT, ref, at, doc, total=ZERO)
        return self.receipt(number)

    def history(self, *, before: int | None = None, most: int = 50) -> list[Past]:
        """Give this book's sales, breakfasts and returns, newest first, below ``before``."""
        with self.database.transaction() as cursor:
            return past_sales(cursor, self.book, before, most)

    def search(self, wanted: Wanted, *, before: int | None = None) -> Search:
        """Look for sales below ``before``, a bounded number at a time; see ``Search.below``."""
        with self.database.transaction() as cursor:
            return search_sales(cursor, self.book, wanted, before, self._zone)

    def fund(self, at: datetime) -> FundState:
        """Give what the fund holds, and what today's sales put in, in two O(1) reads."""
        day = self.today(at).isoformat()
        with self.database.transaction() as cursor:
            return fund_state(cursor, self.book, day)

    def standing(self) -> Standing:
        """Give what the public is told of the fund: as many steps as there were breakfasts."""
        with self.database.transaction() as cursor:
            return standing(cursor, self.book, self.settings.breakfast.least_shown)
