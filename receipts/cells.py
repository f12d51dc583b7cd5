"""How text lies on paper: what a Chinese printer can show, and how many columns it takes.

A receipt printer sold in China holds the GBK character set: one byte is one column, two bytes are
two. So the width of a text is the length of its GBK bytes, which differs from a terminal's:
``— … “ ” · ① é`` are two columns wide on paper.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from receipts.errors import ControlCharacterError

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING: Final = "□"
"""What stands for a character the paper lacks: a rare name character such as 䶮, or an emoji."""

SUBSTITUTES: Final = {
    "¥": "￥", "€": "EUR", "£": "￡", "¢": "￠",
    "•": "·", "∙": "·", "⋅": "·", "・": "·", "･": "·",
    "−": "-", "‑": "-", "‒": "-", "〜": "～", "∼": "～",
    "„": '"', "‟": '"', "‚": "'", "‛": "'", "«": "《", "»": "》", "‹": "〈", "›": "〉",
    "©": "(C)", "®": "(R)", "™": "TM", "²": "2", "³": "3", "¹": "1",
    "½": "1/2", "¼": "1/4", "¾": "3/4", "µ": "μ", "✓": "√", "✔": "√", "✕": "×", "✖": "×",
}  # fmt: skip
"""Readable stand-ins for common characters that GBK lacks."""

_STEERING: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MARKS: Final = frozenset({"Mn", "Me"})
# A run of half-width characters (a word, a number) or one wide one, with the closing
# punctuation that Chinese typesetting never lets begin a line.
_PIECE: Final = re.compile(r"(?:[!-~]+|.)[，。、；：！？）》」』”’…]*", re.DOTALL)


def printable(text: str) -> str:
    """Return ``text`` as the paper can show it: every character left is in GBK.

    The text is composed (NFC) first. A character that GBK lacks becomes its entry in
    ``SUBSTITUTES``, or its base letter where it is an accented Latin letter, or a plain space
    where it is another space, or ``MISSING``. A combining mark that NFC could not join to its
    letter takes no column and is left out.

    Raises:
        ControlCharacterError: ``text`` holds a control, format or surrogate character or a
            Unicode line break.
    """
    if text.isascii() and text.isprintable():
        return text
    for character in text:
        if unicodedata.category(character) in _STEERING:
            raise ControlCharacterError(text, character)
    return "".join(map(_on_paper, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=8192)
def _on_paper(character: str) -> str:
    if _in_gbk(character):
        return character
    if character in SUBSTITUTES:
        return SUBSTITUTES[character]
    category = unicodedata.category(character)
    if category in _MARKS:
        return ""
    if category == "Zs":
        return " "
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() else MISSING


def _in_gbk(character: str) -> bool:
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def width(text: str) -> int:
    """The columns that ``text`` takes on paper; ``text`` must have passed ``printable``."""
    return len(text.encode("gbk"))


def wrap(text: str, columns: int) -> list[str]:
    """Break printable ``text`` into at least one line of at most ``columns`` columns (two or more).

    Lines break at spaces and between wide characters, inside a word only where the word alone is
    wider than a line. Nothing is lost but the spaces where a line broke.
    """
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text, columns):
        cells = width(piece)
        if used + cells > columns:
            lines.append(line.rstrip(" "))
            line, used = "", 0
        if line or piece != " ":
            line, used = line + piece, used + cells
    if line or not lines:
        lines.append(line.rstrip(" "))
    return lines


def _pieces(text: str, columns: int) -> Iterator[str]:
    """The parts of ``text`` that stay together, cut to single characters where too wide."""
    for match in _PIECE.finditer(text):
        piece = match[0]
        if width(piece) <= columns:
            yield piece
        else:
            yield from piece
