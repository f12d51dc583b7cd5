"""Texts in terminal cells: cropped visibly, padded exactly, never wider than their place."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len, split_graphemes

ELLIPSIS: Final = "…"
UNSEEN: Final = "□"
"""What stands for a character that would steer the terminal or be drawn as nothing."""
_CLOSING: Final = frozenset(")]},.;:!?%）】」』》〉、，。；：！？％")
"""What no row begins with: it belongs to the word before it."""
_OPENING: Final = frozenset("（【「『《〈")


def plain(text: str) -> str:
    """Return ``text`` with everything unprintable as ``UNSEEN``."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else UNSEEN for each in text)


def crop(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` cells; what was cut shows as ``…``."""
    text = plain(text)
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return _head(text, width - 1) + ELLIPSIS


def left(text: str, width: int) -> str:
    """Return ``text`` flush left in exactly ``width`` cells."""
    text = crop(text, width)
    return text + " " * (width - cell_len(text))


def right(text: str, width: int) -> str:
    """Return ``text`` flush right in exactly ``width`` cells."""
    text = crop(text, width)
    return " " * (width - cell_len(text)) + text


def wrapped(text: str, width: int, rows: int) -> list[str]:
    """Break ``text`` into at most ``rows`` rows of at most ``width`` cells; the last says ``…``.

    Words stay whole where they fit on a row of their own; Chinese breaks anywhere, though not
    between a bracket and its text. No closing mark has a row to itself: its word is cut.
    """
    lines: list[str] = []
    rest = plain(text).strip()
    while rest and len(lines) < rows - 1:
        if cell_len(rest) <= width:
            break
        head = _head(rest, width)
        if not head:
            break
        cut = _break(rest, len(head))
        below = rest[cut:].lstrip()
        if _CLOSING.issuperset(below):
            return [*lines, crop(rest, width)]
        lines.append(rest[:cut].rstrip())
        rest = below
    return [*lines, crop(rest, width)] if rest else lines


def _break(text: str, end: int) -> int:
    """Where to break ``text``, at ``end`` characters or before: never inside an English word."""
    before, after = text[end - 1], text[end]
    if before.isascii() and after.isascii() and (after.isalnum() or after in _CLOSING):
        space = text.rfind(" ", 0, end)
        return space if space > 0 else end
    cut = end
    while cut and (text[cut] in _CLOSING or text[cut - 1] in _OPENING):
        cut = len(_head(text[:cut], cell_len(text[:cut]) - 1))
    return cut or end


def _head(text: str, width: int) -> str:
    """The longest beginning of ``text`` in at most ``width`` cells, no grapheme torn."""
    used, end = 0, 0
    for start, stop, cells in split_graphemes(text)[0]:
        if used + cells > width:
            return text[:start]
        used, end = used + cells, stop
    return text[:end]
