"""What every act of the till stands on: one book, one clock, one transaction an act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from kiosk.errors import ApprovalNeededError, NoShiftError
from kiosk.sale.refs import new_ref
from kiosk.till.clock import jump, settled
from kiosk.till.day_tables import CLOCK_JUMPED
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
    from config.errors import Phrase
    from config.rights import Right, Role
    from config.settings import Settings
    from kiosk.sale.approval import Approved
    from kiosk.till.clock import ClockJump
    from kiosk.till.shift_state import OpenShift
    from ledger.db import Database
    from ledger.entries import Posting, Record

_LAST: Final = "SELECT at FROM record WHERE book = ? ORDER BY seq DESC LIMIT 1"


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
    ``guarded`` till holds people to their rights, money to an open shift, and the clock to the
    book; replay and the scripts that only write books leave that off.
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
        # In a training home nothing is real, and every paper says so (see ``Home.training``).
        self.training = False
        self._zone = ZoneInfo(settings.day.timezone)
        self._rollover = timedelta(
            hours=settings.day.rollover.hour, minutes=settings.day.rollover.minute
        )
        self._accounts = rules.SaleAccounts(
            settings.accounts.sales,
            settings.fund.debit_account,
            settings.fund.payable_account,
            settings.accounts.rounding,
        )
        with database.transaction() as cursor:
            self.shift: OpenShift | None = open_shift_of(cursor, self.book)
            last = cursor.execute(_LAST, (self.book,)).fetchone()
        # When the last record came, by its own clock: what the next one's is held against.
        self._last_at = datetime.fromisoformat(last[0]) if last else None
        self._jump: ClockJump | None = None

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

    @property
    def clock_warning(self) -> Phrase | None:
        """What is wrong with the machine's clock, as a sentence without a full stop; else None."""
        return self._jump.sentence(self._zone) if self._jump else None

    def open(self, catalogue: Catalogue, *, at: datetime) -> Done | None:
        """Check the book's tail, and record what settings and prices changed since last time.

        Raises:
            TailCutError: the book ends before what this machine announced.
        """
        self.database.check_tail(self.book)
        self._watch(at)
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

    def _watch(self, at: datetime) -> None:
        """Hold the clock of a guarded till against its last record; record a jump, once.

        Every act calls it before its own transaction.
        """
        last = self._last_at
        if not self.guarded or last is None:
            return
        guards = self.settings.guards
        found = jump(last, at, guards, in_shift=self.shift is not None)
        warned = self._jump
        if warned is not None and settled(warned, at, guards, jumped=found is not None):
            self._jump = None
        elif found is not None:
            self._jump = found
        if found is not None:
            entry = self._entry(CLOCK_JUMPED, new_ref(), at, found.doc)
            record, _ = self.database.post(self.book, entry)
            self._booked(record, at)

    def _booked(self, record: Record, at: datetime, of: Record | None = None) -> None:  # noqa: ARG002 - see ``Counts``
        """Follow a new record that is committed; ``at`` is its instant, ``of`` what it gives back.

        Every act calls it after its own transaction; it asks nothing that could be refused.
        """
        self._last_at = at

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
        self._watch(at)
        entry = self._entry(kind, ref, at, doc, postings, fund=fund)
        record, new = self.database.post(self.book, entry)
        if new:
            self._booked(record, at)
        moved = from_fen(entry.fund.get(FundMove.SET_ASIDE, 0))
        return Done(record, new, total, change, moved)
