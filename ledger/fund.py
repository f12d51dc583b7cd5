"""Reading the fund: one row a book, one row a day; O(1) whatever the history."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ledger.tables import fund, fund_day

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class FundTotals:
    """The fund in fen: what came in and went out by kind, how many set-asides, what it holds."""

    set_aside_fen: int = 0
    reversed_fen: int = 0
    redeemed_fen: int = 0
    restored_fen: int = 0
    granted_fen: int = 0
    returned_fen: int = 0
    sales: int = 0

    @property
    def balance_fen(self) -> int:
        """What the fund holds: never below zero."""
        added = self.set_aside_fen + self.restored_fen + self.granted_fen
        return added - self.reversed_fen - self.redeemed_fen - self.returned_fen


_NAMES = [field.name for field in fields(FundTotals)]


def fund_totals(
    connection: Connection, *, book: str | None = None, day: date | None = None
) -> FundTotals:
    """Give the fund of ``book`` (all books where None), since the start or of one ``day``."""
    table = fund if day is None else fund_day
    query = select(*(func.coalesce(func.sum(table.c[name]), 0) for name in _NAMES))
    if book is not None:
        query = query.where(table.c.book == book)
    if day is not None:
        query = query.where(fund_day.c.day == day.isoformat())
    return FundTotals(*(int(value) for value in connection.execute(query).one()))
