"""Baskets that wait (挂单): what the list shows of them, and what may not be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.errors import TillError

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kiosk.sale.basket import Line
    from kiosk.sale.tenders import Offer


@dataclass(frozen=True, slots=True)
class Parked:
    """A basket that was put aside and not fetched yet.

    Attributes:
        ref: the basket's own ref, by which it is recalled or dropped.
        seq: the record that parked it.
        at: when it was parked, UTC.
        by: the staff id of who parked it.
        note: what they wrote beside it; may be empty.
        total_fen: what the customer owes, discounts and rounding done, in fen.
        lines: its lines in order.
        offers: part payments that had been taken when the program died; else empty.
    """

    ref: UUID
    seq: int
    at: datetime
    by: str
    note: str
    total_fen: int
    lines: tuple[Line, ...]
    offers: tuple[Offer, ...] = ()


class NotParkedError(TillError):
    """A basket that does not wait in this book: recalled, dropped, or never parked."""

    def __init__(self, basket: UUID) -> None:
        self.basket = basket
        super().__init__(
            "这一单不在挂单里：可能已经取走或删除，请刷新挂单列表。",
            "This basket is not parked: it was recalled or dropped meanwhile; look at the list "
            "again.",
        )


class AlreadyParkedError(TillError):
    """A basket that waits already."""

    def __init__(self, basket: UUID) -> None:
        self.basket = basket
        super().__init__(
            "这一单已经挂起：请在挂单列表里取单。",
            "This basket is parked already: recall it from the list.",
        )


class AlreadySoldError(TillError):
    """A basket that is in the books as a sale."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            f"这一单已经收款（第 {number} 号）：不能再挂单，请开下一单。",
            f"This basket is sold (number {number}): it cannot be parked; start the next one.",
        )
