from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.screens.answers import Doing
from kiosk.screens.history import HistoryScreen
from kiosk.till.till import Till
from ledger.errors import StorageError
from tests.kiosk.screens.conftest import CASHIER, PINS, SUPERVISOR

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from kiosk.till.till import Done
    from tests.kiosk.screens.conftest import Cashier, Opened


AT_ONCE = "[guards]\nenter_ms = 0\n"
"""No pause between two payments: nobody is as fast as a loop."""


def history(cashier: Cashier) -> HistoryScreen:
    assert isinstance(cashier.app.screen, HistoryScreen)
    return cashier.app.screen


async def test_the_newest_sale_is_voided_and_the_fund_follows(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f9", "B", "B", "f5")
        await cashier.press("f2")
        await cashier.press("v", "v")
        assert history(cashier).answer.value == "v"
        await cashier.press("backspace", "enter")
        assert f"第 {cashier.begun + 3} 号 ✓ 已退 4.00 元" in history(cashier).message.text
        assert "作废" in cashier.screen
        assert f"已退清({cashier.begun + 3}号)" in cashier.screen
        await cashier.press("escape")
        assert "今日 0.10 余额 0.10" in cashier.screen
        assert await cashier.kinds() == ["sale", "sale", "void"]


async def test_a_void_asks_first_and_keeps_the_reason(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f9", "f2")
        await cashier.press("v", "escape")
        assert await cashier.kinds() == ["sale"]
        await cashier.press("v")
        await cashier.type("点错了")
        await cashier.press("enter", "enter")
        assert await cashier.kinds() == ["sale", "void"]
        number = cashier.begun + 2
        doc = await cashier.books(lambda till: till.receipt(number).kind)
        assert doc == "void"


async def test_lines_are_refunded_by_quantity_and_never_more_than_sold(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("3", "asterisk", "A", "D", "f9", "f2")
        await cashier.press("t")
        await cashier.press("enter")
        assert "没有选要退的商品" in history(cashier).message.text
        await cashier.press("2", "enter", "enter")
        assert history(cashier).doing is Doing.REFUNDING
        assert "退款 4.00 元" in history(cashier).message.text
        await cashier.press("enter")
        assert "已退 4.00" in cashier.screen
        await cashier.press("t")
        await cashier.press("plus", "plus", "enter")
        assert "退款 2.00 元" in history(cashier).message.text  # all that is left of the line
        await cashier.press("escape")
        await cashier.press("t")
        await cashier.press("9", "enter")
        assert history(cashier).message.text == "这一行只卖了 3，最多退 1。"
        await cashier.press("plus", "down", "plus", "minus", "plus", "plus", "enter", "enter")
        assert await cashier.kinds() == ["sale", "refund", "refund"]
        past = await cashier.books(lambda till: till.history())
        assert (past[0].refunded_fen, past[0].closed_by) == (1100, cashier.begun + 3)


async def test_everything_is_refunded_by_one_key(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B", "f9", "f2")
        await cashier.press("t")
        await cashier.press("asterisk", "enter", "enter")
        sold = cashier.begun + 1
        assert "已退 4.00 元" in history(cashier).message.text
        for key in ("v", "t"):
            await cashier.press(key)
            assert f"第 {sold} 号已退清（{sold + 1} 号）" in history(cashier).message.text
            assert history(cashier).doing is Doing.LOOKING


async def test_everything_means_everything_that_is_left(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("3", "asterisk", "A", "D", "f9", "f2")
        await cashier.press("t")
        await cashier.press("2", "enter", "enter", "enter")
        await cashier.press("v")
        assert "请按 T 退其余" in history(cashier).message.text
        await cashier.press("t")
        await cashier.press("asterisk", "enter")
        assert "退款 7.00 元" in history(cashier).message.text
        await cashier.press("enter")
        past = await cashier.books(lambda till: till.history())
        assert (past[0].refunded_fen, past[0].closed_by) == (1100, cashier.begun + 3)


async def test_a_refused_refund_keeps_what_was_chosen(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object, **__: object) -> Done:
        raise StorageError(tmp_path, "磁盘已满")

    async with opened() as cashier:
        await cashier.press("A", "D", "f9", "f2")
        await cashier.press("t")
        await cashier.press("plus", "enter")
        with monkeypatch.context() as patch:
            patch.setattr(Till, "refund", full)
            await cashier.press("enter")
        assert "磁盘已满" in history(cashier).message.text
        await cashier.press("enter", "enter")
        assert "已退 2.00" in cashier.screen


async def test_a_held_key_at_the_end_of_the_list_reads_on_once(opened: Opened) -> None:
    async with opened(settings=AT_ONCE) as cashier:
        for _ in range(53):
            cashier.sell.strike("A")
            cashier.sell.command("enter")
        await cashier.settle()
        await cashier.press("f2")
        shown = history(cashier)
        for _ in range(70):
            shown.action_move(1)
        await cashier.settle()
        for _ in range(9):
            shown.action_move(1)
        await cashier.settle()
        first = cashier.begun + 1
        assert [past.number for past in shown.past] == list(range(first + 52, first - 1, -1))


async def test_a_sale_that_completes_behind_the_history_appears_in_it(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f9", "B", "f2")
        cashier.sell.command("f9")
        await cashier.settle()
        assert [past.number for past in history(cashier).past] == [
            cashier.begun + 2,
            cashier.begun + 1,
        ]
        assert history(cashier).marked == 1  # still the sale that the cashier looks at


async def test_the_refund_names_items_in_the_screens_language(opened: Opened) -> None:
    async with opened(lang="en", size=(120, 40)) as cashier:
        await cashier.press("A", "f9", "f2")
        await cashier.press("t")
        product = cashier.sell.catalogue.by_sku("F001")
        assert product is not None
        assert product.name_en in cashier.screen
        assert product.name_zh not in cashier.screen


async def test_a_reprint_says_that_it_is_one(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f9", "B", "f9", "f2")
        await cashier.press("down", "enter")
        assert f"No. {cashier.begun + 1:06d}" in cashier.screen
        assert "补打" in cashier.screen  # the key's label only
        await cashier.press("r")
        assert "补打 第1次" in cashier.screen
        await cashier.press("r")
        assert "补打 第2次" in cashier.screen
        await cashier.press("f2")
        assert cashier.app.screen is cashier.sell


async def test_a_day_without_a_sale_has_an_empty_history(opened: Opened) -> None:
    async with opened(lang="en") as cashier:
        await cashier.press("f2", "f2")
        await cashier.press("f2", "r", "v", "t", "enter", "down")
        assert "Nothing was sold yet." in cashier.screen
        assert await cashier.kinds() == []


async def test_older_sales_are_read_as_the_mark_reaches_the_end(opened: Opened) -> None:
    async with opened(settings=AT_ONCE) as cashier:
        for _ in range(53):
            cashier.sell.strike("A")
            cashier.sell.command("enter")
        await cashier.settle()
        await cashier.press("f2", *["pagedown"] * 3)
        assert len(history(cashier).past) == 53
        await cashier.press("pagedown")
        assert history(cashier).marked == 52


async def test_an_open_ticket_waits_behind_the_history(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f2", "ctrl+q")
        assert cashier.rung == [("F001", 1000)]
        await cashier.press("f9")
        assert await cashier.sold() == [200]


async def test_a_sale_is_found_by_what_is_remembered_of_it(opened: Opened) -> None:
    async with opened(settings=AT_ONCE) as cashier:
        await cashier.press("A", "f5", "B", "f9", "D", "A", "f9", "f2")
        shown = history(cashier)
        first = cashier.begun + 1

        async def search(text: str) -> list[int]:
            await cashier.press("slash")
            await cashier.type(text)
            await cashier.press("enter")
            return [past.number for past in shown.past]

        assert await search("dj") == [first + 2, first]
        assert "2 笔" in shown.message.text
        assert await search("豆浆 微信") == [first]
        assert await search(f"{first + 1}") == [first + 1]
        assert await search("7.00") == [first + 2]
        assert await search("07:20-07:30 现金") == [first + 2, first + 1]
        assert await search("11-23") == []
        assert "没有卖过" in shown.message.text
        assert await search("25:00") == []
        assert "没有这个日期或时刻 25:00" in shown.message.text
        await cashier.press("escape", "escape")
        assert len(shown.past) == 3
        await cashier.press("escape")
        assert cashier.app.screen is cashier.sell


async def test_a_void_after_a_search_is_said_and_not_only_found(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f9", "f2", "slash")
        await cashier.type("豆浆")
        await cashier.press("enter", "v", "enter")
        assert f"第 {cashier.begun + 2} 号 ✓ 已退 2.00 元" in history(cashier).message.text


async def test_the_number_on_the_paper_of_a_void_finds_it(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f9", "f2", "v", "enter")
        sale, void = cashier.begun + 1, cashier.begun + 2
        await cashier.press("slash")
        await cashier.type(str(void))
        await cashier.press("enter")
        assert [past.number for past in history(cashier).past] == [void]
        assert f"退的是 {sale} 号" in cashier.screen
        await cashier.press("r")
        assert "补打 第1次" in cashier.screen
        assert f"No. {void:06d}" in cashier.screen
        for key in ("v", "t"):
            await cashier.press(key)
            assert f"第 {void} 号退的是第 {sale} 号" in history(cashier).message.text


async def test_a_paper_never_stands_beside_another_sale(opened: Opened) -> None:
    async with opened(settings=AT_ONCE) as cashier:
        await cashier.press("A", "f9", "B", "f9", "f2", "enter")
        assert f"No. {cashier.begun + 2:06d}" in cashier.screen
        await cashier.press("down")
        assert "No. 0" not in cashier.screen
        await cashier.press("enter")
        assert f"No. {cashier.begun + 1:06d}" in cashier.screen
        await cashier.press("slash")
        await cashier.type("油条")
        await cashier.press("enter")
        assert "No. 0" not in cashier.screen


async def test_a_refund_is_approved_in_place_or_not_made(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A", "f9", "f2")
        await cashier.press("t", "asterisk", "enter", "enter")
        await cashier.press("escape")
        assert "未获授权" in history(cashier).message.text
        assert await cashier.kinds() == ["sale"]
        await cashier.press("enter", "enter")
        await cashier.press(*"02", "enter", *"1111", "enter")
        assert await cashier.kinds() == ["sale", "login_failed", "approval_refused"]
        await cashier.press(*PINS[SUPERVISOR], "enter")
        *_, last = await cashier.kinds()
        assert last == "refund"
        closed_by = await cashier.books(lambda till: till.history()[0].closed_by)
        assert closed_by == await cashier.last_seq()
