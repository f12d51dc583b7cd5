"""A refused tap on the whole screen: why, when and where it was used, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from kiosk.sale.breakfast import Rule
from kiosk.screens.board import Press
from kiosk.screens.cells import wrapped
from kiosk.screens.drawn import Span
from kiosk.screens.figures import large

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from config.errors import Phrase
    from config.language import Words
    from kiosk.sale.card_errors import CardRefusedError
    from kiosk.screens.board import Row

GRAVE: Final = frozenset({Rule.BLOCKED, Rule.LEVEL, Rule.COUNTER, Rule.TAMPERED, Rule.CLOCK})
"""What may be somebody's trick, or a broken till: in the colour of alarm."""

_CROSS: Final = ("█▄ ▄█", " ▀█▀ ", "█▀ ▀█")
_MOST_ROWS: Final = 3
_EDGE: Final = 2
_AIRY: Final = 16


@dataclass(frozen=True, slots=True)
class Refused:
    """The refusal of a tap, as large as a terminal can: a filled screen with a frame inside.

    ``waiting`` is how many taps come after it, ``zone`` where the clock of ``used`` is read.
    """

    refusal: CardRefusedError
    lang: str
    zone: ZoneInfo
    words: Words
    waiting: int = 0

    @property
    def grave(self) -> bool:
        """Whether somebody should look into it."""
        return self.refusal.rule in GRAVE

    def rows(self, width: int, height: int) -> list[Row]:
        """Draw the frame, and all that is said in its middle."""
        tone = "alarm" if self.grave else "notice"
        inner = max(width - 2 * _EDGE, 1)
        said = self._said(max(inner - 2 * _EDGE, 1), airy=height >= _AIRY)
        room = max(height - 2, 1)
        said = said[:room]
        above = (room - len(said)) // 2
        lines = ["", *[""] * above, *said]
        lines += [""] * (height - len(lines))
        return [self._framed(text, y, width, height, tone) for y, text in enumerate(lines)]

    def _framed(self, text: str, y: int, width: int, height: int, tone: str) -> Row:
        inner = max(width - 2 * _EDGE, 0)
        if y in {0, height - 1}:
            left, right = ("╔", "╗") if y == 0 else ("╚", "╝")
            line = f" {left}{'═' * inner}{right} "
        else:
            gap = max(inner - cell_len(text), 0)
            line = f" ║{' ' * (gap // 2)}{text}{' ' * (gap - gap // 2)}║ "
        return (Span(line, tone, "escape"),)

    def _said(self, width: int, *, airy: bool) -> list[str]:
        """The sign or the hour, the reason, what to do, and how to go on."""
        _, refusal = self.words, self.refusal
        between = [""] if airy else []
        sign = list(_CROSS)
        if refusal.used is not None:
            at = refusal.used.at.astimezone(self.zone)
            sign = list(large(f"{at:%H:%M}", 3))
        reason = wrapped(spaced(self._in(refusal.title), self.lang), width, _MOST_ROWS)
        rows = [*sign, "", *reason]
        if refusal.used is not None:
            said = _("today at {time}, at {station}").format(
                time=f"{refusal.used.at.astimezone(self.zone):%H:%M}",
                station=refusal.used.station,
            )
            rows += [*between, *wrapped(said, width, _MOST_ROWS)]
        rows += [*between, *wrapped(f"→ {self._in(refusal.advice)}", width, _MOST_ROWS)]
        after = _("any key, or the next card")
        if self.waiting:
            after = _("any key: the next of {count}").format(count=self.waiting)
        return [*rows, *between, *between, after]

    def _in(self, phrase: Phrase) -> str:
        return phrase.zh if self.lang == "zh_CN" else phrase.en

    def at(self, x: int, y: int, width: int, height: int) -> Press | None:  # noqa: ARG002
        """Any touch goes on."""
        return Press("escape")


def spaced(text: str, lang: str) -> str:
    """Give ``text`` with air between its signs: the only way to make a terminal's letters large."""
    if lang == "zh_CN":
        return " ".join(text)
    return text.upper()
