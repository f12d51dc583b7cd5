"""A virtual NTAG 424 DNA, written from its data sheet (NT4H2421Gx) and not with the till's code.

In a test it is called straight (``card.transmit``); before a real pcscd it lies on the reader of
vpcd (``tests.vpcd_card.VpcdCard``). It keeps what it was told when it is torn away, as chips do.
"""

from __future__ import annotations

import copy
import os
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC

from kiosk.devices.card_device_errors import CardGoneError
from tests.vpcd_card import VpcdCard

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["UID", "VirtualCard", "VpcdCard"]

UID = bytes.fromhex("04A1B2C3D4E5F6")
APPLICATION = bytes.fromhex("D2760000850101")
NDEF = 2
FREE = 0xE

OK = b"\x90\x00"
DONE = b"\x91\x00"
MORE = b"\x91\xaf"
WAIT = b"\x91\xad"
NO_RIGHT = b"\x91\x9d"
NO_AUTH = b"\x91\xae"
NO_KEY = b"\x91\x40"
BROKEN = b"\x91\x1e"
LENGTH = b"\x91\x7e"
PARAMETER = b"\x91\x9e"
ABORTED = b"\x91\xca"
UNKNOWN_FILE = b"\x6a\x82"
UNKNOWN = b"\x6d\x00"
DENIED = b"\x69\x82"


def _mac(key: bytes, text: bytes) -> bytes:
    made = CMAC(AES(key))
    made.update(text)
    return made.finalize()


def _crypt(key: bytes, text: bytes, first: bytes = bytes(16), *, back: bool = False) -> bytes:
    cipher = Cipher(AES(key), CBC(first))
    made = cipher.decryptor() if back else cipher.encryptor()
    return made.update(text) + made.finalize()


class StatusError(Exception):
    """The chip refuses a command with these two bytes."""


@dataclass
class Sdm:
    """Where the file 2 is mirrored, and with which keys."""

    raw: bytes

    @property
    def on(self) -> bool:
        return bool(self.raw[0] & 0x40)

    @property
    def rights(self) -> dict[str, int]:
        named = zip(
            ("read_write", "change", "read", "write"),
            (self.raw[1] >> 4, self.raw[1] & 15, self.raw[2] >> 4, self.raw[2] & 15),
            strict=True,
        )
        return dict(named)

    @property
    def meta(self) -> int:
        return self.raw[5] >> 4

    @property
    def file(self) -> int:
        return self.raw[5] & 15

    @property
    def offsets(self) -> tuple[int, int, int]:
        hidden, signed, mac = (int.from_bytes(self.raw[i : i + 3], "little") for i in (6, 9, 12))
        return hidden, signed, mac


@dataclass
class Authenticated:
    """The card's side of a session."""

    number: int
    enc: bytes
    mac: bytes
    ti: bytes
    counter: int = 0

    def count(self) -> bytes:
        return self.counter.to_bytes(2, "little")

    def signed(self, code: int, text: bytes) -> bytes:
        return _mac(self.mac, bytes([code]) + self.count() + self.ti + text)[1::2]

    def first(self, label: str) -> bytes:
        return _crypt(self.enc, bytes.fromhex(label) + self.ti + self.count() + bytes(8))


