"""The tables of a catalogue's file, read and checked row by row, and then against each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from config.checks import (
    Entries,
    barcode,
    code,
    guessed,
    listed,
    one_of,
    sku,
    truth,
    unfit,
    visible,
    yuan,
    yuan_more_or_less,
)
from config.errors import Phrase
from config.product import Category
from config.reading import Reader  # noqa: TC001 - beside what it reads
from config.text import ean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from config.source import Place

TABLES = ("category", "product", "option", "page")
"""The tables that a catalogue may have."""

MOST_ON_A_PAGE = 24
"""Tiles of a page: the letters A to X."""

_COMBO = re.compile(r"([A-Z0-9][A-Z0-9-]{0,15})(?:\*([1-9][0-9]?))?")
_id = code("[a-z][a-z0-9_]{0,15}", '小写字母，如 "spicy"', 'a-z, like "spicy"')
_Id: TypeAlias = Annotated[str, _id]
_ONCE = Phrase("各不相同", "each only once")


def _part(value: object) -> tuple[str, int]:
    found = _COMBO.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        allowed = Phrase('编号，可加 * 和份数，如 "F002*2"', 'a SKU, or "F002*2" for two of it')
        raise unfit(value, allowed)
    return found[1], int(found[2] or 1)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A ``[[product]]`` as it is written; amounts in fen."""

    sku: Annotated[str, sku]
    name_zh: Annotated[str, visible(60)]
    name_en: Annotated[str, visible(60)]
    category: Annotated[str, visible(24)]
    price: Annotated[int, yuan]
    catering: Annotated[bool, truth]
    breakfast: Annotated[bool, truth]
    barcode: Annotated[str | None, barcode] = None
    initials: Annotated[
        str | None,
        code("[a-z0-9]{1,40}", "小写拼音首字母", "the small first letters of the pinyin"),
    ] = None
    open_price: Annotated[bool, truth] = False
    pickup: Annotated[bool, truth] = False
    options: Annotated[tuple[str, ...], listed(_id, most=9)] = ()
    prices: Annotated[dict[str, int] | None, Entries(None, _id, yuan)] = None
    combo: Annotated[tuple[tuple[str, int], ...], listed(_part, most=12)] = ()
    cost: Annotated[int | None, yuan] = None


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One of an option's ``choices``; ``delta`` in fen."""

    id: _Id
    name_zh: Annotated[str, visible(16)]
    name_en: Annotated[str, visible(24)]
    delta: Annotated[int, yuan_more_or_less] = 0


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An ``[[option]]`` as it is written."""

    id: _Id
    name_zh: Annotated[str, visible(16)]
    name_en: Annotated[str, visible(24)]
    choices: tuple[ChoiceRow, ...]
    pick: Annotated[str, one_of("one", "many")] = "one"


@dataclass(frozen=True, slots=True)
class PageRow:
    """A ``[[page]]`` of the grid as it is written."""

    name_zh: Annotated[str, visible(16)]
    name_en: Annotated[str, visible(24)]
    skus: Annotated[tuple[str, ...], listed(sku, most=MOST_ON_A_PAGE)]


@dataclass(frozen=True, slots=True)
class Rows:
    """All tables of a catalogue, each in the order of the file."""

    categories: tuple[Category, ...]
    products: tuple[ProductRow, ...]
    options: tuple[OptionRow, ...]
    pages: tuple[PageRow, ...]


def read_rows(reader: Reader) -> Rows:
    """Read the tables of the catalogue that ``reader`` holds.

    Raises:
        ConfigError: see ``config.catalogue.load_catalogue``.
    """
    tables = reader.source.tables
    for name in tables.keys() - set(TABLES):
        reader.unknown((name,), TABLES)
    categories = reader.rows(Category, tables.get("category", []), ("category",))
    products = reader.rows(ProductRow, _priced(tables.get("product", [])), ("product",))
    options = reader.rows(OptionRow, tables.get("option", []), ("option",))
    pages = reader.rows(PageRow, tables.get("page", []), ("page",))
    _check_unique(reader, ("category",), "id", [(i, each.id) for i, each in categories])
    _check_unique(reader, ("product",), "sku", [(i, row.sku) for i, row in products])
    scanned = [(i, ean(row.barcode)) for i, row in products if row.barcode]
    _check_unique(reader, ("product",), "barcode", scanned)
    if "category" in tables:
        _check_categories(reader, [each.id for _, each in categories], products)
    _check_options(reader, options, products)
    _check_combos(reader, products)
    _check_pages(reader, pages)
    reader.finish()
    return Rows(
        tuple(each for _, each in categories),
        tuple(row for _, row in products),
        tuple(row for _, row in options),
        tuple(row for _, row in pages),
    )


def _priced(tables: object) -> object:
    """Give a price of nothing to what is sold at a price that the cashier types."""
    if not isinstance(tables, list):
        return tables
    return [
        {"price": "0.00"} | each
        if isinstance(each, dict) and each.get("open_price") is True
        else each
        for each in tables
    ]


def _check_unique(reader: Reader, table: Place, key: str, values: list[tuple[int, str]]) -> None:
    first: dict[str, int] = {}
    for row, value in values:
        if value in first:
            line = reader.line((*table, first[value]))
            wrong = Phrase(
                f'"{value}" 已在第 {line} 行的表中使用',
                f'"{value}" is taken by the table at line {line}',
            )
            reader.fault((*table, row, key), wrong, _ONCE)
        first.setdefault(value, row)


def _check_known(
    reader: Reader, place: Place, name: str, known: Collection[str], what: Phrase
) -> None:
    """Note that ``name`` is none of ``known``; ``what`` says which names are meant."""
    if name not in known:
        wrong = Phrase(f'没有{what.zh} "{name}"', f'there is no {what.en} "{name}"')
        names = ", ".join(known) or "-"
        reader.fault(place, guessed(wrong, name, known), Phrase(names, names))


def _check_once(reader: Reader, place: Place, names: Sequence[str]) -> None:
    for name in dict.fromkeys(each for i, each in enumerate(names) if each in names[:i]):
        wrong = Phrase(f'"{name}" 出现两次', f'"{name}" stands twice')
        reader.fault(place, wrong, _ONCE)


def _check_categories(
    reader: Reader, ids: list[str], products: list[tuple[int, ProductRow]]
) -> None:
    what = Phrase("类别", "category")
    known = ids or ("[[category]]",)
    for i, row in products:
        _check_known(reader, ("product", i, "category"), row.category, known, what)


def _check_options(
    reader: Reader,
    options: list[tuple[int, OptionRow]],
    products: list[tuple[int, ProductRow]],
) -> None:
    _check_unique(reader, ("option",), "id", [(i, row.id) for i, row in options])
    for i, row in options:
        ids = [(n, each.id) for n, each in enumerate(row.choices)]
        _check_unique(reader, ("option", i, "choices"), "id", ids)
        if not row.choices:
            none = Phrase("没有任何选项", "there is nothing to choose from")
            reader.fault(("option", i, "choices"), none, Phrase("至少一项", "at least one choice"))
    by_id = {row.id: row for _, row in options}
    stated = _stated(reader, "option", "id")
    for i, product in products:
        place: Place = ("product", i, "options")
        for each in product.options:
            _check_known(reader, place, each, stated, Phrase("选项组", "option"))
        _check_once(reader, place, product.options)
        _check_lowest(reader, i, product, [by_id[o] for o in product.options if o in by_id])


def _check_lowest(reader: Reader, i: int, product: ProductRow, options: list[OptionRow]) -> None:
    """Note a price that the options could bring below nothing."""
    if product.open_price:
        if product.prices:
            wrong = Phrase("开放价商品没有优惠价", "an item with an open price has no tier prices")
            allowed = Phrase("去掉 prices 或 open_price", "prices or open_price, not both")
            reader.fault(("product", i, "prices"), wrong, allowed)
        return
    less = sum(map(_least, options))
    lowest = min([product.price, *(product.prices or {}).values()])
    if lowest + less < 0:
        wrong = Phrase(
            f"价格 {lowest / 100:.2f} 减去选项 {-less / 100:.2f} 后低于零",
            f"a price of {lowest / 100:.2f} less options of {-less / 100:.2f} is below nothing",
        )
        allowed = Phrase("选项减价不超过价格", "options that take off no more than the price")
        reader.fault(("product", i, "options"), wrong, allowed)


def _least(option: OptionRow) -> int:
    deltas = [min(each.delta, 0) for each in option.choices]
    return min(deltas, default=0) if option.pick == "one" else sum(deltas)


def _check_combos(reader: Reader, products: list[tuple[int, ProductRow]]) -> None:
    skus = _stated(reader, "product", "sku")
    combos = {row.sku for _, row in products if row.combo}
    for i, row in products:
        place: Place = ("product", i, "combo")
        parts = [part for part, _ in row.combo]
        _check_once(reader, place, parts)
        for part in parts:
            _check_known(reader, place, part, skus, Phrase("商品", "product"))
            if part in combos:
                wrong = Phrase(f"{part} 本身是套餐", f"{part} is a combo itself")
                allowed = Phrase("单件商品的编号", "SKUs of products that are no combos")
                reader.fault(place, wrong, allowed)


def _check_pages(reader: Reader, pages: list[tuple[int, PageRow]]) -> None:
    skus = _stated(reader, "product", "sku")
    for i, row in pages:
        place: Place = ("page", i, "skus")
        _check_once(reader, place, row.skus)
        for each in row.skus:
            _check_known(reader, place, each, skus, Phrase("商品", "product"))
        if not row.skus:
            none = Phrase("这一页没有商品", "there is no product on the page")
            allowed = Phrase(f"1 至 {MOST_ON_A_PAGE} 个编号", f"1 to {MOST_ON_A_PAGE} SKUs")
            reader.fault(place, none, allowed)


def _stated(reader: Reader, table: str, key: str) -> tuple[str, ...]:
    """Give the names that rows bear, the unfit rows included: one fault is said once."""
    tables: Any = reader.source.tables.get(table, [])
    rows: Iterable[Any] = tables if isinstance(tables, list) else ()
    names = (row.get(key) for row in rows if isinstance(row, dict))
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))
