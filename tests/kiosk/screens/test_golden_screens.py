"""Whole screens as text: what a cashier sees, in both languages and at two sizes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.screen import check_golden

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_morning_looks_as_drawn(opened: Opened, size: tuple[int, int], lang: str) -> None:
    def drawn(name: str) -> Path:
        return GOLDEN / f"{name}-{size[0]}x{size[1]}-{lang}.txt"

    async with opened(size=size, lang=lang, demo=True) as cashier:
        await cashier.press("A", "A", "B", "I", "right", "B", "left")
        await cashier.type("2*nf")
        check_golden(cashier.app, drawn("search"))
        await cashier.press("enter", "1", "0", "f9")
        check_golden(cashier.app, drawn("split"))
        await cashier.press("5", "0", "f9")
        check_golden(cashier.app, drawn("change"))
        await cashier.press("f1")
        check_golden(cashier.app, drawn("help"))
        await cashier.press("f2", "enter")
        check_golden(cashier.app, drawn("history"))
        await cashier.press("t")
        await cashier.press("plus", "down", "plus")
        check_golden(cashier.app, drawn("refund"))
