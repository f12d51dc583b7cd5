"""The staff, as plain rules: who they are, what opens the till to them, and which PINs will do.

Names never stand in the books; a number like ``s02`` does, and is given out once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias
from unicodedata import normalize

from config.errors import Phrase
from config.rights import Role
from config.text import check_text
from kiosk.sale.people_errors import CardFormatError, StaffNumberError, WeakPinError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.cashier import Guards

LEAST_DIGITS: Final = 4
LEAST_DIGITS_OF_A_MANAGER: Final = 6
MOST_DIGITS: Final = 8

LONGEST_LOCK_S: Final = 15 * 60
"""A lock-out doubles up to this, in seconds, unless the settings begin with more."""

_NUMBER: Final = re.compile(r"s?0*([1-9][0-9]{0,3})", re.IGNORECASE)
_RUNS: Final = ("0123456789012345678", "9876543210987654321")
_FEW: Final = 2
# Sums of money and dates apart, these are what people choose first when runs are refused.
_FAVOURITES: Final = frozenset(
    {
        "1314",
        "13145",
        "131452",
        "1314520",
        "5201314",
        "520131",
        "147258",
        "14725836",
        "2580",
        "1379",
    }
    | {"159357", "147852", "789456", "456789", "7758521", "168888", "888666", "666888", "112358"}
)
_UID: Final = re.compile(r"[0-9A-Z]{4,40}")
_NAME_COLUMNS: Final = 32


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the staff, as screens may show them: no secret is here.

    ``name`` is never written to the books; ``has_pin`` and ``has_card`` say what opens the till.
    """

    id: str
    name: str
    role: Role
    active: bool
    has_pin: bool
    has_card: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """A staff number and a PIN, as they were typed; see ``staff_id`` for what a number may be."""

    staff: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """A staff card's own number, as the reader gave it.

    It can be copied by whoever holds the card for a second: it is as good as a key, not a PIN.
    """

    uid: str = field(repr=False)


Credential: TypeAlias = Pin | Card
"""What somebody shows to be let in, or to approve."""


def known_id(typed: str) -> str | None:
    """Give the staff id that ``typed`` means (``2``, ``02`` and ``S02`` are ``s02``), or None."""
    found = _NUMBER.fullmatch(normalize("NFKC", typed).strip())
    return f"s{int(found[1]):02}" if found else None


def staff_id(typed: str) -> str:
    """Give the staff id that ``typed`` means, see ``known_id``.

    Raises:
        StaffNumberError: it is no staff number.
    """
    found = known_id(typed)
    if found is None:
        raise StaffNumberError(typed)
    return found


def next_id(taken: Iterable[str]) -> str:
    """Give the number after the highest of ``taken``: none is ever given to a second person."""
    return f"s{max((int(each[1:]) for each in taken), default=0) + 1:02}"


def staff_name(text: str) -> str:
    """Give ``text`` as a name, in NFC.

    Raises:
        TextError: it is empty, too long, or holds what cannot be seen.
    """
    return check_text(text, what_zh="姓名", what_en="name", columns=_NAME_COLUMNS)


def digits(pin: str) -> str:
    """Give what was typed as a PIN with full-width digits (of an IME) as plain ones."""
    return normalize("NFKC", pin).strip()


def good_pin(pin: str, role: Role, staff: str) -> str:
    """Give ``pin`` in plain digits, if it will do for ``staff`` in ``role``.

    Raises:
        WeakPinError: it is no PIN, too short for the role, or among the first that anyone tries.
    """
    plain = digits(pin)
    least = LEAST_DIGITS_OF_A_MANAGER if role is Role.MANAGER else LEAST_DIGITS
    if not (plain.isascii() and plain.isdigit() and least <= len(plain) <= MOST_DIGITS):
        raise WeakPinError(
            Phrase(
                f"应为 {least} 至 {MOST_DIGITS} 位数字", f"it has {least} to {MOST_DIGITS} digits"
            ),
        )
    if (why := _trivial(plain, staff)) is not None:
        raise WeakPinError(why)
    return plain


def _trivial(pin: str, staff: str) -> Phrase | None:
    """Say why ``pin`` is among the first that a stranger would try; None where it is not."""
    size = len(pin)
    pairs = pin[::2] if pin[::2] == pin[1::2] else None
    found = {
        Phrase("数字太少变化", "it has too few different digits"): len(set(pin)) <= _FEW,
        Phrase("不能是连续数字", "it is a run of digits"): any(pin in run for run in _RUNS),
        Phrase("不能是重复的数字", "it repeats itself"): (
            any(pin == (pin[:part] * size)[:size] for part in range(1, size // 2 + 1))
            or (pairs is not None and any(pairs in run for run in _RUNS))
        ),
        Phrase("不能是同工号的数字", "it is the staff number"): int(pin) == int(staff[1:]),
        Phrase("太常见", "it is a common one"): pin in _FAVOURITES,
    }
    return next((why for why, so in found.items() if so), None)


def locked_for(tries: int, guards: Guards) -> int:
    """Give for how many seconds the ``tries``-th wrong PIN in a row locks its owner out.

    Every ``pin_tries``-th does: ``lockout_s`` at first, then twice as long each time, up to
    ``LONGEST_LOCK_S``.
    """
    times, more = divmod(tries, guards.pin_tries)
    if more or not times:
        return 0
    # The exponent is held small: a number of tries may be anything that a database can hold.
    return min(guards.lockout_s << min(times - 1, 20), longest_lock(guards))


def longest_lock(guards: Guards) -> int:
    """Give how long the longest lock-out is, in seconds."""
    return max(LONGEST_LOCK_S, guards.lockout_s)


def tries_left(tries: int, guards: Guards) -> int:
    """Give how many more wrong PINs, after ``tries`` of them, until the next lock-out."""
    return guards.pin_tries - tries % guards.pin_tries


def card_number(uid: str) -> str:
    """Give a card's number in one form, however the reader writes it (``04:a2`` is ``04A2``).

    Raises:
        CardFormatError: it is no card's number.
    """
    plain = re.sub(r"[\s:-]", "", normalize("NFKC", uid)).upper()
    if not _UID.fullmatch(plain):
        raise CardFormatError
    return plain
