"""The settings of the cashier's day: the shift, the guards, the drawer's moves, tiers, reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from config.checks import account_code, code, falling, one_of, rising, texts, visible, whole
from config.keys import SIGNS

_Id: TypeAlias = Annotated[
    str, code("[a-z][a-z0-9_]{0,15}", '小写字母，如 "outdoor"', 'a-z, like "outdoor"')
]
_MINUTE = 60
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Shift:
    """How a shift is opened and closed.

    Attributes:
        over_short_limit_fen: a difference above this, in fen, needs a reason.
        denominations_fen: the notes and coins that a count asks for, falling.
        float_fen: what usually stays in the drawer, in fen; a suggestion.
    """

    over_short_limit_fen: Annotated[int, whole(0, 1_000_000)]
    denominations_fen: Annotated[tuple[int, ...], falling(1, 1_000_000, count=16)]
    float_fen: Annotated[int, whole(0, 10_000_000)]


@dataclass(frozen=True, slots=True)
class Guards:
    """What protects from slips, from strangers and from a wrong clock.

    Attributes:
        enter_ms: so long after a payment an Enter is swallowed, in milliseconds.
        removal_free_s: so long after it was added a line may go without a reason, in seconds.
        idle_lock_s: so long without a key until the till locks, in seconds; 0 is never.
        pin_tries: wrong PINs in a row until the member is locked out.
        lockout_s: how long, in seconds.
        clock_back_s: a clock so far behind the last record is said to have jumped, in seconds.
        clock_forward_s: the same ahead of it.
        least_free_mb: less free space than this is warned about, in megabytes.
    """

    enter_ms: Annotated[int, whole(0, 5000)]
    removal_free_s: Annotated[int, whole(0, 3600)]
    idle_lock_s: Annotated[int, whole(0, _DAY)]
    pin_tries: Annotated[int, whole(1, 20)]
    lockout_s: Annotated[int, whole(1, _DAY)]
    clock_back_s: Annotated[int, whole(1, _DAY)]
    clock_forward_s: Annotated[int, whole(_MINUTE, 366 * _DAY)]
    least_free_mb: Annotated[int, whole(0, 1_000_000)]


@dataclass(frozen=True, slots=True)
class Rounding:
    """Cash rounding (抹零): the total may be lowered to a multiple of one of ``steps_fen``."""

    steps_fen: Annotated[tuple[int, ...], rising(1, 10_000, count=5)]


@dataclass(frozen=True, slots=True)
class Scanner:
    """What tells a scanner or a card reader from fingers.

    Attributes:
        gap_ms: keys at most so far apart belong to one reading, in milliseconds.
        card: what a staff card's reading looks like: ``10D`` ten decimal digits, ``8H`` eight
            hexadecimal ones; empty where there is no card reader.
        prefix: what scanner and reader send before each reading, beginning with a sign that
            means nothing on the sell screen; empty for nothing.
    """

    gap_ms: Annotated[int, whole(5, 1000)]
    card: Annotated[
        str,
        code(
            "(?:(?:[4-9]|[12][0-9]|3[0-2])[DH])?",
            '"10D"（十位数字）、"8H"（八位十六进制），4 至 32 位，或 ""（没有读卡器）',
            '"10D" (ten digits), "8H" (eight hexadecimal), 4 to 32 of them, or "" (no reader)',
        ),
    ]
    prefix: Annotated[
        str,
        code(
            f"(?:[{re.escape(SIGNS)}][!-~]{{0,7}})?",
            f"以 {SIGNS} 之一开头、最多 8 个半角可见字符",
            f"at most 8 visible ASCII characters, the first one of {SIGNS}",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Screen:
    """How the screens look: ``theme`` is ``dark`` or ``light``."""

    theme: Annotated[str, one_of("dark", "light")]


@dataclass(frozen=True, slots=True)
class Tier:
    """A group of customers with prices of its own; the catalogue's ``prices`` name its ``id``."""

    id: _Id
    name_zh: Annotated[str, visible(16)]
    name_en: Annotated[str, visible(24)]

    def name(self, lang: str) -> str:
        """Return the tier's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en


@dataclass(frozen=True, slots=True)
class CashMove:
    """Something that cash is put into the drawer for, or taken out of it, beside sales.

    Attributes:
        id: what records call it: ``change``.
        name_zh: its Chinese name.
        name_en: its English name.
        kind: ``paid_in`` or ``paid_out``.
        account: where the money comes from, or goes to.
    """

    id: _Id
    name_zh: Annotated[str, visible(16)]
    name_en: Annotated[str, visible(24)]
    kind: Annotated[str, one_of("paid_in", "paid_out")]
    account: Annotated[str, account_code]

    def name(self, lang: str) -> str:
        """Return the move's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons offered by number, at most nine each, for what must be explained."""

    removal: Annotated[tuple[str, ...], texts(24, count=9)]
    discount: Annotated[tuple[str, ...], texts(24, count=9)]
    no_sale: Annotated[tuple[str, ...], texts(24, count=9)]
    refund: Annotated[tuple[str, ...], texts(24, count=9)]
