"""A ticket met again: in the same file, in a later one, or after the home's settings changed."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.settings import DEFAULTS
from kiosk.till.home import open_home
from kiosk.till.store import open_database
from kiosk.till.till import Till

if TYPE_CHECKING:
    from tests.kiosk.replay.conftest import Bench

HEAD = "no,item,paid,when\n"
MONDAY = "1,茶,3.00,2026-11-23 08:00\n2,茶,3.00,2026-11-23 08:01\n"
TUESDAY = MONDAY.replace("-23", "-24")
TWICE = "the ticket's key stands twice in the file"

MANY = "store,no,item,qty,price,when,by\n"

FROM_CATALOGUE = """
data_set = "list"
ticket.key = "no"
item = { column = "item", match = "name" }
price.rule = "catalogue"
catering.rule = "catalogue"
time = { column = "when", formats = "%Y-%m-%d %H:%M" }
tender.fixed = "wechat"
"""


def test_a_number_that_starts_again_each_day_is_no_second_run(bench: Bench) -> None:
    totals = bench.run(HEAD + MONDAY + TUESDAY)
    assert (totals["accepted"], totals["rejected"], totals["already_there"]) == (2, 2, 0)
    assert [line for line, _, _ in bench.rejected()] == [4, 5]
    assert all(why.startswith(TWICE) and "ticket.key" in why for _, _, why in bench.rejected())
    again = bench.run(HEAD + MONDAY + TUESDAY)
    assert (again["accepted"], again["rejected"], again["already_there"]) == (0, 2, 2)


def test_the_date_in_the_key_tells_the_days_apart(bench: Bench, one_line: str) -> None:
    made = one_line.replace('key = "no"', 'key = ["no", "when"]')
    assert bench.run(HEAD + MONDAY + TUESDAY, made)["accepted"] == 4


def test_a_row_that_stands_twice_is_listed(bench: Bench) -> None:
    totals = bench.run(HEAD + MONDAY + MONDAY[: len(MONDAY) // 2])
    assert (totals["accepted"], totals["rejected"]) == (2, 1)


def test_the_next_day_s_file_with_the_same_numbers_is_a_conflict(bench: Bench) -> None:
    bench.run(HEAD + MONDAY)
    totals = bench.run(HEAD + TUESDAY)
    assert (totals["accepted"], totals["already_there"], totals["conflicts"]) == (0, 0, 2)
    assert bench.code == 1


def test_lines_pushed_down_by_a_new_one_are_conflicts_where_the_line_is_the_key(
    bench: Bench, one_line: str
) -> None:
    made = one_line.replace('[ticket]\nkey = "no"\n', "")
    bench.run(HEAD + MONDAY, made)
    totals = bench.run(HEAD + "0,茶,3.00,2026-11-23 07:00\n" + MONDAY, made)
    assert (totals["accepted"], totals["already_there"], totals["conflicts"]) == (1, 0, 2)


def test_rows_of_two_days_are_never_one_ticket(bench: Bench, many_lines: str) -> None:
    rows = """A,1,米,1,5.00,2026-11-23 07:00,现金
A,2,米,1,5.00,2026-11-23 07:00,现金
A,2,盐,1,1.00,,现金
A,2,盐,1,1.00,2026-11-23 23:59,现金
A,1,米,1,5.00,2026-11-24 07:00,现金
"""
    totals = bench.run(MANY + rows, many_lines)
    assert (totals["accepted"], totals["rejected"], totals["gross_fen"]) == (1, 1, 700)
    ((line, ticket, reason),) = bench.rejected()
    assert (line, ticket) == (2, "A 1")
    assert reason.startswith("its rows are of several business dates")
    assert "ticket.key" in reason


def test_the_business_date_is_the_kiosk_s_own(bench: Bench, many_lines: str) -> None:
    bench.home.mkdir()
    bench.write("home/kiosk.toml", '[day]\nrollover = "04:00"\n')
    rows = """A,1,米,1,5.00,2026-11-23 23:50,现金
