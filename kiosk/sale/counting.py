"""Counting the drawer: notes and coins by denomination, and the reasons that people give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from config.text import ascii_digits, check_text
from kiosk.shift_errors import PiecesError, ReasonNeededError, UnknownDenominationError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

MOST_PIECES: Final = 9999
"""More notes or coins of one kind than this are a slip of the finger."""

_DIGITS: Final = 4
_REASON_COLUMNS: Final = 60


def pieces_of(text: str, *, fen: int | None = None) -> int:
    """Read a number of pieces as typed; full-width digits count, nothing at all is 0.

    ``fen`` is the denomination, for the sentence.

    Raises:
        PiecesError: letters, a sign, a decimal point, or more than ``MOST_PIECES``.
    """
    typed = ascii_digits(text).strip()
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS):
        raise PiecesError(text, MOST_PIECES, fen=fen)
    return int(typed)


def counted(counts: Mapping[int, int], denominations: Collection[int]) -> list[dict[str, int]]:
    """Give a count as records hold it: ``fen`` and ``pieces``, falling, without the empty ones.

    Raises:
        UnknownDenominationError: a note or coin that ``denominations`` lack.
        PiecesError: not a whole number from 0 to ``MOST_PIECES``.
    """
    for fen, pieces in counts.items():
        if type(fen) is not int or fen not in denominations:
            raise UnknownDenominationError(fen, denominations)
        if type(pieces) is not int or not 0 <= pieces <= MOST_PIECES:
            raise PiecesError(pieces, MOST_PIECES, fen=fen)
    return [
        {"fen": fen, "pieces": counts[fen]} for fen in sorted(counts, reverse=True) if counts[fen]
    ]


def total_fen(counts: Iterable[Mapping[str, int]]) -> int:
    """Give what a count comes to, in fen."""
    return sum(each["fen"] * each["pieces"] for each in counts)


def reason_of(text: str, *, needed: bool = False, limit_fen: int | None = None) -> str:
    """Give a reason as records hold it, without the blanks around it; empty where none is given.

    Raises:
        ReasonNeededError: one is ``needed``, and there is none; ``limit_fen`` is why.
        TextError: it is too wide for a paper, or holds what cannot be seen.
    """
    reason = text.strip()
    if reason:
        return check_text(reason, what_zh="原因", what_en="reason", columns=_REASON_COLUMNS)
    if needed:
        raise ReasonNeededError(limit_fen)
    return ""
