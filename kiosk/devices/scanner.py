"""What a scanner or a card reader sent: complete known codes, and nothing else.

Scanners and readers type like a keyboard, only faster. Speed alone proves nothing: a stall in a
reading leaves a shorter one that looks as good. So a reading counts only where it is, from its
first key to its last, one of the formats known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING, Final, Protocol

from config.text import ascii_digits
from kiosk.devices import wedge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.cards import CardReader

STALL_S: Final = 1.0
"""So many seconds after a digit, a digit may still be the rest of a reading that stalled."""

LONGEST_GOODS: Final = 13
"""Digits of the longest code on goods; nobody types a longer row of digits either."""

_GOODS_LENGTHS: Final = (8, 12, LONGEST_GOODS)
_SHORTEST_PAYMENT: Final = 16
_PROVIDERS: Final = (
    ("wechat", re.compile(r"1[0-5][0-9]{16}")),
    ("alipay", re.compile(r"(?:2[5-9]|30)[0-9]{14,22}")),
    ("unionpay", re.compile(r"62[0-9]{17}")),
)
_CARD: Final = re.compile(r"([1-9][0-9]?)([DH])")
_RECEIPT: Final = re.compile(
    r"([A-Z0-9]{1,12}(?:-[A-Z0-9]{1,12}){0,3}-[A-Z0-9]{1,8}\.[1-9][0-9]{0,3})"
    r"/([1-9][0-9]{0,14})/([0-9A-F]{8})"
)
_LONG_DIGITS: Final = re.compile(rf"[0-9]{{{_SHORTEST_PAYMENT},}}")
_MASKED_ENDS: Final = 2


class Kind(StrEnum):
    """What a reading is."""

    GOODS = "goods"
    PAYMENT = "payment"
    CARD = "card"
    HALF = "half"
    """A card reader's own prefix, and no whole number of a card behind it."""
    RECEIPT = "receipt"
    UNKNOWN = "unknown"


class ScannerSettings(Protocol):
    """What tells a scanner or a card reader from fingers.

    Attributes:
        gap_ms: keys at most so far apart belong to one reading, in milliseconds.
        card: what a staff card's reading looks like: ``10D`` ten decimal digits, ``8H`` eight
            hexadecimal ones; empty where there is no card reader.
        prefix: what the scanner sends before each reading; empty for nothing.
    """

    @property
    def gap_ms(self) -> int:
        """The longest gap inside a reading, in milliseconds."""
        ...

    @property
    def card(self) -> str:
        """The format of a card's reading."""
        ...

    @property
    def prefix(self) -> str:
        """What comes before each reading."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Scan:
    """One reading.

    Attributes:
        kind: what it is.
        text: the code alone: digits as ASCII, letters as capitals, a receipt's hash in small ones;
            without the prefix.
        provider: whose payment code it is (``wechat``, ``alipay``, ``unionpay``), else None.
        typed: every character as the keys sent it.
        marked: whether it came with the prefix that the settings name, which no finger types.
        uid: the card's own bytes, first byte first, where a reader of the settings read one.
    """

    kind: Kind
    text: str
    provider: str | None = None
    typed: str = ""
    marked: bool = False
    uid: bytes = b""

    @property
    def shown(self) -> str:
        """The code as it may be shown and logged: a payment code or a card never in full."""
        if self.kind in {Kind.CARD, Kind.HALF}:
            return f"…{self.text[-_MASKED_ENDS:]}"
        return masked(self.text)

    @property
    def overlong(self) -> bool:
        """Whether it is a row of digits that is no code, and too long to have been typed."""
        digits = self.text.isascii() and self.text.isdecimal()
        return self.kind is Kind.UNKNOWN and digits and len(self.text) > LONGEST_GOODS

    def __repr__(self) -> str:
        return f"Scan({self.kind.value} {self.shown})"


def masked(text: str) -> str:
    """Return ``text`` with every row of digits that may be a payment code cut out of its middle."""
    return _LONG_DIGITS.sub(lambda found: _mask(found[0]), ascii_digits(text))


def classify(text: str, scanner: ScannerSettings, reader: CardReader | None = None) -> Scan:
    """Say what ``text`` is, read as a whole; ``reader`` is the card reader that types, if any.

    What fits two formats, as thirteen digits do where a card has as many, is unknown: nothing is
    guessed. A prefix tells them apart; behind a prefix that is the card reader's alone there is a
    card, or half of one.
    """
    plain = ascii_digits(text)
    if reader is not None and _is_of_reader(plain, scanner, reader):
        return _of_reader(text, plain.removeprefix(reader.prefix), reader)
    marked = bool(scanner.prefix) and plain.startswith(scanner.prefix)
    code = plain.removeprefix(scanner.prefix) if marked else plain
    found = list(_read(code, scanner, reader, marked=marked))
    kind, canonical, provider = found[0] if len(found) == 1 else (Kind.UNKNOWN, code, None)
    uid = b""
    if kind is Kind.CARD and reader is not None:
        uid = wedge.decode(code, reader.format, reader.order)
    return Scan(kind, canonical, provider, text, marked, uid)


def _is_of_reader(plain: str, scanner: ScannerSettings, reader: CardReader) -> bool:
    """Whether ``plain`` begins with a prefix that is the card ``reader``'s and not the scanner's.

    Where one of the two prefixes begins with the other, the longer one that fits is meant.
    """
    if reader.prefix in {"", scanner.prefix} or not plain.startswith(reader.prefix):
        return False
    scanners = bool(scanner.prefix) and plain.startswith(scanner.prefix)
    return not scanners or len(reader.prefix) > len(scanner.prefix)


def _of_reader(text: str, code: str, reader: CardReader) -> Scan:
    """Say what stands behind a card reader's own prefix."""
    try:
        uid = wedge.decode(code, reader.format, reader.order)
    except wedge.CardFormatError:
        return Scan(Kind.HALF, code, None, text, marked=True)
    return Scan(Kind.CARD, code.upper(), None, text, marked=True, uid=uid)


