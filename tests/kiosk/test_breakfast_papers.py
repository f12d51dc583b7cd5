"""A breakfast's slip, from the till and from the command line: what it says and what never."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.language import words
from kiosk.cli import main
from kiosk.sale.search import Wanted
from kiosk.till.home import TRAINING_MARK
from ledger.money import from_fen
from receipts.documents import Kind
from receipts.layout import TRAINING, lay_out
from tests.kiosk.breakfast_morning import NAMES, a_morning, chip
from tests.kiosk.card_desk import fill, give, served

if TYPE_CHECKING:
    from kiosk.till.till import Done
    from receipts.documents import Receipt
    from tests.kiosk.conftest import Counter


@pytest.fixture
def eaten(counter: Counter) -> list[Done]:
    """The breakfasts of ``a_morning``, in its order."""
    fill(counter, 10_000)
    return a_morning(counter)


def text(receipt: Receipt, lang: str = "zh_CN") -> str:
    return lay_out(receipt, 32, words(lang)).text()


def test_a_slip_tells_who_paid_what_and_what_the_fund_holds(
    counter: Counter, eaten: list[Done]
) -> None:
    slip = counter.till.receipt(eaten[1].number)
    assert slip.kind is Kind.REDEMPTION
    assert slip.total == from_fen(1150)
    fund, cash = slip.payments
    assert (fund.by_fund, fund.amount) == (True, from_fen(1000))
    assert (cash.by_fund, cash.name, cash.amount) == (False, "现金", from_fen(150))
    assert slip.fund.set_aside == from_fen(10)
    assert slip.fund.total == from_fen(10_000 - 400 - 1000 + 10)
    assert slip.fund.breakfasts == 2
    rows = text(slip).splitlines()
    assert [row.split() for row in rows if row.startswith(("基金支付", "自付"))] == [
        ["基金支付", "10.00"],
        ["自付：现金", "1.50"],
    ]


def test_no_slip_says_whose_it_is(counter: Counter, eaten: list[Done]) -> None:
    numbers = [done.number for done in eaten]
    undone = numbers[-1] + 3  # two taps were refused before it
    for number in (*numbers, undone):
        for lang in ("zh_CN", "en"):
            said = text(counter.till.receipt(number), lang)
            shown = [each for each in (*NAMES, "ct_", "ht_", "13800001234") if each in said]
            assert not shown
            assert chip(1).hex() not in said.lower()


def test_a_hand_out_and_an_undone_breakfast_say_so(counter: Counter, eaten: list[Done]) -> None:
    handed = text(counter.till.receipt(eaten[3].number))
    assert "无卡发放" in handed
    assert "忘带卡" not in handed, "the reason is for the books"
    undone = counter.till.search(Wanted(number=eaten[3].number + 3)).found[0]
    assert undone.of == eaten[2].number
    paper = counter.till.receipt(undone.number)
    assert paper.original is not None
    assert (paper.kind, paper.original.seq) == (Kind.REDEMPTION_VOID, eaten[2].number)
    assert paper.fund.breakfasts == 3
    said = text(paper)
    assert "早餐作废" in said
    assert "退回基金" in said


def test_a_reprint_says_what_the_first_slip_said(counter: Counter, eaten: list[Done]) -> None:
    first = counter.till.receipt(eaten[2].number)
    assert first.fund.breakfasts == 3, "it was undone later, and the slip is of then"
    give(counter, chip(7))
    served(counter, "F001", uid=chip(7))
    again = counter.till.reprint(eaten[2].number, ref=uuid4(), at=counter.tick())
    assert again.reprint == 1
    assert (again.fund, again.payments, again.lines) == (first.fund, first.payments, first.lines)
    assert "补打 第1次" in text(again)
    newest = counter.till.history()[0]
    assert counter.till.receipt(newest.number).fund.breakfasts == 4, "the undone one is none"


def test_an_ordinary_receipt_counts_no_breakfasts(counter: Counter, eaten: list[Done]) -> None:
    assert eaten
    sold = counter.till.receipt(counter.sell("F001").number)
    assert sold.fund.breakfasts == 0
    assert "累计爱心早餐" not in text(sold)
    assert "爱心基金余额" in text(sold)


def test_the_command_prints_the_same_slip(
    counter: Counter, eaten: list[Done], capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(counter.home.path)
    for number in (*(done.number for done in eaten), eaten[3].number + 3):
        expected = lay_out(counter.till.receipt(number), 48, words("zh_CN")).text()
        assert main(["--home", home, "receipt", str(number), "--columns", "48"]) == 0
        assert capsys.readouterr().out == expected
    (counter.home.path / TRAINING_MARK).touch()
    assert main(["--home", home, "receipt", str(eaten[0].number)]) == 0
    assert capsys.readouterr().out.count(TRAINING) == 2
