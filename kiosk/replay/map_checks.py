"""What a value in a map must be; each check returns the value as the replay uses it."""

from __future__ import annotations

import codecs
import re
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from config.checks import UnfitError, closest, unfit
from config.errors import Phrase, shown
from config.text import ascii_digits

Column: TypeAlias = str | int
"""A column by the name in the header, or by its place counted from 1."""

Cells: TypeAlias = tuple[tuple[str, frozenset[str]], ...]
"""Columns by name, each with the values that count."""

BOOK: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")
"""What the id of a book looks like."""

_MOST_COLUMNS: Final = 1000
_COLUMN: Final = Phrase(
    "列名，或从 1 数起的列号", "a column's name in the header, or its place counted from 1"
)
_COLUMNS: Final = Phrase(f"{_COLUMN.zh}，或它们的数组", f"{_COLUMN.en}, or an array of these")
_CELLS: Final = Phrase(
    '每个列名一个数组，如 商品 = ["NONE"]', 'an array for each column, like Item = ["NONE"]'
)
_VALUES: Final = Phrase(
    '值对照表，如 { "微信" = "wechat" }', 'a table of values, like { "WeChat" = "wechat" }'
)
_AFFIXES: Final = Phrase(
    '不含数字和正负号的文字，如 "元"', 'a text without digits and signs, like "¥"'
)
_FIGURE: Final = re.compile("[0-9+-]").search
_POINTS: Final = " .,'_"
_TEXTS: Final = Phrase('文字数组，如 ["是"]', 'an array of texts, like ["yes"]')


def column(value: object) -> Column:
    """Accept a column by name or by place."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if type(value) is int and 1 <= value <= _MOST_COLUMNS:
        return value
    raise unfit(value, _COLUMN)


def columns(value: object) -> tuple[Column, ...]:
    """Accept a column or several."""
    if not isinstance(value, list):
        return (column(value),)
    if not value or len(value) > _MOST_COLUMNS:
        raise unfit(value, _COLUMNS)
    return tuple(column(each) for each in value)


def texts(value: object) -> tuple[str, ...]:
    """Accept an array of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise unfit(value, _TEXTS)
    return tuple(value)


def affixes(value: object) -> tuple[str, ...]:
    """Accept signs around a figure; none may hold what makes a figure another one."""
    found = texts(value)
    for each in found:
        plain = ascii_digits(each)
        if not plain.strip(_POINTS) or _FIGURE(plain):
            raise unfit(each, _AFFIXES)
    return tuple(each.strip() for each in found)


def cells(value: object) -> Cells:
    """Accept columns by name, each with an array of values."""
    if not isinstance(value, dict):
        raise unfit(value, _CELLS)
    if not all(isinstance(each, list) for each in value.values()):
        raise unfit(value, _CELLS)
    return tuple((str(column(name)), frozenset(texts(each))) for name, each in value.items())


def translation(value: object) -> tuple[tuple[str, str], ...]:
    """Accept a table from the file's words to ours."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise unfit(value, _VALUES)
    return tuple(value.items())


def one_character(value: object) -> str:
    """Accept one character that may stand between fields."""
    if not isinstance(value, str) or len(value) != 1 or value in "\r\n\0":
        raise unfit(value, Phrase('一个字符，如 ","、";"、"\\t"', 'a character: ",", ";", "\\t"'))
    return value


def quote(value: object) -> str:
    """Accept the character around quoted fields; empty where the file quotes nothing."""
    if value == "":
        return ""
    return one_character(value)


def encoding(value: object) -> str:
    """Accept the name of a text encoding that Python knows."""
    allowed = Phrase('"utf-8"、"gb18030"、"utf-16" 等', '"utf-8", "gb18030", "utf-16" and so on')
    if not isinstance(value, str):
        raise unfit(value, allowed)
    try:
        "".encode(value)  # refuses what is no text encoding, such as base64
        return codecs.lookup(value).name
    except (LookupError, UnicodeError, ValueError) as error:
        wrong = Phrase(f"没有编码 {shown(value)}", f"there is no encoding {shown(value)}")
        raise UnfitError(wrong, allowed) from error


def zone(value: object) -> str:
    """Accept an IANA time zone."""
    allowed = Phrase('IANA 时区名，如 "Asia/Shanghai"', 'an IANA name like "Asia/Shanghai"')
    if isinstance(value, str) and value in available_timezones():
        return ZoneInfo(value).key
    nearest = closest(value, available_timezones()) if isinstance(value, str) else None
    wrong = Phrase(f"没有时区 {shown(value)}", f"there is no time zone {shown(value)}")
    if nearest:
        wrong = Phrase(f"{wrong.zh}，是否指 {nearest}", f"{wrong.en}, did you mean {nearest}")
    raise UnfitError(wrong, allowed)


def book_id(value: object) -> str:
    """Accept the id of a book."""
    if not isinstance(value, str) or not BOOK.fullmatch(value):
        raise unfit(value, BOOK_ALLOWED)
    return value


BOOK_ALLOWED: Final = Phrase(
    '1 至 40 个字母、数字和 . _ -，如 "VM-A"', '1 to 40 of A-Z, a-z, 0-9 and . _ -, like "VM-A"'
)
