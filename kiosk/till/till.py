"""The till: each method is one transaction, idempotent by its ref, and says nothing undurable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiosk.errors import (
    AlreadyReversedError,
    EmptyBasketError,
    NoSuchSaleError,
    TooLateToVoidError,
)
from kiosk.sale.refs import new_ref
from kiosk.sale.refunds import plan_refund, sold_lines
from kiosk.sale.tenders import settle
from kiosk.till import docs
from kiosk.till.history import FundState, Past, fund_state, past_sales, printed
from kiosk.till.papers import receipt
from kiosk.till.policy import changes
from kiosk.till.tables import LINE_REMOVED, REFUND, REPRINT, RETURN, SALE, SETTINGS, VOID
from ledger import rules
from ledger.entries import Entry, FundMove
from ledger.errors import CanonicalFormError
from ledger.journal import Journal, fund_available
from ledger.money import ZERO, Money, from_fen, to_fen

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from config.catalogue import Catalogue
    from config.settings import Settings
    from kiosk.sale.basket import Basket, Line
    from kiosk.sale.refunds import SoldLines
    from kiosk.sale.tenders import Offer
    from ledger.db import Database
    from ledger.entries import Posting, Record
    from receipts.documents import Receipt


@dataclass(frozen=True, slots=True)
class Done:
    """What the till has put in the books: durable when this value exists.

    ``new`` is False where the ref was there already and nothing was added. ``set_aside`` is what
    the sale put into the fund, or what a void or refund took back out of it.
    """

    record: Record
    new: bool
    total: Money
    change: Money
    set_aside: Money

    @property
    def number(self) -> int:
        """The number on the receipt: the record's place in its book."""
        return self.record.seq


