"""Any order of selling, giving back, breakfasts, shifts and days keeps the books' invariants.

The model knows nothing of accounts: it counts what customers paid and got back, what the fund and
the drawer must hold, and what was ever sold. The machine holds the till against it after every
step, and verify at the end.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, rule

from kiosk.errors import (
    AlreadyReversedError,
    OtherShiftError,
    RefundTooMuchError,
    TooLateToVoidError,
)
from kiosk.sale.basket import Basket, Line
from kiosk.sale.discounts import Discount
from kiosk.sale.tenders import Offer
from kiosk.till.home import open_home
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger.entries import Entry, FundMove
from ledger.errors import FundShortError
from ledger.money import ZERO, from_fen, to_fen
from ledger.verify import verify
from tests.kiosk.breakfast_machine import BreakfastRules
from tests.kiosk.conftest import MORNING
from tests.kiosk.shift_rules import CASH

if TYPE_CHECKING:
    from kiosk.till.till import Done

TENDERS = ("cash", "wechat", "alipay", "unionpay", "ecny")


@dataclass
class Sold:
    """What the model remembers of one sale."""

    number: int
    basket: Basket
    offers: list[Offer]
    day: date
    shift: int | None
    set_aside: int
    left: dict[int, int]
    back_fen: int = 0
    closed: bool = False
    retries: list[tuple[UUID, dict[int, int]]] = field(default_factory=list)


class TheTill(BreakfastRules):
    """Drives one real till on a real SQLite file."""

    sales = Bundle("sales")

    @initialize(target=BreakfastRules.workers, in_shift=st.booleans(), breakfasts=st.booleans())
    def open(self, *, in_shift: bool, breakfasts: bool) -> Any:  # noqa: ANN401 - some or none
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-machine-"))
        self.home = open_home(self.folder / "home")
        self.database = open_database(self.home)
        self.till = Till(self.database, self.home.settings)
        self.till.open(self.home.catalogue, at=MORNING)
        self.now = MORNING
        self.fund = 0
        self.drawn = 0
        self.net = 0
        self.records = 1
        self.sold: list[Sold] = []
        self.granted = 0
        self.no_shift_yet()
        self.no_worker_yet()
        if in_shift:  # by chance alone, few runs would sell in one
            self.open_shift(2000, explained=True)
        if not breakfasts:
            return multiple()
        self.grant(8000)
        return multiple(*(self.hire() for _ in range(4)))

    @rule(
        target=sales,
        lines=st.lists(
            st.tuples(st.integers(0, 5000), st.integers(1, 9999), st.booleans()),
            min_size=1,
            max_size=4,
        ),
        tender=st.sampled_from(TENDERS),
        share=st.integers(0, 100),
        off_bp=st.integers(0, 10_000),
        step=st.sampled_from((0, 0, 10, 50, 100)),
    )
    def sell(
        self, lines: list[tuple[int, int, bool]], tender: str, share: int, off_bp: int, step: int
    ) -> Sold:
        basket = Basket()
        for place, (price, qty, catering) in enumerate(lines):
            basket = basket.add(Line(f"S{place}", f"品{place}", from_fen(price), qty, catering))
        if off_bp:
            basket = basket.with_sale_discount(Discount(off_bp, None, "老顾客"))
        basket = replace(basket, round_to_fen=step)
        total = to_fen(basket.total)
        first = total * share // 100
        offers = [Offer(tender, from_fen(first)), Offer("cash", from_fen(total - first + share))]
        if total == first:
            offers = [Offer(tender, basket.total)]
        done = self.till.sell(basket, offers, at=self.tick())
        set_aside = 10 if total and basket.catering else 0
        assert done.total - basket.total == ZERO
        assert to_fen(done.set_aside) == set_aside
        self.fund += set_aside
        self.net += total
        self.records += 1
        self.gross += sum(line.gross_fen for line in basket.lines)
        self.cash_moved(total if tender == "cash" else total - first)
        left = {n: line.qty_milli for n, line in enumerate(basket.lines, 1)}
        sold = Sold(done.number, basket, offers, self.day(), self.shift, set_aside, left)
        self.sold.append(sold)
        return sold

    @rule(sold=sales)
    def sell_again(self, sold: Sold) -> None:
        """A retry of the same basket is the same sale."""
        again = self.till.sell(sold.basket, sold.offers, at=self.tick())
        assert (again.new, again.number) == (False, sold.number)

    @rule(sold=sales)
    def void(self, sold: Sold) -> None:
        try:
            done = self.till.void(sold.number, ref=uuid4(), at=self.tick())
        except AlreadyReversedError:
            assert sold.closed or sold.retries
        except OtherShiftError:
            assert sold.shift != self.shift
        except TooLateToVoidError:
            assert sold.day != self.day()
        else:
            assert not sold.closed
            assert not sold.retries
            assert (sold.day, sold.shift) == (self.day(), self.shift)
            self.give_back(sold, done, closes=True)
            assert sold.back_fen == to_fen(sold.basket.total)

    @rule(sold=sales, data=st.data())
    def refund(self, sold: Sold, data: st.DataObject) -> None:
        line = data.draw(st.sampled_from(sorted(sold.left)))
        qty = data.draw(st.integers(1, sold.basket.lines[line - 1].qty_milli + 1))
        ref, asked = uuid4(), {line: qty}
        try:
            done = self.till.refund(sold.number, asked, ref=ref, at=self.tick())
        except AlreadyReversedError:
            assert sold.closed
        except RefundTooMuchError:
            assert qty > sold.left[line]
        else:
            assert qty <= sold.left[line]
            sold.left[line] -= qty
            sold.retries.append((ref, asked))
            self.give_back(sold, done, closes=not any(sold.left.values()))

    @rule(sold=sales)
    def refund_the_rest(self, sold: Sold) -> None:
        try:
            done = self.till.refund(sold.number, ref=uuid4(), at=self.tick())
        except AlreadyReversedError:
            assert sold.closed
        else:
            self.give_back(sold, done, closes=True)
            assert sold.back_fen == to_fen(sold.basket.total)

    @rule(sold=sales)
    def refund_again(self, sold: Sold) -> None:
        """A retry of the same refund gives nothing back twice."""
        for ref, asked in sold.retries:
            assert not self.till.refund(sold.number, asked, ref=ref, at=self.tick()).new

    @rule(price=st.integers(0, 3000), tender=st.sampled_from(TENDERS))
    def take_back(self, price: int, tender: str) -> None:
        basket = Basket().add(Line("R", "退货", from_fen(price)))
        self.till.take_back(basket, tender, at=self.tick())
        self.net -= price
        self.records += 1
        self.cash_moved(-price if tender == "cash" else 0)

    @rule(fen=st.integers(1, 3000))
    def grant(self, fen: int) -> None:
        """Money for the fund, as the hub will send it: set-asides alone buy few breakfasts."""
        self.moves(FundMove.GRANTED, fen)
        self.fund += fen
        self.granted += fen

    @rule(fen=st.integers(1, 400))
    def send_back(self, fen: int) -> None:
        """Give some of it back, and never a fen more than the fund holds."""
        try:
            self.moves(FundMove.RETURNED, fen)
        except FundShortError:
            assert fen > self.fund
        else:
            assert fen <= self.fund
            self.fund -= fen
            self.granted -= fen

    def moves(self, move: FundMove, fen: int) -> None:
        entry = Entry("allowance", uuid4(), self.tick(), self.day(), "hub", {}, (), {move: fen})
        self.database.post(self.till.book, entry)
        self.records += 1

    @rule(days=st.integers(1, 2))
    def sleep(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def reopen(self) -> None:
        """Close the file and open it again, as a restart does."""
        self.database.close()
        self.till = Till(self.database, self.home.settings)
        with self.database.transaction() as cursor:
            connection = cursor.connection
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        self.till.open(self.home.catalogue, at=self.tick())

    @invariant()
    def the_fund_is_what_came_in_less_what_went_out(self) -> None:
        if hasattr(self, "till"):
            assert self.till.fund(self.now).balance_fen == self.fund >= 0
            self.nobody_ate_twice()

    @invariant()
    def debits_are_credits_and_money_is_what_was_paid(self) -> None:
        if hasattr(self, "till"):
            with self.database.transaction() as cursor:
                rows: list[Any] = cursor.execute(
                    "SELECT account, debit_fen - credit_fen FROM balance"
                ).fetchall()
            totals = dict(rows)
            assert sum(totals.values()) == 0
            # What was sold is what was paid and what was rounded off, and both go back together.
            assert -totals.get("500101", 0) == self.net + totals.get("560109", 0)
            if all(sold.closed for sold in self.sold):
                assert totals.get("560109", 0) == 0
            # What the books owe the fund is what was set aside and not taken back; breakfasts are
            # owed by it (pattern A), and grants post nothing.
            set_aside = self.fund + self.drawn - self.granted
            assert -totals.get("224101", 0) == set_aside == totals.get("560107", 0)
            assert -totals.get("500102", 0) == totals.get("122101", 0) == self.eaten == self.drawn
            # What a shift moves stays within these: drawer, safe, over and short, and costs.
            money = (CASH, "101201", "101202", "101204", "101205", "100102", "190101", "560108")
            assert sum(totals.get(account, 0) for account in money) == self.net
            assert totals.get(CASH, 0) == self.drawer

    def give_back(self, sold: Sold, done: Done, *, closes: bool) -> None:
        sold.back_fen += to_fen(done.total)
        self.net -= to_fen(done.total)
        self.records += 1
        tenders = done.record.doc["tenders"]
        self.cash_moved(-sum(t["amount_fen"] for t in tenders if t["tender"] == "cash"))
        if closes:
            sold.closed = True
            sold.left = dict.fromkeys(sold.left, 0)
            if self.fund >= sold.set_aside:
                self.fund -= sold.set_aside

    def day(self) -> date:
        return self.till.today(self.now)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            if self.shift is not None:
                self.close_shift(50, 7, explained=True)
                assert self.shift is None, "a shift can always be closed"
            self.second.close()
            self.database.close()
            audit = verify(self.home.database, PROJECTORS)
            assert audit.findings == []
            assert audit.records == self.records
            shutil.rmtree(self.folder)


@pytest.mark.slow
class TestTheTill(TheTill.TestCase):  # type: ignore[misc,valid-type]
    """Runs the machine."""

    settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
