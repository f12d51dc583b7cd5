"""Finding a sale again: what the cashier typed, read as number, day, time, amount, tender or item.

Pure. Words are separated by blanks and all must fit: ``微信 豆浆 7:30-8:00``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from config.text import ascii_digits
from kiosk.errors import TillError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.catalogue import Catalogue
    from config.settings import Tender

LONGEST: Final = 64
"""Characters a search may have."""

ABOUT: Final = timedelta(minutes=10)
"""A single time means so much before and after it: nobody remembers the minute."""

_MOST_ITEMS: Final = 200
_BARCODE_DIGITS: Final = 8
_NUMBER: Final = re.compile(r"(?:#|No\.?|第)?([0-9]{1,9})号?", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"[¥￥]?([0-9]{1,6})\.([0-9]{1,2})元?|[¥￥]([0-9]{1,6})|([0-9]{1,6})元")
_TIMES: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?:-([0-9]{1,2}):([0-9]{2}))?")
_DAY: Final = re.compile(r"(?:([0-9]{4})-)?([0-9]{1,2})-([0-9]{1,2})")


class NotADayError(TillError):
    """A day or time that no calendar or clock has."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"没有这个日期或时刻 {text}：日期写 11-24，时刻写 7:30 或 7:30-8:00。",
            f"There is no day or time {text}: write a day like 11-24, a time like 7:30 or "
            "7:30-8:00.",
        )


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the sale: one of ``skus``, or a name that holds ``text`` (folded)."""

    text: str
    skus: frozenset[str]

    def among(self, lines: Sequence[Mapping[str, Any]]) -> bool:
        """Whether one of a document's lines is such an item."""
        return any(
            line["sku"] in self.skus or self.text in str(line["name"]).casefold() for line in lines
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sale must be to be found; None and empty ask for nothing.

    ``times`` are local and may run over midnight; ``day`` is the business date.
    """

    number: int | None = None
    day: date | None = None
    times: tuple[time, time] | None = None
    amount_fen: int | None = None
    tenders: frozenset[str] = frozenset()
    items: tuple[Item, ...] = ()

    @property
    def reads_documents(self) -> bool:
        """Whether the sale's own document must be read, and not only its row."""
        return bool(self.tenders or self.items)

    def fits_row(self, number: int, at: datetime, day: date, total_fen: int) -> bool:
        """Whether number, local instant, business date and total are as wanted."""
        return (
            self.number in (None, number)
            and self.day in (None, day)
            and self.amount_fen in (None, total_fen)
            and (self.times is None or _within(at.time(), *self.times))
        )

    def fits_doc(self, doc: Mapping[str, Any]) -> bool:
        """Whether tenders and items are as wanted."""
        paid = {tender["tender"] for tender in doc["tenders"]}
        return (not self.tenders or bool(self.tenders & paid)) and all(
            item.among(doc["lines"]) for item in self.items
        )


def read_search(
    text: str, *, tenders: Sequence[Tender], catalogue: Catalogue, today: date
) -> Wanted:
    """Read what was typed; a day without a year is the last one up to ``today``.

    Raises:
        NotADayError: something looks like a day or a time, and is none.
    """
    wanted = Wanted()
    for word in ascii_digits(text).replace("：", ":").split():
        wanted = _with(wanted, word, tenders, catalogue, today)
    return wanted


def _with(
    wanted: Wanted, word: str, tenders: Sequence[Tender], catalogue: Catalogue, today: date
) -> Wanted:
    if found := _AMOUNT.fullmatch(word):
        whole, part, *alone = found.groups()
        fen = int(whole or alone[0] or alone[1]) * 100 + int((part or "").ljust(2, "0"))
        return replace(wanted, amount_fen=fen)
    if found := _TIMES.fullmatch(word):
        return replace(wanted, times=_times(word, *found.groups()))
    if found := _DAY.fullmatch(word):
        return replace(wanted, day=_day(word, *found.groups(), today=today))
    if (found := _NUMBER.fullmatch(word)) and len(found[1]) < _BARCODE_DIGITS:
        return replace(wanted, number=int(found[1]))
    folded = word.casefold()
    named = frozenset(
        tender.id
        for tender in tenders
        if folded in (tender.id, tender.name_zh.casefold(), tender.name_en.casefold())
    )
    if named:
        return replace(wanted, tenders=wanted.tenders | named)
    by_barcode = catalogue.by_barcode(word)
    found_items = (by_barcode,) if by_barcode else catalogue.search(word, _MOST_ITEMS)
    item = Item(folded, frozenset(each.sku for each in found_items))
    return replace(wanted, items=(*wanted.items, item))


def _times(
    word: str, hour: str, minute: str, until_hour: str | None, until_minute: str | None
) -> tuple[time, time]:
    try:
        first = time(int(hour), int(minute))
        if until_hour is not None and until_minute is not None:
            return first, time(int(until_hour), int(until_minute), 59)
    except ValueError as error:
        raise NotADayError(word) from error
    around = datetime.combine(date(2000, 1, 2), first)
    return (around - ABOUT).time(), (around + ABOUT).time().replace(second=59)


def _day(word: str, year: str | None, month: str, day: str, *, today: date) -> date:
    try:
        found = date(int(year or today.year), int(month), int(day))
        if year is None and found > today:
            found = found.replace(year=today.year - 1)
    except ValueError as error:
        raise NotADayError(word) from error
    return found


def _within(at: time, first: time, last: time) -> bool:
    at = at.replace(microsecond=0)
    return first <= at <= last if first <= last else at >= first or at <= last