class Till:
    """One book's till over one database; belongs to one thread (see ``TillThread``).

    ``by`` is the staff id that every record carries.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        book: str | None = None,
        by: str = "cashier",
    ) -> None:
        self.database = database
        self.settings = settings
        self.book = book or settings.shop.book
        self.by = by
        self._zone = ZoneInfo(settings.day.timezone)
        self._rollover = timedelta(
            hours=settings.day.rollover.hour, minutes=settings.day.rollover.minute
        )
        self._accounts = rules.SaleAccounts(
            settings.accounts.sales, settings.fund.debit_account, settings.fund.payable_account
        )

    def business_date(self, at: datetime) -> date:
        """Give the business date of an aware instant: the local day that began at rollover.

        Raises:
            CanonicalFormError: ``at`` is naive, so that nobody knows which instant it is.
        """
        if at.utcoffset() is None:
            raise CanonicalFormError(at)
        return (at.astimezone(self._zone) - self._rollover).date()

    def open(self, catalogue: Catalogue, *, at: datetime) -> Done | None:
        """Check the book's tail, and record what settings and prices changed since last time.

        Raises:
            TailCutError: the book ends before what this machine announced.
        """
        self.database.check_tail(self.book)
        with self.database.transaction() as cursor:
            found = changes(cursor, self.book, self.settings, catalogue)
        if not found:
            return None
        return self._post(SETTINGS, new_ref(), at, {"changes": found}, total=ZERO)

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
        from kiosk.sale.tenders import Offer  # noqa: PLC0415 - only here is one made

        if not basket.lines:
            raise EmptyBasketError
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

    def void(self, number: int, *, ref: UUID, at: datetime, reason: str = "") -> Done:
        """Undo a whole sale of this book on its own business date, its set-aside included.

        Raises:
            NoSuchSaleError: the number is no sale of this book.
            AlreadyReversedError: it was voided, or refunded in part or whole.
            TooLateToVoidError: it is of another business date.
        """
        return self._give_back(VOID, number, None, ref=ref, at=at, reason=reason)

    def refund(
        self,
        number: int,
        asked: Mapping[int, int] | None = None,
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
    ) -> Done:
        """Give back lines of a sale: ``asked`` maps line (from 1) to thousandths; None is the rest.

        The money goes back to the tenders that paid. The set-aside is reversed with the last of
        the sale, and stays with the fund until then (domain rule 3).

        Raises:
            NoSuchSaleError: the number is no sale of this book.
            AlreadyReversedError: it was voided, or nothing of it is left.
            RefundTooMuchError: more is asked than is left of a line.
            NoSuchLineError: the sale has no such line.
            NothingToRefundError: no line is asked for.
        """
        return self._give_back(REFUND, number, asked, ref=ref, at=at, reason=reason)

    def remove_line(self, basket: Basket, line: Line, *, ref: UUID, at: datetime) -> Done:
        """Record that ``line`` was taken out of an unpaid basket (domain rule 10)."""
        doc = {"basket": str(basket.ref), "line": docs.line(line)}
        return self._post(LINE_REMOVED, ref, at, doc, total=line.amount)

    def receipt(self, number: int) -> Receipt:
        """Give the paper of sale, return, void or refund ``number``, as it was first handed out.

        Raises:
            NoSuchSaleError: the number is none of these in this book.
        """
        with self.database.transaction() as cursor:
            record, fund_fen, reprints = printed(cursor, self.book, number)
        return receipt(record, fund_fen, self.settings, reprint=reprints)

    def reprint(self, number: int, *, ref: UUID, at: datetime) -> Receipt:
        """Record that a paper is handed out again, and give it, marked with how many times.

        Raises:
            NoSuchSaleError: see ``receipt``.
        """
        self.receipt(number)
        self._post(REPRINT, ref, at, {"of_seq": number}, total=ZERO)
        return self.receipt(number)

    def sold(self, number: int) -> SoldLines:
        """Give the lines of a sale, and what is left of each; of a closed sale, too.

        Raises:
            NoSuchSaleError: the number is no sale of this book.
        """
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            sale, earlier, closed_by = self._sale(cursor, journal, number)
        return sold_lines(sale.doc, [each.doc for each in earlier], closed_by)

    def history(self, *, before: int | None = None, most: int = 50) -> list[Past]:
        """Give this book's sales and stand-alone returns, newest first, below ``before``."""
        with self.database.transaction() as cursor:
            return past_sales(cursor, self.book, before, most)

    def fund(self, at: datetime) -> FundState:
        """Give what the fund holds, and what today's sales put in, in two O(1) reads."""
        day = self.business_date(at).isoformat()
        with self.database.transaction() as cursor:
            return fund_state(cursor, self.book, day)

    def _give_back(
        self,
        kind: str,
        number: int,
        asked: Mapping[int, int] | None,
        *,
        ref: UUID,
        at: datetime,
        reason: str,
    ) -> Done:
        day = self.business_date(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            if (again := journal.find(ref)) is not None:
                self.database.announce(again)
                return self._again(again, kind, number, asked)
            sale, earlier = self._open_sale(cursor, journal, number)
            if kind == VOID:
                sold = date.fromisoformat(sale.day)
                if earlier:
                    raise AlreadyReversedError(number, earlier[-1].seq)
                if sold != day:
                    raise TooLateToVoidError(number, sold, day)
            plan = plan_refund(sale.doc, [each.doc for each in earlier], asked)
            set_aside = int(sale.doc["set_aside_fen"]) if plan.completes else 0
            # Where the fund is short the set-aside stays and the operator bears it; the customer
            # is refunded all the same (domain rule 3). This transaction is the only writer.
            taken = set_aside if fund_available(cursor, self.book) >= set_aside else 0
            doc = docs.give_back(
                number,
                plan,
                asked,
                reversed_fen=taken,
                kept_fen=set_aside - taken,
                reason=reason,
            )
            entry = self._entry(
                kind,
                ref,
                at,
                doc,
                rules.money_back(
                    [rules.Tendered(t["account"], from_fen(t["amount_fen"])) for t in plan.tenders],
                    from_fen(plan.total_fen),
                    taken,
                    rules.accounts_of(sale.postings, self._accounts),
                ),
                fund={FundMove.REVERSED: taken} if taken else {},
            )
            record, new = journal.post(entry)
        self.database.announce(record)
        return Done(record, new, from_fen(plan.total_fen), ZERO, from_fen(taken))

    def _open_sale(
        self, cursor: sqlite3.Cursor, journal: Journal, number: int
    ) -> tuple[Record, list[Record]]:
        """Give a sale that is not fully given back, and the refunds it had so far, in order."""
        sale, earlier, closed_by = self._sale(cursor, journal, number)
        if closed_by is not None:
            raise AlreadyReversedError(number, closed_by)
        return sale, earlier

    def _sale(
        self, cursor: sqlite3.Cursor, journal: Journal, number: int
    ) -> tuple[Record, list[Record], int | None]:
        """Give a sale, what gave parts of it back in order, and the record that closed it."""
        row = cursor.execute(
            "SELECT closed_by FROM sale WHERE book = ? AND seq = ? AND kind = ?",
            (self.book, number, SALE),
        ).fetchone()
        sale = journal.read(number)
        if row is None or sale is None:
            raise NoSuchSaleError(self.book, number)
        numbers = cursor.execute(
            "SELECT seq FROM reversal WHERE book = ? AND sale_seq = ? ORDER BY seq",
            (self.book, number),
        ).fetchall()
        found = (journal.read(seq) for (seq,) in numbers)
        return sale, [each for each in found if each is not None], row[0]

    def _again(
        self, record: Record, kind: str, number: int, asked: Mapping[int, int] | None
    ) -> Done:
        """Answer a repeated void or refund: the same request is the same record, once."""
        from uuid import UUID  # noqa: PLC0415

        from ledger.errors import RefConflictError  # noqa: PLC0415 - only on a retry's way

        doc = record.doc
        same = (
            record.book == self.book
            and record.kind == kind
            and doc["of_seq"] == number
            and doc["asked"] == docs.asked(asked)
        )
        if not same:
            raise RefConflictError(UUID(record.content["ref"]), record.book, record.seq)
        taken = from_fen(record.fund.get(FundMove.REVERSED.value, 0))
        return Done(
            record, new=False, total=from_fen(doc["total_fen"]), change=ZERO, set_aside=taken
        )

    def _entry(
        self,
        kind: str,
        ref: UUID,
        at: datetime,
        doc: Mapping[str, Any],
        postings: tuple[Posting, ...] = (),
        *,
        fund: Mapping[FundMove, int] | None = None,
    ) -> Entry:
        utc = at.astimezone(UTC)
        return Entry(kind, ref, utc, self.business_date(at), self.by, doc, postings, fund or {})

    def _post(
        self,
        kind: str,
        ref: UUID,
        at: datetime,
        doc: Mapping[str, Any],
        postings: tuple[Posting, ...] = (),
        *,
        fund: Mapping[FundMove, int] | None = None,
        total: Money,
        change: Money = ZERO,
    ) -> Done:
        entry = self._entry(kind, ref, at, doc, postings, fund=fund)
        record, new = self.database.post(self.book, entry)
        moved = from_fen(entry.fund.get(FundMove.SET_ASIDE, 0))
        return Done(record, new, total, change, moved)
