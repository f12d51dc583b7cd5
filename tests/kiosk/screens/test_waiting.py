"""Parking, recalling, what is left, and taking out once the customer heard the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tests.kiosk.screens.conftest import CASHIER, PINS, SUPERVISOR

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened


async def test_several_baskets_wait_and_are_recalled_by_number(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f4", "B", "B")
        await cashier.type("王师傅")
        await cashier.press("f4", "D")
        assert "取回(2)" in cashier.screen
        await cashier.press("f3")
        assert "王师傅" in cashier.screen
        assert "油条×2" in cashier.screen
        await cashier.press("2")
        assert cashier.rung == [("F002", 2000)]
        await cashier.press("f9", "f3", "1", "f9", "f3", "1", "f9")
        assert await cashier.sold() == [400, 200, 500]
        assert "取回" not in cashier.screen
        kinds = await cashier.kinds()
        assert kinds.count("basket_parked") == 3  # the one on the screen waited, too
        assert kinds.count("basket_recalled") == 3


async def test_a_parked_basket_is_dropped_with_a_reason(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f4", "f3", "minus", "1", "enter", "2")
        assert "已作废" in cashier.said
        await cashier.press("f3")
        assert "没有待取回的单" in cashier.said
        assert (await cashier.kinds())[-1] == "basket_dropped"


async def test_nothing_and_what_is_partly_paid_are_not_parked(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("f4")
        assert "还没有商品" in cashier.said
        await cashier.press("D", "1", "f9", "f4")
        assert "退格键" in cashier.said
        assert await cashier.kinds() == []


async def test_a_list_that_is_open_blocks_nothing(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f4", "f3", "B", "f9")
        assert await cashier.sold() == [200]
        await cashier.press("f3", "9")
        assert "1 到 1" in cashier.said or cashier.sell.asking


async def test_a_number_that_came_before_its_list_is_not_lost(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f4", "B", "f4")
        cashier.send(events.Key("f3", None), events.Key("2", "2"))
        await cashier.settle()
        assert cashier.rung == [("F002", 1000)]


async def test_a_combo_takes_from_what_is_left_of_its_parts(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("2", "ctrl+k", "A", "A", "right", "right", "A")
        assert [sku for sku, _ in cashier.rung] == ["F001", "C001"]
        await cashier.press("A", "left", "left", "A")
        assert "已售完" in cashier.said
        assert [qty for _, qty in cashier.rung] == [1000, 1000]


async def test_after_the_total_a_line_goes_with_a_reason_and_by_right(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A", "B", "delete")
        assert cashier.rung == [("F001", 1000)]  # freely, while it is fresh
        await cashier.press("=", "delete")
        assert cashier.rung == [("F001", 1000)]
        await cashier.press("1")
        await cashier.press(*SUPERVISOR, "enter", *PINS[SUPERVISOR], "enter")
        assert cashier.rung == []
        assert await cashier.kinds() == ["line_removed", "line_removed"]


async def test_a_removal_that_nobody_approves_is_none(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A", "=", "delete", "1", "escape")
        assert cashier.rung == [("F001", 1000)]
        await cashier.press("delete", "B", "f9")  # a question blocks nothing
        assert await cashier.sold() == [400]


async def test_what_is_left_stands_on_the_tile_and_ends_with_the_last(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("2", "ctrl+k", "A")
        assert cashier.rung == []
        assert "余2 2.00" in cashier.screen
        await cashier.press("A", "A", "A")
        assert "只剩 0 份" in cashier.said or "已售完" in cashier.said
        assert cashier.rung == [("F001", 2000)]
        await cashier.press("plus")
        assert cashier.rung == [("F001", 2000)]
        await cashier.press("f9", "A")
        assert "售完" in cashier.screen
        assert cashier.rung == []
        await cashier.press("ctrl+k", "A", "A")
        assert cashier.rung == [("F001", 1000)]


async def test_an_enter_right_after_a_payment_is_the_last_customers(opened: Opened) -> None:
    async with opened() as cashier:
        pressed = [events.Key(*each) for each in (("A", "A"), ("f9", None), ("B", "B"))]
        early, late = events.Key("enter", "\r"), events.Key("enter", "\r")
        early.time = pressed[1].time + 0.6
        late.time = pressed[1].time + 0.8
        cashier.send(*pressed, early)
        await cashier.settle()
        assert await cashier.sold() == [200]
        cashier.send(late)
        await cashier.settle()
        assert await cashier.sold() == [200, 200]


async def test_keys_of_the_settings_ring_products_and_do_acts(opened: Opened) -> None:
    settings = 'keys = { sell.park = "ctrl+g" }\nquick_keys = { f4 = "D001", ";" = "F002" }\n'
    async with opened(settings=settings) as cashier:
        await cashier.press("f4", "3", "asterisk", ";")
        assert cashier.rung == [("D001", 1000), ("F002", 3000)]
        assert "Ctrl+G 挂单" in cashier.screen
        await cashier.press("ctrl+g")
        assert cashier.rung == []


async def test_everything_on_the_bars_and_panels_can_be_touched(opened: Opened) -> None:
    async with opened(size=(120, 40)) as cashier:
        rows = cashier.screen.splitlines()
        await cashier.pilot.click("#board", offset=(7, 0))  # the second page
        await cashier.pilot.click("#board", offset=(3, 2))  # its first tile
        await cashier.settle()
        assert cashier.rung == [("F011", 1000)]
        board = cashier.sell.board.size
        await cashier.pilot.click("#board", offset=(20, board.height - 2))
        await cashier.settle()
        assert len(cashier.sell.ticket.basket.lines[0].options) == 1
        legend = rows[-1]
        await cashier.pilot.click("#functions", offset=(cells(legend, "挂单"), 0))
        await cashier.settle()
        assert cashier.rung == []
        await cashier.press("A")
        await cashier.pilot.click("#tenders", offset=(cells(rows[-2], "微信"), 0))
        await cashier.settle()
        assert await cashier.sold() == [800]


def cells(row: str, text: str) -> int:
    """The cell at which ``text`` begins in ``row``."""
    from rich.cells import cell_len  # noqa: PLC0415

    return cell_len(row[: row.index(text)])
