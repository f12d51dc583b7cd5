"""One line of a sale: so much of one item, with its options, at one price, less its discount."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kiosk.errors import QuantityError
from kiosk.sale.discounts import taken_off
from kiosk.sale.refusals import BelowZeroError, DiscountTooLargeError, NoPriceError
from ledger.errors import AmountError
from ledger.money import FEN_LIMIT, Money, from_fen, part, to_fen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.catalogue import Catalogue, Choice, OptionGroup, Product
    from kiosk.sale.discounts import Discount

QTY_LIMIT_MILLI: Final = 10_000_000
"""No line reaches 10,000 units: beyond it a barcode was taken for a quantity."""

ONE_MILLI: Final = 1000


@dataclass(frozen=True, slots=True)
class Picked:
    """An option that was chosen: ``delta_fen`` is what it adds to the price of one, or takes off.

    ``id`` names group and choice (``spicy.hot``); ``name`` is Chinese, as the books are.
    """

    id: str
    name: str
    delta_fen: int = 0

    @classmethod
    def of(cls, group: OptionGroup, choice: Choice) -> Picked:
        """Pick ``choice`` of ``group``."""
        return cls(f"{group.id}.{choice.id}", choice.name_zh, choice.delta_fen)


@dataclass(frozen=True, slots=True)
class Line:
    """Some units of one item at one price.

    ``qty_milli`` counts thousandths of a unit. ``gross_fen`` is quantity times unit price, rounded
    half up to the fen (decision 2); ``amount`` and ``amount_fen`` are what is left of it after the
    discounts. ``catering`` says whether the item makes its sale set aside. ``unit_fen`` is the
    price of one, ``options`` included. The rest applies to few lines:

    Attributes:
        options: what was chosen with the item.
        list_unit_fen: the price of one before somebody overrode it; None where nobody did.
        price_tier: the tier whose price this is; None for everybody's.
        combo: what one unit is made of: SKU and pieces.
        pickup: whether the customer gets a number to fetch it with.
        cost_fen: what one costs the shop, where that is known; it never reaches a sale's record.
        breakfast: whether a breakfast card may take it; it reaches no record either.
        discount_fen: what is taken off the line for ``discount_reason``; computed from
            ``discount_bp`` (hundredths of a per cent) where that is given.
        shared_fen: the line's share of a discount on the whole sale (see ``Basket.priced``).
        special: whether anything but ``pickup`` and ``cost_fen`` applies: the books say more of it.

    Raises:
        QuantityError: zero, negative, or 10,000 units and more.
        AmountError: a price of a fraction of a fen, or beyond all bounds.
        DiscountTooLargeError: more is taken off than the line costs.
    """

    sku: str
    name: str
    unit_price: Money
    qty_milli: int = ONE_MILLI
    catering: bool = True
    options: tuple[Picked, ...] = ()
    list_unit_fen: int | None = None
    price_tier: str | None = None
    combo: tuple[tuple[str, int], ...] = ()
    pickup: bool = False
    cost_fen: int | None = None
    discount_fen: int = 0
    discount_reason: str = ""
    discount_bp: int = 0
    shared_fen: int = 0
    # A basket that was parked or drafted never becomes a breakfast, and is the same without it.
    breakfast: bool = field(default=False, compare=False)
    amount: Money = field(init=False)
    unit_fen: int = field(init=False, repr=False)
    gross_fen: int = field(init=False, repr=False)
    amount_fen: int = field(init=False, repr=False)
    special: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Price the line once, while the customer chooses; it never changes."""
        qty = self.qty_milli
        if not 0 < qty < QTY_LIMIT_MILLI:
            raise QuantityError(qty)
        unit = to_fen(self.unit_price)
        # Whole units need no rounding, and nearly every line is one of them.
        gross = part(unit, qty, ONE_MILLI) if qty % ONE_MILLI else unit * (qty // ONE_MILLI)
        if abs(gross) >= FEN_LIMIT:
            raise AmountError(self.unit_price * qty)
        net = gross
        if self.discount_fen or self.discount_bp or self.shared_fen:
            net = gross - self._off(gross)
        # Every key makes lines: what is set here is set the shortest way there is.
        put = object.__setattr__
        put(self, "amount", from_fen(net))
        put(self, "unit_fen", unit)
        put(self, "gross_fen", gross)
        put(self, "amount_fen", net)
        special = (
            net != gross
            or self.options
            or self.combo
            or self.price_tier is not None
            or self.list_unit_fen is not None
        )
        put(self, "special", bool(special))

    def _off(self, gross: int) -> int:
        own = taken_off(gross, self.discount_bp, self.discount_fen)
        object.__setattr__(self, "discount_fen", own)
        if own + self.shared_fen > gross:
            raise DiscountTooLargeError(from_fen(own + self.shared_fen), from_fen(gross))
        return own + self.shared_fen

    @classmethod
    def of(
        cls,
        product: Product,
        qty_milli: int = ONE_MILLI,
        *,
        tier: str | None = None,
        picked: Sequence[Picked] = (),
        price_fen: int | None = None,
    ) -> Line:
        """Make a line of a product of the catalogue, under its Chinese name (books are Chinese).

        ``price_fen`` is the typed price of one: the price itself of an item that has none of its
        own, and an override of any other. ``tier`` sells at that tier's price where there is one.

        Raises:
            NoPriceError: the item has no price of its own, and none was typed, or nothing.
            BelowZeroError: the price, with its options, is below zero.
        """
        fen, tiered = product.price_fen, None
        if product.open_price:
            if not price_fen:
                raise NoPriceError(product)
            fen = price_fen
        elif tier is not None:
            fen, tiered = tier_price(product, tier)
        line = cls(
            product.sku,
            product.name_zh,
            from_fen(fen),
            qty_milli,
            product.catering,
            (),
            None,
            tiered,
            product.combo,
            product.pickup,
            product.cost_fen,
            breakfast=product.breakfast,
        )
        if picked:
            line = line.with_options(picked)
        if price_fen is not None:
            # An item without a price of its own has nothing that could be overridden.
            line = line if product.open_price else line.with_price(from_fen(price_fen))
            _check_price(line.name, line.unit_fen)
        return line

    @property
    def options_fen(self) -> int:
        """What the options add to the price of one."""
        return sum([each.delta_fen for each in self.options])

    def same_item(self, other: Line) -> bool:
        """Whether both sell the same thing at the same price, so that they are one line.

        Lines with an amount off never are: it would be given once more, or once too few.
        """
        if (
            self.sku != other.sku
            or self.unit_fen != other.unit_fen
            or self.name != other.name
            or self.catering != other.catering
            or self.discount_bp != other.discount_bp
        ):
            return False
        if not self.special and not other.special:
            return True
        return (
            self.options == other.options
            and self.list_unit_fen == other.list_unit_fen
            and self.price_tier == other.price_tier
            and self.combo == other.combo
            and self.discount_reason == other.discount_reason
            and not self._fixed
            and not other._fixed
        )

    @property
    def _fixed(self) -> bool:
        """Whether an amount is taken off, which does not grow with the quantity."""
        return bool(self.shared_fen or (self.discount_fen and not self.discount_bp))

    def times(self, qty_milli: int) -> Line:
        """Give the same line with another quantity; an amount that is taken off stays.

        Raises:
            QuantityError: zero, negative, or 10,000 units and more.
            DiscountTooLargeError: the amount off exceeds what so few cost.
        """
        if self.special:
            return replace(self, qty_milli=qty_milli)
        return Line(
            self.sku,
            self.name,
            self.unit_price,
            qty_milli,
            self.catering,
            pickup=self.pickup,
            cost_fen=self.cost_fen,
            breakfast=self.breakfast,
        )

    def piece(self, qty_milli: int) -> Line:
        """Give ``qty_milli`` of the line as a line of its own; an amount off stays with the rest.

        Raises:
            QuantityError: zero, negative, or 10,000 units and more.
        """
        if self._fixed:
            return replace(self, qty_milli=qty_milli, discount_fen=0, discount_reason="")
        return self.times(qty_milli)

    def with_options(self, picked: Sequence[Picked]) -> Line:
        """Give the line with ``picked`` in place of its options; prices move by their deltas.

        Raises:
            BelowZeroError: the price of one would be below zero.
        """
        more = sum([each.delta_fen for each in picked]) - self.options_fen
        listed = None if self.list_unit_fen is None else self.list_unit_fen + more
        unit_fen = self.unit_fen + more
        _check_price(self.name, unit_fen)
        return replace(
            self, unit_price=from_fen(unit_fen), list_unit_fen=listed, options=tuple(picked)
        )

    def with_price(self, unit_price: Money) -> Line:
        """Give the line at another price of one, options included; it remembers what it was.

        Raises:
            BelowZeroError: the price is below zero.
            AmountError: a fraction of a fen.
        """
        unit_fen = to_fen(unit_price)
        _check_price(self.name, unit_fen)
        listed = self.unit_fen if self.list_unit_fen is None else self.list_unit_fen
        return replace(
            self, unit_price=unit_price, list_unit_fen=None if unit_fen == listed else listed
        )

    def with_discount(self, discount: Discount | None) -> Line:
        """Give the line with ``discount`` in place of its own; None takes it away.

        Raises:
            DiscountTooLargeError: more would be taken off than the line costs.
        """
        if discount is None:
            return replace(self, discount_fen=0, discount_bp=0, discount_reason="")
        return replace(
            self,
            discount_fen=discount.fen or 0,
            discount_bp=discount.percent_bp or 0,
            discount_reason=discount.reason,
        )

    def with_tier(self, tier: str | None, catalogue: Catalogue) -> Line:
        """Give the line at the price that ``tier`` has in ``catalogue``; None is everybody's price.

        An overridden price stays, and a typed one too.
        """
        product = catalogue.by_sku(self.sku)
        if product is None or product.open_price:
            return self
        fen, tiered = tier_price(product, tier)
        unit_fen = fen + self.options_fen
        if self.list_unit_fen is not None:
            return replace(self, list_unit_fen=unit_fen, price_tier=tiered)
        return replace(self, unit_price=from_fen(unit_fen), price_tier=tiered)


def tier_price(product: Product, tier: str | None) -> tuple[int, str | None]:
    """Give the price of ``product`` for ``tier`` in fen; and the tier, where that is its own."""
    if tier is None or tier not in dict(product.tiers):
        return product.price_fen, None
    return product.price_for(tier), tier


def _check_price(name: str, unit_fen: int) -> None:
    if unit_fen < 0:
        raise BelowZeroError(name, from_fen(unit_fen))
