"""Files as they come: zipped, marked, in old encodings, with odd delimiters, or broken."""

from __future__ import annotations

import gzip
import os
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kiosk.replay.conftest import Bench

ROWS = "no,item,paid,when\n1,豆浆,3.00,2026-11-23 07:00\n"


def encoded(one_line: str, encoding: str) -> str:
    return f'{one_line}\n[file]\nencoding = "{encoding}"\n'


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "big5"]
)
def test_any_encoding_is_read(bench: Bench, one_line: str, encoding: str) -> None:
    rows = ROWS.replace("豆浆", "豆花") if encoding == "big5" else ROWS
    assert bench.run(rows.encode(encoding), encoded(one_line, encoding))["accepted"] == 1
    assert bench.records()[0]["doc"]["lines"][0]["name"] in {"豆浆", "豆花"}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_byte_order_mark_is_no_part_of_the_header(
    bench: Bench, one_line: str, encoding: str
) -> None:
    totals = bench.run(f"\ufeff{ROWS}".encode(encoding), encoded(one_line, encoding))
    assert totals["accepted"] == 1


@pytest.mark.parametrize("name", ["sales.csv.gz", "sales.csv"])
def test_gzip_is_known_by_its_first_bytes(bench: Bench, one_line: str, name: str) -> None:
    file = bench.write(name, gzip.compress(ROWS.encode()))
    assert bench.replay(file, bench.write("map.toml", one_line))["accepted"] == 1
    plain = bench.write("other.csv.gz", ROWS)
    assert bench.replay(plain, bench.write("map.toml", one_line))["already_there"] == 1


