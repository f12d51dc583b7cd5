from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens.entry import (
    Entered,
    NotAnAmountError,
    NotAQuantityError,
    amount_fen,
    normal,
    read,
    ready_for_item,
)


@pytest.mark.parametrize(
    ("typed", "entered"),
    [
        ("", Entered(None, "")),
        ("dj", Entered(None, "dj")),
        (" 豆浆 ", Entered(None, "豆浆")),
        ("3*", Entered(3000, "")),
        ("12*dj", Entered(12000, "dj")),
        ("0.5*F001", Entered(500, "F001")),
        ("9999.999*a", Entered(9_999_999, "a")),
        ("３＊豆浆", Entered(3000, "豆浆")),
        ("3×豆浆", Entered(3000, "豆浆")),
        ("0。5*a", Entered(500, "a")),
        ("/F001", Entered(None, "F001", forced=True)),
        ("2*/F001", Entered(2000, "F001", forced=True)),
        ("/3*", Entered(None, "3*", forced=True)),
    ],
)
def test_an_entry_is_a_quantity_and_an_item(typed: str, entered: Entered) -> None:
    assert read(typed) == entered


@pytest.mark.parametrize("typed", ["6921168509256*", "10000*a", "*a", "1.2345*a", "-1*a", "1e3*a"])
def test_what_stands_before_the_star_must_be_a_quantity(typed: str) -> None:
    with pytest.raises(NotAQuantityError) as refused:
        read(typed)
    assert refused.value.text in refused.value.zh
    assert refused.value.text in refused.value.en


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("", None),
        ("20", 2000),
        ("12.5", 1250),
        (".5", 50),
        ("２０．５０", 2050),
        ("999999.99", 99999999),
    ],
)
def test_an_amount_is_yuan_with_at_most_two_decimals(typed: str, fen: int | None) -> None:
    assert amount_fen(typed) == fen


@pytest.mark.parametrize(
    "typed", ["6921168509256", "1.234", "1,000", "-5", "dj", "3*", "1e3", "1."]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAmountError) as refused:
        amount_fen(typed)
    assert refused.value.text == typed


def test_an_item_may_begin_after_nothing_or_a_quantity() -> None:
    assert [ready_for_item(typed) for typed in ("", " ", "3*", "3", "d", "3*d")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_figures_are_no_search_and_words_are() -> None:
    assert [read(typed).searching for typed in ("6901", "1.5", "", "f1", "豆", "/69")] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]


@given(st.text())
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        entered = read(typed)
    except NotAQuantityError:
        assert "*" in normal(typed)
    else:
        assert entered.qty_milli is None or 0 <= entered.qty_milli < 10_000_000
