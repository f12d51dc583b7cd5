"""Numbers of cards as readers write them: keys of a wedge, lines of a serial reader.

A reader shows the same few bytes in one of many ways (devices.md §7), and some turn them round. So
each reader's settings say how it writes, and every number becomes the card's own bytes, first byte
first. Nothing is guessed: what is not one whole number in that format is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from config.cards import FORMATS
from config.errors import Refusal
from config.text import ascii_digits

if TYPE_CHECKING:
    from config.cards import CardReader

_DECIMAL: Final = "0123456789"
_HEXADECIMAL: Final = "0123456789ABCDEF"


class _Format(NamedTuple):
    """How a number is written.

    Attributes:
        size: how many bytes of the card it holds.
        groups: of each part how many signs it has, and of how many bytes it is.
        base: 10 or 16.
    """

    size: int
    groups: tuple[tuple[int, int], ...]
    base: int

    @property
    def signs(self) -> int:
        """How many digits it has, all parts together."""
        return sum(signs for signs, _ in self.groups)


def _format(size: int, signs: int, base: int) -> _Format:
    return _Format(size, ((signs, size),), base)


_FORMATS: Final[dict[str, _Format]] = {
    "6H": _format(3, 6, 16),
    "8H": _format(4, 8, 16),
    "10H": _format(5, 10, 16),
    "14H": _format(7, 14, 16),
    "8D": _format(3, 8, 10),
    "10D": _format(4, 10, 10),
    "8H10D": _format(4, 10, 10),
    "6H8D": _format(3, 8, 10),
    "2H4H": _Format(3, ((3, 1), (5, 2)), 10),
    "4H4H": _Format(4, ((5, 2), (5, 2)), 10),
    "10H12D": _format(5, 12, 10),
}
assert set(_FORMATS) == set(FORMATS)  # noqa: S101 - the settings and this table are one list


class CardFormatError(Refusal):
    """What a card reader sent is not one number in its format; ``format`` is that format."""

    def __init__(self, zh: str, en: str, format: str) -> None:  # noqa: A002 - its name in settings
        self.format = format
        super().__init__(zh, en)


class HalfNumberError(CardFormatError):
    """Too few signs: the reader stalled, or the card was pulled away."""

    def __init__(self, got: int, wanted: int, format: str) -> None:  # noqa: A002
        super().__init__(
            f"卡号只读到一半：{got} 位，应为 {wanted} 位（{format}）。请把卡放平，再刷一次。",
            f"Only a part of the card's number was read: {got} signs of {wanted} ({format}). Hold "
            "the card flat and tap again.",
            format,
        )


class LongNumberError(CardFormatError):
    """Too many signs: two readings in one, or another format than the settings say."""

    def __init__(self, got: int, wanted: int, format: str) -> None:  # noqa: A002
        super().__init__(
            f"卡号太长：{got} 位，应为 {wanted} 位（{format}）。请再刷一次；总是这样请用 "
            "kiosk readers 核对 readers.format。",
            f"The card's number is too long: {got} signs instead of {wanted} ({format}). Tap "
            "again; if it stays so, compare readers.format with what kiosk readers shows.",
            format,
        )


class NoSuchNumberError(CardFormatError):
    """Signs that the format does not have, or a number greater than its bytes hold."""

    def __init__(self, format: str) -> None:  # noqa: A002
        super().__init__(
            f"读到的不是 {format} 格式的卡号：请用 kiosk readers 核对 kiosk.toml 的 "
            "readers.format。",
            f"What was read is no number in the format {format}: compare readers.format in "
            "kiosk.toml with what kiosk readers shows.",
            format,
        )


def decode(text: str, format: str, order: str) -> bytes:  # noqa: A002 - its name in the settings
    """Give the card's bytes, first byte first, that a reader wrote as ``text``.

    ``format`` is one of ``config.cards.FORMATS``; ``order`` is ``little`` where the reader wrote
    the last byte first. Full-width signs and small letters (Caps Lock) are the same number; the
    comma of ``2H4H`` and ``4H4H`` may be missing.

    Raises:
        HalfNumberError: too few signs.
        LongNumberError: too many.
        NoSuchNumberError: other signs, or a number that does not fit the format's bytes.
    """
    shape = _FORMATS[format]
    plain = ascii_digits(text).upper()
    digits = _without_comma(plain, shape)
    if not set(digits) <= set(_DECIMAL if shape.base == len(_DECIMAL) else _HEXADECIMAL):
        raise NoSuchNumberError(format)
    if len(digits) < shape.signs:
        raise HalfNumberError(len(digits), shape.signs, format)
    if len(digits) > shape.signs:
        raise LongNumberError(len(digits), shape.signs, format)
    number, place = b"", 0
    for signs, size in shape.groups:
        part = int(digits[place : place + signs], shape.base)
        if part >> 8 * size:
            raise NoSuchNumberError(format)
        number += part.to_bytes(size, "big")
        place += signs
    return number if order == "big" else number[::-1]


def encode(uid: bytes, format: str, order: str) -> str:  # noqa: A002 - its name in the settings
    """Give what a reader writes for the card ``uid``: the inverse of ``decode``.

    A format of fewer bytes than the card has writes those that come last in the reader's order.

    Raises:
        ValueError: the card has fewer bytes than the format, or its number has more digits, as
            few of ``10H12D`` have.
    """
    shape = _FORMATS[format]
    if len(uid) < shape.size:
        raise ValueError(f"{format} holds {shape.size} bytes, the card has {len(uid)}")
    number = (uid if order == "big" else uid[::-1])[-shape.size :]
    parts, place = [], 0
    for signs, size in shape.groups:
        part = int.from_bytes(number[place : place + size], "big")
        text = f"{part:0{signs}{'d' if shape.base == len(_DECIMAL) else 'X'}}"
        if len(text) > signs:
            raise ValueError(f"{format} has {signs} signs, the number {len(text)}")
        parts.append(text)
        place += size
    return ",".join(parts)


def read(text: str, reader: CardReader) -> bytes:
    """Give the bytes of the card that ``reader`` wrote as ``text``, with its prefix.

    Raises:
        CardFormatError: as ``decode``; a missing prefix is a number of another format.
    """
    plain = ascii_digits(text)
    if not plain.startswith(reader.prefix):
        raise NoSuchNumberError(reader.format)
    return decode(plain.removeprefix(reader.prefix), reader.format, reader.order)


def fits(text: str, reader: CardReader) -> bool:
    """Whether ``text``, prefix included, is one whole number as ``reader`` writes it."""
    try:
        read(text, reader)
    except CardFormatError:
        return False
    return True


def formats_of(text: str) -> tuple[str, ...]:
    """Give every format that ``text``, without a prefix, may be in: for who sets up a reader."""
    found = []
    for each in FORMATS:
        try:
            decode(text, each, "big")
        except CardFormatError:
            continue
        found.append(each)
    return tuple(found)


def size_of(format: str) -> int:  # noqa: A002 - its name in the settings
    """Give how many bytes of a card ``format`` holds."""
    return _FORMATS[format].size


def shortest(format: str) -> int:  # noqa: A002 - its name in the settings
    """Give the fewest signs of a whole number in ``format``, without a prefix."""
    return _FORMATS[format].signs


def _without_comma(plain: str, shape: _Format) -> str:
    """Take the comma out where the format has one, in its place alone."""
    if len(shape.groups) == 1:
        return plain
    head = shape.groups[0][0]
    if plain[head : head + 1] == ",":
        return plain[:head] + plain[head + 1 :]
    return plain
