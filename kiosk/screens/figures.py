"""An amount in figures that are read from a metre away."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from kiosk.screens.cells import left, right
from kiosk.screens.drawn import Drawn, Span

if TYPE_CHECKING:
    from textual.strip import Strip

# Five rows of dots for each figure; two rows share one row of cells (▀ upper, ▄ lower, █ both).
_DOTS: Final = {
    "0": ("###", "#.#", "#.#", "#.#", "###"),
    "1": (".#.", "##.", ".#.", ".#.", "###"),
    "2": ("###", "..#", "###", "#..", "###"),
    "3": ("###", "..#", "###", "..#", "###"),
    "4": ("#.#", "#.#", "###", "..#", "..#"),
    "5": ("###", "#..", "###", "..#", "###"),
    "6": ("###", "#..", "###", "#.#", "###"),
    "7": ("###", "..#", "..#", "..#", "..#"),
    "8": ("###", "#.#", "###", "#.#", "###"),
    "9": ("###", "#.#", "###", "..#", "###"),
    "-": ("...", "...", "###", "...", "..."),
    ".": (".", ".", ".", ".", "#"),
    ":": (".", "#", ".", "#", "."),
}
_HALVES: Final = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}
_LOW: Final = 3
_HIGH: Final = 5


@lru_cache(maxsize=256)
def large(text: str, rows: int) -> tuple[str, ...]:
    """Draw figures ``0-9 . : -`` in three rows of cells, or in five twice as wide."""
    dots = [_DOTS[each] for each in text]
    if rows >= _HIGH:
        wide = {".": "  ", "#": "██"}
        rows_of_dots = (("".join(wide[dot] for dot in d[y]) for d in dots) for y in range(_HIGH))
        return tuple("  ".join(row) for row in rows_of_dots)
    return tuple(" ".join(_half_row(d, y) for d in dots) for y in range(_LOW))


def _half_row(dots: tuple[str, ...], y: int) -> str:
    """Rows ``2 * y`` and the next of a figure's dots, as one row of cells."""
    upper = dots[2 * y]
    lower = dots[2 * y + 1] if 2 * y + 1 < len(dots) else "." * len(upper)
    return "".join(_HALVES[a + b] for a, b in zip(upper, lower, strict=True))


class Figures(Drawn):
    """A label and an amount as large as the place allows: the one thing that both people read."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self._label, self._amount, self._tone, self._note = "", "", "strong", ""

    def show(self, label: str, amount: str, tone: str = "strong", note: str = "") -> None:
        """Draw ``amount`` (``12.50``) beside its ``label``; a small ``note`` stands below it."""
        new = label, amount, tone, note
        if new != (self._label, self._amount, self._tone, self._note):
            self._label, self._amount, self._tone, self._note = new
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw row ``y``: the label in the first, the note in the last, the figures beside them."""
        width = self.size.width
        beside = self._beside(y)
        words = {0: Span(self._label, self._tone), 2: Span(self._note, "dim")}.get(y, Span(""))
        room = max(width - cell_len(beside) - 1, 0)
        label = Span(left(f" {words.text}", room), words.tone)
        return self.strip((label, Span(right(beside, width - room - 1), self._tone)), width)

    def _beside(self, y: int) -> str:
        needed = max(cell_len(self._label), cell_len(self._note)) + 2
        for rows in (_HIGH, _LOW):
            drawn = large(self._amount, rows)
            if rows <= self.size.height and cell_len(drawn[0]) + needed < self.size.width:
                return drawn[y] if y < rows else ""
        return self._amount if y == 0 else ""
