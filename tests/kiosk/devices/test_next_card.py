"""One card on a PC/SC reader, as who writes keys to cards asks for it; through a real pcscd."""

from __future__ import annotations

import sys
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from config.cards import CardReader, Level
from kiosk.devices.card_device_errors import CardGoneError, NoCardError, ReaderError
from kiosk.devices.card_keys import CardKeys
from kiosk.devices.ntag424 import personalise, read_uid
from kiosk.devices.pcsc import NO_PYSCARD, NO_SERVICE, next_card
from kiosk.devices.prove import prove
from tests.listener import PATIENCE_S
from tests.pcscd import READERS
from tests.virtual_card import UID, VirtualCard
from tests.vpcd_card import VpcdCard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.pcscd import Pcscd

KEYS = CardKeys({1: bytes(range(16))})
DESK = CardReader("desk", "pcsc", port=READERS[0])


@pytest.fixture
def lying(pcscd: Pcscd) -> Iterator[VpcdCard]:
    """A blank card on the first reader, which pcscd knows of."""
    pcscd.await_card(there=False)
    with VpcdCard(VirtualCard(), port=pcscd.ports[0]) as laid:
        pcscd.await_card(there=True)
        yield laid
    pcscd.await_card(there=False)


def test_a_blank_card_that_lies_there_gets_its_keys_and_proves_them(lying: VpcdCard) -> None:
    with next_card(DESK, timeout_s=PATIENCE_S) as transmit:
        assert personalise(transmit, KEYS) == UID
    with next_card(DESK, timeout_s=PATIENCE_S) as transmit:
        assert prove(transmit, KEYS, Level.EV2).level is Level.EV2
    assert lying.card.versions[0] == 1


def test_a_card_that_comes_later_is_waited_for(pcscd: Pcscd) -> None:
    pcscd.await_card(there=False)
    laid = VpcdCard(VirtualCard(), port=pcscd.ports[0])
    later = Timer(0.1, laid.insert)
    later.start()
    try:
        with next_card(DESK, timeout_s=PATIENCE_S) as transmit:
            assert read_uid(transmit) == UID
    finally:
        later.join()
        laid.remove()
    pcscd.await_card(there=False)


def test_who_asks_for_a_fresh_card_does_not_get_the_one_before(
    pcscd: Pcscd, lying: VpcdCard
) -> None:
    with pytest.raises(NoCardError), next_card(DESK, timeout_s=0, fresh=True):
        pytest.fail("the card that lay there was taken")

    def change() -> None:
        lying.remove()
        pcscd.await_card(there=False)
        lying.card = VirtualCard(bytes.fromhex("04000000000001"))
        lying.insert()

    later = Timer(0.1, change)
    later.start()
    with next_card(DESK, timeout_s=PATIENCE_S, fresh=True) as transmit:
        assert read_uid(transmit)[-1] == 1
    later.join()


def test_a_card_torn_off_while_it_is_written_is_said_and_can_be_written_again(
    pcscd: Pcscd, lying: VpcdCard
) -> None:
    lying.card.vanish_after(12)
    with pytest.raises(CardGoneError), next_card(DESK, timeout_s=PATIENCE_S) as transmit:
        personalise(transmit, KEYS)
    pcscd.await_card(there=False)
    lying.insert()
    with next_card(DESK, timeout_s=PATIENCE_S) as transmit:
        assert personalise(transmit, KEYS) == UID


def test_an_empty_reader_is_waited_for_no_longer_than_asked(pcscd: Pcscd) -> None:
    pcscd.await_card(there=False)
    with (
        pytest.raises(NoCardError, match=r"within 0\.05 s"),
        next_card(DESK, timeout_s=0.05),
    ):
        pytest.fail("there is no card")


def test_a_reader_that_is_not_there_is_named(pcscd: Pcscd) -> None:
    assert pcscd.port
    door = CardReader("door", "pcsc", port="ACR122U")
    with pytest.raises(ReaderError, match="ACR122U"), next_card(door, timeout_s=PATIENCE_S):
        pytest.fail("there is no such reader")


@pytest.mark.usefixtures("lying")
def test_a_card_that_cannot_be_had_alone_leaves_no_handle_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from smartcard import scard  # noqa: PLC0415 - only where pcscd is

    handles: list[int] = []
    connect, disconnect = scard.SCardConnect, scard.SCardDisconnect

    def connected(*asked: object) -> list[int]:
        answer: list[int] = connect(*asked)
        handles.append(answer[1])
        return answer

    def disconnected(card: int, what: int) -> None:
        handles.remove(card)
        disconnect(card, what)

    with monkeypatch.context() as changed:
        changed.setattr(scard, "SCardConnect", connected)
        changed.setattr(scard, "SCardDisconnect", disconnected)
        changed.setattr(scard, "SCardBeginTransaction", lambda _: scard.SCARD_W_RESET_CARD)
        for _ in range(3):
            with pytest.raises(CardGoneError), next_card(DESK, timeout_s=PATIENCE_S):
                pass
    assert handles == []
    with next_card(DESK, timeout_s=PATIENCE_S) as transmit:
        assert read_uid(transmit) == UID


def test_without_pcscd_or_pyscard_it_is_said_how_they_come(
    pcscd: Pcscd, monkeypatch: pytest.MonkeyPatch
) -> None:
    pcscd.kill()
    with pytest.raises(ReaderError) as refused, next_card(DESK, timeout_s=PATIENCE_S):
        pytest.fail("there is no service")
    assert refused.value.what == NO_SERVICE
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(ReaderError, match="make readers") as refused:
        next_card(DESK, timeout_s=PATIENCE_S).__enter__()
    assert refused.value.what == NO_PYSCARD
