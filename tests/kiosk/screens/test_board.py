from __future__ import annotations

from dataclasses import replace
from string import ascii_uppercase

import pytest
from rich.cells import cell_len

from config.catalogue import Catalogue, Category, load_catalogue
from kiosk.screens.board import TILES, Found, Sheet, Tiles, pages

STARTER = load_catalogue()


def many(count: int) -> Catalogue:
    one = replace(next(iter(STARTER)), category="x", barcode=None)
    products = tuple(replace(one, sku=f"X{n}", name_zh=f"第{n}种") for n in range(count))
    return Catalogue(products, (Category("x", "全部", "all"), Category("y", "空", "none")))


def test_a_page_holds_so_many_tiles_that_every_one_has_a_letter() -> None:
    laid = pages(many(TILES + 1), "zh_CN")
    assert [(page.name, len(page.products)) for page in laid] == [("全部 1", TILES), ("全部 2", 1)]


@pytest.mark.parametrize("size", [(42, 17), (66, 33), (96, 43), (12, 4), (1, 1), (0, 0)])
@pytest.mark.parametrize("count", [1, 5, 11, TILES])
def test_the_tile_that_is_touched_is_the_tile_that_is_drawn(
    size: tuple[int, int], count: int
) -> None:
    tiles = Tiles(pages(many(count), "zh_CN"), 0, "zh_CN")
    width, height = size
    for y in range(1, height):
        x = 0
        for text, tone in tiles.row(y, width, height):
            if tone == "tile-key":
                product = tiles.product(text.strip())
                assert product is not None
                assert tiles.at(x + 1, y, width, height) == product
            x += cell_len(text)


@pytest.mark.parametrize("size", [(42, 17), (66, 33), (96, 43)])
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_product_has_its_tile_with_its_whole_price(size: tuple[int, int], lang: str) -> None:
    tiles = Tiles(pages(STARTER, lang), 0, lang)
    for _ in tiles.pages:
        rows = [tiles.row(y, *size) for y in range(size[1])]
        keys = "".join(text.strip() for row in rows for text, tone in row if tone == "tile-key")
        page = tiles.pages[tiles.page].products
        assert keys == ascii_uppercase[: len(page)]
        prices = [text.strip() for row in rows for text, tone in row if tone == "tile-price"]
        assert sorted(prices) == sorted(f"{each.price_fen / 100:.2f}" for each in page)
        assert all(sum(cell_len(text) for text, _ in row) <= size[0] for row in rows[1:])
        tiles = tiles.turned(1)
    assert tiles.page == 0


def test_an_empty_catalogue_has_one_empty_page() -> None:
    tiles = Tiles(pages(Catalogue(()), "en"), 0, "en")
    assert tiles.turned(1).product("A") is None
    assert [tiles.row(y, 42, 17) for y in range(1, 17)] == [()] * 16


def test_the_chosen_find_stays_in_sight() -> None:
    found = Found("", many(TILES).products, 0, "zh_CN").moved(30)
    assert found.chosen == TILES - 1
    tones = [tone for y in range(1, 6) for _, tone in found.row(y, 42, 6)]
    assert tones[-1] == "chosen"
    assert found.at(0, 5, 42, 6) == found.products[-1]
    assert found.moved(-99).chosen == 0
    assert Found("", (), 0, "en").moved(1).row(1, 42, 6) == ()


def test_a_sheet_says_how_much_is_below() -> None:
    sheet = Sheet("t", ((),) * 20)
    assert "PgDn +11" in sheet.row(0, 42, 10)[0].text
    assert "PgUp" in sheet.scrolled(15).row(0, 42, 10)[0].text
    assert sheet.scrolled(99).top == 19
