"""The catalogue: what the kiosk sells, and how the cashier finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

from config.catalogue_rows import read_rows
from config.product import Category, Choice, GridPage, OptionGroup, Product
from config.reading import Reader
from config.source import read_source
from config.text import ascii_digits, ean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.catalogue_rows import OptionRow, ProductRow

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
            wanted in (self.sku, initials) or ean(wanted) == self.number,
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
        by_barcode = {ean(each.barcode or ""): each for each in with_barcode}
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
        return self._by_barcode.get(ean(ascii_digits(number)))

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


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read a catalogue from TOML; the shipped starter catalogue where no ``path`` is given.

    ``docs/settings.md`` says what the tables ``[[product]]``, ``[[category]]``, ``[[option]]`` and
    ``[[page]]`` hold. Without category tables a category is called what the products call it.
    Initials that are not written come from pypinyin, first reading. Whether the tiers of the
    prices exist is for ``config.agreement`` to say: the settings name them.

    Raises:
        ConfigError: the file cannot be read, a key is unknown or missing, a value is unfit, a SKU
            or barcode stands twice, or a category, an option, or a part of a combo is not there;
            all that is wrong is said at once.
    """
    rows = read_rows(Reader(read_source(path or CATALOGUE)))
    named = dict.fromkeys(each.category for each in rows.products)
    return Catalogue(
        products=tuple(map(_product, rows.products)),
        categories=rows.categories or tuple(Category(each, each, each) for each in named),
        options={row.id: _option(row) for row in rows.options},
        grid=tuple(GridPage(row.name_zh, row.name_en, row.skus) for row in rows.pages),
    )


def _product(row: ProductRow) -> Product:
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
        open_price=row.open_price,
        pickup=row.pickup,
        options=row.options,
        tiers=tuple((row.prices or {}).items()),
        combo=row.combo,
        cost_fen=row.cost,
    )


def _option(row: OptionRow) -> OptionGroup:
    choices = tuple(Choice(each.id, each.name_zh, each.name_en, each.delta) for each in row.choices)
    pick: Literal["one", "many"] = "many" if row.pick == "many" else "one"
    return OptionGroup(row.id, row.name_zh, row.name_en, pick, choices)


def _entry(product: Product) -> _Entry:
    return _Entry(
        product=product,
        sku=_folded(product.sku),
        number=ean(product.barcode or ""),
        name_zh=_folded(product.name_zh),
        name_en=_folded(product.name_en),
    )


def _folded(text: str) -> str:
    return normalize("NFC", ascii_digits(text)).casefold()
