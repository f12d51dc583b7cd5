"""The message line: one sentence, on as many rows as it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from kiosk.screens.cells import wrapped
from kiosk.screens.drawn import Drawn, Span, cells

if TYPE_CHECKING:
    from textual.strip import Strip

    from config.language import Words

_MOST_ROWS: Final = 4
_GAP: Final = 2
"""Cells between the sentence and what stands beside it."""


class Message(Drawn):
    """Says one thing at a time; it grows for a long sentence, and shrinks again.

    What is worth knowing all the while stands ``beside`` it, where the sentence leaves room.
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self.text = ""
        self._tone = "text"
        self._rows: list[str] = [""]
        self._beside: tuple[tuple[Span, ...], ...] = ()

    def show(self, text: str, tone: str = "text") -> None:
        """Say ``text``; nothing is drawn where it is said already."""
        if (text, tone) != (self.text, self._tone):
            self.text, self._tone = text, tone
            self._lay_out()

    def beside(self, ways: tuple[tuple[Span, ...], ...]) -> None:
        """Put the first of ``ways`` that there is room for flush right; none where none fits."""
        if ways != self._beside:
            self._beside = ways
            self.refresh()

    def on_resize(self) -> None:
        """Break the sentence anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        rows = wrapped(self.text, max(self.size.width - 2, 1), _MOST_ROWS) or [""]
        if len(rows) != len(self._rows):
            self.styles.height = len(rows)
        self._rows = rows
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw row ``y`` of the sentence."""
        row = self._rows[y] if y < len(self._rows) else ""
        said = Span(f" {row}", self._tone)
        room = self.size.width - cell_len(said.text) - _GAP
        ways = self._beside if len(self._rows) == 1 else ()
        for way in ways:
            if (used := cells(way)) <= room:
                gap = Span(" " * (room + _GAP - used))
                return self.strip((said, gap, *way), self.size.width)
        return self.strip((said,), self.size.width)


class Least(NamedTuple):
    """The smallest window that the sell screen is drawn in, in cells."""

    width: int
    height: int


LEAST: Final = Least(60, 16)


class TooSmall(Drawn):
    """Stands in for the tiles and the basket where the window has no room for them."""

    def __init__(self, words: Words, *, id: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self._ = words

    def render_line(self, y: int) -> Strip:
        """Draw row ``y`` of the sentence, which says the size that is and the one it takes."""
        _, width = self._, self.size.width
        now = self.app.size
        said = _("The window is too small: {width}×{height}. It takes {least}.").format(
            width=now.width, height=now.height, least=f"{LEAST.width}×{LEAST.height}"
        )
        rows = wrapped(said, max(width - 2, 1), _MOST_ROWS)
        rows += wrapped(_("Nothing is lost: make it larger."), max(width - 2, 1), _MOST_ROWS)
        text = rows[y] if y < len(rows) else ""
        return self.strip((Span(f" {text}", "bad"),), width)
