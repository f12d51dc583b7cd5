"""The ticket on screen: its lines, and what was paid towards it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.screens.cells import left, right
from kiosk.screens.drawn import Rows, Span
from receipts.layout import quantity, yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual import events

    from config.language import Words
    from kiosk.sale.basket import Line
    from kiosk.sale.tenders import Offer
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
        mark: Callable[[int], None],
        id: str,  # noqa: A002 - Textual's own word
    ) -> None:
        super().__init__(id=id)
        self._ = words
        self._line_name = line_name
        self._tender_name = tender_name
        self._mark = mark
        self._ticket: Ticket | None = None
        self._marked = 0
        self._top = 0

    def draw(self, ticket: Ticket, marked: int) -> None:
        """Draw ``ticket`` with line ``marked`` (from 0) marked, and in sight."""
        self._ticket, self._marked = ticket, marked
        width, height = self.size
        if not height:
            return
        paid = list(self._paid(ticket, width))[-max(height - 2, 0) :] if ticket.offers else []
        room = max(height - 1 - len(paid), 1)
        lines = ticket.basket.lines
        self._top = max(0, min(self._top, len(lines) - room, marked), marked - room + 1)
        shown = lines[self._top : self._top + room]
        rows = [self._line(self._top + i, line, width) for i, line in enumerate(shown)]
        blank: list[tuple[Span, ...]] = [()] * (room - len(rows))
        self.show([self._head(len(lines), room, width), *rows, *blank, *paid])

    def on_resize(self) -> None:
        """Draw again: other rows fit now."""
        if self._ticket is not None:
            self.draw(self._ticket, self._marked)

    def on_click(self, event: events.Click) -> None:
        """Mark the line that was touched."""
        index = self._top + event.y - 1
        if self._ticket and event.y and index < len(self._ticket.basket.lines):
            self._mark(index)

    def _head(self, count: int, room: int, width: int) -> tuple[Span, ...]:
        _ = self._
        item = _("Item")
        if count > room:
            shown = f"{self._top + 1}-{min(self._top + room, count)}/{count}"
            item = f"{item} {shown}"
        name = left(f"  {item}", width - _QTY - _AMOUNT - 1)
        figures = right(_("Qty"), _QTY) + right(_("Amount"), _AMOUNT)
        return (Span(f"{name}{figures} ", "head"),)

    def _line(self, index: int, line: Line, width: int) -> tuple[Span, ...]:
        chosen = index == self._marked
        amount = yuan(line.amount)
        qty = quantity(line.qty_milli)
        figures = (
            f"{right(qty, max(_QTY, len(qty) + 1))}{right(amount, max(_AMOUNT, len(amount) + 1))} "
        )
        room = width - len(figures)
        name = left(f"{'›' if chosen else ' '} {self._line_name(line)}", room)
        if chosen:
            return (Span(name + figures, "chosen"),)
        return (Span(name, "name"), Span(figures, "price"))

    def _paid(self, ticket: Ticket, width: int) -> Iterator[tuple[Span, ...]]:
        for offer in ticket.offers:
            yield self._offer(offer, width)

    def _offer(self, offer: Offer, width: int) -> tuple[Span, ...]:
        paid = self._("Paid: {tender}").format(tender=self._tender_name(offer.tender))
        amount = f"-{yuan(offer.amount)} "
        return (Span(left(f"  {paid}", width - len(amount)) + amount, "good"),)
