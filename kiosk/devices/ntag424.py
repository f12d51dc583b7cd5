"""The commands of an NTAG 424 DNA over whatever carries them: reading, proving, and giving it keys.

``Transmit`` sends one command APDU and gives the answer with its two status bytes; it raises
``CardGoneError`` when the card has left. Commands as in NT4H2421Gx §10 and AN12196.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from kiosk.devices.card_crypto import (
    BLOCK,
    ZEROS,
    Session,
    begun,
    challenge_back,
    key_change,
)
from kiosk.devices.card_device_errors import (
    BlankCardError,
    CardGoneError,
    CardWriteError,
    ForeignCardError,
    UnprovenError,
    WrongChipError,
)
from kiosk.devices.card_keys import APP, FILE, META, PROOF, SPARE

if TYPE_CHECKING:
    from kiosk.devices.card_keys import CardKeys

Transmit: TypeAlias = Callable[[bytes], bytes]

URL: Final = "kiosk.invalid/b"
"""What a phone reads before the message; no such place can exist, so no message ever gets out."""

_GET_UID: Final = bytes.fromhex("FFCA000000")
_SELECT_APP: Final = bytes.fromhex("00A4040C07D276000085010100")
_SELECT_NDEF: Final = bytes.fromhex("00A4000C02E10400")
_READ: Final = bytes.fromhex("00B0000080")
_FILE_BYTES: Final = 0x80
"""Of the NDEF file only so much is used: one command reads it, and one writes it whole or not."""

_OK: Final = 0x9000
_DONE: Final = 0x9100
_MORE: Final = 0x91AF
_WAIT: Final = 0x91AD
_MOST_WAITS: Final = 20

_CHANGE_KEY: Final = 0xC4
_BLANK_VERSION: Final = 0
_NDEF: Final = b"\x02"
_HTTPS: Final = 4
_SUN: Final = re.compile(rb"[?]e=([0-9A-F]{32})&c=([0-9A-F]{16})")
_SETTINGS: Final = slice(1, 4)
_SDM_SETTINGS: Final = slice(7, None)


class _Answer(NamedTuple):
    """The chip's answer: what it says, and the status (SW1 SW2)."""

    data: bytes
    status: int


def _sent(transmit: Transmit, apdu: bytes) -> _Answer:
    answer = transmit(apdu)
    if len(answer) < 2:  # noqa: PLR2004 - a status has two bytes
        raise CardGoneError
    return _Answer(answer[:-2], int.from_bytes(answer[-2:]))


def _native(transmit: Transmit, command: int, body: bytes = b"") -> _Answer:
    length = bytes([len(body)]) if body else b""
    return _sent(transmit, bytes([0x90, command, 0, 0]) + length + body + b"\0")


def read_uid(transmit: Transmit) -> bytes:
    """Ask the reader for the card's number, first byte first; empty where it has none to give.

    Raises:
        CardGoneError: the card was taken away.
    """
    data, status = _sent(transmit, _GET_UID)
    return data if status == _OK else b""


def select(transmit: Transmit) -> bool:
    """Open the chip's application; False where this is another kind of card.

    Raises:
        CardGoneError: the card was taken away.
    """
    return _sent(transmit, _SELECT_APP).status == _OK


def key_version(transmit: Transmit, number: int) -> int | None:
    """Ask which version of key ``number`` the chip has; None where it does not know of versions.

    Raises:
        CardGoneError: the card was taken away.
    """
    data, status = _native(transmit, 0x64, bytes([number]))
    return data[0] if status == _DONE and len(data) == 1 else None


def read_ndef(transmit: Transmit) -> bytes:
    """Read what every phone can read; the chip signs it anew each time. Empty for nothing.

    Raises:
        CardGoneError: the card was taken away.
    """
    if _sent(transmit, _SELECT_NDEF).status != _OK:
        return b""
    data, status = _sent(transmit, _READ)
    return data if status == _OK else b""


def sun_of(ndef: bytes) -> tuple[bytes, bytes]:
    """Find the two parts of a SUN message: the hidden UID and counter, and the MAC.

    Raises:
        UnprovenError: there is none.
    """
    found = _SUN.search(ndef)
    if found is None:
        raise UnprovenError
    return bytes.fromhex(found[1].decode()), bytes.fromhex(found[2].decode())


def authenticate(transmit: Transmit, number: int, key: bytes) -> Session:
    """Prove key ``number`` to the chip and have it proved (AuthenticateEV2First); one attempt.

    Raises:
        CardGoneError: the card was taken away.
        UnprovenError: the chip has another key.
    """
    for _ in range(_MOST_WAITS):
        challenge, status = _native(transmit, 0x71, bytes([number, 0]))
        # A chip that was asked with wrong keys before makes everybody wait, and counts the tries.
        if status != _WAIT:
            break
    if status != _MORE:
        raise UnprovenError
    ours = secrets.token_bytes(BLOCK)
    back, theirs = challenge_back(key, challenge, ours)
    answer, status = _native(transmit, 0xAF, back)
    if status != _DONE:
        raise UnprovenError
    return begun(key, ours, theirs, answer)


