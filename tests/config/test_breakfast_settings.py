"""The rules of breakfasts: what is said today, what is dated, and what may not be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.breakfast import BreakfastChange
from config.errors import ConfigError
from config.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHIPPED = load_settings().breakfast
NEW_YEAR = date(2027, 1, 1)
CHANGES = "[[breakfast.changes]]\n"


@pytest.fixture
def home_file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


def faults(home_file: Path, text: str) -> list[tuple[str, int | None]]:
    """What of ``text`` is refused: keys and lines, each said in both languages."""
    home_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    error = refused.value
    for fault in error.faults:
        place = f"line {fault.line}, key {fault.key}: {fault.wrong.en}. Allowed: {fault.allowed.en}"
        assert f"{home_file}, {place}" in error.say("en")
        place = f"第 {fault.line} 行，键 {fault.key}：{fault.wrong.zh}。允许：{fault.allowed.zh}"
        assert f"{home_file} {place}" in error.say("zh_CN")
    return [(fault.key, fault.line) for fault in error.faults]


def assert_refused(home_file: Path, text: str, key: str, line: int, said: str) -> None:
    assert faults(home_file, text) == [(key, line)]
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    assert said in refused.value.en


def test_a_new_home_serves_one_breakfast_of_ten_yuan_from_half_past_six_to_half_past_nine() -> None:
    assert (SHIPPED.cap_fen, SHIPPED.hold_s, SHIPPED.hand_outs, SHIPPED.least_shown) == (
        1000,
        300,
        5,
        5,
    )
    assert (SHIPPED.window_from, SHIPPED.window_to) == (time(6, 30), time(9, 30))
    assert SHIPPED.service_day_from == time(0)
    assert SHIPPED.hand_out_reasons == ("卡丢失", "新来的工人", "卡读不出")
    assert SHIPPED.changes == ()
    assert SHIPPED.on(NEW_YEAR) == SHIPPED


def test_a_dated_rule_counts_from_its_day_on_and_leaves_the_rest_as_it_was(home_file: Path) -> None:
    home_file.write_text(
        f'{CHANGES}from_day = 2027-01-01\ncap_fen = 1200\nwindow_to = "09:00"\n'
        f'{CHANGES}from_day = 2026-05-01\ncap_fen = 900\nwindow_from = "06:00"\n',
        encoding="utf-8",
    )
    rules = load_settings(home_file).breakfast
    told = {
        day: (rules.on(day).cap_fen, rules.on(day).window_from, rules.on(day).window_to)
        for day in (
            date.min,
            date(2026, 4, 30),
            date(2026, 5, 1),
            date(2026, 12, 31),
            NEW_YEAR,
            date.max,
        )
    }
    shipped, may, year = (
        (1000, time(6, 30), time(9, 30)),
        (900, time(6), time(9, 30)),
        (1200, time(6), time(9)),
    )
    assert list(told.values()) == [shipped, shipped, may, may, year, year]
    assert rules.cap_fen == 1000
    assert rules.on(NEW_YEAR).hand_outs == SHIPPED.hand_outs


def test_a_dated_cap_of_nothing_is_a_cap_of_nothing_and_not_none(home_file: Path) -> None:
    home_file.write_text(f"{CHANGES}from_day = 2027-01-01\ncap_fen = 0\n", encoding="utf-8")
    assert load_settings(home_file).breakfast.on(NEW_YEAR).cap_fen == 0


def test_a_window_may_be_dated_to_begin_at_midnight(home_file: Path) -> None:
    text = f'{CHANGES}from_day = 2027-01-01\nwindow_from = "00:00"\n'
    home_file.write_text(text, encoding="utf-8")
    assert load_settings(home_file).breakfast.on(NEW_YEAR).window_from == time(0)


_CLOCKS = st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0))
_CHANGES = st.lists(
    st.builds(
        BreakfastChange,
        from_day=st.dates(NEW_YEAR, NEW_YEAR + timedelta(days=9)),
        cap_fen=st.none() | st.integers(0, 100_000),
        window_from=_CLOCKS,
        window_to=_CLOCKS,
    ),
    max_size=6,
    unique_by=lambda change: change.from_day,
)


def _last_said(changes: Sequence[BreakfastChange], name: str, day: date) -> object:
    """What the latest row up to ``day`` says of ``name``; the rule of today where none does."""
    said = [
        (each.from_day, getattr(each, name))
        for each in changes
        if each.from_day <= day and getattr(each, name) is not None
    ]
    return max(said)[1] if said else getattr(SHIPPED, name)


@given(changes=_CHANGES, days=st.integers(-1, 10))
def test_each_rule_of_a_day_is_what_was_last_said_of_it_in_whatever_order_the_rows_stand(
    changes: list[BreakfastChange], days: int
) -> None:
    day = NEW_YEAR + timedelta(days=days)
    rules = replace(SHIPPED, changes=tuple(changes)).on(day)
    for name in ("cap_fen", "window_from", "window_to"):
        assert getattr(rules, name) == _last_said(changes, name, day)
    assert rules == replace(SHIPPED, changes=tuple(changes)).on(day).on(day)


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        ("[breakfast]\ncap_fen = -1", "breakfast.cap_fen", 2, "from 0 to 100000"),
        ("[breakfast]\ncap_fen = 100001", "breakfast.cap_fen", 2, "from 0 to 100000"),
        ("[breakfast]\ncap_fen = 10.0", "breakfast.cap_fen", 2, "10.0 will not do"),
        ('[breakfast]\nwindow_to = "24:00"', "breakfast.window_to", 2, "23:59"),
        ('[breakfast]\nwindow_to = "09:30:00"', "breakfast.window_to", 2, "23:59"),
        ("[breakfast]\nwindow_to = 09:30:00", "breakfast.window_to", 2, "09:30:00 will not do"),
        ('[breakfast]\nservice_day_from = "4"', "breakfast.service_day_from", 2, "23:59"),
        ("[breakfast]\nhold_s = 9", "breakfast.hold_s", 2, "from 10 to 3600"),
        ("[breakfast]\nhold_s = 3601", "breakfast.hold_s", 2, "from 10 to 3600"),
        ("[breakfast]\nhand_outs = true", "breakfast.hand_outs", 2, "from 0 to 1000"),
        ("[breakfast]\nleast_shown = 0", "breakfast.least_shown", 2, "from 1 to 1000"),
        ("[breakfast]\nhand_out_reasons = ['a', 'a']", "breakfast.hand_out_reasons", 2, "differ"),
        ("[breakfast]\nhand_out_reasons = 'a'", "breakfast.hand_out_reasons", 2, "at most 9"),
        ("[breakfast]\ncap = 1000", "breakfast.cap", 2, "did you mean cap_fen"),
        ("[breakfast]\nchanges = 5", "breakfast.changes", 2, "[[breakfast.changes]]"),
        ("[breakfast]\nchanges = [5]", "breakfast.changes[1]", 2, "not a table"),
        (f"{CHANGES}cap_fen = 1200", "breakfast.changes[1].from_day", 1, "from_day is missing"),
        (
            f'{CHANGES}from_day = "2027-01-01"\ncap_fen = 1',
            "breakfast.changes[1].from_day",
            2,
            "a date like 2027-01-01, without quotes",
        ),
        (
            f"{CHANGES}from_day = 2027-01-01T00:00:00\ncap_fen = 1",
            "breakfast.changes[1].from_day",
            2,
            "2027-01-01 00:00:00 will not do",
        ),
        (
            f"{CHANGES}from_day = 20270101\ncap_fen = 1",
            "breakfast.changes[1].from_day",
            2,
            "20270101 will not do",
        ),
        (
            f"{CHANGES}from_day = 2027-01-01\ncap_fen = 100001",
            "breakfast.changes[1].cap_fen",
            3,
            "from 0 to 100000",
        ),
        (
            f"{CHANGES}from_day = 2027-01-01\nwindow_from = '6:30'",
            "breakfast.changes[1].window_from",
            3,
            "23:59",
        ),
        (
            f"{CHANGES}from_day = 2027-01-01\nhand_outs = 3",
            "breakfast.changes[1].hand_outs",
            3,
            "no such key",
        ),
        (
            f"\n{CHANGES}from_day = 2027-01-01",
            "breakfast.changes[1]",
            2,
            "it does not say what changes. Allowed: at least one of cap_fen, window_from",
        ),
    ],
)
def test_a_wrong_rule_names_its_line_and_what_is_allowed(
    home_file: Path, text: str, key: str, line: int, said: str
) -> None:
    assert_refused(home_file, text, key, line, said)


def test_a_day_that_is_none_in_the_calendar_is_no_toml(home_file: Path) -> None:
    home_file.write_text(f"{CHANGES}from_day = 2027-02-29\ncap_fen = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="this is not TOML"):
        load_settings(home_file)


def test_two_dated_rules_of_one_day_are_refused_at_the_second(home_file: Path) -> None:
    row = f"{CHANGES}from_day = 2027-01-01\ncap_fen = 1200\n"
    other = f"{CHANGES}from_day = 2026-01-01\ncap_fen = 1100\n"
    assert_refused(
        home_file,
        row + other + row,
        "breakfast.changes[3].from_day",
        8,
        "2027-01-01 has a rule already. Allowed: each day only once",
    )


def test_a_dated_window_is_held_against_what_the_rows_before_its_day_left(home_file: Path) -> None:
    early = f'{CHANGES}from_day = 2027-01-01\nwindow_to = "08:00"\n'
    late = f'{CHANGES}from_day = 2027-02-01\nwindow_from = "08:00"\n'
    said = "does not end after it begins. Allowed: a time after 08:00"
    assert_refused(home_file, early + late, "breakfast.changes[2].window_to", 4, said)
    assert_refused(home_file, late + early, "breakfast.changes[1].window_to", 1, said)
    home_file.write_text(late, encoding="utf-8")
    assert load_settings(home_file).breakfast.on(date(2027, 2, 1)).window_from == time(8)


def test_a_window_of_one_minute_is_a_window(home_file: Path) -> None:
    text = f'{CHANGES}from_day = 2027-01-01\nwindow_from = "09:29"\n'
    home_file.write_text(text, encoding="utf-8")
    assert load_settings(home_file).breakfast.on(NEW_YEAR).window_from == time(9, 29)


def test_a_wrong_window_is_said_where_it_is_stated_and_not_again_by_later_caps(
    home_file: Path,
) -> None:
    cap = f"{CHANGES}from_day = 2027-01-01\ncap_fen = 1200\n"
    text = '[breakfast]\nwindow_to = "06:30"\n' + cap
    assert faults(home_file, text) == [("breakfast.window_to", 2)]


def test_the_service_day_may_not_turn_inside_the_window(home_file: Path) -> None:
    assert_refused(
        home_file,
        '[breakfast]\nservice_day_from = "07:00"',
        "breakfast.service_day_from",
        2,
        "turns at 07:00, inside the window 06:30–09:30, so that a card would be good twice",
    )
    assert_refused(
        home_file,
        f'[breakfast]\nservice_day_from = "06:00"\n'
        f'{CHANGES}from_day = 2027-01-01\nwindow_from = "05:59"',
        "breakfast.changes[1]",
        3,
        "turns at 06:00, inside the window 05:59–09:30",
    )


@pytest.mark.parametrize("turn", ["00:00", "06:30", "09:30", "23:59"])
def test_the_service_day_may_turn_at_either_end_of_the_window_and_outside(
    home_file: Path, turn: str
) -> None:
    home_file.write_text(f'[breakfast]\nservice_day_from = "{turn}"\n', encoding="utf-8")
    rules = load_settings(home_file).breakfast
    assert f"{rules.service_day_from:%H:%M}" == turn


def test_all_that_is_wrong_with_the_dated_rules_is_said_at_once(home_file: Path) -> None:
    text = (
        f'{CHANGES}from_day = 2027-01-01\nwindow_to = "06:00"\n'
        f"{CHANGES}from_day = 2027-01-01\n"
        '[breakfast]\nwindow_from = "09:30"\n'
    )
    assert faults(home_file, text) == [
        ("breakfast.changes[1].window_to", 3),
        ("breakfast.changes[2]", 4),
        ("breakfast.changes[2].from_day", 5),
        ("breakfast.window_to", 6),
    ]


def test_the_fund_is_its_own_until_the_operator_says_otherwise(home_file: Path) -> None:
    assert load_settings().fund.custody == "A"
    assert load_settings().accounts.custody == "101203"
    home_file.write_text('[fund]\ncustody = "B"\n[accounts]\ncustody = "100201"\n', "utf-8")
    settings = load_settings(home_file)
    assert (settings.fund.custody, settings.accounts.custody) == ("B", "100201")


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('[fund]\ncustody = "C"', "fund.custody", '"A" / "B"'),
        ('[fund]\ncustody = "a"', "fund.custody", "'a' will not do"),
        ('[fund]\ncustody = ""', "fund.custody", '"A" / "B"'),
        ("[fund]\ncustody = true", "fund.custody", "true will not do"),
        ('[accounts]\ncustody = "224101"', "accounts.custody", "of type liability"),
        ('[accounts]\ncustody = "1012"', "accounts.custody", "has sub-accounts"),
        ('[accounts]\ncustody = "101299"', "accounts.custody", "no 101299"),
        ('[accounts]\nbreakfast_sales = "101203"', "accounts.breakfast_sales", "of type asset"),
    ],
)
def test_the_third_party_account_is_an_asset_and_held_in_one_of_two_ways(
    home_file: Path, text: str, key: str, said: str
) -> None:
    assert_refused(home_file, text, key, 2, said)


def test_the_fund_is_no_tender_that_a_cashier_could_take(home_file: Path) -> None:
    tender = (
        '[[tenders]]\nid = "fund"\nname_zh = "餐券"\nname_en = "Voucher"\naccount = "101204"\n'
        'key = "f5"\nconfirmed_by = "cashier"\ngives_change = false\n'
    )
    assert_refused(home_file, tender, "tenders[fund].id", 2, "the charity fund itself")
    home_file.write_text(tender.replace('"fund"', '"voucher"'), encoding="utf-8")
    assert [each.id for each in load_settings(home_file).tenders] == ["voucher"]
