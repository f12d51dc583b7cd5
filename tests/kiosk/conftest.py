"""A kiosk of one's own: a new home, its till, and the helpers that a day at the kiosk needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from kiosk.sale.basket import Basket, Line
from kiosk.sale.tenders import Offer
from kiosk.till import secrets
from kiosk.till.home import Home, open_home
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import open_database
from kiosk.till.till import Done, Till
from ledger.money import from_fen
from ledger.verify import Audit, verify
from tests.kiosk.people_desk import staffed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.errors import Refusal
    from kiosk.sale.shift_figures import ShiftReport
    from kiosk.till.shift_state import Count
    from ledger.db import Database

MORNING = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
"""Seven o'clock on 24 November in Chongqing."""


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash PINs quickly: the real thing is slow on purpose, and has its own test."""
    monkeypatch.setattr(secrets, "hasher", lambda: QUICK)


@dataclass
class Counter:
    """A till with a clock that the test moves, and shorthand for what a cashier does."""

    home: Home
    database: Database
    till: Till
    now: datetime = MORNING

    def basket(self, *wanted: str) -> Basket:
        """Make a basket of SKUs; ``F001*3`` is three of them."""
        basket = Basket()
        for each in wanted:
            sku, _, quantity = each.partition("*")
            product = self.home.catalogue.by_sku(sku)
            assert product is not None, sku
            basket = basket.add(Line.of(product, round(float(quantity or 1) * 1000)))
        return basket

    def sell(self, *wanted: str, by: str = "cash", received_fen: int | None = None) -> Done:
        """Ring and sell ``wanted``, paid exactly unless ``received_fen`` says otherwise."""
        basket = self.basket(*wanted)
        offered = basket.total if received_fen is None else from_fen(received_fen)
        return self.till.sell(basket, [Offer(by, offered)], at=self.tick())

    def void(self, number: int) -> Done:
        return self.till.void(number, ref=uuid4(), at=self.tick())

    def refund(self, number: int, asked: dict[int, int] | None = None) -> Done:
        return self.till.refund(number, asked, ref=uuid4(), at=self.tick())

    def pieces(self, fen: int) -> dict[int, int]:
        """Give ``fen`` in the fewest notes and coins; what no coin makes up is left out."""
        counts = {}
        for each in self.home.settings.shift.denominations_fen:
            counts[each], fen = divmod(fen, each)
        return counts

    def open_shift(self, float_fen: int = 20000, reason: str = "") -> Done:
        """Open a shift with a float of ``float_fen``."""
        counts = self.pieces(float_fen)
        return self.till.open_shift(counts, ref=uuid4(), at=self.tick(), reason=reason)

    def count(self, fen: int) -> Count:
        """Count ``fen`` in the drawer."""
        return self.till.count_shift(self.pieces(fen), ref=uuid4(), at=self.tick())

    def close_shift(self, reason: str = "", to_safe_fen: int = 0) -> ShiftReport:
        """Close the shift at its last count."""
        ref, at = uuid4(), self.tick()
        return self.till.close_shift(ref=ref, at=at, reason=reason, to_safe_fen=to_safe_fen)

    def x_report(self) -> ShiftReport:
        """Read the running shift."""
        return self.till.x_report(ref=uuid4(), at=self.tick())

    def tick(self) -> datetime:
        self.now += timedelta(seconds=20)
        return self.now

    def next_day(self) -> None:
        self.now += timedelta(days=1)

    def fund_fen(self) -> int:
        return self.till.fund(self.now).balance_fen

    def audit(self) -> Audit:
        codes = {account.code for account in self.home.chart}
        return verify(self.home.database, PROJECTORS, accounts=codes)

    def trial_balance(self) -> dict[str, int]:
        """Debits less credits in fen, by account; accounts at zero are left out."""
        with self.database.transaction() as cursor:
            rows = cursor.execute(
                "SELECT account, sum(debit_fen) - sum(credit_fen) FROM balance GROUP BY account"
            ).fetchall()
        return {account: fen for account, fen in rows if fen}


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A till on a new home with the starter catalogue, opened for the day."""
    home = open_home(tmp_path / "home")
    database = open_database(home)
    till = Till(database, home.settings)
    till.open(home.catalogue, at=MORNING)
    yield Counter(home, database, till)
    database.close()


@pytest.fixture
def desk(counter: Counter) -> Iterator[Counter]:
    """A guarded till with manager s01 and cashier s02; nobody is signed in (``people_desk``)."""
    staffed(counter)
    yield counter
    assert counter.audit().clean


def opened(home_path: Path) -> Counter:
    home = open_home(home_path)
    database = open_database(home)
    till = Till(database, home.settings)
    till.open(home.catalogue, at=MORNING)
    return Counter(home, database, till)


def bilingual(refusal: Refusal, *facts: str) -> None:
    """Both sentences are there, and name the facts."""
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal.zh)
    assert refusal.en.isascii() or any(f in refusal.en for f in facts)
    for fact in facts:
        assert fact in refusal.zh
        assert fact in refusal.en
