from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Refusal, TextError
from config.text import ascii_digits, check_text, columns

REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ZALGO = "a" + "\u0301" * 200


def door(text: str, columns: int = 60) -> str:
    return check_text(text, what_zh="商品名称", what_en="product name", columns=columns)


@pytest.mark.parametrize(
    "name",
    [
        "可乐[/red]",
        "[@click=app.quit]水[/]",
        "=HYPERLINK(1)",
        "＝1+1",
        "🍜 面",
        "\U00020bb7野家",
        "é",
        "咖啡 latte 2:1",
        "❤\ufe0f早餐",
        "한국 라면",
    ],
)
def test_a_name_that_can_be_seen_passes_unchanged(name: str) -> None:
    assert door(name) == name


def test_a_decomposed_name_is_composed() -> None:
    assert door("cafe\u0301") == "café"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("可乐\x1b[2J", "U+001B"),
        ("\x00", "U+0000"),
        ("水\n合计: 0.01", "U+000A"),
        ("水\t", "U+0009"),
        ("\u202e水", "U+202E"),
        ("a\u200bb", "U+200B"),
        ("\ufeff水", "U+FEFF"),
        ("\ud800", "U+D800"),
        ("\ue000", "U+E000"),
        ("\U000e0041水", "U+E0041"),
        ("\uffff", "U+FFFF"),
        ("水\u2028", "U+2028"),
        ("水\u2029", "U+2029"),
        ("\u3164", "U+3164"),
        ("水\u2800", "U+2800"),
        ("", "empty"),
        ("   ", "empty"),
        ("\u3000", "empty"),
        (" 水", "space"),
        ("水\u3000", "space"),
        (ZALGO, "combining"),
        ("\u0301a", "combining"),
        ("水" * 31, "62 columns"),
        ("a" * 61, "61 columns"),
        ("a" * 200, "200 columns"),
        ("a" * 301, "301 characters"),
    ],
)
def test_a_name_that_cannot_be_seen_or_is_too_wide_is_refused(name: str, said: str) -> None:
    with pytest.raises(TextError) as refused:
        door(name)
    assert said in refused.value.en
    assert refused.value.en.startswith("product name: ")
    assert refused.value.zh.startswith("商品名称：")
    assert "1 至 60 列" in refused.value.zh
    assert isinstance(refused.value, Refusal)


def test_the_refusal_says_where_the_character_is() -> None:
    with pytest.raises(TextError, match=r"character 3 is a control character, U\+0007"):
        door("可乐\x07")


@pytest.mark.parametrize("marks", [1, 2])
def test_two_marks_on_one_letter_are_enough(marks: int) -> None:
    assert door("q" + "\u0323\u0307"[:marks])


def test_three_marks_are_one_too_many() -> None:
    with pytest.raises(TextError, match="combining"):
        door("q\u0323\u0307\u0301")


@given(st.text(max_size=80))
def test_what_passes_the_door_is_visible_and_fits(text: str) -> None:
    try:
        passed = door(text)
    except TextError:
        return
    assert passed == unicodedata.normalize("NFC", text)
    assert door(passed) == passed
    assert not REFUSED & {unicodedata.category(character) for character in passed}
    assert passed == passed.strip()
    assert 1 <= columns(passed) <= 60
    assert passed.encode("utf-8")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=9))
def test_letters_digits_and_signs_are_never_refused_for_what_they_are(text: str) -> None:
    try:
        door(text)
    except TextError as error:
        assert "invisible character" in error.en  # noqa: PT017 - the only other way out


@given(st.sampled_from("\x00\x1b\x7f\u200d\u202e\ud800\ue000\u2028\u2029\u3164"), st.text("ab水"))
def test_one_bad_character_anywhere_is_refused(bad: str, rest: str) -> None:
    for text in (bad + rest, rest + bad, rest[:1] + bad + rest[1:]):
        with pytest.raises(TextError):
            door(text)


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("abc", 3),
        ("豆浆", 4),
        ("ａ", 2),
        ("é", 1),
        ("e\u0301", 1),
        ("🍜", 2),
        ("①", 1),
        ("", 0),
        ("\u1100\u1161", 2),
    ],
)
def test_columns_are_those_of_a_terminal(text: str, wide: int) -> None:
    assert columns(text) == wide


@given(st.text("ab豆浆é🍜ａ", max_size=20), st.text("ab豆浆é🍜ａ", max_size=20))
def test_columns_add_up(left: str, right: str) -> None:
    assert columns(left + right) == columns(left) + columns(right)


def test_full_width_input_becomes_half_width() -> None:
    assert ascii_digits("１２＊Ｆ００１．５　ｄｊ") == "12*F001.5 dj"


@given(st.text())
def test_only_full_width_ascii_changes_and_only_once(text: str) -> None:
    narrow = ascii_digits(text)
    assert len(narrow) == len(text)
    assert ascii_digits(narrow) == narrow
    for before, after in zip(text, narrow, strict=True):
        full_width = "\uff01" <= before <= "\uff5e" or before == "\u3000"
        assert after == (unicodedata.normalize("NFKC", before) if full_width else before)
