from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from config.settings import load_settings
from kiosk.sale.search import NotADayError, Wanted, read_search

SETTINGS, CATALOGUE = load_settings(), load_catalogue()
TODAY = date(2026, 11, 24)


def read(text: str) -> Wanted:
    return read_search(text, tenders=SETTINGS.tenders, catalogue=CATALOGUE, today=TODAY)


@pytest.mark.parametrize("text", ["128", "#128", "第128号", "No.128", "１２８"])
def test_a_number_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == Wanted(number=128)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("12.50", 1250), ("12.5", 1250), ("¥12", 1200), ("￥12.5元", 1250), ("7元", 700)],
)
def test_an_amount_has_decimals_or_a_sign(text: str, fen: int) -> None:
    assert read(text) == Wanted(amount_fen=fen)


def test_a_time_means_about_then_and_two_mean_between() -> None:
    assert read("7:30").times == (time(7, 20), time(7, 40, 59))
    assert read("7:30-8:15").times == (time(7, 30), time(8, 15, 59))
    assert read("7：30").times == read("7:30").times  # a Chinese input method's colon
    about_midnight = read("0:05")
    late = datetime(2026, 11, 24, 23, 57, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert about_midnight.fits_row(1, late, TODAY, 100)
    assert not about_midnight.fits_row(1, late.replace(hour=12), TODAY, 100)


def test_a_day_without_a_year_is_the_last_such_day() -> None:
    assert read("11-24").day == TODAY
    assert read("11-25").day == date(2025, 11, 25)
    assert read("2024-2-29").day == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["25:00", "7:61", "7:30-24:00", "13-01", "2-30", "2025-2-29"])
def test_what_no_calendar_or_clock_has_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(NotADayError) as refusal:
        read(text)
    assert text in refusal.value.zh
    assert text in refusal.value.en


@pytest.mark.parametrize("text", ["微信", "wechat", "WeChat"])
def test_a_tender_is_known_by_id_and_by_both_names(text: str) -> None:
    assert read(text) == Wanted(tenders=frozenset({"wechat"}))


@pytest.mark.parametrize("text", ["豆浆", "dj", "F001", "soy milk"])
def test_an_item_is_known_as_on_the_sell_screen(text: str) -> None:
    soy = {"lines": [{"sku": "F001", "name": "豆浆"}], "tenders": []}
    tea = {"lines": [{"sku": "X999", "name": "茶"}], "tenders": []}
    assert read(text).fits_doc(soy)
    assert not read(text).fits_doc(tea)


def test_an_item_that_left_the_catalogue_is_still_found_by_its_name() -> None:
    doc = {"lines": [{"sku": "GONE", "name": "Old Cake 老蛋糕"}], "tenders": []}
    assert read("蛋糕").fits_doc(doc)
    assert read("cake").fits_doc(doc)


def test_every_word_must_fit() -> None:
    wanted = read("微信 豆浆 4.00 11-24 7:00-8:00")
    at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC).astimezone(ZoneInfo("Asia/Shanghai"))
    doc: dict[str, Any] = {
        "lines": [{"sku": "F001", "name": "豆浆"}],
        "tenders": [{"tender": "wechat"}, {"tender": "cash"}],
    }
    assert wanted.fits_row(7, at, TODAY, 400)
    assert wanted.fits_doc(doc)
    assert not wanted.fits_row(7, at, TODAY, 401)
    assert not wanted.fits_doc(doc | {"tenders": [{"tender": "cash"}]})
    assert not wanted.fits_doc(doc | {"lines": [{"sku": "F002", "name": "油条"}]})


@given(st.text(max_size=64))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text: str) -> None:
    with suppress(NotADayError):
        read(text)
