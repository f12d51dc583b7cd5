"""What a value in a TOML file must be; each check returns the value as the program uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, TypeAlias

from config.errors import Phrase, TextError, shown
from config.text import check_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from enum import StrEnum

Check: TypeAlias = Callable[[object], object]

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_YUAN = re.compile(r"([0-9]{1,5})(?:\.([0-9]{1,2}))?")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Entries:
    """A table whose keys are data too.

    Attributes:
        names: the keys that there are, or None where ``name`` decides.
        name: the check of a key.
        value: the check of a value.
    """

    names: Collection[str] | None
    name: Check
    value: Check


class UnfitError(Exception):
    """A value that a check refuses; who reads the file adds file, key and line."""

    def __init__(self, wrong: Phrase, allowed: Phrase) -> None:
        super().__init__(wrong.en)
        self.wrong = wrong
        self.allowed = allowed


def unfit(value: object, allowed: Phrase) -> UnfitError:
    """Return the refusal of ``value`` where nothing more can be said than what is allowed."""
    return UnfitError(Phrase(f"值 {shown(value)} 不可用", f"{shown(value)} will not do"), allowed)


def whole(least: int, most: int) -> Check:
    """Accept a whole number from ``least`` to ``most``; true and false are no numbers."""
    allowed = Phrase(f"{least} 至 {most} 的整数", f"a whole number from {least} to {most}")

    def check(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise unfit(value, allowed)
        return value

    return check


def rising(least: int, most: int, *, count: int) -> Check:
    """Accept 1 to ``count`` whole numbers, each greater than the one before."""
    allowed = Phrase(
        f"1 至 {count} 个从小到大的整数，每个在 {least} 至 {most} 之间",
        f"1 to {count} whole numbers from {least} to {most}, each greater than the last",
    )
    return _ordered(least, most, count, allowed, down=False)


def falling(least: int, most: int, *, count: int) -> Check:
    """Accept 1 to ``count`` whole numbers, each smaller than the one before."""
    allowed = Phrase(
        f"1 至 {count} 个从大到小的整数，每个在 {least} 至 {most} 之间",
        f"1 to {count} whole numbers from {most} to {least}, each smaller than the last",
    )
    return _ordered(least, most, count, allowed, down=True)


def _ordered(least: int, most: int, count: int, allowed: Phrase, *, down: bool) -> Check:
    def check(value: object) -> tuple[int, ...]:
        if not isinstance(value, list) or not 1 <= len(value) <= count:
            raise unfit(value, allowed)
        numbers = [each for each in value if type(each) is int and least <= each <= most]
        if len(numbers) < len(value) or numbers != sorted(set(numbers), reverse=down):
            raise unfit(value, allowed)
        return tuple(numbers)

    return check


def some_of(names: type[StrEnum]) -> Check:
    """Accept a list of values of ``names``, each at most once; an empty list is none of them."""
    known = [each.value for each in names]
    written = ", ".join(known)
    allowed = Phrase(f"列表，每项至多一次：{written}", f"a list of {written}, each at most once")

    def check(value: object) -> tuple[StrEnum, ...]:
        if not isinstance(value, list):
            raise unfit(value, allowed)
        for i, each in enumerate(value):
            if each not in known:
                wrong = Phrase(f"没有 {shown(each)}", f"there is no {shown(each)}")
                raise UnfitError(guessed(wrong, each, known), allowed)
            if each in value[:i]:
                raise UnfitError(
                    Phrase(f"{shown(each)} 出现两次", f"{shown(each)} stands twice"), allowed
                )
        return tuple(names(each) for each in value)

    return check


def texts(columns: int, *, count: int) -> Check:
    """Accept at most ``count`` different texts that may pass the door."""
    allowed = Phrase(
        f"最多 {count} 个各不相同的文字，每个 1 至 {columns} 列",
        f"at most {count} different texts of 1 to {columns} columns",
    )
    fits = visible(columns)

    def check(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > count:
            raise unfit(value, allowed)
        found = tuple(str(fits(each)) for each in value)
        if len(set(found)) < len(found):
            raise unfit(value, allowed)
        return found

    return check


def listed(check: Check, *, most: int) -> Check:
    """Accept a list of at most ``most`` values that pass ``check``; an empty one too."""
    allowed = Phrase(f"最多 {most} 项的列表", f"a list of at most {most}")

    def each_of(value: object) -> tuple[object, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise unfit(value, allowed)
        return tuple(map(check, value))

    return each_of


def closest(word: object, known: Collection[str]) -> str | None:
    """Return the word of ``known`` that ``word`` was most likely meant to be."""
    from difflib import get_close_matches  # noqa: PLC0415 - 10 ms that a good file never pays

    return next(iter(get_close_matches(str(word), known, n=1)), None)


def guessed(wrong: Phrase, word: object, known: Collection[str]) -> Phrase:
    """Return ``wrong`` with the nearest of ``known`` to ``word`` behind it, if one is near."""
    nearest = closest(word, known)
    if nearest is None:
        return wrong
    return Phrase(f"{wrong.zh}，是否指 {nearest}", f"{wrong.en}, did you mean {nearest}")


def truth(value: object) -> bool:
    """Accept ``true`` or ``false``."""
    if not isinstance(value, bool):
        raise unfit(value, Phrase("true 或 false", "true or false"))
    return value


def one_of(*choices: str | int) -> Check:
    """Accept one of ``choices``, of the same type."""
    written = " / ".join(f'"{each}"' if isinstance(each, str) else str(each) for each in choices)
    allowed = Phrase(written, written)

    def check(value: object) -> str | int:
        for choice in choices:
            if type(value) is type(choice) and value == choice:
                return choice
        raise unfit(value, allowed)

    return check


def visible(columns: int) -> Check:
    """Accept a text that may pass the door (``config.text.check_text``)."""
    allowed = Phrase(f"1 至 {columns} 列的文字", f"a text of 1 to {columns} columns")

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise unfit(value, allowed)
        try:
            return check_text(value, what_zh="文字", what_en="text", columns=columns)
        except TextError as error:
            raise UnfitError(error.wrong, error.allowed) from error

    return check


def code(pattern: str, zh: str, en: str) -> Check:
    """Accept a text that matches ``pattern`` whole; ``zh`` and ``en`` say the pattern in words."""
    fits = re.compile(pattern).fullmatch
    allowed = Phrase(zh, en)

    def check(value: object) -> str:
        if not isinstance(value, str) or not fits(value):
            raise unfit(value, allowed)
        return value

    return check


account_code = code(
    "[0-9]{4}(?:[0-9]{2}){0,3}", '科目编码，如 "500101"', 'an account code like "500101"'
)
"""Accept what an account's code looks like; whether the chart has it is another question."""


