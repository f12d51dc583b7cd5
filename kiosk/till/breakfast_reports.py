"""Breakfasts of a period by day, hour, item or station: what the fund paid, and for how many."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kiosk.till.judging import station_of
from kiosk.till.tables import HAND_OUT, REDEMPTION, REDEMPTION_VOID
from ledger.chain import digest
from ledger.errors import UnsoundRecordError
from ledger.money import part
from ledger.proof import ALTERED, NONSENSE, nonsense

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

_WITHIN: Final = (
    "(?1 IS NULL OR book = ?1) AND CASE WHEN NOT json_valid(body) THEN {broken}"
    " WHEN {wanted} THEN json_extract(body, '$.day') BETWEEN ?2 AND ?3 ELSE {otherwise} END"
)
# All of it is read from the records: what the till keeps beside them is for the till. What is no
# JSON is asked for, too, so that it is refused and not skipped; and whatever undid a breakfast.
_TOLD: Final = "SELECT book, seq, body, hash FROM record WHERE " + _WITHIN.format(  # noqa: S608 - our words
    broken="1",
    wanted=f"json_extract(body, '$.kind') IN ('{REDEMPTION}', '{HAND_OUT}')",
    otherwise=f"json_extract(body, '$.kind') = '{REDEMPTION_VOID}'",
)
_SALES: Final = (
    "SELECT book, json_extract(body, '$.day') AS on_day, count(*) FROM record WHERE "  # noqa: S608 - our words
    + _WITHIN.format(broken="0", wanted="json_extract(body, '$.fund.set_aside') > 0", otherwise="0")
    + " AND (book, seq) NOT IN (SELECT book, coalesce(json_extract(body, '$.doc.of_seq'), 0)"
    " FROM record WHERE (?1 IS NULL OR book = ?1)"
    " AND CASE WHEN json_valid(body) THEN json_extract(body, '$.fund.reversed') > 0 END)"
    " GROUP BY book, on_day"
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
        sales: sales of the same days that set aside, without those whose set-aside was taken back
            since, on whatever day; None for hours and items.
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
        """How many of ``sales`` there were to one, to a tenth; None where it is not told."""
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

    Everything is read from the records, and each breakfast's is held against its hash. As many
    steps as there are records.

    Raises:
        UnsoundRecordError: a breakfast's record was altered, or cannot be read.
    """
    asked = (book, first_day, last_day)
    rows: dict[str, Row] = {}
    total, undone = Row("", sales=0), 0
    served, closed = _read(cursor, asked)
    for place, content in served.items():
        if place in closed:
            undone += 1
            continue
        try:
            if by is By.ITEM:
                _add_items(rows, place, content["doc"]["lines"])
                told = [total]
            else:
                told = [total, _row(rows, by, _key(by, content, zone))]
            for row in told:
                _add(row, place, content)
        except NONSENSE as error:
            raise UnsoundRecordError(*place, *nonsense(error)) from error
    for each, day, sales in cursor.execute(_SALES, asked):
        total.sales = (total.sales or 0) + sales
        key = day if by is By.DAY else station_of(each)
        if by in _WITH_SALES and key in rows:
            rows[key].sales = (rows[key].sales or 0) + sales
    return BreakfastReport(by, [rows[key] for key in sorted(rows)], total, undone)


def _read(
    cursor: sqlite3.Cursor, asked: tuple[str | None, str, str]
) -> tuple[dict[Place, dict[str, Any]], set[Place]]:
    """Give the breakfasts of a period, what their records say; and those undone at any time.

    Raises:
        UnsoundRecordError: one of them was altered, or cannot be read.
    """
    served: dict[Place, dict[str, Any]] = {}
    closed: set[Place] = set()
    for book, seq, body, sealed in cursor.execute(f"{_TOLD} ORDER BY book, seq", asked):
        try:
            if digest(body) != sealed:
                raise UnsoundRecordError(book, seq, *ALTERED)
            content = json.loads(body)
            if content["kind"] == REDEMPTION_VOID:
                closed.add(Place(book, content["doc"]["of_seq"]))
            else:
                served[Place(book, seq)] = content
        except NONSENSE as error:
            raise UnsoundRecordError(book, seq, *nonsense(error)) from error
    return served, closed


def _add(row: Row, place: Place, content: dict[str, Any]) -> None:
    fund_fen, total_fen = content["fund"]["redeemed"], content["doc"]["total_fen"]
    row.served.add(place)
    row.fund_fen += fund_fen
    row.topped_up_fen += total_fen - fund_fen
    row.hand_outs += content["kind"] == HAND_OUT


def _key(by: By, content: dict[str, Any], zone: ZoneInfo) -> str:
    if by is By.DAY:
        return str(content["day"])
    if by is By.STATION:
        return station_of(content["book"])
    return f"{datetime.fromisoformat(content['at']).astimezone(zone):%H}"


def _row(rows: dict[str, Row], by: By, key: str) -> Row:
    return rows.setdefault(key, Row(key, sales=0 if by in _WITH_SALES else None))


def _add_items(rows: dict[str, Row], place: Place, lines: Iterable[dict[str, object]]) -> None:
    for line in lines:
        row = _row(rows, By.ITEM, str(line["sku"]))
        row.name = str(line["name"])
        row.served.add(place)
        row.fund_fen += int(str(line["amount_fen"]))
        row.pieces_milli += int(str(line["qty_milli"]))
