"""The kinds of records: as the books write them, and as people call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.language import LANGUAGES, words
from kiosk.errors import TillError
from kiosk.till.breakfast_tables import (
    CARD_BLOCKED,
    CARD_EXPIRED,
    CARD_ISSUED,
    CARD_REFUSED,
    CARD_REPLACED,
    CARD_UNBLOCKED,
    HOLDER_FORGOTTEN,
    HOLDER_SHOWN,
)
from kiosk.till.day_tables import (
    APPROVAL_REFUSED,
    BASKET_DROPPED,
    BASKET_PARKED,
    BASKET_RECALLED,
    CLOCK_JUMPED,
    DROP,
    LOGIN_FAILED,
    NO_SALE,
    PAID_IN,
    PAID_OUT,
    SESSION_LOCKED,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
    STAFF_CHANGED,
    STOCK_COUNTED,
    X_REPORT,
)
from kiosk.till.tables import (
    ALLOWANCE_RECEIVED,
    HAND_OUT,
    LINE_REMOVED,
    REDEMPTION,
    REDEMPTION_VOID,
    REFUND,
    REPRINT,
    RETURN,
    SALE,
    SETTINGS,
    VOID,
)
from ledger.fund_statement import TRANSFERRED

if TYPE_CHECKING:
    from config.language import Words


class NoSuchKindError(TillError):
    """A kind that no record has."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        zh = "、".join(f"{code}（{name}）" for code, name in kind_names(words("zh_CN")).items())
        en = ", ".join(f"{code} ({name})" for code, name in kind_names(words("en")).items())
        super().__init__(
            f"没有 {kind!r} 这一类记录：可用 {zh}。", f"There is no kind {kind!r}: there are {en}."
        )


def kind_names(words: Words) -> dict[str, str]:
    """Give the name of every kind, by what the books write."""
    return {
        SALE: words("Sale"),
        VOID: words("Void"),
        REFUND: words("Refund"),
        RETURN: words("Return"),
        LINE_REMOVED: words("Line removed"),
        REPRINT: words("Reprint"),
        SETTINGS: words("Settings"),
        SHIFT_OPENED: words("Shift opened"),
        PAID_IN: words("Paid in"),
        PAID_OUT: words("Paid out"),
        DROP: words("Drop to the safe"),
        NO_SALE: words("No sale"),
        X_REPORT: words("X report"),
        SHIFT_COUNTED: words("Drawer counted"),
        SHIFT_CLOSED: words("Shift closed"),
        SESSION_LOCKED: words("Lock"),
        LOGIN_FAILED: words("Sign-in refused"),
        APPROVAL_REFUSED: words("Approval refused"),
        STAFF_CHANGED: words("Staff"),
        BASKET_PARKED: words("Parked"),
        BASKET_RECALLED: words("Recalled"),
        BASKET_DROPPED: words("Parked basket given up"),
        STOCK_COUNTED: words("Pieces left"),
        CLOCK_JUMPED: words("Clock jumped"),
        REDEMPTION: words("Breakfast"),
        HAND_OUT: words("Breakfast without a card"),
        REDEMPTION_VOID: words("Breakfast undone"),
        CARD_ISSUED: words("Card issued"),
        CARD_REPLACED: words("Card replaced"),
        CARD_BLOCKED: words("Card blocked"),
        CARD_UNBLOCKED: words("Card unblocked"),
        CARD_EXPIRED: words("Card expired"),
        CARD_REFUSED: words("Tap refused"),
        HOLDER_FORGOTTEN: words("Holder forgotten"),
        HOLDER_SHOWN: words("Holder looked at"),
        ALLOWANCE_RECEIVED: words("Allowance received"),
        TRANSFERRED: words("Fund transferred"),
    }


def kind_called(name: str) -> str:
    """Give the kind of that name: as the books write it, or as the log shows it in any language.

    Raises:
        NoSuchKindError: there is no such kind.
    """
    wanted = name.strip().casefold()
    for lang in LANGUAGES:
        for kind, shown in kind_names(words(lang)).items():
            if wanted in {kind, shown.casefold()}:
                return kind
    raise NoSuchKindError(name)