A,1,米,1,5.00,2026-11-24 00:10,现金
A,2,米,1,5.00,2026-11-24 03:50,现金
A,2,米,1,5.00,2026-11-24 04:10,现金
"""
    totals = bench.run(MANY + rows, many_lines)
    assert (totals["accepted"], totals["rejected"]) == (1, 1)
    assert bench.rejected()[0][1] == "A 2"


def set_aside(bench: Bench) -> None:
    bench.write("home/kiosk.toml", "[fund]\nset_aside_fen = 20\n")


def another_account(bench: Bench) -> None:
    tenders = DEFAULTS.read_text(encoding="utf-8").partition("[[tenders]]")
    bench.write("home/kiosk.toml", "".join(tenders[1:]).replace('"101201"', '"101202"'))


@pytest.mark.parametrize("change", [set_aside, another_account])
def test_a_setting_that_changed_is_no_conflict(bench: Bench, change: object) -> None:
    bench.run(HEAD + MONDAY)
    before = bench.records()
    assert callable(change)
    change(bench)
    totals = bench.run(HEAD + MONDAY + "3,茶,3.00,2026-11-23 08:02\n")
    assert (totals["accepted"], totals["already_there"], totals["conflicts"]) == (1, 2, 0)
    assert bench.records()[:2] == before
    totals = bench.run(HEAD + MONDAY.replace("3.00", "3.10", 1))
    assert (totals["already_there"], totals["conflicts"]) == (1, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("catering = true", "catering = false"),
        ('name_zh = "豆浆"', 'name_zh = "热豆浆"'),
        ('price = "', 'price = "1'),
    ],
)
def test_a_catalogue_that_changed_is_no_conflict(bench: Bench, old: str, new: str) -> None:
    rows = HEAD + "1,soy milk (cup),,2026-11-23 08:00\n"
    bench.run(rows, FROM_CATALOGUE)
    (record,) = bench.records()
    assert record["doc"]["lines"][0]["name"] == "豆浆"
    catalogue = bench.home / "catalogue.toml"
    written = catalogue.read_text(encoding="utf-8")
    assert old in written
    bench.write("home/catalogue.toml", written.replace(old, new))
    totals = bench.run(rows, FROM_CATALOGUE)
    assert (totals["already_there"], totals["conflicts"], totals["rejected"]) == (1, 0, 0)
    changed = bench.run(rows.replace("08:00", "09:00"), FROM_CATALOGUE)
    assert (changed["already_there"], changed["conflicts"]) == (0, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [("茶", "水"), ("3.00", "3.01"), ("08:00", "08:01"), ("3.00", "-3.00"), ("3.00", "0.00")],
)
def test_whatever_the_file_says_otherwise_is_a_conflict(bench: Bench, old: str, new: str) -> None:
    row = "1,茶,3.00,2026-11-23 08:00\n"
    bench.run(HEAD + row)
    set_aside(bench)
    totals = bench.run(HEAD + row.replace(old, new))
    assert (totals["accepted"], totals["already_there"], totals["conflicts"]) == (0, 0, 1)


def test_another_tender_is_a_conflict(bench: Bench, one_line: str) -> None:
    bench.run(HEAD + MONDAY)
    assert bench.run(HEAD + MONDAY, one_line.replace("wechat", "cash"))["conflicts"] == 2


def test_a_return_is_there_already_after_a_setting_changed(bench: Bench) -> None:
    rows = HEAD + "1,茶,-3.00,2026-11-23 08:00\n"
    bench.run(rows)
    another_account(bench)
    assert bench.run(rows)["already_there"] == 1
    assert bench.run(rows.replace("08:00", "08:01"))["conflicts"] == 1
    assert bench.run(rows.replace("-3", "-4"))["conflicts"] == 1


def test_a_book_whose_shift_is_open_takes_no_history_into_that_shift(bench: Bench) -> None:
    bench.run(HEAD + MONDAY)
    home = open_home(bench.home)
    with closing(open_database(home)) as database:
        till = Till(database, home.settings, book="STALL")
        till.open_shift({10000: 2}, ref=uuid4(), at=datetime(2026, 11, 25, 1, tzinfo=UTC))
    assert bench.run(HEAD + TUESDAY.replace("1,", "3,", 1))["accepted"] == 0
    assert bench.code == 1
    assert "Shift 1 of book STALL is open" in bench.err
    assert "第 1 班" in bench.err
    assert len(bench.records()) == 2
