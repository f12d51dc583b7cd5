"""The fund over a period, added up from the journal, and held against what else the books say.

What came in and went out is read from the records themselves, so the rows that the till keeps of
the fund (``ledger.fund``) and the accounts are two other sources to hold it against:

- the closing of today is what the fund's row holds, and each day is its row of ``fund_day``;
- what the operator owes the fund (224101), less what the fund owes the operator for breakfasts
  (122101, pattern A only), is what the fund holds, less what was transferred and not yet spent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, Text, and_, case, cast, func, literal, select

from ledger.entries import FundMove, Side
from ledger.errors import PeriodError, UnsoundRecordError
from ledger.fund import FundTotals
from ledger.tables import fund, fund_day, posting, record

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import Connection

TRANSFERRED: Final = "fund_transferred"
"""The kind of a record that pays what is owed to the fund (accounting.md 10A)."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What moved the fund in some time, in fen; each figure is above zero, whichever way it went.

    ``transferred_fen`` went from the operator to the fund's own account: the fund held it before
    and holds it after. ``sales`` and ``breakfasts`` are how many set aside and how many it paid
    for, without taking off what was undone.
    """

    set_aside_fen: int = 0
    reversed_fen: int = 0
    redeemed_fen: int = 0
    restored_fen: int = 0
    granted_fen: int = 0
    returned_fen: int = 0
    transferred_fen: int = 0
    sales: int = 0
    breakfasts: int = 0

    @property
    def net_fen(self) -> int:
        """By how much the fund grew."""
        added = self.set_aside_fen + self.restored_fen + self.granted_fen
        return added - self.reversed_fen - self.redeemed_fen - self.returned_fen

    def plus(self, other: Moves) -> Moves:
        """Give both together."""
        return Moves(*(getattr(self, name) + getattr(other, name) for name in _NAMES))


_NAMES: Final = [each.name for each in fields(Moves)]


@dataclass(frozen=True, slots=True)
class Owed:
    """What the accounts say at the end of a period, in fen.

    Attributes:
        payable_fen: what the operator owes the fund (224101): a credit balance is above zero.
        receivable_fen: what the fund owes the operator for breakfasts (122101, pattern A).
        expected_fen: what the one less the other has to be, by the records' fund moves.
    """

    payable_fen: int
    receivable_fen: int
    expected_fen: int

    @property
    def difference_fen(self) -> int:
        """The accounts less the records; 0 where they agree."""
        return self.payable_fen - self.receivable_fen - self.expected_fen


@dataclass(frozen=True, slots=True)
class FundStatement:
    """The fund over a period: opening, what moved it, closing; days are business dates.

    Attributes:
        first_day: the first day; None for the beginning of the books.
        last_day: the last day; None for now.
        opening_fen: what it held before.
        moves: what moved it.
        days: the same, day by day; days without a move are left out.
        held_fen: what the till's row of the fund says; None where the period ends before now.
        day_faults: days whose row the till keeps another way than the records say.
        owed: what the accounts say.
    """

    first_day: date | None
    last_day: date | None
    opening_fen: int
    moves: Moves
    days: dict[str, Moves] = field(default_factory=dict)
    held_fen: int | None = None
    day_faults: tuple[str, ...] = ()
    owed: Owed = Owed(0, 0, 0)

    @property
    def closing_fen(self) -> int:
        """What the fund held at the end."""
        return self.opening_fen + self.moves.net_fen

    @property
    def agrees(self) -> bool:
        """Whether the till's rows and the accounts say what the records say."""
        held = self.held_fen is None or self.held_fen == self.closing_fen
        return held and not self.day_faults and not self.owed.difference_fen


