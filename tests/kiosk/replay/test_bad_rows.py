"""Rows that cannot be rung: each is listed with its line and its reason, and nothing else stops."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kiosk.replay.conftest import Bench

HEAD = "no,item,paid,when\n"
GOOD = "9,豆浆,3.00,2026-11-23 07:00\n"
WIDE = "一" * 31


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,茶,1.00,2026-02-29 07:00", "there is no date '2026-02-29 07:00'"),
        ("1,茶,1.00,0001-01-01 00:00", "there is no date '0001-01-01 00:00'"),
        ("1,茶,1.00,9999-12-31 23:59", "there is no date '9999-12-31 23:59'"),
        ("1,茶,1.00,23.11.2026", "the time '23.11.2026' fits none of the formats"),
        ("1,茶,1.00,", "it has no time"),
        ("1,茶,一元,2026-11-23 07:00", "'一元' is not a number"),
        ("1,茶,,2026-11-23 07:00", "'' is not a number"),
        ("1,茶,1e2,2026-11-23 07:00", "'1e2' is not a number"),
        ("1,茶,nan,2026-11-23 07:00", "'nan' is not a number"),
        ("1,茶,inf,2026-11-23 07:00", "'inf' is not a number"),
        ("1,茶,0x10,2026-11-23 07:00", "'0x10' is not a number"),
        ("1,茶,1_000,2026-11-23 07:00", "'1_000' is not a number"),
        ('1,茶,"1,000.00",2026-11-23 07:00', "'1,000.00' is not a number"),
        ("1,茶,٣,2026-11-23 07:00", "'٣' is not a number"),
        ("1,茶,1.005,2026-11-23 07:00", "'1.005' is not a whole fen"),
        ("1,茶,99999999999999,2026-11-23 07:00", "'99999999999999' is too big"),
        (f"1,茶,{'9' * 5000},2026-11-23 07:00", "is not a number"),
        ("1,,1.00,2026-11-23 07:00", "item: it is empty"),
        ("1, 茶 ,1.00,2026-11-23 07:00", "file.trim = true drops them"),
        (f"1,{WIDE},1.00,2026-11-23 07:00", "62 columns wide"),
        ("1,茶\x1b[2J,1.00,2026-11-23 07:00", "a control character, U+001B"),
        ("1,茶\x00,1.00,2026-11-23 07:00", "a control character, U+0000"),
        ("1,\u202e茶,1.00,2026-11-23 07:00", "an invisible format character, U+202E"),
        ("1,茶,1.00", "it has 3 fields, the header has 4"),
        ("1,茶,1.00,2026-11-23 07:00,x", "it has 5 fields, the header has 4"),
        (",茶,1.00,2026-11-23 07:00", "the ticket's key is blank"),
        (f"1,{'x' * 200_000},1.00,2026-11-23 07:00", "it is no CSV"),
    ],
)
def test_a_bad_row_is_listed_and_the_next_one_is_rung(bench: Bench, row: str, reason: str) -> None:
    totals = bench.run(f"{HEAD}{row}\n{GOOD}")
    assert (totals["accepted"], totals["rejected"], totals["gross_fen"]) == (1, 1, 300)
    assert bench.code == 0
    assert "sales.csv.rejected.csv" in bench.err
    ((line, _, said),) = bench.rejected()
    assert line == 2
    assert reason in said
    assert bench.is_clean()


def test_a_line_is_counted_as_an_editor_counts_it(bench: Bench, one_line: str) -> None:
    rows = '\n1,"茶\n叶",1.00,2026-11-23 07:00\n\n2,茶,x,2026-11-23 07:00\n'
    made = f"{one_line}\n[file]\nmultiline = true\n"
    assert bench.run(HEAD + rows, made)["rejected"] == 2
    assert [line for line, _, _ in bench.rejected()] == [3, 6]
    assert "a control character, U+000A" in bench.rejected()[0][2]


def test_what_cannot_be_decoded_rejects_its_row_alone(bench: Bench) -> None:
    rows = (
        (HEAD + GOOD).encode()
        + b"1,\xff\xfe,1.00,2026-11-23 07:00\n"
        + b"2,ok,1,2026-11-23 07:00\n"
    )
    totals = bench.run(rows)
    assert (totals["accepted"], totals["rejected"]) == (2, 1)
    assert bench.rejected() == [(3, "1", "it is not utf-8")]


def test_markup_emoji_and_formulas_are_names_like_others(bench: Bench) -> None:
    names = ["[red]茶[/]", "=1+1", "🍵"]
    rows = [f"{n},{name},1.00,2026-11-23 07:00\n" for n, name in enumerate(names)]
    assert bench.run(HEAD + "".join(rows))["accepted"] == 3
    assert [r["doc"]["lines"][0]["name"] for r in bench.records()] == names


@pytest.mark.parametrize("key", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1"])
def test_the_list_holds_no_formula(bench: Bench, key: str) -> None:
    bench.run(f"{HEAD}{key},茶,x,2026-11-23 07:00\n")
    path = bench.home / "reports" / "sales.csv.rejected.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        cell = list(csv.reader(file))[1][1]
    assert cell == f"'{key.strip()}"


def test_the_list_shows_what_is_invisible(bench: Bench) -> None:
    bench.run(f"{HEAD}a\x1bb,茶,x,2026-11-23 07:00\n")
    assert bench.rejected()[0][1] == "a\\u001bb"


def test_the_list_goes_where_it_is_asked_to(bench: Bench, one_line: str) -> None:
    path = bench.folder / "out" / "bad.csv"
    totals = bench.run(f"{HEAD}1,茶,x,2026-11-23 07:00\n", one_line, "--report", str(path))
    assert totals["report"] == str(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfline,ticket,reason_zh,reason_en\r\n2,1,")
    assert [each.name for each in path.parent.iterdir()] == ["bad.csv"]


def test_the_list_of_a_clean_run_is_empty_and_replaces_the_last(bench: Bench) -> None:
    bench.run(f"{HEAD}1,茶,x,2026-11-23 07:00\n")
    bench.run(f"{HEAD}1,茶,2,2026-11-23 07:00\n")
    assert bench.rejected() == []


@pytest.mark.parametrize(
    "inside", ["kiosk.db", "kiosk.toml", "till.lock", "new.csv", "reports", "reports/../new.csv"]
)
def test_the_list_never_goes_among_the_home_s_own_files(
    bench: Bench, one_line: str, inside: str
) -> None:
    bench.run(HEAD + GOOD)
    before = {each.name: each.read_bytes() for each in bench.home.iterdir() if each.is_file()}
    more = HEAD + GOOD.replace("9,", "8,")
    said = bench.refused(more, one_line, "--report", str(bench.home / inside))
    assert "--report" in said
    assert {e.name: e.read_bytes() for e in bench.home.iterdir() if e.is_file()} == before
    assert bench.is_clean()


def test_the_list_never_goes_into_a_home_by_another_name(bench: Bench, one_line: str) -> None:
    bench.run(HEAD + GOOD)
    (bench.folder / "link").symlink_to(bench.home)
    assert bench.refused(HEAD + GOOD, one_line, "--report", str(bench.folder / "link" / "kiosk.db"))
    (bench.folder / "file").symlink_to(bench.home / "kiosk.db")
    assert bench.refused(HEAD + GOOD, one_line, "--report", str(bench.folder / "file"))
    assert bench.is_clean()


def test_the_list_replaces_no_file_but_a_list(bench: Bench, one_line: str) -> None:
    path = bench.folder / "list.csv"
    bad = HEAD + "1,茶,x,2026-11-23 07:00\n"
    path.touch()
    for _ in range(2):
        assert bench.run(bad, one_line, "--report", str(path))["rejected"] == 1
    for precious in (b"precious\n", b"\xff" * 5000, b"line,ticket\n"):
        path.write_bytes(precious)
        said = bench.refused(bad, one_line, "--report", str(path))
        assert "list.csv" in said
        assert "--report" in said
        assert path.read_bytes() == precious
    assert bench.refused(bad, one_line, "--report", "/dev/null")
    assert bench.records() == []


def test_the_list_may_lie_beside_the_others_in_the_home(bench: Bench, one_line: str) -> None:
    path = bench.home / "reports" / "mine.csv"
    assert bench.run(HEAD + GOOD, one_line, "--report", str(path))["report"] == str(path)
    assert path.is_file()


@pytest.mark.parametrize("name", ["sales.csv", "map.toml"])
def test_the_list_never_overwrites_what_is_read(bench: Bench, one_line: str, name: str) -> None:
    said = bench.refused(HEAD + GOOD, one_line, "--report", str(bench.folder / name))
    assert name in said
    assert (bench.folder / "sales.csv").read_text(encoding="utf-8") == HEAD + GOOD


def test_a_list_that_cannot_be_written_is_refused_before_a_ticket_is_rung(
    bench: Bench, one_line: str
) -> None:
    bench.write("wall", "")
    said = bench.refused(HEAD + GOOD, one_line, "--report", str(bench.folder / "wall" / "x.csv"))
    assert "--report" in said
    assert not (bench.home / "kiosk.db").exists()


def test_columns_that_nobody_reads_may_hold_anything(bench: Bench) -> None:
    rows = "no,note,item,paid,when\n1,\x1b\u202e,茶,1.00,2026-11-23 07:00\n"
    assert bench.run(rows)["accepted"] == 1


def test_blank_cells_behind_the_last_column_are_no_fault(bench: Bench) -> None:
    assert bench.run(HEAD + "1,茶,1.00,2026-11-23 07:00,,\n")["accepted"] == 1
