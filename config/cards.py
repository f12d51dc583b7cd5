"""Breakfast cards and their readers, as the operator decides: types, levels of proof, wires."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeAlias

from config.checks import code, one_of, truth, visible, whole

_Id: TypeAlias = Annotated[
    str, code("[a-z][a-z0-9_]{0,15}", '小写字母，如 "worker"', 'a-z, like "worker"')
]


class Level(StrEnum):
    """How far a tap proved the card; records carry the value.

    ``UID``: a number that anybody can copy. ``SUN``: a message that the card signed, with a counter
    that grows (NTAG 424 DNA). ``EV2``: the card and the kiosk proved a key to each other.
    """

    UID = "uid"
    SUN = "sun"
    EV2 = "ev2"

    def reaches(self, needed: Level) -> bool:
        """Whether a tap of this level is good for a card that needs ``needed``."""
        order = list(Level)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class CardType:
    """A kind of card that the station gives out.

    Attributes:
        id: what records call it: ``worker``.
        level: the least that a tap has to prove.
        breakfast: whether its holders are eligible for breakfasts.
        valid_days: how many days a new card is good for, the first one included.
    """

    id: _Id
    name_zh: Annotated[str, visible(16)]
    name_en: Annotated[str, visible(24)]
    level: Annotated[str, one_of(*(each.value for each in Level))]
    breakfast: Annotated[bool, truth]
    valid_days: Annotated[int, whole(1, 36_600)]

    def name(self, lang: str) -> str:
        """Return the type's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en

    @property
    def needs(self) -> Level:
        """The least level, as a ``Level``."""
        return Level(self.level)


FORMATS = ("6H", "8H", "10H", "14H", "8D", "10D", "8H10D", "6H8D", "2H4H", "4H4H", "10H12D")
"""How a reader writes a card's number (devices.md §7); ``14H`` are the 7 bytes of an NTAG."""


@dataclass(frozen=True, slots=True)
class CardReader:
    """A card reader: how it is wired, and how it writes a card's number.

    Attributes:
        id: what taps and the doctor call it: ``desk``.
        kind: ``wedge`` types like a keyboard, ``serial`` sends lines, ``pcsc`` answers commands.
        port: the serial device; a part of the PC/SC reader's name, empty for any; empty for wedge.
        format: one of ``FORMATS``; empty for ``pcsc``.
        order: ``big`` where the first byte of the card comes first, ``little`` where it comes last.
        prefix: what comes before each number, of a wedge beginning with one of ``SIGNS``; empty
            for nothing.
        baud: the speed of a serial line.
        proof: the most that a ``pcsc`` reader asks of a card: ``uid``, ``sun`` or ``ev2``.
        again_ms: so soon after itself the same card is one tap, in milliseconds.
    """

    id: _Id
    kind: Annotated[str, one_of("wedge", "serial", "pcsc")]
    port: Annotated[
        str,
        code(
            "(?:[!-~]{1,2}|[!-~][ -~]{1,118}[!-~])?",
            '最多 120 个半角字符的设备名，如 "/dev/ttyUSB0"',
            'a device\'s name of at most 120 ASCII characters, like "/dev/ttyUSB0"',
        ),
    ] = ""
    format: Annotated[str, one_of("", *FORMATS)] = ""
    order: Annotated[str, one_of("big", "little")] = "big"
    prefix: Annotated[
        str,
        code(
            "[!-~]{0,8}",
            "最多 8 个半角可见字符",
            "at most 8 visible ASCII characters",
        ),
    ] = ""
    baud: Annotated[int, one_of(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)] = 9600
    proof: Annotated[str, one_of(*(each.value for each in Level))] = Level.EV2.value
    again_ms: Annotated[int, whole(0, 60_000)] = 2000
