"""The supervisor's screen of breakfast cards: found, blocked, looked at, forgotten."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from config.cards import Level
from kiosk.sale.basket import Basket, Line
from kiosk.sale.cards import CardState, Holder, Tap
from kiosk.sale.refs import new_ref
from kiosk.screens import cards as cards_screen
from kiosk.screens.cards import CardsScreen
from kiosk.till.cards import Wanted
from tests.kiosk.screens.cards_desk import NAMES, NEW, answer, at_cards, chip, said, states, tap
from tests.kiosk.screens.conftest import CASHIER, MANAGER, MORNING, PINS, SUPERVISOR

if TYPE_CHECKING:
    from config.catalogue import Catalogue
    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Opened


def serve(uid: bytes, catalogue: Catalogue, till: Till) -> int:
    """Give a breakfast to whoever has the card; give its number."""
    till.guarded = False
    till.grant(10_000, grant="test", at=MORNING)
    till.guarded = True
    item = next(each for each in catalogue if each.breakfast and not each.open_price)
    serving = till.tapped(Tap("door", uid), at=MORNING)
    return till.redeem(serving, Basket(lines=(Line.of(item),)), at=MORNING).record.seq


# Seeing


async def test_the_list_says_masked_names_and_tails_and_never_a_name(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        for card in cards:
            assert f"…{card.card[-6:]}" in cashier.screen
        for masked in ("王*", "李*", "[*", "𬀩*"):
            assert masked in cashier.screen
        for name in ("秀英", "国庆", "张三", "138", "环卫一所"):
            assert name not in cashier.screen
        assert cards[-1].card in cashier.screen  # the marked one in full, the last that changed
        assert await cashier.kinds() == []


async def test_whoever_may_not_manage_cards_sees_none_without_an_approval(opened: Opened) -> None:
    async with at_cards(opened, signed_in=CASHIER) as (cashier, cards):
        assert "s03 小张 请求授权" in cashier.screen
        assert "王*" not in cashier.screen
        await cashier.press("escape")
        assert cashier.selling
        assert "未获授权" in cashier.said
        await cashier.press("ctrl+b")
        await answer(cashier, "2", PINS[SUPERVISOR])
        assert "王*" in cashier.screen
        # It was lent to look, and to do nothing else.
        await cashier.press("3")
        await cashier.press("1")
        assert "请求授权" in cashier.screen
        await answer(cashier, "2", PINS[SUPERVISOR])
        assert (await states(cashier))[cards[-1].card] is CardState.BLOCKED
        by, doc = await cashier.doc("card_blocked")
        assert (by, doc["approved_by"]) == (CASHIER, SUPERVISOR)


async def test_a_refused_approval_names_no_holder_in_the_books(opened: Opened) -> None:
    async with at_cards(opened, signed_in=CASHIER) as (cashier, _):
        await answer(cashier, "2", PINS[SUPERVISOR])
        await cashier.press("6")
        await answer(cashier, "1", "000000")
        body = str((await cashier.doc("approval_refused"))[1])
        assert "资料" in body
        assert not any(masked in body for masked in ("王", "李", "张", "𬀩"))


async def test_a_supervisor_needs_nobody(opened: Opened) -> None:
    async with at_cards(opened, signed_in=SUPERVISOR) as (cashier, _):
        assert "王*" in cashier.screen


async def test_a_card_is_found_by_its_last_digits_and_by_its_state(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        wanted, other = cards[0], cards[1]
        await cashier.press("/")
        await answer(cashier, wanted.card[-6:].upper())
        assert f"…{wanted.card[-6:]}" in cashier.screen
        assert f"…{other.card[-6:]} " not in cashier.screen
        await cashier.press("3")
        await cashier.press("1", "escape", "right", "right")
        assert f"…{wanted.card[-6:]}" in cashier.screen
        assert "早餐卡：已停用  1/1" in cashier.screen
        await cashier.press("left")
        assert "早餐卡：在用  1/3" in cashier.screen
        await cashier.press("escape")
        assert "全部" in cashier.screen
        await cashier.press("/")
        await answer(cashier, "xyz")
        assert "0-9 和 a-f" in said(cashier)
        await cashier.press("escape", "escape")
        assert cashier.selling


async def test_a_pasted_number_is_looked_for(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        assert isinstance(cashier.app.screen, CardsScreen)
        cashier.app.screen.entry.value = cards[0].card
        await cashier.press("enter")
        assert "1/1" in cashier.screen
        assert f"…{cards[0].card[-6:]}" in cashier.screen


async def test_a_tapped_card_is_marked_whatever_was_looked_at(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        await cashier.press("right", "right")  # blocked ones: there is none
        await tap(cashier, chip(1))
        assert f"› …{cards[1].card[-6:]}" in cashier.screen
        assert "李*  在用" in cashier.screen
        assert await cashier.kinds() == []  # nobody was served, and nothing refused


async def test_a_card_past_its_day_is_shown_as_expired(opened: Opened) -> None:
    def issue_old(till: Till) -> None:
        old = Wanted(Holder("赵"), chip(99), "worker", UUID(int=99), MORNING.date())
        till.issue_many([old], at=MORNING)

    async with opened() as cashier:
        await cashier.books(issue_old)
        await cashier.press("ctrl+b")
        assert "已过期" in cashier.screen
        await cashier.press("right")
        assert "0/0" in cashier.screen
        await cashier.press("left", *["right"] * 4)
        assert "早餐卡：已过期  1/1" in cashier.screen


async def test_a_holders_last_breakfast_is_said_unless_it_was_voided(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        await cashier.press("escape")
        number = await cashier.books(partial(serve, chip(1), cashier.app.desk.home.catalogue))
        await cashier.press("ctrl+b")
        row = next(line for line in cashier.screen.splitlines() if cards[1].card[-6:] in line)
        assert "11-24" in row
        assert cashier.screen.count(" 11-24") == 1
        await cashier.press("escape")
        await cashier.books(lambda till: till.void(number, ref=new_ref(), at=MORNING))
        await cashier.press("ctrl+b")
        assert " 11-24" not in cashier.screen


async def test_thousands_of_cards_are_a_page_at_a_time(opened: Opened) -> None:
    names = tuple(f"王{place}" for place in range(3000))
    async with at_cards(opened, names=names) as (cashier, cards):
        assert "1/3000" in cashier.screen
        widgets = len(list(cashier.app.screen.walk_children()))
        await cashier.press("pagedown")
        assert "19/3000" in cashier.screen
        await cashier.press("end")
        assert "3000/3000" in cashier.screen
        assert len(list(cashier.app.screen.walk_children())) == widgets < 20
        await tap(cashier, chip(1500))
        assert f"› …{cards[1500].card[-6:]}" in cashier.screen


# Changing


async def test_a_card_is_blocked_unblocked_and_ended_with_a_reason(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        card = cards[-1].card
        await cashier.press("3")
        await cashier.press("enter")
        assert "没有写原因" in cashier.screen
        await cashier.press("1")
        assert f"停用 …{card[-6:]} ✓" in cashier.screen
        assert (await cashier.doc("card_blocked"))[1]["reason"] == "报失"
        await cashier.press("3")
        await answer(cashier, "卡在家里")
        assert (await states(cashier))[card] is CardState.ACTIVE
        await cashier.press("4")
        await cashier.press("2")
        assert (await states(cashier))[card] is CardState.EXPIRED
        for choice in "234":
            await cashier.press(choice)
            assert "已过期”" in cashier.screen  # nothing is asked that cannot be done
        assert await cashier.kinds() == ["card_blocked", "card_unblocked", "card_expired"]


async def test_a_reason_that_names_the_holder_does_not_reach_the_books(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, _):
        await tap(cashier, chip(0))
        await cashier.press("3")
        await answer(cashier, "王秀英说丢了")
        assert "不要写姓名" in said(cashier)
        assert await cashier.kinds() == []


async def test_a_replaced_card_is_dead_and_the_new_one_is_the_holders(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        await tap(cashier, chip(1))
        await cashier.press("2")
        assert "旧卡从此作废" in cashier.screen
        await tap(cashier, bytes.fromhex(NEW))
        await tap(cashier, bytes.fromhex(NEW))
        await cashier.press("1")
        found = {each.card: each for each in await cashier.books(lambda till: till.cards())}
        old = found.pop(cards[1].card)
        (new,) = [each for each in found.values() if each.holder == old.holder]
        assert (old.state, new.state) == (CardState.REPLACED, CardState.ACTIVE)
        assert f"› …{new.card[-6:]}" in cashier.screen
        await tap(cashier, chip(1))
        assert "李*  已换新卡" in cashier.screen


async def test_only_a_card_with_new_keys_replaces_itself(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        await tap(cashier, chip(1))
        await cashier.press("2")
        await tap(cashier, chip(1))  # the old one, taken for the new one
        assert "这张卡已登记为" in cashier.screen
        await cashier.press("2")
        for _ in range(2):
            await tap(cashier, chip(1), Level.EV2, key_version=2)
        await cashier.press("3")
        assert (await states(cashier))[cards[1].card] is CardState.REPLACED
        assert (await cashier.doc("card_replaced"))[1]["key_version"] == 2


async def test_forgetting_takes_the_last_digits_and_leaves_the_books(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, cards):
        card = cards[-1]
        await cashier.press("5")
        assert "账簿不变" in said(cashier)
        await answer(cashier, "0000" if card.card[-4:] != "0000" else "1111")
        assert "没有注销" in said(cashier)
        assert await cashier.kinds() == []
        await answer(cashier, card.card[-4:])
        assert await cashier.kinds() == ["holder_forgotten"]
        assert (await states(cashier))[card.card] is CardState.FORGOTTEN
        assert "𬀩" not in cashier.screen
        for choice in "56":
            await cashier.press(choice)
            assert "已注销”" in cashier.screen
        await tap(cashier, chip(len(NAMES) - 1))
        assert "再刷一次就发卡" in cashier.screen  # nobody knows any more whose it was


async def test_nothing_is_done_with_no_card(opened: Opened) -> None:
    async with at_cards(opened, names=()) as (cashier, _):
        for choice in "23456":
            await cashier.press(choice)
            assert "没有选卡" in cashier.screen
        assert await cashier.kinds() == []


# A holder's data


async def test_a_holders_data_is_hidden_by_any_key_and_the_look_is_on_record(
    opened: Opened,
) -> None:
    async with at_cards(opened) as (cashier, cards):
        await tap(cashier, chip(0))
        await cashier.press("6")
        for seen in ("王秀英", "环卫一所", "13800138000"):
            assert seen in cashier.screen
        assert (await cashier.doc("holder_shown"))[1] == {"holder": cards[0].holder}
        await cashier.press("5")
        assert "王秀英" not in cashier.screen
        assert "账簿不变" not in said(cashier)  # the key hid it, and meant nothing else
        assert await cashier.kinds() == ["holder_shown"]


async def test_a_holders_data_hides_itself(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards_screen, "SHOWN_S", 0.001)
    async with at_cards(opened) as (cashier, _):
        await tap(cashier, chip(0))
        await cashier.press("6")
        while "王秀英" in cashier.screen:
            await cashier.pilot.pause()
        assert "按数字选择" in cashier.screen


@pytest.mark.parametrize("key", ["ctrl+l", "f1", "ctrl+q"])
async def test_a_holders_data_is_gone_under_the_lock_the_help_and_the_end(
    opened: Opened, key: str
) -> None:
    async with at_cards(opened) as (cashier, _):
        await tap(cashier, chip(0))
        await cashier.press("6")
        assert "王秀英" in cashier.screen
        await cashier.press(key)
        assert "王秀英" not in cashier.screen
        if key == "ctrl+l":
            await cashier.sign_in(MANAGER)
        elif key == "f1":
            await cashier.press("x")
        assert isinstance(cashier.app.screen, CardsScreen) is (key != "ctrl+q")
        assert "王秀英" not in cashier.screen


async def test_another_person_does_not_find_the_list_behind_the_lock(opened: Opened) -> None:
    async with at_cards(opened) as (cashier, _):
        await cashier.press("ctrl+l")
        await cashier.sign_in(CASHIER)
        assert cashier.selling
