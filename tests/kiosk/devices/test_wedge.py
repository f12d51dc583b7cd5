"""A card's number is the same bytes, however a reader writes them; half a number is none."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.cards import FORMATS, CardReader
from kiosk.devices.wedge import (
    CardFormatError,
    HalfNumberError,
    LongNumberError,
    NoSuchNumberError,
    decode,
    encode,
    fits,
    formats_of,
    read,
    shortest,
    size_of,
)

EM_ID = bytes.fromhex("01026f6c3a")
NTAG = bytes.fromhex("04DE5F1EACC040")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
DESK = CardReader("desk", "wedge", format="10D", prefix="~")


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("10H", "01026F6C3A"),
        ("8H10D", "0040856634"),
        ("10D", "0040856634"),
        ("8H", "026F6C3A"),
        ("6H8D", "07302202"),
        ("8D", "07302202"),
        ("6H", "6F6C3A"),
        ("2H4H", "111,27706"),
        ("4H4H", "00623,27706"),
        ("10H12D", "004335823930"),
    ],
)
def test_one_card_is_known_in_every_format_of_the_vendors(format_: str, text: str) -> None:
    uid = EM_ID[-size_of(format_) :]
    assert decode(text, format_, "big") == uid
    assert decode(text.translate(FULL_WIDTH), format_, "big") == uid
    assert decode(text.lower(), format_, "big") == uid  # Caps Lock was on
    assert decode(text.replace(",", ""), format_, "big") == uid
    assert encode(EM_ID, format_, "big") == text
    assert format_ in formats_of(text)


@pytest.mark.parametrize(("text", "order"), [("0077705923", "big"), ("3283263748", "little")])
def test_a_reader_that_turns_the_bytes_round_gives_the_same_card(text: str, order: str) -> None:
    uid = bytes.fromhex("04A1B2C3")
    assert decode(text, "8H10D", order) == uid
    assert encode(uid, "8H10D", order) == text
    other = {"big": "little", "little": "big"}[order]
    assert decode(text, "8H10D", other) == uid[::-1]


def test_the_seven_bytes_of_an_ntag_are_fourteen_hexadecimal_digits() -> None:
    assert decode("04DE5F1EACC040", "14H", "big") == NTAG
    assert decode("40C0AC1E5FDE04", "14H", "little") == NTAG


def test_a_short_format_loses_the_bytes_that_its_reader_writes_first() -> None:
    # Why two NTAG cards may look like one to such a reader: docs/readers.md warns of it.
    assert encode(NTAG, "8H", "big") == "1EACC040"
    assert encode(NTAG, "8H", "little") == "1E5FDE04"
    with pytest.raises(ValueError, match="holds 5 bytes"):
        encode(NTAG[:4], "10H", "big")
    with pytest.raises(ValueError, match="12 signs, the number 13"):
        encode(b"\xff" * 5, "10H12D", "big")


@pytest.mark.parametrize(
    ("text", "format_", "refusal"),
    [
        ("007770592", "10D", HalfNumberError),
        ("", "10D", HalfNumberError),
        ("00777059230", "10D", LongNumberError),
        ("00777059230077705923", "10D", LongNumberError),
        ("4294967296", "10D", NoSuchNumberError),  # 2^32
        ("16777216", "8D", NoSuchNumberError),  # 2^24
        ("256,00000", "2H4H", NoSuchNumberError),
        ("000,65536", "2H4H", NoSuchNumberError),
        ("0077,705923", "10D", NoSuchNumberError),
        ("11,127706", "2H4H", NoSuchNumberError),
        ("111,2770", "2H4H", HalfNumberError),
        ("04A1B2CG", "8H", NoSuchNumberError),
        ("04A1B2C", "8H", HalfNumberError),
        ("-077705923", "10D", NoSuchNumberError),
        ("٠٠٧٧٧٠٥٩٢٣", "10D", NoSuchNumberError),  # digits, and int() would read them
        (" 077705923", "10D", NoSuchNumberError),
        ("0077705923\r", "10D", NoSuchNumberError),
    ],
)
def test_what_is_not_one_whole_number_is_refused(
    text: str, format_: str, refusal: type[CardFormatError]
) -> None:
    with pytest.raises(CardFormatError) as refused:
        decode(text, format_, "big")
    assert type(refused.value) is refusal
    assert format_ in refused.value.zh
    assert format_ in refused.value.en
    assert not text or text not in str(refused.value)  # a card's number stays out of sentences


def test_half_a_number_says_how_much_of_it_came_and_what_to_do() -> None:
    with pytest.raises(HalfNumberError) as refused:
        read("~00777059", DESK)
    assert refused.value.zh == ("卡号只读到一半：8 位，应为 10 位（10D）。请把卡放平，再刷一次。")
    assert "8 signs of 10" in refused.value.en


def test_the_prefix_of_a_reader_is_no_part_of_the_number_and_may_not_be_missing() -> None:
    assert read("~0077705923", DESK) == bytes.fromhex("04A1B2C3")
    assert read("～００７７７０５９２３", DESK) == bytes.fromhex("04A1B2C3")
    assert fits("~0077705923", DESK)
    assert not fits("0077705923", DESK)
    assert not fits("~~0077705923", DESK)
    assert fits("0077705923", CardReader("desk", "wedge", format="10D"))


@given(
    st.binary(min_size=7, max_size=7), st.sampled_from(FORMATS), st.sampled_from(["big", "little"])
)
def test_what_a_reader_writes_is_read_back(uid: bytes, format_: str, order: str) -> None:
    size = size_of(format_)
    whole = uid[-size:] if order == "big" else uid[:size][::-1]
    assume(format_ != "10H12D" or int.from_bytes(whole, "big") < 10**12)
    text = encode(uid, format_, order)
    assert decode(text, format_, order) == (whole if order == "big" else whole[::-1])
    assert len(text.replace(",", "")) == shortest(format_)


@given(st.data(), st.sampled_from(FORMATS))
def test_no_part_of_a_number_is_taken_for_a_whole_one(data: st.DataObject, format_: str) -> None:
    uid = data.draw(st.binary(min_size=4, max_size=4)).rjust(7, b"\x00")
    text = encode(uid, format_, "big")
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    part = text[begin:end]
    assume(part.replace(",", "") != text.replace(",", ""))
    with pytest.raises(CardFormatError):
        decode(part, format_, "big")
    with pytest.raises(CardFormatError):
        decode(text + text, format_, "big")