@dataclass
class VirtualCard:
    """One card; as delivered it has five keys of zeros and an empty NDEF file.

    Attributes:
        uid: its number.
        plain: a card that has a number and nothing else.
        frozen: its SUN message never changes: somebody recorded it and plays it back.
        wrong: how often it was asked with a wrong key.
        waits: so many times it says "not yet" before it lets itself be asked.
        log: the instruction bytes it was sent.
        after: what a test wants done after each command.
    """

    uid: bytes = UID
    plain: bool = False
    frozen: bool = False
    keys: list[bytes] = field(default_factory=lambda: [bytes(16)] * 5, repr=False)
    versions: list[int] = field(default_factory=lambda: [0] * 5)
    settings: Sdm = field(default_factory=lambda: Sdm(bytes.fromhex("00E0EE")))
    ndef: bytearray = field(default_factory=lambda: bytearray(256), repr=False)
    counter: int = 0
    wrong: int = 0
    waits: int = 0
    log: list[int] = field(default_factory=list)
    left: int | None = None
    half_done: bool = False
    selected: bool = False
    opened: bool = False
    reading: bool = False
    recorded: bytes | None = None
    session: Authenticated | None = None
    asked: tuple[int, bytes] | None = None

    # ---- on and off the reader -------------------------------------------------------------

    def vanish_after(self, commands: int, *, half_done: bool = False) -> None:
        """Leave the field after so many answers; ``half_done`` does the last one in silence."""
        self.left, self.half_done = commands, half_done

    def put_back(self) -> None:
        """Lay it on the reader again: nothing of a session is left."""
        self.left = None
        self.reset()

    def reset(self) -> None:
        """Lose the power and get it back."""
        self.selected = self.opened = self.reading = False
        self.session = self.asked = None

    def clone(self) -> VirtualCard:
        """Make a copy by somebody who has everything but the keys."""
        other = copy.deepcopy(self)
        other.keys = [os.urandom(16) for _ in self.keys]
        other.wrong, other.log = 0, []
        other.reset()
        return other

    def recording(self) -> VirtualCard:
        """Make a copy that plays one recorded SUN message back for ever."""
        self.reset()
        self.transmit(bytes.fromhex("00A4040C07") + APPLICATION + b"\0")
        self.transmit(bytes.fromhex("00A4000C02E10400"))
        said = self.transmit(bytes.fromhex("00B0000000"))[:-2]
        other = self.clone()
        other.recorded = said
        return other

    def transmit(self, apdu: bytes) -> bytes:
        """Take one command APDU and give the answer with its status.

        Raises:
            CardGoneError: it has left the reader.
        """
        if self.left is not None and self.left <= 0:
            if self.half_done:
                self.half_done = False
                self._answer(apdu)
            raise CardGoneError
        if self.left is not None:
            self.left -= 1
        return self._answer(apdu)

    # ---- commands ----------------------------------------------------------------------------

    def _answer(self, apdu: bytes) -> bytes:
        if apdu[:2] == b"\xff\xca":
            return self.uid + OK
        self.log.append(apdu[1])
        if self.plain:
            return UNKNOWN_FILE if apdu[1] == 0xA4 else UNKNOWN
        return self._chip(apdu)

    def _chip(self, apdu: bytes) -> bytes:
        cla, command, p1, p2 = apdu[:4]
        body = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        if command != 0xB0:
            self.reading = False
        asked, self.asked = self.asked, None
        try:
            if cla == 0:
                return self._iso(command, p1, p2, body, apdu[-1])
            if cla != 0x90 or not self.selected:
                return UNKNOWN
            if command == 0xAF:
                return self._proved(asked, body)
            return self._native(command, body)
        except StatusError as refused:
            self.session = None
            return bytes(refused.args[0])

    def _iso(self, command: int, p1: int, p2: int, body: bytes, most: int) -> bytes:
        if command == 0xA4:
            if p1 == 4:
                self.session = None
                self.selected = body == APPLICATION
                return OK if self.selected else UNKNOWN_FILE
            self.opened = self.selected and body == b"\xe1\x04"
            return OK if self.opened else UNKNOWN_FILE
        if command == 0xB0 and self.opened:
            start = (p1 & 0x7F) << 8 | p2
            return self._mirrored()[start : start + (most or 256)] + OK
        return UNKNOWN

    def _native(self, command: int, body: bytes) -> bytes:
        known: dict[int, Callable[[bytes], bytes]] = {
            0x71: self._challenge,
            0x64: self._key_version,
            0xF5: self._file_settings,
            0x8D: self._write,
            0xC4: self._change_key,
            0x5F: self._change_settings,
            0x51: self._card_uid,
        }
        return known[command](body) if command in known else UNKNOWN

    def _challenge(self, body: bytes) -> bytes:
        self.session = None
        if self.waits:
            self.waits -= 1
            raise StatusError(WAIT)
        if not body or body[0] > 4:
            raise StatusError(NO_KEY)
        random = os.urandom(16)
        self.asked = (body[0], random)
        return _crypt(self.keys[body[0]], random) + MORE

    def _proved(self, asked: tuple[int, bytes] | None, body: bytes) -> bytes:
        if asked is None:
            raise StatusError(ABORTED)
        if len(body) != 32:
            raise StatusError(LENGTH)
        number, b = asked
        key = self.keys[number]
        plain = _crypt(key, body, back=True)
        a, echo = plain[:16], plain[16:]
        if echo != b[1:] + b[:1]:
            self.wrong += 1
            raise StatusError(NO_AUTH)
        ti = os.urandom(4)
        mix = bytes(x ^ y for x, y in zip(a[2:8], b[0:6], strict=True))
        context = bytes.fromhex("00010080") + a[:2] + mix + b[6:] + a[8:]
        self.session = Authenticated(
            number, _mac(key, b"\xa5\x5a" + context), _mac(key, b"\x5a\xa5" + context), ti
        )
        return _crypt(key, ti + a[1:] + a[:1] + bytes(12)) + DONE

    def _key_version(self, body: bytes) -> bytes:
        if len(body) != 1 or body[0] > 4:
            raise StatusError(NO_KEY)
        return bytes([self.versions[body[0]]]) + DONE

    def _file_settings(self, body: bytes) -> bytes:
        if body != bytes([NDEF]):
            raise StatusError(b"\x91\xf0")
        raw = self.settings.raw
        return b"\0" + raw[:3] + (256).to_bytes(3, "little") + raw[3:] + DONE

    def _write(self, body: bytes) -> bytes:
        start, length = (int.from_bytes(body[i : i + 3], "little") for i in (1, 4))
        if body[0] != NDEF or len(body[7:]) != length or start + length > 256:
            raise StatusError(PARAMETER)
        who = {self.settings.rights["write"], self.settings.rights["read_write"]}
        if FREE not in who and (self.session is None or self.session.number not in who):
            raise StatusError(NO_RIGHT)
        if self.session:
            self.session.counter += 1
        self.ndef[start : start + length] = body[7:]
        return DONE

    def _full(self, command: int, body: bytes, header: int) -> tuple[bytes, bytes]:
        """Open a command in CommMode.Full, as a chip that is authenticated with key 0."""
        session = self.session
        if session is None or session.number != 0:
            raise StatusError(NO_AUTH)
        text, mac = body[:-8], body[-8:]
        if session.signed(command, text) != mac:
            raise StatusError(BROKEN)
        plain = _crypt(session.enc, text[header:], session.first("A55A"), back=True).rstrip(b"\0")
        if plain[-1:] != b"\x80":
            raise StatusError(BROKEN)
        session.counter += 1
        return text[:header], plain[:-1]

    def _change_key(self, body: bytes) -> bytes:
        header, plain = self._full(0xC4, body, 1)
        number = header[0]
        if number == 0:
            if len(plain) != 17:
                raise StatusError(LENGTH)
            self.keys[0], self.versions[0] = plain[:16], plain[16]
            self.session = None
            return DONE
        if len(plain) != 21:
            raise StatusError(LENGTH)
        new = bytes(x ^ y for x, y in zip(plain[:16], self.keys[number], strict=True))
        if (~zlib.crc32(new) & 0xFFFFFFFF).to_bytes(4, "little") != plain[17:]:
            raise StatusError(BROKEN)
        self.keys[number], self.versions[number] = new, plain[16]
        return self._signed_done()

    def _change_settings(self, body: bytes) -> bytes:
        header, plain = self._full(0x5F, body, 1)
        if header != bytes([NDEF]) or self.settings.rights["change"] != 0:
            raise StatusError(NO_RIGHT)
        # This card knows one kind of SDM: UID and counter, hidden, with a MAC.
        made = Sdm(plain)
        if len(plain) != 15 or plain[3] != 0xC1 or max(made.meta, made.file) > 4:
            raise StatusError(PARAMETER)
        hidden, signed, mac = made.offsets
        if not hidden + 32 <= mac <= 240 or signed > mac:
            raise StatusError(PARAMETER)
        self.settings, self.counter = made, 0
        return self._signed_done()

    def _card_uid(self, body: bytes) -> bytes:
        session = self.session
        if session is None:
            raise StatusError(NO_AUTH)
        if body != session.signed(0x51, b""):
            raise StatusError(BROKEN)
        session.counter += 1
        text = _crypt(session.enc, self.uid + b"\x80" + bytes(8), session.first("5AA5"))
        return text + session.signed(0, text) + DONE

    def _signed_done(self) -> bytes:
        assert self.session is not None
        return self.session.signed(0, b"") + DONE

    def _mirrored(self) -> bytes:
        """Give the NDEF file as everybody reads it: with a message that the chip signed."""
        if self.recorded is not None:
            return self.recorded
        if not self.settings.on or self.session is not None:
            return bytes(self.ndef)
        if not self.reading and not self.frozen:
            self.counter += 1
        self.reading = True
        hidden, signed, mac = self.settings.offsets
        count = self.counter.to_bytes(3, "little")
        said = bytearray(self.ndef)
        picc = _crypt(self.keys[self.settings.meta], b"\xc7" + self.uid + count + os.urandom(5))
        said[hidden : hidden + 32] = picc.hex().upper().encode()
        key = _mac(self.keys[self.settings.file], bytes.fromhex("3CC300010080") + self.uid + count)
        said[mac : mac + 16] = _mac(key, bytes(said[signed:mac]))[1::2].hex().upper().encode()
        return bytes(said)
