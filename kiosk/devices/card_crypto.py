"""The AES of NTAG 424 DNA cards as pure functions: CMAC, diversified keys, SUN, EV2First.

From NXP's public papers: NT4H2421Gx §9 (secure messaging, SDM), AN12196 (worked examples), AN10922
(diversified keys) and RFC 4493. docs/adr/0007-card-security.md says why it is our own.
"""

from __future__ import annotations

import hmac
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kiosk.devices.card_device_errors import UnprovenError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

KEY_BYTES: Final = 16
BLOCK: Final = 16
UID_BYTES: Final = 7
MAC_BYTES: Final = 8
ZEROS: Final = bytes(BLOCK)
"""The key of a blank card, and the first vector of everything outside of secure messaging."""

_LONGEST_INPUT: Final = 31
_SUN_MAC: Final = bytes.fromhex("3CC300010080")
_UID_AND_COUNTER: Final = 0xC7
_COUNTER_BYTES: Final = 3
_SESSION_ENC: Final = bytes.fromhex("A55A00010080")
_SESSION_MAC: Final = bytes.fromhex("5AA500010080")
_TI_BYTES: Final = 4
_COMMAND: Final = bytes.fromhex("A55A")
_ANSWER: Final = bytes.fromhex("5AA5")
_END: Final = b"\x80"


def cmac(key: bytes, message: bytes) -> bytes:
    """Give the 16 bytes of AES-CMAC (RFC 4493) of ``message``."""
    # The library is loaded with the first card, not with the till.
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415
    from cryptography.hazmat.primitives.cmac import CMAC  # noqa: PLC0415

    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()


def short_mac(key: bytes, message: bytes) -> bytes:
    """Give the 8 bytes that the chip sends of a CMAC: every second one."""
    return cmac(key, message)[1::2]


def encrypt(key: bytes, text: bytes, first: bytes = ZEROS) -> bytes:
    """Encrypt whole blocks in CBC mode; ``first`` is the first vector."""
    cipher = _cbc(key, first).encryptor()
    return cipher.update(text) + cipher.finalize()


def decrypt(key: bytes, text: bytes, first: bytes = ZEROS) -> bytes:
    """Decrypt whole blocks in CBC mode; ``first`` is the first vector."""
    cipher = _cbc(key, first).decryptor()
    return cipher.update(text) + cipher.finalize()


def _cbc(key: bytes, first: bytes) -> Cipher[CBC]:
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.modes import CBC  # noqa: PLC0415

    return Cipher(AES(key), CBC(first))


def diversified(master: bytes, who: bytes) -> bytes:
    """Give the key of one card: AN10922 §2.2 over the ``who`` of 1 to 31 bytes.

    Raises:
        ValueError: ``who`` is empty or longer.
    """
    if not 1 <= len(who) <= _LONGEST_INPUT:
        message = f"{len(who)} bytes of diversification input: 1 to {_LONGEST_INPUT}"
        raise ValueError(message)
    once = _doubled(encrypt(master, ZEROS))
    whole = len(who) == _LONGEST_INPUT
    # Always two blocks: that, and nothing else, is where AN10922 differs from a plain CMAC.
    text = (b"\x01" + who + (b"" if whole else _END)).ljust(2 * BLOCK, b"\0")
    last = _xor(text[BLOCK:], once if whole else _doubled(once))
    return encrypt(master, text[:BLOCK] + last)[-BLOCK:]


def _doubled(block: bytes) -> bytes:
    """Double in GF(2^128), as RFC 4493 makes its two subkeys."""
    number = int.from_bytes(block) << 1
    if number >> 128:
        number = (number & (1 << 128) - 1) ^ 0x87
    return number.to_bytes(BLOCK)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def picc_data(meta: bytes, mirrored: bytes) -> tuple[bytes, int]:
    """Read the UID and the counter of a SUN message with its meta key.

    Raises:
        UnprovenError: it was not encrypted with this key.
    """
    if len(mirrored) != BLOCK:
        raise UnprovenError
    plain = decrypt(meta, mirrored)
    if plain[0] != _UID_AND_COUNTER:
        raise UnprovenError
    end = 1 + UID_BYTES
    return plain[1:end], int.from_bytes(plain[end : end + _COUNTER_BYTES], "little")


def sun_key(file: bytes, uid: bytes, counter: int) -> bytes:
    """Give the key that signs the one SUN message of ``uid`` with ``counter``."""
    return cmac(file, _SUN_MAC + uid + counter.to_bytes(_COUNTER_BYTES, "little"))


