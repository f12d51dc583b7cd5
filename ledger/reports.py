"""Reports read from the books: trial balance, and the operation log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ledger.tables import balance, record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Connection, Engine

PAGE = 500
"""Records read in one go. Each page is its own short read, so no reader makes the WAL grow."""


@dataclass(frozen=True, slots=True)
class AccountTotals:
    """One account's running totals in fen; ``balance_fen`` is debits less credits."""

    account: str
    debit_fen: int
    credit_fen: int

    @property
    def balance_fen(self) -> int:
        """Debits less credits: above zero is a debit balance."""
        return self.debit_fen - self.credit_fen


def trial_balance(connection: Connection, *, book: str | None = None) -> list[AccountTotals]:
    """Give every account that was ever posted to, by code; all books together where None."""
    totals = func.sum(balance.c.debit_fen), func.sum(balance.c.credit_fen)
    query = select(balance.c.account, *totals).group_by(balance.c.account)
    if book is not None:
        query = query.where(balance.c.book == book)
    rows = connection.execute(query.order_by(balance.c.account))
    return [AccountTotals(account, int(d), int(c)) for account, d, c in rows]


def book_ids(connection: Connection) -> list[str]:
    """Give the books that hold records, by id."""
    return list(connection.scalars(select(record.c.book).distinct().order_by(record.c.book)))


def read_bodies(
    engine: Engine, *, book: str, after: int = 0, last: int | None = None
) -> Iterator[tuple[int, str, bytes]]:
    """Stream ``(seq, body, hash)`` of one book in order, paged by key: flat memory, short reads."""
    while True:
        query = select(record.c.seq, record.c.body, record.c.hash).where(
            record.c.book == book, record.c.seq > after
        )
        if last is not None:
            query = query.where(record.c.seq <= last)
        with engine.connect() as connection:
            page = connection.execute(query.order_by(record.c.seq).limit(PAGE)).all()
        yield from ((seq, body, hash_) for seq, body, hash_ in page)
        if len(page) < PAGE:
            return
        after = page[-1][0]


def log(
    engine: Engine,
    *,
    book: str | None = None,
    kind: str | None = None,
    by: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Iterator[dict[str, Any]]:
    """Stream the records' bodies as values, book by book in order, filtered (12号 Art. 32).

    Days are business dates, both ends included.
    """
    with engine.connect() as connection:
        books = [book] if book is not None else book_ids(connection)
    for each in books:
        for _, body, _ in read_bodies(engine, book=each):
            content: dict[str, Any] = json.loads(body)
            day = content["day"]
            if (
                (kind is None or content["kind"] == kind)
                and (by is None or content["by"] == by)
                and (first_day is None or day >= first_day.isoformat())
                and (last_day is None or day <= last_day.isoformat())
            ):
                yield content
