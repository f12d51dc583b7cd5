"""Figures and timestamps: exact, or refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.replay.errors import RowError
from kiosk.replay.figures import Figures, spread
from kiosk.replay.map import Numbers
from kiosk.replay.times import Clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = time(12)


@pytest.mark.parametrize(
    ("text", "numbers", "fen"),
    [
        ("3", Numbers(), 300),
        ("3.5", Numbers(), 350),
        (" 3.50 ", Numbers(), 350),
        ("+3.500", Numbers(), 350),
        ("-0.05", Numbers(), -5),
        (".5", Numbers(), 50),
        ("3.", Numbers(), 300),
        ("３．５０", Numbers(), 350),
        ("350", Numbers(exponent=0), 350),
        ("3500", Numbers(exponent=-1), 350),
        ("0.00035", Numbers(exponent=6), 350),
        ("1,234,567.80", Numbers(thousands=","), 123456780),
        ("1234567.8", Numbers(thousands=","), 123456780),
        ("1.234,5", Numbers(decimal=",", thousands="."), 123450),
        ("¥ 3.50", Numbers(affixes=("¥", "元")), 350),
        ("3.50元", Numbers(affixes=("¥", "元")), 350),
        ("-¥3.50", Numbers(affixes=("¥", "元")), -350),
        ("¥-3.50", Numbers(affixes=("¥", "元")), -350),
        ("-3.50 元", Numbers(affixes=("¥", "元")), -350),
        ("￥ ３.50元整", Numbers(affixes=("元", "整", "￥")), 350),
        ("CN¥3.50", Numbers(affixes=("¥", "CN")), 350),
        ("Rs. 3.50", Numbers(affixes=("Rs", "Rs.")), 350),
    ],
)
def test_a_figure_is_read_exactly(text: str, numbers: Numbers, fen: int) -> None:
    assert Figures(numbers).fen(text) == fen


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12,34", Numbers(thousands=",")),
        ("1,2345", Numbers(thousands=",")),
        ("3,5", Numbers()),
        ("3.5", Numbers(exponent=0)),
        ("355", Numbers(exponent=-1)),
        ("--3", Numbers()),
        ("3-", Numbers()),
        ("3 5", Numbers()),
        (".", Numbers()),
        ("", Numbers()),
        ("¥3.50", Numbers()),
        ("3元5", Numbers(affixes=("元",))),
        ("12元50", Numbers(affixes=("元",))),
        ("1¥000", Numbers(affixes=("¥",))),
        ("3.元5", Numbers(affixes=("元",))),
        ("元", Numbers(affixes=("元",))),
        ("¥--3", Numbers(affixes=("¥",))),
        ("- 3", Numbers(affixes=("¥",))),
    ],
)
def test_what_is_no_figure_is_refused(text: str, numbers: Numbers) -> None:
    with pytest.raises(RowError):
        Figures(numbers).fen(text)


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_every_fen_comes_back_as_it_was_written(fen: int, zeros: int) -> None:
    text = f"{Decimal(fen).scaleb(-2):.2f}{'0' * zeros}"
    assert Figures(Numbers()).fen(text) == fen


@given(st.text(max_size=12))
def test_any_text_is_a_figure_or_refused(text: str) -> None:
    for read in (Figures(Numbers()).fen, Figures(Numbers(thousands=" ", affixes=("元",))).milli):
        with suppress(RowError):
            assert isinstance(read(text), int)


@pytest.mark.parametrize("text", ["0", "0.000", "0.0005"])
def test_a_quantity_is_at_least_a_thousandth(text: str) -> None:
    with pytest.raises(RowError):
        Figures(Numbers()).milli(text)


def test_the_exponent_of_money_is_not_that_of_quantities() -> None:
    assert Figures(Numbers(exponent=0)).milli("2.5") == 2500


@given(st.integers(0, 10**7), st.integers(1, 9_999_999))
def test_a_spread_total_adds_up_to_the_fen(total_fen: int, qty_milli: int) -> None:
    lines = spread(total_fen, qty_milli)
    amounts = [
        (Decimal(unit) * qty / 1000).quantize(Decimal(1), ROUND_HALF_UP) for unit, qty in lines
    ]
    assert sum(amounts) == total_fen
    assert sum(qty for _, qty in lines) == qty_milli
    assert all(unit >= 0 and qty > 0 for unit, qty in lines)
    assert len(lines) <= 2


def clock(*formats: str, zone: ZoneInfo = SHANGHAI) -> Clock:
    return Clock(formats, zone, NOON)


@pytest.mark.parametrize(
    ("text", "how", "utc"),
    [
        ("2026-11-23 07:30", "%Y-%m-%d %H:%M", (2026, 11, 22, 23, 30)),
        ("2026/11/23  7:30:00 PM", "%Y/%m/%d %I:%M:%S %p", (2026, 11, 23, 11, 30)),
        ("２０２６－１１－２３", "%Y-%m-%d", (2026, 11, 23, 4, 0)),
        ("23 Nov 26", "%d %b %y", (2026, 11, 23, 4, 0)),
        ("2026-11-23T07:30:00Z", "iso", (2026, 11, 23, 7, 30)),
        ("2026-11-23 07:30", "iso", (2026, 11, 22, 23, 30)),
        ("20261123", "iso", (2026, 11, 23, 4, 0)),
        ("2026-W48-1", "iso", (2026, 11, 23, 4, 0)),
        ("2026-11-23_07", "iso", (2026, 11, 22, 23, 0)),
        ("2026-11-23t0730", "iso", (2026, 11, 22, 23, 30)),
        ("2026-11-23 07:30 +0000", "%Y-%m-%d %H:%M %z", (2026, 11, 23, 7, 30)),
        ("1795419000", "unix", (2026, 11, 23, 7, 30)),
        ("1795419000000", "unix_ms", (2026, 11, 23, 7, 30)),
    ],
)
def test_a_time_is_the_instant_that_it_says(text: str, how: str, utc: tuple[int, ...]) -> None:
    year, month, day, hour, minute = utc
    wanted = datetime(year, month, day, hour, minute, tzinfo=UTC)
    assert clock(how).read(text).astimezone(UTC) == wanted


def test_the_first_format_that_fits_is_taken() -> None:
    read = clock("%Y-%m-%d", "%Y-%m-%d %H:%M").read
    assert (read("2026-11-23").hour, read("2026-11-23 07:30").hour) == (12, 7)


@pytest.mark.parametrize(
    "text",
    ["2026-02-29", "2026-13-01", "1969-12-31", "2200-01-01", "0001-01-01", "", "x", "2026-11-23x"],
)
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RowError):
        clock("%Y-%m-%d", "iso").read(text)


@pytest.mark.parametrize("text", ["99999999999999999999", "-1", "1e9", "1.5", "999999999999999"])
def test_seconds_beyond_the_calendar_are_refused(text: str) -> None:
    with pytest.raises(RowError):
        clock("unix", "unix_ms").read(text)


@given(st.text(max_size=20))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    with suppress(RowError):
        assert clock("%Y-%m-%d %H:%M", "iso", "unix").read(text).tzinfo is not None


def test_an_hour_that_the_clocks_repeat_is_its_first_pass_and_a_skipped_one_passes() -> None:
    london = clock("%Y-%m-%d %H:%M", zone=ZoneInfo("Europe/London"))
    assert london.read("2016-10-30 01:30").astimezone(UTC).hour == 0
    assert london.read("2017-03-26 01:30").astimezone(UTC).hour == 1
