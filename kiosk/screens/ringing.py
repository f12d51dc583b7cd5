"""Items onto the ticket: rung at once with what they come with, their options asked beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import TillError
from kiosk.sale.basket import ONE_MILLI, Line
from kiosk.screens.asking import typed_price
from kiosk.screens.board import Over
from kiosk.screens.entry import amount_fen, is_amount, normal, read
from kiosk.screens.options import Options, beforehand
from kiosk.screens.paying import Paying
from kiosk.screens.questions import Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.catalogue import Product


class SoldOutError(TillError):
    """An item of which nothing is left, or less than is asked for."""

    def __init__(self, product: Product, left: int) -> None:
        self.left = left
        if left > 0:
            super().__init__(
                f"{product.name_zh}只剩 {left} 份：请少选，或先改剩余份数。",
                f"Only {left} of {product.name_en} left: ring fewer, or set what is left.",
            )
        else:
            super().__init__(
                f"{product.name_zh}已售完：请选别的，或先改剩余份数。",
                f"{product.name_en} is sold out: choose another, or set what is left.",
            )


def used(line: Line, sku: str) -> int:
    """Return how many thousandths of ``sku`` a line takes, as itself or as part of a combo."""
    pieces = (line.sku == sku) + sum([n for part, n in line.combo if part == sku])
    return pieces * line.qty_milli


def check_left(
    product: Product, qty_milli: int, left: Mapping[str, int], lines: Sequence[Line]
) -> None:
    """Hold an item to what is ``left`` of it, or of what it is made of, beside ``lines``.

    Raises:
        SoldOutError: less of it is left.
    """
    for sku, pieces in ((product.sku, 1), *product.combo):
        if sku not in left:
            continue
        rest = left[sku] * ONE_MILLI - sum([used(each, sku) for each in lines])
        if pieces * qty_milli > rest:
            raise SoldOutError(product, rest // (pieces * ONE_MILLI))


class Ringing(Paying):
    """What is done with items on the sell screen."""

    def pick(self, product: Product) -> None:
        """Ring a product, as often as the quantity before it says, or at the typed price."""
        self.unask()
        typed = self.entry.value
        with self._refusing():
            self.entry.value = ""
            if product.open_price and is_amount(typed):
                self.ring(product, None, amount_fen(typed))
                return
            self.ring(product, read(typed).qty_milli if "*" in normal(typed) else None)

    def ring(self, product: Product, qty_milli: int | None, price_fen: int | None = None) -> None:
        """Add ``product`` to the ticket; one without a price of its own is asked for it.

        Raises:
            SoldOutError: less of it is left.
            QuantityError: a quantity of zero, or 10,000 and more.
            BasketFullError: the basket has as many lines as a sale may have.
        """
        qty = ONE_MILLI if qty_milli is None else qty_milli
        if product.open_price and price_fen is None:
            self._ask_price(product, qty)
            return
        if self.tiles.left:
            check_left(product, qty, self.tiles.left, self.ticket.basket.lines)
        groups = self.catalogue.options_of(product) if product.options else ()
        line = Line.of(
            product,
            qty,
            tier=self.ticket.basket.tier,
            picked=beforehand(groups),
            price_fen=price_fen,
        )
        before = len(self.ticket.basket.lines)
        self.ticket = self.ticket.add(line, self.clock())
        if len(self.ticket.basket.lines) == before:
            self.marked = before - 1
        if groups:
            self.open_options()

    def _ask_price(self, product: Product, qty_milli: int) -> None:
        _ = self._

        def priced(text: str) -> None:
            with self._refusing():
                self.ring(product, qty_milli, amount_fen(text))
                self.say("")

        title = _("{item}: type its price, Enter").format(item=product.name(self.lang))
        self.ask(title, Question(_("price, Enter"), typed_price), priced)

    # Options

    def open_options(self) -> None:
        """Show the options of the marked line under the tiles; the next key just goes on."""
        _, lines = self._, self.ticket.basket.lines
        line = lines[self.marked] if self.marked < len(lines) else None
        product = self.catalogue.by_sku(line.sku) if line is not None else None
        if line is None or product is None or not product.options:
            self.say(_("This item has no options."))
            return
        panel = Options(
            product.name(self.lang),
            _("a-z pick"),
            self.catalogue.options_of(product),
            line.options,
            self.lang,
        )
        self.board.show(Over(self.tiles, panel, len(panel.laid(self.board.size.width))))

    @property
    def options_shown(self) -> bool:
        """Whether the options of the marked line are on the board."""
        face = self.board.face
        return isinstance(face, Over) and isinstance(face.panel, Options)

    def option(self, letter: str) -> bool:
        """Choose the option that bears ``letter``; say whether one is open that does."""
        face = self.board.face
        panel = face.panel if isinstance(face, Over) else None
        picked = panel.with_choice(letter) if isinstance(panel, Options) else None
        if picked is None:
            return False
        with self._refusing():
            basket = self.ticket.basket.with_options(self.marked, picked)
            self.ticket = self.ticket.changed(basket)
            self.open_options()
        return True
