from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cards import CardReader
from config.checks import barcode
from kiosk.devices import wedge
from kiosk.devices.scanner import Burst, Kind, Scan, classify, classify_all, is_goods, masked

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Wedge:
    """A scanner, as the settings describe one."""

    gap_ms: int = 100
    card: str = ""
    prefix: str = ""


PLAIN = Wedge()
DIGITS = st.text("0123456789", max_size=40)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def kind(text: str, wedge: Wedge = PLAIN) -> Kind:
    return classify(text, wedge).kind


@pytest.mark.parametrize(
    "code", ["6901234567892", "6901028180559", "6921168509256", "96385074", "036000291452"]
)
def test_a_code_on_goods_has_the_right_check_digit(code: str) -> None:
    assert classify(code, PLAIN) == Scan(Kind.GOODS, code, None, code)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert kind(wrong) is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("code", "provider"),
    [
        ("130000000000000000", "wechat"),
        ("100000000000000000", "wechat"),
        ("159999999999999999", "wechat"),
        ("287634438256643940", "alipay"),
        ("28763443825664394", "alipay"),
        ("2500000000000000", "alipay"),
        ("300000000000000000000000", "alipay"),
        ("6200000000000000000", "unionpay"),
    ],
)
def test_a_payment_code_is_known_by_its_length_and_its_first_digits(
    code: str, provider: str
) -> None:
    scan = classify(code, PLAIN)
    assert (scan.kind, scan.text, scan.provider) == (Kind.PAYMENT, code, provider)


@pytest.mark.parametrize(
    "code",
    [
        "160000000000000000",
        "13000000000000000",
        "1300000000000000000",
        "310000000000000000",
        "240000000000000000",
        "250000000000000",
        "3000000000000000000000000",
        "620000000000000000",
        "6300000000000000000",
    ],
)
def test_what_is_one_digit_off_a_payment_code_is_none(code: str) -> None:
    assert kind(code) is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("reading", "card"),
    [
        ("01026F6C3A", "10H"),
        ("01026f6c3a", "10H"),
        ("0040856634", "10D"),
        ("00623", "5D"),
        ("004335823930", "12D"),
        ("04A1B2C3D4E5F6", "14H"),
    ],
)
def test_a_card_is_read_in_the_configured_format_only(reading: str, card: str) -> None:
    scan = classify(reading, Wedge(card=card))
    assert (scan.kind, scan.text) == (Kind.CARD, reading.upper())
    assert kind(reading) is Kind.UNKNOWN
    assert kind(reading[1:], Wedge(card=card)) is Kind.UNKNOWN
    assert kind(reading + "0", Wedge(card=card)) is Kind.UNKNOWN


def test_a_card_with_letters_is_none_where_the_reader_sends_decimal_digits() -> None:
    assert kind("01026F6C3A", Wedge(card="10D")) is Kind.UNKNOWN


def test_what_may_be_a_card_or_goods_is_neither_until_a_prefix_tells() -> None:
    assert kind("96385074", Wedge(card="8H")) is Kind.UNKNOWN
    told = Wedge(card="8H", prefix="~")
    assert kind("96385074", told) is Kind.GOODS
    assert kind("96385075", told) is Kind.UNKNOWN
    assert classify("~96385075", told) == Scan(
        Kind.CARD, "96385075", None, "~96385075", marked=True
    )
    assert kind("~6921168509256", told) is Kind.GOODS


@pytest.mark.parametrize(
    "typed", ["JB-HQHG-01.1/512/0A1B2C3D", "jb-hqhg-01.1/512/0a1b2c3d", "jB-Hqhg-01.1/512/0a1B2c3D"]
)
def test_the_code_of_a_receipt_survives_caps_lock(typed: str) -> None:
    scan = classify(typed, PLAIN)
    assert (scan.kind, scan.text) == (Kind.RECEIPT, "JB-HQHG-01.1/512/0a1b2c3d")


@pytest.mark.parametrize(
    "typed",
    [
        "JB-HQHG-01.1/0/0A1B2C3D",
        "JB-HQHG-01.1/512/0A1B2C3",
        "JB-HQHG-01/512/0A1B2C3D",
        "http://x.cn/512/0A1B2C3D",
    ],
)
def test_what_only_looks_like_a_receipt_is_none(typed: str) -> None:
    assert kind(typed) is Kind.UNKNOWN


@pytest.mark.parametrize("code", ["6921168509256", "130000000000000000", "0040856634"])
def test_full_width_digits_are_digits(code: str) -> None:
    wide = code.translate(FULL_WIDTH)
    scan = classify(wide, Wedge(card="10D"))
    assert (scan.kind, scan.text) == (kind(code, Wedge(card="10D")), code)
    assert scan.kind is not Kind.UNKNOWN
    assert scan.typed == wide


