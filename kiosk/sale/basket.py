"""What the customer is buying: one immutable value; a key makes the next one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kiosk.errors import BasketFullError, NoSuchLineError, QuantityError
from kiosk.sale.refs import new_ref
from ledger.money import Money, from_fen, times_milli, to_fen

if TYPE_CHECKING:
    from uuid import UUID

    from config.catalogue import Product

MOST_LINES: Final = 500
"""Lines a basket may hold: far above any real one, low enough to keep a receipt printable."""

QTY_LIMIT_MILLI: Final = 10_000_000
"""No line reaches 10,000 units: beyond it a barcode was taken for a quantity."""

ONE_MILLI: Final = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """Some units of one item at one price.

    ``qty_milli`` counts thousandths of a unit. ``amount`` is quantity times unit price, rounded
    half up to the fen (decision 2). ``catering`` says whether the item makes its sale set aside.
    ``unit_fen`` and ``amount_fen`` are both prices as the books write them.

    Raises:
        QuantityError: zero, negative, or 10,000 units and more.
        AmountError: a price of a fraction of a fen, or beyond all bounds.
    """

    sku: str
    name: str
    unit_price: Money
    qty_milli: int = ONE_MILLI
    catering: bool = True
    amount: Money = field(init=False)
    unit_fen: int = field(init=False, repr=False)
    amount_fen: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Price the line once, while the customer chooses; it never changes."""
        if not 0 < self.qty_milli < QTY_LIMIT_MILLI:
            raise QuantityError(self.qty_milli)
        amount = times_milli(self.unit_price, self.qty_milli)
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "unit_fen", to_fen(self.unit_price))
        object.__setattr__(self, "amount_fen", to_fen(amount))

    @classmethod
    def of(cls, product: Product, qty_milli: int = ONE_MILLI) -> Line:
        """Make a line of a product of the catalogue, under its Chinese name (books are Chinese)."""
        return cls(
            product.sku,
            product.name_zh,
            from_fen(product.price_fen),
            qty_milli,
            product.catering,
        )

    def same_item(self, other: Line) -> bool:
        """Whether both sell the same thing at the same price, so that they are one line."""
        return (self.sku, self.name, self.unit_price, self.catering) == (
            other.sku,
            other.name,
            other.unit_price,
            other.catering,
        )


@dataclass(frozen=True, slots=True)
class Basket:
    """The lines of one sale in order. ``ref`` is made here, once: the sale's idempotency key."""

    ref: UUID = field(default_factory=new_ref)
    lines: tuple[Line, ...] = ()

    @property
    def total(self) -> Money:
        """What the customer owes."""
        return from_fen(sum([line.amount_fen for line in self.lines]))

    @property
    def catering(self) -> bool:
        """Whether any line is food or drink, so that the sale sets aside (domain rule 1)."""
        return any(line.catering for line in self.lines)

    def add(self, line: Line) -> Basket:
        """Add ``line``; the same item as the last line's adds up there (a repeated key is +1).

        Raises:
            QuantityError: the sum reaches 10,000 units.
            BasketFullError: there are 500 lines already.
        """
        if self.lines and self.lines[-1].same_item(line):
            last = self.lines[-1]
            grown = replace(last, qty_milli=last.qty_milli + line.qty_milli)
            return replace(self, lines=(*self.lines[:-1], grown))
        if len(self.lines) >= MOST_LINES:
            raise BasketFullError(MOST_LINES)
        return replace(self, lines=(*self.lines, line))

    def remove(self, index: int) -> Basket:
        """Take line ``index`` (from 0) out.

        Raises:
            NoSuchLineError: there is no such line.
        """
        self._check(index)
        return replace(self, lines=self.lines[:index] + self.lines[index + 1 :])

    def set_quantity(self, index: int, qty_milli: int) -> Basket:
        """Give line ``index`` (from 0) another quantity.

        Raises:
            NoSuchLineError: there is no such line.
            QuantityError: zero, negative, or 10,000 units and more.
        """
        self._check(index)
        changed = replace(self.lines[index], qty_milli=qty_milli)
        return replace(self, lines=(*self.lines[:index], changed, *self.lines[index + 1 :]))

    def _check(self, index: int) -> None:
        if not 0 <= index < len(self.lines):
            raise NoSuchLineError(index + 1)
