"""One row of the file, understood; or why it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from config.errors import Phrase, shown
from kiosk.replay.errors import RowError
from kiosk.replay.figures import Figures
from kiosk.replay.map_checks import BOOK
from kiosk.replay.pricing import Pricing
from kiosk.replay.source import UNDECODED
from kiosk.replay.times import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiosk.replay.map import Map
    from kiosk.replay.map_checks import Cells
    from kiosk.replay.source import CsvFile, RawRow
    from kiosk.sale.basket import Line
    from kiosk.till.home import Home

Key: TypeAlias = tuple[str, ...]
"""What names a ticket in its file."""


class Row(NamedTuple):
    """One row as the till may ring it.

    ``at``, ``book`` and ``tender`` are None where their cell is blank: the ticket's row before
    says them. ``of`` names the ticket that is refunded.
    """

    line: int
    key: Key
    at: datetime | None
    book: str | None
    tender: str | None
    lines: tuple[Line, ...]
    back: bool
    of: Key


class BadRow(NamedTuple):
    """A row that cannot be rung.

    ``key`` is None where not even its ticket can be known. ``shifted`` says that the key may be
    another cell's: a delimiter is missing, or is one too many.
    """

    line: int
    key: Key | None
    reason: Phrase
    shifted: bool = False

    @property
    def sure(self) -> bool:
        """Whether the row says for certain which ticket it belongs to."""
        return self.key is not None and not self.shifted


class RowReader:
    """Understands the rows of one open file by its map.

    ``rows`` counts what was read, ``ignored`` what the map drops.

    Raises:
        ConfigError: the header lacks a column of the map, or a price file is unfit.
        ReplayError: a price file cannot be read.
    """

    def __init__(self, made: Map, file: CsvFile, home: Home, book: str | None) -> None:
        self.rows = 0
        self.ignored = 0
        self._file = file
        self._map = made
        self._key = self._indexes("ticket", "key")
        self._item = self._indexes("item", "column")[0]
        self._name = self._index("item", "name")
        self._quantity = self._index("item", "quantity")
        self._price = self._index("price", "column")
        self._time = self._indexes("time", "column")
        self._catering = self._index("catering", "column")
        self._tender = self._index("tender", "column")
        self._book = self._index("book", "column")
        self._of = self._indexes("returns", "of")
        self._back = self._cells(made.returns.rows, "returns", "rows")
        self._ignore = self._cells(made.ignore, "ignore")
        self._only = self._cells(made.only, "only")
        self._needed = 1 + max(
            self._file.index(each, place, made.path) for place, each in made.columns()
        )
        own_book = None if made.book.column else home.settings.book
        self._fixed_book = book or made.book.fixed or own_book
        self._tenders = dict(made.tender.values)
        self._known_tenders = {each.id for each in home.settings.tenders}
        self._books = dict(made.book.values)
        self._flagged = frozenset(made.catering.values)
        figures = Figures(made.numbers)
        zone = ZoneInfo(made.time.zone or home.settings.day.timezone)
        self._clock = Clock(made.time.formats, zone, made.time.date_only_at)
        self._pricing = Pricing(made, home.catalogue, figures)

    def __iter__(self) -> Iterator[Row | BadRow]:
        """Give every row that the map does not drop, in the order of the file."""
        for raw in self._file:
            self.rows += 1
            fields = [each.strip() for each in raw.fields] if self._map.file.trim else raw.fields
            if self._dropped(fields):
                self.ignored += 1
                continue
            yield self._understood(raw, fields)

    def _understood(self, raw: RawRow, fields: list[str]) -> Row | BadRow:
        line, fault, shifted = raw.line, raw.fault, raw.shifted
        if fault is None and len(fields) < self._needed:
            count, shifted = len(fields), True
            fault = Phrase(
                f"只有 {count} 个字段，需要 {self._needed} 个",
                f"it has {count} fields, {self._needed} are needed",
            )
        if fault is not None:
            return BadRow(line, self._key_of(line, fields), fault, shifted)
        try:
            return self._row(line, fields)
        except RowError as error:
            return BadRow(line, self._key_of(line, fields), error.reason)

    def _row(self, line: int, fields: list[str]) -> Row:
        key = self._key_of(line, fields)
        if key is None:
            raise RowError("单号为空", "the ticket's key is blank")
        item = fields[self._item]
        sold = self._pricing.sold(
            item,
            item if self._name is None else fields[self._name],
            None if self._quantity is None else fields[self._quantity],
            "" if self._price is None else fields[self._price],
            self._catering is not None and fields[self._catering].strip() in self._flagged,
        )
        when = " ".join([fields[each] for each in self._time])
        return Row(
            line,
            key,
            None if not when or when.isspace() else self._clock.read(when),
            self._fixed_book or self._book_of(fields),
            self._map.tender.fixed or self._tender_of(fields),
            sold.lines,
            sold.back or _has(fields, self._back),
            tuple([fields[each].strip() for each in self._of]),
        )

    def _key_of(self, line: int, fields: list[str]) -> Key | None:
        """Give the ticket's key, if the row says it."""
        if not self._key:
            return (str(line),)
        if len(fields) <= max(self._key):
            return None
        key = tuple([fields[each].strip() for each in self._key])
        return key if all(key) and not any(map(UNDECODED, key)) else None

    def _book_of(self, fields: list[str]) -> str | None:
        assert self._book is not None  # noqa: S101 - a book is fixed otherwise
        word = fields[self._book].strip()
        if not word:
            return None
        book = self._books.get(word) if self._books else f"{self._map.book.prefix}{word}"
        if book is None or not BOOK.fullmatch(book):
            raise RowError(f"{shown(word)} 不对应账簿", f"{shown(word)} means no book")
        return book

    def _tender_of(self, fields: list[str]) -> str | None:
        assert self._tender is not None  # noqa: S101 - a tender is fixed otherwise
        word = fields[self._tender].strip()
        if not word:
            return None
        tender = self._tenders.get(word) if self._tenders else word
        if tender not in self._known_tenders:
            tender = self._map.tender.other
        if tender is None:
            raise RowError(f"{shown(word)} 不对应付款方式", f"{shown(word)} means no tender")
        return tender

    def _dropped(self, fields: list[str]) -> bool:
        if _has(fields, self._ignore):
            return True
        return any(
            index < len(fields) and fields[index].strip() not in values
            for index, values in self._only
        )

    def _indexes(self, table: str, key: str) -> tuple[int, ...]:
        return tuple(
            self._file.index(each, place, self._map.path)
            for place, each in self._map.columns()
            if place == (table, key)
        )

    def _index(self, table: str, key: str) -> int | None:
        return next(iter(self._indexes(table, key)), None)

    def _cells(self, cells: Cells, *place: str) -> tuple[tuple[int, frozenset[str]], ...]:
        return tuple(
            (self._file.index(name, (*place, name), self._map.path), values)
            for name, values in cells
        )


def _has(fields: list[str], cells: tuple[tuple[int, frozenset[str]], ...]) -> bool:
    """Whether a row has one of the values."""
    return any(index < len(fields) and fields[index].strip() in values for index, values in cells)