@pytest.mark.parametrize("text", ["", "①②③④⑤⑥⑦⑧", "٦٩٢١١٦٨٥٠٩٢٥٦", "692116850925６６", "豆浆"])
def test_other_digits_and_texts_are_no_code(text: str) -> None:
    assert kind(text) is Kind.UNKNOWN


@pytest.mark.parametrize(
    "typed", ["3*6921168509256", "0.5*6921168509256", "20", "12.50", "F001", "3*F001", "dj"]
)
def test_what_a_cashier_types_is_no_code(typed: str) -> None:
    scan = classify(typed, PLAIN)
    assert scan.kind is Kind.UNKNOWN
    assert not scan.overlong


def test_two_ean_13_in_one_reading_are_two() -> None:
    both = "69012345678926901028180559"
    assert [each.text for each in classify_all(both, PLAIN)] == [both[:13], both[13:]]
    wide = both.translate(FULL_WIDTH)
    assert [each.text for each in classify_all(wide, PLAIN)] == [both[:13], both[13:]]


@pytest.mark.parametrize(
    "glued",
    [
        "69012345678926901028180558",
        "6901234567892" * 3,
        "6901234567892130000000000000000",
        "9638507496385074",
        "690123456789296385074",
    ],
)
def test_other_codes_in_one_reading_are_refused_and_never_cut(glued: str) -> None:
    (scan,) = classify_all(glued, PLAIN)
    assert scan.kind is Kind.UNKNOWN
    assert scan.overlong


def test_a_payment_code_is_never_shown_in_full() -> None:
    code = "130000000000012345"
    scan = classify(code, PLAIN)
    assert scan.shown == "13…45"
    assert code not in repr(scan)
    assert masked(f"5*{code}") == "5*13…45"
    assert masked("6921168509256") == "6921168509256"
    assert repr(classify("0040856634", Wedge(card="10D"))) == "Scan(card …34)"


@given(DIGITS, st.sampled_from(["", "8D", "8H", "10D", "10H", "13D", "18D"]))
def test_digits_are_of_one_kind_at_most(text: str, card: str) -> None:
    fits = [
        is_goods(text),
        bool(re.fullmatch("1[0-5][0-9]{16}", text)),
        bool(re.fullmatch("(2[5-9]|30)[0-9]{14,22}", text)),
        bool(re.fullmatch("62[0-9]{17}", text)),
        bool(card) and len(text) == int(card[:-1]),
    ]
    assert sum(fits[:4]) <= 1
    assert (kind(text, Wedge(card=card)) is Kind.UNKNOWN) == (sum(fits) != 1)


def with_check_digit(digits: str) -> str:
    return next(digits + check for check in "0123456789" if is_goods(digits + check))


GOODS = st.sampled_from([7, 11, 12]).flatmap(
    lambda size: st.text("0123456789", min_size=size, max_size=size).map(with_check_digit)
)


@given(GOODS)
def test_a_code_taken_for_goods_is_one_that_the_catalogue_takes(code: str) -> None:
    assert kind(code) is Kind.GOODS
    assert barcode(code) == code


@given(DIGITS)
def test_what_the_catalogue_would_refuse_is_never_goods(text: str) -> None:
    if kind(text) is Kind.GOODS:
        assert barcode(text) == text


