"""The cards screen as text: in both languages, at two sizes, and in small windows."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.till import cards as till_cards
from tests.kiosk.screens.cards_desk import NEW, answer, at_cards, chip, tap
from tests.screen import check_golden

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(autouse=True)
def plain_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give tokens that are the same every time; real ones are random."""
    cards, holders = count(0x3F9C01), count(0x71)
    monkeypatch.setattr(till_cards, "new_card_token", lambda: f"ct_{next(cards):016x}")
    monkeypatch.setattr(till_cards, "new_holder_token", lambda: f"ht_{next(holders):016x}")


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_cards_look_as_drawn(opened: Opened, size: tuple[int, int], lang: str) -> None:
    def drawn(name: str) -> Path:
        return GOLDEN / f"cards-{name}-{size[0]}x{size[1]}-{lang}.txt"

    async with at_cards(opened, size=size, lang=lang) as (cashier, _):
        await tap(cashier, chip(1))
        await cashier.press("3")
        check_golden(cashier.app, drawn("block"))
        await cashier.press("1")
        check_golden(cashier.app, drawn("list"))
        await tap(cashier, chip(2))
        await cashier.press("6")
        check_golden(cashier.app, drawn("data"))
        await cashier.press("escape")
        await cashier.press("5")
        check_golden(cashier.app, drawn("forget"))
        await cashier.press("escape")
        await tap(cashier, bytes.fromhex(NEW))
        await tap(cashier, bytes.fromhex(NEW))
        await answer(cashier, "[b]王[/]", "=1+1")
        check_golden(cashier.app, drawn("issue"))


@pytest.mark.parametrize("size", [(60, 16), (40, 10), (20, 4), (200, 60)])
async def test_every_row_is_as_wide_as_the_window(opened: Opened, size: tuple[int, int]) -> None:
    async with at_cards(opened) as (cashier, _):
        before = cashier.screen
        await cashier.pilot.resize_terminal(*size)
        await cashier.pilot.pause()
        for strip in cashier.app.screen._compositor.render_strips():
            assert strip.cell_length == size[0]
        await cashier.press("down")
        await cashier.press("up")
        await cashier.pilot.resize_terminal(80, 24)
        await cashier.pilot.pause()
        assert cashier.screen == before
