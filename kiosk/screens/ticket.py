"""A ticket before it is in the books: a basket and what was paid towards it. One frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kiosk.errors import EmptyBasketError, OverpaymentError, TillError
from kiosk.sale.basket import ONE_MILLI, Basket, Line
from kiosk.sale.tenders import Offer
from ledger.money import ZERO, Money, from_fen

if TYPE_CHECKING:
    from datetime import datetime

    from config.settings import Tender


class PartlyPaidError(TillError):
    """A basket that was partly paid may grow, but not shrink."""

    def __init__(self) -> None:
        super().__init__(
            "已经收了一部分：请先按退格键撤回，再减少商品。",
            "A part is paid already: take it back with Backspace before you take items out.",
        )


class NothingOfferedError(TillError):
    """An amount of zero."""

    def __init__(self) -> None:
        super().__init__(
            "收到的金额是 0：请输入实收金额，或只按付款键收正好。",
            "An amount of 0 was typed: type what was handed over, or press the key alone.",
        )


@dataclass(frozen=True, slots=True)
class Ticket:
    """A basket and its part payments in order; every method gives the next ticket.

    ``told`` says that the customer heard the total; ``added_at`` when the last item was rung.
    """

    basket: Basket = field(default_factory=Basket)
    offers: tuple[Offer, ...] = ()
    told: bool = False
    added_at: datetime | None = None

    @property
    def total(self) -> Money:
        """What the basket costs."""
        return self.basket.total

    @property
    def paid(self) -> Money:
        """What the offers come to."""
        return sum((offer.amount for offer in self.offers), start=ZERO)

    @property
    def rest(self) -> Money:
        """What is left to pay; below zero it is the change due."""
        return self.total - self.paid

    def stands(self, at: datetime, free_s: int) -> bool:
        """Whether the total stands at ``at``: nothing goes out of the basket unexplained any more.

        It does once the customer heard it, and ``free_s`` seconds after the last item was rung.
        """
        if self.told:
            return True
        return self.added_at is not None and (at - self.added_at).total_seconds() > free_s

    def add(self, line: Line, at: datetime | None = None) -> Ticket:
        """Add a line, at ``at``.

        Raises:
            QuantityError: the line reaches 10,000 units.
            BasketFullError: the basket has as many lines as a sale may have.
        """
        added = at if at is not None else self.added_at
        return Ticket(self.basket.add(line), self.offers, self.told, added)

    def changed(self, basket: Basket) -> Ticket:
        """Give the ticket with another ``basket``: other options, prices or discounts.

        Raises:
            PartlyPaidError: it costs less, and a part is paid already.
        """
        if self.offers and basket.total < self.total:
            raise PartlyPaidError
        return replace(self, basket=basket)

    def tell(self) -> Ticket:
        """Give the ticket whose total the customer heard."""
        return replace(self, told=True)

    def more(self, index: int) -> Ticket:
        """Add one to line ``index``.

        Raises:
            QuantityError: the line reaches 10,000 units.
            NoSuchLineError: there is no such line.
        """
        qty = self.basket.lines[index].qty_milli if index < len(self.basket.lines) else 0
        return replace(self, basket=self.basket.set_quantity(index, qty + ONE_MILLI))

    def take_out(self, index: int, qty_milli: int | None = None) -> tuple[Ticket, Line]:
        """Take ``qty_milli`` of line ``index`` out, or all; give the ticket and what was taken.

        Raises:
            PartlyPaidError: a part is paid already.
            NoSuchLineError: there is no such line.
        """
        if self.offers:
            raise PartlyPaidError
        without = self.basket.remove(index)
        line = self.basket.lines[index]
        if qty_milli is None or qty_milli >= line.qty_milli:
            return (replace(self, basket=without) if without.lines else Ticket(without)), line
        left = self.basket.set_quantity(index, line.qty_milli - qty_milli)
        return replace(self, basket=left), line.piece(qty_milli)

    def pay(self, tender: Tender, fen: int | None) -> Ticket:
        """Add a payment of ``fen``, or of what is left; it is paid once ``rest`` is not above 0.

        Raises:
            EmptyBasketError: there is nothing to pay.
            NothingOfferedError: an amount of zero for a basket that costs something.
            OverpaymentError: more than is left, by a tender that gives no change.
        """
        if not self.basket.lines:
            raise EmptyBasketError
        rest = self.rest
        if not rest and not fen:
            return self
        amount = rest if fen is None else from_fen(fen)
        if not amount:
            raise NothingOfferedError
        if amount > rest and not (tender.gives_change and rest):
            raise OverpaymentError(tender, rest, amount)
        return replace(self, offers=(*self.offers, Offer(tender.id, amount)), told=True)

    def take_back(self) -> Ticket:
        """Undo the last part payment; the same ticket where there is none."""
        return replace(self, offers=self.offers[:-1])
