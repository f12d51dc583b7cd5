"""Whose turn it is: taps that come while something else is open, and what is left of it after."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kiosk.devices.readers import Readers
from kiosk.sale.breakfast import Serving
from kiosk.sale.cards import Holder, Tap
from kiosk.screens.breakfast import BreakfastScreen
from kiosk.screens.history import HistoryScreen
from kiosk.screens.shift import ShiftScreen
from tests.kiosk.screens.conftest import CASHIER, MANAGER, MORNING, SUPERVISOR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import pytest

    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Cashier, Opened

WEDGE = '[[readers]]\nid = "desk"\nkind = "wedge"\nformat = "10D"\n'
WANG, LI, CHEN = "0077705923", "0000000042", "0000000043"
STAFF = "0099999999"


def uid(number: str) -> bytes:
    return int(number).to_bytes(4, "big")


def prepared(till: Till) -> None:
    till.guarded = False
    till.grant(5000, grant="g-1", at=MORNING)
    for number, name in ((WANG, "王秀英"), (LI, "李大明"), (CHEN, "陈静")):
        till.issue(
            Holder(name), Tap("desk", uid(number)), type_id="worker", ref=uuid4(), at=MORNING
        )
    till.set_card(SUPERVISOR, STAFF, ref=uuid4(), at=MORNING)
    till.guarded = True


@asynccontextmanager
async def morning(opened: Opened, **how: Any) -> AsyncIterator[Cashier]:  # noqa: ANN401
    async with opened(settings=WEDGE + how.pop("more", ""), **how) as cashier:
        await cashier.books(prepared)
        cashier.begun = await cashier.last_seq()
        yield cashier


async def tap(cashier: Cashier, number: str) -> None:
    cashier.scan(number, "enter")
    await cashier.settle()


def serves(cashier: Cashier, name: str) -> bool:
    """Whether the breakfast of whoever is called so can be chosen now."""
    screen = cashier.app.screen
    meal = screen.meal if isinstance(screen, BreakfastScreen) else None
    return meal is not None and meal.serving.name == name


async def test_a_breakfast_that_somebody_else_unlocked_over_is_given_up(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("A")
        await cashier.press("ctrl+l")
        await cashier.sign_in(CASHIER)
        assert cashier.selling
        await tap(cashier, LI)
        assert serves(cashier, "李*")
        assert "redemption" not in await cashier.kinds()


async def test_who_locked_the_till_finds_the_breakfast_again(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("A")
        await cashier.press("ctrl+l")
        await cashier.sign_in(MANAGER)
        assert serves(cashier, "王*")
        await cashier.press("enter")
        assert cashier.selling
        assert (await cashier.kinds()).count("redemption") == 1


async def test_quitting_a_breakfast_gives_it_up_and_the_next_card_is_served(
    opened: Opened,
) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("A")
        await cashier.press("ctrl+q")
        assert cashier.app.is_running
        assert cashier.selling
        await tap(cashier, LI)
        assert serves(cashier, "李*")
        assert await cashier.kinds() == []


async def test_no_tap_comes_between_the_notes_of_a_count(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.press("f10", "7")
        await cashier.type("12")
        await cashier.press("down")  # digits right before a reading might be the head of it
        await tap(cashier, WANG)
        assert isinstance(cashier.app.screen, ShiftScreen)
        assert "早餐卡" in cashier.screen
        await cashier.press("escape", "escape")
        assert cashier.selling
        assert await cashier.kinds() == []


async def test_no_tap_comes_between_a_void_and_its_enter(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.press("A", "enter", "f2", "v")
        await tap(cashier, WANG)
        assert isinstance(cashier.app.screen, HistoryScreen)
        assert await cashier.kinds() == ["sale"]


async def test_a_tap_over_the_history_is_served_and_stands_in_it_after(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.press("f2")
        await tap(cashier, WANG)
        await cashier.type("A")
        await cashier.press("enter")
        assert isinstance(cashier.app.screen, HistoryScreen)
        assert [each.kind for each in cashier.app.screen.past] == ["redemption"]


async def test_the_history_knows_a_breakfast_and_undoes_it_whole(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.type("A")
        await cashier.press("enter", "f2")
        assert "2.00  ✓ 爱心早餐" in cashier.screen
        await cashier.press("t")
        assert "按 V 整份作废" in cashier.screen
        await cashier.press("v")
        assert "作废早餐 13 号？基金和工人各退各的" in cashier.screen
        await cashier.press("enter")
        assert (await cashier.kinds())[-1] == "redemption_void"
        await cashier.press("escape")
        assert "余额 50.00" in cashier.screen
        await tap(cashier, LI)
        assert serves(cashier, "李*")


async def test_the_readers_are_heard_no_more_once_the_program_ends(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(Readers, "start", lambda _: heard.append("start"))
    monkeypatch.setattr(Readers, "stop", lambda _: heard.append("stop"))
    line = '[[readers]]\nid = "line"\nkind = "serial"\nport = "/dev/nothing"\nformat = "10D"\n'
    async with opened(settings=line):
        assert heard == ["start"]
    assert heard == ["start", "stop"]


async def test_the_card_that_is_being_served_does_not_wait_for_itself(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        cashier.app._told(Tap("other", uid(WANG)))
        await cashier.settle()
        assert "下一位" not in cashier.screen
        await cashier.type("A")
        await cashier.press("enter")
        assert cashier.selling
        assert await cashier.kinds() == ["redemption"]


async def test_the_change_of_the_one_before_is_said_when_the_next_is_served(
    opened: Opened,
) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await tap(cashier, LI)
        await cashier.type("DDA")
        await cashier.type("20")
        await cashier.press("f9")
        assert serves(cashier, "李*")
        assert "找零 18.00" in cashier.screen
        await cashier.type("A")
        assert "找零" not in cashier.screen


async def test_a_second_enter_takes_no_cash_for_the_basket_beneath(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.press("D")
        await tap(cashier, WANG)
        await cashier.type("A")
        cashier.scan("enter", "enter")
        await cashier.settle()
        assert await cashier.kinds() == ["redemption"]
        assert cashier.rung == [("F004", 1000)]


async def test_a_staff_card_in_the_queue_lets_those_behind_it_in_one_by_one(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, CHEN)
        await tap(cashier, STAFF)
        await tap(cashier, WANG)
        gate, ask = asyncio.Event(), cashier.app.desk.ask

        async def slow(call: Callable[[Till], object]) -> object:
            found = await ask(call)
            if isinstance(found, tuple) and isinstance(found[0], Serving):
                await gate.wait()
            return found

        monkeypatch.setattr(cashier.app.desk, "ask", slow)
        cashier.slowly("escape")
        while cashier.app.served_uid != uid(WANG):
            await cashier.pilot.pause()
        await cashier.pilot.pause()
        cashier.app._told(Tap("other", uid(LI)))
        await cashier.pilot.pause()
        gate.set()
        await cashier.settle()
        assert serves(cashier, "王*")
        assert "下一位：李*" in cashier.screen


async def test_who_waited_too_long_is_asked_to_tap_again(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await tap(cashier, LI)
        later = MORNING + timedelta(seconds=250)
        cashier.app.clock = cashier.app.breakfast.clock = lambda: later  # type: ignore[union-attr]
        await cashier.type("A")
        await cashier.press("enter")
        assert cashier.selling
        assert "等得太久，请再刷一次卡：李*" in cashier.said
        assert "clock_jumped" not in await cashier.kinds()
