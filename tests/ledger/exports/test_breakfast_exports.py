"""Breakfasts in what auditors get: a row each in the CSV, and books that three programs accept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.rights import Right
from kiosk.sale.approval import Approved
from kiosk.sale.basket import Basket, Line
from kiosk.sale.cards import Holder, Tap
from kiosk.sale.tenders import Offer
from kiosk.till.till import Till
from ledger.money import from_fen
from tests.ledger.exports.conftest import BOOKS, MORNING, item
from tests.ledger.exports.test_csv_tables import read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ledger.exports.conftest import Auditors, Days

CHIPS = [bytes.fromhex(f"04a1b2c3d4e5{n:02x}") for n in range(3)]
NAME = "欧阳建国"


def food(fen: int) -> Basket:
    return Basket().add(Line("F001", "小面", from_fen(fen), breakfast=True))


@pytest.fixture
def eaten(days: Days) -> dict[str, Till]:
    """Two breakfasts a book, one of 11.50 topped up by 1.50, and a hand-out; the first undone.

    The second book's operator holds the fund's money itself (pattern B).
    """
    first = days.tills[BOOKS[0]]
    old = first.settings
    b = replace(old, fund=replace(old.fund, custody="B"))
    tills = {BOOKS[0]: first, BOOKS[1]: Till(days.database, b, book=BOOKS[1])}
    for till in tills.values():
        for _ in range(250):
            till.sell(Basket().add(item(200)), [Offer("cash", from_fen(200))], at=MORNING)
        done = []
        for chip, fen, top in zip(CHIPS, (600, 1150), (0, 150), strict=False):
            ours = bytes((*chip[:-1], chip[-1] + 16 * list(tills).index(till.book)))
            holder = Holder(NAME, "市容环卫所", "13800001234")
            tap = Tap("demo", ours)
            till.issue(holder, tap, type_id="worker", ref=uuid4(), at=MORNING)
            serving = till.tapped(tap, at=MORNING)
            offers = [Offer("wechat", from_fen(top))] if top else []
            done.append(till.redeem(serving, food(fen), offers, at=MORNING))
        till.hand_out(
            till.handing_out(MORNING),
            food(250),
            reason="忘带卡",
            at=MORNING,
            approved=Approved(Right.HAND_OUT, "s02"),
        )
        till.void(done[0].number, ref=uuid4(), at=MORNING)
    return tills


@pytest.mark.parametrize("book", [None, *BOOKS])
def test_three_programs_accept_breakfasts_under_both_patterns(
    days: Days, eaten: dict[str, Till], auditors: Auditors, tmp_path: Path, book: str | None
) -> None:
    assert eaten
    days.export("plaintext", tmp_path / "out", book=book)
    assert auditors.refusals(tmp_path / "out") == {}
    expected = days.trial_balance(book)
    assert auditors.balances(tmp_path / "out") == dict.fromkeys(
        ("hledger", "ledger", "beancount"), expected
    )
    assert expected["500102"] == -1250 * (1 if book else 2)
    assert expected.get("122101", 0) == (1250 if book != BOOKS[1] else 0)
    assert expected.get("101203", 0) == (-1250 if book != BOOKS[0] else 0)
    text = (tmp_path / "out" / "book.journal").read_text(encoding="utf-8")
    assert " * 爱心早餐 No. " in text
    assert " * 无卡早餐 No. " in text
    assert "（原单 " in text


def test_every_breakfast_is_a_row_and_one_that_was_undone_takes_it_back(
    days: Days, eaten: dict[str, Till], tmp_path: Path
) -> None:
    made = days.export("csv", tmp_path, book=BOOKS[0]).content
    rows = read(tmp_path / "breakfasts.csv")
    assert [
        (row["kind"], row["fund_fen"], row["topped_up_fen"], row["total_fen"]) for row in rows
    ] == [
        ("redemption", "600", "0", "600"),
        ("redemption", "1000", "150", "1150"),
        ("hand_out", "250", "0", "250"),
        ("redemption_void", "-600", "0", "-600"),
    ]
    first, second, handed, undone = rows
    assert (first["fund"], undone["fund"], second["topped_up"]) == ("6.00", "-6.00", "1.50")
    assert (undone["original"], undone["card"]) == (first["seq"], first["card"])
    assert first["card"].startswith("ct_")
    assert second["card"] not in {"", first["card"]}
    assert handed["card"] == handed["original"] == ""
    assert {row["service_day"] for row in rows} == {"2026-11-23"}
    assert {row["kind_name"] for row in rows} == {"爱心早餐", "无卡早餐", "早餐作废"}
    assert sum(int(row["fund_fen"]) for row in rows) == -days.trial_balance(BOOKS[0])["500102"]
    hashes = {row["seq"]: row["hash"] for row in read(tmp_path / "postings.csv")}
    assert all(hashes[row["seq"]] == row["hash"] for row in rows)
    assert {each["name"]: each["rows"] for each in made["files"]}["breakfasts.csv"] == 4
    assert eaten[BOOKS[0]].receipt(int(first["seq"])).total == from_fen(600)


def test_no_export_holds_a_name_or_the_number_of_a_chip(
    days: Days, eaten: dict[str, Till], tmp_path: Path
) -> None:
    assert eaten
    for format_ in ("csv", "plaintext"):
        days.export(format_, tmp_path / format_)
        for path in (tmp_path / format_).iterdir():
            text = path.read_text(encoding="utf-8").lower()
            told = (NAME, "13800001234", "ht_", "忘带卡", *(chip.hex() for chip in CHIPS))
            assert not [word for word in told if word in text], path.name


def test_a_period_has_its_own_breakfasts(
    days: Days, eaten: dict[str, Till], tmp_path: Path
) -> None:
    assert eaten
    days.export("csv", tmp_path, last_day=MORNING.date().replace(day=22))
    assert read(tmp_path / "breakfasts.csv") == []
