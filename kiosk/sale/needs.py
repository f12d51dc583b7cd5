"""What of a basket takes a right of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from config.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.sale.basket import Basket
    from kiosk.sale.lines import Line

_NONE: Final[frozenset[Right]] = frozenset()


def rights_needed(basket: Basket) -> frozenset[Right]:
    """Give the rights that selling ``basket`` takes, beside selling itself.

    A price below cost takes one only where somebody made it so, by an override or a discount: the
    catalogue's own prices, tiers included, are the operator's decision.
    """
    return frozenset(_rights(basket)) if basket.special else _NONE


def below_cost(line: Line) -> bool:
    """Whether an override or a discount brings ``line`` (of ``Basket.priced``) under its cost."""
    if line.cost_fen is None or (line.list_unit_fen is None and line.amount_fen == line.gross_fen):
        return False
    return line.amount_fen * 1000 < line.cost_fen * line.qty_milli


def _rights(basket: Basket) -> Iterator[Right]:
    if basket.rounding_fen:
        yield Right.ROUNDING
    for line in basket.priced:
        if line.list_unit_fen is not None:
            yield Right.PRICE_OVERRIDE
        if line.amount_fen != line.gross_fen:
            yield Right.DISCOUNT
        if below_cost(line):
            yield Right.BELOW_COST
