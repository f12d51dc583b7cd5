"""A morning of PC/SC readers, before a real pcscd with virtual cards on its virtual readers."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest

from config.cards import CardReader, Level
from kiosk.devices.card_keys import CardKeys
from kiosk.devices.ntag424 import personalise
from kiosk.devices.pcsc import NO_SERVICE, mine, reader_names
from kiosk.devices.readers import Readers
from tests.listener import PATIENCE_S, Listener
from tests.pcscd import READERS, Pcscd
from tests.virtual_card import VirtualCard
from tests.vpcd_card import VpcdCard

if TYPE_CHECKING:
    from collections.abc import Iterator

UID = bytes.fromhex("04A1B2C3D4E5F6")
OTHER = bytes.fromhex("04112233445566")
KEYS = CardKeys({1: bytes(range(16))})
DESK = CardReader("desk", "pcsc", again_ms=0)


def card(uid: bytes = UID, *, plain: bool = False) -> VirtualCard:
    """A card of ours, with our keys unless it is plain."""
    made = VirtualCard(uid, plain=plain)
    if not plain:
        personalise(made.transmit, KEYS)
        made.reset()
    return made


@contextmanager
def listening(*readers: CardReader, keys: CardKeys | None = KEYS) -> Iterator[Listener]:
    listener = Listener()
    heard = Readers(readers, keys, listener.hear)
    heard.start()
    try:
        yield listener
    finally:
        heard.stop()


@contextmanager
def on_reader(pcscd: Pcscd, lying: VirtualCard, slot: int = 0) -> Iterator[None]:
    """Lay a card on a reader, and see it gone from there for pcscd, too."""
    with VpcdCard(lying, port=pcscd.ports[slot]):
        yield
    pcscd.await_card(slot, there=False)


def test_a_card_that_only_has_a_number_gives_its_number(pcscd: Pcscd) -> None:
    with listening(DESK) as told:
        assert told.state(ok=True).what.en == f"ready: {', '.join(READERS)}"
        with on_reader(pcscd, card(plain=True)):
            tap = told.tap()
    assert (tap.reader, tap.uid, tap.level, tap.failed, tap.others) == (
        "desk",
        UID,
        Level.UID,
        False,
        0,
    )


def test_a_sun_message_is_read_and_its_counter_grows_with_each_tap(pcscd: Pcscd) -> None:
    lying = card()
    with listening(CardReader("desk", "pcsc", proof="sun", again_ms=0)) as told:
        told.state(ok=True)
        taps = []
        for _ in range(2):
            with on_reader(pcscd, lying):
                taps.append(told.tap())
    assert [each.level for each in taps] == [Level.SUN, Level.SUN]
    assert [each.key_version for each in taps] == [1, 1]
    first, second = [each.counter for each in taps]
    assert first is not None
    assert second is not None
    assert second > first


def test_card_and_kiosk_prove_a_key_to_each_other(pcscd: Pcscd) -> None:
    with listening(DESK) as told:
        told.state(ok=True)
        with on_reader(pcscd, card()):
            tap = told.tap()
    assert (tap.uid, tap.level, tap.key_version, tap.failed) == (UID, Level.EV2, 1, False)


@pytest.mark.parametrize("proof", ["sun", "ev2"])
def test_a_clone_with_the_same_number_and_other_keys_fails(pcscd: Pcscd, proof: str) -> None:
    with listening(CardReader("desk", "pcsc", proof=proof)) as told:
        told.state(ok=True)
        with on_reader(pcscd, card().clone()):
            tap = told.tap()
    assert (tap.uid, tap.level, tap.failed) == (UID, Level.UID, True)


def test_without_keys_a_card_is_asked_for_its_number_alone(pcscd: Pcscd) -> None:
    with listening(DESK, keys=None) as told:
        told.state(ok=True)
        with on_reader(pcscd, card()):
            tap = told.tap()
    assert (tap.uid, tap.level, tap.failed) == (UID, Level.UID, False)


@pytest.mark.parametrize("answers", range(1, 5))
def test_a_card_taken_away_in_the_middle_has_to_be_tapped_again(pcscd: Pcscd, answers: int) -> None:
    lying = card()
    lying.vanish_after(answers)
    with listening(DESK) as told:
        told.state(ok=True)
        with on_reader(pcscd, lying):
            state = told.state(ok=True, again=True)
        assert state.what.zh == "卡拿开得太早：请把卡在读卡器上放稳，再刷一次"
        lying.put_back()
        with on_reader(pcscd, lying):
            assert told.tap().level is Level.EV2


def test_a_killed_pcscd_is_noticed_and_the_next_tap_after_its_return_is_heard(
    pcscd: Pcscd,
) -> None:
    with listening(DESK) as told:
        told.state(ok=True)
        with on_reader(pcscd, card()):
            told.tap()
        pcscd.kill()
        assert told.state(ok=False).what == NO_SERVICE
        pcscd.start()
        told.state(ok=True)
        with on_reader(pcscd, card(OTHER)):
            assert told.tap().uid == OTHER


def test_pcscd_killed_under_a_lying_card_makes_no_second_tap_of_it(pcscd: Pcscd) -> None:
    with listening(DESK) as told:
        told.state(ok=True)
        with on_reader(pcscd, card()):
            told.tap()
            pcscd.kill()
            told.state(ok=False)
            pcscd.start()
            told.state(ok=True)
            with on_reader(pcscd, card(OTHER), slot=1):
                assert told.tap().uid == OTHER
        assert told.silent


def test_readers_wait_for_a_pcscd_that_comes_later(pcscd: Pcscd) -> None:
    pcscd.kill()
    with listening(DESK) as told:
        assert told.state(ok=False).what == NO_SERVICE
        with pytest.raises(OSError, match="pcscd"):
            reader_names()
        pcscd.start()
        told.state(ok=True)
        assert reader_names() == READERS
        with on_reader(pcscd, card()):
            told.tap()


def test_a_card_that_lay_there_at_the_start_is_no_tap(pcscd: Pcscd) -> None:
    with VpcdCard(card(), port=pcscd.ports[0]) as lying:
        pcscd.await_card(there=True)
        with listening(DESK) as told:
            told.state(ok=True)
            with on_reader(pcscd, card(OTHER), slot=1):
                assert told.tap().uid == OTHER
            lying.remove()
            pcscd.await_card(there=False)
            assert told.silent
            with on_reader(pcscd, card()):
                assert told.tap().uid == UID


class Asked(VirtualCard):
    """A card that says when it was asked for its number twice, as the end of an exchange does."""

    def asked_out(self) -> Event:
        self.times, self.twice = 0, Event()
        return self.twice

    def transmit(self, apdu: bytes) -> bytes:
        answer = super().transmit(apdu)
        self.times += apdu.startswith(b"\xff\xca")
        if self.times == 2:
            self.twice.set()
        return answer


def test_the_same_card_again_at_once_is_one_tap_and_another_card_is_another(
    pcscd: Pcscd,
) -> None:
    with listening(CardReader("desk", "pcsc", again_ms=60_000)) as told:
        told.state(ok=True)
        with on_reader(pcscd, card(plain=True)):
            assert told.tap().uid == UID
        again = Asked(UID, plain=True)
        asked_out = again.asked_out()
        with on_reader(pcscd, again):
            assert asked_out.wait(PATIENCE_S)
        with on_reader(pcscd, card(OTHER, plain=True)):
            assert told.tap().uid == OTHER
    assert told.silent


def test_cards_on_two_readers_at_the_same_moment_are_two_taps(pcscd: Pcscd) -> None:
    left, right = (CardReader(f"r{slot}", "pcsc", port=name) for slot, name in enumerate(READERS))
    with listening(left, right) as told:
        told.state(ok=True)
        told.state(ok=True)
        with on_reader(pcscd, card()), on_reader(pcscd, card(OTHER), slot=1):
            taps = {told.tap() for _ in range(2)}
    assert {(each.reader, each.uid) for each in taps} == {("r0", UID), ("r1", OTHER)}


class TwoInOneField(VirtualCard):
    """Two cards on a reader that takes turns: each time it is asked, the other one answers."""

    def transmit(self, apdu: bytes) -> bytes:
        answer = super().transmit(apdu)
        if apdu.startswith(b"\xff\xca"):
            self.uid = OTHER if self.uid == UID else UID
        return answer


def test_two_cards_in_one_field_are_told_apart_from_one(pcscd: Pcscd) -> None:
    with listening(DESK) as told:
        told.state(ok=True)
        with on_reader(pcscd, TwoInOneField(UID, plain=True)):
            assert told.tap().others == 1


def test_a_reader_is_the_longest_name_that_fits_and_others_are_left_alone(pcscd: Pcscd) -> None:
    some = CardReader("some", "pcsc")
    second = CardReader("second", "pcsc", port=READERS[1])
    assert mine(READERS[0], [some, second]) == some
    assert mine(READERS[1], [some, second]) == second
    with listening(CardReader("door", "pcsc", port="ACR122U"), second) as told:
        gone = told.state(ok=False)
        assert gone.reader == "door"
        assert "ACR122U" in gone.what.zh
        assert told.state(ok=True).reader == "second"
        with on_reader(pcscd, card(plain=True)), on_reader(pcscd, card(OTHER), slot=1):
            tap = told.tap()
    assert (tap.reader, tap.uid) == ("second", OTHER)
    assert told.silent


def test_a_proven_card_that_is_lifted_at_once_is_served_all_the_same(pcscd: Pcscd) -> None:
    lying = card()
    lying.vanish_after(5)  # its number, its application, its key's version, both halves of a proof
    with listening(DESK) as told:
        told.state(ok=True)
        with on_reader(pcscd, lying):
            assert told.tap().level is Level.EV2
