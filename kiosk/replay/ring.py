"""Tickets go through the till: one durable commit each, no side door."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kiosk.errors import TillError
from kiosk.replay.errors import OriginalMissingError, RowError, RunningShiftError, row_error
from kiosk.replay.stored import is_stored
from kiosk.replay.tickets import ref_of
from kiosk.sale.refunds import plan_refund, refunded_milli
from kiosk.till.home import HomeError
from kiosk.till.tables import RETURN, SALE
from kiosk.till.till import Done, Till
from ledger.errors import AmountError, RefConflictError
from ledger.journal import Journal
from ledger.money import ZERO, from_fen, to_fen, yuan

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from kiosk.replay.map import Map
    from kiosk.replay.tickets import Ticket
    from kiosk.sale.basket import Line
    from kiosk.sale.refunds import RefundPlan
    from kiosk.till.home import Home
    from ledger.db import Database
    from ledger.entries import Record


class Ringer:
    """Rings the tickets of one map; one till for each book, opened at its first ticket."""

    def __init__(self, made: Map, home: Home, database: Database) -> None:
        self._map = made
        self._home = home
        self._database = database
        self._tills: dict[str, Till] = {}

    def ring(self, ticket: Ticket) -> Done:
        """Put one ticket in the books; durable when this returns.

        A ticket that was rung before is that record again, whatever was set since in the home.

        Raises:
            RowError: the till refuses this ticket; nothing was written.
            OriginalMissingError: it refunds a ticket that is not in the books.
            RefConflictError: it was rung before with another content; nothing was written.
            Refusal: the till cannot go on.
        """
        till = self._tills.get(ticket.book) or self._open(ticket.book, ticket.at)
        _check_days(till, ticket)
        try:
            done = self._put(till, ticket)
        except RefConflictError:
            if (earlier := self._earlier(ticket)) is None:
                raise
            done = earlier
        except HomeError:
            raise
        except (TillError, AmountError) as error:
            raise row_error(error) from error
        if not done.new and not is_stored(ticket, done.record, self._map):
            raise RefConflictError(ticket.basket.ref, done.record.book, done.record.seq)
        return done

    def _put(self, till: Till, ticket: Ticket) -> Done:
        if not ticket.back:
            return till.sell(ticket.basket, ticket.offers, at=ticket.at)
        if ticket.of:
            return self._refund(till, ticket)
        if len(ticket.offers) > 1:
            raise RowError(
                "退货只能用一种付款方式", "a return is paid out by one tender, not by several"
            )
        return till.take_back(ticket.basket, ticket.offers[0].tender, at=ticket.at)

    def _earlier(self, ticket: Ticket) -> Done | None:
        """Give the sale or return that has this ticket's ref, as it was rung."""
        with self._database.transaction() as cursor:
            record = Journal(cursor, ticket.book).find(ticket.basket.ref)
        if record is None or record.kind not in {SALE, RETURN}:
            return None
        total, set_aside = (from_fen(record.doc[key]) for key in ("total_fen", "set_aside_fen"))
        return Done(record, new=False, total=total, change=ZERO, set_aside=set_aside)

    def _open(self, book: str, at: datetime) -> Till:
        till = Till(self._database, self._home.settings, book=book, by=self._map.by)
        if till.shift is not None:
            # Its records would bear the shift's date, and stand in its Z report and its drawer.
            raise RunningShiftError(book, till.shift.number)
        till.open(self._home.catalogue, at=at)
        self._tills[book] = till
        return till

    def _refund(self, till: Till, ticket: Ticket) -> Done:
        """Refund the lines of the original ticket that this one names by item and quantity."""
        basket = ticket.basket
        with self._database.transaction() as cursor:
            sale, earlier = self._original(cursor, ticket)
        asked = _asked(sale.doc, [each.doc for each in earlier], basket.lines)
        plan = plan_refund(sale.doc, [each.doc for each in earlier], asked)
        total_fen = to_fen(basket.total)
        # A price of the catalogue may be another today than what was paid.
        if plan.total_fen != total_fen and self._map.price.rule != "catalogue":
            raise RowError(
                f"退 {total_fen} 分，而原单为此付了 {plan.total_fen} 分",
                f"it refunds {total_fen} fen of what was sold for {plan.total_fen} fen",
            )
        _check_tenders(ticket, plan)
        return till.refund(sale.seq, asked, ref=basket.ref, at=ticket.at)

    def _original(self, cursor: sqlite3.Cursor, ticket: Ticket) -> tuple[Record, list[Record]]:
        """Give the sale that ``ticket`` refunds, and its refunds before this one, in order."""
        journal = Journal(cursor, ticket.book)
        sale = journal.find(ref_of(ticket.book, self._map.data_set, ticket.of))
        if sale is None or sale.kind != SALE:
            raise OriginalMissingError(ticket.of)
        # A refund that is rung again must ask for what it asked for the first time.
        again = journal.find(ticket.basket.ref)
        rows = cursor.execute(
            "SELECT seq FROM reversal WHERE book = ? AND sale_seq = ? AND (?3 IS NULL OR seq < ?3)"
            " ORDER BY seq",
            (ticket.book, sale.seq, again.seq if again else None),
        ).fetchall()
        found = (journal.read(seq) for (seq,) in rows)
        return sale, [each for each in found if each is not None]


def _check_days(till: Till, ticket: Ticket) -> None:
    """See that all rows are of one business date.

    Raises:
        RowError: they are not: a number that starts again each day made one ticket of two.
    """
    if ticket.earliest == ticket.latest:
        return
    if till.business_date(ticket.earliest) != till.business_date(ticket.latest):
        raise RowError(
            "同一单的行不在同一营业日：请在 ticket.key 里加上日期列，用新的 home 重记",
            "its rows are of several business dates; add the date to ticket.key, and ring the "
            "file into a fresh home",
        )


def _check_tenders(ticket: Ticket, plan: RefundPlan) -> None:
    """See that the money goes back where the rows say that it went.

    Raises:
        RowError: the till would give it back by other tenders.
    """
    back = {each["tender"]: each["amount_fen"] for each in plan.tenders}
    named = {each.tender: to_fen(each.amount) for each in ticket.named}
    if any(fen > back.get(tender, 0) for tender, fen in named.items()):
        said, paid = (
            ", ".join(f"{t} {yuan(fen)}" for t, fen in each.items()) for each in (named, back)
        )
        raise RowError(
            f"退款方式是 {said}，而按原单的付款应退 {paid}",
            f"it names another tender than the money goes back to: {said}, not {paid}",
        )


def _asked(
    sale: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]], lines: Iterable[Line]
) -> dict[int, int]:
    """Give what ``lines`` ask back of a sale: line from 1 to thousandths.

    Among lines of the same item those at the same price come first, then those sold first.

    Raises:
        RowError: more of an item comes back than is left of it.
    """
    gone = refunded_milli(earlier)
    asked: Counter[int] = Counter()
    for line in lines:
        wanted, unit_fen = line.qty_milli, to_fen(line.unit_price)
        sold = [(n, each) for n, each in enumerate(sale["lines"], 1) if each["sku"] == line.sku]
        for n, each in sorted(sold, key=lambda pair: pair[1]["unit_fen"] != unit_fen):
            taken = min(wanted, each["qty_milli"] - gone[n] - asked[n])
            asked[n] += taken
            wanted -= taken
        if wanted:
            raise RowError(
                f"退的 {line.sku} 比卖出还剩的多", f"more of {line.sku} comes back than is left"
            )
    return {n: qty for n, qty in asked.items() if qty}
