"""The tiles of the items, a page at a time: a letter, a name and a price, and what is left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from kiosk.screens.board import Turn, price
from kiosk.screens.cells import crop, left, wrapped
from kiosk.screens.drawn import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.catalogue import Catalogue, Product
    from kiosk.screens.board import Row, Touch

TILES: Final = 24
"""Tiles on a page, at any size of the terminal, so that an item's letter never moves."""

KEYS: Final = ascii_uppercase[:TILES]
_TILE_WIDTH: Final = 14
_TALLEST: Final = 5
_MOST_COLUMNS: Final = 4
_FEWEST_ROWS: Final = 4
_AIRY: Final = 4
"""From this height on, the last row of a tile is air."""
_FRAME: Final = 5
"""Cells of a tile that are not its name: three for the key, one inside, one of air."""
_SHORTEST: Final = 4
"""Cells of the shortest name that a price may stand beside."""
_NARROWEST: Final = 9
"""Cells of the narrowest tile, where the terminal has too few rows for wider ones."""


@dataclass(frozen=True, slots=True)
class Page:
    """Up to ``TILES`` products under one heading."""

    name: str
    products: tuple[Product, ...]


def pages(catalogue: Catalogue, lang: str) -> tuple[Page, ...]:
    """Lay the catalogue out: the operator's own pages, or one a category.

    What has more than ``TILES`` products takes more pages.
    """
    if catalogue.grid:
        laid = [
            (page.name(lang), [found for sku in page.skus if (found := catalogue.by_sku(sku))])
            for page in catalogue.grid
        ]
    else:
        laid = [
            (each.name(lang), [one for one in catalogue if one.category == each.id])
            for each in catalogue.categories
        ]
    return tuple(page for name, own in laid for page in _parts(name, own)) or (Page("", ()),)


def breakfast_pages(catalogue: Catalogue, lang: str, name: str) -> tuple[Page, ...]:
    """Lay out what a breakfast card may take, under ``name``, in the order of the other pages.

    Items without a price of their own are left out: no breakfast has a typed price.
    """
    laid = [each for page in pages(catalogue, lang) for each in page.products]
    own = dict.fromkeys(each for each in (*laid, *catalogue) if each.breakfast)
    return tuple(_parts(name, [each for each in own if not each.open_price])) or (Page(name, ()),)


def _parts(name: str, own: list[Product]) -> Iterator[Page]:
    parts = [tuple(own[i : i + TILES]) for i in range(0, len(own), TILES)]
    for number, part in enumerate(parts, 1):
        yield Page(f"{name} {number}" if len(parts) > 1 else name, part)


