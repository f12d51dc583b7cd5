"""Giving a card its keys: from blank to ours, from one version to the next, torn off anywhere."""

from __future__ import annotations

import copy
import secrets
from typing import TYPE_CHECKING

import pytest

from config.cards import Level
from kiosk.devices.card_crypto import ZEROS
from kiosk.devices.card_device_errors import (
    BlankCardError,
    CardGoneError,
    CardWriteError,
    ForeignCardError,
    NoKeyVersionError,
    UnprovenError,
    WrongChipError,
)
from kiosk.devices.card_keys import APP, FILE, PROOF, CardKeys
from kiosk.devices.ntag424 import (
    URL,
    authenticate,
    personalise,
    read_ndef,
    read_uid,
    rekey,
    select,
    template,
)
from kiosk.devices.prove import prove
from tests.kiosk.conftest import bilingual
from tests.kiosk.devices.test_card_crypto import BACK, CHALLENGE, LAST, OURS, TABLE_14
from tests.virtual_card import UID, VirtualCard

if TYPE_CHECKING:
    from config.errors import Refusal

KEYS = CardKeys({81: bytes(range(16)), 82: bytes(range(16, 32))})
PERSONALISED_IN = 19
"""Commands from the UID to the last proof; the settings are the one that a new version spares."""
REKEYED_IN = PERSONALISED_IN + 2 - 1


def card_of(version: int = 82) -> VirtualCard:
    card = VirtualCard()
    personalise(card.transmit, KEYS, version)
    card.reset()
    card.log.clear()
    return card


def state(card: VirtualCard) -> tuple[object, ...]:
    return tuple(card.keys), tuple(card.versions), card.settings.raw, bytes(card.ndef)


def test_the_commands_of_ev2first_are_those_of_table_14(monkeypatch: pytest.MonkeyPatch) -> None:
    said = []

    def chip(apdu: bytes) -> bytes:
        said.append(apdu.hex().upper())
        return CHALLENGE + b"\x91\xaf" if len(said) == 1 else LAST + b"\x91\x00"

    monkeypatch.setattr(secrets, "token_bytes", lambda _: OURS)
    assert authenticate(chip, 0, ZEROS) == TABLE_14
    assert said == ["9071000002000000", f"90AF000020{BACK.hex().upper()}00"]


def test_a_blank_card_gets_five_keys_and_signs_what_it_says() -> None:
    card = VirtualCard()
    assert personalise(card.transmit, KEYS) == UID
    assert tuple(card.keys) == KEYS.of(82, UID).keys
    assert card.versions == [82] * 5
    assert prove(card.transmit, KEYS, Level.EV2).level is Level.EV2
    first, second = (prove(card.transmit, KEYS, Level.SUN) for _ in range(2))
    assert (first.level, first.counter, second.counter) == (Level.SUN, 1, 2)


def test_the_settings_are_those_of_an12196_but_for_the_rights_and_the_places() -> None:
    """There: 40 00E0 C1 F121 200000 430000 430000."""
    made = template()
    assert made.settings[:4].hex().upper() == "4000E0C1"
    assert made.settings[4:6].hex().upper() == "FF23", "nobody asks the counter; keys 2 and 3"
    hidden, signed, mac = (int.from_bytes(made.settings[i : i + 3], "little") for i in (6, 9, 12))
    assert made.ndef[hidden - 3 : hidden + 32] == b"?e=" + b"0" * 32
    assert made.ndef[mac - 3 : mac + 16] == b"&c=" + b"0" * 16
    assert signed == mac, "what is signed is the UID and the counter, as in the published example"
    assert made.ndef[1] == len(made.ndef.rstrip(b"\0")) - 2


def test_what_a_phone_reads_leads_nowhere() -> None:
    """A SUN message that reaches a server is a breakfast that somebody else can have."""
    card = card_of()
    assert select(card.transmit)
    assert read_ndef(card.transmit)[7:].startswith(URL.encode())
    assert URL.partition("/")[0].endswith(".invalid")


