"""Rows become tickets. Pure: what a ticket is follows from its rows and the map alone."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from config.errors import Phrase
from kiosk.errors import BasketFullError, QuantityError
from kiosk.replay.errors import RowError, row_error
from kiosk.replay.rows import BadRow, Row
from kiosk.sale.basket import MOST_LINES, Basket, Line
from kiosk.sale.tenders import Offer
from ledger.errors import AmountError
from ledger.money import ZERO, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from kiosk.replay.map import Map
    from kiosk.replay.rows import Key

NAMESPACE: Final = UUID("6f1f0f6a-7d0c-5d0e-9a57-2b6b1d1f4f10")
"""Of the refs of replayed tickets; it never changes, or every file would be rung again."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket, ready to be rung.

    ``basket`` holds its lines, at or above zero; ``back`` says that they come back. ``offers``
    add up to the basket's total. ``of`` is the key of the ticket that is refunded, ``named`` what
    goes back by the tenders that its rows name. ``at`` is the first row's time; all rows lie from
    ``earliest`` to ``latest``.
    """

    line: int
    key: Key
    book: str
    at: datetime
    earliest: datetime
    latest: datetime
    basket: Basket
    offers: tuple[Offer, ...]
    back: bool = False
    of: Key = ()
    named: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class BadTicket:
    """A ticket that is not rung: its key if known, and each row that speaks against it."""

    key: Key | None
    rows: tuple[BadRow, ...]


def ref_of(book: str, data_set: str, key: Key) -> UUID:
    """Give the ref of a ticket: the same file rung again is the same sales (decision 18)."""
    return uuid5(NAMESPACE, json.dumps([book, data_set, *key], ensure_ascii=False))


class Tickets:
    """Makes tickets of the rows of one map.

    ``fraction`` is how many of the tickets of many rows were given; 0 for tickets of one.
    """

    def __init__(self, made: Map) -> None:
        self.fraction = 0.0
        self._data_set = made.data_set
        self._many = made.ticket.lines == "many"
        self._adds_up = made.ticket.repeated == "quantity"
        self._returns = made.returns
        self._other_tender = made.tender.other

    def __call__(self, rows: Iterable[Row | BadRow]) -> Iterator[Ticket | BadTicket]:
        """Give the tickets in the order of their first lines.

        Tickets of one row pass one by one; tickets of many are read whole first, because their
        rows may stand apart.
        """
        if not self._many:
            for row in rows:
                yield self._made([row])
            return
        groups = _grouped(rows)
        for done, together in enumerate(groups, 1):
            self.fraction = done / len(groups)
            yield self._made(together)

    def _made(self, rows: Sequence[Row | BadRow]) -> Ticket | BadTicket:
        good = [row for row in rows if isinstance(row, Row)]
        if len(good) < len(rows):
            return BadTicket(rows[0].key, tuple(row for row in rows if isinstance(row, BadRow)))
        try:
            return self._ticket(good)
        except RowError as error:
            first = good[0]
            return BadTicket(first.key, (BadRow(first.line, first.key, error.reason),))

    def _ticket(self, rows: Sequence[Row]) -> Ticket:
        first = rows[0]
        if first.at is None:
            raise RowError("没有时间", "it has no time")
        if first.book is None:
            raise RowError("没有账簿", "it names no book")
        if {row.book or first.book for row in rows} != {first.book}:
            raise RowError("同一单写了几个账簿", "its rows name several books")
        left = self._netted(rows)
        back = left[0].back
        if any(row.back != back for row in left):
            raise RowError("同一单里有正有负", "it mixes positive and negative rows")
        if back and self._returns.rule == "reject":
            raise RowError(
                "是退货（returns.rule = reject）", "it is a return (returns.rule = reject)"
            )
        of = self._original(rows) if back else ()
        tender = first.tender or self._other_tender
        if tender is None and not of:
            raise RowError("没有付款方式", "it does not say how it was paid")
        lines = tuple(line for row in left for line in row.lines)
        if self._adds_up:
            lines = _added_up(lines)
        if len(lines) > MOST_LINES:
            raise row_error(BasketFullError(MOST_LINES))
        return Ticket(
            first.line,
            first.key,
            first.book,
            first.at,
            *_span(rows, first.at),
            Basket(ref_of(first.book, self._data_set, first.key), lines),
            _offers(left, tender) if tender else (),
            back,
            of,
            _offers([row for row in left if row.tender], "") if of else (),
        )

    def _netted(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Let rows of the same item, quantity and price cancel out, where the map says so."""
        if self._returns.mixed != "net" or len({row.back for row in rows}) == 1:
            return rows
        left: dict[int, Row] = {}
        waiting: defaultdict[tuple[bool, tuple[Line, ...]], list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            if opposite := waiting[not row.back, row.lines]:
                del left[opposite.pop(0)]
            else:
                waiting[row.back, row.lines].append(place)
                left[place] = row
        if not left:
            raise RowError("正负相抵，什么也没卖", "its rows cancel out: nothing is left of it")
        return list(left.values())

    def _original(self, rows: Sequence[Row]) -> Key:
        """Give the key of the ticket that a refund names; empty for a stand-alone return."""
        if self._returns.rule != "refund":
            return ()
        named = {row.of for row in rows if all(row.of)}
        if len(named) != 1:
            raise RowError(
                "没有写明退哪一单，或写了几单", "it names no ticket to refund, or more than one"
            )
        return named.pop()


def _grouped(rows: Iterable[Row | BadRow]) -> list[list[Row | BadRow]]:
    """Give the rows of each ticket together; a row without a key is a ticket of its own.

    Such a row may be a line of the ticket above it, or of the one below: neither is rung without
    it.
    """
    groups: dict[Key | int, list[Row | BadRow]] = {}
    unsure: list[BadRow] = []
    above: list[Row | BadRow] = []
    for row in rows:
        group = groups.setdefault(row.line if row.key is None else row.key, [])
        group.append(row)
        if isinstance(row, BadRow) and not row.sure:
            _doubt(above, row)
            unsure.append(row)
            continue
        for each in unsure:
            _doubt(group, each)
        unsure.clear()
        above = group
    return list(groups.values())


def _doubt(group: list[Row | BadRow], unsure: BadRow) -> None:
    """Speak against a ticket because of a row beside it; one such row is enough."""
    if not group or any(isinstance(each, BadRow) for each in group):
        return
    reason = Phrase(
        f"第 {unsure.line} 行没有写明单号，可能属于这一单",
        f"line {unsure.line} does not say its ticket, and may belong to this one",
    )
    group.append(BadRow(group[0].line, group[0].key, reason))


def _added_up(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Make one line of whole units of the same item at the same price.

    Fractions stay apart: each was weighed, and rounded, on its own.
    """
    units: Counter[tuple[str, str, Money, bool]] = Counter()
    apart: list[Line] = []
    for line in lines:
        if line.qty_milli % 1000:
            apart.append(line)
        else:
            units[line.sku, line.name, line.unit_price, line.catering] += line.qty_milli
    try:
        whole = [
            Line(sku, name, unit_price, qty, catering)
            for (sku, name, unit_price, catering), qty in units.items()
        ]
    except (AmountError, QuantityError) as error:
        raise row_error(error) from error
    return (*whole, *apart)


def _span(rows: Sequence[Row], at: datetime) -> tuple[datetime, datetime]:
    """Give the earliest and the latest time of the rows of a ticket."""
    if len(rows) == 1:
        return at, at
    times = [row.at for row in rows if row.at]
    return min(times), max(times)


def _offers(rows: Sequence[Row], tender: str) -> tuple[Offer, ...]:
    """Pay each row by its own tender, or by that of the row before."""
    paid: dict[str, Money] = {}
    for row in rows:
        tender = row.tender or tender
        paid[tender] = sum((line.amount for line in row.lines), paid.get(tender, ZERO))
    return tuple(Offer(each, amount) for each, amount in paid.items())
