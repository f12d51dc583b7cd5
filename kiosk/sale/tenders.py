"""How a sale is paid: what was offered, what each tender takes, and the change due. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.errors import OverpaymentError, ShortPaymentError, UnknownTenderError
from ledger.money import Money, from_fen, to_fen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Tender


@dataclass(frozen=True, slots=True)
class Offer:
    """What the customer hands over or confirms: ``tender`` is its id, ``amount`` above zero."""

    tender: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Payment:
    """What one tender pays: received less change; ``account`` gets it."""

    tender: str
    account: str
    received_fen: int
    change_fen: int

    @property
    def amount_fen(self) -> int:
        """What the tender pays of the sale, in fen."""
        return self.received_fen - self.change_fen

    @property
    def amount(self) -> Money:
        """What the tender pays of the sale."""
        return from_fen(self.amount_fen)

    @property
    def received(self) -> Money:
        """What was handed over."""
        return from_fen(self.received_fen)

    @property
    def change(self) -> Money:
        """What was given back."""
        return from_fen(self.change_fen)


def settle(due: Money, offers: Sequence[Offer], tenders: Sequence[Tender]) -> tuple[Payment, ...]:
    """Apply ``offers`` in order to ``due``; only a tender that gives change may exceed the rest.

    A due of zero takes no payment: offers of nothing are dropped.

    Raises:
        UnknownTenderError: an offer of a tender that the settings do not name.
        ShortPaymentError: the offers do not reach the due.
        OverpaymentError: a tender that gives no change exceeds what is left to pay, or cash is
            offered after everything is paid.
    """
    payments: list[Payment] = []
    rest = due_fen = to_fen(due)
    for offer in offers:
        tender = _named(offer.tender, tenders)
        fen = to_fen(offer.amount)
        if fen == 0:
            continue
        change = max(fen - rest, 0)
        if fen < 0 or (change and not (tender.gives_change and rest)):
            raise OverpaymentError(tender, from_fen(rest), offer.amount)
        payments.append(Payment(tender.id, tender.account, fen, change))
        rest -= fen - change
    if rest:
        raise ShortPaymentError(due, from_fen(due_fen - rest))
    return tuple(payments)


def _named(name: str, tenders: Sequence[Tender]) -> Tender:
    for tender in tenders:
        if tender.id == name:
            return tender
    raise UnknownTenderError(name, [tender.id for tender in tenders])
