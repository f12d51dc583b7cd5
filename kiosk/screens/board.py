"""The large field on the left: one face at a time, and what a touch on it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from textual.geometry import Region

from config.product import Product
from kiosk.screens.cells import left, right
from kiosk.screens.drawn import Drawn, Span, key_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.strip import Strip

    from receipts.paper import Paper

Row: TypeAlias = "tuple[Span, ...]"


class Press(NamedTuple):
    """A touch that means this key."""

    key: str


class Turn(NamedTuple):
    """A touch that means this page of tiles, from 0."""

    page: int


Touch: TypeAlias = "Product | Press | Turn"


def price(fen: int) -> str:
    """Return ``fen`` in yuan with two decimals: ``2.00``."""
    return f"{fen // 100}.{fen % 100:02d}"


class Face(Protocol):
    """What the board shows: drawn row by row for any size."""

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw row ``y`` of ``height`` in at most ``width`` cells."""
        ...

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:
        """Return what a touch at ``x``, ``y`` means."""
        ...


class Ground(Face, Protocol):
    """A face that knows how to stand half behind a panel."""

    def above(self, top: int, y: int, width: int, height: int) -> Row:
        """Draw row ``y`` as it looks while row ``top`` and all below it are covered."""
        ...

    def edge(self, top: int, width: int, height: int) -> int:
        """Return the first row that looks otherwise because ``top`` and below are covered."""
        ...


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
    """Rows of text under a title: the keys explained, or a paper; ``top`` is the first shown.

    ``arrows`` says that ↑ and ↓ turn it, and PgUp and PgDn mean something else where it is shown.
    """

    title: str
    rows: tuple[Row, ...]
    top: int = 0
    arrows: bool = False

    def scrolled(self, by: int) -> Sheet:
        """Return the sheet moved by ``by`` rows; its last row stays in sight."""
        return replace(self, top=min(max(self.top + by, 0), max(len(self.rows) - 1, 0)))

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw the title, which says where more is, then the rows."""
        if y == 0:
            below = len(self.rows) - self.top - (height - 1)
            back, on = ("↑", "↓") if self.arrows else ("PgUp", "PgDn")
            more = f"{on} +{below}" if below > 0 else (back if self.top else "")
            room = max(width - len(more) - 1, 0)
            return (Span(left(f" {self.title}", room) + more + " ", "head"),)
        place = self.top + y - 1
        return self.rows[place] if place < len(self.rows) else ()

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:  # noqa: ARG002
        """Return the key of the touched span; a touch on the title turns the page."""
        if y == 0:
            back, on = ("up", "down") if self.arrows else ("pageup", "pagedown")
            return Press(on if self.top + height - 1 < len(self.rows) else back)
        row = self.rows[self.top + y - 1 : self.top + y]
        key = key_at(row[0], x) if row else ""
        return Press(key) if key else None


@dataclass(frozen=True, slots=True)
class Over:
    """A ``panel`` over the last rows of ``ground``, whose rest stays where it was.

    What the panel covers a part of says in the rows above it what has room there.
    ``rows`` is what the panel needs, its title included; it gets no more than the board has.
    """

    ground: Ground
    panel: Face
    rows: int

    def top(self, height: int) -> int:
        """Return the first row that the panel covers."""
        return max(height - self.rows, 0)

    def edge(self, width: int, height: int) -> int:
        """Return the first row that is not as it is without the panel."""
        return self.ground.edge(self.top(height), width, height)

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw the panel's row, or the ground's."""
        top = self.top(height)
        if y < top:
            return self.ground.above(top, y, width, height)
        return self.panel.row(y - top, width, height - top)

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:
        """Return what the touch means there."""
        top = self.top(height)
        if y < top:
            return self.ground.at(x, y, width, height)
        return self.panel.at(x, y - top, width, height - top)


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
    """Draws one face at a time; a touch on a product picks it, any other goes to ``touch``."""

    def __init__(
        self,
        face: Face,
        pick: Callable[[Product], None],
        *,
        id: str,  # noqa: A002 - Textual's own word
        touch: Callable[[Press | Turn], None] | None = None,
    ) -> None:
        super().__init__(id=id)
        self.face = face
        self._pick = pick
        self._touch = touch

    def show(self, face: Face) -> None:
        """Draw ``face`` from now on; a panel over the same ground leaves the rest alone."""
        old = self.face
        if face == old:
            return
        self.face = face
        width, height = self.size
        tops = [each.edge(width, height) for each in (old, face) if isinstance(each, Over)]
        if tops and _ground(old) == _ground(face):
            self.refresh(Region(0, min(tops), width, height - min(tops)))
        else:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw row ``y`` of the face."""
        width, height = self.size
        row = self.face.row(y, width, height)
        return self.strip(row, width, "head" if y == 0 else "text")

    def on_click(self, event: events.Click) -> None:
        """Do what was touched."""
        touched = self.face.at(event.x, event.y, *self.size)
        if isinstance(touched, Product):
            self._pick(touched)
        elif touched is not None and self._touch is not None:
            self._touch(touched)


def _ground(face: Face) -> Face:
    return face.ground if isinstance(face, Over) else face
