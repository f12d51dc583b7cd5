"""What the customer's screen is told of a breakfast: pure functions, and nothing personal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import Phrase
from kiosk.screens.customer_view import CustomerItem, CustomerKind, CustomerView

if TYPE_CHECKING:
    from config.catalogue import Catalogue
    from kiosk.sale.basket import Line
    from kiosk.sale.card_errors import CardRefusedError
    from kiosk.screens.meal import Meal

_ENJOY = Phrase("请慢用", "Enjoy your breakfast")
_PAID = Phrase("爱心基金已付", "The charity fund has paid")


def items(lines: tuple[Line, ...], catalogue: Catalogue) -> tuple[CustomerItem, ...]:
    """Name the lines in both languages; an item that the catalogue lost keeps its own name."""
    return tuple(_item(line, catalogue) for line in lines)


def _item(line: Line, catalogue: Catalogue) -> CustomerItem:
    product = catalogue.by_sku(line.sku)
    name = Phrase(product.name_zh, product.name_en) if product else Phrase(line.name, line.name)
    return CustomerItem(name, line.qty_milli, line.amount_fen)


def choosing(meal: Meal, catalogue: Catalogue, fund_fen: int | None) -> CustomerView:
    """Show a breakfast that is being chosen."""
    return CustomerView(
        CustomerKind.BREAKFAST,
        items(meal.basket.lines, catalogue),
        meal.total_fen,
        meal.serving.limit_fen,
        meal.rest_fen,
        meal.remaining_fen,
        fund_fen,
    )


def refused(refusal: CardRefusedError, fund_fen: int | None) -> CustomerView:
    """Show a refusal kindly: why and what to do, never when or where the card was used."""
    return CustomerView(
        CustomerKind.REFUSED, fund_fen=fund_fen, title=refusal.title, message=refusal.advice
    )


def thanks(meal: Meal, catalogue: Catalogue, fund_fen: int | None) -> CustomerView:
    """Show a breakfast that is in the books; ``due_fen`` below zero is the change."""
    return CustomerView(
        CustomerKind.THANKS,
        items(meal.basket.lines, catalogue),
        meal.total_fen,
        meal.serving.limit_fen,
        meal.rest_fen,
        meal.remaining_fen,
        fund_fen,
        _ENJOY,
        _PAID,
    )
