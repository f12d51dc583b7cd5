"""Lists as they come: encodings, delimiters, spreadsheets and what people write into them."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.errors import Refusal
from kiosk.card_commands.lists import ListError, read_file
from kiosk.sale.card_cells import CellError, hex_uid
from kiosk.sale.card_list import CardList, HeaderError, Rules, columns_of, read_list
from tests.kiosk.conftest import bilingual

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 24)
HEADER = "姓名,卡号,单位,电话,类型,有效期"


def no_photo(_name: str) -> bytes:
    raise CellError("没有照片。", "there is no photo.")


RULES = Rules(
    hex_uid,
    {"worker": "worker", "环卫工早餐卡": "worker"},
    "worker",
    TODAY,
    lambda _: None,
    no_photo,
)


def read(path: Path, rules: Rules = RULES) -> CardList:
    listed = read_file(path)
    return read_list(listed.rows, columns_of(listed.header, {}), rules)


def csv(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def sheet(tmp_path: Path, *rows: list[Any]) -> Path:
    """A workbook whose cells are as typed; a text that begins with ``=`` is a formula."""
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        first = book.add_worksheet()
        for number, row in enumerate(rows):
            first.write_row(number, 0, row)
    return path


def wrong(found: CardList) -> dict[int, list[str]]:
    """The English of what is wrong, by line."""
    said: dict[int, list[str]] = {}
    for each in found.findings:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in each.what.zh)
        said.setdefault(each.line, []).append(each.what.en)
    return said


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 BOM"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_is_read_in_any_usual_encoding_and_it_says_which(
    tmp_path: Path, encoding: str, name: str, delimiter: str
) -> None:
    lines = [HEADER, "䶮一,04A1B2C3D4E5F6,市容,13800001234,,", "𬀩二,04111213,,,worker,2027/1/31"]
    path = csv(tmp_path, *(each.replace(",", delimiter) for each in lines), encoding=encoding)
    assert name in read_file(path).how.en
    first, second = read(path).entries
    assert (first.line, first.holder.name, first.uid.hex()) == (2, "䶮一", "04a1b2c3d4e5f6")
    assert (first.type, first.expires, first.holder.phone) == ("worker", None, "13800001234")
    assert (second.holder.name, second.expires) == ("𬀩二", date(2027, 1, 31))


def test_a_gbk_file_is_read_as_the_gb18030_that_it_is(tmp_path: Path) -> None:
    path = csv(tmp_path, HEADER, "王秀英,04A1B2C3,市容,,,", encoding="gbk")
    assert read(path).entries[0].holder.name == "王秀英"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("=1+1,04A1B2C3,,,,", "formula"),
        ("＝1+1,04A1B2C3,,,,", "formula"),
        ("@x,04A1B2C3,,,,", "formula"),
        ('王,"=""04A1B2C3""",,,,', "formula"),
        ("王,04A1B2C3,-x,,,", "formula"),
        ("王,04A1B2C3,,+cmd=1,,", "formula"),
        ("王,4.0086E+09,,,,", "turned"),
        ("王,4E+09,,,,", "turned"),
        ("王,4008636142.0,,,,", "turned"),
        ("王,04A1B2,,,,", "6 signs"),
        ("王,04A1B2C,,,,", "7 signs"),
        ("王,04A1B2C3D4E5,,,,", "12 signs"),
        ("王,0000000000,,,,", "10 signs"),
        ("王,FFFFFFFF,,,,", "every byte"),
        ("王,G4A1B2C3,,,,", "in hex"),
        ("王,,,,,", "no card number"),
        (",04A1B2C3,,,,", "name"),
        ("王\u202e,04A1B2C3,,,,", "U+202E"),
        ("王\x07,04A1B2C3,,,,", "U+0007"),
        ("\ue863,04A1B2C3,,,,", "U+E863"),
        ("王" * 31 + ",04A1B2C3,,,,", "62 columns"),
        ("王,04A1B2C3,,abc,,", "telephone"),
        ("王,04A1B2C3,,,guest,", "card type"),
        ("王,04A1B2C3,,,,2026-11-23", "over already"),
        ("王,04A1B2C3,,,,2026-13-01", "expires is none"),
        ("王,04A1B2C3,,,,9999-01-01", "hundred years"),
        ("王,04A1B2C3", "2 cells"),
        ("王,04A1B2C3,,,,,x", "7 cells"),
        ('王,"04A1B2C3,,,,', "quote"),
        ('王,"04A1B2C3"x,,,,', "quote"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_the_next_is_good(
    tmp_path: Path, line: str, said: str
) -> None:
    found = read(csv(tmp_path, HEADER, line, "李,04111213,,,,"))
    assert list(wrong(found)) == [2]
    assert said in " ".join(wrong(found)[2])
    assert [each.line for each in found.entries] == [3]


def test_nothing_that_is_said_quotes_a_number_or_a_name(tmp_path: Path) -> None:
    lines = ["王秀英,04A1B2C3D4E5,,13x00001234,,", "=王秀英,04A1B2C3D4,,,,"]
    said = str(wrong(read(csv(tmp_path, HEADER, *lines))))
    assert not any(each in said for each in ("王秀英", "04A1", "13x"))


def test_lines_with_one_card_are_all_bad_and_the_same_person_twice_is_a_hint(
    tmp_path: Path,
) -> None:
    lines = ["王,04A1B2C3,市容,,,", "李,04:a1:b2:c3,市容,,,", "王,04111213,市容,,,"]
    found = read(csv(tmp_path, HEADER, *lines, "赵,04 A1 B2 C3,,,,", "钱,04212223,,,,"))
    assert found.bad_lines == {2, 3, 5}
    assert found.warnings == 1
    assert wrong(found)[2] == [f"the card is the same as on line {line}" for line in (3, 5)]
    assert wrong(found)[3] == wrong(found)[5] == ["the card is the same as on line 2"]
    assert "line 2" in wrong(found)[4][0]
    assert [each.line for each in found.entries] == [4, 6]
    assert [each.line for each in found.findings] == [2, 2, 3, 4, 5]


def test_a_card_of_the_books_is_bad_and_so_is_one_read_backwards(tmp_path: Path) -> None:
    books = {bytes.fromhex("04a1b2c3"): "ct_1"}
    rules = Rules(hex_uid, RULES.types, "worker", TODAY, books.get, no_photo)
    lines = ["王,04A1B2C3,,,,", "李,C3B2A104,,,,"]
    found = read(csv(tmp_path, HEADER, *lines), rules)
    assert "already, as ct_1" in wrong(found)[2][0]
    assert "backwards" in wrong(found)[3][0]


@pytest.mark.parametrize(
    ("lines", "facts"),
    [
        (["姓名,单位", "王,市容"], ['"card"', "name (姓名)"]),
        (["a,b", "c,d"], ['"name" and "card"']),
        (["姓名,卡号,card", "王,1,2"], ["--columns card="]),
        ([",,,"], ["empty"]),
        ([""], ["empty"]),
        (['"姓名,卡号', "王,1"], ["quote"]),
        (["x;y,z", "1;2,3"], ["semicolons"]),
    ],
)
def test_a_file_without_its_columns_says_which_are_missing_and_which_are_known(
    tmp_path: Path, lines: list[str], facts: list[str]
) -> None:
    with pytest.raises(Refusal) as refusal:
        read(csv(tmp_path, *lines))
    assert all(fact in refusal.value.en for fact in facts)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in refusal.value.zh)


