"""Who may do what: the roles of the staff, and the rights that the settings give them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a staff member is at this kiosk."""

    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing that not everybody may do; the value is its name in settings and records."""

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
    STAFF = "staff"
    SETTINGS = "settings"
