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
    from collections.abc import Callable, Iterable, Sequence

    from textual import events

TONES: Final = frozenset(
    {"text", "strong", "dim", "key", "name", "price", "good", "bad", "fund", "chosen", "head"}
    | {"tile", "tile-key", "tile-price", "tile-out", "ask", "ask-key"}
    | {"head-strong", "who", "who-due", "notice", "alarm"}
)
"""What a text may look like; the style sheet says how."""


class Span(NamedTuple):
    """A piece of a row; ``tone`` is one of ``TONES``, ``key`` what a touch on it presses."""

    text: str
    tone: str = "text"
    key: str = ""


def key_at(spans: Iterable[Span], x: int) -> str:
    """Return the key of the span under cell ``x`` of a row; empty where there is none."""
    end = 0
    for span in spans:
        end += cell_len(span.text)
        if x < end:
            return span.key
    return ""


class Drawn(Widget):
    """A widget whose rows are spans."""

    COMPONENT_CLASSES = set(TONES)

    def strip(self, spans: Iterable[Span], width: int, tone: str = "text") -> Strip:
        """Draw ``spans`` in exactly ``width`` cells; what is too long ends in ``…``."""
        segments: list[Segment] = []
        used = 0
        for text, own, _ in spans:
            shown, cells = text, cell_len(text)
            if used + cells > width or not text.isprintable():
                shown = crop(text, width - used)
                cells = cell_len(shown)
            if shown:
                segments.append(Segment(shown, self.get_component_rich_style(own)))
                used += cells
            if used >= width or (shown is not text and shown != plain(text)):
                break
        blank = Segment(" " * (width - used), self.get_component_rich_style(tone))
        return Strip([*segments, blank], width)


class Bar(Drawn):
    """One row: some spans flush left, some flush right; the right ones give way.

    Where ``press`` is given a touch presses the key of the span under it, and the left ones give
    way instead: the last of them first, each key with its label.
    """

    def __init__(self, *, id: str, press: Callable[[str], object] | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._left: tuple[Span, ...] = ()
        self._right: tuple[Span, ...] = ()
        self._press = press

    def show(self, left: Sequence[Span], right: Sequence[Span] = ()) -> None:
        """Draw this; nothing is drawn where nothing changed."""
        spans = tuple(left), tuple(right)
        if spans != (self._left, self._right):
            self._left, self._right = spans
            self.refresh()

    def _row(self) -> tuple[Span, ...]:
        """The spans as they stand, with the gap between left and right."""
        width = self.size.width
        right = cells(self._right)
        left = self._left
        if self._press is not None:
            left = _whole(left, width - right)
        gap = width - cells(left) - right
        if not self._right or gap < 0:
            return left
        return (*left, Span(" " * gap), *self._right)

    def render_line(self, y: int) -> Strip:
        """Draw the row."""
        return self.strip(() if y else self._row(), self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Press the key that was touched."""
        key = "" if event.y else key_at(self._row(), event.x)
        if key and self._press is not None:
            self._press(key)


def cells(spans: Iterable[Span]) -> int:
    """How many cells of a row ``spans`` take."""
    return sum(cell_len(span.text) for span in spans)


def _whole(spans: tuple[Span, ...], width: int) -> tuple[Span, ...]:
    """Return as many of ``spans`` as fit, no key without its label; the first key stays."""
    used, kept = 0, 0
    for place, span in enumerate(spans):
        used += cell_len(span.text)
        last = place + 1 == len(spans) or spans[place + 1].key != span.key
        if used > width and kept:
            return spans[:kept]
        if last:
            kept = place + 1
    return spans


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