def test_an_address_that_leaves_no_room_is_refused_before_the_card_is_asked() -> None:
    card = VirtualCard()
    with pytest.raises(ValueError, match="75 bytes"):
        personalise(card.transmit, KEYS, url="x" * 75)
    assert card.log == []
    personalise(card.transmit, KEYS, url="x" * 67)
    assert prove(card.transmit, KEYS, Level.SUN).level is Level.SUN


def test_no_key_crosses_the_air_in_the_clear() -> None:
    card, said = VirtualCard(), b""

    def heard(apdu: bytes) -> bytes:
        nonlocal said
        answer = card.transmit(apdu)
        said += apdu + answer
        return answer

    personalise(heard, KEYS)
    assert said
    assert not any(key in said for key in card.keys)


@pytest.mark.parametrize("half_done", [False, True])
@pytest.mark.parametrize("commands", range(PERSONALISED_IN))
def test_a_blank_card_that_was_torn_off_anywhere_can_be_written_again(
    commands: int, *, half_done: bool
) -> None:
    card = VirtualCard()
    card.vanish_after(commands, half_done=half_done)
    with pytest.raises(CardGoneError):
        personalise(card.transmit, KEYS)
    card.put_back()
    assert personalise(card.transmit, KEYS) == UID
    assert tuple(card.keys) == KEYS.of(82, UID).keys
    assert card.wrong == 0, "no key was guessed"
    card.reset()
    assert prove(card.transmit, KEYS, Level.EV2).level is Level.EV2
    assert prove(card.transmit, KEYS, Level.SUN).level is Level.SUN


def test_there_are_no_more_commands_after_which_a_card_could_be_torn_off() -> None:
    card = VirtualCard()
    for act, commands, version in ((personalise, PERSONALISED_IN, 81), (rekey, REKEYED_IN, 82)):
        card.put_back()
        card.vanish_after(commands)
        act(card.transmit, KEYS, version)
        with pytest.raises(CardGoneError):
            read_uid(card.transmit)


@pytest.mark.parametrize("half_done", [False, True])
@pytest.mark.parametrize("commands", range(REKEYED_IN))
def test_a_card_that_was_torn_off_between_two_versions_still_proves_itself(
    commands: int, *, half_done: bool
) -> None:
    card = card_of(81)
    before = prove(card.transmit, KEYS, Level.SUN).counter
    card.vanish_after(commands, half_done=half_done)
    with pytest.raises(CardGoneError):
        rekey(card.transmit, KEYS)
    for again in (False, True):
        card.put_back()
        if again:
            rekey(card.transmit, KEYS)
        assert prove(card.transmit, KEYS, Level.EV2).level is Level.EV2
        sun = prove(card.transmit, KEYS, Level.SUN)
        assert (sun.level, sun.key_version) == (Level.SUN, card.versions[FILE])
        assert sun.counter is not None
        assert before is not None
        assert sun.counter > before, "a counter that went back would look like a replay"
        before = sun.counter
    assert (card.versions, card.wrong) == ([82] * 5, 0)


def test_a_card_can_go_back_to_an_older_version() -> None:
    card = card_of(82)
    rekey(card.transmit, KEYS, 81)
    assert prove(card.transmit, KEYS, Level.EV2).key_version == 81


def test_writing_a_finished_card_again_changes_none_of_its_keys() -> None:
    card = card_of()
    before = state(card)
    personalise(card.transmit, KEYS)
    assert state(card) == before
    assert 0xC4 not in card.log
    assert 0x5F not in card.log


def refused_untouched(card: VirtualCard, error: type[Refusal], *facts: str) -> None:
    """Neither way of writing takes the card, and nothing on it has changed."""
    before = copy.deepcopy(state(card))
    for act in (personalise, rekey):
        with pytest.raises(error) as refused:
            act(card.transmit, KEYS)
        bilingual(refused.value, *facts)
    assert state(card) == before


@pytest.mark.parametrize("version", [0, 1, 255])
def test_a_card_with_the_keys_of_somebody_else_is_left_as_it_is(version: int) -> None:
    card = VirtualCard(keys=[b"theirs, not ours"] * 5, versions=[version] * 5)
    before = copy.deepcopy(state(card))
    with pytest.raises(ForeignCardError) as refused:
        personalise(card.transmit, KEYS)
    bilingual(refused.value)
    assert state(card) == before
    assert card.wrong == (version == 0), "a blank one is tried once, others never"


