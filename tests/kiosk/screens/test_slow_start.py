"""The door while the books are being opened: it asks nothing, shows no key, and loses none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import events
from textual._context import active_app
from textual.pilot import Pilot

from kiosk.screens.desk import Desk
from tests.kiosk.screens.conftest import CASHIER, PINS
from tests.screen import text_of

if TYPE_CHECKING:
    from datetime import datetime

    from tests.kiosk.screens.conftest import Opened


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys to be pressed while the books are closed; what the screen showed then comes after."""
    keys: list[str] = []
    opens = Desk.open

    async def slow(desk: Desk, at: datetime) -> None:
        app = active_app.get()
        driver = app._driver
        assert driver is not None
        early = keys.copy()
        for key in early:
            driver.send_message(events.Key(key, key if len(key) == 1 else None))
        await Pilot(app).pause()
        keys.append(text_of(app))
        await opens(desk, at)

    monkeypatch.setattr(Desk, "open", slow)
    return keys


async def test_a_first_start_never_looks_like_a_sign_in(opened: Opened, typed: list[str]) -> None:
    typed += [*"135790", "enter"]
    async with opened(ready=False) as cashier:
        shown = typed[-1]
        assert shown.count("正在打开账簿") == 2  # in the first row, and at the door
        assert "登录" not in shown
        assert "工号" not in shown
        assert "13" not in shown.replace("13:", "")
        assert "再输一次" in cashier.screen or "再次" in cashier.screen
        assert "135790" not in cashier.screen


async def test_keys_that_come_before_the_books_sign_in_once_they_are_open(
    opened: Opened, typed: list[str]
) -> None:
    typed += ["3", "enter", *PINS[CASHIER], "enter", "A"]
    async with opened(signed_in=None) as cashier:
        assert PINS[CASHIER] not in typed[-1]
        await cashier.settle()
        assert cashier.selling
        assert cashier.rung == [("F001", 1000)]


async def test_a_pin_in_the_place_of_a_staff_number_is_not_repeated(opened: Opened) -> None:
    async with opened(signed_in=None) as cashier:
        await cashier.type("135790")
        await cashier.press("enter")
        assert "这个工号不行" in cashier.screen
        assert "135790" not in cashier.screen


async def test_an_empty_second_pin_is_refused_and_the_first_one_stands(opened: Opened) -> None:
    async with opened(ready=False) as cashier:
        await cashier.type("135790")
        await cashier.press("enter", "enter")
        assert "请把同一个 PIN 再输一次" in cashier.screen
        await cashier.type("135790")
        await cashier.press("enter")
        assert cashier.selling
