"""How text lies on paper."""

from __future__ import annotations

import unicodedata
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receipts.cells import SUBSTITUTES, printable, width, wrap
from receipts.errors import ControlCharacterError

STEERING: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
readable = st.text(st.characters(exclude_categories=STEERING))


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("Aa 1", 4), ("豆浆", 4), ("—…“”·①é", 14), ("５００ＭＬ", 10), ("￥5", 3)],
)
def test_width_is_the_number_of_gbk_bytes(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("¥5", "￥5"),
        ("5€", "5EUR"),
        ("a•b", "a·b"),
        ("1−2", "1-2"),
        ("a\u00a0b\u2003c", "a b c"),
        ("全角　５", "全角　５"),
        ("王䶮", "王□"),
        ("𠮷野家", "□野家"),
        ("🍜面", "□面"),
        ("❤\ufe0f", "□"),
        ("brûlée", "brulée"),
        ("e\u0301", "é"),
        ("x\u0302y", "xy"),
        ("=1+1 可乐[/]", "=1+1 可乐[/]"),
    ],
)
def test_what_gbk_lacks_prints_as_a_readable_stand_in_or_a_box(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize("text", sorted(SUBSTITUTES))
def test_every_substitute_is_needed_and_is_in_gbk(text: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        text.encode("gbk")
    assert width(SUBSTITUTES[text]) > 0


@pytest.mark.parametrize(
    "text",
    [
        "\x1bp\x00\x19\xfa",
        "\x1dV\x00",
        "\x10\x14\x01\x00\x05",
        "\x1b[2J",
        "面\n合计: 0.01",
        "a\tb",
        "\x7f",
        "\x9b2J",
        "\u202e100",
        "豆\u200b浆",
        "\ufeff豆浆",
        "a\u2028b",
        "a\u2029b",
        "\ud800",
    ],
)
def test_a_control_character_is_refused_with_its_code_point(text: str) -> None:
    with pytest.raises(ControlCharacterError) as refused:
        printable(text)
    character = refused.value.character
    assert unicodedata.category(character) in STEERING
    for sentence in (refused.value.zh, refused.value.en):
        assert f"U+{ord(character):04X}" in sentence
        assert character not in sentence


@given(readable)
def test_printable_text_is_in_gbk_and_stays_as_it_is(text: str) -> None:
    shown = printable(text)
    assert shown.encode("gbk").decode("gbk") == shown
    assert printable(shown) == shown


@given(readable.map(printable), st.integers(2, 48))
def test_wrapping_loses_nothing_but_spaces_and_never_passes_the_edge(
    text: str, columns: int
) -> None:
    lines = wrap(text, columns)
    assert lines
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("iced black tea 500 ml", ["iced black", "tea 500 ml"]),
        ("康师傅冰红茶500ml", ["康师傅冰红", "茶500ml"]),
        ("abcdefghijklmno", ["abcdefghij", "klmno"]),
        ("余额仍不足，店付", ["余额仍不", "足，店付"]),
        ("a豆浆豆浆豆浆", ["a豆浆豆浆", "豆浆"]),
    ],
)
def test_lines_break_where_a_reader_expects(text: str, lines: list[str]) -> None:
    assert wrap(text, 10) == lines
