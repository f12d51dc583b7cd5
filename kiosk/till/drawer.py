"""The drawer: cash in and out beside sales, and how an act that reads first is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from config.rights import Right
from kiosk.errors import NoShiftError
from kiosk.sale import counting
from kiosk.sale.refs import new_ref
from kiosk.shift_errors import CashAmountError, DrawerShortError, UnknownCashMoveError
from kiosk.till import shift_reading as disk
from kiosk.till.core import Core, Done
from kiosk.till.day_tables import APPROVAL_REFUSED, DROP, NO_SALE, PAID_IN, PAID_OUT
from kiosk.till.shift_state import open_shift_of
from ledger import drawer_rules
from ledger.errors import RefConflictError
from ledger.journal import Journal
from ledger.money import ZERO, to_fen, yuan

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kiosk.sale.approval import Approved
    from kiosk.till.shift_state import OpenShift
    from ledger.entries import Entry, Record
    from ledger.money import Money

    Making = Callable[[sqlite3.Cursor, Journal], Entry]
    """Makes the entry of one act, in the act's own transaction."""

MOST_CASH_FEN: Final = 100_000_000
"""No drawer holds a million yuan: such an amount is a slip of the finger."""


class Drawer(Core):
    """What the till does with its drawer. Each act is one transaction, idempotent by its ref.

    Where ``approved`` is given, the record carries who approved.
    """

    def paid_in(
        self,
        move_id: str,
        amount: Money,
        reason: str = "",
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Done:
        """Put cash into the drawer for the purpose ``move_id`` of the settings.

        Raises:
            ApprovalNeededError: it needs ``Right.PAID_IN``.
            NoShiftError: no shift is open.
            UnknownCashMoveError: the settings have no such purpose.
            CashAmountError: zero, less, or more than any drawer holds.
        """
        by = self.allow(Right.PAID_IN, approved)
        account = self._purpose(PAID_IN, move_id)
        doc = {"account": account, "move": move_id}
        return self._move(PAID_IN, doc, amount, reason, ref=ref, at=at, by=by)

    def paid_out(
        self,
        move_id: str,
        amount: Money,
        reason: str = "",
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Done:
        """Take cash out of the drawer for the purpose ``move_id`` of the settings.

        Raises:
            ApprovalNeededError: it needs ``Right.PAID_OUT``.
            DrawerShortError: the drawer holds less; that it was asked stands in the books.
            NoShiftError: see ``paid_in``; ``UnknownCashMoveError`` and ``CashAmountError`` too.
        """
        by = self.allow(Right.PAID_OUT, approved)
        account = self._purpose(PAID_OUT, move_id)
        doc = {"account": account, "move": move_id}
        return self._move(PAID_OUT, doc, amount, reason, ref=ref, at=at, by=by)

    def drop(
        self,
        amount: Money,
        reason: str = "",
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Done:
        """Move cash from the drawer to the safe.

        Raises:
            ApprovalNeededError: it needs ``Right.DROP``.
            DrawerShortError: the drawer holds less; that it was asked stands in the books.
            NoShiftError: see ``paid_in``; ``CashAmountError`` too.
        """
        by = self.allow(Right.DROP, approved)
        return self._move(DROP, {"account": self._safe}, amount, reason, ref=ref, at=at, by=by)

    def no_sale(
        self, reason: str, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> Done:
        """Record that the drawer is opened without a sale; before a shift, too, to count its float.

        Raises:
            ApprovalNeededError: it needs ``Right.NO_SALE``.
            ReasonNeededError: nothing explains it.
        """
        by = self.allow(Right.NO_SALE, approved)
        said = counting.reason_of(reason, needed=True)
        doc = {"reason": said}
        record, new = self._act(
            NO_SALE,
            ref,
            at,
            doc,
            lambda _c, _j: self._entry(NO_SALE, ref, at, with_approval(doc, by)),
        )
        return Done(record, new, ZERO, ZERO, ZERO)

    @property
    def _drawer(self) -> str:
        return disk.drawer_account(self.settings)

    @property
    def _safe(self) -> str:
        return self.settings.accounts.safe

    def _act(
        self, kind: str, ref: UUID, at: datetime, asked: Mapping[str, Any], make: Making
    ) -> tuple[Record, bool]:
        """Write what ``make`` makes; or give the record that ``ref`` is already, if it says so.

        ``asked`` is what of the document was asked for: the rest depends on when it came first.
        """
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            # Another program may have opened or closed a shift of this book meanwhile.
            self.shift = open_shift_of(cursor, self.book)
            record, new = journal.find(ref), False
            if record is None:
                record, new = journal.post(make(cursor, journal))
                after = open_shift_of(cursor, self.book)
            else:
                _same(record, self.book, kind, asked)
                after = self.shift
        self.shift = after
        self.database.announce(record)
        if new:
            self._booked(record, at)
        return record, new

    def _open_now(self) -> OpenShift:
        if self.shift is None:
            raise NoShiftError
        return self.shift

    def _purpose(self, kind: str, move_id: str) -> str:
        """Give the account of a cash move of the settings."""
        moves = [each for each in self.settings.cash_moves if each.kind == kind]
        for each in moves:
            if each.id == move_id:
                return each.account
        raise UnknownCashMoveError(move_id, moves)

    def _move(
        self,
        kind: str,
        doc: Mapping[str, Any],
        amount: Money,
        reason: str,
        *,
        ref: UUID,
        at: datetime,
        by: str | None,
    ) -> Done:
        fen, said = to_fen(amount), counting.reason_of(reason)
        if not 0 < fen <= MOST_CASH_FEN:
            raise CashAmountError(fen, MOST_CASH_FEN)
        asked = {**doc, "amount_fen": fen, "reason": said}

        def make(cursor: sqlite3.Cursor, _: Journal) -> Entry:
            self._open_now()
            account, out = asked["account"], kind != PAID_IN
            if out and fen > disk.drawer_fen(cursor, self.book, self._drawer):
                raise DrawerShortError(fen)
            postings = drawer_rules.cash_moved(self._drawer, account, -fen if out else fen)
            return self._entry(kind, ref, at, with_approval(asked, by), postings)

        try:
            record, new = self._act(kind, ref, at, asked, make)
        except DrawerShortError:
            self._refused_short(kind, fen, by, at)
            raise
        return Done(record, new, amount, ZERO, ZERO)

    def _refused_short(self, kind: str, fen: int, by: str | None, at: datetime) -> None:
        """Record who asked for more than the drawer holds.

        Enough of such questions tell what the books expect, before a count that should be blind.
        """
        doc = {
            "act": f"{kind} {yuan(fen)}",
            "asked_by": None if self.role is None else self.by,
            "by_card": 0,
            "right": (Right.DROP if kind == DROP else Right.PAID_OUT).value,
            "staff": by or self.by,
            "why": "drawer_short",
        }
        self._post(APPROVAL_REFUSED, new_ref(), at, doc, total=ZERO)


def with_approval(doc: Mapping[str, Any], by: str | None) -> dict[str, Any]:
    """Give ``doc`` with who approved it, if one had to."""
    return {**doc, "approved_by": by} if by else dict(doc)


def _same(record: Record, book: str, kind: str, asked: Mapping[str, Any]) -> None:
    """Hold a repeated ref to what it was asked for first.

    Raises:
        RefConflictError: it was another act.
    """
    doc = record.doc
    if (
        record.book != book
        or record.kind != kind
        or any(doc.get(key) != value for key, value in asked.items())
    ):
        raise RefConflictError(UUID(record.content["ref"]), record.book, record.seq)
