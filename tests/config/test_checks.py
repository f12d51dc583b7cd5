from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.checks import (
    UnfitError,
    barcode,
    check_digit,
    clock,
    code,
    one_of,
    rising,
    truth,
    visible,
    whole,
    yuan,
)
from config.errors import shown

if TYPE_CHECKING:
    from config.checks import Check

BODIES = st.integers(0, 10**12 - 1).flatmap(
    lambda number: st.sampled_from((7, 11, 12)).map(lambda size: f"{number:012}"[-size:])
)


@pytest.mark.parametrize(
    "number",
    ["6921168509256", "6901285991219", "4891028705949", "036000291452", "96385074", "73513537"],
)
def test_a_real_barcode_is_accepted(number: str) -> None:
    assert barcode(number) == number


def test_a_wrong_check_digit_names_the_right_one() -> None:
    with pytest.raises(UnfitError) as refused:
        barcode("6921168509257")
    assert "should be 6" in refused.value.wrong.en
    assert "应为 6" in refused.value.wrong.zh


@given(BODIES)
def test_exactly_one_last_digit_is_right(body: str) -> None:
    right = [digit for digit in "0123456789" if _accepts(barcode, body + digit)]
    assert right == [check_digit(body)]


@given(BODIES, st.data())
def test_one_mistyped_digit_is_always_noticed(body: str, data: st.DataObject) -> None:
    number = body + check_digit(body)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != number[place]]))
    assert not _accepts(barcode, number[:place] + other + number[place + 1 :])


@given(st.integers(0, 9_999_999))
def test_yuan_become_fen_without_a_rounding(fen: int) -> None:
    assert yuan(f"{Decimal(fen) / 100:.2f}") == fen


@pytest.mark.parametrize(("text", "fen"), [("2", 200), ("2.5", 250), ("0.00", 0), ("0.01", 1)])
def test_yuan_may_be_written_short(text: str, fen: int) -> None:
    assert yuan(text) == fen


@pytest.mark.parametrize(
    ("check", "value"),
    [
        *((yuan, bad) for bad in ("2.005", "-1.00", "abc", "", "1e3", "２.００", "2.", ".5", " 2")),
        *((yuan, bad) for bad in ("100000.00", "NaN", "1,00", 2, 2.5, True, None, ["2.00"])),
        *((barcode, bad) for bad in ("", "123", "６９２１１６８５０９２５６", "692116850925X")),
        *((barcode, bad) for bad in (6921168509256, "06921168509256", None)),
        *((clock, bad) for bad in ("24:00", "6:30", "06:60", "06:30:00", "０6:30", 630, time(6))),
        *((truth, bad) for bad in (0, 1, "true", None)),
        *((whole(0, 9), bad) for bad in (-1, 10, 1.0, True, "1", None)),
        *((one_of(32, 48), bad) for bad in (40, "32", 32.0)),
        *((one_of("en"), bad) for bad in ("EN", 1, None)),
        *((one_of(1), bad) for bad in (True,)),
        *((rising(1, 9, count=3), bad) for bad in ([], [2, 1], [1, 1], [0], [1, 10], 5)),
        *((rising(1, 9, count=3), bad) for bad in ([1, 2, 3, 4], ["1"], [True], [1.0])),
        *((visible(4), bad) for bad in ("", "水水水", "a\x07", 5, None)),
        *((code("[A-Z]+", "大写", "capitals"), bad) for bad in ("a", "A\n", "", 1)),
    ],
)
def test_an_unfit_value_is_refused_with_what_is_allowed(check: Check, value: Any) -> None:  # noqa: ANN401
    with pytest.raises(UnfitError) as refused:
        check(value)
    for phrase in (refused.value.wrong, refused.value.allowed):
        assert phrase.zh
        assert phrase.en
        assert phrase.en.isprintable()


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.lists(st.text()))
def test_a_value_is_shown_short_and_on_one_line(value: object) -> None:
    assert shown(value).isprintable()
    assert len(shown(value)) <= 60


def _accepts(check: Check, value: object) -> bool:
    try:
        check(value)
    except UnfitError:
        return False
    return True
