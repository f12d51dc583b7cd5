"""Paper: rows that fit, and the few shapes that a row can have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, Final

from receipts.cells import printable, width, wrap
from receipts.errors import PaperWidthError

if TYPE_CHECKING:
    from collections.abc import Iterator

NARROWEST: Final = 32
"""Columns of 58 mm paper in the usual 12-dot font; 80 mm paper has 48."""

_INDENT: Final = 2


class Style(Enum):
    """How a row is set: times as wide, times as high, and centred by the device or not."""

    NORMAL = (1, 1, False)
    CENTERED = (1, 1, True)
    TALL = (1, 2, False)
    TALL_CENTERED = (1, 2, True)
    BIG = (2, 2, True)

    def __init__(self, wide: int, high: int, centered: bool) -> None:  # noqa: FBT001
        self.wide = wide
        self.high = high
        self.centered = centered


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One row as a device gets it: text that the paper can show, without the centring blanks.

    Raises:
        ControlCharacterError: the text would steer the printer.
    """

    text: str
    style: Style = Style.NORMAL

    def __post_init__(self) -> None:
        # Frozen: the row keeps what the paper shows, so no later step can undo the substitution.
        object.__setattr__(self, "text", printable(self.text))

    @property
    def width(self) -> int:
        """Columns taken on paper, enlargement included."""
        return width(self.text) * self.style.wide


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished paper; a row wider than the paper cannot exist on it.

    Raises:
        PaperWidthError: a row is wider than ``columns``.
    """

    columns: int
    rows: tuple[PaperRow, ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if row.width > self.columns:
                raise PaperWidthError(self.columns, row.text)

    def text(self) -> str:
        """The paper as plain text, every row ended by a newline.

        Columns are GBK cells; a terminal draws a few characters narrower (see ``receipts.cells``).
        """
        return "".join(f"{self._indent(row)}{row.text}\n" for row in self.rows)

    def _indent(self, row: PaperRow) -> str:
        return " " * ((self.columns - width(row.text)) // 2) if row.style.centered else ""


def rule(columns: int) -> PaperRow:
    """A dashed line across the paper."""
    return PaperRow("-" * columns)


def paragraph(text: str, columns: int, style: Style = Style.NORMAL) -> Iterator[PaperRow]:
    """``text`` on as many rows as it needs."""
    for line in wrap(printable(text), columns // style.wide):
        yield PaperRow(line, style)


def indented(text: str, columns: int) -> Iterator[PaperRow]:
    """``text`` two columns in, on as many rows as it needs: what belongs to the row above."""
    for line in wrap(printable(text), columns - _INDENT):
        yield PaperRow(" " * _INDENT + line)


def heading(text: str, columns: int) -> Iterator[PaperRow]:
    """``text`` in the largest letters that hold it on one row; else tall, on several."""
    fits = width(printable(text)) * Style.BIG.wide <= columns
    return paragraph(text, columns, Style.BIG if fits else Style.TALL_CENTERED)


def pair(left: str, right: str, columns: int, style: Style = Style.NORMAL) -> Iterator[PaperRow]:
    """``left`` flush left and ``right`` flush right: on one row, or on more where they must."""
    before, after = printable(left), printable(right)
    gap = columns - width(before) - width(after)
    if before and gap < 1:
        yield from chain(paragraph(before, columns, style), pair("", after, columns, style))
        return
    for line in wrap(after, columns):
        blanks = columns - width(before) - width(line)
        yield PaperRow(before + " " * blanks + line, style)
