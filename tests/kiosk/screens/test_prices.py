"""Options, open prices, discounts, overrides, tiers and rounding, as the keys make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kiosk.screens.conftest import CASHIER, PINS, SUPERVISOR

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Cashier, Opened


def total(cashier: Cashier) -> str:
    return f"{cashier.sell.ticket.total.amount:.2f}"


async def test_options_are_chosen_beside_the_tiles_and_the_next_tile_goes_on(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("right", "A")  # noodles ring at once, with nothing asked
        assert total(cashier) == "8.00"
        assert "辣度" in cashier.screen
        assert "B 豌杂面" in cashier.screen  # the other tiles stay in sight
        await cashier.press("d", "f")  # extra hot, a large one
        assert total(cashier) == "10.00"
        assert "特辣 大份 +2.00" in cashier.screen
        await cashier.press("B", "left", "A", "f9")
        assert await cashier.sold() == [2400]
        sale = await cashier.books(lambda till: till.receipt(cashier.begun + 1))
        assert len(sale.lines) == 3


async def test_the_options_key_opens_them_again_for_the_marked_line(opened: Opened) -> None:
    async with opened(lang="en") as cashier:
        await cashier.press("right", "A", "d", "left", "B", "up", "f11", "a")
        assert cashier.sell.ticket.basket.lines[0].options == ()  # what it is without asking
        await cashier.press("b", "down", "f11")
        assert "no options" in cashier.said
        assert "mild" in cashier.screen


async def test_a_search_goes_on_where_no_option_has_the_letter(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("right", "A", "n", "m", "t", "enter")
        assert [sku for sku, _ in cashier.rung] == ["F011", "F004"]


@pytest.mark.parametrize("keys", [("1", "2", ".", "5", "B"), ("B", "1", "2", ".", "5", "enter")])
async def test_a_price_stands_before_its_tile_or_after_it(
    opened: Opened, keys: tuple[str, ...]
) -> None:
    open_price = (
        '[[product]]\nsku = "F1"\nname_zh = "豆浆"\nname_en = "soy milk"\ncategory = "x"\n'
        'price = "2.00"\ncatering = true\nbreakfast = false\n'
        '[[product]]\nsku = "X1"\nname_zh = "其他"\nname_en = "other"\ncategory = "x"\n'
        "open_price = true\ncatering = true\nbreakfast = false\n"
    )
    async with opened(catalogue=open_price) as cashier:
        await cashier.press("A", *keys)
        assert total(cashier) == "14.50"
        await cashier.press("B", "A")  # a price that nobody types blocks nothing
        assert total(cashier) == "16.50"
        assert not cashier.sell.asking
        await cashier.press("f9")
        assert await cashier.sold() == [1650]


async def test_a_discount_says_why_and_goes_away_again(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("D", "D", *"10%", "ctrl+d", "1")
        assert total(cashier) == "9.00"
        assert "老顾客" in cashier.screen
        assert "-1.00" in cashier.screen
        await cashier.press(*"2.5", "ctrl+e")
        await cashier.type("常客")
        await cashier.press("enter")
        assert total(cashier) == "6.50"
        assert "整单折扣 常客" in cashier.screen
        await cashier.press("ctrl+e", "ctrl+d")
        assert total(cashier) == "10.00"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ((*"101%", "ctrl+d"), "折扣 101 %"),
        ((*"11", "ctrl+d"), "超过了金额"),
        ((*"0", "ctrl+e"), "折扣"),
        (("ctrl+d",), "请先输入 10%"),
        (("ctrl+p",), "请先输入新价格"),
        ((*"10%", "ctrl+d", "enter"), "没有写原因"),
    ],
)
async def test_what_is_no_discount_is_refused_and_changes_nothing(
    opened: Opened, keys: tuple[str, ...], said: str
) -> None:
    async with opened() as cashier:
        await cashier.press("D", *keys)
        assert said in cashier.said
        assert total(cashier) == "5.00"


async def test_a_price_is_overridden_and_its_own_comes_back(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("D", "D", *"4.5", "ctrl+p")
        assert total(cashier) == "9.00"
        assert "原价 5.00" in cashier.screen
        await cashier.press("ctrl+p")
        assert total(cashier) == "10.00"


async def test_a_tier_prices_what_is_rung_before_and_after_and_the_tiles(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("right", "right", "B", "ctrl+t")
        assert total(cashier) == "15.00"
        assert "户外劳动者" in cashier.screen
        assert "15.00" in "".join(cashier.screen.splitlines()[1:6])
        await cashier.press("B", "ctrl+t")
        assert total(cashier) == "20.00"
        await cashier.press("f9", "B")
        assert total(cashier) == "20.00"  # the next customer is everybody again
        assert await cashier.sold() == [2000]


async def test_the_total_is_rounded_down_step_by_step(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("F", "ctrl+r")  # 2.50: tenths and halves have nothing to take off
        assert total(cashier) == "2.00"
        assert "抹零" in cashier.screen
        await cashier.press("ctrl+r")
        assert total(cashier) == "2.50"
        await cashier.press("F", "ctrl+r")
        assert total(cashier) == "5.00"
        assert "没有零头可抹" in cashier.said


async def test_what_the_cashier_may_not_do_is_approved_in_place(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("D", *"10%", "ctrl+d", "1")
        assert total(cashier) == "5.00"  # nothing is given before somebody agrees
        assert cashier.sell.approval is not None
        await cashier.press(*SUPERVISOR, "enter", *PINS[SUPERVISOR], "enter")
        assert total(cashier) == "4.50"
        await cashier.press("f9")
        assert await cashier.sold() == [450]


async def test_what_is_not_approved_changes_nothing(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("D", *"10%", "ctrl+d", "1", "escape")
        assert total(cashier) == "5.00"
        assert "没有授权" in cashier.said
        await cashier.press("A", "f9")
        assert await cashier.sold() == [700]


async def a_tenth_off_the_sale(cashier: Cashier) -> None:
    await cashier.press("D", *"10%", "ctrl+e", "1")
    await cashier.press(*SUPERVISOR, "enter", *PINS[SUPERVISOR], "enter")
    assert total(cashier) == "4.50"


async def test_a_percentage_that_grew_since_it_was_approved_is_asked_for_again(
    opened: Opened,
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await a_tenth_off_the_sale(cashier)
        await cashier.press("D", "f9")
        assert cashier.sell.approval is not None
        assert "1.00" in cashier.screen  # what is taken off by now
        assert await cashier.sold() == []
        await cashier.press(*SUPERVISOR, "enter", *PINS[SUPERVISOR], "enter")
        assert await cashier.sold() == [900]
        assert "✓" in cashier.said
        assert cashier.rung == []


async def test_a_sale_that_is_not_approved_again_comes_back(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await a_tenth_off_the_sale(cashier)
        await cashier.press("D", "f9", "escape")
        assert await cashier.sold() == []
        assert cashier.rung == [("F004", 2000)]
        assert "授权" in cashier.said
        await cashier.press("ctrl+e", "f9")  # without the discount it is anybody's
        assert await cashier.sold() == [1000]


async def test_more_of_a_line_whose_discount_was_approved_is_rung_at_its_price(
    opened: Opened,
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("D", *"10%", "ctrl+d", "1")
        await cashier.press(*SUPERVISOR, "enter", *PINS[SUPERVISOR], "enter")
        await cashier.press("plus")
        assert "只批准了 1 份" in cashier.said
        assert total(cashier) == "4.50"
        await cashier.press("D", "plus", "f9")
        assert await cashier.sold() == [1450]


async def test_the_marked_line_stays_in_sight_whole_among_lines_of_many_rows(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("right", *["A", "d", "f", "B", "a"] * 8)
        for key in ("up", "down"):
            for _ in range(16):
                await cashier.pilot.press(key)
                marked = [row for row in cashier.screen.splitlines() if "›" in row]
                assert len(marked) == 1
                place = cashier.screen.splitlines().index(marked[0])
                line = cashier.sell.ticket.basket.lines[cashier.sell.marked]
                if line.options:
                    assert "特辣" in cashier.screen.splitlines()[place + 1]
