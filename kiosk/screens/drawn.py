"""Widgets that draw their own rows, in one small set of styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from kiosk.screens.cells import crop, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TONES: Final = frozenset(
    {"text", "strong", "dim", "key", "name", "price", "good", "bad", "fund", "chosen", "head"}
    | {"tile", "tile-key", "tile-price"}
)
"""What a text may look like; the style sheet says how."""


class Span(NamedTuple):
    """A piece of a row; ``tone`` is one of ``TONES``."""

    text: str
    tone: str = "text"


class Drawn(Widget):
    """A widget whose rows are spans."""

    COMPONENT_CLASSES = set(TONES)

    def strip(self, spans: Iterable[Span], width: int, tone: str = "text") -> Strip:
        """Draw ``spans`` in exactly ``width`` cells; what is too long ends in ``…``."""
        segments: list[Segment] = []
        used = 0
        for text, own in spans:
            shown = crop(text, width - used)
            if shown:
                segments.append(Segment(shown, self.get_component_rich_style(own)))
                used += cell_len(shown)
            if used >= width or shown != plain(text):
                break
        blank = Segment(" " * (width - used), self.get_component_rich_style(tone))
        return Strip([*segments, blank], width)


class Bar(Drawn):
    """One row: some spans flush left, some flush right; the right ones give way."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self._left: tuple[Span, ...] = ()
        self._right: tuple[Span, ...] = ()

    def show(self, left: Sequence[Span], right: Sequence[Span] = ()) -> None:
        """Draw this; nothing is drawn where nothing changed."""
        spans = tuple(left), tuple(right)
        if spans != (self._left, self._right):
            self._left, self._right = spans
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the row."""
        width = self.size.width
        if y:
            return self.strip((), width)
        left = sum(cell_len(span.text) for span in self._left)
        right = sum(cell_len(span.text) for span in self._right)
        if not self._right or left + right >= width:
            return self.strip(self._left, width)
        gap = Span(" " * (width - left - right))
        return self.strip((*self._left, gap, *self._right), width)


class Rows(Drawn):
    """Rows under one another, of which only those that changed are drawn again."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self._rows: tuple[tuple[Span, ...], ...] = ()

    def show(self, rows: Sequence[Sequence[Span]]) -> None:
        """Draw ``rows`` from the top; what does not fit is left out, so offer what does."""
        new = tuple(map(tuple, rows))
        old, self._rows = self._rows, new
        changed = [
            Region(0, y, self.size.width, 1)
            for y in range(max(len(old), len(new)))
            if old[y : y + 1] != new[y : y + 1]
        ]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """Draw row ``y``."""
        row = self._rows[y] if y < len(self._rows) else ()
        return self.strip(row, self.size.width, row[-1].tone if row else "text")
