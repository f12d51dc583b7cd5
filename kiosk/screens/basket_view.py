"""The ticket on screen: its lines, and what was paid towards it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.screens.cells import left, right
from kiosk.screens.drawn import Rows, Span
from ledger.money import from_fen
from receipts.layout import quantity, yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual import events

    from config.language import Words
    from kiosk.sale.basket import Line
    from kiosk.sale.tenders import Offer
    from kiosk.screens.board import Row
    from kiosk.screens.ticket import Ticket

_QTY = 6
_AMOUNT = 9


class BasketView(Rows):
    """Draws one ticket: a heading, as many lines as fit around the marked one, the payments."""

    def __init__(
        self,
        words: Words,
        *,
        line_name: Callable[[Line], str],
        tender_name: Callable[[str], str],
        option_names: Callable[[Line], list[str]],
        tier_name: Callable[[str], str],
        mark: Callable[[int], None],
        id: str,  # noqa: A002 - Textual's own word
    ) -> None:
        super().__init__(id=id)
        self._ = words
        self._line_name = line_name
        self._tender_name = tender_name
        self._option_names = option_names
        self._tier_name = tier_name
        self._mark = mark
        self._ticket: Ticket | None = None
        self._marked = 0
        self._top = 0
        self._places: list[int] = []
        """The line of each row that is shown."""

    def draw(self, ticket: Ticket, marked: int) -> None:
        """Draw ``ticket`` with line ``marked`` (from 0) marked, and in sight."""
        self._ticket, self._marked = ticket, marked
        width, height = self.size
        if not height:
            return
        tail = list(self._tail(ticket, width))[-max(height - 2, 0) :]
        room = max(height - 1 - len(tail), 1)
        lines = ticket.basket.lines
        self._top = self._first(lines, marked, room)
        rows: list[Row] = []
        self._places = []
        index = self._top
        while index < len(lines) and len(rows) < room:
            own = self._line(index, lines[index], width)
            rows += own
            self._places += [index] * len(own)
            index += 1
        del rows[room:]
        blank: list[Row] = [()] * (room - len(rows))
        shown = (self._top, index)
        self.show([self._head(ticket, shown, width), *rows, *blank, *tail])

    def _first(self, lines: Sequence[Line], marked: int, room: int) -> int:
        """The first line to show: as before, unless rows would stay empty or the mark go hidden."""
        top = min(self._top, _reaching(lines, len(lines) - 1, room), marked)
        return max(top, _reaching(lines, marked, room), 0)

    def on_resize(self) -> None:
        """Draw again: other rows fit now."""
        if self._ticket is not None:
            self.draw(self._ticket, self._marked)

    def on_click(self, event: events.Click) -> None:
        """Mark the line that was touched."""
        if 0 < event.y <= len(self._places):
            self._mark(self._places[event.y - 1])

    def _head(self, ticket: Ticket, shown: tuple[int, int], width: int) -> Row:
        _, count = self._, len(ticket.basket.lines)
        item = _("Item")
        first, last = shown
        if last - first < count:
            item = f"{item} {first + 1}-{last}/{count}"
        name = left(f"  {item}", width - _QTY - _AMOUNT - 1)
        figures = right(_("Qty"), _QTY) + right(_("Amount"), _AMOUNT)
        return (Span(f"{name}{figures} ", "head"),)

    def _line(self, index: int, line: Line, width: int) -> list[Row]:
        """The line's row, and one each for its options, its list price and its discount."""
        chosen = index == self._marked
        amount = yuan(from_fen(line.gross_fen)) if line.special else yuan(line.amount)
        qty = quantity(line.qty_milli)
        figures = (
            f"{right(qty, max(_QTY, len(qty) + 1))}{right(amount, max(_AMOUNT, len(amount) + 1))} "
        )
        room = width - len(figures)
        name = left(f"{'›' if chosen else ' '} {self._line_name(line)}", room)
        rows: list[Row] = [
            (Span(name + figures, "chosen"),)
            if chosen
            else (Span(name, "name"), Span(figures, "price"))
        ]
        if line.special:
            rows += self._details(line, width)
        return rows

    def _details(self, line: Line, width: int) -> Iterator[Row]:
        _ = self._
        if line.options:
            yield (Span(f"    {' '.join(self._option_names(line))}", "fund"),)
        if line.list_unit_fen is not None:
            said = _("list price {amount}").format(amount=yuan(from_fen(line.list_unit_fen)))
            yield (Span(f"    {said}", "fund"),)
        if _own_off(line):
            off = f"{line.discount_bp / 100:g}% " if line.discount_bp else ""
            said = _("discount {off}{reason}").format(off=off, reason=line.discount_reason)
            yield _less(f"    {said}", line.discount_fen, width)

    def _tail(self, ticket: Ticket, width: int) -> Iterator[Row]:
        """Whose prices these are, what is taken off the whole sale, and what was paid."""
        _, basket = self._, ticket.basket
        if basket.tier:
            said = _("Prices: {tier}").format(tier=self._tier_name(basket.tier))
            yield (Span(left(f"  {said}", width), "fund"),)
        if basket.discount is not None:
            bp = basket.discount.percent_bp
            off = f"{bp / 100:g}% " if bp else ""
            said = _("Off the sale {off}{reason}").format(off=off, reason=basket.discount.reason)
            yield _less(f"  {said}", basket.discount_fen, width)
        if basket.round_to_fen and (fen := basket.rounding_fen):
            yield _less("  " + _("Rounded off"), fen, width)
        yield from self._paid(ticket, width)

    def _paid(self, ticket: Ticket, width: int) -> Iterator[Row]:
        for offer in ticket.offers:
            yield self._offer(offer, width)

    def _offer(self, offer: Offer, width: int) -> Row:
        paid = self._("Paid: {tender}").format(tender=self._tender_name(offer.tender))
        amount = f"-{yuan(offer.amount)} "
        return (Span(left(f"  {paid}", width - len(amount)) + amount, "good"),)


def _own_off(line: Line) -> bool:
    return bool(line.discount_fen or line.discount_bp)


def _reaching(lines: Sequence[Line], last: int, room: int) -> int:
    """The first line from which ``last`` is still whole in sight, in ``room`` rows."""
    first = last = min(last, len(lines) - 1)
    used = _height(lines[last]) if lines else 0
    while first > 0 and used + _height(lines[first - 1]) <= room:
        first -= 1
        used += _height(lines[first])
    return first


def _height(line: Line) -> int:
    """The rows that ``line`` takes."""
    if not line.special:
        return 1
    return 1 + bool(line.options) + (line.list_unit_fen is not None) + _own_off(line)


def _less(text: str, fen: int, width: int) -> Row:
    """A row that takes ``fen`` off."""
    amount = f"-{yuan(from_fen(fen))} "
    return (Span(left(text, width - len(amount)) + amount, "fund"),)
