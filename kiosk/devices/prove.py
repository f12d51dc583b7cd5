"""How far a card on a reader proves itself; one attempt, and no card is ever worn by the question.

A chip counts failed authentications and ends a key for good after a thousand, so the version of its
key is asked first, and a card that does not say one of ours is not asked for more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.cards import Level
from kiosk.devices.card_crypto import UID_BYTES, check_sun, picc_data
from kiosk.devices.card_device_errors import UnprovenError
from kiosk.devices.card_keys import FILE, META, PROOF
from kiosk.devices.ntag424 import authenticate, key_version, read_ndef, read_uid, select, sun_of

if TYPE_CHECKING:
    from kiosk.devices.card_keys import CardKeys
    from kiosk.devices.ntag424 import Transmit


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What one card on a reader proved; the fields are those of ``kiosk.sale.cards.Tap``.

    Attributes:
        uid: its number, first byte first; empty where the reader gave none.
        level: how far it proved itself.
        counter: of its SUN message; None for other levels.
        key_version: which master key proved it; None for ``UID``.
        failed: it says that it has a key of ours, and could not prove it.
    """

    uid: bytes
    level: Level = Level.UID
    counter: int | None = None
    key_version: int | None = None
    failed: bool = False

    def __repr__(self) -> str:
        return f"Proof({self.level.value}{' failed' if self.failed else ''})"


def prove(transmit: Transmit, keys: CardKeys | None, most: Level) -> Proof:
    """Ask the card behind ``transmit`` for a proof up to ``most``.

    Raises:
        CardGoneError: it was taken away meanwhile; nothing is known.
    """
    uid = read_uid(transmit)
    if keys is None or most is Level.UID or len(uid) != UID_BYTES or not select(transmit):
        return Proof(uid)
    asked = (PROOF,) if most is Level.EV2 else (META, FILE)
    said = [key_version(transmit, number) for number in asked]
    chips = [keys.of(version, uid) for version in said if version is not None and version in keys]
    if len(chips) < len(asked):
        return Proof(uid)
    try:
        if most is Level.EV2:
            authenticate(transmit, PROOF, chips[0].keys[PROOF])
            return Proof(uid, Level.EV2, key_version=chips[0].version)
        # A card that was torn off while it got new keys may have these two of two versions.
        meta, file = chips
        return Proof(
            uid,
            Level.SUN,
            counter=_counter(read_ndef(transmit), uid, meta.keys[META], file.keys[FILE]),
            key_version=file.version,
        )
    except UnprovenError:
        return Proof(uid, failed=True)


def _counter(ndef: bytes, uid: bytes, meta: bytes, file: bytes) -> int:
    """Check the SUN message in the NDEF file of the card ``uid``, and give its counter.

    Raises:
        UnprovenError: there is none, or this card did not make it.
    """
    mirrored, mac = sun_of(ndef)
    whose, counter = picc_data(meta, mirrored)
    if whose != uid:
        raise UnprovenError
    check_sun(file, whose, counter, mac)
    return counter
