"""The map of a file: which column says what, and the rules that its rows follow.

``docs/replay.md`` tells the operator the same; each class here is a table of the map.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import time
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from config.checks import clock, code, one_of, truth, visible, whole, yuan
from config.reading import Reader
from config.source import read_source
from kiosk.replay.map_checks import (
    Cells,
    Column,
    affixes,
    book_id,
    cells,
    column,
    columns,
    encoding,
    one_character,
    quote,
    texts,
    translation,
    zone,
)
from kiosk.replay.map_rules import faults, tender_faults
from kiosk.replay.times import time_formats

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.settings import Settings
    from config.source import Place

_Column: TypeAlias = Annotated[Column | None, column]
_Columns: TypeAlias = Annotated[tuple[Column, ...], columns]
_Texts: TypeAlias = Annotated[tuple[str, ...], texts]
_Pairs: TypeAlias = Annotated[tuple[tuple[str, str], ...], translation]
_Cells: TypeAlias = Annotated[Cells, cells]
_Encoding: TypeAlias = Annotated[str, encoding]
_Character: TypeAlias = Annotated[str, one_character]
_Tender: TypeAlias = Annotated[
    str | None, code("[a-z][a-z0-9_]{0,15}", '付款方式的 id，如 "cash"', 'a tender like "cash"')
]


@dataclass(frozen=True, slots=True)
class File:
    """How the bytes of the file become rows and fields."""

    encoding: _Encoding = "utf-8"
    delimiter: _Character = ","
    quote: Annotated[str, quote] = '"'
    header: Annotated[bool, truth] = True
    skip_lines: Annotated[int, whole(0, 1000)] = 0
    multiline: Annotated[bool, truth] = False
    trim: Annotated[bool, truth] = False


@dataclass(frozen=True, slots=True)
class TicketRule:
    """What makes a ticket of rows: ``one`` row each, or ``many`` rows with the same ``key``.

    Without a key the row's line in the file is the ticket's. ``repeated`` says whether the same
    item at the same price again is another line (``lines``) or more of it (``quantity``).
    """

    lines: Annotated[str, one_of("one", "many")] = "one"
    key: _Columns = ()
    repeated: Annotated[str, one_of("lines", "quantity")] = "lines"


@dataclass(frozen=True, slots=True)
class Item:
    """What was sold and how much; ``match`` looks ``column`` up in the home's catalogue."""

    column: Annotated[Column, column]
    name: _Column = None
    quantity: _Column = None
    match: Annotated[str, one_of("none", "sku", "barcode", "name")] = "none"


@dataclass(frozen=True, slots=True)
class Price:
    """Where the price comes from: a column, the catalogue, a price file, or ``fixed`` (in fen)."""

    rule: Annotated[str, one_of("unit", "total", "catalogue", "file", "fixed")]
    column: _Column = None
    fixed: Annotated[int | None, yuan] = None
    file: Annotated[str | None, visible(200)] = None
    file_item: _Column = None
    file_price: _Column = None
    file_encoding: _Encoding = "utf-8"
    file_delimiter: _Character = ","


@dataclass(frozen=True, slots=True)
class Numbers:
    """How figures are written; a fen is a figure times 10^``exponent``."""

    exponent: Annotated[int, whole(-4, 6)] = 2
    decimal: Annotated[str, one_of(".", ",")] = "."
    thousands: Annotated[str, one_of("", ",", ".", " ", "'", "_")] = ""
    affixes: Annotated[tuple[str, ...], affixes] = ()


@dataclass(frozen=True, slots=True)
class Time:
    """When: the columns are joined by a space and read by the first of ``formats`` that fits."""

    column: _Columns
    formats: Annotated[tuple[str, ...], time_formats]
    date_only_at: Annotated[time, clock] = time(12)
    zone: Annotated[str | None, zone] = None


@dataclass(frozen=True, slots=True)
class Catering:
    """Which items are food or drink, so that their sale sets aside."""

    rule: Annotated[str, one_of("all", "none", "catalogue", "column")]
    column: _Column = None
    values: _Texts = ()


@dataclass(frozen=True, slots=True)
class TenderRule:
    """How it was paid: always ``fixed``, or ``column`` by way of ``values``, else ``other``."""

    fixed: _Tender = None
    column: _Column = None
    values: _Pairs = ()
    other: _Tender = None


