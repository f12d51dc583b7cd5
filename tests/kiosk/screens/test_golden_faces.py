"""The panels of the sell screen as text: options, reasons, what waits, numbers, what is left."""

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
async def test_the_panels_look_as_drawn(opened: Opened, size: tuple[int, int], lang: str) -> None:
    def drawn(name: str) -> Path:
        return GOLDEN / f"{name}-{size[0]}x{size[1]}-{lang}.txt"

    async with opened(size=size, lang=lang) as cashier:
        await cashier.press("3", "ctrl+k", "B", "0", "ctrl+k", "C")
        await cashier.press("A", "A", "f4", "I", *"note", "f4")
        await cashier.press("right", "A", "d", "f")
        check_golden(cashier.app, drawn("options"))
        await cashier.press(*"10%", "ctrl+d")
        check_golden(cashier.app, drawn("reason"))
        await cashier.press("1", "left", "B", "B", "D", *"4.50", "ctrl+p")
        await cashier.press("right", "right", "B", "ctrl+t", *"2", "ctrl+e", "2", "ctrl+r", "left")
        await cashier.press("left", "up")
        check_golden(cashier.app, drawn("prices"))
        await cashier.press("f3")
        check_golden(cashier.app, drawn("parked"))
        await cashier.press("escape", "f9")
        check_golden(cashier.app, drawn("called"))
        assert await cashier.sold()


@pytest.mark.parametrize("size", [(59, 30), (60, 15), (40, 10), (20, 4)])
async def test_a_window_that_is_too_small_says_so_and_loses_nothing(
    opened: Opened, size: tuple[int, int]
) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B", "3")
        before = cashier.screen
        await cashier.pilot.resize_terminal(*size)
        await cashier.pilot.pause()
        assert "窗口太小" in cashier.screen
        await cashier.press("backspace", "C")
        assert len(cashier.rung) == 3
        await cashier.press("f9", "f5", "!", "enter")
        assert await cashier.sold() == []  # nobody takes money for a basket that nobody sees
        assert "窗口太小" in cashier.said
        await cashier.press("delete", "3")
        await cashier.pilot.resize_terminal(80, 24)
        await cashier.pilot.pause()
        assert cashier.screen == before


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (100, 30), (120, 40), (160, 50)])
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_every_tile_is_in_sight_and_every_row_as_wide_as_the_window(
    opened: Opened, size: tuple[int, int], lang: str
) -> None:
    async with opened(size=size, lang=lang) as cashier:
        for _ in cashier.sell.tiles.pages:
            page = cashier.sell.tiles.pages[cashier.sell.tiles.page]
            rows = [
                cashier.sell.tiles.row(y, *cashier.sell.board.size)
                for y in range(cashier.sell.board.size.height)
            ]
            keys = [span.text.strip() for row in rows for span in row if span.tone == "tile-key"]
            assert len(keys) == len(page.products)
            for strip in cashier.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]
            await cashier.press("right")
