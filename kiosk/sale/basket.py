"""What the customer is buying: one immutable value; a key makes the next one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from config.rights import Right
from kiosk.errors import BasketFullError, EmptyBasketError, NoSuchLineError
from kiosk.sale.discounts import spread
from kiosk.sale.lines import ONE_MILLI, QTY_LIMIT_MILLI, Line, Picked
from kiosk.sale.needs import below_cost
from kiosk.sale.refs import new_ref
from kiosk.sale.refusals import LentRightError, NothingToRoundError
from ledger.money import Money, from_fen, part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from config.catalogue import Catalogue
    from kiosk.sale.approval import Approved
    from kiosk.sale.discounts import Discount

__all__ = ["MOST_LINES", "ONE_MILLI", "QTY_LIMIT_MILLI", "Basket", "Line", "Picked"]

MOST_LINES: Final = 500
"""Lines a basket may hold: far above any real one, low enough to keep a receipt printable."""


@dataclass(frozen=True, slots=True)
class Basket:
    """The lines of one sale in order. ``ref`` is made here, once: the sale's idempotency key.

    ``total`` is what the customer owes: the lines' amounts, less the ``discount`` on the whole
    sale, rounded down to ``round_to_fen`` (抹零; 0 for not at all).

    Attributes:
        tier: the price tier that the customer buys at; None for everybody's.
        discount: what is taken off the whole sale, after the lines' own discounts.
        round_to_fen: the step that the total is rounded down to.
        approvals: the rights that a colleague lent this basket. Whatever they were lent for takes
            them along when it changes, and they fall when it would take off more than they saw.
        parked_ref: the basket's ref where it was parked and recalled.
    """

    ref: UUID = field(default_factory=new_ref)
    lines: tuple[Line, ...] = ()
    tier: str | None = None
    discount: Discount | None = None
    round_to_fen: int = 0
    approvals: tuple[Approved, ...] = ()
    parked_ref: UUID | None = None

    @property
    def total(self) -> Money:
        """What the customer owes."""
        fen = sum([line.amount_fen for line in self.lines])
        if self.discount is not None or self.round_to_fen:
            fen -= self._off(fen)
            fen -= _cut(fen, self.round_to_fen)
        return from_fen(fen)

    @property
    def lines_fen(self) -> int:
        """What the lines come to after their own discounts, in fen: the subtotal."""
        return sum([line.amount_fen for line in self.lines])

    @property
    def discount_fen(self) -> int:
        """What the discount on the whole sale takes off, in fen."""
        return self._off(self.lines_fen)

    @property
    def rounding_fen(self) -> int:
        """What is rounded off (抹零), in fen; a sale is never rounded down to nothing."""
        if not self.round_to_fen:
            return 0
        fen = self.lines_fen
        return _cut(fen - self._off(fen), self.round_to_fen)

    @property
    def conceded(self) -> Money:
        """What overrides, discounts and rounding take off the catalogue's prices."""
        units = [
            line.unit_fen if line.list_unit_fen is None else line.list_unit_fen
            for line in self.lines
        ]
        listed = sum(
            part(unit, line.qty_milli, ONE_MILLI)
            for unit, line in zip(units, self.lines, strict=True)
        )
        return from_fen(listed) - self.total

    @property
    def priced(self) -> tuple[Line, ...]:
        """The lines as the books get them: each bears its share of the whole sale's discount."""
        if self.discount is None:
            return self.lines
        shares = spread(self.discount_fen, [line.amount_fen for line in self.lines])
        return tuple(
            replace(line, shared_fen=share) if share else line
            for line, share in zip(self.lines, shares, strict=True)
        )

    @property
    def catering(self) -> bool:
        """Whether any line is food or drink, so that the sale sets aside (domain rule 1)."""
        return any(line.catering for line in self.lines)

    @property
    def pickup(self) -> bool:
        """Whether any line is fetched later, so that the customer gets a number."""
        return any(line.pickup for line in self.lines)

    @property
    def special(self) -> bool:
        """Whether anything but plain lines is in it."""
        return bool(
            self.discount is not None
            or self.round_to_fen
            or self.parked_ref is not None
            or any(line.special for line in self.lines)
        )

    def add(self, line: Line) -> Basket:
        """Add ``line``; the same item as the last line's adds up there (a repeated key is +1).

        Raises:
            QuantityError: the sum reaches 10,000 units.
            BasketFullError: there are 500 lines already.
        """
        lines = self.lines
        if lines and lines[-1].same_item(line):
            last = lines[-1]
            return self._with((*lines[:-1], last.times(last.qty_milli + line.qty_milli)))
        if len(lines) >= MOST_LINES:
            raise BasketFullError(MOST_LINES)
        return self._with((*lines, line))

    def remove(self, index: int) -> Basket:
        """Take line ``index`` (from 0) out; with the last one go discount and rounding.

        Raises:
            NoSuchLineError: there is no such line.
            DiscountTooLargeError: the amount off the whole sale exceeds what is left.
        """
        self._check(index)
        return self._with(self.lines[:index] + self.lines[index + 1 :])

    def set_quantity(self, index: int, qty_milli: int) -> Basket:
        """Give line ``index`` (from 0) another quantity.

        Raises:
            NoSuchLineError: there is no such line.
            QuantityError: zero, negative, or 10,000 units and more.
            DiscountTooLargeError: an amount off exceeds what is left.
            LentRightError: it is raised, and a colleague approved its price for so many.
        """
        line = self._line(index)
        if self.approvals and qty_milli > line.qty_milli and self._lent_for(line):
            raise LentRightError(line.name, line.qty_milli)
        return self._changed(index, line.times(qty_milli))

    def with_options(self, index: int, picked: Sequence[Picked]) -> Basket:
        """Give line ``index`` (from 0) the options ``picked``, in place of those it has.

        Raises:
            NoSuchLineError: there is no such line.
            BelowZeroError: the price of one would be below zero.
            DiscountTooLargeError: an amount off exceeds what is left.
        """
        return self._changed(index, self._line(index).with_options(picked))

    def with_price(self, index: int, unit_price: Money) -> Basket:
        """Sell line ``index`` (from 0) at another price of one; needs ``Right.PRICE_OVERRIDE``.

        Raises:
            NoSuchLineError: there is no such line.
            BelowZeroError: the price is below zero.
            AmountError: a fraction of a fen.
            DiscountTooLargeError: an amount off exceeds what is left.
        """
        basket = self._changed(index, self._line(index).with_price(unit_price))
        return replace(basket, approvals=_without(basket.approvals, Right.PRICE_OVERRIDE))

    def with_discount(self, index: int, discount: Discount | None) -> Basket:
        """Take ``discount`` off line ``index`` (from 0), or none; needs ``Right.DISCOUNT``.

        Raises:
            NoSuchLineError: there is no such line.
            DiscountTooLargeError: more would be taken off than there is.
        """
        basket = self._changed(index, self._line(index).with_discount(discount))
        if discount is None:
            return basket
        return replace(basket, approvals=_without(basket.approvals, Right.DISCOUNT))

    def with_sale_discount(self, discount: Discount | None) -> Basket:
        """Take ``discount`` off the whole sale, or none; needs ``Right.DISCOUNT``.

        Raises:
            EmptyBasketError: there are no lines to take it off.
            DiscountTooLargeError: more would be taken off than there is.
        """
        if discount is None:
            return replace(self, discount=None)
        self._check_lines()
        discount.off(self.lines_fen)
        return replace(self, discount=discount, approvals=_without(self.approvals, Right.DISCOUNT))

    def with_tier(self, tier: str | None, catalogue: Catalogue) -> Basket:
        """Sell at the prices that ``tier`` has in ``catalogue``; None is everybody's prices.

        Raises:
            DiscountTooLargeError: an amount off exceeds what is left.
        """
        lines = tuple(line.with_tier(tier, catalogue) for line in self.lines)
        return replace(self._with(lines), tier=tier)

    def rounded(self, step_fen: int) -> Basket:
        """Round the total down to whole steps of ``step_fen`` (抹零); 0 takes the rounding away.

        The step stays while the basket changes. Needs ``Right.ROUNDING``.

        Raises:
            EmptyBasketError: there are no lines.
            NothingToRoundError: it takes nothing off, or all there is.
        """
        approvals = _without(self.approvals, Right.ROUNDING)
        basket = replace(self, round_to_fen=step_fen, approvals=approvals)
        if step_fen:
            self._check_lines()
            if step_fen < 0 or not basket.rounding_fen:
                due = replace(self, round_to_fen=0).total
                raise NothingToRoundError(from_fen(step_fen), due)
        return basket

    def approved(self, approval: Approved) -> Basket:
        """Note that a colleague lent this basket a right; the later word on a right counts."""
        others = [each for each in self.approvals if each.right is not approval.right]
        return replace(self, approvals=(*others, approval))

    def approval(self, right: Right) -> Approved | None:
        """Give the colleague's word for ``right``; None where nobody gave one."""
        return next((each for each in self.approvals if each.right is right), None)

    def _changed(self, index: int, line: Line) -> Basket:
        return self._with((*self.lines[:index], line, *self.lines[index + 1 :]))

    def _with(self, lines: tuple[Line, ...]) -> Basket:
        """Give the basket with other lines, checked against the discount on them all."""
        discount, step = self.discount, self.round_to_fen
        if discount is not None or step:
            if not lines:
                discount, step = None, 0
            elif discount is not None:
                discount.off(sum([line.amount_fen for line in lines]))
        words = self._still_lent(lines, discount) if self.approvals else ()
        return Basket(self.ref, lines, self.tier, discount, step, words, self.parked_ref)

    def _lent_for(self, line: Line) -> bool:
        """Whether each piece of ``line`` costs what a colleague approved; an amount never grows."""
        wanted = set()
        if line.list_unit_fen is not None:
            wanted.add(Right.PRICE_OVERRIDE)
        if line.discount_bp:
            wanted.add(Right.DISCOUNT)
        if wanted and below_cost(line):
            wanted.add(Right.BELOW_COST)
        return any(each.right in wanted for each in self.approvals)

    def _still_lent(
        self, lines: tuple[Line, ...], discount: Discount | None
    ) -> tuple[Approved, ...]:
        """Give the words that cover ``lines``, too: a right was lent for what was seen, no more."""
        gone: set[Right] = set()
        if _discounts(lines, discount) > _discounts(self.lines, self.discount):
            gone |= {Right.DISCOUNT, Right.BELOW_COST}
        if _overrides(lines) > _overrides(self.lines):
            gone |= {Right.PRICE_OVERRIDE, Right.BELOW_COST}
        return tuple(each for each in self.approvals if each.right not in gone)

    def _off(self, lines_fen: int) -> int:
        return 0 if self.discount is None else self.discount.off(lines_fen)

    def _line(self, index: int) -> Line:
        self._check(index)
        return self.lines[index]

    def _check(self, index: int) -> None:
        if not 0 <= index < len(self.lines):
            raise NoSuchLineError(index + 1)

    def _check_lines(self) -> None:
        if not self.lines:
            raise EmptyBasketError


def _cut(fen: int, step_fen: int) -> int:
    """Give what rounding ``fen`` down to whole steps takes off; never all of it."""
    return fen % step_fen if step_fen and fen >= step_fen else 0


def _discounts(lines: Sequence[Line], discount: Discount | None) -> int:
    """Give what discounts take off ``lines``, each its own and all of them together; in fen."""
    net = sum([line.amount_fen for line in lines])
    own = sum([line.gross_fen for line in lines]) - net
    return own + (discount.off(net) if discount is not None else 0)


def _overrides(lines: Sequence[Line]) -> int:
    """Give what other prices than the catalogue's take off ``lines``, in thousandths of a fen."""
    return sum(
        [
            (line.list_unit_fen - line.unit_fen) * line.qty_milli
            for line in lines
            if line.list_unit_fen is not None
        ]
    )


def _without(words: tuple[Approved, ...], right: Right) -> tuple[Approved, ...]:
    """Give ``words`` but the one for ``right``, and for selling below cost, which it led to."""
    if not words:
        return ()
    gone = {right} if right is Right.ROUNDING else {right, Right.BELOW_COST}
    return tuple(each for each in words if each.right not in gone)
