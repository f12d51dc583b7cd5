"""What every act of the till stands on: one book, one clock, one transaction an act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiosk.errors import ApprovalNeededError, NoShiftError
from kiosk.sale.refs import new_ref
from kiosk.till.policy import changes
from kiosk.till.shift_state import open_shift_of
from kiosk.till.tables import SETTINGS
from ledger import rules
from ledger.entries import Entry, FundMove
from ledger.errors import CanonicalFormError
from ledger.money import ZERO, Money, from_fen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from config.catalogue import Catalogue
    from config.rights import Right, Role
    from config.settings import Settings
    from kiosk.sale.approval import Approved
    from kiosk.till.shift_state import OpenShift
    from ledger.db import Database
    from ledger.entries import Posting, Record


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


class Core:
    """One book's till over one database; belongs to one thread (see ``TillThread``).

    ``by`` is the staff id that every record carries, ``role`` what that person may do. A
    ``guarded`` till holds people to their rights and money to an open shift; replay and the
    scripts that only write books leave that off.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        book: str | None = None,
        by: str = "cashier",
        guarded: bool = False,
    ) -> None:
        self.database = database
        self.settings = settings
        self.book = book or settings.shop.book
        self.by = by
        self.role: Role | None = None
        self.guarded = guarded
        self._zone = ZoneInfo(settings.day.timezone)
        self._rollover = timedelta(
            hours=settings.day.rollover.hour, minutes=settings.day.rollover.minute
        )
        self._accounts = rules.SaleAccounts(
            settings.accounts.sales, settings.fund.debit_account, settings.fund.payable_account
        )
        with database.transaction() as cursor:
            self.shift: OpenShift | None = open_shift_of(cursor, self.book)

    def business_date(self, at: datetime) -> date:
        """Give the business date of an aware instant: the local day that began at rollover.

        Raises:
            CanonicalFormError: ``at`` is naive, so that nobody knows which instant it is.
        """
        if at.utcoffset() is None:
            raise CanonicalFormError(at)
        return (at.astimezone(self._zone) - self._rollover).date()

    def today(self, at: datetime) -> date:
        """Give the business date of what happens now: the open shift's, else the clock's.

        A shift keeps the date it was opened on, however late it is closed.
        """
        return self.shift.day if self.shift is not None else self.business_date(at)

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

    def allow(self, right: Right, approved: Approved | None = None) -> str | None:
        """Let whoever is signed in do what needs ``right``; give who approved it, if one had to.

        Raises:
            ApprovalNeededError: the right is not theirs, and nobody approved.
        """
        if approved is not None and approved.right is right:
            return approved.by
        if self.guarded and (self.role is None or right not in self.settings.roles.of(self.role)):
            raise ApprovalNeededError(right)
        return None

    def need_shift(self) -> None:
        """Hold a guarded till to an open shift: money has a drawer that somebody counted.

        Raises:
            NoShiftError: no shift is open.
        """
        if self.guarded and self.shift is None:
            raise NoShiftError

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
        shift = self.shift
        number, day = (shift.number, shift.day) if shift else (None, self.business_date(at))
        return Entry(kind, ref, utc, day, self.by, doc, postings, fund or {}, number)

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
