"""Approval in place: a second person's word for one act, given on the same screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config.errors import Phrase
from config.rights import Right

_NAMES: Final = {
    Right.SELL: Phrase("收银", "Selling"),
    Right.HISTORY: Phrase("查看历史", "Reading the history"),
    Right.REMOVE_AFTER_TOTAL: Phrase("报价后删除商品", "Removing an item after the total"),
    Right.VOID: Phrase("作废", "A void"),
    Right.REFUND: Phrase("退款", "A refund"),
    Right.RETURN: Phrase("无单退货", "A return without a sale"),
    Right.DISCOUNT: Phrase("打折", "A discount"),
    Right.PRICE_OVERRIDE: Phrase("改价", "Another price"),
    Right.BELOW_COST: Phrase("低于成本价", "A price below cost"),
    Right.ROUNDING: Phrase("抹零", "Rounding off"),
    Right.NO_SALE: Phrase("无销售开钱箱", "Opening the drawer without a sale"),
    Right.PAID_IN: Phrase("存入现金", "Money paid in"),
    Right.PAID_OUT: Phrase("支出现金", "Money paid out"),
    Right.DROP: Phrase("现金入柜", "A drop to the safe"),
    Right.REPRINT: Phrase("补打", "A reprint"),
    Right.SHIFT: Phrase("开班与交班", "Opening and closing a shift"),
    Right.X_REPORT: Phrase("X 报表", "An X report"),
    Right.COUNTS: Phrase("设置余量", "Setting what is left"),
    Right.STAFF: Phrase("人员管理", "Managing staff"),
    Right.SETTINGS: Phrase("修改设置", "Changing settings"),
}


def name_of(right: Right) -> Phrase:
    """Give what ``right`` is called in a sentence, in Chinese and English."""
    return _NAMES[right]


@dataclass(frozen=True, slots=True)
class Approved:
    """One right, lent for one act by the staff member ``by``; only the till makes it."""

    right: Right
    by: str
