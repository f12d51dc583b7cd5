"""Books without a kiosk: the ledger's own tables on a file of one's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from ledger.db import Database, writer_engine
from ledger.entries import Entry, FundMove
from ledger.money import from_fen
from ledger.rules import SaleAccounts, Tendered, sale
from ledger.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNTS = SaleAccounts("500101", "560107", "224101", "560109")
AT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def sold(fen: int = 500, set_aside: int = 10) -> Entry:
    """A cash sale's entry."""
    postings = sale([Tendered("100101", from_fen(fen))], from_fen(fen), set_aside, ACCOUNTS)
    fund = {FundMove.SET_ASIDE: set_aside} if set_aside else {}
    return Entry("sale", uuid4(), AT, date(2026, 11, 24), "cashier", {"n": fen}, postings, fund)


def redeemed(fen: int) -> Entry:
    """A draw on the fund, without postings: the fund's own rule is what is tested."""
    moves = {FundMove.REDEEMED: fen}
    return Entry("redemption", uuid4(), AT, date(2026, 11, 24), "cashier", {}, (), moves)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A new database with the ledger's tables and triggers."""
    file = tmp_path / "books.db"
    engine = writer_engine(file)
    metadata.create_all(engine)
    engine.dispose()
    return file


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    """The writing side of ``path``."""
    opened = Database(path)
    yield opened
    opened.close()
