"""F1 on the door, the shift, the staff, the cards and the history: the keys of that screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.screens.help_screen import HelpScreen
from tests.kiosk.screens.conftest import CASHIER, MANAGER

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened

TITLE = {"zh_CN": "本屏按键：按任意键关闭", "en": "Keys of this screen: any key closes"}


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize(
    ("opener", "keys"),
    [
        ("f10", ("1 … 8", "PgUp PgDn", "Esc F10")),
        ("ctrl+s", ("1 … 5", "Esc Ctrl+S")),
        ("ctrl+b", ("1 … 6", "← →", "Esc Ctrl+B")),
        ("f2", ("+ - *", "R", "V", "T")),
        ("ctrl+l", ("0-9", "Ctrl+Q")),
    ],
)
async def test_each_screen_shows_its_keys_until_any_key(
    opened: Opened, opener: str, keys: tuple[str, ...], lang: str
) -> None:
    async with opened(signed_in=MANAGER, lang=lang) as cashier:
        await cashier.press(opener)
        below = cashier.app.screen
        before = cashier.screen
        await cashier.press("f1")
        assert TITLE[lang] in cashier.screen
        for key in (*keys, "F1", "Ctrl+L"):
            assert key in cashier.screen
        await cashier.press("7")  # it closes the help and means nothing else
        assert cashier.app.screen is below
        assert cashier.screen == before


async def test_the_help_over_a_count_loses_no_figure_typed_after_it(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7", "1", "f1")
        cashier.slowly("x", "23", "enter")
        await cashier.settle()
        assert "12300.00" in cashier.screen


async def test_a_touch_closes_the_help_and_the_lock_locks(opened: Opened) -> None:
    async with opened(signed_in=MANAGER) as cashier:
        await cashier.press("f10", "f1")
        await cashier.pilot.click("#board", offset=(5, 3))
        await cashier.settle()
        assert "备用金" in cashier.screen or "存入" in cashier.screen
        await cashier.press("f1", "ctrl+l")
        assert "已锁定" in cashier.screen
        await cashier.sign_in(MANAGER)
        assert not isinstance(cashier.app.screen, HelpScreen)


async def test_no_help_covers_an_approval(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "6", "f1")
        assert "请求授权" in cashier.screen
        assert TITLE["zh_CN"] not in cashier.screen
