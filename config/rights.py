"""Who may do what at the till: four roles, and the rights that the settings give each of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from config.checks import some_of
from config.errors import Phrase


class Role(StrEnum):
    """What a member of the staff is; records carry the value."""

    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing that somebody may do, or approve where a colleague may not; records carry it.

    ``REMOVE_AFTER_TOTAL`` takes a line out after the customer was told the total, ``BELOW_COST``
    sells under a product's cost, ``COUNTS`` sets what is left of an item, ``HAND_OUT`` gives a
    breakfast without a card, ``CARDS`` issues and blocks cards and sees whose they are, ``STAFF``
    adds and disables people, ``SETTINGS`` changes the operator's files from the program.
    """

    SELL = "sell"
    HISTORY = "history"
    REMOVE_AFTER_TOTAL = "remove_after_total"
    VOID = "void"
    REFUND = "refund"
    RETURN = "return"
    DISCOUNT = "discount"
    PRICE_OVERRIDE = "price_override"
    BELOW_COST = "below_cost"
    ROUNDING = "rounding"
    NO_SALE = "no_sale"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROP = "drop"
    REPRINT = "reprint"
    SHIFT = "shift"
    X_REPORT = "x_report"
    COUNTS = "counts"
    HAND_OUT = "hand_out"
    CARDS = "cards"
    STAFF = "staff"
    SETTINGS = "settings"


ROLE_NAMES: dict[Role, Phrase] = {
    Role.CASHIER: Phrase("收银员", "cashier"),
    Role.SUPERVISOR: Phrase("领班", "supervisor"),
    Role.MANAGER: Phrase("站长", "manager"),
    Role.AUDITOR: Phrase("审计员", "auditor"),
}
"""The roles as refusals and papers call them."""

RIGHT_NAMES: dict[Right, Phrase] = {
    Right.SELL: Phrase("销售", "selling"),
    Right.HISTORY: Phrase("查看销售记录", "the history of sales"),
    Right.REMOVE_AFTER_TOTAL: Phrase("报总价后删行", "taking a line out after the total"),
    Right.VOID: Phrase("作废", "voiding a sale"),
    Right.REFUND: Phrase("退款", "refunding"),
    Right.RETURN: Phrase("无票退货", "a return without a sale"),
    Right.DISCOUNT: Phrase("折扣", "a discount"),
    Right.PRICE_OVERRIDE: Phrase("改价", "changing a price"),
    Right.BELOW_COST: Phrase("低于成本销售", "selling below cost"),
    Right.ROUNDING: Phrase("抹零", "rounding the total down"),
    Right.NO_SALE: Phrase("无销售开钱箱", "opening the drawer without a sale"),
    Right.PAID_IN: Phrase("存入现金", "paying cash in"),
    Right.PAID_OUT: Phrase("支出现金", "paying cash out"),
    Right.DROP: Phrase("存款入柜", "a drop to the safe"),
    Right.REPRINT: Phrase("补打小票", "printing a receipt again"),
    Right.SHIFT: Phrase("开班和交班", "opening and closing a shift"),
    Right.X_REPORT: Phrase("X 报表", "the X report"),
    Right.COUNTS: Phrase("设置剩余份数", "setting what is left of an item"),
    Right.HAND_OUT: Phrase("无卡发放早餐", "a breakfast without a card"),
    Right.CARDS: Phrase("管理早餐卡", "managing breakfast cards"),
    Right.STAFF: Phrase("管理人员", "managing the staff"),
    Right.SETTINGS: Phrase("修改设置", "changing settings"),
}
"""The rights as refusals and papers call them."""

_Rights = Annotated[tuple[Right, ...], some_of(Right)]


@dataclass(frozen=True, slots=True)
class Roles:
    """The rights of each role, in the order in which the settings state them.

    The manager always keeps ``STAFF`` and ``SETTINGS``: a till that nobody may set up again would
    be lost.
    """

    cashier: _Rights
    supervisor: _Rights
    manager: _Rights
    auditor: _Rights

    def of(self, role: Role) -> frozenset[Right]:
        """Return the rights of ``role``."""
        match role:
            case Role.CASHIER:
                return frozenset(self.cashier)
            case Role.SUPERVISOR:
                return frozenset(self.supervisor)
            case Role.MANAGER:
                return frozenset(self.manager)
            case Role.AUDITOR:
                return frozenset(self.auditor)
