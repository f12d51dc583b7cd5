"""The door: the first start, signing in, the lock; and the staff's own screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.screens.door import DoorScreen
from kiosk.screens.staff import StaffScreen
from tests.kiosk.screens.conftest import CASHIER, MANAGER, PINS, SUPERVISOR
from tests.kiosk.screens.test_hard_days import SlowDisk

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Cashier, Opened


def door(cashier: Cashier) -> DoorScreen:
    screen = cashier.app.screen
    assert isinstance(screen, DoorScreen)
    return screen


async def test_the_first_start_asks_for_one_thing_only(opened: Opened) -> None:
    async with opened(ready=False) as cashier:
        assert "第一次启动" in cashier.screen
        await cashier.type("123456")
        await cashier.press("enter")
        assert "PIN 不行" in cashier.screen
        await cashier.type("135790")
        await cashier.press("enter")
        await cashier.type("135791")
        await cashier.press("enter")
        assert "两次输入的 PIN 不一样" in cashier.screen
        assert "13579" not in cashier.screen
        for _ in range(2):
            await cashier.type("135790")
            await cashier.press("enter")
        assert cashier.selling
        assert "还没有开班：按 F10 开班" in cashier.said
        assert await cashier.kinds() == ["staff_changed", "session_locked"]
    async with opened(ready=False) as cashier:
        assert "s01 站长 的 PIN" in cashier.screen  # the only one there is need not type a number
        await cashier.type("135790")
        await cashier.press("enter")
        assert cashier.selling


async def test_the_first_manager_is_called_one_in_the_language_of_the_screen(
    opened: Opened,
) -> None:
    async with opened(ready=False, lang="en") as cashier:
        for _ in range(2):
            await cashier.type("135790")
            await cashier.press("enter")
        assert "s01 Manager" in cashier.screen.splitlines()[0]


async def test_whoever_signs_in_is_named_on_what_they_do(opened: Opened) -> None:
    async with opened(signed_in=None) as cashier:
        await cashier.type("9")
        await cashier.press("enter", "escape")
        await cashier.sign_in(CASHIER)
        await cashier.press("A", "f9")
        by, _ = await cashier.doc("sale")
        assert by == CASHIER
        assert "s03" in cashier.screen


async def test_a_third_wrong_pin_locks_its_owner_out_and_nobody_else(opened: Opened) -> None:
    async with opened(signed_in=None) as cashier:
        await cashier.sign_in(CASHIER, "0000")
        assert "再错 2 次" in cashier.screen
        await cashier.type("0000")
        await cashier.press("enter")
        await cashier.type("0000")
        await cashier.press("enter")
        assert "已锁定：请 60 秒后再试" in cashier.screen
        await cashier.type(PINS[CASHIER])
        await cashier.press("enter")
        assert isinstance(cashier.app.screen, DoorScreen)
        assert await cashier.kinds() == ["login_failed"] * 3
        await cashier.press("escape")
        await cashier.sign_in(SUPERVISOR)
        assert cashier.selling


async def test_letters_are_no_staff_number(opened: Opened) -> None:
    async with opened(signed_in=None) as cashier:
        await cashier.type("abc")
        await cashier.press("enter")
        assert "工号 'abc' 不行" in cashier.screen.replace("“", "'").replace("”", "'")
        assert await cashier.kinds() == []


async def test_keys_typed_while_a_pin_is_checked_go_to_the_till_in_order(opened: Opened) -> None:
    async with opened(signed_in=None) as cashier:
        disk = SlowDisk(cashier)
        cashier.slowly("3", "enter", PINS[CASHIER], "enter", "AAB", "f9")
        await cashier.pilot.pause()
        assert isinstance(cashier.app.screen, DoorScreen)
        cashier.slowly("C")
        disk.release()
        await cashier.settle()
        assert await cashier.sold() == [600]
        assert cashier.rung == [("F003", 1000)]


async def test_keys_typed_while_a_wrong_pin_is_checked_are_never_taken_for_the_next_one(
    opened: Opened,
) -> None:
    async with opened(signed_in=None) as cashier:
        disk = SlowDisk(cashier)
        cashier.slowly("3", "enter", "0000", "enter", "75")
        await cashier.pilot.pause()
        cashier.slowly("31", "enter")
        await cashier.pilot.pause()
        disk.release()
        await cashier.settle()
        assert "再错 2 次" in cashier.screen
        entry = door(cashier).questions.entry
        assert entry is not None
        assert entry.value == ""
        assert await cashier.kinds() == ["login_failed"]


async def test_a_staff_card_signs_in(opened: Opened) -> None:
    card = '[scanner]\ncard = "8H"\n'
    async with opened(settings=card) as cashier:
        await cashier.press("ctrl+s", "down", "down", "4")
        cashier.scan("04A2B3C4", "enter")
        await cashier.settle()
        assert "s03 的员工卡 ✓" in cashier.screen
    async with opened(settings=card, signed_in=None) as cashier:
        cashier.scan("04A2B3C4", "enter")
        await cashier.settle()
        assert cashier.selling
        await cashier.press("A", "f9")
        assert (await cashier.doc("sale"))[0] == CASHIER


# The lock


async def test_a_lock_keeps_the_ticket_shows_nothing_of_it_and_sells_nothing(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("A", "A", "ctrl+l")
        assert "已锁定" in cashier.screen
        for seen in ("豆浆", "4.00", "2.00"):
            assert seen not in cashier.screen
        await cashier.press("f9", "f5", "f10", "ctrl+l", "f2")
        await cashier.type("A")
        await cashier.press("f9", "escape")
        assert len(cashier.app.screen_stack) == 2
        assert await cashier.sold() == []
        await cashier.press("ctrl+q")
        assert "请先登录，再退出" in cashier.screen
        await cashier.sign_in(MANAGER)
        assert cashier.rung == [("F001", 2000)]
        await cashier.press("f9")
        assert (await cashier.doc("sale"))[0] == MANAGER


async def test_another_person_unlocks_and_the_records_say_who(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "ctrl+s")
        assert isinstance(cashier.app.screen, StaffScreen)
        await cashier.press("ctrl+l")
        await cashier.sign_in(CASHIER)
        assert cashier.selling  # the manager's screen went with the manager
        await cashier.press("f9")
        assert (await cashier.doc("sale"))[0] == CASHIER
        assert await cashier.kinds() == ["session_locked", "session_locked", "sale"]
        assert (await cashier.doc("session_locked"))[0] == CASHIER


async def test_a_locked_till_finishes_what_was_being_booked(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        disk = SlowDisk(cashier)
        cashier.slowly("f9", "ctrl+l", "ctrl+l")
        await cashier.pilot.pause()
        disk.release()
        await cashier.settle()
        assert isinstance(cashier.app.screen, DoorScreen)
        assert len(cashier.app.screen_stack) == 2
        assert await cashier.sold() == [200]
        assert (await cashier.doc("sale"))[0] == MANAGER


async def test_a_till_that_nobody_touches_locks_itself(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        cashier.app.look_idle()
        await cashier.settle()
        assert cashier.selling
        cashier.app._touched -= cashier.app.desk.home.settings.guards.idle_lock_s
        cashier.app.look_idle()
        cashier.app.look_idle()
        await cashier.settle()
        assert isinstance(cashier.app.screen, DoorScreen)
        await cashier.sign_in(CASHIER)
        assert cashier.rung == [("F001", 1000)]


async def test_a_demo_asks_nothing_and_says_its_pins(opened: Opened) -> None:
    async with opened(demo=True) as cashier:
        assert "s01 用 PIN 730516 批准" in cashier.said
        await cashier.press("A", "f9")
        assert await cashier.sold() == [200, 200]  # a made-up worker had breakfast before


# The staff's screen


async def test_a_manager_adds_somebody_who_then_signs_in(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.slowly("ctrl+s", "ctrl+s", "1")
        await cashier.settle()
        assert len(cashier.app.screen_stack) == 2
        assert cashier.screen.count("姓名，") == 1  # once: the entry does not say it again
        await cashier.type("小李")
        await cashier.press("enter")
        assert "✓ 小李" in cashier.screen
        assert "重设 PIN" not in cashier.screen  # the list's choices mean nothing meanwhile
        await cashier.press("1")
        assert "✓ 收银员" in cashier.screen
        await cashier.type("4826")
        await cashier.press("enter")
        await cashier.type("4826")
        await cashier.press("enter")
        assert "添加 s04 ✓" in cashier.screen
        assert "4826" not in cashier.screen
        await cashier.press("escape", "ctrl+l")
        await cashier.type("4")
        await cashier.press("enter")
        await cashier.type("4826")
        await cashier.press("enter")
        assert cashier.selling


async def test_somebody_is_disabled_and_gets_another_pin_without_closing_the_till(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("ctrl+s", "down", "down", "5", "enter")
        assert "停用 s03 ✓" in cashier.screen
        await cashier.press("up", "2")
        await cashier.type("1234")
        await cashier.press("enter")
        assert "PIN 不行" in cashier.screen
        for _ in range(2):
            await cashier.type("5937")
            await cashier.press("enter")
        assert "s02 的 PIN ✓" in cashier.screen
        await cashier.press("up", "5", "enter")
        assert "唯一在用的站长" in cashier.screen
        members = {each.id: each for each in await cashier.books(lambda till: till.staff())}
        assert not members[CASHIER].active
        assert members[MANAGER].active


@pytest.mark.parametrize("way", ["pin", "escape"])
async def test_a_cashier_changes_the_staff_only_with_a_managers_approval(
    opened: Opened, way: str
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("ctrl+s", "down", "5", "enter")
        assert "s03 小张 请求授权" in cashier.screen
        if way == "pin":
            await cashier.type(PINS[MANAGER])
            await cashier.press("enter")
            _, doc = await cashier.doc("staff_changed")
            assert (doc["staff"], doc["active"], doc["approved_by"]) == (SUPERVISOR, 0, MANAGER)
        else:
            await cashier.press("escape")
            assert "未获授权" in cashier.screen
            assert await cashier.kinds() == []
