"""The message line: one sentence, on as many rows as it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kiosk.screens.cells import wrapped
from kiosk.screens.drawn import Drawn, Span

if TYPE_CHECKING:
    from textual.strip import Strip

    from config.language import Words

_MOST_ROWS: Final = 4


class Message(Drawn):
    """Says one thing at a time; it grows for a long sentence, and shrinks again."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self.text = ""
        self._tone = "text"
        self._rows: list[str] = [""]

    def show(self, text: str, tone: str = "text") -> None:
        """Say ``text``; nothing is drawn where it is said already."""
        if (text, tone) != (self.text, self._tone):
            self.text, self._tone = text, tone
            self._lay_out()

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
        return self.strip((Span(f" {row}", self._tone),), self.size.width)


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
