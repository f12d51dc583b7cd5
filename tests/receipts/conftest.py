"""A receipt to start from, and the golden papers."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

import pytest
from moneyed import Money

from receipts.documents import FundNote, Kind, PaperLine, PaperNumber, PaperPayment, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).with_name("golden")


class MakeReceipt(Protocol):
    def __call__(self, **changes: Any) -> Receipt: ...  # noqa: ANN401 - any field of a Receipt


def yuan(figure: str) -> Money:
    return Money(figure, "CNY")


@pytest.fixture(scope="session")
def make_receipt() -> MakeReceipt:
    """A Chinese cash sale of two lines, with any field changed."""
    sale = Receipt(
        kind=Kind.SALE,
        number=PaperNumber("JB-HQHG-01.1", 128),
        record_hash="1a2b3c4d" * 8,
        shop="爱心驿站小卖部",
        station="JB-HQHG",
        cashier="cashier",
        at=datetime(2026, 11, 23, 7, 31, 5, tzinfo=ZoneInfo("Asia/Shanghai")),
        business_date=date(2026, 11, 23),
        lines=(
            PaperLine("豆浆", 2000, yuan("2.00"), yuan("4.00")),
            PaperLine("糯米团", 1000, yuan("5.00"), yuan("5.00")),
        ),
        total=yuan("9.00"),
        payments=(PaperPayment("现金", yuan("9.00"), yuan("10.00"), yuan("1.00")),),
        fund=FundNote(
            set_aside=yuan("0.10"), reversed=yuan("0"), kept=yuan("0"), total=yuan("1234.50")
        ),
    )

    def make(**changes: Any) -> Receipt:  # noqa: ANN401 - any field of a Receipt
        return replace(sale, **changes)

    return make


@pytest.fixture
def same_as_golden() -> Callable[[str, str], None]:
    """Compare a text with golden/<name>; with UPDATE_GOLDEN=1 write it there instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN") == "1":
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8"), f"UPDATE_GOLDEN=1 rewrites {path.name}"

    return compare
