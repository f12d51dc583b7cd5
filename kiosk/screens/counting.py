"""A drawer counted note by note, and what the count came to: two faces of the shift screen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kiosk.sale.counting import MOST_PIECES, pieces_of
from kiosk.screens.board import Press, price
from kiosk.screens.cells import left, right
from kiosk.screens.drawn import Span, key_at
from kiosk.screens.figures import large
from kiosk.shift_errors import PiecesError

if TYPE_CHECKING:
    from config.language import Words
    from kiosk.screens.board import Touch
    from kiosk.till.shift_state import Count

LARGE_COUNT_FEN: Final = 20_000_00
"""No kiosk's drawer holds so much: a count above it is likelier 9999 typed for 9."""

_NOTE: Final = 9
_PIECES: Final = 8
_AMOUNT: Final = 12
_LONGEST: Final = 12


@dataclass(frozen=True, slots=True)
class CountTable:
    """Pieces of each denomination as they were typed, ``marked`` the row that is typed into.

    The row after the last denomination is the total's: Enter there ends the count.
    """

    title: str
    denominations: tuple[int, ...]
    typed: tuple[str, ...]
    marked: int
    words: Words
    doubted: bool = False
    """Whether it was asked if these figures are right."""
    wrong: str = ""
    """What was typed into the marked row and is no number: the row holds nothing meanwhile."""
    came: tuple[str, CountTable] | None = field(default=None, compare=False, repr=False)
    """The figure that was typed last and the table before it; None where it was another key."""

    @classmethod
    def of(cls, title: str, denominations: tuple[int, ...], words: Words) -> CountTable:
        """Begin with an empty table, at its first row."""
        return cls(title, denominations, ("",) * len(denominations), 0, words)

    @property
    def counts(self) -> dict[int, int]:
        """Pieces by denomination in fen, for the till."""
        pairs = zip(self.denominations, self.typed, strict=True)
        return {fen: pieces_of(text) for fen, text in pairs}

    @property
    def total_fen(self) -> int:
        """What has been counted so far."""
        return sum(fen * pieces for fen, pieces in self.counts.items())

    @property
    def ended(self) -> bool:
        """Whether the mark stands on the total."""
        return self.marked == len(self.denominations)

    @property
    def doubtful(self) -> str:
        """The question whether such a total is right; empty where it needs none, or was asked."""
        if self.doubted or self.total_fen <= LARGE_COUNT_FEN:
            return ""
        _ = self.words
        said = _("{amount} yuan counted? Enter once more takes it; ↑ goes back to the pieces.")
        return said.format(amount=price(self.total_fen))

    @property
    def refusal(self) -> PiecesError | None:
        """Why what was typed into the marked row will not do, until that is taken back."""
        if not self.wrong:
            return None
        return PiecesError(self.wrong, MOST_PIECES, fen=self.denominations[self.marked])

    @property
    def objection(self) -> str:
        """Why the count cannot end like this, or what is asked first; empty where nothing is."""
        if not any(self.typed):
            _ = self.words
            return _("Nothing was counted: type the pieces; for an empty drawer type 0.")
        return self.doubtful

    def stepped(self, key: str) -> CountTable:
        """Give the table after a key that is no figure."""
        match key:
            case "enter" if self.ended:
                return replace(self, doubted=bool(self.doubtful))
            case "enter" | "down":
                return self.moved(1)
            case "up":
                return self.moved(-1)
            case "backspace":
                return self.erased()
            case "delete":
                return self.emptied()
            case _:
                return self

    def moved(self, by: int) -> CountTable:
        """Mark another row; it stops at the ends, and at a row whose figures were refused."""
        if self.wrong:
            return replace(self, wrong="")
        marked = min(max(self.marked + by, 0), len(self.denominations))
        return replace(self, marked=marked, came=None)

    def struck(self, character: str) -> CountTable:
        """Put one more figure to the marked row; on the total nothing is typed.

        With anything else, or too many, the row is empty: ``1.5`` must not become 15, nor 5. The
        figures that follow are no number either, until ``wrong`` is taken back.
        """
        if self.ended:
            return replace(self, came=(character, self))
        text = (self.wrong or self.typed[self.marked]) + character
        try:
            pieces_of(text)
        except PiecesError:
            return replace(self._with(""), wrong=text[:_LONGEST], came=(character, self))
        return replace(self._with(text), came=(character, self))

    def without(self, typed: str) -> CountTable:
        """Give the table before ``typed``, the figures of a reader, were put into it."""
        table = self
        for character in reversed(typed):
            if table.came is None or table.came[0] != character:
                return self
            table = table.came[1]
        return table

    def erased(self) -> CountTable:
        """Take the last figure of the marked row back, or all that was refused."""
        return self if self.ended else self._with(self.typed[self.marked][:-1])

    def emptied(self) -> CountTable:
        """Take all figures of the marked row back."""
        return self if self.ended else self._with("")

    def _with(self, text: str) -> CountTable:
        typed = (*self.typed[: self.marked], text, *self.typed[self.marked + 1 :])
        return replace(self, typed=typed, doubted=False, wrong="", came=None)

    def row(self, y: int, width: int, height: int) -> tuple[Span, ...]:
        """Draw the heading, a row for each denomination, and the running total in the last."""
        _ = self.words
        if y == 0:
            return (Span(f" {self.title}", "head"),)
        if y == 1:
            room = max(width - _PIECES - _AMOUNT - 2, 0)
            heads = right(_("Pieces"), _PIECES) + right(_("Amount"), _AMOUNT)
            return (Span(left("   " + _("Note or coin"), room) + heads, "dim"),)
        shown = min(len(self.denominations), max(height - 3, 1))
        if y == shown + 2:
            return self._total(width)
        top = max(0, min(self.marked, len(self.denominations) - 1) - shown + 1)
        place = top + y - 2
        if y > shown + 2 or place >= len(self.denominations):
            return ()
        return self._denomination(place, width)

    def _denomination(self, place: int, width: int) -> tuple[Span, ...]:
        fen, text = self.denominations[place], self.typed[place]
        marked = place == self.marked
        note = right(price(fen).removesuffix(".00"), _NOTE)
        pieces = right(f"{text}▏" if marked else text or "·", _PIECES)
        amount = right(price(fen * pieces_of(text)) if text else "", _AMOUNT)
        room = max(width - _NOTE - _PIECES - _AMOUNT - 3, 0)
        row = left(f"{'›' if marked else ' '}{note} ×", room + _NOTE + 1) + pieces + amount
        tone = "chosen" if marked else ("text" if text else "dim")
        return (Span(left(row, width), tone),)

    def _total(self, width: int) -> tuple[Span, ...]:
        _ = self.words
        said = _("Total: Enter ends the count") if self.ended else _("Total")
        amount = right(price(self.total_fen), _AMOUNT)
        row = left(f"{'›' if self.ended else ' '} {said}", max(width - _AMOUNT - 2, 0)) + amount
        return (Span(left(row, width), "chosen" if self.ended else "strong"),)

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:  # noqa: ARG002
        """No product stands in a drawer."""
        return None


