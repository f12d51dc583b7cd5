"""A nervous second Enter after a PIN, a reason or a count never takes money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from receipts.layout import yuan
from tests.kiosk.screens.conftest import CASHIER, MANAGER, PINS, SUPERVISOR

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Cashier, Opened


LONG = "[guards]\nenter_ms = 5000\n"
"""No machine is so slow that the second Enter comes later."""


async def nothing_was_sold(cashier: Cashier) -> None:
    """The ticket is still there, and no sale is in the books."""
    await cashier.settle()
    assert cashier.selling
    assert cashier.rung
    assert "sale" not in await cashier.kinds()


async def test_a_second_enter_after_the_pin_that_unlocks_sells_nothing(opened: Opened) -> None:
    async with opened(signed_in=CASHIER, settings=LONG) as cashier:
        await cashier.press("A", "ctrl+l")
        await cashier.type("3")
        await cashier.press("enter")
        await cashier.type(PINS[CASHIER])
        await cashier.press("enter", "enter", "enter")
        await nothing_was_sold(cashier)


async def test_a_second_enter_after_the_pin_that_approves_sells_nothing(opened: Opened) -> None:
    async with opened(signed_in=CASHIER, settings=LONG) as cashier:
        await cashier.press("A")
        await cashier.type("10%")
        await cashier.press("ctrl+d", "1")
        await cashier.type("2")
        await cashier.press("enter")
        await cashier.type(PINS[SUPERVISOR])
        await cashier.press("enter", "enter", "enter")
        await nothing_was_sold(cashier)
        assert yuan(cashier.sell.ticket.total).endswith("1.80")  # the discount was given


async def test_a_second_enter_after_a_reason_sells_nothing(opened: Opened) -> None:
    async with opened(signed_in=MANAGER, settings=LONG) as cashier:
        await cashier.press("A")
        await cashier.type("10%")
        await cashier.press("ctrl+d")
        await cashier.type("熟人")
        await cashier.press("enter", "enter")
        await nothing_was_sold(cashier)


async def test_a_second_enter_after_the_float_was_counted_sells_nothing(opened: Opened) -> None:
    async with opened(ready=False, settings=LONG) as cashier:
        for _ in range(2):
            await cashier.type("135790")
            await cashier.press("enter")
        await cashier.press("A", "f9")
        counting = cashier.app.screen
        assert counting is not cashier.sell
        await cashier.press("0", *["enter"] * 9)
        assert cashier.selling
        await cashier.press("enter")
        await nothing_was_sold(cashier)
