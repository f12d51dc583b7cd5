"""Quotes that do not close: every line of the file is rung, listed or ignored; none vanishes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.replay.source import Reading, open_csv

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.replay.conftest import Bench

HEAD = "no,item,paid,when,note\n"
UNCLOSED = "a quote is not closed on this line"


def row(number: int, note: str = "") -> str:
    return f"{number},茶,3.00,2026-11-23 08:00,{note}\n"


def multiline(made: str) -> str:
    return f"{made}\n[file]\nmultiline = true\n"


@pytest.mark.parametrize("several", [False, True])
def test_a_stray_quote_costs_its_own_line_alone(
    bench: Bench, one_line: str, *, several: bool
) -> None:
    rows = HEAD + row(1, "ok") + row(2, '"oops') + "".join(map(row, range(3, 6)))
    totals = bench.run(rows, multiline(one_line) if several else one_line)
    assert (totals["accepted"], totals["rejected"], totals["rows"]) == (4, 1, 5)
    ((line, _, reason),) = bench.rejected()
    assert line == 3
    assert reason.startswith(UNCLOSED)


def test_two_stray_quotes_swallow_nothing_between_them(bench: Bench) -> None:
    rows = HEAD + row(1) + row(2, '"5in') + row(3) + row(4, 'x"') + row(5)
    totals = bench.run(rows)
    assert (totals["accepted"], totals["rejected"]) == (4, 1)
    assert [line for line, _, _ in bench.rejected()] == [3]


def test_quoted_commas_and_doubled_quotes_are_text(bench: Bench) -> None:
    bench.run(HEAD + '1,"茶, ""大""",3.00,2026-11-23 08:00,5" pipe\n')
    assert bench.records()[0]["doc"]["lines"][0]["name"] == '茶, "大"'


def test_fields_go_on_below_where_the_map_says_so(bench: Bench, one_line: str) -> None:
    rows = HEAD + row(1, '"two\nlines, and\nthree"') + row(2)
    totals = bench.run(rows, multiline(one_line))
    assert (totals["accepted"], totals["rejected"], totals["rows"]) == (2, 0, 2)
    assert bench.run(rows, one_line.replace("STALL", "B"))["rejected"] == 3
    assert [line for line, _, _ in bench.rejected()] == [2, 3, 4]


def test_a_quote_that_swallows_columns_of_the_next_lines_gives_them_back(
    bench: Bench, one_line: str
) -> None:
    rows = HEAD + row(1, '"oops') + row(2) + row(3, '"x",y') + row(4)
    totals = bench.run(rows, multiline(one_line))
    assert (totals["accepted"], totals["rejected"]) == (2, 2)
    assert [line for line, _, _ in bench.rejected()] == [2, 4]


def test_a_quote_that_stays_open_for_a_thousand_lines_is_a_fault_of_its_line(
    bench: Bench, one_line: str
) -> None:
    rows = HEAD + row(1, '"oops') + "\n" * 1200 + row(2) + row(3, '"fine"')
    totals = bench.run(rows, multiline(one_line))
    assert (totals["accepted"], totals["rejected"]) == (2, 1)


def test_text_behind_a_closing_quote_is_no_csv(bench: Bench) -> None:
    totals = bench.run(HEAD + '1,"茶" x,3.00,2026-11-23 08:00,\n' + row(2))
    assert (totals["accepted"], totals["rejected"]) == (1, 1)
    assert "it is no CSV" in bench.rejected()[0][2]


def test_a_header_with_an_open_quote_is_said(bench: Bench) -> None:
    said = bench.refused('no,item,paid,"when\n' + row(1))
    assert UNCLOSED in said


def test_without_a_quote_character_quotes_are_text(bench: Bench, one_line: str) -> None:
    made = f'{one_line}\n[file]\nquote = ""\n'
    assert bench.run(HEAD + row(1, '"oops') + row(2), made)["accepted"] == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    cells=st.lists(st.text(alphabet='a",\n', max_size=12), max_size=12),
    several=st.booleans(),
)
def test_no_line_vanishes_whatever_the_quotes(
    tmp_path: Path, *, cells: list[str], several: bool
) -> None:
    path = tmp_path / "any.csv"
    text = "h,i\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells))
    path.write_text(text, encoding="utf-8", newline="")
    reading = Reading("utf-8", ",", '"', header=True, skip_lines=0, multiline=several)
    with open_csv(path, reading) as file:
        rows = list(file)
    lines = text.splitlines()
    bounds = [each.line for each in rows] + [len(lines) + 1]
    assert bounds == sorted(set(bounds))
    assert not any(line.strip(',"') for line in lines[1 : bounds[0] - 1])
    for each, end in zip(rows, bounds[1:], strict=True):
        span = lines[each.line - 1 : end - 1]
        if each.fault:
            # Nothing but lines without a word stands between a rejected line and the next row.
            assert not any(line.strip(',"') for line in span[1:])
        else:
            read = list(csv.reader(io.StringIO("\n".join(span), newline=""), strict=True))
            assert [fields for fields in read if any(fields)] == [each.fields]
