"""Giving back: voids, refunds, and what is left of a sale."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from config.rights import Right
from kiosk.errors import (
    AlreadyReversedError,
    NoSuchSaleError,
    OtherShiftError,
    TooLateToVoidError,
)
from kiosk.sale import counting
from kiosk.sale.refunds import plan_refund, sold_lines
from kiosk.till import docs
from kiosk.till.core import Core, Done
from kiosk.till.tables import REFUND, SALE, VOID
from ledger import rules
from ledger.entries import FundMove
from ledger.journal import Journal, fund_available
from ledger.money import ZERO, from_fen

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kiosk.sale.approval import Approved
    from kiosk.sale.refunds import SoldLines
    from ledger.entries import Record


class GivingBack(Core):
    """What the till does with a sale that is in the books."""

    def void(
        self,
        number: int,
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
        approved: Approved | None = None,
    ) -> Done:
        """Undo a whole sale of this book in its own shift, its set-aside included.

        Raises:
            NoSuchSaleError: the number is no sale of this book.
            AlreadyReversedError: it was voided, or refunded in part or whole.
            OtherShiftError: it is of another shift than the one that is open.
            TooLateToVoidError: neither has a shift, and it is of another business date.
            NoShiftError: no shift is open.
            ApprovalNeededError: it needs somebody with ``Right.VOID``.
            TextError: the reason is too wide, or holds what cannot be seen.
        """
        by = self.allow(Right.VOID, approved)
        return self._give_back(VOID, number, None, ref=ref, at=at, reason=reason, approved_by=by)

    def refund(
        self,
        number: int,
        asked: Mapping[int, int] | None = None,
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
        approved: Approved | None = None,
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
            NoShiftError: no shift is open.
            ApprovalNeededError: it needs somebody with ``Right.REFUND``.
            TextError: the reason is too wide, or holds what cannot be seen.
        """
        by = self.allow(Right.REFUND, approved)
        return self._give_back(REFUND, number, asked, ref=ref, at=at, reason=reason, approved_by=by)

    def sold(self, number: int) -> SoldLines:
        """Give the lines of a sale, and what is left of each; of a closed sale, too.

        Raises:
            NoSuchSaleError: the number is no sale of this book.
        """
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            sale, earlier, closed_by = self._sale(cursor, journal, number)
        return sold_lines(sale.doc, [each.doc for each in earlier], closed_by)

    def _give_back(
        self,
        kind: str,
        number: int,
        asked: Mapping[int, int] | None,
        *,
        ref: UUID,
        at: datetime,
        reason: str,
        approved_by: str | None,
    ) -> Done:
        self.need_shift()
        said, day = counting.reason_of(reason), self.today(at)
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            if (again := journal.find(ref)) is not None:
                self.database.announce(again)
                return self._again(again, kind, number, asked)
            sale, earlier = self._open_sale(cursor, journal, number)
            if kind == VOID:
                if earlier:
                    raise AlreadyReversedError(number, earlier[-1].seq)
                self._check_voidable(number, sale, day)
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
                reason=said,
            ) | ({"approved_by": approved_by} if approved_by else {})
            entry = self._entry(
                kind,
                ref,
                at,
                doc,
                rules.money_back(
                    [rules.Tendered(t["account"], from_fen(t["amount_fen"])) for t in plan.tenders],
                    from_fen(plan.total_fen),
                    taken,
                    rules.accounts_of(
                        sale.postings, self._accounts, rounded="rounding_fen" in sale.doc
                    ),
                    plan.rounding_fen,
                ),
                fund={FundMove.REVERSED: taken} if taken else {},
            )
            record, new = journal.post(entry)
        self.database.announce(record)
        self._booked(record, at, sale)
        return Done(record, new, from_fen(plan.total_fen), ZERO, from_fen(taken))

    def _check_voidable(self, number: int, sale: Record, today: date) -> None:
        """Hold a void to the shift of its sale; where neither has one, to the business date."""
        sold_in, now = sale.content["shift"], self.shift.number if self.shift else None
        if sold_in != now:
            raise OtherShiftError(number, sold_in, now)
        sold = date.fromisoformat(sale.day)
        if now is None and sold != today:
            raise TooLateToVoidError(number, sold, today)

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
