"""Breakfasts: a tap was judged, and a breakfast is recorded, once.

The claim, the fund's money, the card's counter, the sale and its postings are one record, so they
are one commit. Every rule is asked when the card is tapped, for the worker's sake; those that
another tap could break meanwhile (used, blocked, an old message, the fund) are asked once more
where they are written, by the database, for the fund's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from config.cards import Level
from config.rights import Right
from kiosk.errors import EmptyBasketError
from kiosk.sale import counting
from kiosk.sale.breakfast import FUND, Rule, Serving
from kiosk.sale.card_errors import (
    HandOutsUsedError,
    NotBreakfastError,
)
from kiosk.sale.refs import new_ref
from kiosk.sale.tenders import Payment, settle
from kiosk.till import docs
from kiosk.till.breakfast_tables import CardChangedError, ClaimTakenError
from kiosk.till.core import Done
from kiosk.till.judging import RefusedTap
from kiosk.till.known_cards import check_numbers
from kiosk.till.tables import ALLOWANCE_RECEIVED, HAND_OUT, REDEMPTION
from kiosk.till.undoing import Undoing
from ledger import breakfast_rules, rules
from ledger.breakfast_rules import BreakfastAccounts
from ledger.entries import FundMove
from ledger.errors import FundShortError
from ledger.journal import Journal
from ledger.money import ZERO, from_fen, to_fen

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from kiosk.sale.approval import Approved
    from kiosk.sale.basket import Basket
    from kiosk.sale.tenders import Offer
    from ledger.entries import Entry, Record

# Left to itself, SQLite walks all breakfasts of the book instead of the day's.
_TODAY: Final = (
    "SELECT count(*), coalesce(sum(fund_fen), 0) FROM breakfast INDEXED BY breakfasts_of_day"
    " WHERE book = ? AND service_day = ? AND closed_by IS NULL"
)
_HANDED_OUT: Final = (
    "SELECT count(*) FROM breakfast INDEXED BY breakfasts_of_day"
    " WHERE book = ? AND service_day = ? AND closed_by IS NULL AND kind = 'hand_out'"
)


@dataclass(frozen=True, slots=True)
class ServedToday:
    """The breakfasts of one service day so far, and what the fund paid for them, in fen."""

    count: int
    fund_fen: int


class Breakfasts(Undoing):
    """What the till does with a breakfast card that was tapped."""

    def redeem(
        self, serving: Serving, basket: Basket, offers: Sequence[Offer] = (), *, at: datetime
    ) -> Done:
        """Put one breakfast in the books: claim, fund, sale and slip together (domain rule 4).

        The fund pays up to ``serving.limit_fen``; ``offers`` pay the rest, which sets aside like
        any sale (domain rule 5). The basket's ref makes a retry the same record.

        Raises:
            EmptyBasketError: there is nothing in it, or nothing that costs anything.
            NotBreakfastError: an item that no breakfast card may take, or a conceded price.
            NoShiftError: no shift is open.
            ApprovalNeededError: whoever is signed in may not sell.
            CardRefusedError: used, blocked, an old message, the fund short, or too long ago.
            ShortPaymentError: the offers do not reach what is above the limit.
            OverpaymentError: see ``sell``.
            RefConflictError: the basket's ref is in the books with another content.
        """
        total_fen = self._check_breakfast(basket)
        self.allow(Right.SELL)
        fund_fen = serving.fund_fen(total_fen)
        claim = {
            "card": serving.card,
            "counter": serving.counter,
            "holder": serving.holder,
            "level": serving.level.value,
            "service_day": serving.service_day.isoformat(),
        }
        stale = self._stale(serving, at) and self._new(basket.ref)
        post = self._breakfast(REDEMPTION, basket, offers, fund_fen, {"claim": claim}, at)
        try:
            if stale:
                raise RefusedTap(Rule.STALE)  # noqa: TRY301 - recorded below like the others
            return self._with_slip(basket, post, at)
        except (RefusedTap, ClaimTakenError, CardChangedError, FundShortError) as error:
            refused = self._why(serving, error)
            raise self._refuse(refused, at, level=serving.level, counter=serving.counter) from None

    def handing_out(self, at: datetime) -> Serving:
        """Give what may be handed out now without a card; nobody's token stands in it.

        Raises:
            NoShiftError: no shift is open.
            HandOutsUsedError: today's are used up.
            CardRefusedError: it is not breakfast time, or the fund is too low.
        """
        self.need_shift()
        if self.hand_outs_left(at) <= 0:
            raise HandOutsUsedError(self.settings.breakfast.hand_outs)
        day = self.service_day(at)
        today = self.settings.breakfast.on(day)
        try:
            with self.database.transaction() as cursor:
                limit_fen = self._limit(cursor, at, today, None)
        except RefusedTap as refused:
            raise self._refuse(refused, at) from None
        return Serving("", "", "", day, at.astimezone(UTC), today.cap_fen, limit_fen, Level.UID)

    def hand_out(
        self,
        serving: Serving,
        basket: Basket,
        offers: Sequence[Offer] = (),
        *,
        reason: str,
        at: datetime,
        approved: Approved | None = None,
    ) -> Done:
        """Give a breakfast without a card: a lost card, a new worker; under its own daily limit.

        ``serving`` is what ``handing_out`` gave.

        Raises:
            ApprovalNeededError: it needs somebody with ``Right.HAND_OUT``.
            HandOutsUsedError: today's are used up.
            CardRefusedError: the fund is too low, or ``serving`` too old.
            ReasonNeededError: no reason was given.
            NumberInTextError: the reason holds six figures in a row; whose it is nobody knows.
            TextError: the reason is too wide, or holds what cannot be seen.
            EmptyBasketError: see ``redeem``, for the rest as well.
        """
        total_fen = self._check_breakfast(basket)
        by = self.allow(Right.HAND_OUT, approved)
        said = counting.reason_of(reason, needed=True)
        check_numbers(said)
        doc = {"claim": None, "reason": said, "service_day": serving.service_day.isoformat()}
        doc |= {"approved_by": by} if by else {}
        post = self._breakfast(HAND_OUT, basket, offers, serving.fund_fen(total_fen), doc, at)
        try:
            if self._stale(serving, at) and self._new(basket.ref):
                raise RefusedTap(Rule.STALE)  # noqa: TRY301 - recorded below like the other
            return self._with_slip(basket, post, at)
        except FundShortError:
            raise self._refuse(RefusedTap(Rule.FUND_LOW), at) from None
        except RefusedTap as refused:
            raise self._refuse(refused, at) from None

    def grant(self, fen: int, *, grant: str, at: datetime) -> Done:
        """Put ``fen`` into the fund as headquarters would: for what is made up or practised."""
        doc = {"down_seq": 0, "grant": grant}
        return self._post(
            ALLOWANCE_RECEIVED, new_ref(), at, doc, fund={FundMove.GRANTED: fen}, total=ZERO
        )

    def hand_outs_left(self, at: datetime) -> int:
        """Give how many breakfasts may still be handed out today without a card."""
        with self.database.transaction() as cursor:
            return self._left_to_hand_out(cursor, self.service_day(at).isoformat())

    def _left_to_hand_out(self, cursor: sqlite3.Cursor, day: str) -> int:
        given = cursor.execute(_HANDED_OUT, (self.book, day)).fetchone()[0]
        return max(self.settings.breakfast.hand_outs - int(given), 0)

    def served_today(self, at: datetime) -> ServedToday:
        """Give the breakfasts of the service day so far; as many steps as there were breakfasts."""
        day = self.service_day(at).isoformat()
        with self.database.transaction() as cursor:
            return ServedToday(*cursor.execute(_TODAY, (self.book, day)).fetchone())

    def _check_breakfast(self, basket: Basket) -> int:
        """Give the total in fen of a basket that a breakfast card may take."""
        self.need_shift()
        for line in basket.lines:
            conceded = line.discount_fen or line.shared_fen or line.list_unit_fen is not None
            if not line.breakfast or conceded or line.price_tier is not None:
                raise NotBreakfastError(line.name)
        total_fen = to_fen(basket.total)
        if not basket.lines or total_fen <= 0:
            raise EmptyBasketError
        if basket.discount is not None or basket.round_to_fen:
            raise NotBreakfastError(basket.lines[0].name)
        return total_fen

    def _breakfast(  # noqa: PLR0917 - what a breakfast's record says, in its order
        self,
        kind: str,
        basket: Basket,
        offers: Sequence[Offer],
        fund_fen: int,
        doc: dict[str, Any],
        at: datetime,
    ) -> Callable[[int | None], Done]:
        """Give what posts a breakfast under a pick-up number."""
        total = basket.total
        total_fen = to_fen(total)
        due = from_fen(total_fen - fund_fen)
        payments = settle(due, offers, self.settings.tenders)
        set_aside = self.settings.fund.set_aside_fen if due and basket.catering else 0
        accounts = self._breakfast_accounts()
        paid = (Payment(FUND, accounts.paid_by, fund_fen, 0), *payments)
        fund = {FundMove.REDEEMED: fund_fen}
        if set_aside:
            fund[FundMove.SET_ASIDE] = set_aside
        tendered = [rules.Tendered(p.account, p.amount) for p in payments]
        postings = breakfast_rules.redemption(
            from_fen(fund_fen), tendered, set_aside, accounts, self._accounts
        )
        body = docs.sale(basket.lines, paid, total_fen, set_aside) | doc
        change = from_fen(sum([p.change_fen for p in payments]))

        def post(slip: int | None) -> Done:
            said = body if slip is None else body | {"slip": slip}
            if kind == REDEMPTION:
                return self._post(
                    kind, basket.ref, at, said, postings, fund=fund, total=total, change=change
                )
            self._watch(at)
            entry = self._entry(kind, basket.ref, at, said, postings, fund=fund)
            record, new = self._hand_over(entry)
            if new:
                self._booked(record, at)
            return Done(record, new, total, change, from_fen(set_aside))

        return post

    def _hand_over(self, entry: Entry) -> tuple[Record, bool]:
        """Post a breakfast without a card, unless its day's are used up: asked where it is written.

        Raises:
            HandOutsUsedError: they are.
        """
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            known = journal.find(entry.ref) is not None
            if not known and not self._left_to_hand_out(cursor, entry.doc["service_day"]):
                raise HandOutsUsedError(self.settings.breakfast.hand_outs)
            record, new = journal.post(entry)
        self.database.announce(record)
        return record, new

    def _stale(self, serving: Serving, at: datetime) -> bool:
        """Whether the tap is too long ago, or the clock was set back since.

        A step back that the till does not warn about is a clock that is being kept right.
        """
        hold = timedelta(seconds=self.settings.breakfast.hold_s)
        back = timedelta(seconds=-self.settings.guards.clock_back_s)
        return not back <= at - serving.at <= hold

    def _new(self, ref: UUID) -> bool:
        """Whether the books do not hold ``ref`` yet: what they hold is a retry, and welcome."""
        with self.database.transaction() as cursor:
            return Journal(cursor, self.book).find(ref) is None

    def _breakfast_accounts(self) -> BreakfastAccounts:
        accounts = self.settings.accounts
        return BreakfastAccounts(
            self.settings.fund.custody,
            accounts.breakfast_sales,
            accounts.breakfast_settlement,
            self.settings.fund.payable_account,
            accounts.custody,
            accounts.bank,
        )
