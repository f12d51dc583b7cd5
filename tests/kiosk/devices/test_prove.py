"""How far a card proves itself: the right one, a copy, a stranger's, one that goes away."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cards import Level
from kiosk.devices.card_device_errors import CardGoneError
from kiosk.devices.card_keys import FILE, CardKeys
from kiosk.devices.prove import Proof, prove
from kiosk.sale.cards import Tap
from tests.kiosk.devices.test_ntag424 import KEYS, card_of
from tests.virtual_card import UID, VirtualCard

PROVING = [Level.SUN, Level.EV2]


def test_a_card_of_ours_proves_as_much_as_the_reader_asks() -> None:
    card = card_of(81)
    assert prove(card.transmit, KEYS, Level.UID) == Proof(UID)
    assert prove(card.transmit, KEYS, Level.SUN) == Proof(UID, Level.SUN, 1, 81)
    assert prove(card.transmit, KEYS, Level.EV2) == Proof(UID, Level.EV2, None, 81)
    assert card.wrong == 0


def test_every_field_of_a_proof_is_one_of_a_tap() -> None:
    assert {each.name for each in fields(Proof)} <= {each.name for each in fields(Tap)}


def test_a_reader_that_asks_for_the_number_alone_asks_nothing_else() -> None:
    card = card_of()
    prove(card.transmit, KEYS, Level.UID)
    assert card.log == []


def test_a_message_is_signed_anew_for_every_tap() -> None:
    card = card_of()
    counters = []
    for _ in range(4):
        card.reset()
        counters.append(prove(card.transmit, KEYS, Level.SUN).counter)
    assert counters == [1, 2, 3, 4]


@pytest.mark.parametrize("most", PROVING)
def test_a_copy_of_the_number_with_other_keys_fails(most: Level) -> None:
    card = card_of().clone()
    assert prove(card.transmit, KEYS, most) == Proof(UID, failed=True)
    assert card.wrong == (most is Level.EV2), "it was asked once, and not in another way"


@pytest.mark.parametrize("most", PROVING)
def test_a_copy_of_the_number_on_a_simple_card_proves_nothing_and_fails_nothing(
    most: Level,
) -> None:
    assert prove(VirtualCard(plain=True).transmit, KEYS, most) == Proof(UID)


@pytest.mark.parametrize("most", PROVING)
@pytest.mark.parametrize("version", [0, 1, 2, 255])
def test_the_chip_of_somebody_else_is_never_asked_for_our_key(most: Level, version: int) -> None:
    """A thousand wrong questions end a key for good, and the badge is good elsewhere."""
    card = VirtualCard(keys=[b"theirs, not ours"] * 5, versions=[version] * 5)
    assert prove(card.transmit, KEYS, most) == Proof(UID)
    assert card.wrong == 0
    assert 0x71 not in card.log


@pytest.mark.parametrize("most", PROVING)
def test_without_keys_a_card_is_its_number(most: Level) -> None:
    card = card_of()
    assert prove(card.transmit, None, most) == Proof(UID)
    assert prove(card.transmit, CardKeys({7: bytes(range(16))}), most) == Proof(UID)
    assert card.wrong == 0


@pytest.mark.parametrize("most", PROVING)
def test_a_lost_master_key_under_the_same_version_fails_the_card(most: Level) -> None:
    made_anew = CardKeys({82: bytes(range(1, 17))})
    assert prove(card_of().transmit, made_anew, most) == Proof(UID, failed=True)


def test_a_message_that_stands_still_has_a_counter_that_stands_still() -> None:
    """Whether a counter is news is for the books to say; here it is only read truly."""
    card = card_of()
    prove(card.transmit, KEYS, Level.SUN)
    recorded = card.recording()
    assert [prove(recorded.transmit, KEYS, Level.SUN).counter for _ in range(3)] == [2, 2, 2]
    card.frozen = True
    card.reset()
    assert prove(card.transmit, KEYS, Level.SUN).counter == 2


def test_a_recorded_message_proves_nothing_to_a_reader_that_asks_for_more() -> None:
    recorded = card_of().recording()
    assert prove(recorded.transmit, KEYS, Level.EV2) == Proof(UID, failed=True)


def test_the_message_of_one_card_proves_nothing_for_another() -> None:
    other = VirtualCard(uid=bytes.fromhex("04A1B2C3D4E5F7"))
    other.keys = list(KEYS.of(82, other.uid).keys)
    other.versions = [82] * 5
    other.recorded = card_of().recording().recorded
    assert prove(other.transmit, KEYS, Level.SUN) == Proof(other.uid, failed=True)


def test_a_message_with_another_number_than_the_readers_proves_nothing() -> None:
    """The keys are right, and the chip says of itself that it is another one."""
    card = card_of()
    card.uid = bytes.fromhex("04A1B2C3D4E5F7")

    def reader(apdu: bytes) -> bytes:
        return UID + b"\x90\x00" if apdu[0] == 0xFF else card.transmit(apdu)

    assert prove(reader, KEYS, Level.SUN) == Proof(UID, failed=True)


def test_a_number_and_a_counter_that_are_not_signed_prove_nothing() -> None:
    card = card_of()
    card.keys[FILE] = bytes(16)
    for _ in range(2):
        assert prove(card.transmit, KEYS, Level.SUN) == Proof(UID, failed=True)


@pytest.mark.parametrize("ndef", [b"", bytes(128), b"?e=" + b"0" * 32 + b"&c=" + b"0" * 16, b"?e="])
def test_a_message_that_is_none_fails_the_card(ndef: bytes) -> None:
    card = card_of()
    card.recorded = ndef
    assert prove(card.transmit, KEYS, Level.SUN) == Proof(UID, failed=True)


@pytest.mark.parametrize("most", Level)
def test_a_card_that_goes_away_in_the_middle_is_gone_and_has_not_failed(most: Level) -> None:
    card = card_of()
    prove(card.transmit, KEYS, most)
    whole = len(card.log) + 1
    for commands in range(whole):
        card.put_back()
        card.vanish_after(commands)
        with pytest.raises(CardGoneError):
            prove(card.transmit, KEYS, most)
    card.put_back()
    card.vanish_after(whole)
    assert prove(card.transmit, KEYS, most).level is most


def test_a_chip_that_makes_everybody_wait_is_asked_again() -> None:
    card = card_of()
    card.waits = 5
    assert prove(card.transmit, KEYS, Level.EV2).level is Level.EV2


def test_a_chip_that_waits_for_ever_does_not_hold_the_queue() -> None:
    card = card_of()
    card.waits = 1000
    assert prove(card.transmit, KEYS, Level.EV2) == Proof(UID, failed=True)
    assert (card.wrong, len(card.log)) == (0, 22)


def test_a_reader_that_gives_no_number_proves_nothing() -> None:
    assert prove(lambda _: b"\x6a\x81", KEYS, Level.EV2) == Proof(b"")


@given(
    answers=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from([b"\x90\x00", b"\x52\x91\x00", UID + b"\x90\x00"]),
            st.binary(min_size=16, max_size=32).map(lambda data: data + b"\x91\xaf"),
            st.binary(min_size=32, max_size=32).map(lambda data: data + b"\x91\x00"),
        ),
        max_size=30,
    ),
    most=st.sampled_from(Level),
)
def test_whatever_a_chip_answers_it_proves_nothing_and_breaks_nothing(
    answers: list[bytes], most: Level
) -> None:
    left = iter(answers)
    try:
        proof = prove(lambda _: next(left, b""), KEYS, most)
    except CardGoneError:
        return
    assert proof.level is Level.UID
    assert proof.key_version is None


def test_a_proof_shows_neither_the_number_nor_the_counter() -> None:
    shown = f"{Proof(UID, Level.SUN, 4711, 82)} {Proof(UID, failed=True)}"
    assert UID.hex() not in shown.lower()
    assert "4711" not in shown
    assert "failed" in shown


def test_the_library_of_ciphers_is_loaded_with_the_first_card_and_not_before() -> None:
    program = "import sys, kiosk.devices.prove; print('cryptography' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"False\n"
