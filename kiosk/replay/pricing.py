"""What a row sold: item, quantity and price, as lines of a basket."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from config.errors import ConfigError, Fault, Phrase, TextError, shown
from config.text import ascii_digits, check_text
from kiosk.errors import QuantityError
from kiosk.replay.errors import RowError, row_error
from kiosk.replay.figures import spread
from kiosk.replay.source import Reading, open_csv
from kiosk.sale.basket import ONE_MILLI, Line
from ledger.errors import AmountError
from ledger.money import from_fen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from config.catalogue import Catalogue, Product
    from kiosk.replay.figures import Figures
    from kiosk.replay.map import Map

_KEPT: Final = 4096
_COLUMNS: Final = 60


class Sold(NamedTuple):
    """The lines of one row, at or above zero; ``back`` where the row's figures are negative."""

    lines: tuple[Line, ...]
    back: bool


class Priced(NamedTuple):
    """An item: how the books name it, its catering flag and price where they are known by it."""

    sku: str
    name: str
    catering: bool
    price_fen: int | None


class Pricing:
    """Prices the rows of one map."""

    def __init__(self, made: Map, catalogue: Catalogue, figures: Figures) -> None:
        self._rule = made.price.rule
        self._fixed_fen = made.price.fixed
        self._catering = made.catering.rule
        self._figures = figures
        self._product = _finder(made.item.match, catalogue)
        self._listed = _price_file(made, figures) if made.price.file is not None else {}
        self._item = lru_cache(_KEPT)(self._find)
        self._line = lru_cache(_KEPT)(_line)

    def sold(self, item: str, name: str, quantity: str | None, price: str, flag: bool) -> Sold:  # noqa: FBT001
        """Price one row from its cells; ``flag`` is catering where the map reads it of a column.

        Raises:
            RowError: a figure is unfit, or the item has no price.
        """
        found = self._item(item, name)
        catering = flag if self._catering == "column" else found.catering
        qty = ONE_MILLI if quantity is None else self._figures.milli(quantity)
        if self._rule == "total":
            return self._of_total(found, qty, self._figures.fen(price), catering)
        unit = self._figures.fen(price) if found.price_fen is None else found.price_fen
        if unit < 0 and qty < 0:
            raise RowError("数量和单价都是负数", "quantity and unit price are both negative")
        line = self._line(found.sku, found.name, abs(unit), abs(qty), catering)
        return Sold((line,), unit < 0 or qty < 0)

    def _of_total(self, found: Priced, qty: int, total: int, catering: bool) -> Sold:  # noqa: FBT001
        if qty < 0 < total:
            raise RowError(
                "数量是负数，金额是正数", "the quantity is negative and the amount is not"
            )
        lines = tuple(
            self._line(found.sku, found.name, unit, each, catering)
            for unit, each in spread(abs(total), abs(qty))
        )
        return Sold(lines, total < 0 or qty < 0)

    def _find(self, item: str, name: str) -> Priced:
        product = self._product(item) if self._product else None
        if product is None:
            if self._rule == "catalogue" or self._catering == "catalogue":
                raise RowError(
                    f"目录里没有 {shown(item)}", f"{shown(item)} is not in the catalogue"
                )
            try:
                sku = check_text(item, what_zh="商品", what_en="item", columns=_COLUMNS)
                named = check_text(name, what_zh="商品名称", what_en="name", columns=_COLUMNS)
            except TextError as error:
                if (item, name) != (item.strip(), name.strip()):
                    raise RowError(
                        f"商品 {shown(name)} 首尾有空格；file.trim = true 会去掉空格",
                        f"spaces around the item {shown(name)}; file.trim = true drops them",
                    ) from error
                raise row_error(error) from error
            return Priced(sku, named, self._catering == "all", self._price_fen(item))
        catering = {"all": True, "none": False}.get(self._catering, product.catering)
        known = product.price_fen if self._rule == "catalogue" else self._price_fen(item)
        return Priced(product.sku, product.name_zh, catering, known)

    def _price_fen(self, item: str) -> int | None:
        """Give the price that hangs on the item itself, if the rule has one."""
        if self._rule != "file":
            return self._fixed_fen
        if item not in self._listed:
            raise RowError(f"没有 {shown(item)} 的价格", f"there is no price of {shown(item)}")
        return self._listed[item]


def _line(sku: str, name: str, unit_fen: int, qty_milli: int, catering: bool) -> Line:  # noqa: FBT001
    try:
        return Line(sku, name, from_fen(unit_fen), qty_milli, catering)
    except (AmountError, QuantityError) as error:
        raise row_error(error) from error


def _finder(match: str, catalogue: Catalogue) -> Callable[[str], Product | None] | None:
    if match == "sku":
        return catalogue.by_sku
    if match == "barcode":
        return catalogue.by_barcode
    if match == "none":
        return None
    by_name: dict[str, Product | None] = {}
    for product in catalogue:
        for name in {_folded(product.name_zh), _folded(product.name_en)}:
            # A name of two products is the name of neither.
            by_name[name] = None if name in by_name else product
    return lambda name: by_name.get(_folded(name))


def _folded(name: str) -> str:
    return ascii_digits(name).strip().casefold()


def _price_file(made: Map, figures: Figures) -> Mapping[str, int]:
    """Read the price file of a map: item to fen.

    Raises:
        ReplayError: it cannot be read.
        ConfigError: a price is unfit, or an item has two.
    """
    price = made.price
    assert price.file is not None  # noqa: S101 - read_map has seen to these three
    assert price.file_item is not None  # noqa: S101
    assert price.file_price is not None  # noqa: S101
    path: Path = made.path.parent / price.file
    listed: dict[str, int] = {}
    reading = Reading(price.file_encoding, price.file_delimiter, '"', header=True, skip_lines=0)
    with open_csv(path, reading) as file:
        item_at = file.index(price.file_item, ("price", "file_item"), made.path)
        price_at = file.index(price.file_price, ("price", "file_price"), made.path)
        for row in file:
            wrong = row.fault
            if wrong is None:
                item = row.fields[item_at]
                try:
                    fen = figures.fen(row.fields[price_at])
                except RowError as error:
                    wrong = error.reason
                else:
                    if listed.setdefault(item, fen) != fen:
                        wrong = Phrase(f"{shown(item)} 有两个价格", f"{shown(item)} has two prices")
                    elif fen < 0:
                        wrong = Phrase("价格是负数", "the price is negative")
            if wrong is not None:
                allowed = Phrase("每个商品一个价格", "one price for each item")
                raise ConfigError(path, [Fault("", wrong, allowed, row.line)])
    return listed
