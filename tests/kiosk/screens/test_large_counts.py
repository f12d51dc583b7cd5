"""A count of more than any drawer holds is asked about once, and then recorded as it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kiosk.screens.conftest import CASHIER, MANAGER, PINS
from tests.kiosk.screens.test_shift_screen import count

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened


async def test_a_count_that_no_drawer_holds_is_taken_only_when_asked_twice(opened: Opened) -> None:
    doubt = "再按一次 Enter 才记下"
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await count(cashier, "", "", "9999")
        assert "199980.00 元" in cashier.screen
        assert doubt in cashier.screen
        assert await cashier.kinds() == []
        await cashier.press("up", *["up"] * 5, "delete", *"1001", "enter", *["enter"] * 5, "enter")
        assert "20020.00 元" in cashier.screen  # another total is asked about anew
        assert await cashier.kinds() == []
        await cashier.press("enter")
        assert doubt not in cashier.screen
        assert (await cashier.doc("shift_counted"))[1]["counted_fen"] == 20_020_00


async def test_a_count_of_as_much_as_a_drawer_may_hold_is_taken_at_once(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await count(cashier, "200")
        assert (await cashier.doc("shift_counted"))[1]["counted_fen"] == 20_000_00


async def test_a_float_that_no_drawer_holds_is_asked_about_before_the_shift_opens(
    opened: Opened,
) -> None:
    async with opened(ready=False) as cashier:
        for _ in range(2):
            await cashier.type(PINS[MANAGER])
            await cashier.press("enter")
        begun = await cashier.kinds()
        await cashier.press("f10", "1")
        await count(cashier, "", "", "9999")
        assert "再按一次 Enter 才记下" in cashier.screen
        assert await cashier.kinds() == begun