@dataclass(frozen=True, slots=True)
class Book:
    """Which book: ``fixed``, or ``column`` by way of ``values`` or behind ``prefix``."""

    fixed: Annotated[str | None, book_id] = None
    column: _Column = None
    values: _Pairs = ()
    prefix: Annotated[str, code("[A-Za-z0-9][A-Za-z0-9._-]{0,30}", "如 VM-", "like VM-")] = ""


@dataclass(frozen=True, slots=True)
class Returns:
    """What a ticket of negative figures is, and which rows count as negative.

    ``mixed`` is for tickets with both signs: ``net`` lets rows of the same item and price cancel
    out, and what is left must have one sign.
    """

    rule: Annotated[str, one_of("stand-alone", "refund", "reject")] = "reject"
    of: _Columns = ()
    rows: _Cells = ()
    mixed: Annotated[str, one_of("reject", "net")] = "reject"


@dataclass(frozen=True, slots=True)
class Map:
    """A whole map. ``ignore`` drops rows with one of the values, ``only`` all the others."""

    path: Path
    data_set: str
    time: Time
    item: Item
    price: Price
    tender: TenderRule
    catering: Catering
    file: File
    ticket: TicketRule
    numbers: Numbers
    book: Book
    returns: Returns
    ignore: Cells = ()
    only: Cells = ()

    @property
    def by(self) -> str:
        """The staff id that records of this replay carry."""
        return f"replay:{self.data_set}"

    def columns(self) -> Iterator[tuple[Place, Column]]:
        """Give every column of the file that the map names, with the key that names it."""
        for table, key in _COLUMN_KEYS:
            named = getattr(getattr(self, table), key)
            for each in named if isinstance(named, tuple) else (named,):
                if each is not None:
                    yield (table, key), each
        for place, pairs in ((("returns", "rows"), self.returns.rows), (("ignore",), self.ignore)):
            yield from (((*place, name), name) for name, _ in pairs)
        yield from ((("only", name), name) for name, _ in self.only)


@dataclass(frozen=True, slots=True)
class _Top:
    """The keys of a map that stand above its tables."""

    data_set: Annotated[
        str,
        code(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,39}",
            '1 至 40 个字母、数字和 . _ -，如 "shop-2016"',
            '1 to 40 of A-Z, a-z, 0-9 and . _ -, like "shop-2016"',
        ),
    ]
    ignore: _Cells = ()
    only: _Cells = ()


_COLUMN_KEYS: Final = (
    ("ticket", "key"),
    ("item", "column"),
    ("item", "name"),
    ("item", "quantity"),
    ("price", "column"),
    ("time", "column"),
    ("catering", "column"),
    ("tender", "column"),
    ("book", "column"),
    ("returns", "of"),
)

_TABLES: Final[dict[str, type]] = {
    "file": File,
    "ticket": TicketRule,
    "time": Time,
    "item": Item,
    "price": Price,
    "numbers": Numbers,
    "catering": Catering,
    "tender": TenderRule,
    "book": Book,
    "returns": Returns,
}


def read_map(path: Path) -> Map:
    """Read a map from TOML.

    Raises:
        ConfigError: the file cannot be read, a key is unknown, missing or unfit, or keys
            contradict each other; all that is wrong is said at once.
    """
    reader = Reader(read_source(path))
    tables = reader.source.tables
    top = {key: value for key, value in tables.items() if key not in _TABLES}
    for key in top.keys() - {each.name for each in fields(_Top)}:
        reader.unknown((key,), ("data_set", *_TABLES, "ignore", "only"))
        del top[key]
    head = reader.row(_Top, top, ())
    read: dict[str, Any] = {
        key: reader.row(form, tables.get(key, {}), (key,)) for key, form in _TABLES.items()
    }
    reader.finish()
    assert head is not None  # noqa: S101 - finish() has raised otherwise
    made = Map(path, head.data_set, ignore=head.ignore, only=head.only, **read)
    for place, wrong, allowed in faults(made):
        reader.fault(place, wrong, allowed)
    reader.finish()
    return made


def check_tenders(made: Map, settings: Settings) -> None:
    """Hold the tenders of a map against the settings of the home that it is used on.

    Raises:
        ConfigError: the map names a tender that the settings do not.
    """
    reader = Reader(read_source(made.path))
    for place, wrong, allowed in tender_faults(made, [each.id for each in settings.tenders]):
        reader.fault(place, wrong, allowed)
    reader.finish()
