"""Keys and taps that come while the till is busy: each belongs to whoever was next by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from kiosk.sale.cards import Tap
from kiosk.screens.breakfast_acts import Waiting
from kiosk.screens.tapping import Number
from tests.kiosk.screens.conftest import CASHIER, MANAGER, MORNING
from tests.kiosk.screens.test_breakfast_turns import (
    CHEN,
    LI,
    STAFF,
    WANG,
    morning,
    serves,
    tap,
    uid,
)
from tests.kiosk.screens.test_hard_days import SlowDisk

STRANGER = "0000000044"

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Cashier, Opened


async def told(cashier: Cashier, number: str) -> None:
    """Tap a card on a reader that types nothing, and do not wait for what comes of it."""
    cashier.app._told(Tap("line", uid(number)))
    await cashier.pilot.pause()


async def test_who_tapped_while_a_hand_out_was_refused_is_served_next(opened: Opened) -> None:
    async with morning(opened, more="[breakfast]\nhand_outs = 0\n") as cashier:
        disk = SlowDisk(cashier)
        await cashier.pilot.press("ctrl+o")
        await told(cashier, WANG)
        disk.release()
        await cashier.settle()
        assert serves(cashier, "王*")


async def test_keys_of_two_breakfasts_typed_ahead_make_two_breakfasts(opened: Opened) -> None:
    async with morning(opened) as cashier:
        disk = SlowDisk(cashier)
        await told(cashier, WANG)
        cashier.slowly("A", "enter")
        await told(cashier, LI)
        cashier.slowly("B", "enter")
        disk.release()
        await cashier.settle()
        assert await cashier.kinds() == ["redemption", "redemption"]
        assert cashier.selling


async def test_a_key_behind_the_enter_that_records_is_the_next_customers(opened: Opened) -> None:
    async with morning(opened) as cashier:
        disk = SlowDisk(cashier)
        await told(cashier, WANG)
        cashier.slowly("A", "enter", "B")
        disk.release()
        await cashier.settle()
        assert await cashier.kinds() == ["redemption"]
        assert cashier.rung == [("F002", 1000)]


async def test_a_key_that_reached_the_breakfast_it_came_too_late_for_waits_for_the_next(
    opened: Opened,
) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await told(cashier, LI)
        screen = cashier.app.breakfast
        assert screen is not None
        await cashier.type("A")
        screen.command("enter")
        screen.strike("B")
        screen.command("enter")
        await cashier.settle()
        assert await cashier.kinds() == ["redemption", "redemption"]


async def test_no_key_is_lost_behind_one_that_opens_something(opened: Opened) -> None:
    async with morning(opened) as cashier:
        disk = SlowDisk(cashier)
        await told(cashier, WANG)
        cashier.send(events.Key("ctrl+l", None))
        cashier.slowly(CASHIER.removeprefix("s"))
        await cashier.pilot.pause()
        disk.release()
        await cashier.settle()
        assert cashier.app.door is not None
        assert cashier.app.door.questions.entry is not None
        assert cashier.app.door.questions.entry.value == "3"


async def test_a_card_that_was_given_up_may_wait_behind_a_hand_out(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, WANG)
        await cashier.press("escape")
        await cashier.press("ctrl+o")
        await told(cashier, WANG)
        await cashier.press("escape")
        assert serves(cashier, "王*")


async def test_workers_cards_lock_nobody_out_while_an_approval_is_asked(opened: Opened) -> None:
    async with morning(opened, signed_in=CASHIER) as cashier:
        await cashier.press("ctrl+o", "1")
        for number in (WANG, LI):
            await told(cashier, number)
            await cashier.settle()
        await tap(cashier, CHEN)
        assert "不是员工卡" in cashier.screen
        assert await cashier.kinds() == []
        await tap(cashier, STAFF)
        await cashier.type("A")
        await cashier.press("enter")
        assert await cashier.kinds() == ["hand_out"]
        assert serves(cashier, "王*")


async def test_workers_cards_lock_nobody_out_at_the_door(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await cashier.press("ctrl+l")
        for number in (WANG, LI, CHEN):
            await told(cashier, number)
            await cashier.settle()
        assert "不是员工卡" in cashier.screen
        await tap(cashier, WANG)
        assert await cashier.kinds() == ["session_locked"]
        await tap(cashier, STAFF)
        assert cashier.selling


async def test_a_card_before_the_books_are_open_is_asked_to_tap_again(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.app.breakfast = None
        await told(cashier, WANG)
        assert "正在打开账簿，请稍后再刷卡" in cashier.said


async def test_a_tap_puts_the_help_away_and_opens_one_breakfast(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, STRANGER)
        await cashier.press("f1")
        await told(cashier, WANG)
        await cashier.settle()
        assert serves(cashier, "王*")
        assert cashier.app.screen_stack == [cashier.sell, cashier.app.breakfast]


async def test_a_card_that_is_typed_over_the_help_is_read_whole(opened: Opened) -> None:
    async with morning(opened) as cashier:
        await tap(cashier, LI)
        await cashier.press("f1")
        await tap(cashier, WANG)
        await cashier.press("escape")
        assert serves(cashier, "王*")


async def test_a_tap_that_the_lock_came_over_is_said_after_it(opened: Opened) -> None:
    async with morning(opened) as cashier:
        disk = SlowDisk(cashier)
        await told(cashier, WANG)
        cashier.app.lock()
        disk.release()
        await cashier.settle()
        await cashier.sign_in(MANAGER)
        assert "锁屏时正在刷卡，请再刷一次：王*" in cashier.said
        await told(cashier, WANG)
        await cashier.settle()
        assert serves(cashier, "王*")


def test_nothing_that_a_crash_shows_holds_a_cards_number() -> None:
    number = Number("0077705923")
    assert WANG not in repr((number, Waiting(Tap("line", uid(WANG)), MORNING, str(number))))
