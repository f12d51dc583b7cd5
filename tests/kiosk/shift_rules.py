"""The shifts of the state machine: what the drawer must hold, and what was ever sold."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from kiosk.errors import NoShiftError
from kiosk.shift_errors import (
    CountFirstError,
    DrawerShortError,
    ReasonNeededError,
    RecountError,
    ShiftOpenError,
)
from ledger.money import from_fen

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.sale.shift_figures import ShiftReport
    from kiosk.till.till import Till
    from ledger.db import Database

CASH = "100101"
LIMIT = 200


def pieces(fen: int) -> dict[int, int]:
    return {10000: fen // 10000, 10: fen % 10000 // 10}


class ShiftRules(RuleBasedStateMachine):
    """Opens, counts and closes shifts, and moves cash; whoever sells tells it what cash moved.

    ``drawer`` is what the drawer must hold, ``gross`` what was ever sold, ``shift`` the open
    shift's number, ``closed`` how many were closed.
    """

    till: Till
    database: Database
    now: datetime
    records: int

    def no_shift_yet(self) -> None:
        self.drawer = 0
        self.gross = 0
        self.shift: int | None = None
        self.counted: int | None = None
        self.moved_since = False
        self.closed = 0

    @rule(tens=st.integers(0, 3000), explained=st.booleans())
    def open_shift(self, tens: int, *, explained: bool) -> None:
        fen, reason = tens * 10, "数过" if explained else ""
        try:
            done = self.till.open_shift(pieces(fen), ref=uuid4(), at=self.tick(), reason=reason)
        except ShiftOpenError:
            assert self.shift is not None
        except ReasonNeededError:
            assert not explained
            assert abs(fen - self.drawer) > LIMIT
        else:
            assert self.shift is None
            self.shift = self.closed + 1
            assert done.record.content["shift"] == self.shift
            self.drawer, self.counted = fen, None
            self.records += 1

    @rule(fen=st.integers(1, 30_000), kind=st.sampled_from(("paid_in", "paid_out", "drop")))
    def move_cash(self, fen: int, kind: str) -> None:
        till, amount, ref, at = self.till, from_fen(fen), uuid4(), self.tick()
        acts = {
            "paid_in": lambda: till.paid_in("change", amount, ref=ref, at=at),
            "paid_out": lambda: till.paid_out("water", amount, "水", ref=ref, at=at),
            "drop": lambda: till.drop(amount, ref=ref, at=at),
        }
        try:
            assert acts[kind]().new
            assert not acts[kind]().new, "a retry moves nothing twice"
        except NoShiftError:
            assert self.shift is None
        except DrawerShortError:
            assert kind != "paid_in"
            assert fen > self.drawer
            self.records += 1  # who asked stands in the books
        else:
            self.records += 1
            self.cash_moved(fen if kind == "paid_in" else -fen)

    @rule(off=st.integers(-50, 50))
    def count(self, off: int) -> None:
        fen = max(self.drawer // 10 + off, 0) * 10
        try:
            count = self.till.count_shift(pieces(fen), ref=uuid4(), at=self.tick())
        except NoShiftError:
            assert self.shift is None
        else:
            assert (count.counted_fen, count.expected_fen) == (fen, self.drawer)
            self.counted, self.moved_since = fen, False
            self.records += 1

    @rule()
    def read_the_shift(self) -> None:
        try:
            report = self.till.x_report(ref=uuid4(), at=self.tick())
        except NoShiftError:
            assert self.shift is None
        else:
            assert report.expected_fen == self.drawer
            assert report.grand_total_fen == self.gross
            self.records += 1

    @rule(
        explained=st.booleans(),
        share=st.integers(0, 100),
        recount=st.one_of(st.none(), st.integers(-30, 30)),
    )
    def close_shift(self, share: int, recount: int | None, *, explained: bool) -> None:
        if recount is not None:  # most shifts would never get there otherwise
            self.count(recount)
        ref, reason = uuid4(), "找错零" if explained else ""
        to_safe = (self.counted or 0) * share // 100
        asked: dict[str, Any] = {"ref": ref, "reason": reason, "to_safe_fen": to_safe}
        try:
            report = self.till.close_shift(at=self.tick(), **asked)
        except NoShiftError:
            assert self.shift is None
        except CountFirstError:
            assert self.counted is None
        except RecountError:
            assert self.moved_since
        except ReasonNeededError:
            assert not explained
            assert abs((self.counted or 0) - self.drawer) > LIMIT
        else:
            assert self.till.close_shift(at=self.tick(), **asked) == report
            assert self.counted is not None
            assert not self.moved_since
            self.closed += 1
            assert report.z == report.number == self.shift == self.closed, "no gap"
            assert report.grand_total_fen == self.gross
            self.the_report_is_what_the_ledger_moved(report)
            self.drawer, self.shift, self.counted = self.counted - to_safe, None, None
            self.records += 1

    def the_report_is_what_the_ledger_moved(self, report: ShiftReport) -> None:
        """Hold the tenders of a Z against their accounts, over the records of its shift.

        The fund is one of them (pattern A: the account is its alone).
        """
        with self.database.transaction() as cursor:
            rows: list[Any] = cursor.execute(
                "SELECT account, sum(iif(side = 'D', amount_fen, -amount_fen)) FROM posting p"
                " JOIN record r USING (book, seq) WHERE seq BETWEEN ? AND ?"
                " AND (account LIKE '10%' OR account = '122101') AND kind IN ('sale', 'void',"
                " 'refund', 'return', 'redemption', 'redemption_void', 'hand_out')"
                " GROUP BY account",
                (report.opening.seq, report.seq),
            ).fetchall()
        figures = report.figures
        found = {each.account: each.net_fen for each in figures.tenders if each.net_fen}
        assert found == {account: fen for account, fen in rows if fen}
        assert figures.net_fen == sum(found.values())
        cash_in, cash_out = figures.cash(CASH)
        moves = [figures.moved(kind).fen for kind in ("paid_in", "paid_out", "drop")]
        due = report.opening.float_fen + cash_in - cash_out + moves[0] - moves[1] - moves[2]
        assert due == report.expected_fen == self.drawer

    def cash_moved(self, fen: int) -> None:
        self.drawer += fen
        if fen:
            self.moved_since = True

    def tick(self) -> datetime:
        self.now += timedelta(seconds=7)
        return self.now
