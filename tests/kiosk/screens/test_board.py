from __future__ import annotations

from dataclasses import replace
from string import ascii_uppercase

import pytest
from rich.cells import cell_len

from config.catalogue import Catalogue, Category, GridPage, load_catalogue
from kiosk.screens.board import Found, Over, Press, Sheet, Turn
from kiosk.screens.drawn import Span
from kiosk.screens.tiles import TILES, Tiles, pages, pieces_left

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
        for text, tone, _ in tiles.row(y, width, height):
            if tone == "tile-key":
                product = tiles.product(text.strip())
                assert product is not None
                assert tiles.at(x + 1, y, width, height) == product
            x += cell_len(text)


@pytest.mark.parametrize("size", [(42, 17), (66, 33), (96, 43)])
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_product_has_its_tile_with_its_whole_price(size: tuple[int, int], lang: str) -> None:
    tiles = Tiles(pages(STARTER, lang), 0, lang)
    for _page in tiles.pages:
        rows = [tiles.row(y, *size) for y in range(size[1])]
        keys = "".join(text.strip() for row in rows for text, tone, _ in row if tone == "tile-key")
        page = tiles.pages[tiles.page].products
        assert keys == ascii_uppercase[: len(page)]
        prices = [text.strip() for row in rows for text, tone, _ in row if tone == "tile-price"]
        wanted = ["?.??" if each.open_price else f"{each.price_fen / 100:.2f}" for each in page]
        assert sorted(prices) == sorted(wanted)
        assert all(sum(cell_len(text) for text, _, _ in row) <= size[0] for row in rows[1:])
        tiles = tiles.turned(1)
    assert tiles.page == 0


def test_an_empty_catalogue_has_one_empty_page() -> None:
    tiles = Tiles(pages(Catalogue(()), "en"), 0, "en")
    assert tiles.turned(1).product("A") is None
    assert [tiles.row(y, 42, 17) for y in range(1, 17)] == [()] * 16


def test_the_chosen_find_stays_in_sight() -> None:
    found = Found("", many(TILES).products, 0, "zh_CN").moved(30)
    assert found.chosen == TILES - 1
    tones = [tone for y in range(1, 6) for _, tone, _ in found.row(y, 42, 6)]
    assert tones[-1] == "chosen"
    assert found.at(0, 5, 42, 6) == found.products[-1]
    assert found.moved(-99).chosen == 0
    assert Found("", (), 0, "en").moved(1).row(1, 42, 6) == ()


def test_a_sheet_says_how_much_is_below() -> None:
    sheet = Sheet("t", ((),) * 20)
    assert "PgDn +11" in sheet.row(0, 42, 10)[0].text
    assert "PgUp" in sheet.scrolled(15).row(0, 42, 10)[0].text
    assert sheet.scrolled(99).top == 19


def test_a_page_name_that_is_touched_is_turned_to() -> None:
    tiles = Tiles(pages(STARTER, "zh_CN"), 0, "zh_CN")
    x = 0
    for page, (text, _, _) in enumerate(tiles.row(0, 200, 17)):
        assert tiles.at(x, 0, 200, 17) == Turn(page)
        x += cell_len(text)
    assert tiles.at(x, 0, 200, 17) is None


def test_the_operators_own_pages_come_in_his_order() -> None:
    own = replace(STARTER, grid=(GridPage("早上", "morning", ("F002", "D001", "F001")),))
    (page,) = pages(own, "en")
    assert page.name == "morning"
    assert [each.sku for each in page.products] == ["F002", "D001", "F001"]


@pytest.mark.parametrize(
    ("left", "shown"),
    [({}, "2.00"), ({"F001": 3}, "余3 2.00"), ({"F001": 0}, "售完")],
)
def test_a_tile_says_what_is_left_or_that_it_is_sold_out(left: dict[str, int], shown: str) -> None:
    tiles = Tiles(pages(STARTER, "zh_CN"), 0, "zh_CN", left, None, "售完", "余{count}")
    rows = [tiles.row(y, 66, 33) for y in range(1, 6)]
    first = [text.strip() for row in rows for text, tone, _ in row[:3] if tone != "tile"]
    assert shown in first


@pytest.mark.parametrize("count", [0, 8, 9999])
@pytest.mark.parametrize("size", [(42, 17), (66, 33), (96, 43), (28, 10)])
def test_a_count_moves_no_tile_beside_it(size: tuple[int, int], count: int) -> None:
    counted = dict.fromkeys((each.sku for each in STARTER), count)
    tiles = Tiles(pages(STARTER, "en"), 0, "en", {}, None, "sold out", "{count} left")
    for _page in tiles.pages:
        for y in range(1, size[1]):
            plain = tiles.row(y, *size)
            with_counts = replace(tiles, left=counted).row(y, *size)
            widths = [sum(cell_len(text) for text, _, _ in row) for row in (plain, with_counts)]
            assert widths[0] == widths[1]
        tiles = tiles.turned(1)


def test_a_combo_is_sold_out_with_the_first_of_its_parts() -> None:
    combo = STARTER.by_sku("C001")
    assert combo is not None
    assert pieces_left(combo, {}) is None
    assert pieces_left(combo, {"F001": 3}) == 3
    assert pieces_left(combo, {"F001": 3, "F002": 0}) == 0


def test_a_panel_covers_the_last_rows_and_the_tiles_stay_where_they_were() -> None:
    tiles = Tiles(pages(STARTER, "zh_CN"), 0, "zh_CN")
    panel = Sheet("panel", ((Span("x", "text", "a"),),))
    over = Over(tiles, panel, 2)
    assert over.edge(42, 17) == 13
    assert [over.row(y, 42, 17) for y in range(13)] == [tiles.row(y, 42, 17) for y in range(13)]
    assert over.row(16, 42, 17) == (Span("x", "text", "a"),)
    assert over.at(0, 16, 42, 17) == Press("a")
    assert over.at(5, 1, 42, 17) == tiles.at(5, 1, 42, 17)


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_tile_that_is_half_covered_keeps_its_letter_and_its_price(rows: int, lang: str) -> None:
    tiles = Tiles(pages(STARTER, lang), 0, lang)
    over = Over(tiles, Sheet("panel", ()), rows)
    last = "".join(text for y in range(13, 17 - rows) for text, _, _ in over.row(y, 44, 17))
    assert " J " in last
    assert " K " in last
    assert [each for each in last.split() if "." in each] == ["2.00", "8.00"]


@pytest.mark.parametrize("size", [(42, 17), (66, 33), (12, 4), (1, 1), (0, 0)])
@pytest.mark.parametrize("rows", [0, 1, 2, 5, 40])
def test_a_panel_changes_no_row_above_its_edge(size: tuple[int, int], rows: int) -> None:
    tiles = Tiles(pages(STARTER, "en"), 0, "en")
    over = Over(tiles, Sheet("panel", ()), rows)
    assert 0 <= over.edge(*size) <= over.top(size[1])
    for y in range(over.edge(*size)):
        assert over.row(y, *size) == tiles.row(y, *size)


def test_below_a_short_page_a_panel_repaints_nothing_but_itself() -> None:
    over = Over(Tiles(pages(many(5), "en"), 0, "en"), Sheet("panel", ()), 2)
    assert over.edge(44, 17) == over.top(17) == 15
