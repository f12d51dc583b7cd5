"""The cells of a list of cards: a formula is refused, and a number that a spreadsheet spoilt."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from config.errors import Refusal
from config.text import ascii_digits

FORMULA_SIGNS: Final = frozenset("=+-@\t\r＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula."""

UID_SIZES: Final = (4, 7, 10)
"""How many bytes the number of a card has (ISO/IEC 14443-3)."""

_SPOILT: Final = re.compile(r"[0-9]+([.,][0-9]+)?E\+[0-9]+|[0-9]+[.,][0-9]+E[0-9]+|[0-9]+[.]0+")
_BETWEEN: Final = str.maketrans("", "", ":- ")
_HEXADECIMAL: Final = frozenset("0123456789ABCDEF")
_DAY: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|\.([0-9]{1,2})\.|年([0-9]{1,2})月)([0-9]{1,2})日?"
)
_BARE_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


class CellKind(StrEnum):
    """What a spreadsheet holds in a cell; a text file holds ``TEXT`` alone."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"


class Cell(NamedTuple):
    """One cell: its text (numbers in figures, days as YYYY-MM-DD) and what it is."""

    text: str
    kind: CellKind = CellKind.TEXT


class CellError(Refusal):
    """A cell that cannot be used; the sentence does not quote it."""


def text_of(cell: Cell, *, phone: bool = False) -> str:
    """Give the text of a cell without the blanks around it; no formula is ever evaluated.

    With ``phone`` a plus sign before digits is a country's number.

    Raises:
        CellError: it is a formula, or looks like one, or holds a spreadsheet's error.
    """
    if cell.kind is CellKind.ERROR:
        raise CellError(
            "这一格是表格的错误值：请在表格里改好。",
            "a cell holds an error of the spreadsheet: mend it there.",
        )
    text = cell.text.strip(" \u3000\r")
    dialled = phone and text[:1] in {"+", "＋"} and "=" not in text
    if cell.kind is CellKind.FORMULA or (text[:1] in FORMULA_SIGNS and text and not dialled):
        raise CellError(
            "有一格是公式（或以 = + - @ 开头），不会计算：请把它改成文字。",
            "a cell is a formula (or begins with = + - @) and is never evaluated: make it text.",
        )
    return text


def number_of(cell: Cell) -> str:
    """Give the text of a cell that holds a card's number.

    Raises:
        CellError: a spreadsheet took it for a number, so that its zeros or digits may be lost; or
            as ``text_of``.
    """
    text = text_of(cell)
    if cell.kind is CellKind.DATE or _SPOILT.fullmatch(ascii_digits(text).upper()):
        raise CellError(
            "卡号被表格改成了 4.0E+09 这样的数字或日期，原来的位数已丢失："
            "请先把这一列设为“文本”，再重新填写。",
            "the spreadsheet turned the card's number into one like 4.0E+09, or a date, and its "
            "digits are lost: set the column to text, then enter the number again.",
        )
    if cell.kind is CellKind.NUMBER:
        raise CellError(
            "卡号在表格里是数字，开头的 0 可能已丢失：请把这一列设为“文本”，再重新填写。",
            "the card's number is a number to the spreadsheet, so zeros before it may be lost: "
            "set the column to text, then enter the number again.",
        )
    return text


def hex_uid(text: str) -> bytes:
    """Give a card's bytes, first byte first, written in hex: ``04A1B2C3D4E5F6``, with : or -.

    Raises:
        CellError: other signs, half a number, or a number of a length that no card has.
    """
    digits = ascii_digits(text).upper().translate(_BETWEEN)
    if not digits:
        raise CellError("没有卡号。", "there is no card number.")
    if not set(digits) <= _HEXADECIMAL:
        raise CellError(
            "卡号应是十六进制（0-9、A-F）；读卡器写的别种号码请加 --reader 读卡器。",
            "the card's number has to be in hex (0-9, A-F); for numbers as a reader writes them "
            "add --reader ID.",
        )
    if len(digits) % 2 or len(digits) // 2 not in UID_SIZES:
        raise CellError(
            f"卡号有 {len(digits)} 位，像是只有一半：应为 8、14 或 20 位十六进制。",
            f"the card's number has {len(digits)} signs, as if a part were missing: it has to be 8,"
            " 14 or 20 in hex.",
        )
    uid = bytes.fromhex(digits)
    if len(set(uid)) == 1:
        raise CellError(
            "卡号的每一位都一样，不是真卡号：请刷卡核对。",
            "every byte of the card's number is the same, which no card has: tap it and compare.",
        )
    return uid


def day_of(text: str) -> date:
    """Give the day that ``text`` says: 2027-01-31, 2027/1/31, 2027.1.31, 2027年1月31日, 20270131.

    Raises:
        CellError: it is no day.
    """
    plain = ascii_digits(text).replace(" ", "")
    found = _DAY.fullmatch(plain) or _BARE_DAY.fullmatch(plain)
    try:
        year, month, day = (int(part) for part in (found.groups() if found else ()) if part)
        return date(year, month, day)
    except ValueError as error:
        raise CellError(
            "有效期不是日期：请写成 2027-01-31。",
            "the day it expires is none: write it like 2027-01-31.",
        ) from error


def guarded(text: str) -> str:
    """Give ``text`` as a cell of a report: no formula, nothing invisible."""
    seen = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
    return f"'{seen}" if seen.lstrip(" \u3000")[:1] in FORMULA_SIGNS and seen.strip() else seen