def check_sun(file: bytes, uid: bytes, counter: int, mac: bytes, signed: bytes = b"") -> None:
    """Check the MAC of a SUN message over the ``signed`` part of the file.

    Raises:
        UnprovenError: it was not made with the key ``file``.
    """
    if not hmac.compare_digest(short_mac(sun_key(file, uid, counter), signed), mac):
        raise UnprovenError


def challenge_back(key: bytes, challenge: bytes, ours: bytes) -> tuple[bytes, bytes]:
    """Answer the chip's encrypted ``challenge`` with one of ``ours``: both are 16 bytes.

    Returns:
        What to send (32 bytes), and the chip's random number in the clear.

    Raises:
        UnprovenError: what the chip sent is no challenge of AES mode.
    """
    if len(challenge) != BLOCK:
        raise UnprovenError
    theirs = decrypt(key, challenge)
    return encrypt(key, ours + _turned(theirs)), theirs


def _turned(number: bytes) -> bytes:
    return number[1:] + number[:1]


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """An authenticated session with a chip (NT4H2421Gx §9.1); a new one after each command.

    Attributes:
        enc: the key that hides.
        mac: the key that signs.
        ti: the transaction's number, 4 bytes.
        counter: how many commands were sent in it.
    """

    enc: bytes
    mac: bytes
    ti: bytes
    counter: int = 0

    @property
    def next(self) -> Session:
        """The session once the chip has taken a command."""
        return replace(self, counter=self.counter + 1)

    def sealed(self, command: int, header: bytes, text: bytes) -> bytes:
        """Give the body of a command in CommMode.Full: header, hidden ``text``, MAC."""
        hidden = encrypt(self.enc, padded(text), self._first(_COMMAND)) if text else b""
        return header + hidden + self._signed(command, header + hidden)

    def opened(self, status: int, body: bytes) -> bytes:
        """Read the chip's answer to a command; ``self`` is the session *after* it.

        Raises:
            UnprovenError: it was not this chip that answered, or not this command.
        """
        hidden, mac = body[:-MAC_BYTES], body[-MAC_BYTES:]
        if not hmac.compare_digest(self._signed(status & 0xFF, hidden), mac):
            raise UnprovenError
        if not hidden:
            return b""
        text, end, rest = decrypt(self.enc, hidden, self._first(_ANSWER)).rpartition(_END)
        if not end or rest.strip(b"\0"):
            raise UnprovenError
        return text

    def _signed(self, code: int, text: bytes) -> bytes:
        return short_mac(self.mac, bytes([code]) + self._count() + self.ti + text)

    def _first(self, label: bytes) -> bytes:
        return encrypt(self.enc, (label + self.ti + self._count()).ljust(BLOCK, b"\0"))

    def _count(self) -> bytes:
        return self.counter.to_bytes(2, "little")


def padded(text: bytes) -> bytes:
    """Fill ``text`` up to whole blocks (ISO/IEC 9797-1, method 2); always adds something."""
    return (text + _END).ljust((len(text) // BLOCK + 1) * BLOCK, b"\0")


def begun(key: bytes, ours: bytes, theirs: bytes, answer: bytes) -> Session:
    """Check the chip's last ``answer`` of EV2First, and give the session that it began.

    Raises:
        UnprovenError: the chip does not have the key.
    """
    if len(answer) != 2 * BLOCK:
        raise UnprovenError
    plain = decrypt(key, answer)
    ti, echo = plain[:_TI_BYTES], plain[_TI_BYTES : _TI_BYTES + BLOCK]
    if not hmac.compare_digest(echo, _turned(ours)):
        raise UnprovenError
    mixed = ours[:2] + _xor(ours[2:8], theirs[:6]) + theirs[6:] + ours[8:]
    return Session(cmac(key, _SESSION_ENC + mixed), cmac(key, _SESSION_MAC + mixed), ti)


def key_change(number: int, new: bytes, old: bytes, version: int) -> bytes:
    """Give what ChangeKey hides: the ``new`` key ``number``; the session is of key 0."""
    if number == 0:
        return new + bytes([version])
    # The chip wants the checksum without its last inversion, lowest byte first.
    check = (zlib.crc32(new) ^ 0xFFFFFFFF).to_bytes(4, "little")
    return _xor(new, old) + bytes([version]) + check
