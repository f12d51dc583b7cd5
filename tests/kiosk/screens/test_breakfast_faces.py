"""Whole breakfast screens as text: what a cashier sees of a serve, a refusal and a hand-out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kiosk.screens.test_breakfast_turns import CHEN, LI, WANG, morning, tap
from tests.screen import check_golden

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_breakfast_looks_as_drawn(opened: Opened, size: tuple[int, int], lang: str) -> None:
    def drawn(name: str) -> Path:
        return GOLDEN / f"breakfast-{name}-{size[0]}x{size[1]}-{lang}.txt"

    async with morning(opened, size=size, lang=lang) as cashier:
        await cashier.type("8")
        await cashier.press("ctrl+k", "B")
        await tap(cashier, WANG)
        await cashier.type("AAB")
        check_golden(cashier.app, drawn("chosen"))
        await tap(cashier, LI)
        await tap(cashier, CHEN)
        await cashier.type("DDF")
        check_golden(cashier.app, drawn("on-top"))
        await cashier.type("20")
        await cashier.press("f9")
        check_golden(cashier.app, drawn("next"))
        await cashier.press("escape", "escape")
        check_golden(cashier.app, drawn("after"))
        await tap(cashier, WANG)
        check_golden(cashier.app, drawn("used"))
        await tap(cashier, "0099999998")
        check_golden(cashier.app, drawn("unknown"))
        await cashier.press("ctrl+l")
        await cashier.sign_in("s01")
        await cashier.press("escape", "ctrl+o")
        check_golden(cashier.app, drawn("why"))
