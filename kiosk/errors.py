"""Everything that the till can refuse; each class builds its own sentence from facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import Refusal
from config.rights import RIGHT_NAMES

if TYPE_CHECKING:
    from datetime import date

    from config.rights import Right
    from config.settings import Tender
    from ledger.money import Money


class TillError(Refusal):
    """The till refuses; nothing was written."""


class EmptyBasketError(TillError):
    """There is nothing to sell."""

    def __init__(self) -> None:
        super().__init__(
            "还没有商品：请先选商品再收款。", "The basket is empty: add an item first."
        )


class QuantityError(TillError):
    """A quantity that no line may have."""

    def __init__(self, qty_milli: int) -> None:
        self.qty_milli = qty_milli
        super().__init__(
            f"数量 {qty_milli / 1000:g} 不行：应大于 0、小于 10000，最多三位小数。",
            f"The quantity {qty_milli / 1000:g} will not do: above 0, below 10000, at most three "
            "decimals.",
        )


class BasketFullError(TillError):
    """More lines than a sale may have."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"一单最多 {most} 行：请先收款，再开下一单。",
            f"A sale has at most {most} lines: take the payment, then go on with a new sale.",
        )


class NoSuchLineError(TillError):
    """A line that the basket or the sale does not have."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(
            f"没有第 {line} 行：请核对行号。",
            f"There is no line {line}: check the line's number.",
        )


class UnknownTenderError(TillError):
    """A way to pay that the settings do not name."""

    def __init__(self, tender: str, allowed: list[str]) -> None:
        self.tender = tender
        names = ", ".join(allowed)
        super().__init__(
            f"没有付款方式 {tender}：可用 {names}（见 kiosk.toml 的 tenders）。",
            f"There is no tender {tender}: use one of {names} (tenders in kiosk.toml).",
        )


class ShortPaymentError(TillError):
    """What was offered does not reach the total."""

    def __init__(self, due: Money, offered: Money) -> None:
        self.due = due
        self.offered = offered
        super().__init__(
            f"还差 {due.amount - offered.amount:.2f} 元：应收 {due.amount:.2f}，"
            f"已收 {offered.amount:.2f}。",
            f"{due.amount - offered.amount:.2f} yuan short: {due.amount:.2f} due, "
            f"{offered.amount:.2f} offered.",
        )


class OverpaymentError(TillError):
    """More was offered than is due, by a tender that gives no change."""

    def __init__(self, tender: Tender, due: Money, offered: Money) -> None:
        self.tender = tender.id
        self.due = due
        self.offered = offered
        super().__init__(
            f"{tender.name_zh}不找零：只能收 {due.amount:.2f} 元，不是 {offered.amount:.2f} 元。",
            f"{tender.name_en} gives no change: take {due.amount:.2f}, not {offered.amount:.2f}.",
        )


class NoSuchSaleError(TillError):
    """A number that is no sale of this book."""

    def __init__(self, book: str, number: int) -> None:
        self.book = book
        self.number = number
        super().__init__(
            f"账簿 {book} 没有第 {number} 号销售：请核对小票上的号码。",
            f"Book {book} has no sale {number}: check the number on the receipt.",
        )


class AlreadyReversedError(TillError):
    """The sale was voided, or refunded, before."""

    def __init__(self, number: int, by: int | None) -> None:
        self.number = number
        self.by = by
        where = f"（第 {by} 号）" if by else ""
        at = f" (record {by})" if by else ""
        super().__init__(
            f"第 {number} 号已经作废或退款{where}：不能再退。",
            f"Sale {number} was voided or refunded before{at}: it cannot be given back again.",
        )


class TooLateToVoidError(TillError):
    """The sale belongs to another business date."""

    def __init__(self, number: int, sold: date, today: date) -> None:
        self.number = number
        super().__init__(
            f"第 {number} 号是 {sold} 的销售，今天是 {today}：不能作废，请办退款。",
            f"Sale {number} is of {sold}, today is {today}: it cannot be voided; refund it.",
        )


class RefundTooMuchError(TillError):
    """More is asked back than is left of what was sold."""

    def __init__(self, line: int, left_milli: int, asked_milli: int) -> None:
        self.line = line
        self.left_milli = left_milli
        self.asked_milli = asked_milli
        super().__init__(
            f"第 {line} 行最多还能退 {left_milli / 1000:g}，不能退 {asked_milli / 1000:g}。",
            f"Of line {line}, {left_milli / 1000:g} can still be refunded, not "
            f"{asked_milli / 1000:g}.",
        )


class NothingToRefundError(TillError):
    """A refund or return without a line."""

    def __init__(self) -> None:
        super().__init__(
            "没有选要退的商品：请选行和数量。", "Nothing was chosen to refund: choose lines."
        )


class NoShiftError(TillError):
    """Money would move while nobody has opened a shift."""

    def __init__(self) -> None:
        super().__init__(
            "还没有开班：请先开班清点备用金，再收款。",
            "No shift is open: open one and count its float before taking money.",
        )


class OtherShiftError(TillError):
    """The sale belongs to another shift than the one that is open."""

    def __init__(self, number: int, sold_in: int | None, now: int | None) -> None:
        self.number = number
        zh = f"第 {sold_in} 班" if sold_in else "开班之前"
        en = f"shift {sold_in}" if sold_in else "before any shift"
        zh_now = f"现在是第 {now} 班" if now else "现在没有开班"
        en_now = f"shift {now} is open now" if now else "no shift is open now"
        super().__init__(
            f"第 {number} 号是{zh}的销售，{zh_now}：不能作废，请办退款。",
            f"Sale {number} is of {en}, {en_now}: it cannot be voided; refund it.",
        )


class ApprovalNeededError(TillError):
    """The one who is signed in may not do this alone; somebody who may can approve in place."""

    def __init__(self, right: Right) -> None:
        self.right = right
        name = RIGHT_NAMES[right]
        begin = name.en[:1].upper() + name.en[1:]
        super().__init__(
            f"{name.zh}需要授权：请有权限的人在这里输入工号和 PIN，或刷员工卡。",
            f"{begin} needs approval: somebody with the right types their number and PIN here, or "
            "taps their staff card.",
        )
