"""Pinyin initials, for catalogue products that do not write theirs; importing this is slow."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin

from config.text import ascii_digits


def initials_of(name: str) -> str:
    """Return the first letter of each character's first reading, a-z and 0-9: ``cqxm``.

    Words are known (重庆 is ``cq``, though 重 alone is ``z``); letters and digits stay,
    everything else is left out, so the result may be empty.
    """
    letters = "".join(lazy_pinyin(ascii_digits(name), style=Style.FIRST_LETTER, strict=False))
    return "".join(each for each in letters.lower() if each.isascii() and each.isalnum())
