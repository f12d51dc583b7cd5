"""What a price, a discount, an option or a rounding may not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import TillError

if TYPE_CHECKING:
    from config.catalogue import Product
    from ledger.money import Money


class DiscountError(TillError):
    """A discount that is no discount: none at all, below zero, or above 100 %."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(
            f"折扣 {asked} 不行：百分比应大于 0、不超过 100，金额应大于 0。",
            f"A discount of {asked} will not do: a percentage above 0 and up to 100, or an amount "
            "above 0.",
        )


class DiscountReasonError(TillError):
    """A discount without a reason."""

    def __init__(self) -> None:
        super().__init__(
            "没有写折扣的原因：请选一个原因或输入原因。",
            "The discount has no reason: choose one, or type one.",
        )


class DiscountTooLargeError(TillError):
    """More is taken off than there is to pay."""

    def __init__(self, off: Money, of: Money) -> None:
        self.off = off
        self.of = of
        super().__init__(
            f"折扣 {off.amount:.2f} 元超过了金额 {of.amount:.2f} 元：请改小，或先取消折扣。",
            f"The discount of {off.amount:.2f} exceeds the amount of {of.amount:.2f}: make it "
            "smaller, or take it away first.",
        )


class LentRightError(TillError):
    """More of a line whose price a colleague approved as it was: their word was for so many."""

    def __init__(self, name: str, qty_milli: int) -> None:
        self.qty_milli = qty_milli
        super().__init__(
            f"{name}的优惠只批准了 {qty_milli / 1000:g} 份：请按原价再选一次，或取消优惠、"
            "改好数量后重新申请授权。",
            f"The price of {name} was approved for {qty_milli / 1000:g} only: ring the item again "
            "at its own price, or take the concession off, set the quantity and ask for approval "
            "again.",
        )


class BelowZeroError(TillError):
    """A price below nothing."""

    def __init__(self, name: str, price: Money) -> None:
        self.price = price
        super().__init__(
            f"{name}的价格 {price.amount:.2f} 元不行：不能低于 0。",
            f"{name} cannot cost {price.amount:.2f}: no price is below 0.",
        )


class NoPriceError(TillError):
    """An item whose price is typed with each sale, without its price."""

    def __init__(self, product: Product) -> None:
        self.sku = product.sku
        super().__init__(
            f"{product.name_zh}没有固定价格：请先输入价格，再选它。",
            f"{product.name_en} has no price of its own: type the price, then choose it.",
        )


class NothingToRoundError(TillError):
    """Rounding off would take nothing away, or everything."""

    def __init__(self, step: Money, due: Money) -> None:
        self.step = step
        self.due = due
        super().__init__(
            f"应收 {due.amount:.2f} 元，抹零到 {step.amount:.2f} 元没有零头可抹：请选别的档。",
            f"{due.amount:.2f} is due: rounding down to {step.amount:.2f} takes nothing off, or "
            "everything; choose another step.",
        )