sku = code(
    "[A-Z0-9][A-Z0-9-]{0,15}",
    '大写字母、数字和连字符，如 "F001"',
    'A-Z, 0-9 and hyphens, like "F001"',
)
"""Accept what a product's number looks like; whether the catalogue has it is another question."""


def clock(value: object) -> time:
    """Accept a time of day ``"HH:MM"``."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise unfit(value, Phrase('"00:00" 至 "23:59"', 'a time from "00:00" to "23:59"'))
    return time(int(found[1]), int(found[2]))


def yuan(value: object) -> int:
    """Accept an amount in yuan written as a text, ``"2.00"``; return it in fen.

    A float is refused: 0.1 has no exact float, and 2.675 would round down.
    """
    found = _YUAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        allowed = Phrase(
            '带引号的元数，最多两位小数，"0.00" 至 "99999.99"',
            'yuan in quotes with at most two decimals, "0.00" to "99999.99"',
        )
        raise unfit(value, allowed)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def yuan_more_or_less(value: object) -> int:
    """Accept what is added to a price or taken off it: ``"2.00"``, ``"+2.00"``, ``"-1.00"``."""
    allowed = Phrase(
        '带引号的元数，减价加负号，如 "2.00" 或 "-1.00"',
        'yuan in quotes, what is taken off with a minus, like "2.00" or "-1.00"',
    )
    sign = value[:1] if isinstance(value, str) and value[:1] in ("+", "-") else ""
    try:
        fen = yuan(value[1:] if isinstance(value, str) and sign else value)
    except UnfitError as error:
        raise unfit(value, allowed) from error
    return -fen if sign == "-" else fen


def barcode(value: object) -> str:
    """Accept a barcode of 8, 12 or 13 digits whose last digit is right.

    EAN-8, UPC-A and EAN-13 share one rule (GS1 General Specifications, 7.9): from the right,
    weights 3 and 1 by turns, and the check digit fills the sum to a multiple of ten.
    """
    allowed = Phrase(
        "带引号的 8、12 或 13 位数字（EAN-8、UPC-A、EAN-13）",
        "8, 12 or 13 digits in quotes (EAN-8, UPC-A, EAN-13)",
    )
    if not isinstance(value, str) or not _DIGITS.fullmatch(value) or len(value) not in (8, 12, 13):
        raise unfit(value, allowed)
    right = check_digit(value[:-1])
    if value[-1] != right:
        wrong = Phrase(
            f"条码 {value} 的校验位是 {value[-1]}，应为 {right}",
            f"barcode {value} ends in {value[-1]}, its check digit should be {right}",
        )
        raise UnfitError(wrong, allowed)
    return value


def check_digit(body: str) -> str:
    """Return the check digit for the ASCII digits ``body`` of an EAN-8, UPC-A or EAN-13."""
    weighed = sum(int(digit) * (3, 1)[i % 2] for i, digit in enumerate(reversed(body)))
    return str(-weighed % 10)
