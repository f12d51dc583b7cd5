from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kiosk.screens.cells import crop, left, plain, right, wrapped
from kiosk.screens.figures import large


@pytest.mark.parametrize(
    ("text", "width", "cropped"),
    [
        ("豆浆", 4, "豆浆"),
        ("豆浆", 3, "豆…"),
        ("豆浆", 2, "…"),
        ("豆浆", 0, ""),
        ("tea egg", 5, "tea …"),
    ],
)
def test_what_is_cut_shows(text: str, width: int, cropped: str) -> None:
    assert crop(text, width) == cropped


@given(st.text(), st.integers(0, 30))
def test_a_text_takes_exactly_its_place(text: str, width: int) -> None:
    assert cell_len(left(text, width)) == width
    assert cell_len(right(text, width)) == width
    assert plain(text).isprintable()


@given(st.text(), st.integers(1, 20), st.integers(1, 4))
def test_a_sentence_never_leaves_its_place(text: str, width: int, rows: int) -> None:
    lines = wrapped(text, width, rows)
    assert len(lines) <= rows
    assert all(cell_len(line) <= width for line in lines)


def test_words_stay_whole_and_chinese_breaks_anywhere() -> None:
    assert wrapped("fried dough stick", 11, 3) == ["fried dough", "stick"]
    assert wrapped("农夫山泉饮用天然水", 10, 3) == ["农夫山泉饮", "用天然水"]
    assert wrapped("农夫山泉饮用天然水", 8, 2) == ["农夫山泉", "饮用天…"]
    assert wrapped("abcdefgh", 4, 3) == ["abcd", "efgh"]


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("wontons (chaoshou)", 9, ["wontons", "(chaosho…"]),
        ("rolls (two)", 10, ["rolls", "(two)"]),
        ("矿泉水（大）", 10, ["矿泉水", "（大）"]),
        ("请先交班，再关机。", 8, ["请先交", "班，再关", "机。"]),
    ],
)
def test_a_closing_mark_never_stands_on_a_row_without_its_word(
    text: str, width: int, rows: list[str]
) -> None:
    assert wrapped(text, width, 3) == rows


@pytest.mark.parametrize("rows", [3, 5])
def test_large_figures_are_rows_of_one_width(rows: int) -> None:
    drawn = large("-1234567890.00", rows)
    assert len(drawn) == rows
    assert len({cell_len(row) for row in drawn}) == 1


def test_every_figure_looks_different() -> None:
    assert len({"\n".join(large(figure, 3)) for figure in "0123456789"}) == 10
