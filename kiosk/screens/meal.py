"""A breakfast before it is in the books: who is served, what was chosen, what was paid on top."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kiosk.errors import OverpaymentError, TillError
from kiosk.sale.basket import ONE_MILLI, Basket
from kiosk.sale.tenders import Offer
from kiosk.screens.ticket import NothingOfferedError, PartlyPaidError
from ledger.money import from_fen, to_fen

if TYPE_CHECKING:
    from config.settings import Tender
    from kiosk.sale.approval import Approved
    from kiosk.sale.basket import Line
    from kiosk.sale.breakfast import Serving


class NothingOnTopError(TillError):
    """Money was offered for a breakfast that the fund pays whole."""

    def __init__(self) -> None:
        super().__init__(
            "基金全付，不用再收钱：按 Enter 记账。",
            "The fund pays it all, nothing is to be taken: Enter records it.",
        )


@dataclass(frozen=True, slots=True)
class HandOut:
    """Why a breakfast is given without a card, who approved it, how many are left today."""

    reason: str
    left: int
    approved: Approved | None = None


@dataclass(frozen=True, slots=True)
class Meal:
    """One breakfast; every method gives the next meal. Amounts in fen.

    Attributes:
        serving: what may be served, and to whom.
        basket: what was chosen; its ref is the record's.
        offers: what was paid on top so far.
        hand_out: what a breakfast without a card needs; None for a card's.
    """

    serving: Serving
    basket: Basket = field(default_factory=Basket)
    offers: tuple[Offer, ...] = ()
    hand_out: HandOut | None = None

    @property
    def total_fen(self) -> int:
        """What was chosen comes to."""
        return self.basket.lines_fen

    @property
    def fund_fen(self) -> int:
        """What the fund pays of it."""
        return self.serving.fund_fen(self.total_fen)

    @property
    def due_fen(self) -> int:
        """What the worker pays of it."""
        return self.serving.due_fen(self.total_fen)

    @property
    def remaining_fen(self) -> int:
        """What the fund would still pay."""
        return self.serving.limit_fen - self.fund_fen

    @property
    def rest_fen(self) -> int:
        """What is still to be paid on top; below zero it is the change."""
        return self.due_fen - sum([to_fen(offer.amount) for offer in self.offers])

    def add(self, line: Line) -> Meal:
        """Add ``line``; one more of an item that was chosen already.

        Raises:
            QuantityError: the line reaches 10,000 units.
            BasketFullError: the basket has as many lines as a sale may have.
        """
        for place, each in enumerate(self.basket.lines):
            if each.same_item(line):
                more = each.qty_milli + line.qty_milli
                return replace(self, basket=self.basket.set_quantity(place, more))
        return replace(self, basket=self.basket.add(line))

    def place_of(self, line: Line) -> int:
        """Return the place (from 0) of the line of the same item; the last where there is none."""
        same = [place for place, each in enumerate(self.basket.lines) if each.same_item(line)]
        return same[0] if same else max(len(self.basket.lines) - 1, 0)

    def take_out(self, place: int, *, whole: bool) -> Meal:
        """Take one of line ``place`` (from 0) out, or the ``whole`` line; nothing is recorded.

        Raises:
            PartlyPaidError: a part is paid already.
            NoSuchLineError: there is no such line.
        """
        if self.offers:
            raise PartlyPaidError
        lines = self.basket.lines
        if not whole and place < len(lines) and lines[place].qty_milli > ONE_MILLI:
            fewer = lines[place].qty_milli - ONE_MILLI
            return replace(self, basket=self.basket.set_quantity(place, fewer))
        return replace(self, basket=self.basket.remove(place))

    def pay(self, tender: Tender, fen: int | None) -> Meal:
        """Take ``fen`` on top, or all that is left; it is paid once ``rest_fen`` is not above 0.

        Raises:
            NothingOnTopError: nothing is to be paid.
            NothingOfferedError: an amount of zero.
            OverpaymentError: more than is left, by a tender that gives no change.
        """
        rest = self.rest_fen
        if rest <= 0:
            raise NothingOnTopError
        fen = rest if fen is None else fen
        if not fen:
            raise NothingOfferedError
        if fen > rest and not tender.gives_change:
            raise OverpaymentError(tender, from_fen(rest), from_fen(fen))
        return replace(self, offers=(*self.offers, Offer(tender.id, from_fen(fen))))

    def take_back(self) -> Meal:
        """Undo the last payment; the same meal where there is none."""
        return replace(self, offers=self.offers[:-1])
