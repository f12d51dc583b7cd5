"""The door for every text that comes from outside."""

from __future__ import annotations

from unicodedata import category, east_asian_width, normalize

from config.errors import Phrase, TextError

_REFUSED = {
    "Cc": Phrase("控制字符", "a control character"),
    "Cf": Phrase("不可见的格式字符", "an invisible format character"),
    "Cs": Phrase("不成对的代理码", "a lone surrogate"),
    "Co": Phrase("私用区字符", "a private-use character"),
    "Cn": Phrase("未分配的字符", "an unassigned character"),
    "Zl": Phrase("行分隔符", "a line separator"),
    "Zp": Phrase("段落分隔符", "a paragraph separator"),
}
# Letters and marks by category, yet nothing is drawn for them: a name made of them looks blank.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MARKS = frozenset(("Mn", "Me"))
_MARKS_IN_A_ROW = 2
# Composing can join two marks into a character, and two more may stay beside it.
_CHARACTERS_PER_COLUMN = 5
_JAMO_JOINED = range(0x1160, 0x1200)
_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_UPC_A_DIGITS = 12
_ALLOWED = Phrase(
    "看得见的文字，首尾无空格", "visible text without a space at its beginning or end"
)


def check_text(text: str, *, what_zh: str, what_en: str, columns: int = 60) -> str:
    """Return ``text`` in NFC, or refuse it; nothing is ever silently stripped.

    Markup, emoji and formulas pass: they are escaped where they are drawn.

    Args:
        text: what came from outside.
        what_zh: what the text is, in Chinese, for the sentence: ``商品名称``.
        what_en: the same in English.
        columns: the most display columns it may take.

    Raises:
        TextError: it is blank, too wide, begins or ends with a space, or has a character that is
            invisible or cannot be encoded (Cc, Cf, Cs, Co, Cn, Zl, Zp; more than two combining
            marks in a row; a combining mark with nothing under it).
    """
    long = len(text) > columns * _CHARACTERS_PER_COLUMN
    composed = text if long else normalize("NFC", text)
    wrong = _too_long(len(text), columns) if long else _fault(composed, columns)
    if wrong:
        allowed = Phrase(
            f"1 至 {columns} 列{_ALLOWED.zh}", f"1 to {columns} columns of {_ALLOWED.en}"
        )
        raise TextError(Phrase(what_zh, what_en), wrong, allowed)
    return composed


def columns(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes.

    East Asian wide and full-width characters take two, combining marks and what is invisible
    none, all others one (Unicode Standard Annex 11, ambiguous characters narrow).
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_character_columns(character) for character in text)


def ascii_digits(text: str) -> str:
    """Return ``text`` with full-width ASCII (``１２＊Ａ`` and the wide space) as half-width.

    Every other character stays: unlike NFKC, ``①`` or ``㎏`` never turn into something else.
    """
    return text.translate(_HALF_WIDTH)


def ean(number: str) -> str:
    """Return a UPC-A (12 digits) as its EAN-13, with a leading zero; all else as it is."""
    return f"0{number}" if len(number) == _UPC_A_DIGITS else number


def _fault(text: str, limit: int) -> Phrase | None:
    if not text or text.isspace():
        return Phrase("内容为空", "it is empty")
    if wrong := _unseen_fault(text) or _marks_fault(text):
        return wrong
    if text[0].isspace() or text[-1].isspace():
        return Phrase("首尾有空格", "it begins or ends with a space")
    wide = columns(text)
    return _too_wide(wide, limit) if wide > limit else None


def _unseen_fault(text: str) -> Phrase | None:
    for position, character in enumerate(text, start=1):
        refused = _REFUSED.get(category(character))
        if refused is None and character in _BLANK_LETTERS:
            refused = Phrase("不可见的字符", "an invisible character")
        if refused is not None:
            code = f"U+{ord(character):04X}"
            return Phrase(
                f"第 {position} 个字符是{refused.zh} {code}",
                f"character {position} is {refused.en}, {code}",
            )
    return None


def _marks_fault(text: str) -> Phrase | None:
    row = 0
    for position, character in enumerate(text, start=1):
        row = row + 1 if category(character) in _MARKS else 0
        if row == position:
            return Phrase("以组合符号开头", "it begins with a combining mark")
        if row > _MARKS_IN_A_ROW:
            return Phrase(
                f"第 {position} 个字符前的组合符号过多",
                f"too many combining marks in a row at character {position}",
            )
    return None


def _too_wide(wide: int, limit: int) -> Phrase:
    return Phrase(f"宽 {wide} 列，超过 {limit} 列", f"it is {wide} columns wide, over {limit}")


def _too_long(length: int, limit: int) -> Phrase:
    return Phrase(
        f"有 {length} 个字符，超过 {limit} 列", f"it has {length} characters, over {limit} columns"
    )


def _character_columns(character: str) -> int:
    if east_asian_width(character) in "WF":
        return 2
    kind = category(character)
    joined = ord(character) in _JAMO_JOINED
    return 0 if joined or kind in _MARKS or kind in _REFUSED else 1