@dataclass(slots=True)
class _Channel:
    """A session that goes on: commands in CommMode.Full, and plain ones that count, too."""

    transmit: Transmit
    session: Session

    def full(self, command: int, header: bytes, text: bytes) -> None:
        """Send a command that answers nothing, and check who took it."""
        data, status = _native(self.transmit, command, self.session.sealed(command, header, text))
        if status != _DONE:
            raise CardWriteError(status)
        self.session = self.session.next
        # A change of key 0 ends the session, so the chip answers without a MAC.
        if (command, header) != (_CHANGE_KEY, bytes([APP])):
            self.session.opened(status, data)

    def change_keys(self, changes: dict[int, bytes], *numbers: int) -> None:
        """Change those of the keys ``numbers`` that have to, in this order."""
        for number in numbers:
            if number in changes:
                self.full(_CHANGE_KEY, bytes([number]), changes[number])

    def plain(self, command: int, body: bytes) -> None:
        """Send a command without cover; the chip counts it all the same."""
        status = _native(self.transmit, command, body).status
        if status != _DONE:
            raise CardWriteError(status)
        self.session = self.session.next


class _Template(NamedTuple):
    """What is written to a card so that its chip makes SUN messages."""

    ndef: bytes
    settings: bytes


def template(url: str = URL) -> _Template:
    """Lay out the NDEF file with room for the message, and the settings that fill it.

    Raises:
        ValueError: ``url`` (without ``https://``) is too long or not ASCII.
    """
    start = bytes([_HTTPS]) + url.encode("ascii") + b"?e="
    record = start + b"0" * 32 + b"&c=" + b"0" * 16
    ndef = bytes([0, len(record) + 4, 0xD1, 1, len(record), 0x55]) + record
    if len(ndef) > _FILE_BYTES:
        message = f"an address of {len(url)} bytes does not fit on the card"
        raise ValueError(message)
    hidden, mac = 6 + len(start), len(ndef) - 16
    offsets = b"".join(each.to_bytes(3, "little") for each in (hidden, mac, mac))
    # Plain with SDM; anybody reads, only key 0 writes; UID, counter, ASCII; nobody asks the count.
    settings = bytes([0x40, 0x00, 0xE0, 0xC1, 0xFF, META << 4 | FILE]) + offsets
    return _Template(ndef.ljust(_FILE_BYTES, b"\0"), settings)


def personalise(
    transmit: Transmit, keys: CardKeys, version: int | None = None, *, url: str = URL
) -> bytes:
    """Give a card the keys of ``version`` (the newest by default); give its UID.

    A card that was taken away in the middle can be written again: each key says its own version.

    Raises:
        CardGoneError: it was taken away; nothing is lost.
        WrongChipError: it is no NTAG 424 DNA with a fixed UID.
        ForeignCardError: somebody else has given it keys.
        CardWriteError: it refused what was written.
        NoKeyVersionError: there is no such version here.
    """
    wanted = template(url)
    new = keys.newest if version is None else version
    uid = read_uid(transmit)
    if not select(transmit):
        raise WrongChipError
    now = [_version_of(transmit, number) for number in range(SPARE + 1)]
    if any(each != _BLANK_VERSION and each not in keys for each in now):
        raise ForeignCardError
    old = [
        ZEROS if each == _BLANK_VERSION else keys.of(each, uid).keys[number]
        for number, each in enumerate(now)
    ]
    made = keys.of(new, uid).keys
    changes = {
        number: key_change(number, made[number], old[number], new)
        for number, each in enumerate(now)
        if each != new
    }
    signs = _signs(transmit, wanted)
    try:
        channel = _Channel(transmit, authenticate(transmit, APP, old[APP]))
    except UnprovenError:
        raise ForeignCardError from None
    try:
        channel.change_keys(changes, SPARE, META, FILE)
        length = _FILE_BYTES.to_bytes(3, "little")
        channel.plain(0x8D, _NDEF + bytes(3) + length + wanted.ndef)
        # Only where something differs: turning SDM on sets its counter back to nothing.
        if not signs:
            channel.full(0x5F, _NDEF, wanted.settings)
        # Key 0 comes last: until then the card can be written from the start.
        channel.change_keys(changes, PROOF, APP)
        authenticate(transmit, PROOF, made[PROOF])
    except UnprovenError:
        raise CardWriteError(_DONE) from None
    return uid


def rekey(
    transmit: Transmit, keys: CardKeys, version: int | None = None, *, url: str = URL
) -> bytes:
    """Give a card of ours the keys of another ``version`` (the newest by default); give its UID.

    Raises:
        BlankCardError: it never had keys.
        CardGoneError: as for ``personalise``, and so are the others.
    """
    if not select(transmit):
        raise WrongChipError
    if _version_of(transmit, APP) == _BLANK_VERSION:
        raise BlankCardError
    return personalise(transmit, keys, version, url=url)


def _version_of(transmit: Transmit, number: int) -> int:
    version = key_version(transmit, number)
    if version is None:
        raise WrongChipError
    return version


def _signs(transmit: Transmit, wanted: _Template) -> bool:
    """Say whether the chip's file is already set up as ``wanted``."""
    data, status = _native(transmit, 0xF5, _NDEF)
    return status == _DONE and data[_SETTINGS] + data[_SDM_SETTINGS] == wanted.settings
