"""Breakfasts of a period by day, hour, item or station: what the fund paid, and for how many."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from kiosk.till.judging import station_of
from kiosk.till.tables import HAND_OUT
from ledger.errors import UnsoundRecordError
from ledger.money import part
from ledger.proof import NONSENSE, nonsense

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

_SERVED: Final = (
    "SELECT b.book, b.seq, r.day, b.at, b.kind, b.fund_fen, b.total_fen, b.closed_by IS NOT NULL,"
    " CASE WHEN json_valid(r.body) THEN json_extract(r.body, '$.doc.lines') ELSE '[]' END"
    " FROM breakfast b JOIN record r ON r.book = b.book AND r.seq = b.seq"
    " WHERE (?1 IS NULL OR b.book = ?1) AND r.day BETWEEN ?2 AND ?3 ORDER BY b.book, b.seq"
)
_SALES: Final = (
    "SELECT book, day, sales FROM fund_day"
    " WHERE (?1 IS NULL OR book = ?1) AND day BETWEEN ?2 AND ?3 AND sales > 0"
)


class By(StrEnum):
    """What breakfasts are told apart by; ``DAY`` is the business date, ``HOUR`` local."""

    DAY = "day"
    HOUR = "hour"
    ITEM = "item"
    STATION = "station"


_WITH_SALES: Final = frozenset({By.DAY, By.STATION})


class Place(NamedTuple):
    """A record's place: book and number."""

    book: str
    seq: int


@dataclass(slots=True)
class Row:
    """The breakfasts of one day, hour, item or station; amounts in fen.

    Attributes:
        key: which: ``2026-11-24``, ``07``, a SKU or a station's id.
        name: of an item; empty for others.
        served: the breakfasts, without undone ones.
        fund_fen: what the fund paid for them; of an item, what all of it came to.
        topped_up_fen: what workers paid on top.
        hand_outs: those of them without a card.
        pieces_milli: of an item, how many thousandths of it.
        sales: sales that set aside meanwhile; None for hours and items.
    """

    key: str
    name: str = ""
    served: set[Place] = field(default_factory=set)
    fund_fen: int = 0
    topped_up_fen: int = 0
    hand_outs: int = 0
    pieces_milli: int = 0
    sales: int | None = None

    @property
    def count(self) -> int:
        """How many breakfasts."""
        return len(self.served)

    @property
    def average_fen(self) -> int | None:
        """What the fund paid for one, half up to the fen; None where there was none."""
        return part(self.fund_fen, 1, self.count) if self.count else None

    @property
    def sales_per_breakfast(self) -> float | None:
        """How many sales there were to one breakfast, to a tenth; None where it is not told."""
        if self.sales is None or not self.count:
            return None
        return part(self.sales, 10, self.count) / 10


@dataclass(frozen=True, slots=True)
class BreakfastReport:
    """The rows in order, what all of them come to, and how many breakfasts were undone."""

    by: By
    rows: list[Row]
    total: Row
    undone: int


def breakfast_report(
    cursor: sqlite3.Cursor,
    by: By,
    zone: ZoneInfo,
    *,
    book: str | None = None,
    first_day: str = "",
    last_day: str = "9999-12-31",
) -> BreakfastReport:
    """Read the breakfasts of ``book`` (all where None) by ``by``; days are business dates.

    As many steps as there were breakfasts and days with sales, in the period or not.

    Raises:
        UnsoundRecordError: what a breakfast's record or row says cannot be read.
    """
    asked = (book, first_day, last_day)
    rows: dict[str, Row] = {}
    total, undone = Row("", sales=0), 0
    for *head, closed, lines in cursor.execute(_SERVED, asked):
        if closed:
            undone += 1
            continue
        place = Place(head[0], head[1])
        try:
            if by is By.ITEM:
                _add_items(rows, place, json.loads(lines))
                told = [total]
            else:
                told = [total, _row(rows, by, _key(by, head, zone))]
        except NONSENSE as error:
            raise UnsoundRecordError(*place, *nonsense(error)) from error
        for row in told:
            _add(row, place, *head[4:])
    for each, day, sales in cursor.execute(_SALES, asked):
        total.sales = (total.sales or 0) + sales
        key = day if by is By.DAY else station_of(each)
        if by in _WITH_SALES and key in rows:
            rows[key].sales = (rows[key].sales or 0) + sales
    return BreakfastReport(by, [rows[key] for key in sorted(rows)], total, undone)


def _add(row: Row, place: Place, kind: str, fund_fen: int, total_fen: int) -> None:
    row.served.add(place)
    row.fund_fen += fund_fen
    row.topped_up_fen += total_fen - fund_fen
    row.hand_outs += kind == HAND_OUT


def _key(by: By, head: list[str], zone: ZoneInfo) -> str:
    book, _, day, at, *_ = head
    if by is By.DAY:
        return day
    if by is By.STATION:
        return station_of(book)
    return f"{datetime.fromisoformat(at).astimezone(zone):%H}"


def _row(rows: dict[str, Row], by: By, key: str) -> Row:
    return rows.setdefault(key, Row(key, sales=0 if by in _WITH_SALES else None))


def _add_items(rows: dict[str, Row], place: Place, lines: Iterable[dict[str, object]]) -> None:
    for line in lines:
        row = _row(rows, By.ITEM, str(line["sku"]))
        row.name = str(line["name"])
        row.served.add(place)
        row.fund_fen += int(str(line["amount_fen"]))
        row.pieces_milli += int(str(line["qty_milli"]))
