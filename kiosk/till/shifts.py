"""Shifts: float, paid-ins and paid-outs, drops, the blind count, and the X and Z reports."""

from __future__ import annotations

from datetime import UTC
from itertools import chain
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from config.rights import Right
from kiosk.errors import NoSuchSaleError
from kiosk.sale import counting
from kiosk.sale.shift_figures import Opening
from kiosk.sale.shift_report import report_doc, report_of, summarise
from kiosk.shift_errors import (
    CountFirstError,
    EarlierDayError,
    RecountError,
    ShiftOpenError,
    ToSafeError,
)
from kiosk.till import shift_reading as disk
from kiosk.till.core import Done
from kiosk.till.day_tables import (
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
    X_REPORT,
)
from kiosk.till.drawer import Drawer, with_approval
from kiosk.till.shift_papers import count_paper
from kiosk.till.shift_state import Count
from kiosk.till.tables import REPRINT
from ledger import drawer_rules
from ledger.entries import Entry
from ledger.journal import Journal, fund_available
from ledger.money import ZERO, from_fen

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kiosk.sale.approval import Approved
    from kiosk.sale.shift_figures import ShiftReport
    from kiosk.till.shift_reading import PastShift
    from kiosk.till.shift_state import OpenShift
    from ledger.entries import Record
    from receipts.shift_report import CountPaper


