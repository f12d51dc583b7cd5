"""The catalogue: what the kiosk sells, and how the cashier finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from unicodedata import normalize

from config.checks import barcode, closest, code, truth, visible, yuan
from config.errors import Phrase
from config.product import Category, Choice, GridPage, OptionGroup, Product
from config.reading import Reader
from config.source import read_source
from config.text import ascii_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "CATALOGUE",
    "Catalogue",
    "Category",
    "Choice",
    "GridPage",
    "OptionGroup",
    "Product",
    "load_catalogue",
]

CATALOGUE = Path(__file__).with_name("catalogue.toml")
"""The shipped starter catalogue."""

_UPC_A_DIGITS = 12
_NO_MATCH = 99


@dataclass(frozen=True, slots=True)
class _Entry:
    """A product with everything that a search looks at, folded once."""

    product: Product
    sku: str
    number: str
    name_zh: str
    name_en: str

    def rank(self, wanted: str) -> int:
        """Return how well ``wanted`` (folded, not empty) names the product; 0 is best."""
        initials = self.product.initials
        ranked = (
            wanted in (self.sku, initials) or _scanned(wanted) == self.number,
            initials.startswith(wanted),
            self.sku.startswith(wanted),
            self.name_zh.startswith(wanted),
            wanted in self.name_zh,
            wanted in initials,
            f" {wanted}" in f" {self.name_en}",
            wanted in self.name_en,
            self.number.startswith(wanted),
        )
        return next((rank for rank, fits in enumerate(ranked) if fits), _NO_MATCH)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All products in the order of the file; never changed.

    Attributes:
        products: the products; no SKU and no barcode twice.
        categories: the categories in the order of the tabs.
        options: the option groups by their ids.
        grid: the pages that the operator laid out; empty: a page for each category.
    """

    products: tuple[Product, ...]
    categories: tuple[Category, ...] = ()
    options: Mapping[str, OptionGroup] = field(default_factory=dict, hash=False)
    grid: tuple[GridPage, ...] = ()
    _by_sku: Mapping[str, Product] = field(init=False, repr=False, compare=False)
    _by_barcode: Mapping[str, Product] = field(init=False, repr=False, compare=False)
    _entries: tuple[_Entry, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_sku = {each.sku: each for each in self.products}
        with_barcode = [each for each in self.products if each.barcode]
        by_barcode = {_scanned(each.barcode or ""): each for each in with_barcode}
        if len(by_sku) < len(self.products) or len(by_barcode) < len(with_barcode):
            raise ValueError("a SKU or a barcode stands twice")
        object.__setattr__(self, "_by_sku", by_sku)
        object.__setattr__(self, "_by_barcode", by_barcode)
        object.__setattr__(self, "_entries", tuple(map(_entry, self.products)))

    def __iter__(self) -> Iterator[Product]:
        return iter(self.products)

    def __len__(self) -> int:
        return len(self.products)

    def by_sku(self, sku: str) -> Product | None:
        """Return the product with this SKU, or None."""
        return self._by_sku.get(sku)

    def options_of(self, product: Product) -> tuple[OptionGroup, ...]:
        """Return the option groups that ``product`` raises, in its own order."""
        return tuple(self.options[each] for each in product.options)

    def by_barcode(self, number: str) -> Product | None:
        """Return the product with this barcode, or None.

        Full-width digits are read as digits, and a UPC-A (12 digits) is the same as its EAN-13
        with a leading zero: scanners are set to send either.
        """
        return self._by_barcode.get(_scanned(ascii_digits(number)))

    def search(self, text: str, limit: int) -> tuple[Product, ...]:
        """Return at most ``limit`` products that ``text`` may mean, the best first.

        Case and width do not matter. The ranks, equals in the order of the file:
        0 the whole SKU, barcode or initials; 1 the beginning of the initials; 2 of the SKU;
        3 of the Chinese name; 4 inside the Chinese name; 5 inside the initials; 6 the beginning
        of an English word; 7 inside the English name; 8 the beginning of the barcode.
        """
        wanted = _folded(text.strip())
        if not wanted:
            return ()
        ranked = [(entry.rank(wanted), i) for i, entry in enumerate(self._entries)]
        best = sorted(each for each in ranked if each[0] < _NO_MATCH)[: max(limit, 0)]
        return tuple(self.products[i] for _, i in best)


@dataclass(frozen=True, slots=True)
class _Row:
    sku: Annotated[
        str,
        code(
            "[A-Z0-9][A-Z0-9-]{0,15}",
            '大写字母、数字和连字符，如 "F001"',
            'A-Z, 0-9 and hyphens, like "F001"',
        ),
    ]
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


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read a catalogue from TOML; the shipped starter catalogue where no ``path`` is given.

    A product is a ``[[product]]`` table with sku, name_zh, name_en, category, price (yuan in
    quotes), catering, breakfast, and if it has them barcode and initials; a ``[[category]]``
    table has id, name_zh, name_en; without such tables a category is called what the products call
    it. Initials that are not written come from pypinyin, first
    reading.

    Raises:
        ConfigError: the file cannot be read, a key is unknown or missing, a value is unfit, a SKU
            or barcode stands twice, or a category is not there; all that is wrong is said at once.
    """
    reader = Reader(read_source(path or CATALOGUE))
    tables = reader.source.tables
    for key in tables.keys() - {"category", "product"}:
        reader.unknown((key,), ("category", "product"))
    categories = reader.rows(Category, tables.get("category", []), ("category",))
    rows = reader.rows(_Row, tables.get("product", []), ("product",))
    _check_unique(reader, "category", "id", [(i, each.id) for i, each in categories])
    _check_unique(reader, "product", "sku", [(i, row.sku) for i, row in rows])
    scanned = [(i, _scanned(row.barcode)) for i, row in rows if row.barcode]
    _check_unique(reader, "product", "barcode", scanned)
    if "category" in tables:
        _check_categories(reader, [each.id for _, each in categories], rows)
    reader.finish()
    products = tuple(_product(row) for _, row in rows)
    named = dict.fromkeys(each.category for each in products)
    shelves = [each for _, each in categories] or [Category(each, each, each) for each in named]
    return Catalogue(products, tuple(shelves))


def _check_unique(reader: Reader, table: str, key: str, values: list[tuple[int, str]]) -> None:
    first: dict[str, int] = {}
    for row, value in values:
        if value in first:
            line = reader.line((table, first[value]))
            wrong = Phrase(
                f'"{value}" 已在第 {line} 行的表中使用',
                f'"{value}" is taken by the table at line {line}',
            )
            reader.fault((table, row, key), wrong, Phrase("各不相同", "each only once"))
        first.setdefault(value, row)


def _check_categories(reader: Reader, ids: list[str], rows: list[tuple[int, _Row]]) -> None:
    for i, row in rows:
        if row.category not in ids:
            nearest = closest(row.category, ids)
            zh, en = f'没有类别 "{row.category}"', f'there is no category "{row.category}"'
            wrong = (
                Phrase(f"{zh}，是否指 {nearest}", f"{en}, did you mean {nearest}")
                if nearest
                else Phrase(zh, en)
            )
            names = ", ".join(ids) or "[[category]]"
            reader.fault(("product", i, "category"), wrong, Phrase(names, names))


def _product(row: _Row) -> Product:
    initials = row.initials
    if initials is None:
        from config.pinyin import initials_of  # noqa: PLC0415 - 200 ms that a start must not pay

        initials = initials_of(row.name_zh)
    return Product(
        sku=row.sku,
        name_zh=row.name_zh,
        name_en=row.name_en,
        category=row.category,
        price_fen=row.price,
        barcode=row.barcode,
        catering=row.catering,
        breakfast=row.breakfast,
        initials=initials,
    )


def _entry(product: Product) -> _Entry:
    return _Entry(
        product=product,
        sku=_folded(product.sku),
        number=_scanned(product.barcode or ""),
        name_zh=_folded(product.name_zh),
        name_en=_folded(product.name_en),
    )


def _folded(text: str) -> str:
    return normalize("NFC", ascii_digits(text)).casefold()


def _scanned(number: str) -> str:
    return f"0{number}" if len(number) == _UPC_A_DIGITS else number
