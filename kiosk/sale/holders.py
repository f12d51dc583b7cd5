"""What may be kept of a card's holder: a name that can be shown, an employer, a telephone."""

from __future__ import annotations

import re
from typing import Final

from config.errors import shown
from config.text import ascii_digits, check_text
from kiosk.sale.card_errors import CardError

NAME_COLUMNS: Final = 60
"""Columns of a screen that a name or an employer may take."""

_PHONE: Final = re.compile(r"\+?[0-9](?:[0-9 -]{1,22})[0-9]")


class PhoneError(CardError):
    """What is no telephone number."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"电话 {shown(text)} 不行：3 至 24 位数字，可有 +、空格和 -；没有就留空。",
            f"{shown(text)} is no telephone number: 3 to 24 digits, with +, blanks and - between; "
            "leave it empty where there is none.",
        )


def holder_name(text: str) -> str:
    """Give ``text`` as a holder's name, in NFC, without the blanks around it.

    Raises:
        TextError: it is empty, too wide, or holds what cannot be seen.
    """
    return check_text(text.strip(), what_zh="姓名", what_en="name", columns=NAME_COLUMNS)


def employer_of(text: str) -> str:
    """Give ``text`` as an employer, in NFC, without the blanks around it; it may be empty.

    Raises:
        TextError: it is too wide, or holds what cannot be seen.
    """
    text = text.strip()
    if not text:
        return ""
    return check_text(text, what_zh="单位", what_en="employer", columns=NAME_COLUMNS)


def phone_of(text: str) -> str:
    """Give ``text`` as a telephone number in ASCII digits; it may be empty.

    Raises:
        PhoneError: it is none.
    """
    phone = ascii_digits(text).strip()
    if phone and not _PHONE.fullmatch(phone):
        raise PhoneError(text)
    return phone
