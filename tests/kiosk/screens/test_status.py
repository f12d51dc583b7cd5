"""The first row warns: a shift that outlived its day, a clock that jumped, the self-check."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.kiosk.screens.conftest import MORNING

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened


async def test_a_shift_that_outlives_its_day_is_said_to(opened: Opened) -> None:
    async with opened() as cashier:
        assert "跨日未交班" not in cashier.screen
        cashier.sell.clock = lambda: MORNING + timedelta(hours=20)
        cashier.sell.tick()
        await cashier.settle()
        assert "跨日未交班" in cashier.screen
        assert "营业日 2026-11-24" in cashier.screen


async def test_a_clock_that_is_set_back_is_said_once_and_sells_on(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.sell.clock = lambda: MORNING - timedelta(days=1)
        await cashier.press("A", "f9")
        assert await cashier.sold() == [200]
        cashier.sell.tick()
        await cashier.settle()
        assert "时钟？" in cashier.screen
        said = cashier.said
        assert said.endswith("。")
        await cashier.press("B")
        cashier.sell.tick()
        await cashier.settle()
        assert cashier.said != said


async def test_the_light_of_the_self_check_is_lit_where_one_was_made(opened: Opened) -> None:
    async with opened() as cashier:
        assert "●" not in cashier.screen
        cashier.app.desk.health = "bad"
        cashier.sell.tick()
        await cashier.settle()
        assert "●" in cashier.screen.splitlines()[0]
