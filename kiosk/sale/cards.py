"""Breakfast cards as plain rules: a tap, a card, whose it is. Nothing here knows a real name.

Tokens are random and mean nothing outside this kiosk: ``ct_`` and ``ht_`` with sixteen hexadecimal
digits. What a card's chip says (its UID) stands in no record and no export.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - part of the values' own types
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from config.cards import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

CARD_PREFIX: Final = "ct_"
HOLDER_PREFIX: Final = "ht_"
_TOKEN_BYTES: Final = 8
_STAR: Final = "*"


class CardState(StrEnum):
    """What a card is; the value stands in the table ``card``."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True, repr=False)
class Tap:
    """One card on one reader, once.

    Attributes:
        reader: the id of the reader in the settings; ``demo`` for a made-up one.
        uid: the card's number in canonical bytes: as the chip has them, first byte first.
        level: how far the card proved itself.
        counter: the counter of a SUN message; None for other levels.
        key_version: which master key proved it; None for ``UID``.
        failed: the card was asked to prove itself and could not: a copy, or another's keys.
        others: how many more cards lay on the reader: none of them is served.
    """

    reader: str
    uid: bytes
    level: Level = Level.UID
    counter: int | None = None
    key_version: int | None = None
    failed: bool = False
    others: int = 0

    @property
    def shown(self) -> str:
        """The number as it may be shown: its last two hexadecimal digits."""
        return f"…{self.uid.hex().upper()[-2:]}"

    def __repr__(self) -> str:
        return f"Tap({self.reader} {self.shown} {self.level.value})"


@dataclass(frozen=True, slots=True)
class BreakfastCard:
    """A card as the books know it.

    Attributes:
        card: its token.
        holder: the token of whose it is; a holder may have had several cards.
        type: the id of its type in the settings.
        level: what a tap of it has to prove, as recorded when it was issued.
        key_version: the master key that its own keys come from; None for ``UID``.
        state: whether it is good.
        expires: the last service day on which it is.
        counter: the last SUN counter that the books have seen; None before the first.
        issued: when it was issued, UTC.
        seq: the last record that changed it.
    """

    card: str
    holder: str
    type: str
    level: Level
    key_version: int | None
    state: CardState
    expires: date
    counter: int | None
    issued: datetime
    seq: int


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """Whose card it is: personal data, which never reaches a record, an export or a log.

    Attributes:
        name: as on the list of the employer.
        employer: whom the holder works for; may be empty.
        phone: may be empty.
        photo: a PNG or JPEG picture; None for none.
    """

    name: str
    employer: str = ""
    phone: str = ""
    photo: bytes | None = None

    @property
    def masked(self) -> str:
        """The name as the cashier sees it: ``王*``."""
        return masked(self.name)

    def __repr__(self) -> str:
        return f"Holder({self.masked})"


def masked(name: str) -> str:
    """Give the first sign of ``name`` and a star: ``王*``; an empty name is a star alone.

    A sign may be two code points wide (𬀩 is one); a combining mark stays with its letter.
    """
    import unicodedata  # noqa: PLC0415 - a few names a morning

    name = name.strip()
    end = 1
    while end < len(name) and unicodedata.combining(name[end]):
        end += 1
    return name[:end] + _STAR


def new_card_token() -> str:
    """Make a card's token: 64 random bits."""
    return CARD_PREFIX + secrets.token_hex(_TOKEN_BYTES)


def new_holder_token() -> str:
    """Make a holder's token: 64 random bits."""
    return HOLDER_PREFIX + secrets.token_hex(_TOKEN_BYTES)


def reversed_of(uid: bytes) -> bytes:
    """Give ``uid`` in the other byte order: what a reader set up wrongly sends."""
    return uid[::-1]


def newest(cards: Sequence[BreakfastCard]) -> BreakfastCard | None:
    """Give the last of a holder's cards, by the record that changed it; None for none.

    Of a card and the one in its place, that is the one in its place.
    """

    def order(card: BreakfastCard) -> tuple[int, bool]:
        return card.seq, card.state is not CardState.REPLACED

    return max(cards, key=order, default=None)
