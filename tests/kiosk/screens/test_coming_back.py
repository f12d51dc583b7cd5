"""What whoever comes in is told: only what is so, and only what is for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kiosk.screens.conftest import CASHIER, MANAGER, PINS, SUPERVISOR

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Cashier, Opened

KEPT = "这一单保留着"


async def first_start(cashier: Cashier) -> None:
    """Choose the manager's PIN on a home that is as new as it can be."""
    for _ in range(2):
        await cashier.type(PINS[MANAGER])
        await cashier.press("enter")


@pytest.mark.parametrize("who", [SUPERVISOR, CASHIER])
async def test_whoever_comes_to_another_ones_shift_screen_is_told_nothing_that_is_over(
    opened: Opened, who: str
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        cashier.sell.say("还没有开班：按 F10 开班。", "strong")
        await cashier.press("f10", "ctrl+l")
        await cashier.sign_in(who)
        assert cashier.sell.message.text == ""
        assert cashier.selling is (who != CASHIER)  # one's own step is gone on with


async def test_a_question_that_was_open_at_the_lock_is_open_after_it_and_says_so(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        await cashier.type("10%")
        await cashier.press("ctrl+d", "ctrl+l")
        await cashier.sign_in(MANAGER)
        assert cashier.sell.asking
        assert "为什么" in cashier.said


async def test_the_lock_says_that_a_ticket_is_kept_where_there_is_one(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("ctrl+l")
        assert "已锁定" in cashier.screen
        assert KEPT not in cashier.screen
        await cashier.sign_in(MANAGER)
        await cashier.press("A", "ctrl+l")
        assert KEPT in cashier.screen


async def test_a_fresh_home_shows_no_lamp_once_it_has_its_manager(opened: Opened) -> None:
    async with opened(ready=False) as cashier:
        await first_start(cashier)
        assert cashier.selling
        assert cashier.app.desk.health == ""
        assert "●" not in cashier.screen


async def test_what_only_has_to_be_minded_is_said_where_nothing_else_is(opened: Opened) -> None:
    async with opened(ready=False) as cashier:
        await first_start(cashier)
        await cashier.press("f10", "1", *["1", "enter"], *["enter"] * 8, "escape")
    # The head file is gone: nothing is lost, and somebody should know.
    (cashier.app.desk.home.path / "kiosk.heads").rename(cashier.app.desk.home.path / "away")
    async with opened(ready=False) as cashier:
        await cashier.type(PINS[MANAGER])
        await cashier.press("enter")
        assert cashier.app.desk.health == "fund"
        assert "●" in cashier.screen
        assert "自检" in cashier.said
        await cashier.press("A")
        assert cashier.said == ""
        await cashier.press("ctrl+l")
        await cashier.type(PINS[MANAGER])
        await cashier.press("enter")
        assert "自检" in cashier.said
