"""Discounts: so many per cent or so many fen off, with a reason; spread over lines to the fen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from kiosk.sale.counting import reason_of
from kiosk.sale.refusals import DiscountError, DiscountReasonError, DiscountTooLargeError
from ledger.money import from_fen, part

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE_BP: Final = 10_000
"""100 % in hundredths of a per cent."""


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off a line or a whole sale: ``percent_bp`` or ``fen``, never both.

    ``percent_bp`` counts hundredths of a per cent (12.5 % is 1250); ``reason`` is for
    the books, without the blanks around it.

    Raises:
        DiscountError: neither or both are given, zero or less, or more than 100 %.
        DiscountReasonError: there is no reason.
        TextError: the reason is too wide for a paper, or holds what cannot be seen.
    """

    percent_bp: int | None = None
    fen: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no discount."""
        if (self.percent_bp is None) == (self.fen is None):
            raise DiscountError("0")
        if self.percent_bp is not None and not 0 < self.percent_bp <= WHOLE_BP:
            raise DiscountError(f"{self.percent_bp / 100:g} %")
        if self.fen is not None and self.fen <= 0:
            raise DiscountError(f"{self.fen / 100:.2f}")
        if not (reason := reason_of(self.reason)):
            raise DiscountReasonError
        object.__setattr__(self, "reason", reason)

    def off(self, amount_fen: int) -> int:
        """Give what is taken off ``amount_fen``, in fen; a percentage is rounded half up.

        Raises:
            DiscountTooLargeError: that is more than there is.
        """
        return taken_off(amount_fen, self.percent_bp or 0, self.fen or 0)


def taken_off(amount_fen: int, percent_bp: int, fen: int) -> int:
    """Give what ``percent_bp`` hundredths of a per cent, or else ``fen``, take off an amount.

    Raises:
        DiscountTooLargeError: ``fen`` is more than there is.
    """
    if percent_bp:
        return part(amount_fen, percent_bp, WHOLE_BP)
    if fen > amount_fen:
        raise DiscountTooLargeError(from_fen(fen), from_fen(amount_fen))
    return fen


def spread(off_fen: int, amounts_fen: Sequence[int]) -> list[int]:
    """Share ``off_fen`` out over ``amounts_fen``, each in proportion, by cumulative rounding.

    ``off_fen`` is no more than the amounts' sum, and no amount is below zero. The shares are whole
    fen that sum to ``off_fen``, and none exceeds its amount.
    """
    whole = sum(amounts_fen)
    if not whole:
        return [0] * len(amounts_fen)
    until = [part(off_fen, reached, whole) for reached in accumulate(amounts_fen, initial=0)]
    return [after - before for before, after in pairwise(until)]
