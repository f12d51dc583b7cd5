"""What the shift screen shows: the menu, the list of past Z reports, and a report itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from config.language import words as words_of
from kiosk.screens.board import Press, paper_sheet, price
from kiosk.screens.cells import left, right
from kiosk.screens.drawn import Span, key_at
from receipts.paper import NARROWEST
from receipts.shift_layout import lay_out_shift

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from config.language import Words
    from config.settings import Settings
    from kiosk.sale.shift_figures import ShiftReport
    from kiosk.screens.board import Sheet, Touch
    from kiosk.till.shift_reading import PastShift

_ALWAYS = frozenset("58")
_CLOSED = frozenset("1")


class Begin(Enum):
    """What the screen was opened for."""

    MENU = auto()
    NO_SALE = auto()
    OPEN = auto()
    """Money was to be taken, and no shift is open."""


@dataclass(frozen=True, slots=True)
class Menu:
    """Eight choices, each with its figure for ever; those that make no sense just now are dim."""

    open: bool
    counted: bool
    words: Words

    def _named(self) -> tuple[str, ...]:
        _ = self.words
        close = _("Close the shift (counted: go on)") if self.counted else _("Close the shift")
        return (
            _("Open the shift"),
            _("Paid in"),
            _("Paid out"),
            _("Drop to the safe"),
            _("Open the drawer"),
            _("X report"),
            close,
            _("Z reports"),
        )

    def offers(self, digit: str) -> bool:
        """Whether the choice makes sense now."""
        if digit in _ALWAYS:
            return True
        return digit in ({*"23467"} if self.open else _CLOSED)

    def why_not(self, digit: str) -> str:
        """Say why a choice makes no sense; nothing for a key that is none."""
        if digit == "1":
            return self.words("A shift is open: close it (7) before the next.")
        if digit in {*"23467"}:
            return self.words("No shift is open: open one (1) first.")
        return ""

    def row(self, y: int, width: int, height: int) -> tuple[Span, ...]:
        """Draw a choice a row, with air between them where there is room."""
        named = self._named()
        airy = 2 if height > 2 * len(named) + 1 else 1
        if y == 0:
            return (Span(" " + self.words("Choose with a figure"), "head"),)
        place, air = divmod(y - 1, airy)
        if air or place >= len(named):
            return ()
        digit = str(place + 1)
        tone = "strong" if self.offers(digit) else "dim"
        said = left(f" {named[place]}", width - 4)
        return (Span(f"  {digit} ", "key", digit), Span(said, tone, digit))

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:
        """Give the figure of the touched choice."""
        key = key_at(self.row(y, width, height), x)
        return Press(key) if key else None


@dataclass(frozen=True, slots=True)
class PastList:
    """The shifts that were closed, newest first, one ``marked``."""

    past: tuple[PastShift, ...]
    marked: int
    zone: ZoneInfo
    words: Words

    @property
    def z(self) -> int | None:
        """The marked report's number."""
        return self.past[self.marked].z if self.past else None

    def moved(self, by: int) -> PastList:
        """Mark another; it stops at the ends."""
        return replace(self, marked=min(max(self.marked + by, 0), max(len(self.past) - 1, 0)))

    def row(self, y: int, width: int, height: int) -> tuple[Span, ...]:
        """Draw a heading, then a row for each."""
        _ = self.words
        if y == 0:
            heads = right("Z", 5) + right(_("Shift"), 7) + "  " + left(_("Business date"), 13)
            return (Span(heads + _("By"), "head"),)
        if not self.past:
            return (Span(" " + _("No shift was closed yet."), "dim"),) if y == 1 else ()
        place = max(0, self.marked - (height - 1) + 1) + y - 1
        if place >= len(self.past):
            return ()
        each = self.past[place]
        text = f"{each.z:>5}{each.number:>7}  {each.day.isoformat():<13}{each.opened_by}"
        if each.over_short_fen:
            text += f"  {price_signed(each.over_short_fen)}"
        chosen = place == self.marked
        shown = f"›{text[1:]}" if chosen else text
        return (Span(left(shown, width), "chosen" if chosen else "text"),)

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:  # noqa: ARG002
        """No product stands on a list of reports."""
        return None


def price_signed(fen: int) -> str:
    """Return ``fen`` in yuan with its sign: ``+0.50``, ``-2.00``."""
    return f"{'-' if fen < 0 else '+'}{price(abs(fen))}"


def report_sheet(
    report: ShiftReport, settings: Settings, lang: str, width: int, *, training: bool
) -> Sheet:
    """Set an X or Z report as a sheet of ``width`` cells, as wide as the paper where that fits."""
    from kiosk.till.shift_papers import shift_paper  # noqa: PLC0415 - not on the first paint's way

    wanted, _ = settings.paper.columns, words_of(lang)
    paper = shift_paper(report, settings, lang=lang, training=training)
    laid = lay_out_shift(paper, wanted if wanted <= width else NARROWEST, _)
    title = _("X report") if report.z is None else _("Z report {z}").format(z=report.z)
    return paper_sheet(title, laid, width)


def closed(report: ShiftReport, words: Words) -> str:
    """Say what a close came to: its Z number, counted, over or short, what went to the safe."""
    _ = words
    said = [_("Shift {number} is closed ✓ Z report {z}").format(number=report.number, z=report.z)]
    if (closing := report.closing) is not None:
        over = closing.over_short_fen
        word = _("Over") if over > 0 else _("Short") if over < 0 else _("It fits to the fen")
        said += [
            _("Counted") + " " + price(closing.counted_fen),
            f"{word} {price(abs(over))}" if over else word,
            _("To the safe") + " " + price(closing.to_safe_fen),
        ]
    return "  ".join(said)
