"""Colours that read from a metre away, and keys under the names that keyboards bear."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.color import Color

from config.catalogue import load_catalogue
from config.language import words
from config.settings import load_settings
from kiosk.screens.help_sheet import help_sheet
from kiosk.screens.keymap import Keymap, shown
from kiosk.screens.themes import THEMES

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Opened

ENOUGH = 4.5
"""The contrast that WCAG 2 asks of small text."""


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [each / 255 for each in Color.parse(colour).rgb]
    red, green, blue = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_text_stands_out_from_every_ground(name: str) -> None:
    theme = THEMES[name]
    grounds = [theme.background, theme.surface, theme.panel]
    texts = [theme.foreground, theme.primary, theme.accent, theme.success, theme.error]
    texts += [theme.variables["fund"], theme.variables["soft"]]
    for text in texts:
        for ground in grounds:
            assert text is not None
            assert ground is not None
            low, high = sorted((luminance(text), luminance(ground)))
            contrast = (high + 0.05) / (low + 0.05)
            assert contrast >= ENOUGH, (text, ground, contrast)


@pytest.mark.parametrize("name", ["dark", "light"])
async def test_the_settings_choose_the_theme(opened: Opened, name: str) -> None:
    async with opened(settings=f'[screen]\ntheme = "{name}"\n') as cashier:
        assert cashier.app.current_theme.dark is (name == "dark")


@pytest.mark.parametrize(
    ("key", "written"),
    [("f1", "F1"), ("ctrl+d", "Ctrl+D"), ("=", "="), ("insert", "Insert"), ("", "")],
)
def test_a_key_is_written_as_it_is_on_keyboards(key: str, written: str) -> None:
    assert shown(key) == written


def test_a_quick_key_of_an_item_that_is_not_sold_means_nothing() -> None:
    settings = replace(load_settings(), quick_keys=(("f13", "F001"), ("f14", "GONE")))
    keymap = Keymap.of(settings, load_catalogue())
    assert list(keymap.products) == ["f13"]
    assert keymap.key("sell.park") == "f4"
    assert keymap.tenders["f9"].id == "cash"


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_no_row_of_the_help_is_wider_than_the_tiles_of_a_window_of_80_cells(lang: str) -> None:
    settings = load_settings()
    sheet = help_sheet(settings, Keymap.of(settings, load_catalogue()), words(lang))
    rows = ["".join(span.text for span in row) for row in sheet.rows]
    assert [row for row in rows if cell_len(row) > 44] == []
