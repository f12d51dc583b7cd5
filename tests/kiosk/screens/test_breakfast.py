"""A worker taps, chooses, eats: the breakfast screen as a cashier drives it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.errors import Phrase
from kiosk.devices.reader_states import ReaderState
from kiosk.sale.cards import Holder, Tap
from kiosk.screens.breakfast import BreakfastScreen
from tests.kiosk.screens.conftest import CASHIER, MORNING, PINS, SUPERVISOR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Cashier, Opened

pytestmark = pytest.mark.asyncio

WEDGE = '[[readers]]\nid = "desk"\nkind = "wedge"\nformat = "10D"\n'
WANG, LI, CHEN = "0077705923", "0000000042", "0000000043"
STRANGER = "0099999999"


def uid(number: str) -> bytes:
    return int(number).to_bytes(4, "big")


def prepared(till: Till) -> None:
    """Put fifty yuan into the fund, and give three workers cards."""
    till.guarded = False
    till.grant(5000, grant="g-1", at=MORNING)
    for number, name in ((WANG, "王秀英"), (LI, "李[b]大"), (CHEN, "陈静")):
        till.issue(
            Holder(name), Tap("desk", uid(number)), type_id="worker", ref=uuid4(), at=MORNING
        )
    till.guarded = True


@asynccontextmanager
async def morning(opened: Opened, **how: Any) -> AsyncIterator[Cashier]:  # noqa: ANN401
    async with opened(settings=how.pop("settings", WEDGE), **how) as cashier:
        await cashier.books(prepared)
        cashier.begun = await cashier.last_seq()
        yield cashier


async def tap(cashier: Cashier, number: str) -> None:
    cashier.scan(number, "enter")
    await cashier.settle()


async def tap_again(cashier: Cashier, number: str) -> None:
    """Tap a card that was tapped before: on the wire, since no wedge sends one so soon again."""
    cashier.app._told(Tap("desk", uid(number)))
    await cashier.settle()


def served(cashier: Cashier) -> BreakfastScreen:
    screen = cashier.app.screen
    assert isinstance(screen, BreakfastScreen), cashier.screen
    return screen


async def test_a_serve_is_a_tap_a_key_an_item_and_enter(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        assert "王*" in cashier.screen
        assert "基金最多付 10.00" in cashier.screen
        await cashier.type("AB")
        assert "已选 4.00" in cashier.screen
        await cashier.press("enter")
        assert cashier.selling
        assert "早餐" in cashier.said
        assert "基金付 4.00" in cashier.said
        assert "余额 46.00" in cashier.screen
        assert await cashier.kinds() == ["redemption"]
        _, doc = await cashier.doc("redemption")
        assert [line["sku"] for line in doc["lines"]] == ["F001", "F002"]
        assert doc["total_fen"] == 400


async def test_a_name_is_masked_and_its_markup_harmless(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, LI)
        assert "李*" in cashier.screen
        assert "大" not in cashier.screen.split("爱心早餐")[0]


async def test_escape_leaves_no_claim(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("AB")
        await cashier.press("escape")
        assert cashier.selling
        assert await cashier.kinds() == []
        await tap_again(cashier, WANG)
        await cashier.type("C")
        await cashier.press("enter")
        assert await cashier.kinds() == ["redemption"]


async def test_enter_with_nothing_chosen_records_nothing(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.press("enter")
        await cashier.press("enter")
        assert served(cashier).meal is not None
        assert await cashier.kinds() == []


async def test_what_is_above_the_cap_is_paid_on_top_and_sets_aside(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("DDA")  # 5.00 + 5.00 + 2.00
        assert "另付 2.00" in cashier.screen
        await cashier.press("enter")
        assert await cashier.kinds() == []  # two yuan are asked for first
        await cashier.type("5")
        await cashier.press("f9")
        assert cashier.selling
        assert "另付 2.00" in cashier.said
        assert "找零 3.00" in cashier.said
        _, doc = await cashier.doc("redemption")
        assert [(each["tender"], each["amount_fen"]) for each in doc["tenders"]] == [
            ("fund", 1000),
            ("cash", 200),
        ]
        assert doc["set_aside_fen"] == 10


async def test_the_basket_beneath_is_there_again(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.press("A", "A")
        await tap(cashier, WANG)
        await cashier.type("C")
        await cashier.press("enter")
        assert cashier.selling
        assert cashier.rung == [("F001", 2000)]


async def test_a_tap_during_a_payment_is_told_and_not_taken(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.press("D")
        await cashier.type("2")
        await cashier.press("f9")
        await tap(cashier, WANG)
        assert cashier.selling
        assert "正在收款" in cashier.said
        assert await cashier.kinds() == []


async def test_the_second_tap_of_a_day_is_refused_with_the_hour_and_the_station(
    opened: Opened,
) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("A")
        await cashier.press("enter")
        await tap_again(cashier, WANG)
        assert "今 天 已 领 过 早 餐" in cashier.screen
        assert "今天 07:26，在 JB-HQHG" in cashier.screen
        assert "明天再来" in cashier.screen
        assert await cashier.kinds() == ["redemption", "card_refused"]


async def test_the_next_card_replaces_a_refusal_at_once(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, STRANGER)
        assert "不 认 识 这 张 卡" in cashier.screen
        await tap(cashier, WANG)
        assert served(cashier).meal is not None
        assert "王*" in cashier.screen


async def test_a_tap_while_one_is_served_waits_for_its_turn(opened: Opened) -> None:
    async with morning(opened) as cashier:
        for number in (WANG, LI, CHEN, LI):
            await tap(cashier, number)
        assert "王*" in cashier.screen
        assert "下一位：李* 还有 1 位" in cashier.screen
        await cashier.type("A")
        await cashier.press("enter")
        assert "李*" in cashier.screen
        await cashier.press("escape")
        assert "陈*" in cashier.screen
        await cashier.type("B")
        await cashier.press("enter")
        assert cashier.selling
        assert await cashier.kinds() == ["redemption", "redemption"]


async def test_two_readings_at_once_leave_nothing_in_the_field(opened: Opened) -> None:
    async with morning(opened, settings=WEDGE + 'prefix = ";"\n') as cashier:
        cashier.scan(";" + WANG, "enter")
        await cashier.settle()
        cashier.scan(";" + LI, "enter")
        await cashier.settle()
        assert served(cashier).entry.value == ""
        await cashier.type("A")
        assert "已选 2.00" in cashier.screen


async def test_half_a_number_is_said_and_recorded(opened: Opened) -> None:
    async with morning(opened, settings=WEDGE + 'prefix = ";"\n') as cashier:
        cashier.scan(";00777", "enter")
        await cashier.settle()
        assert "卡 号 只 读 到 一 半" in cashier.screen
        _, doc = await cashier.doc("card_refused")
        assert doc["rule"] == "half"


async def test_a_number_read_backwards_names_the_setting(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, f"{int.from_bytes(uid(WANG)[::-1]):010d}")
        assert "readers.order" in cashier.screen


async def test_a_staff_card_is_no_stranger(opened: Opened) -> None:
    async with morning(opened) as cashier:
        ref = uuid4()
        await cashier.books(lambda till: till.set_card(SUPERVISOR, STRANGER, ref=ref, at=MORNING))
        await tap(cashier, STRANGER)
        assert cashier.selling
        assert f"{SUPERVISOR} 的员工卡" in cashier.said
        assert "card_refused" not in await cashier.kinds()


async def test_a_tap_leaves_a_count_as_it_was(opened: Opened) -> None:
    async with morning(opened, settings=WEDGE + 'prefix = ";"\n') as cashier:
        await cashier.press("f10", "7")
        await cashier.type("23")
        cashier.scan(";" + WANG, "enter")
        await cashier.settle()
        assert "2300.00" in cashier.screen
        await cashier.type("4")
        assert "23400.00" in cashier.screen


async def test_money_on_top_is_given_back_before_a_breakfast_is_given_up(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("KK4")
        await cashier.press("f5")
        for key in ("escape", "ctrl+q"):
            await cashier.press(key)
            assert "已收 4.00" in cashier.screen
        await cashier.press("backspace", "escape")
        assert cashier.selling
        assert "没有记账" in cashier.said
        assert await cashier.kinds() == []


async def test_a_double_enter_takes_no_cash_on_top(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("KK")
        cashier.scan("enter", "enter")
        await cashier.settle()
        assert served(cashier).meal is not None
        assert await cashier.kinds() == []


async def test_undoing_a_breakfast_tells_what_the_worker_gets(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("KK")
        await cashier.press("f5")
        await cashier.press("f2", "v", "enter")
        await cashier.press("enter")
        assert "退基金 10.00，退工人 6.00" in cashier.screen


async def test_a_locked_till_serves_nobody(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.press("ctrl+l")
        await tap(cashier, WANG)
        assert cashier.app.door is not None
        assert "redemption" not in await cashier.kinds()


async def test_a_reader_of_its_own_thread_serves_too(opened: Opened) -> None:
    async with morning(opened) as cashier:
        cashier.app._told(Tap("desk", uid(CHEN)))
        await cashier.settle()
        assert "陈*" in cashier.screen


async def test_a_lost_reader_is_one_line_that_goes_when_it_is_back(opened: Opened) -> None:
    async with morning(opened) as cashier:
        cashier.app._told(ReaderState("desk", ok=False, what=Phrase("没有找到", "is not there")))
        await cashier.settle()
        assert "读卡器 desk：没有找到。" in cashier.said
        cashier.app._told(ReaderState("desk", ok=True, what=Phrase("已就绪", "ready")))
        await cashier.settle()
        assert "读卡器 desk：已就绪。" in cashier.said


async def test_a_supervisor_hands_one_out_with_a_reason(opened: Opened) -> None:
    async with morning(opened, signed_in=CASHIER) as cashier:
        await cashier.press("ctrl+o")
        assert "无卡早餐" in cashier.screen
        await cashier.press("1")
        await cashier.type(SUPERVISOR.removeprefix("s"))
        await cashier.press("enter")
        await cashier.type(PINS[SUPERVISOR])
        await cashier.press("enter")
        assert "无卡：卡丢失" in cashier.screen
        await cashier.type("A")
        await cashier.press("enter")
        assert cashier.selling
        by, doc = await cashier.doc("hand_out")
        assert (by, doc["approved_by"], doc["reason"]) == (CASHIER, SUPERVISOR, "卡丢失")


async def test_a_hand_out_that_nobody_approves_is_nothing(opened: Opened) -> None:
    async with morning(opened, signed_in=CASHIER) as cashier:
        await cashier.press("ctrl+o", "1")
        await cashier.press("escape")
        assert cashier.selling
        assert "hand_out" not in await cashier.kinds()


async def test_keys_typed_while_it_is_booked_are_the_next_customers(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        cashier.slowly("A", "enter", "B")
        await cashier.settle()
        assert cashier.selling
        assert cashier.rung == [("F002", 1000)]
        assert await cashier.kinds() == ["redemption"]


async def test_sold_out_items_are_refused(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.type("1")
        await cashier.press("ctrl+k", "A")
        await tap(cashier, WANG)
        await cashier.type("AA")
        assert "已选 2.00" in cashier.screen
        await cashier.press("enter")
        await tap(cashier, LI)
        await cashier.type("A")
        assert "已选 0.00" in cashier.screen


async def test_the_fund_that_ran_short_meanwhile_is_a_refusal(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("A")

        def drain(till: Till) -> None:
            other = till.tapped(Tap("desk", uid(LI)), at=MORNING + timedelta(seconds=1))
            assert other.limit_fen == 1000
            with till.database.transaction() as cursor:
                cursor.execute("UPDATE fund SET available_fen = 100, granted_fen = 100")

        await cashier.books(drain)
        await cashier.press("enter")
        assert "爱 心 基 金 不 够" in cashier.screen
        assert "redemption" not in await cashier.kinds()


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_f1_shows_the_keys_of_the_breakfast_screen(
    opened: Opened, lang: str, size: tuple[int, int]
) -> None:
    async with morning(opened, lang=lang, size=size) as cashier:
        await tap(cashier, WANG)
        await cashier.press("f1")
        assert "Enter" in cashier.screen
        await cashier.press("escape")
        assert served(cashier).meal is not None


async def test_a_breakfast_is_undone_in_the_history(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("A")
        await cashier.press("enter")
        await cashier.press("f2", "v", "enter")
        await cashier.press("enter")
        assert "redemption_void" in await cashier.kinds(), cashier.screen


async def test_the_demo_names_the_key_that_taps(opened: Opened) -> None:
    async with opened(demo=True) as cashier:
        assert "按 ` 刷一张工人的早餐卡" in cashier.said
        await cashier.press("`")
        await cashier.type("A")
        await cashier.press("enter")
        assert "redemption" in await cashier.kinds()
