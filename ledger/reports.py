"""Reports read from the books: trial balance, and the operation log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ledger.entries import Head
from ledger.errors import NoSuchBookError, PeriodError, UnsoundRecordError
from ledger.proof import NONSENSE, nonsense
from ledger.tables import balance, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import Connection, Engine, Row

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


def heads(connection: Connection, *, book: str | None = None) -> dict[str, Head]:
    """Give the head of every book, or of ``book`` alone; two short reads a book.

    Raises:
        NoSuchBookError: there is no such book.
    """
    found: dict[str, Head] = {}
    query = select(record.c.book).order_by(record.c.book).limit(1)
    each = connection.scalar(query)
    while each is not None:
        # From book to book by key: DISTINCT would read every record.
        found[each] = _head(connection, each)
        each = connection.scalar(query.where(record.c.book > each))
    if book is None:
        return found
    if book not in found:
        raise NoSuchBookError(book, list(found))
    return {book: found[book]}


def _head(connection: Connection, book: str) -> Head:
    query = select(record.c.seq, record.c.hash).where(record.c.book == book)
    seq, hash_ = connection.execute(query.order_by(record.c.seq.desc()).limit(1)).one()
    return Head(seq, hash_)


def record_pages(engine: Engine) -> Iterator[tuple[Connection, Sequence[Row[Any]], bool]]:
    """Walk all rows of ``record`` in short reads: the open read, its page, whether it is the last.

    Each book comes in order. The last read sees every book's end at once, records that came
    during the walk included, so that whoever compares within it compares with all of them.
    """
    seen: dict[str, int] = {}
    last = False
    while not last:
        with engine.connect() as connection:
            page: list[Row[Any]] = []
            for book, head in heads(connection).items():
                if head.seq > seen.get(book, head.seq - 1) and len(page) < PAGE:
                    page += _rows_after(connection, book, seen.get(book), PAGE - len(page))
                    seen[book] = page[-1].seq
            last = len(page) < PAGE
            yield connection, page, last


def _rows_after(
    connection: Connection, book: str, after: int | None, most: int
) -> Sequence[Row[Any]]:
    query = select(record).where(record.c.book == book)
    if after is not None:
        query = query.where(record.c.seq > after)
    return connection.execute(query.order_by(record.c.seq).limit(most)).all()


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
    first_day: date | None = None,
    last_day: date | None = None,
) -> Iterator[dict[str, Any]]:
    """Stream the records' bodies as values, book by book in order, filtered (12号 Art. 32).

    Days are business dates, both ends included. What comes in meanwhile is left out.

    Raises:
        NoSuchBookError: there is no such book.
        PeriodError: the last day is before the first.
        UnsoundRecordError: a record's body cannot be read.
    """
    if first_day and last_day and last_day < first_day:
        raise PeriodError.backwards(first_day, last_day)
    with engine.connect() as connection:
        ends = heads(connection, book=book)
    for each, head in ends.items():
        for seq, body, _ in read_bodies(engine, book=each, last=head.seq):
            try:
                content: dict[str, Any] = json.loads(body)
                day = content["day"]
                wanted = (
                    (kind is None or content["kind"] == kind)
                    and (first_day is None or day >= first_day.isoformat())
                    and (last_day is None or day <= last_day.isoformat())
                )
            except NONSENSE as error:
                raise UnsoundRecordError(each, seq, *nonsense(error)) from error
            if wanted:
                yield content
