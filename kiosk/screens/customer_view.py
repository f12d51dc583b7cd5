"""What the customer is shown, as one frozen value: never a name, a card, a time or a station."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from config.errors import Phrase


class CustomerKind(StrEnum):
    """What the customer's screen shows.

    ``IDLE`` between two customers, ``SALE`` while an ordinary basket is rung, ``BREAKFAST`` while
    one is chosen, ``REFUSED`` a tap that is not served, ``THANKS`` once a breakfast is recorded.
    """

    IDLE = "idle"
    SALE = "sale"
    BREAKFAST = "breakfast"
    REFUSED = "refused"
    THANKS = "thanks"


class CustomerItem(NamedTuple):
    """One line: its item in both languages, thousandths of it, and what the line costs in fen."""

    name: Phrase
    qty_milli: int
    fen: int


@dataclass(frozen=True, slots=True)
class CustomerView:
    """What stands on the customer's screen; amounts in fen.

    Attributes:
        kind: what of the rest is meant.
        items: what was chosen, in order.
        total_fen: what it comes to.
        limit_fen: what the fund pays of this breakfast at most; 0 for a sale.
        due_fen: what is still to be paid by the customer; below zero is the change.
        remaining_fen: what the fund would still pay.
        fund_fen: what the fund holds, as last read; None where it was not read yet.
        title: in large type: why a tap is not served, or a kind word; None for nothing.
        message: a sentence below it, without a full stop; None for nothing.
    """

    kind: CustomerKind
    items: tuple[CustomerItem, ...] = ()
    total_fen: int = 0
    limit_fen: int = 0
    due_fen: int = 0
    remaining_fen: int = 0
    fund_fen: int | None = None
    title: Phrase | None = None
    message: Phrase | None = None


IDLE = CustomerView(CustomerKind.IDLE)
"""Nobody is being served."""
