"""Breakfast cards are given out at the till: tapped twice, named once; and no reader chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from config.cards import Level
from kiosk.sale.cards import CardState, Holder
from kiosk.screens import made_up
from kiosk.screens.cards import CardsScreen
from tests.kiosk.screens.cards_desk import (
    NEW,
    WEDGE,
    answer,
    at_cards,
    chip,
    said,
    states,
    tap,
    wedge,
)
from tests.kiosk.screens.conftest import MORNING

if TYPE_CHECKING:
    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Opened


# Issuing


async def test_a_new_card_is_tapped_twice_and_named(opened: Opened) -> None:
    async with at_cards(opened, names=()) as (cashier, _):
        assert "还没有卡" in cashier.screen
        await cashier.press("1")
        await tap(cashier, bytes.fromhex(NEW))
        await tap(cashier, bytes.fromhex(NEW))
        assert cashier.screen.count("04 A2 B3 C4") == 2  # both readings, to be compared
        await answer(cashier, "王秀英", "环卫一所", "138 0013 8000")
        assert "发新卡 ✓" in cashier.screen
        assert "王*" in cashier.screen
        for kept in ("秀英", "环卫一所", "8000", "04 A2"):
            assert kept not in cashier.screen
        (card,) = await cashier.books(lambda till: till.cards())
        assert await cashier.kinds() == ["card_issued"]
        assert "王" not in str(await cashier.doc("card_issued"))

        def look(till: Till) -> Holder:
            return till.show_holder(card.holder, ref=UUID(int=7), at=MORNING)

        assert await cashier.books(look) == Holder("王秀英", "环卫一所", "138 0013 8000")


async def test_a_card_that_nobody_has_is_offered_when_it_is_tapped(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, _):
        await tap(cashier, bytes.fromhex(NEW))
        assert "再刷一次就发卡" in cashier.screen
        await tap(cashier, bytes.fromhex(NEW))
        await answer(cashier, "赵敏", "", "")
        assert await cashier.kinds() == ["card_issued"]


async def test_a_key_taps_the_demos_cards_in_turn_and_nothing_elsewhere(opened: Opened) -> None:
    async with opened(demo=True) as cashier:
        await cashier.press("ctrl+b")
        await answer(cashier, "1", made_up.MANAGER_PIN)
        seen = set()
        for _ in range(2):
            await cashier.press("`")
            seen.add(next(row for row in cashier.screen.splitlines() if row.startswith("› …")))
            assert "在用" in cashier.screen
        assert len(seen) == 2
    async with at_cards(opened, names=()) as (cashier, _):
        before = cashier.screen
        await cashier.press("`")
        assert cashier.screen == before


async def test_two_readings_that_differ_begin_again(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, _):
        await cashier.press("1")
        await tap(cashier, bytes.fromhex(NEW))
        await tap(cashier, bytes.fromhex("04A2B3C5"))
        assert "两次读到的不一样（04 A2 B3 C4，04 A2 B3 C5）" in said(cashier)
        await tap(cashier, bytes.fromhex(NEW))
        await tap(cashier, bytes.fromhex(NEW))
        await answer(cashier, "赵敏", "", "")
        assert await cashier.kinds() == ["card_issued"]


async def test_a_number_is_tapped_and_not_typed(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, _):
        await cashier.press("1")
        await answer(cashier, NEW.lower())
        assert "不要输入卡号" in cashier.screen
        await answer(cashier, "04 A2 B3 C4")
        assert "不要输入卡号" in cashier.screen
        await cashier.press("escape", "escape")
        assert await cashier.kinds() == []


async def test_a_card_that_somebody_has_is_given_to_nobody_else(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        await cashier.press("1")
        await tap(cashier, chip(2))
        assert "这张卡已登记为" in cashier.screen
        assert f"› …{cards[2].card[-6:]}" in cashier.screen
        assert await cashier.kinds() == []


async def test_several_cards_and_a_reader_turned_round_are_said(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, _):
        await tap(cashier, chip(1), others=1)
        assert "请一张一张刷" in cashier.screen
        await tap(cashier, chip(1)[::-1])
        assert "readers.order" in cashier.screen
        assert await cashier.kinds() == []


SUN_TYPE = """
[[card_types]]
id = "worker"
name_zh = "环卫工早餐卡"
name_en = "Sanitation worker"
level = "uid"
breakfast = true
valid_days = 365
[[card_types]]
id = "signed"
name_zh = "防复制卡"
name_en = "Signed card"
level = "sun"
breakfast = true
valid_days = 30
"""


async def test_a_card_that_proves_too_little_is_no_card_of_a_stronger_type(
    opened: Opened,
) -> None:
    async with at_cards(opened, names=(), settings=SUN_TYPE) as (cashier, _):
        for level in (Level.UID, Level.SUN):
            await cashier.press("1")
            await tap(cashier, bytes.fromhex(NEW), level)
            await tap(cashier, bytes.fromhex(NEW), level)
            assert "哪一类" in cashier.screen
            await cashier.press("2")
            if level is Level.UID:
                assert "这类卡要求 sun" in cashier.screen
                await cashier.press("escape")
        await answer(cashier, "赵敏", "", "")
        (card,) = await cashier.books(lambda till: till.cards())
        assert card.type == "signed"


@pytest.mark.parametrize(
    ("name", "why"), [("", "内容为空"), ("王\u202e英", "不可见"), ("宽" * 31, "超过 60 列")]
)
async def test_a_name_that_cannot_be_shown_is_asked_for_again(
    opened: Opened, name: str, why: str
) -> None:
    async with at_cards(opened, names=()) as (cashier, _):
        await cashier.press("1")
        await tap(cashier, bytes.fromhex(NEW))
        await tap(cashier, bytes.fromhex(NEW))
        screen = cashier.app.screen
        assert isinstance(screen, CardsScreen)
        screen.entry.value = name
        await cashier.press("enter")
        assert why in said(cashier)
        await answer(cashier, "[bold]王[/]", "=1+1")
        await answer(cashier, "电话")
        assert "电话" in cashier.screen
        assert await cashier.kinds() == []
        await answer(cashier, "")
        assert await cashier.kinds() == ["card_issued"]
        assert "[*" in cashier.screen


# Readers that type


async def test_a_wedge_enrols_and_finds_without_choosing_anything(opened: Opened) -> None:
    async with at_cards(opened, settings=WEDGE) as (cashier, _):
        await wedge(cashier)
        assert "再刷一次就发卡" in cashier.screen
        screen = cashier.app.screen
        assert isinstance(screen, CardsScreen)
        assert screen.entry.value == ""
        await wedge(cashier, later=10)  # sooner, it would be one reading that was sent twice
        await answer(cashier, "赵敏", "", "")
        assert await cashier.kinds() == ["card_issued"]
        await wedge(cashier, chip(2).hex().upper(), later=15)
        assert "› …" in cashier.screen
        assert "[*  在用" in cashier.screen


@pytest.mark.parametrize("number", ["61234568", "11111111", "6A2B3C4D", "3F000001"])
async def test_the_figures_of_a_reading_choose_nothing(opened: Opened, number: str) -> None:
    async with at_cards(opened, settings=WEDGE) as (cashier, _):
        await wedge(cashier, number)
        assert "再刷一次就发卡" in cashier.screen
        await cashier.press("escape")
        assert await cashier.kinds() == []


@pytest.mark.parametrize("number", ["11234567", "1A2B3C4D"])
async def test_a_reading_is_no_reason(opened: Opened, number: str) -> None:
    async with at_cards(opened, settings=WEDGE) as (cashier, _):
        await cashier.press("3")
        await wedge(cashier, number)
        assert "先做完这一步" in cashier.screen
        assert await cashier.kinds() == []
        await answer(cashier, "机旁捡到")
        assert (await cashier.doc("card_blocked"))[1]["reason"] == "机旁捡到"


async def test_a_reading_so_soon_that_it_is_text_is_no_reason_either(opened: Opened) -> None:
    async with at_cards(opened, settings=WEDGE) as (cashier, _):
        await cashier.press("3")
        await wedge(cashier, "11234567", later=0)
        assert "不能作原因" in said(cashier)
        assert await cashier.kinds() == []


async def test_keys_in_one_go_are_taken_in_their_order(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        cashier.slowly("3231")
        await cashier.settle()
        assert await cashier.kinds() == ["card_blocked", "card_unblocked"]
        assert (await states(cashier))[cards[-1].card] is CardState.ACTIVE


async def test_goods_that_are_scanned_choose_nothing(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, _):
        cashier.scan("6921168509256", "enter")
        await cashier.settle()
        assert "王秀英" not in cashier.screen
        assert "这个界面不用扫码" in cashier.screen
        assert await cashier.kinds() == []