def test_a_card_whose_version_is_ours_and_whose_key_is_not_is_left_as_it_is() -> None:
    refused_untouched(card_of().clone(), ForeignCardError)


def test_a_card_that_is_no_such_chip_is_left_as_it_is() -> None:
    refused_untouched(VirtualCard(plain=True), WrongChipError, "NTAG 424 DNA")


def test_a_card_that_changes_its_number_gets_no_keys() -> None:
    """With a random UID switched on, the reader sees four bytes, and others each time."""
    card = VirtualCard(uid=bytes.fromhex("08A1B2C3"))
    with pytest.raises(WrongChipError):
        personalise(card.transmit, KEYS)


def test_a_chip_of_another_kind_with_an_ndef_application_gets_no_keys() -> None:
    def phone(apdu: bytes) -> bytes:
        if apdu[:2] == b"\xff\xca":
            return UID + b"\x90\x00"
        return b"\x90\x00" if apdu[1] == 0xA4 else b"\x6d\x00"

    for act in (personalise, rekey):
        with pytest.raises(WrongChipError):
            act(phone, KEYS)


def test_a_blank_card_is_not_given_the_next_version() -> None:
    card = VirtualCard()
    with pytest.raises(BlankCardError) as refused:
        rekey(card.transmit, KEYS)
    bilingual(refused.value)
    assert state(card) == state(VirtualCard())


def test_a_version_that_is_not_here_is_refused_before_the_card_is_asked_to_prove() -> None:
    card = VirtualCard()
    with pytest.raises(NoKeyVersionError):
        personalise(card.transmit, KEYS, 83)
    assert 0x71 not in card.log


def test_a_card_that_will_not_be_written_says_with_which_status() -> None:
    card = VirtualCard()
    card.settings.raw = bytes.fromhex("00E1EE")
    with pytest.raises(CardWriteError) as refused:
        personalise(card.transmit, KEYS)
    bilingual(refused.value, "919D")
    assert refused.value.status == 0x919D


@pytest.mark.parametrize("command", [0x5F, 0xC4])
def test_an_answer_that_the_card_did_not_sign_is_noticed(command: int) -> None:
    """Were it not, a command that somebody kept from the card would count as done."""
    card = VirtualCard()

    def changed(apdu: bytes) -> bytes:
        answer = card.transmit(apdu)
        return b"\0" + answer[1:] if apdu[1] == command and len(answer) > 2 else answer

    with pytest.raises(CardWriteError):
        personalise(changed, KEYS)


@pytest.mark.parametrize("status", ["91AE", "9000", "91AF"])
def test_the_right_answer_with_another_status_proves_nothing(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([CHALLENGE + b"\x91\xaf", LAST + bytes.fromhex(status)])
    monkeypatch.setattr(secrets, "token_bytes", lambda _: OURS)
    with pytest.raises(UnprovenError):
        authenticate(lambda _: next(answers), 0, ZEROS)


def test_a_stranger_between_the_reader_and_the_card_is_noticed() -> None:
    """Somebody takes a command off the air and answers in the card's place."""
    card = VirtualCard()

    def between(apdu: bytes) -> bytes:
        return bytes(8) + b"\x91\x00" if apdu[1] == 0xC4 else card.transmit(apdu)

    with pytest.raises(CardWriteError):
        personalise(between, KEYS)
    assert card.versions == [0] * 5


@pytest.mark.parametrize("key", [KEYS.of(81, UID).keys[PROOF], KEYS.of(82, UID).keys[APP], ZEROS])
def test_a_chip_answers_only_to_its_own_key(key: bytes) -> None:
    card = card_of()
    assert select(card.transmit)
    with pytest.raises(UnprovenError):
        authenticate(card.transmit, PROOF, key)
    assert card.wrong == 1


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_half_an_answer_is_a_card_that_has_gone(answer: bytes) -> None:
    with pytest.raises(CardGoneError) as refused:
        read_uid(lambda _: answer)
    bilingual(refused.value)