def fund_statement(
    connection: Connection,
    *,
    payable: Collection[str],
    receivable: Collection[str],
    book: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> FundStatement:
    """Add the fund up over a period, of ``book`` or of all; both days are included.

    ``payable`` and ``receivable`` are the accounts between operator and fund, those of former
    settings as well. Reads every record once.

    Raises:
        PeriodError: the last day is before the first.
        UnsoundRecordError: a record's body is no JSON.
    """
    if first_day and last_day and last_day < first_day:
        raise PeriodError.backwards(first_day, last_day)
    _refuse_broken(connection, book)
    days = _days(connection, book, payable)
    first = first_day.isoformat() if first_day else ""
    last = last_day.isoformat() if last_day else "9999-12-31"
    before, within = Moves(), Moves()
    for day, moves in days.items():
        if day < first:
            before = before.plus(moves)
        elif day <= last:
            within = within.plus(moves)
    still = not any(day > last for day in days)
    total = before.plus(within)
    expected = total.net_fen - total.granted_fen + total.returned_fen - total.transferred_fen
    return FundStatement(
        first_day,
        last_day,
        before.net_fen,
        within,
        {day: moves for day, moves in days.items() if first <= day <= last},
        _held(connection, book) if still else None,
        _day_faults(connection, book, days, first, last),
        Owed(
            -_balance(connection, book, payable, last),
            _balance(connection, book, receivable, last),
            expected,
        ),
    )


def _of(query: Select[Any], column: Any, book: str | None) -> Select[Any]:  # noqa: ANN401 - a column
    return query if book is None else query.where(column == book)


def _refuse_broken(connection: Connection, book: str | None) -> None:
    """Stop at the first body that no reader of JSON takes: the sums below would skip it.

    Raises:
        UnsoundRecordError: there is one.
    """
    query = select(record.c.book, record.c.seq).where(func.json_valid(record.c.body) == 0)
    query = _of(query, record.c.book, book).order_by(record.c.book, record.c.seq).limit(1)
    if (row := connection.execute(query).first()) is not None:
        raise UnsoundRecordError(row.book, row.seq, "不是 JSON", "it is no JSON")


def _days(connection: Connection, book: str | None, payable: Collection[str]) -> dict[str, Moves]:
    """Give what moved the fund by business date, in their order."""
    found: dict[str, dict[str, int]] = {}
    moved = func.json_each(record.c.body, "$.fund").table_valued("key", "value")
    # The record's own day, not the column's: what is hashed is what is added up.
    day = cast(func.json_extract(record.c.body, "$.day"), Text).label("day")
    query = select(day, moved.c.key, func.sum(moved.c.value), func.count())
    query = query.select_from(record.join(moved, literal(value=True)))
    query = query.where(moved.c.key.in_([move.value for move in FundMove]))
    for each, move, fen, count in connection.execute(
        _of(query, record.c.book, book).group_by(day, moved.c.key)
    ):
        row = found.setdefault(each, {})
        row[f"{FundMove(move).value}_fen"] = int(fen)
        if move == FundMove.SET_ASIDE.value:
            row["sales"] = count
        if move == FundMove.REDEEMED.value:
            row["breakfasts"] = count
    for each, fen in connection.execute(_transfers(book, payable)):
        found.setdefault(each, {})["transferred_fen"] = int(fen)
    return {each: Moves(**found[each]) for each in sorted(found)}


def _transfers(book: str | None, payable: Collection[str]) -> Select[Any]:
    query = (
        select(record.c.day, func.sum(_signed()))
        .join(posting, and_(posting.c.book == record.c.book, posting.c.seq == record.c.seq))
        .where(record.c.kind == TRANSFERRED, posting.c.account.in_(payable))
    )
    return _of(query, record.c.book, book).group_by(record.c.day)


def _signed() -> Any:  # noqa: ANN401 - an expression
    return case(
        (posting.c.side == Side.DEBIT.value, posting.c.amount_fen), else_=-posting.c.amount_fen
    )


def _held(connection: Connection, book: str | None) -> int:
    query = select(func.coalesce(func.sum(fund.c.available_fen), 0))
    return int(connection.execute(_of(query, fund.c.book, book)).scalar_one())


def _day_faults(
    connection: Connection, book: str | None, days: dict[str, Moves], first: str, last: str
) -> tuple[str, ...]:
    names = [each.name for each in fields(FundTotals)]
    query = select(fund_day.c.day, *(func.sum(fund_day.c[name]) for name in names))
    query = _of(query, fund_day.c.book, book).group_by(fund_day.c.day)
    kept = {day: tuple(map(int, row)) for day, *row in connection.execute(query)}
    nothing = (0,) * len(names)
    return tuple(
        day
        for day in sorted(kept.keys() | days.keys())
        if first <= day <= last
        and kept.get(day, nothing) != tuple(getattr(days.get(day, Moves()), name) for name in names)
    )


def _balance(connection: Connection, book: str | None, accounts: Collection[str], last: str) -> int:
    """Give debits less credits of ``accounts`` at the end of day ``last``, from the postings."""
    query = (
        select(func.coalesce(func.sum(_signed()), 0))
        .join(record, and_(posting.c.book == record.c.book, posting.c.seq == record.c.seq))
        .where(posting.c.account.in_(accounts), record.c.day <= last)
    )
    return int(connection.execute(_of(query, posting.c.book, book)).scalar_one())