class Shifts(Drawer):
    """What the till does with its shifts. Each act is one transaction, idempotent by its ref.

    Where ``approved`` is given, the record carries who approved.
    """

    def open_shift(
        self,
        counts: Mapping[int, int],
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
        approved: Approved | None = None,
    ) -> Done:
        """Open the next shift with a counted float: ``counts`` maps denominations in fen to pieces.

        The float comes from what the books say the drawer holds, and the difference goes to over
        and short; from the safe where they say that it is empty. ``total`` is the float.

        Raises:
            ApprovalNeededError: opening a shift is not the right of whoever is signed in.
            CountError: a denomination or a number of pieces that is none.
            ShiftOpenError: a shift is open.
            EarlierDayError: the clock says a day before the last shift's, and nobody with
                ``Right.SETTINGS`` approved.
            ReasonNeededError: the difference exceeds the limit, and nothing explains it.
        """
        # Whoever may say that the clock is right may let a shift be opened on its word.
        clock_is_right = approved is not None and approved.right is Right.SETTINGS
        by = approved.by if approved and clock_is_right else self.allow(Right.SHIFT, approved)
        pieces = counting.counted(counts, self.settings.shift.denominations_fen)
        said = counting.reason_of(reason)
        found = counting.total_fen(pieces)

        def make(cursor: sqlite3.Cursor, _: Journal) -> Entry:
            if (now := self.shift) is not None:
                local = now.opened_at.astimezone(ZoneInfo(self.settings.day.timezone))
                raise ShiftOpenError(now.number, now.opened_by, local)
            last, day = disk.last_closed(cursor, self.book), self.business_date(at)
            if last.day is not None and day < last.day and not clock_is_right:
                raise EarlierDayError(day, last.day)
            carried = disk.drawer_fen(cursor, self.book, self._drawer)
            over_short = found - carried if carried else 0
            self._explained(over_short, said)
            doc = {
                "carried_fen": carried,
                "counts": pieces,
                "float_fen": found,
                "from_safe_fen": 0 if carried else found,
                "over_short_fen": over_short,
                "reason": said,
            }
            source = self.settings.accounts.over_short if carried else self._safe
            postings = drawer_rules.cash_moved(self._drawer, source, found - carried)
            utc, number = at.astimezone(UTC), last.number + 1
            doc = with_approval(doc, by)
            return Entry(SHIFT_OPENED, ref, utc, day, self.by, doc, postings, {}, number)

        record, new = self._act(SHIFT_OPENED, ref, at, {"counts": pieces, "reason": said}, make)
        return Done(record, new, from_fen(found), ZERO, ZERO)

    def x_report(self, *, ref: UUID, at: datetime, approved: Approved | None = None) -> ShiftReport:
        """Read the running shift; a record says that it was read, and what it said.

        Raises:
            ApprovalNeededError: it needs ``Right.X_REPORT``.
            NoShiftError: no shift is open.
        """
        by = self.allow(Right.X_REPORT, approved)

        def make(cursor: sqlite3.Cursor, journal: Journal) -> Entry:
            shift = self._open_now()
            expected = disk.drawer_fen(cursor, self.book, self._drawer)
            doc = {"report": self._report(cursor, journal, shift, expected)}
            return self._entry(X_REPORT, ref, at, with_approval(doc, by))

        record, _ = self._act(X_REPORT, ref, at, {}, make)
        return report_of(record.content, record.hash.hex())

    def count_shift(
        self,
        counts: Mapping[int, int],
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Count:
        """Record a blind count of the drawer; only its answer says what the books expected.

        Raises:
            ApprovalNeededError: it needs ``Right.SHIFT``.
            NoShiftError: no shift is open.
            CountError: a denomination or a number of pieces that is none.
        """
        by = self.allow(Right.SHIFT, approved)
        pieces = counting.counted(counts, self.settings.shift.denominations_fen)

        def make(cursor: sqlite3.Cursor, _: Journal) -> Entry:
            self._open_now()
            doc = {
                "counted_fen": counting.total_fen(pieces),
                "counts": pieces,
                "expected_fen": disk.drawer_fen(cursor, self.book, self._drawer),
            }
            return self._entry(SHIFT_COUNTED, ref, at, with_approval(doc, by))

        record, _ = self._act(SHIFT_COUNTED, ref, at, {"counts": pieces}, make)
        return Count(record.seq, record.doc["counted_fen"], record.doc["expected_fen"])

    def close_shift(
        self,
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
        to_safe_fen: int = 0,
        approved: Approved | None = None,
    ) -> ShiftReport:
        """Close the shift at its last count: the difference is booked, and the Z report is made.

        Parked baskets stay parked, and the report names them.

        Raises:
            ApprovalNeededError: it needs ``Right.SHIFT``.
            NoShiftError: no shift is open.
            CountFirstError: the drawer was not counted.
            RecountError: cash moved since the count.
            ReasonNeededError: the difference exceeds the limit, and nothing explains it.
            ToSafeError: more goes to the safe than was counted, or less than nothing.
        """
        by = self.allow(Right.SHIFT, approved)
        said = counting.reason_of(reason)

        def make(cursor: sqlite3.Cursor, journal: Journal) -> Entry:
            shift = self._open_now()
            count = self._standing_count(cursor, shift)
            if not 0 <= to_safe_fen <= count.counted_fen:
                raise ToSafeError(to_safe_fen, count.counted_fen)
            self._explained(count.over_short_fen, said)
            report = self._report(cursor, journal, shift, count.expected_fen)
            doc = {
                "counted_fen": count.counted_fen,
                "expected_fen": count.expected_fen,
                "grand_total_fen": report["grand_total_fen"],
                "head": journal.head().hash.hex(),
                "over_short_fen": count.over_short_fen,
                "parked": len(report["parked"]),
                "reason": said,
                "report": report,
                "to_safe_fen": to_safe_fen,
                "z": disk.last_closed(cursor, self.book).z + 1,
            }
            over_short = self.settings.accounts.over_short
            postings = (
                *drawer_rules.cash_moved(self._drawer, over_short, count.over_short_fen),
                *drawer_rules.cash_moved(self._safe, self._drawer, to_safe_fen),
            )
            return self._entry(SHIFT_CLOSED, ref, at, with_approval(doc, by), postings)

        asked = {"reason": said, "to_safe_fen": to_safe_fen}
        record, _ = self._act(SHIFT_CLOSED, ref, at, asked, make)
        return report_of(record.content, record.hash.hex())

    def z_report(self, z: int) -> ShiftReport:
        """Give Z report ``z`` as it was made.

        Raises:
            NoSuchReportError: there is no such report.
        """
        with self.database.transaction() as cursor:
            record = disk.z_record(cursor, self.book, z)
        return report_of(record.content, record.hash.hex())

    def reprint_z(
        self, z: int, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> tuple[ShiftReport, int]:
        """Record that a Z report is printed again; give it, and how many times it was so far.

        Raises:
            ApprovalNeededError: it needs ``Right.REPRINT``.
            NoSuchReportError: there is no such report.
        """
        by = self.allow(Right.REPRINT, approved)
        report = self.z_report(z)
        doc = {"of_seq": report.seq}

        def make(_: sqlite3.Cursor, __: Journal) -> Entry:
            return self._entry(REPRINT, ref, at, with_approval(doc, by))

        self._act(REPRINT, ref, at, doc, make)
        with self.database.transaction() as cursor:
            return report, disk.reprints_of(cursor, self.book, report.seq)

    def past_shifts(self, *, before: int | None = None, most: int = 50) -> list[PastShift]:
        """Give this book's shifts, newest first, below number ``before``; the open one, too."""
        with self.database.transaction() as cursor:
            return disk.past_shifts(cursor, self.book, before=before, most=most)

    def count_paper(self, seq: int) -> CountPaper:
        """Give the paper of a float or a count: record ``seq``, a shift's opening or its count.

        Raises:
            NoSuchSaleError: the record is neither.
        """
        with self.database.transaction() as cursor:
            record = Journal(cursor, self.book, self.database.projectors).read(seq)
        if record is None or record.kind not in {SHIFT_OPENED, SHIFT_COUNTED}:
            raise NoSuchSaleError(self.book, seq)
        return count_paper(record, self.settings, training=self.training)

    def shift_overdue(self, at: datetime) -> bool:
        """Whether the clock has come to a business date after the open shift's."""
        return self.shift is not None and self.business_date(at) > self.shift.day

    def _standing_count(self, cursor: sqlite3.Cursor, shift: OpenShift) -> Count:
        """Give the last count, if the drawer has not moved since."""
        if (count := shift.counted) is None:
            raise CountFirstError
        moved = disk.moved_after(cursor, self.book, self._drawer, count.seq)
        if moved is not None:
            raise RecountError(count.seq, moved)
        return count

    def _explained(self, over_short_fen: int, reason: str) -> None:
        limit = self.settings.shift.over_short_limit_fen
        counting.reason_of(reason, needed=abs(over_short_fen) > limit, limit_fen=limit)

    def _report(
        self, cursor: sqlite3.Cursor, journal: Journal, shift: OpenShift, expected_fen: int
    ) -> dict[str, Any]:
        """Write the report of ``shift`` as it stands now, for its record."""
        last = disk.last_closed(cursor, self.book)
        # Each of the two begins its query once the one before it is through: they share a cursor.
        figures = summarise(
            chain(
                disk.acts_between(cursor, self.book, last.seq, shift.opened_seq),
                disk.contents_from(cursor, self.book, shift.opened_seq),
            )
        )
        outside = disk.gross_between(cursor, self.book, last.seq, shift.opened_seq)
        opened = journal.read(shift.opened_seq)
        assert opened is not None  # noqa: S101 - the shift's row came from it
        return report_doc(
            _opening(opened),
            figures,
            first_seq=last.seq + 1,
            drawer=self._drawer,
            expected_fen=expected_fen,
            grand_total_fen=last.grand_total_fen + outside + figures.gross_fen,
            outside_fen=outside,
            fund_fen=fund_available(cursor, self.book),
            parked=disk.parked_figures(cursor, self.book),
        )


def _opening(opened: Record) -> Opening:
    content, doc = opened.content, opened.doc
    return Opening(
        opened.seq,
        content["at"],
        content["by"],
        doc["float_fen"],
        doc["carried_fen"],
        doc["from_safe_fen"],
        doc["over_short_fen"],
        doc["reason"],
    )