def classify_all(
    text: str, scanner: ScannerSettings, reader: CardReader | None = None
) -> tuple[Scan, ...]:
    """Say what ``text`` is, where two codes may have come without anything between them.

    Only two EAN-13 are ever parted: 26 digits are no other code, and both check digits are right.
    """
    whole = classify(text, scanner, reader)
    if whole.kind is Kind.UNKNOWN and len(text) == 2 * LONGEST_GOODS:
        halves = text[:LONGEST_GOODS], text[LONGEST_GOODS:]
        if all(is_goods(ascii_digits(half)) for half in halves):
            return tuple(Scan(Kind.GOODS, ascii_digits(half), typed=half) for half in halves)
    return (whole,)


def is_goods(digits: str) -> bool:
    """Whether ``digits`` are an EAN-13, EAN-8 or UPC-A with the right check digit.

    From the right, weights 1 and 3 by turns sum to a multiple of ten.
    """
    if len(digits) not in _GOODS_LENGTHS or not (digits.isascii() and digits.isdecimal()):
        return False
    weighed = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[::-1]))
    return sum(weighed) % 10 == 0


def _read(
    code: str, scanner: ScannerSettings, reader: CardReader | None, *, marked: bool
) -> Iterator[tuple[Kind, str, str | None]]:
    """Give every reading that ``code`` may be."""
    if is_goods(code):
        yield Kind.GOODS, code, None
    for provider, fits in _PROVIDERS:
        if fits.fullmatch(code):
            yield Kind.PAYMENT, code, provider
    capitals = code.upper()  # Caps Lock turns a reader's letters round
    if reader is None:
        if (marked or not scanner.prefix) and _is_card(capitals, scanner.card):
            yield Kind.CARD, capitals, None
    elif marked == bool(reader.prefix) and wedge.fits(reader.prefix + code, reader):
        # Only a prefix that it shares with the scanner gets here, or none at all.
        yield Kind.CARD, capitals, None
    if found := _RECEIPT.fullmatch(capitals):
        yield Kind.RECEIPT, f"{found[1]}/{found[2]}/{found[3].lower()}", None


def _is_card(code: str, wanted: str) -> bool:
    found = _CARD.fullmatch(wanted)
    if found is None or len(code) != int(found[1]):
        return False
    allowed = "0123456789" if found[2] == "D" else "0123456789ABCDEF"
    return set(code) <= set(allowed)


def _mask(code: str) -> str:
    return f"{code[:_MASKED_ENDS]}…{code[-_MASKED_ENDS:]}"


class Burst:
    """The keys of one reading, as they come: ``add`` each, ``end`` at a terminator.

    It never holds a key back; it only remembers those that came close to each other. Times are in
    seconds of a clock that does not go back, as the keys were read rather than handled.
    """

    def __init__(self, gap_ms: int) -> None:
        self._gap = gap_ms / 1000
        self._keys: list[str] = []
        self._began = self._last = -inf
        self.torn = False
        """Whether digits came so shortly before it that it may be the rest of a longer reading."""
        self.torn_off = ""
        """What came before it, where it is ``torn``."""

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def text(self) -> str:
        """What was typed so far."""
        return "".join(self._keys)

    @property
    def pace(self) -> float:
        """Seconds from a key to the next one, on average."""
        return (self._last - self._began) / max(len(self._keys) - 1, 1)

    def near(self, at: float) -> bool:
        """Whether a key at ``at`` still belongs to this burst."""
        return 0 <= at - self._last <= self._gap

    def add(self, character: str, at: float) -> None:
        """Remember a character: one more of this burst, or the first of another."""
        if not self.near(at):
            since = at - self._last
            self.torn = bool(self._keys) and self._keys[-1].isdigit() and 0 <= since <= STALL_S
            self.torn_off = self.torn_off + self.text if self.torn else ""
            self._keys = []
            self._began = at
        self._keys.append(character)
        self._last = at

    def clear(self) -> None:
        """Forget the burst: it was taken, or something else than a character was pressed."""
        self._keys = []
        self.torn = False
        self.torn_off = ""
