from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened


async def test_three_sales_with_a_removal_change_and_a_split_tender(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "A", "B", "f9")  # four keys: two products, one of them twice
        assert "第 7 号 ✓ 已入账 6.00" in cashier.said
        await cashier.press("D", "F", "up", "delete", "2", "0", "f9")
        assert "找零 17.50" in cashier.said
        await cashier.press("C", "2", "f9")
        assert cashier.sell.ticket.rest.amount == 1
        await cashier.press("f5")
        assert await cashier.sold() == [600, 250, 300]
        assert await cashier.kinds() == ["sale", "line_removed", "sale", "sale"]
        tenders = await cashier.books(lambda till: till.receipt(10).payments)
        assert [(each.name, f"{each.amount.amount}") for each in tenders] == [
            ("现金", "2.00"),
            ("微信", "1.00"),
        ]
        assert "今日 0.30 余额 0.30" in cashier.screen


@pytest.mark.parametrize(
    ("typed", "sku"),
    [
        ("dj", "F001"),
        ("nmt", "F004"),
        ("豆浆", "F001"),
        ("可口", "D003"),
        ("f002", "F002"),
        ("/F002", "F002"),
        ("pancake", "F018"),
        ("6921168509256", "D001"),
        ("６９２１１６８５０９２５６", "D001"),
    ],
)
async def test_an_item_is_found_by_what_a_cashier_may_type(
    opened: Opened, typed: str, sku: str
) -> None:
    async with opened() as cashier:
        await cashier.type(typed)
        await cashier.press("enter")
        assert cashier.rung == [(sku, 1000)]
        assert cashier.sell.entry.value == ""


async def test_down_chooses_among_what_was_found(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.type("kkkl")
        assert "D003" in cashier.screen
        await cashier.press("down", "enter")
        assert cashier.rung == [("D004", 1000)]


@pytest.mark.parametrize("typed", ["3*dj", "３＊dj", "3×dj", "3*豆浆", "3*/DJ", "3*A"])
async def test_a_quantity_stands_before_its_item(opened: Opened, typed: str) -> None:
    async with opened() as cashier:
        await cashier.type(typed)
        if not typed.endswith("A"):
            await cashier.press("enter")
        assert cashier.rung == [("F001", 3000)]


async def test_half_a_portion_may_be_sold(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("0", "full_stop", "5", "asterisk", "A", "f9")
        assert await cashier.sold() == [100]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("6900000000000", "没有条码为 6900000000000 的商品"),
        ("zzzz", "没有找到"),
        ("20", "收现金请按现金键"),
        ("6921168509256*dj", "最多四位整数"),
        ("3*", "数量之后请按商品键"),
        ("0*dj", "数量 0 不行"),
        ("[b]x[/b]", "没有找到“[b]x[/b]”"),
    ],
)
async def test_what_nobody_sells_is_said_and_disturbs_nothing(
    opened: Opened, typed: str, said: str
) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        await cashier.type(typed)
        await cashier.press("enter")
        assert said in cashier.said
        assert cashier.rung == [("F001", 1000)]
        assert cashier.sell.entry.value == ""


@pytest.mark.parametrize("typed", ["6921168509256", "12.555", "dj", "3*"])
async def test_what_is_no_amount_is_never_taken_for_cash(opened: Opened, typed: str) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        await cashier.type(typed)
        await cashier.press("f9")
        assert "金额" in cashier.said
        assert cashier.rung == [("F001", 1000)]
        assert await cashier.sold() == []


async def test_a_tender_that_gives_no_change_takes_no_more_than_is_left(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "5", "f5")
        assert "不找零" in cashier.said
        assert cashier.rung == [("F001", 1000)]


