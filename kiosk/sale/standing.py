"""What the public is told of the fund: totals since the start, and up to which record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """The fund of one book, as of its record ``seq`` (domain rule 14).

    Attributes:
        fund_fen: what the fund holds, in fen.
        sales: how many sales set something aside for it.
        breakfasts: how many breakfasts it paid for, those given back left out; None where there
            are fewer than may be published.
        seq: the last record that is counted in.
    """

    fund_fen: int
    sales: int
    breakfasts: int | None
    seq: int
