"""The large field on the left: tiles, what a search found, a paper, or the keys explained."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final, Protocol

from rich.cells import cell_len

from kiosk.screens.cells import crop, left, right, wrapped
from kiosk.screens.drawn import Drawn, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.strip import Strip

    from config.catalogue import Catalogue, Product
    from receipts.paper import Paper

Row = tuple[Span, ...]

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


def price(fen: int) -> str:
    """Return ``fen`` in yuan with two decimals: ``2.00``."""
    return f"{fen // 100}.{fen % 100:02d}"


class Face(Protocol):
    """What the board shows: drawn row by row for any size."""

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw row ``y`` of ``height`` in at most ``width`` cells."""
        ...

    def at(self, x: int, y: int, width: int, height: int) -> Product | None:
        """Return the product that a touch at ``x``, ``y`` means."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """Up to ``TILES`` products under one heading."""

    name: str
    products: tuple[Product, ...]


def pages(catalogue: Catalogue, lang: str) -> tuple[Page, ...]:
    """Lay the catalogue out: a page a category, more where it has more than ``TILES`` products."""
    laid: list[Page] = []
    for category in catalogue.categories:
        own = [each for each in catalogue if each.category == category.id]
        parts = [tuple(own[i : i + TILES]) for i in range(0, len(own), TILES)]
        for number, part in enumerate(parts, 1):
            name = category.name(lang)
            laid.append(Page(f"{name} {number}" if len(parts) > 1 else name, part))
    return tuple(laid) or (Page("", ()),)


@dataclass(frozen=True, slots=True)
class Tiles:
    """One page of tiles below the row of page names."""

    pages: tuple[Page, ...]
    page: int
    lang: str

    def turned(self, by: int) -> Tiles:
        """Return the page ``by`` pages on, round the end."""
        return Tiles(self.pages, (self.page + by) % len(self.pages), self.lang)

    def product(self, key: str) -> Product | None:
        """Return the product whose tile bears ``key``."""
        place = KEYS.find(key)
        products = self.pages[self.page].products
        return products[place] if key and 0 <= place < len(products) else None

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw the page names, then the tiles."""
        if y == 0:
            return self._names(width)
        columns, tile_width, tile_height = self._grid(width, height)
        tile_row, inner = divmod(y - 1, tile_height)
        products = self.pages[self.page].products
        spans: list[Span] = []
        for column in range(columns):
            place = tile_row * columns + column
            if place < min(len(products), TILES):
                spans += self._tile(KEYS[place], products[place], inner, tile_width, tile_height)
        return tuple(spans)

    def at(self, x: int, y: int, width: int, height: int) -> Product | None:
        """Return the touched tile's product."""
        columns, tile_width, tile_height = self._grid(width, height)
        column = x // tile_width
        if y < 1 or column >= columns:
            return None
        place = (y - 1) // tile_height * columns + column
        return self.product(KEYS[place]) if place < TILES else None

    def _grid(self, width: int, height: int) -> tuple[int, int, int]:
        """Columns, and the cells that one tile takes with the gap on its right and below."""
        columns = min(max(width // _TILE_WIDTH, 1), _MOST_COLUMNS)
        rows = max(-(-len(self.pages[self.page].products) // columns), _FEWEST_ROWS)
        return columns, max(width // columns, 1), min(max((height - 1) // rows, 1), _TALLEST)

    def _names(self, width: int) -> Row:
        """The names of as many pages as fit around this one."""
        first = 0
        while first < self.page and self._to(first, self.page) > width:
            first += 1
        return tuple(
            Span(f" {each.name} ", "chosen" if first + i == self.page else "head")
            for i, each in enumerate(self.pages[first:])
        )

    def _to(self, first: int, last: int) -> int:
        return sum(cell_len(page.name) + 2 for page in self.pages[first : last + 1])

    def _tile(self, key: str, product: Product, inner: int, wide: int, high: int) -> list[Span]:
        """Row ``inner`` of a tile: its key and name, the rest of the name, the price."""
        name, cost = product.name(self.lang), price(product.price_fen)
        room = max(wide - _FRAME, 1)
        if high == 1:
            label = left(name, max(room - len(cost) - 1, 0))
            return [Span(f" {key} ", "tile-key"), Span(left(f"{label} {cost}", wide - 3), "tile")]
        text_rows = high - 1 if high >= _AIRY else high
        if inner >= text_rows:
            return [Span(" " * wide)]
        line = self._name_rows(name, room, cost, text_rows)[inner]
        spans = [Span(f" {key} ", "tile-key") if inner == 0 else Span("   ", "tile")]
        if inner < text_rows - 1:
            spans.append(Span(f"{left(line, room)} ", "tile"))
        else:
            spans.append(Span(left(line, max(room - len(cost), 0)), "tile"))
            spans.append(Span(f"{cost} ", "tile-price"))
        return [*spans, Span(" ")]

    @staticmethod
    def _name_rows(name: str, room: int, cost: str, rows: int) -> list[str]:
        """The name on ``rows`` rows, the last of which it shares with the price."""
        last = room - len(cost) - 1
        first = wrapped(name, room, rows)
        if len(first) < rows or cell_len(first[-1]) <= last:
            return first + [""] * (rows - len(first))
        return [*first[:-1], crop(first[-1], max(last, 0))]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the ``chosen`` one marked."""

    title: str
    products: tuple[Product, ...]
    chosen: int
    lang: str

    def moved(self, by: int) -> Found:
        """Return the same list with another one chosen; it stops at the ends."""
        chosen = min(max(self.chosen + by, 0), max(len(self.products) - 1, 0))
        return Found(self.title, self.products, chosen, self.lang)

    def _top(self, height: int) -> int:
        return max(0, self.chosen - (height - 1) + 1)

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw the title, then a row for each product: SKU, name, price."""
        if y == 0:
            return (Span(f" {self.title}", "head"),)
        place = self._top(height) + y - 1
        if place >= len(self.products):
            return ()
        product = self.products[place]
        cost = right(price(product.price_fen), 8) + " "
        sku = left(product.sku, 7)
        name = left(product.name(self.lang), max(width - len(cost) - 9, 0))
        if place == self.chosen:
            return (Span(left(f"› {sku}{name}{cost}", width), "chosen"),)
        return (Span(f"  {sku}", "dim"), Span(name, "name"), Span(cost, "price"))

    def at(self, x: int, y: int, width: int, height: int) -> Product | None:  # noqa: ARG002
        """Return the touched row's product."""
        place = self._top(height) + y - 1
        return self.products[place] if y and place < len(self.products) else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of text under a title: the keys explained, or a paper; ``top`` is the first shown."""

    title: str
    rows: tuple[Row, ...]
    top: int = 0

    def scrolled(self, by: int) -> Sheet:
        """Return the sheet moved by ``by`` rows; its last row stays in sight."""
        return Sheet(self.title, self.rows, min(max(self.top + by, 0), max(len(self.rows) - 1, 0)))

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw the title, which says where more is, then the rows."""
        if y == 0:
            below = len(self.rows) - self.top - (height - 1)
            more = f"PgDn +{below}" if below > 0 else ("PgUp" if self.top else "")
            room = max(width - len(more) - 1, 0)
            return (Span(left(f" {self.title}", room) + more + " ", "head"),)
        place = self.top + y - 1
        return self.rows[place] if place < len(self.rows) else ()

    def at(self, x: int, y: int, width: int, height: int) -> Product | None:  # noqa: ARG002
        """No product stands on a sheet."""
        return None


def paper_sheet(title: str, paper: Paper, width: int) -> Sheet:
    """Return ``paper`` as a sheet, in the middle of ``width`` cells."""
    margin = " " * max((width - paper.columns) // 2, 0)
    text = paper.text().splitlines()
    return Sheet(
        title,
        tuple(
            (Span(margin + line, "strong" if row.style.high > 1 else "text"),)
            for line, row in zip(text, paper.rows, strict=True)
        ),
    )


class Board(Drawn):
    """Draws one face at a time; a touch on a product picks it."""

    def __init__(self, face: Face, pick: Callable[[Product], None], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.face = face
        self._pick = pick

    def show(self, face: Face) -> None:
        """Draw ``face`` from now on."""
        if face != self.face:
            self.face = face
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw row ``y`` of the face."""
        width, height = self.size
        row = self.face.row(y, width, height)
        return self.strip(row, width, "head" if y == 0 else "text")

    def on_click(self, event: events.Click) -> None:
        """Pick what was touched."""
        product = self.face.at(event.x, event.y, *self.size)
        if product is not None:
            self._pick(product)