@dataclass(frozen=True, slots=True)
class Difference:
    """What was counted against what the books say, the difference as large as the place allows."""

    title: str
    count: Count
    limit_fen: int
    words: Words
    below: tuple[tuple[Span, ...], ...] = ()
    """What is asked about it."""

    @property
    def tone(self) -> str:
        """Green up to the limit that needs no reason, red above it."""
        return "good" if abs(self.count.over_short_fen) <= self.limit_fen else "bad"

    def row(self, y: int, width: int, height: int) -> tuple[Span, ...]:  # noqa: ARG002
        """Draw both amounts, and the figures of their difference."""
        _, count = self.words, self.count
        if y == 0:
            return (Span(f" {self.title}", "head"),)
        if y in {2, 3}:
            fen, said = (
                (count.counted_fen, _("Counted"))
                if y == 2  # noqa: PLR2004 - the second row
                else (count.expected_fen, _("The books say"))
            )
            return (Span(left(f" {said}", 20) + right(price(fen), _AMOUNT), "text"),)
        over = count.over_short_fen
        if y == 5:  # noqa: PLR2004 - below both
            said = _("Over") if over > 0 else _("Short") if over < 0 else _("It fits to the fen")
            return (Span(f" {said}", self.tone),)
        rows = 5 if height > 24 else 3  # noqa: PLR2004 - rows of cells
        place = y - 7
        if 0 <= place < rows:
            drawn = large(price(abs(over)), rows)
            return (Span(f" {drawn[place]}", self.tone),)
        place -= rows + 1
        return self.below[place] if 0 <= place < len(self.below) else ()

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:
        """Give the figure of a touched choice below."""
        key = key_at(self.row(y, width, height), x)
        return Press(key) if key else None