def test_a_gzip_that_is_cut_short_is_said_and_a_rerun_goes_on(bench: Bench, one_line: str) -> None:
    rows = "no,item,paid,when\n" + "".join(
        f"{n},货 {n * 7919 % 10007},3.00,2026-11-23 07:00\n" for n in range(3000)
    )
    whole = gzip.compress(rows.encode())
    totals = bench.run(whole[: len(whole) // 4], one_line)
    assert bench.code == 1
    assert "压缩文件已损坏" in bench.err
    assert "cut short" in bench.err
    rung = totals["accepted"]
    assert totals["stopped"]
    assert 0 < rung < 3000
    rest = bench.run(whole, one_line)
    assert (rest["already_there"], rest["accepted"]) == (rung, 3000 - rung)
    assert bench.is_clean()


@pytest.mark.parametrize("zipped", [False, True])
def test_a_pipe_is_read_like_a_file(bench: Bench, one_line: str, *, zipped: bool) -> None:
    pipe = bench.folder / "pipe"
    os.mkfifo(pipe)
    rows = gzip.compress(ROWS.encode()) if zipped else ROWS.encode()
    writer = threading.Thread(target=pipe.write_bytes, args=(rows,))
    writer.start()
    totals = bench.replay(pipe, bench.write("map.toml", one_line))
    writer.join()
    assert (totals["accepted"], bench.code, bench.err) == (1, 0, "")
    assert bench.rejected("pipe") == []


def test_crlf_and_old_mac_lines_are_lines(bench: Bench) -> None:
    assert bench.run(ROWS.replace("\n", "\r\n"))["accepted"] == 1
    assert bench.run(ROWS.replace("\n", "\r"))["already_there"] == 1


@pytest.mark.parametrize("delimiter", [";", "\\t", "|"])
def test_any_character_may_stand_between_fields(
    bench: Bench, one_line: str, delimiter: str
) -> None:
    rows = ROWS.replace(",", delimiter.replace("\\t", "\t"))
    made = f'{one_line}\n[file]\ndelimiter = "{delimiter}"\nquote = ""\n'
    assert bench.run(rows, made)["accepted"] == 1


def test_lines_above_the_header_can_be_skipped(bench: Bench, one_line: str) -> None:
    made = f"{one_line}\n[file]\nskip_lines = 2\n"
    totals = bench.run('销售明细,"\n\n' + ROWS + "2,茶,x,2026-11-23 07:00\n", made)
    assert (totals["accepted"], totals["rejected"]) == (1, 1)
    assert bench.rejected()[0][0] == 5


def test_a_file_without_a_header_is_read_by_place(bench: Bench, one_line: str) -> None:
    made = (
        one_line.replace('"no"', "1")
        .replace('"item"', "2")
        .replace('"paid"', "3")
        .replace('"when"', "4")
    )
    rows = "1,豆浆,3.00,2026-11-23 07:00\n2,豆浆\n3,合计,9,x\n"
    totals = bench.run(rows, f'{made}\n[file]\nheader = false\n[ignore]\n2 = ["合计"]\n')
    assert (totals["accepted"], totals["rejected"], totals["ignored"]) == (1, 1, 1)
    assert bench.rejected() == [(2, "2", "it has 2 fields, 4 are needed")]


def test_a_column_may_be_named_by_its_place_where_its_name_stands_twice(
    bench: Bench, one_line: str
) -> None:
    rows = "no,item,paid,paid,when\n1,豆浆,9.00,3.00,2026-11-23 07:00\n"
    said = bench.refused(rows, one_line)
    assert "price.column" in said
    assert "more than once" in said
    assert not bench.home.exists()
    assert bench.run(rows, one_line.replace('"paid"', "4"))["gross_fen"] == 300


def test_rows_can_be_ignored_or_chosen_by_what_they_say(bench: Bench, one_line: str) -> None:
    rows = (
        "no,item,paid,when,state\n"
        "1,豆浆,3.00,2026-11-23 07:00,完成\n2,NONE,x,x,完成\n3,茶,3,2026-11-23 07:00,取消\n合计,6\n"
    )
    made = f'{one_line}\n[ignore]\nitem = ["NONE"]\nno = ["合计"]\n[only]\nstate = ["完成"]\n'
    made = made.replace('data_set = "stall"\n', "").replace(
        "\n[ticket]", 'data_set = "s"\n[ticket]'
    )
    totals = bench.run(rows, made)
    assert (totals["accepted"], totals["ignored"], totals["rejected"]) == (1, 3, 0)


def test_trim_drops_the_spaces_around_fields(bench: Bench, one_line: str) -> None:
    rows = "no,item,paid,when\n 1 , 豆浆 , 3.00 , 2026-11-23 07:00 \n"
    assert bench.run(rows, f"{one_line}\n[file]\ntrim = true\n")["accepted"] == 1
    assert bench.records()[0]["doc"]["lines"][0]["name"] == "豆浆"


def test_a_header_in_another_encoding_is_said(bench: Bench, one_line: str) -> None:
    made = one_line.replace('"item"', '"商品"')
    said = bench.refused(ROWS.replace("item", "商品").encode("gbk"), made)
    assert "file.encoding" in said


def test_a_missing_column_names_the_key_and_the_columns(bench: Bench, one_line: str) -> None:
    said = bench.refused(ROWS, one_line.replace('"paid"', '"piad"'))
    assert "price.column" in said
    assert "did you mean paid" in said
    assert "no, item, paid, when" in said


@pytest.mark.parametrize("rows", ["", "\n", ",,\n"])
def test_a_file_without_a_word_in_its_header_is_refused(bench: Bench, rows: str) -> None:
    assert "header" in bench.refused(rows)


def test_a_header_alone_is_a_file_without_sales(bench: Bench) -> None:
    assert bench.run("no,item,paid,when\n")["rows"] == 0


def test_a_file_that_is_not_there_or_a_folder_is_refused(bench: Bench, one_line: str) -> None:
    made = bench.write("map.toml", one_line)
    assert bench.replay(bench.folder / "none.csv", made) == {}
    assert "none.csv" in bench.err
    assert bench.replay(bench.folder, made) == {}
    assert "folder" in bench.err
    assert not bench.home.exists()
