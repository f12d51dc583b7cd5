"""Selling: sales, stand-alone returns, and lines that were taken out before they were paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.rights import Right
from kiosk.errors import EmptyBasketError
from kiosk.sale import counting
from kiosk.sale.approval import Approved
from kiosk.sale.needs import rights_needed
from kiosk.sale.tenders import Offer, settle
from kiosk.till import docs
from kiosk.till.counts import Counts
from kiosk.till.tables import LINE_REMOVED, RETURN, SALE
from ledger import rules
from ledger.entries import FundMove
from ledger.money import from_fen, to_fen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from kiosk.sale.basket import Basket, Line
    from kiosk.sale.tenders import Payment
    from kiosk.till.core import Done


class Selling(Counts):
    """What the till does with a basket."""

    def sell(self, basket: Basket, offers: Sequence[Offer], *, at: datetime) -> Done:
        """Put one sale in the books, with its set-aside (domain rules 1 and 2).

        A zero total is recorded without postings and sets nothing aside.

        Raises:
            EmptyBasketError: there are no lines.
            NoShiftError: no shift is open.
            ApprovalNeededError: what is in the basket takes a right that is neither theirs who is
                signed in nor lent to the basket.
            ShortPaymentError: the offers do not reach the total.
            OverpaymentError: a tender that gives no change exceeds it.
            UnknownTenderError: the settings name no such tender.
            RefConflictError: the basket's ref is in the books with another content.
        """
        if not basket.lines:
            raise EmptyBasketError
        self.need_shift()
        words = self._words(basket, Right.SELL)
        total = basket.total
        payments = settle(total, offers, self.settings.tenders)
        set_aside = self.settings.fund.set_aside_fen if total and basket.catering else 0
        tendered = [rules.Tendered(p.account, p.amount) for p in payments]

        def post(slip: int | None) -> Done:
            return self._post(
                SALE,
                basket.ref,
                at,
                _doc(basket, payments, to_fen(total), set_aside, words, slip=slip),
                rules.sale(tendered, total, set_aside, self._accounts, basket.rounding_fen),
                fund={FundMove.SET_ASIDE: set_aside} if set_aside else {},
                total=total,
                change=from_fen(sum([p.change_fen for p in payments])),
            )

        return self._with_slip(basket, post, at)

    def take_back(
        self, basket: Basket, tender: str, *, at: datetime, approved: Approved | None = None
    ) -> Done:
        """Record a stand-alone return: goods back and money out, of no named sale (decision 8).

        Revenue falls; the fund is untouched.

        Raises:
            EmptyBasketError: there are no lines.
            NoShiftError: no shift is open.
            ApprovalNeededError: it needs somebody with ``Right.RETURN``, or see ``sell``.
            UnknownTenderError: the settings name no such tender.
            RefConflictError: see ``sell``.
        """
        if not basket.lines:
            raise EmptyBasketError
        self.need_shift()
        words = self._words(basket.approved(approved) if approved else basket, Right.RETURN)
        total = basket.total
        payments = settle(total, [Offer(tender, total)], self.settings.tenders)
        tendered = [rules.Tendered(p.account, p.amount) for p in payments]
        return self._post(
            RETURN,
            basket.ref,
            at,
            _doc(basket, payments, to_fen(total), 0, words),
            rules.money_back(tendered, total, 0, self._accounts, basket.rounding_fen),
            total=total,
        )

    def remove_line(
        self,
        basket: Basket,
        line: Line,
        *,
        ref: UUID,
        at: datetime,
        after_total: bool = False,
        reason: str = "",
        approved: Approved | None = None,
    ) -> Done:
        """Record that ``line`` was taken out of an unpaid basket (domain rule 10).

        ``after_total`` says that the customer had been told the total: from then on it needs
        ``Right.REMOVE_AFTER_TOTAL``.

        Raises:
            ApprovalNeededError: that right is wanting, and nobody approved.
            TextError: the reason is too wide, or holds what cannot be seen.
        """
        doc: dict[str, Any] = {"basket": str(basket.ref), "line": docs.line(line)}
        if after_total:
            by = self.allow(Right.REMOVE_AFTER_TOTAL, approved)
            doc |= {"after_total": 1} | ({"approved_by": by} if by is not None else {})
        if reason := counting.reason_of(reason):
            doc["reason"] = reason
        return self._post(LINE_REMOVED, ref, at, doc, total=line.amount)

    def _words(self, basket: Basket, act: Right) -> tuple[Approved, ...]:
        """Hold ``act`` and what is in ``basket`` to the rights of whoever is signed in.

        Gives the rights that others lent.

        Raises:
            ApprovalNeededError: one is neither theirs nor lent.
        """
        if not self.guarded and not basket.approvals:
            return ()
        needed = (act, *sorted(rights_needed(basket)))
        lent = ((right, self.allow(right, basket.approval(right))) for right in needed)
        return tuple(Approved(right, by) for right, by in lent if by is not None)


def _doc(
    basket: Basket,
    payments: Sequence[Payment],
    total_fen: int,
    set_aside_fen: int,
    words: Sequence[Approved],
    *,
    slip: int | None = None,
) -> dict[str, Any]:
    """Write the document of a sale or a return; what is plain is written the short way."""
    lines = basket.priced
    doc = docs.sale(lines, payments, total_fen, set_aside_fen)
    if basket.special or words or slip is not None:
        doc |= docs.particulars(basket, lines, words, slip)
    return doc