async def test_backspace_takes_the_last_part_payment_back(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("D", "1", "f9", "2", "f5")
        assert cashier.sell.ticket.rest.amount == 2
        await cashier.press("delete")
        assert "退格键" in cashier.said
        await cashier.press("backspace", "backspace", "backspace")
        assert cashier.sell.ticket.rest.amount == 5
        await cashier.press("delete", "1")  # the customer heard the total: it is explained
        assert cashier.rung == []


async def test_a_banknote_key_takes_that_note(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B", "C", "number_sign")
        assert "找零 13.00" in cashier.said
        assert await cashier.sold() == [700]


async def test_plus_and_minus_change_the_marked_line_and_less_is_recorded(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B", "up", "plus", "plus", "minus")
        assert cashier.rung == [("F001", 2000), ("F002", 1000)]
        await cashier.press("minus", "minus")
        assert cashier.rung == [("F002", 1000)]
        assert await cashier.kinds() == ["line_removed"] * 3


async def test_enter_alone_is_exact_cash_but_not_right_after_an_item(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.type("dj")
        await cashier.press("enter", "enter")
        assert await cashier.sold() == []
        assert "再按一次 Enter" in cashier.said
        await cashier.press("enter", "enter", "enter")
        assert await cashier.sold() == [200]


async def test_the_pages_turn_and_a_letter_rings_the_tile_in_sight(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("right", "A", "pageup", "A", "left", "C")
        assert cashier.rung == [("F011", 1000), ("F001", 1000), ("P003", 1000)]
        await cashier.press("Z")
        assert "没有 Z 键" in cashier.said
        assert cashier.sell.entry.value == ""


async def test_a_touch_on_a_tile_rings_it_and_typing_goes_on(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.pilot.click("#board", offset=(20, 2))
        await cashier.type("dj")
        await cashier.press("enter")
        assert cashier.rung == [("F002", 1000), ("F001", 1000)]
        await cashier.pilot.click("#basket", offset=(3, 1))
        await cashier.press("plus")
        assert cashier.rung == [("F002", 2000), ("F001", 1000)]


async def test_after_a_sale_page_down_turns_the_tiles_and_the_arrows_move_the_paper(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f9")
        whole = cashier.screen
        assert "↓ +" in whole
        await cashier.press("down")
        assert "No. 000007" not in cashier.screen  # its first rows are above
        await cashier.press(*["down"] * 9)
        assert "小票" in cashier.screen
        last = cashier.screen
        await cashier.press("down")
        assert cashier.screen == last
        await cashier.press(*["up"] * 3)
        assert cashier.screen == whole
        await cashier.pilot.click("#board", offset=(3, 0))
        assert "No. 000007" not in cashier.screen
        await cashier.press("pagedown")
        assert cashier.sell.tiles.page == 1
        assert cashier.sell.board.face is cashier.sell.tiles
        await cashier.press("A", "f9", "pageup")
        assert cashier.sell.tiles.page == 0
        assert "小票" not in cashier.screen


async def test_the_receipt_stays_until_the_next_customers_first_key(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "5", "f9", "down", "up")
        assert "No. 000007" in cashier.screen
        assert "第 7 号 ✓" in cashier.said
        await cashier.press("B")
        assert "No. 000007" not in cashier.screen
        assert cashier.said == ""
        assert "上一单 第 7 号 ✓ 2.00 找零 3.00" in cashier.screen


async def test_no_last_sale_takes_the_place_of_a_key(opened: Opened) -> None:
    async with opened() as cashier:
        fresh = cashier.screen.splitlines()[-1]
        assert "F1 帮助  F2 历史  F4 挂单  F10 班次  = 合计  Del 删行  PgDn 翻页" in fresh
        await cashier.press("A", "5", "f9", "B")
        assert cashier.screen.splitlines()[-1] == fresh
        await cashier.press("f4", "A", "5", "f9", "B")
        assert "F3 取回(1)  F4 挂单  F10 班次  = 合计  Del 删行" in cashier.screen
        assert "上一单 第 9 号 ✓ 2.00 找零 3.00" in cashier.screen


async def test_the_last_sale_stands_beside_a_sentence_only_where_there_is_room(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("A", "5", "f9", "B")
        cashier.sell.say("一" * 23)
        await cashier.settle()
        assert "上一单 第 7 号 ✓ 2.00" in cashier.screen
        assert "找零 3.00" not in cashier.screen
        cashier.sell.say("一" * 30)
        await cashier.settle()
        assert "上一单" not in cashier.screen


async def test_a_gift_is_sold_for_nothing(opened: Opened) -> None:
    gift = '[[product]]\nsku = "G1"\nname_zh = "赠品"\nname_en = "gift"\ncategory = "gift"\n'
    gift += 'price = "0"\ncatering = true\nbreakfast = false\n'
    async with opened(catalogue=gift) as cashier:
        await cashier.press("A", "f9")
        assert await cashier.sold() == [0]
        assert await cashier.books(lambda till: till.receipt(8).fund.total.amount) == 0


async def test_help_is_a_panel_that_the_next_key_closes(opened: Opened) -> None:
    async with opened(lang="en") as cashier:
        await cashier.press("f1")
        assert "Keys: F1 closes" in cashier.screen
        await cashier.press("A")
        assert "Keys: F1 closes" not in cashier.screen
        assert cashier.rung == [("F001", 1000)]


async def test_tenders_and_functions_take_the_keys_that_the_settings_say(opened: Opened) -> None:
    settings = (
        'keys = { sell.help = "f3", sell.history = "f4", sell.recall = "", sell.park = "" }\n'
    )
    settings += "".join(
        f'[[tenders]]\nid = "{id_}"\nname_zh = "{id_}"\nname_en = "{id_}"\naccount = "100101"\n'
        f'key = "{key}"\ngives_change = {change}\nconfirmed_by = "count"\n'
        for id_, key, change in (("cash", "f1", "true"), ("bank", "f2", "false"))
    )
    async with opened(settings=settings) as cashier:
        await cashier.press("f3")
        assert "F3 关闭" in cashier.screen
        await cashier.press("A", "f2", "A", "f1")
        assert await cashier.sold() == [200, 200]


@pytest.mark.parametrize("typed", ["20", "6900000000000", "zzzz", "0*dj", "6921168509256"])
async def test_an_enter_after_an_enter_with_text_only_asks(opened: Opened, typed: str) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        await cashier.type(typed)
        await cashier.press("enter", "enter")
        assert await cashier.sold() == []
        assert "再按一次 Enter" in cashier.said
        await cashier.press("B", "enter")  # another key: the next Enter is one of its own
        assert len(await cashier.sold()) == 1


@pytest.mark.parametrize(("typed", "sold"), [("999999", 200), ("1000", 200), ("102", 200)])
async def test_an_amount_that_nobody_hands_over_is_asked_about(
    opened: Opened, typed: str, sold: int
) -> None:
    async with opened() as cashier:
        await cashier.press("A", *typed, "f9")
        assert await cashier.sold() == []
        assert f"收到 {typed}.00" in cashier.said
        await cashier.press("backspace", *typed[-1], "f9")
        assert await cashier.sold() == []  # typed anew, asked anew
        await cashier.press("f9")
        assert await cashier.sold() == [sold]


async def test_a_hundred_yuan_note_needs_no_second_press(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "1", "0", "0", "f9")
        assert "找零 98.00" in cashier.said


async def test_delete_on_an_empty_basket_says_so(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("delete")
        assert "没有可删的商品" in cashier.said
        assert await cashier.kinds() == []


@pytest.mark.parametrize("ending", ["enter", "tab", "ctrl+j"])
@pytest.mark.parametrize(
    ("typed", "rung"),
    [
        ("F001", [("F001", 1000)]),
        ("F018", [("F018", 1000)]),
        ("3*F001", [("F001", 3000)]),
        ("Ｆ００１", [("F001", 1000)]),
        ("AF004", [("F001", 1000), ("F004", 1000)]),
    ],
)
async def test_a_sku_as_printed_rings_its_item_and_no_tile(
    opened: Opened, typed: str, rung: list[tuple[str, int]], ending: str
) -> None:
    async with opened() as cashier:
        await cashier.type(typed)
        await cashier.press(ending)
        assert cashier.rung == rung
        assert await cashier.kinds() == []


async def test_a_tile_rung_before_other_keys_stays(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("F", "right", "left")
        await cashier.type("001")
        await cashier.press("enter")
        assert [qty for _, qty in cashier.rung] == [1000]
        assert "没有" in cashier.said
        await cashier.press("F")
        await cashier.press("plus")
        await cashier.type("001")
        await cashier.press("enter")
        assert [qty for _, qty in cashier.rung] == [3000]


async def test_a_line_feed_alone_takes_no_money(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "ctrl+j", "tab")
        assert await cashier.sold() == []


async def test_a_till_without_products_says_what_to_do(opened: Opened) -> None:
    async with opened(catalogue="") as cashier:
        assert "商品目录是空的" in cashier.said
