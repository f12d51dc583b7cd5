"""How a sale is paid: what was offered, what each tender takes, and the change due. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.errors import OverpaymentError, ShortPaymentError, UnknownTenderError
from ledger.money import ZERO, Money, to_fen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.settings import Tender


@dataclass(frozen=True, slots=True)
class Offer:
    """What the customer hands over or confirms: ``tender`` is its id, ``amount`` above zero."""

    tender: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Payment:
    """What one tender pays: ``amount`` is ``received`` less ``change``; ``account`` gets it."""

    tender: str
    account: str
    amount: Money
    received: Money
    change: Money


def settle(due: Money, offers: Sequence[Offer], tenders: Iterable[Tender]) -> tuple[Payment, ...]:
    """Apply ``offers`` in order to ``due``; only a tender that gives change may exceed the rest.

    A due of zero takes no payment: offers of nothing are dropped.

    Raises:
        UnknownTenderError: an offer of a tender that the settings do not name.
        ShortPaymentError: the offers do not reach the due.
        OverpaymentError: a tender that gives no change exceeds what is left to pay, or cash is
            offered after everything is paid.
    """
    known = {tender.id: tender for tender in tenders}
    payments: list[Payment] = []
    rest = due
    for offer in offers:
        tender = known.get(offer.tender)
        if tender is None:
            raise UnknownTenderError(offer.tender, list(known))
        fen = to_fen(offer.amount)
        if fen == 0:
            continue
        change = offer.amount - rest if offer.amount > rest else ZERO
        if fen < 0 or (change and not (tender.gives_change and rest)):
            raise OverpaymentError(tender.id, rest, offer.amount)
        taken = offer.amount - change
        payments.append(Payment(tender.id, tender.account, taken, offer.amount, change))
        rest -= taken
    if rest:
        raise ShortPaymentError(due, due - rest)
    return tuple(payments)