def test_blank_lines_are_passed_over_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    found = read(csv(tmp_path, "", HEADER, "", ",,,,,", "王,04A1,,,,", "", "李,04111213,,,,"))
    assert (list(wrong(found)), found.lines) == ([5], 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
@example(data=b"\xff\xfe\x00")
@example(data=b"PK\x03\x04")
@example(data=bytes.fromhex("D0CF11E0A1B11AE1"))
@example(data="姓名,卡号\n".encode() + b"\xff,04A1B2C3")
def test_any_bytes_get_an_answer(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.csv"
    for content in (data, "姓名,卡号\n".encode() + data, "姓名,卡号\n".encode("gb18030") + data):
        path.write_bytes(content)
        try:
            found = read(path)
        except Refusal as refusal:
            if isinstance(refusal, ListError):
                bilingual(refusal, str(path))
        else:
            lines = {each.line for each in found.entries} | found.bad_lines
            assert len(lines) == found.lines


def test_a_spreadsheet_is_read_with_the_lines_that_it_shows(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        [],
        ["姓名", "卡号", "电话", "有效期", "备注"],
        ["䶮一", "04A1B2C3D4E5F6", 13800001234, date(2027, 1, 31), 1.5],
        [],
        ["𬀩二", "04111213", "", "2027年1月31日", ""],
    )
    first, second = read(path).entries
    assert (first.line, first.holder.phone, first.expires) == (3, "13800001234", date(2027, 1, 31))
    assert (second.line, second.expires) == (5, date(2027, 1, 31))


def test_in_a_spreadsheet_formulas_errors_and_spoilt_numbers_are_told_by_line(
    tmp_path: Path,
) -> None:
    path = sheet(
        tmp_path,
        ["name", "card", "employer"],
        ["王", 4008636142, ""],
        ["李", 4.0086e19, ""],
        ["张", '=HYPERLINK("x","04A1B2C3")', ""],
        ["赵", "04A1B2C3", "=1/0"],
        ["钱", date(2026, 1, 1), ""],
        ["孙", True, ""],
        ["周", "04111213", ""],
    )
    found = read(path)
    said = wrong(found)
    assert [("zeros" in each[0]) for each in (said[2], said[3], said[7])] == [True] * 3
    assert "formula" in said[4][0]
    assert "formula" in said[5][0]
    assert "turned" in said[6][0]
    assert [each.line for each in found.entries] == [8]


def test_a_formula_that_came_to_a_good_number_is_no_good_number(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        first = book.add_worksheet()
        first.write_row(0, 0, ["姓名", "卡号"])
        first.write(1, 0, "王")
        first.write_formula(1, 1, '="04A1B2C3"', value="04A1B2C3")
    assert list(wrong(read(path))) == [2]


def test_only_the_first_sheet_counts_whatever_order_its_parts_have(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("甲", "乙"):
            one = book.add_worksheet(name)
            one.write_row(0, 0, ["姓名", "卡号"])
            one.write_row(1, 0, [name, "04A1B2C3" if name == "甲" else "=1"])
    assert [each.holder.name for each in read(path).entries] == ["甲"]


def test_a_sheet_that_is_too_large_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        first = book.add_worksheet()
        first.write_row(0, 0, ["姓名", "卡号"])
        first.write(1_048_575, 16_383, "x")
    with pytest.raises(ListError, match="too large"):
        read_file(path)


def test_a_workbook_with_entities_or_with_a_piece_missing_is_refused(tmp_path: Path) -> None:
    good = sheet(tmp_path, ["姓名", "卡号"], ["王", "04A1B2C3"]).read_bytes()
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    for part, text in (("xl/worksheets/sheet1.xml", bomb), ("xl/workbook.xml", b"<workbook/>")):
        changed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(changed, "w") as new:
            for name in old.namelist():
                new.writestr(name, text if name == part else old.read(name))
        path = tmp_path / "changed.xlsx"
        path.write_bytes(changed.getvalue())
        with pytest.raises(ListError) as refusal:
            read_file(path)
        bilingual(refusal.value, str(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(place=st.integers(0, 10_000), value=st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, place: int, value: bytes) -> None:
    path = tmp_path / "list.xlsx"
    if not path.exists():
        sheet(tmp_path, ["姓名", "卡号"], ["王", "04A1B2C3"])
    data = bytearray(path.read_bytes())
    place %= len(data)
    data[place : place + len(value)] = value
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(bytes(data))
    try:
        found = read(damaged)
    except ListError as refusal:
        bilingual(refusal, str(damaged))
    except HeaderError as refusal:
        assert refusal.en.isprintable()  # noqa: PT017 - which it is depends on the place
    else:
        assert found.lines <= 1
