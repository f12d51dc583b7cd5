"""Money at the edges: whole fen in tables, ``Money`` in code, and the one rounding rule."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from moneyed import CNY, Money

from ledger.errors import AmountError

__all__ = ["CNY", "FEN_LIMIT", "ZERO", "Money", "from_fen", "part", "times_milli", "to_fen", "yuan"]

FEN_LIMIT: Final = 10**15
"""No amount reaches this many fen; beyond it SQLite sums could silently turn into floats."""

ZERO: Final = Money(0, CNY)
"""No money at all."""

_ONE: Final = Decimal(1)


def to_fen(money: Money) -> int:
    """Give ``money`` as integer fen.

    py-moneyed's own sub-unit method truncates, so a fraction is refused here instead.

    Raises:
        AmountError: a fraction of a fen, another currency, not a number, or 10^15 fen or more.
    """
    if money.currency is not CNY:
        raise AmountError(money)
    return _whole_fen(money.amount)


@lru_cache(maxsize=4096)  # the same few amounts all day, each asked for several times a sale
def _whole_fen(yuan: Decimal) -> int:
    amount = yuan.scaleb(2)
    if not amount.is_finite() or abs(amount) >= FEN_LIMIT:
        raise AmountError(Money(yuan, CNY))
    fen = int(amount)
    if fen != amount:
        raise AmountError(Money(yuan, CNY))
    return fen


@lru_cache(maxsize=4096)  # a shop has few prices, and a Money costs more than finding one
def from_fen(fen: int) -> Money:
    """Give integer ``fen`` as ``Money``."""
    return Money(Decimal(fen).scaleb(-2), CNY)


def yuan(fen: int) -> str:
    """Write integer ``fen`` in yuan with exactly two decimals: ``-0.50``, ``1234.00``."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def times_milli(unit_price: Money, qty_milli: int) -> Money:
    """Price ``qty_milli`` thousandths of a unit, rounded half up to the fen (decision 2).

    Half up means away from zero on both sides: the return of a line costs what the line cost.
    """
    exact = unit_price.amount * qty_milli / 1000
    return Money(exact.quantize(Decimal("0.01"), ROUND_HALF_UP), CNY)


def part(whole_fen: int, share: int, of: int) -> int:
    """Give ``share`` of ``of`` equal parts of ``whole_fen``, half up, in fen.

    Cumulative use never loses a fen: ``part(w, n, n) == w``, so a line refunded piece by piece
    gives back what was paid for it, whatever the pieces.
    """
    exact = Decimal(whole_fen) * share / of
    return int(exact.quantize(_ONE, ROUND_HALF_UP))