@given(GOODS, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(code: str, place: int, by: int) -> None:
    place %= len(code)
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert kind(wrong) is Kind.UNKNOWN


@given(st.text("0123456789", min_size=12, max_size=12).map(with_check_digit), st.data())
def test_two_codes_are_parted_as_they_were_or_not_at_all(first: str, data: st.DataObject) -> None:
    second = data.draw(GOODS)
    scans = classify_all(first + second, PLAIN)
    if len(scans) > 1:
        assert [each.text for each in scans] == [first, second]
    else:
        assert scans[0].overlong or scans[0].kind is Kind.PAYMENT


UID = bytes.fromhex("04A1B2C3")
DESK = CardReader("desk", "wedge", format="10D")
OWN_SIGN = CardReader("desk", "wedge", format="8H", prefix="~")


@pytest.mark.parametrize(
    ("typed", "reader"),
    [
        ("0077705923", DESK),
        ("００７７７０５９２３", DESK),
        ("3283263748", CardReader("desk", "wedge", format="10D", order="little")),
        ("~04a1b2c3", OWN_SIGN),
        ("~04A1B2C3", OWN_SIGN),
    ],
)
def test_a_reader_of_the_settings_gives_the_cards_own_bytes(typed: str, reader: CardReader) -> None:
    scan = classify(typed, PLAIN, reader)
    assert (scan.kind, scan.uid, scan.typed) == (Kind.CARD, UID, typed)
    assert scan.marked == bool(reader.prefix)


def test_a_number_that_may_be_goods_is_no_card_until_the_readers_prefix_tells() -> None:
    eight = CardReader("desk", "wedge", format="8H")
    assert classify("96385074", PLAIN, eight).kind is Kind.UNKNOWN
    assert classify("~96385074", PLAIN, OWN_SIGN).uid == bytes.fromhex("96385074")
    assert classify("96385074", PLAIN, OWN_SIGN).kind is Kind.GOODS
    assert classify("04A1B2C3", PLAIN, OWN_SIGN).kind is Kind.UNKNOWN


@pytest.mark.parametrize("typed", ["~", "~04A1B2", "~04A1B2C3D4", "~04A1B2CX", "~6921168509256"])
def test_behind_the_readers_prefix_anything_but_a_whole_number_is_half_a_card(typed: str) -> None:
    scan = classify(typed, PLAIN, OWN_SIGN)
    assert (scan.kind, scan.uid, scan.marked) == (Kind.HALF, b"", True)
    assert typed[1:-2] not in scan.shown or len(typed) < 4


@pytest.mark.parametrize(
    ("scanner", "reader", "typed", "found"),
    [
        ("~", "~", "~04A1B2C3", Kind.CARD),
        ("~", "~", "~6921168509256", Kind.GOODS),
        ("~", "~", "~04A1B2", Kind.UNKNOWN),
        ("~", "~", "04A1B2C3", Kind.UNKNOWN),
        ("~", "~!", "~!04A1B2C3", Kind.CARD),
        ("~", "~!", "~!04A1", Kind.HALF),
        ("~", "~!", "~6921168509256", Kind.GOODS),
        ("~!", "~", "~!6921168509256", Kind.GOODS),
        ("~!", "~", "~04A1B2C3", Kind.CARD),
        ("~", "", "04A1B2C3", Kind.CARD),
        ("~", "", "~04A1B2C3", Kind.UNKNOWN),
    ],
)
def test_prefixes_of_scanner_and_reader_are_told_apart(
    scanner: str, reader: str, typed: str, found: Kind
) -> None:
    desk = CardReader("desk", "wedge", format="8H", prefix=reader)
    assert classify(typed, Wedge(prefix=scanner), desk).kind is found


def test_a_reader_of_the_settings_stands_in_for_the_scanners_card_format() -> None:
    assert classify("0077705923", Wedge(card="12D"), DESK).kind is Kind.CARD
    assert classify("004335823930", Wedge(card="12D"), DESK).kind is Kind.UNKNOWN


@given(st.binary(min_size=4, max_size=4), st.sampled_from(["8H", "10D", "4H4H"]), st.booleans())
def test_what_a_reader_types_is_the_card_that_was_tapped(
    uid: bytes,
    written: str,
    backwards: bool,  # noqa: FBT001
) -> None:
    order = "little" if backwards else "big"
    desk = CardReader("desk", "wedge", format=written, order=order, prefix="~")
    assert classify(f"~{wedge.encode(uid, written, order)}", PLAIN, desk).uid == uid


def burst(text: str, gaps: Iterable[float] = (), at: float = 10.0) -> Burst:
    keys = Burst(100)
    steps = iter(gaps)
    for character in text:
        at += next(steps, 0.001)
        keys.add(character, at)
    return keys


def test_keys_close_to_each_other_are_one_burst() -> None:
    keys = burst("6921168509256")
    assert keys.text == "6921168509256"
    assert not keys.torn
    assert keys.pace < 0.002


@given(st.text("0123456789", min_size=2, max_size=20), st.data())
def test_the_rest_of_a_reading_that_stalled_is_marked(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(text) - 1))
    gaps = [0.001] * len(text)
    gaps[cut] = data.draw(st.floats(0.11, 0.9))
    keys = burst(text, gaps)
    assert keys.text == text[cut:]
    assert keys.torn
    assert keys.torn_off == text[:cut]


def test_what_a_reading_lost_in_two_stalls_is_known() -> None:
    keys = burst("0077705923", [0, 0, 0, 0.5, 0, 0, 0.5])
    assert (keys.torn_off, keys.text) == ("007770", "5923")
    keys.add("1", 100.0)
    assert (keys.torn, keys.torn_off) == (False, "")


def test_what_comes_long_after_or_after_a_sign_is_no_rest() -> None:
    assert not burst("1269", [0, 0, 1.5]).torn
    assert not burst("3*69", [0, 0, 0.5]).torn
    keys = burst("12")
    keys.clear()
    keys.add("6", 10.5)
    assert not keys.torn


def test_a_clock_that_went_back_begins_another_burst() -> None:
    keys = burst("12")
    keys.add("3", 5.0)
    assert keys.text == "3"
    assert not keys.near(4.9)
