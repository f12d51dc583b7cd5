"""Figures as a file writes them, as whole fen and thousandths: never through a float."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from config.errors import shown
from config.text import ascii_digits
from kiosk.replay.errors import RowError

if TYPE_CHECKING:
    from kiosk.replay.map import Numbers

_LONGEST: Final = 30
_LIMIT: Final = 10**15
_KEPT: Final = 4096
_QUANTITY_PLACES: Final = 3


class Figures:
    """Reads the figures of one map; the last few thousand that were read are remembered."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        whole = "[0-9]+"
        if numbers.thousands:
            whole = rf"[0-9]{{1,3}}(?:{re.escape(numbers.thousands)}[0-9]{{3}})+|[0-9]+"
        point = re.escape(numbers.decimal)
        number = rf"(?:({whole})(?:{point}([0-9]*))?|{point}([0-9]+))"
        # Longest first: of "Rs." and "Rs" the one that takes more of the text fits.
        affixes = sorted(map(ascii_digits, numbers.affixes), key=len, reverse=True)
        affix = "|".join(map(re.escape, affixes)) or "(?!)"
        before, behind = rf"(?:(?:{affix})\s*)*", rf"(?:\s*(?:{affix}))*"
        self._match = re.compile(rf"{before}([+-]?){before}{number}{behind}").fullmatch
        self._longest = _LONGEST + sum(map(len, affixes))
        self.fen = lru_cache(_KEPT)(self._fen)
        self.milli = lru_cache(_KEPT)(self._milli)

    def _fen(self, text: str) -> int:
        """Give the amount ``text`` in fen, with its sign.

        Raises:
            RowError: not a plain number, a fraction of a fen, or 10^15 fen and more.
        """
        fen = self._scaled(text, self._numbers.exponent)
        if fen is None:
            raise RowError(f"金额 {shown(text)} 不是整分", f"{shown(text)} is not a whole fen")
        return fen

    def _milli(self, text: str) -> int:
        """Give the quantity ``text`` in thousandths, with its sign.

        Raises:
            RowError: not a plain number, zero, or finer than a thousandth.
        """
        milli = self._scaled(text, _QUANTITY_PLACES)
        if milli is None:
            raise RowError(
                f"数量 {shown(text)} 超过三位小数", f"quantity {shown(text)} is below a thousandth"
            )
        if milli == 0:
            raise RowError("数量为零", "the quantity is zero")
        return milli

    def _scaled(self, text: str, places: int) -> int | None:
        """Give ``text`` times 10^``places``; None where that is not whole."""
        plain = ascii_digits(text).strip()
        found = self._match(plain) if len(plain) <= self._longest else None
        if found is None:
            raise RowError(f"{shown(text)} 不是数字", f"{shown(text)} is not a number")
        sign, whole, decimals, only_decimals = found.groups()
        decimals = decimals or only_decimals or ""
        digits = (whole or "").replace(self._numbers.thousands, "") + decimals
        value, power = int(digits), places - len(decimals)
        scale: int = 10 ** abs(power)
        if power >= 0:
            value *= scale
        else:
            value, rest = divmod(value, scale)
            if rest:
                return None
        if value >= _LIMIT:
            raise RowError(f"数字 {shown(text)} 太大", f"{shown(text)} is too big")
        return -value if sign == "-" else value


def spread(total_fen: int, qty_milli: int) -> list[tuple[int, int]]:
    """Give the unit price of a line total, as ``(unit_fen, qty_milli)`` of one or two lines.

    Three for 10.00 has no unit price in whole fen: it is two at 3.33 and one at 3.34. Each line,
    rounded half up, then adds up to exactly the total. Both figures are at or above zero.
    """
    unit = total_fen * 1000 // qty_milli
    for each in (unit, unit + 1):
        if _rounded(each, qty_milli) == total_fen:
            return [(each, qty_milli)]
    # Every whole unit that costs one fen more adds exactly one fen, so the rest is a count.
    dearer = (total_fen - _rounded(unit, qty_milli)) * 1000
    return [(unit, qty_milli - dearer), (unit + 1, dearer)]


def _rounded(unit_fen: int, qty_milli: int) -> int:
    return (unit_fen * qty_milli + 500) // 1000