def pieces_left(product: Product, left: Mapping[str, int]) -> int | None:
    """Return how many of ``product`` are left; None where nobody counts them.

    A combo is sold out with the first of its parts.
    """
    counts = [left[product.sku]] if product.sku in left else []
    counts += [left[sku] // pieces for sku, pieces in product.combo if sku in left]
    return min(counts) if counts else None


@dataclass(frozen=True, slots=True)
class Tiles:
    """One page of tiles below the row of page names.

    ``left`` is what is left of the items that are counted, ``tier`` whose prices are shown.
    ``sold_out`` and ``some_left`` (``余{count}``) are the words for it.
    """

    pages: tuple[Page, ...]
    page: int
    lang: str
    left: Mapping[str, int] = field(default_factory=dict)
    tier: str | None = None
    sold_out: str = "0"
    some_left: str = "{count}"

    def turned(self, by: int) -> Tiles:
        """Return the page ``by`` pages on, round the end."""
        return self.turned_to(self.page + by)

    def turned_to(self, page: int) -> Tiles:
        """Return page ``page`` (from 0), round the end."""
        return replace(self, page=page % len(self.pages))

    def product(self, key: str) -> Product | None:
        """Return the product whose tile bears ``key``."""
        place = KEYS.find(key)
        products = self.pages[self.page].products
        return products[place] if key and 0 <= place < len(products) else None

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw the page names, then the tiles."""
        return self.above(height, y, width, height)

    def edge(self, top: int, width: int, height: int) -> int:
        """Return the first row of the tiles that ``top`` and below cover a part of."""
        columns, _, tile_height = self._grid(width, height)
        row, above = divmod(top - 1, tile_height)
        covered = row * columns < len(self.pages[self.page].products)
        return top - above if top > 0 and covered else top

    def above(self, top: int, y: int, width: int, height: int) -> Row:
        """Draw row ``y``, no tile's rows below ``top``: a tile takes as many as it has above."""
        if y == 0:
            return self._names(width)
        columns, tile_width, tile_height = self._grid(width, height)
        tile_row, inner = divmod(y - 1, tile_height)
        rows = min(tile_height, top - (y - inner))
        products = self.pages[self.page].products
        spans: list[Span] = []
        for column in range(columns):
            place = tile_row * columns + column
            if place < min(len(products), TILES):
                spans += self._tile(KEYS[place], products[place], inner, tile_width, rows)
        return tuple(spans)

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:
        """Return the touched tile's product, or the touched name's page."""
        if y == 0:
            return self._name_at(x, width)
        columns, tile_width, tile_height = self._grid(width, height)
        column = x // tile_width
        if y < 1 or column >= columns:
            return None
        place = (y - 1) // tile_height * columns + column
        return self.product(KEYS[place]) if place < TILES else None

    def _grid(self, width: int, height: int) -> tuple[int, int, int]:
        """Columns, and the cells that one tile takes with the gap on its right and below."""
        count = len(self.pages[self.page].products)
        columns = min(max(width // _TILE_WIDTH, 1), _MOST_COLUMNS)
        needed = -(-count // max(height - 1, 1))
        if needed > columns:  # a low window: narrow tiles rather than tiles out of sight
            columns = min(needed, max(width // _NARROWEST, 1))
        rows = max(-(-count // columns), _FEWEST_ROWS)
        return columns, max(width // columns, 1), min(max((height - 1) // rows, 1), _TALLEST)

    def _first(self, width: int) -> int:
        """The first of as many page names as fit up to this one."""
        first = 0
        while first < self.page and self._to(first, self.page) > width:
            first += 1
        return first

    def _names(self, width: int) -> Row:
        """The names of as many pages as fit around this one."""
        first = self._first(width)
        return tuple(
            Span(f" {each.name} ", "chosen" if first + i == self.page else "head")
            for i, each in enumerate(self.pages[first:])
        )

    def _name_at(self, x: int, width: int) -> Touch | None:
        end = 0
        for page, each in enumerate(self.pages[self._first(width) :], self._first(width)):
            end += cell_len(each.name) + 2
            if x < end:
                return Turn(page)
        return None

    def _to(self, first: int, last: int) -> int:
        return sum(cell_len(page.name) + 2 for page in self.pages[first : last + 1])

    def _tile(self, key: str, product: Product, inner: int, wide: int, high: int) -> list[Span]:
        """Row ``inner`` of a tile: its key and name, the rest of the name, price and count."""
        name, cost, tone = product.name(self.lang), self._cost(product), "tile"
        count = pieces_left(product, self.left) if self.left else None
        room = max(wide - _FRAME, 1)
        if count is not None:
            label = self.some_left.format(count=count) if count > 0 else self.sold_out
            both = f"{label} {cost}" if count > 0 else label
            # Where both do not fit the count matters more: the price will stand on the ticket.
            cost = both if cell_len(both) <= room else crop(label, room)
            tone = "tile" if count > 0 else "tile-out"
        key_tone, cost_tone = ("tile-key", "tile-price") if tone == "tile" else (tone, tone)
        if high == 1 and room - cell_len(cost) - 1 < _SHORTEST:
            return [Span(f" {key} ", key_tone), Span(left(name, wide - 3), tone)]
        if high == 1:
            label = left(name, max(room - cell_len(cost) - 1, 0))
            return [Span(f" {key} ", key_tone), Span(left(f"{label} {cost}", wide - 3), tone)]
        text_rows = high - 1 if high >= _AIRY else high
        if inner >= text_rows:
            return [Span(" " * wide)]
        line = _name_rows(name, room, cost, text_rows)[inner]
        spans = [Span(f" {key} ", key_tone) if inner == 0 else Span("   ", tone)]
        if inner < text_rows - 1:
            spans.append(Span(f"{left(line, room)} ", tone))
        else:
            spans.append(Span(left(line, max(room - cell_len(cost), 0)), tone))
            spans.append(Span(f"{cost} ", cost_tone))
        return [*spans, Span(" ")]

    def _cost(self, product: Product) -> str:
        if product.open_price:
            return "?.??"
        return price(product.price_for(self.tier))


@lru_cache(maxsize=1024)
def _name_rows(name: str, room: int, cost: str, rows: int) -> tuple[str, ...]:
    """The name on ``rows`` rows, the last of which it shares with the price."""
    last = room - cell_len(cost) - 1
    first = wrapped(name, room, rows)
    if len(first) < rows or cell_len(first[-1]) <= last:
        return (*first, *[""] * (rows - len(first)))
    return (*first[:-1], crop(first[-1], max(last, 0)))
