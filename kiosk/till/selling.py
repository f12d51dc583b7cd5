"""Selling: sales, stand-alone returns, and lines that were taken out before they were paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import EmptyBasketError
from kiosk.sale.tenders import Offer, settle
from kiosk.till import docs
from kiosk.till.core import Core, Done
from kiosk.till.tables import LINE_REMOVED, RETURN, SALE
from ledger import rules
from ledger.entries import FundMove
from ledger.money import from_fen, to_fen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from kiosk.sale.basket import Basket, Line


class Selling(Core):
    """What the till does with a basket."""

    def sell(self, basket: Basket, offers: Sequence[Offer], *, at: datetime) -> Done:
        """Put one sale in the books, with its set-aside (domain rules 1 and 2).

        A zero total is recorded without postings and sets nothing aside.

        Raises:
            EmptyBasketError: there are no lines.
            ShortPaymentError: the offers do not reach the total.
            OverpaymentError: a tender that gives no change exceeds it.
            UnknownTenderError: the settings name no such tender.
            RefConflictError: the basket's ref is in the books with another content.
        """
        if not basket.lines:
            raise EmptyBasketError
        self.need_shift()
        total = basket.total
        payments = settle(total, offers, self.settings.tenders)
        set_aside = self.settings.fund.set_aside_fen if total and basket.catering else 0
        tendered = [rules.Tendered(p.account, p.amount) for p in payments]
        return self._post(
            SALE,
            basket.ref,
            at,
            docs.sale(basket.lines, payments, to_fen(total), set_aside),
            rules.sale(tendered, total, set_aside, self._accounts),
            fund={FundMove.SET_ASIDE: set_aside} if set_aside else {},
            total=total,
            change=from_fen(sum([p.change_fen for p in payments])),
        )

    def take_back(self, basket: Basket, tender: str, *, at: datetime) -> Done:
        """Record a stand-alone return: goods back and money out, of no named sale (decision 8).

        Revenue falls; the fund is untouched.

        Raises:
            EmptyBasketError: there are no lines.
            UnknownTenderError: the settings name no such tender.
            RefConflictError: see ``sell``.
        """
        if not basket.lines:
            raise EmptyBasketError
        self.need_shift()
        total = basket.total
        payments = settle(total, [Offer(tender, total)], self.settings.tenders)
        tendered = [rules.Tendered(p.account, p.amount) for p in payments]
        return self._post(
            RETURN,
            basket.ref,
            at,
            docs.sale(basket.lines, payments, to_fen(total), 0),
            rules.money_back(tendered, total, 0, self._accounts),
            total=total,
        )

    def remove_line(self, basket: Basket, line: Line, *, ref: UUID, at: datetime) -> Done:
        """Record that ``line`` was taken out of an unpaid basket (domain rule 10)."""
        doc = {"basket": str(basket.ref), "line": docs.line(line)}
        return self._post(LINE_REMOVED, ref, at, doc, total=line.amount)
