"""The virtual card on the wire of vpcd: lengths, power, being taken away, and a restart."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from config.cards import Level
from kiosk.devices.card_device_errors import CardGoneError
from kiosk.devices.prove import prove
from tests.kiosk.devices.test_ntag424 import KEYS, card_of
from tests.virtual_card import UID, VirtualCard, VpcdCard
from tests.vpcd_card import ATR

if TYPE_CHECKING:
    from collections.abc import Iterator

OFF, ON, RESET, TELL_ATR = (bytes([n]) for n in (0, 1, 2, 4))


class Vpcd:
    """The reader's end of the wire."""

    def __init__(self, port: int = 0) -> None:
        self.listener = socket.create_server(("127.0.0.1", port))
        self.listener.settimeout(10)
        self.line: socket.socket | None = None

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def take(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line, _ = self.listener.accept()
        self.line.settimeout(10)

    def say(self, message: bytes) -> None:
        assert self.line is not None
        self.line.sendall(len(message).to_bytes(2) + message)

    def hear(self) -> bytes:
        assert self.line is not None
        length = int.from_bytes(self._whole(2))
        return self._whole(length)

    def transmit(self, apdu: bytes) -> bytes:
        try:
            self.say(apdu)
            return self.hear()
        except (EOFError, ConnectionError) as gone:
            raise CardGoneError from gone

    def _whole(self, length: int) -> bytes:
        assert self.line is not None
        got = b""
        while len(got) < length:
            more = self.line.recv(length - len(got))
            if not more:
                raise EOFError
            got += more
        return got

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
        self.listener.close()


@pytest.fixture
def vpcd() -> Iterator[Vpcd]:
    with closing(Vpcd()) as reader:
        yield reader


def test_a_card_on_the_reader_tells_its_kind_and_proves_itself(vpcd: Vpcd) -> None:
    with VpcdCard(card_of(), port=vpcd.port):
        vpcd.take()
        vpcd.say(ON)
        vpcd.say(TELL_ATR)
        assert vpcd.hear() == ATR
        assert prove(vpcd.transmit, KEYS, Level.EV2).level is Level.EV2
        assert prove(vpcd.transmit, KEYS, Level.SUN).counter == 1
        assert prove(vpcd.transmit, None, Level.UID).uid == UID


@pytest.mark.parametrize("control", [OFF, ON, RESET])
def test_a_card_that_lost_its_power_has_lost_its_session(vpcd: Vpcd, control: bytes) -> None:
    card = card_of()
    with VpcdCard(card, port=vpcd.port):
        vpcd.take()
        prove(vpcd.transmit, KEYS, Level.EV2)
        assert card.session is not None
        vpcd.say(control)
        vpcd.say(TELL_ATR)
        vpcd.hear()
        assert card.session is None


def test_a_message_may_arrive_byte_by_byte(vpcd: Vpcd) -> None:
    with VpcdCard(VirtualCard(), port=vpcd.port):
        vpcd.take()
        assert vpcd.line is not None
        vpcd.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in bytes.fromhex("0005FFCA000000"):
            vpcd.line.sendall(bytes([byte]))
        assert vpcd.hear() == UID + b"\x90\x00"


@pytest.mark.parametrize("commands", range(1, 5))
def test_a_card_that_is_taken_away_in_the_middle_hangs_up(vpcd: Vpcd, commands: int) -> None:
    card = card_of()
    card.vanish_after(commands)
    with VpcdCard(card, port=vpcd.port) as lying:
        vpcd.take()
        with pytest.raises(CardGoneError):
            prove(vpcd.transmit, KEYS, Level.EV2)
        lying.insert()
        vpcd.take()
        assert prove(vpcd.transmit, KEYS, Level.EV2).level is Level.EV2


def test_a_card_that_is_taken_away_is_gone_for_the_reader(vpcd: Vpcd) -> None:
    lying = VpcdCard(card_of(), port=vpcd.port).insert()
    vpcd.take()
    lying.remove()
    lying.remove()
    with pytest.raises(CardGoneError):
        prove(vpcd.transmit, KEYS, Level.EV2)


def test_a_card_is_still_there_after_the_reader_was_started_again(vpcd: Vpcd) -> None:
    with VpcdCard(card_of(), port=vpcd.port):
        vpcd.take()
        port = vpcd.port
        prove(vpcd.transmit, KEYS, Level.SUN)
        vpcd.close()
        with closing(Vpcd(port)) as again:
            again.take()
            assert prove(again.transmit, KEYS, Level.SUN).counter == 2
