"""Choosing what of a sale to give back: one frozen value, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk.errors import TillError
from kiosk.screens.board import price
from kiosk.screens.cells import left, right
from kiosk.screens.drawn import Span
from receipts.layout import quantity

if TYPE_CHECKING:
    from config.catalogue import Product
    from config.language import Words
    from kiosk.sale.refunds import SoldLine, SoldLines

_QTY = 6
_AMOUNT = 9
_NARROW_AMOUNT = 7
_WIDE = 40
"""From this width on, what is left has a column of its own."""


class MoreThanLeftError(TillError):
    """More of a line is asked back than is left of it."""

    def __init__(self, line: SoldLine) -> None:
        self.line = line
        sold, rest = quantity(line.qty_milli), quantity(line.left_milli)
        super().__init__(
            f"这一行只卖了 {sold}，最多退 {rest}。",
            f"Of this line {sold} was sold: {rest} at most can be given back.",
        )


@dataclass(frozen=True, slots=True)
class GivingBack:
    """A sale's lines with the thousandths ``asked`` back of each; line ``marked`` (from 0)."""

    sold: SoldLines
    asked: tuple[int, ...]
    marked: int
    words: Words

    @classmethod
    def of(cls, sold: SoldLines, words: Words) -> GivingBack:
        """Begin with nothing asked for, at the first line of which something is left."""
        first = next((place for place, line in enumerate(sold.lines) if line.left_milli), 0)
        return cls(sold, (0,) * len(sold.lines), first, words)

    @property
    def lines(self) -> tuple[SoldLine, ...]:
        """The lines of the sale, and what is left of each."""
        return self.sold.lines

    @property
    def wanted(self) -> dict[int, int]:
        """Line number (from 1) to thousandths, for the till."""
        return {number: asked for number, asked in enumerate(self.asked, 1) if asked}

    @property
    def total_fen(self) -> int:
        """What the asked part gives back: what was paid for it, so less what was rounded off."""
        return self.sold.refund_fen(self.wanted)

    def moved(self, by: int) -> GivingBack:
        """Mark another line; it stops at the ends."""
        return replace(self, marked=min(max(self.marked + by, 0), len(self.lines) - 1))

    def changed(self, by_milli: int) -> GivingBack:
        """Ask for more or less of the marked line, from none to all that is left."""
        asked = self.asked[self.marked] + by_milli
        return self._set(min(max(asked, 0), self.lines[self.marked].left_milli))

    def set(self, qty_milli: int) -> GivingBack:
        """Ask for ``qty_milli`` of the marked line.

        Raises:
            MoreThanLeftError: more than is left of it.
        """
        line = self.lines[self.marked]
        if qty_milli > line.left_milli:
            raise MoreThanLeftError(line)
        return self._set(qty_milli)

    def all(self) -> GivingBack:
        """Ask for everything that is left."""
        return replace(self, asked=tuple(line.left_milli for line in self.lines))

    def _set(self, qty_milli: int) -> GivingBack:
        asked = (*self.asked[: self.marked], qty_milli, *self.asked[self.marked + 1 :])
        return replace(self, asked=asked)

    def row(self, y: int, width: int, height: int) -> tuple[Span, ...]:
        """Draw a heading, a row for each line, and the total in the last row."""
        _ = self.words
        if y == 0:
            heads = self._figures(_("Left"), _("Back"), _("Amount"), width)
            room = max(width - cell_len(heads), 0)
            return (Span(left("  " + _("Item"), room) + heads, "head"),)
        if y == height - 1:
            total = _column(price(self.total_fen), _AMOUNT)
            said = left("  " + _("To give back"), max(width - cell_len(total) - 1, 0))
            return (Span(said + total, "strong"),)
        top = max(0, self.marked - (height - 2) + 1)
        place = top + y - 1
        if place >= len(self.lines):
            return ()
        line, asked = self.lines[place], self.asked[place]
        chosen = place == self.marked
        rest, back = quantity(line.left_milli), quantity(asked)
        if width < _WIDE:
            back = f"{back}/{rest}"
        figures = self._figures(rest, back, price(line.refund_fen(asked)), width)
        named = " ".join((line.name, *line.options))
        name = left(f"{'›' if chosen else ' '} {named}", max(width - cell_len(figures), 0))
        tone = "chosen" if chosen else ("text" if asked else "dim")
        return (Span(name + figures, tone),)

    def _figures(self, rest: str, back: str, amount: str, width: int) -> str:
        """The columns of a row; where it is narrow ``back`` says both figures (``1/2``)."""
        if width >= _WIDE:
            return f"{_column(rest, _QTY)}{_column(back, _QTY)}{_column(amount, _AMOUNT)} "
        return f"{_column(back, _QTY)}{_column(amount, _NARROW_AMOUNT)} "

    def at(self, x: int, y: int, width: int, height: int) -> Product | None:  # noqa: ARG002
        """No product is picked here."""
        return None


def _column(text: str, width: int) -> str:
    """A figure flush right; one that is too long takes room from the name, and is never cut."""
    return right(text, max(width, cell_len(text) + 1))
