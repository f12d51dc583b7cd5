"""The list of what was sold, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.screens.board import price
from kiosk.screens.cells import left, right
from kiosk.screens.drawn import Rows, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from textual import events

    from config.language import Words
    from kiosk.till.history import Past

RETURN: Final = "return"
BREAKFASTS: Final = frozenset({"redemption", "hand_out"})


class PastView(Rows):
    """Draws the rows around the marked one."""

    def __init__(
        self,
        words: Words,
        zone: ZoneInfo,
        *,
        mark: Callable[[int], None],
        id: str,  # noqa: A002 - Textual's own word
    ) -> None:
        super().__init__(id=id)
        self._mark = mark
        self._ = words
        self._zone = zone
        self._past: tuple[Past, ...] = ()
        self._marked = 0
        self._top = 0
        self._searching = False

    def draw(self, past: Sequence[Past], marked: int, *, searching: bool = False) -> None:
        """Draw ``past`` with row ``marked`` (from 0) in sight; say why where it is empty."""
        self._past, self._marked, self._searching = tuple(past), marked, searching
        width, height = self.size
        room = max(height - 1, 1)
        self._top = max(0, min(self._top, len(past) - room, marked), marked - room + 1)
        shown = self._past[self._top : self._top + room]
        _ = self._
        if not past:
            none = _("Nothing found.") if searching else _("Nothing was sold yet.")
            self.show([self._head(), (Span("  " + none, "dim"),)])
            return
        rows = [self._row(each, self._top + i == marked, width) for i, each in enumerate(shown)]
        self.show([self._head(), *rows])

    def on_resize(self) -> None:
        """Draw again: other rows fit now."""
        self.draw(self._past, self._marked, searching=self._searching)

    def on_click(self, event: events.Click) -> None:
        """Mark the row that was touched."""
        index = self._top + event.y - 1
        if event.y and index < len(self._past):
            self._mark(index)

    def _head(self) -> tuple[Span, ...]:
        _ = self._
        text = right(_("No."), 7) + "  " + left(_("Time"), 11) + right(_("Amount"), 9)
        return (Span(text + "  " + _("State"), "head"),)

    def _row(self, past: Past, chosen: bool, width: int) -> tuple[Span, ...]:  # noqa: FBT001
        at = past.at.astimezone(self._zone)
        text = f"{past.number:>7}  {at:%m-%d %H:%M}{right(price(past.total_fen), 9)}  "
        state, tone = self._state(past)
        if chosen:
            return (Span(left(f"›{text[1:]}{state}", width), "chosen"),)
        return (Span(text, "text"), Span(state, tone))

    def _state(self, past: Past) -> tuple[str, str]:
        _ = self._
        if past.of is not None:
            return _("gave back no. {number}").format(number=past.of), "bad"
        if past.kind == RETURN:
            return _("return"), "bad"
        if past.closed_by is not None:
            return _("back: {number}").format(number=past.closed_by), "bad"
        if past.refunded_fen:
            return _("{amount} refunded").format(amount=price(past.refunded_fen)), "fund"
        return (f"✓ {_('Breakfast')}" if past.kind in BREAKFASTS else "✓"), "good"
