"""The cards' AES against the published vectors: RFC 4493, AN10922, AN12196 (devices paper §7)."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.card_crypto import (
    ZEROS,
    Session,
    begun,
    challenge_back,
    check_sun,
    cmac,
    decrypt,
    diversified,
    encrypt,
    key_change,
    padded,
    picc_data,
    short_mac,
    sun_key,
)
from kiosk.devices.card_device_errors import UnprovenError

RFC_KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
RFC_TEXT = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
MASTER = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
SUN_UID = bytes.fromhex("04DE5F1EACC040")
SUN_MAC = bytes.fromhex("94EED9EE65337086")

CHALLENGE = bytes.fromhex("A04C124213C186F22399D33AC2A30215")
THEIRS = bytes.fromhex("B9E2FC789B64BF237CCCAA20EC7E6E48")
OURS = bytes.fromhex("13C5DB8A5930439FC3DEF9A4C675360F")
BACK = bytes.fromhex("35C3E05A752E0144BAC0DE51C1F22C56B34408A23D8AEA266CAB947EA8E0118D")
LAST = bytes.fromhex("3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F08120663")

TABLE_14 = Session(
    bytes.fromhex("1309C877509E5A215007FF0ED19CA564"),
    bytes.fromhex("4C6626F5E72EA694202139295C7A7FC7"),
    bytes.fromhex("9D00C4DF"),
)
TABLE_23 = Session(
    bytes.fromhex("4CF3CB41A22583A61E89B158D252FC53"),
    bytes.fromhex("5529860B2FC5FB6154B7F28361D30BF9"),
    bytes.fromhex("7614281A"),
    counter=2,
)
TABLE_28 = Session(
    bytes.fromhex("2B4D963C014DC36F24F69A50A394F875"),
    bytes.fromhex("379D32130CE61705DD5FD8C36B95D764"),
    bytes.fromhex("DF055522"),
)

keys = st.binary(min_size=16, max_size=16)


@pytest.mark.parametrize(
    ("length", "mac"),
    [
        (0, "bb1d6929e95937287fa37d129b756746"),
        (16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (40, "dfa66747de9ae63030ca32611497c827"),
        (64, "51f0bebf7e3b9d92fc49741779363cfe"),
    ],
)
def test_a_cmac_is_the_one_of_rfc_4493(length: int, mac: str) -> None:
    assert cmac(RFC_KEY, RFC_TEXT[:length]).hex() == mac


def test_a_cards_key_is_the_one_of_an10922() -> None:
    who = bytes.fromhex("04782E21801D803042F54E585020416275")
    assert diversified(MASTER, who).hex().upper() == "A8DD63A3B89D54B37CA802473FDA9175"


def test_cards_keys_of_every_length_are_those_of_another_program() -> None:
    """The digest of 31 keys, as computed by an independent verifier of these cards."""
    made = b"".join(diversified(MASTER, bytes(range(1, n + 1))) for n in range(1, 32))
    assert (
        sha256(made).hexdigest()
        == "b5d9e035c970d2ff756e8bd6ff05f3be47e60fd6c8aecd437aa2ea6ddba9ce73"
    )


@given(master=keys, who=st.binary(min_size=1, max_size=31))
def test_a_cards_key_is_a_cmac_only_where_the_padding_is_the_same(
    master: bytes, who: bytes
) -> None:
    same = diversified(master, who) == cmac(master, b"\x01" + who)
    assert same == (len(who) >= 16)


@pytest.mark.parametrize("length", [0, 32])
def test_a_cards_key_of_nothing_or_of_too_much_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"{length} bytes"):
        diversified(MASTER, bytes(length))


def test_the_sun_message_of_an12196_tells_its_card_and_its_counter() -> None:
    mirrored = bytes.fromhex("EF963FF7828658A599F3041510671E88")
    assert decrypt(ZEROS, mirrored).hex().upper() == "C704DE5F1EACC0403D0000DA5CF60941"
    assert picc_data(ZEROS, mirrored) == (SUN_UID, 61)
    assert sun_key(ZEROS, SUN_UID, 61).hex().upper() == "3FB5F6E3A807A03D5E3570ACE393776F"
    assert short_mac(sun_key(ZEROS, SUN_UID, 61), b"") == SUN_MAC
    check_sun(ZEROS, SUN_UID, 61, SUN_MAC)


@pytest.mark.parametrize(
    ("key", "uid", "counter", "mac"),
    [
        (ZEROS, SUN_UID, 61, bytes.fromhex("94EED9EE65337087")),
        (ZEROS, SUN_UID, 62, SUN_MAC),
        (ZEROS, bytes.fromhex("04DE5F1EACC041"), 61, SUN_MAC),
        (MASTER, SUN_UID, 61, SUN_MAC),
        (ZEROS, SUN_UID, 61, SUN_MAC[:7]),
        (ZEROS, SUN_UID, 61, b""),
    ],
)
def test_a_sun_message_that_is_changed_in_anything_proves_nothing(
    key: bytes, uid: bytes, counter: int, mac: bytes
) -> None:
    with pytest.raises(UnprovenError):
        check_sun(key, uid, counter, mac)


@pytest.mark.parametrize("mirrored", [b"", bytes(15), bytes(17), bytes(32)])
def test_a_sun_message_of_another_length_proves_nothing(mirrored: bytes) -> None:
    with pytest.raises(UnprovenError):
        picc_data(ZEROS, mirrored)


def test_a_sun_message_without_a_counter_proves_nothing() -> None:
    only_uid = encrypt(ZEROS, b"\x87" + SUN_UID + bytes(8))
    with pytest.raises(UnprovenError):
        picc_data(ZEROS, only_uid)


def test_ev2first_speaks_as_in_table_14_of_an12196() -> None:
    assert challenge_back(ZEROS, CHALLENGE, OURS) == (BACK, THEIRS)
    assert begun(ZEROS, OURS, THEIRS, LAST) == TABLE_14


def test_the_chips_side_of_table_14_is_what_its_messages_say() -> None:
    """The other direction: what the chip decrypts, and what it encrypts."""
    assert encrypt(ZEROS, THEIRS) == CHALLENGE
    assert decrypt(ZEROS, BACK) == OURS + THEIRS[1:] + THEIRS[:1]
    assert encrypt(ZEROS, TABLE_14.ti + OURS[1:] + OURS[:1] + bytes(12)) == LAST


@pytest.mark.parametrize(
    ("key", "ours", "answer"),
    [
        (ZEROS, OURS, LAST[:-1] + b"\0" + LAST),
        (ZEROS, OURS, LAST + ZEROS),
        (ZEROS, OURS, LAST[:16]),
        (ZEROS, OURS, b""),
        (ZEROS, THEIRS, LAST),
        (MASTER, OURS, LAST),
        (ZEROS, OURS, bytes([LAST[0] ^ 1]) + LAST[1:]),
    ],
)
def test_a_chip_that_does_not_echo_our_challenge_has_not_the_key(
    key: bytes, ours: bytes, answer: bytes
) -> None:
    with pytest.raises(UnprovenError):
        begun(key, ours, THEIRS, answer)


def test_a_challenge_of_the_chips_other_mode_is_refused() -> None:
    """In LRP mode the first byte tells the mode, so that there are 17."""
    with pytest.raises(UnprovenError):
        challenge_back(ZEROS, b"\x01" + CHALLENGE, OURS)


def test_new_file_settings_are_sealed_as_in_an12196() -> None:
    session = TABLE_14.next
    body = session.sealed(0x5F, b"\x02", bytes.fromhex("4000E0C1F121200000430000430000"))
    assert body.hex().upper() == "0261B6D97903566E84C3AE5274467E89EAD799B7C1A0EF7A04"
    assert session.next.opened(0x9100, bytes.fromhex("57BFF87B1241E93D")) == b""


def test_a_new_key_is_sealed_as_in_an12196() -> None:
    new = bytes.fromhex("F3847D627727ED3BC9C4CC050489B966")
    change = key_change(2, new, ZEROS, 1)
    assert change.hex().upper() == "F3847D627727ED3BC9C4CC050489B96601789DFADC"
    assert TABLE_23.sealed(0xC4, b"\x02", change).hex().upper() == (
        "022CF362B7BF4311FF3BE1DAA295E8C68DE09050560D19B9E16C2393AE9CD1FAC75D0CE20BCD1D06E6"
    )
    assert TABLE_23.next.opened(0x9100, bytes.fromhex("203BB55D1089D587")) == b""


def test_the_key_of_the_session_itself_is_sealed_as_in_an12196() -> None:
    change = key_change(0, bytes.fromhex("5004BF991F408672B1EF00F08F9E8647"), ZEROS, 1)
    assert TABLE_23.next.sealed(0xC4, b"\0", change).hex().upper() == (
        "00C0EB4DEEFEDDF0B513A03A95A75491818580503190D4D05053FF75668A01D6FDA6610234BDED6432"
    )


def test_a_hidden_answer_is_opened_as_in_an12196() -> None:
    assert TABLE_28.sealed(0x51, b"", b"").hex().upper() == "8E2C155ADDA99BE3"
    body = bytes.fromhex("70756055688505B52A5E26E59E329CD6595F672298EA41B7")
    assert TABLE_28.next.opened(0x9100, body).hex().upper() == "04958CAA5C5E80"


@given(place=st.integers(0, 23), bit=st.integers(0, 7))
def test_a_hidden_answer_that_is_changed_anywhere_is_not_opened(place: int, bit: int) -> None:
    body = bytearray.fromhex("70756055688505B52A5E26E59E329CD6595F672298EA41B7")
    body[place] ^= 1 << bit
    with pytest.raises(UnprovenError):
        TABLE_28.next.opened(0x9100, bytes(body))


def test_an_answer_to_another_command_is_not_opened() -> None:
    body = bytes.fromhex("70756055688505B52A5E26E59E329CD6595F672298EA41B7")
    for session, status in ((TABLE_28, 0x9100), (TABLE_28.next, 0x91AE), (TABLE_14.next, 0x9100)):
        with pytest.raises(UnprovenError):
            session.opened(status, body)


@pytest.mark.parametrize("plain", [ZEROS, b"\1" * 16, b"\x80" + b"\1" * 15])
def test_a_hidden_answer_without_an_end_is_not_opened(plain: bytes) -> None:
    session = TABLE_28.next
    hidden = encrypt(session.enc, plain, session._first(bytes.fromhex("5AA5")))
    with pytest.raises(UnprovenError):
        session.opened(0x9100, hidden + session._signed(0, hidden))


@given(text=st.binary(max_size=70))
def test_padding_always_adds_something_up_to_a_whole_block(text: bytes) -> None:
    made = padded(text)
    assert len(made) % 16 == 0
    assert 1 <= len(made) - len(text) <= 16
    assert made.startswith(text + b"\x80")


def test_a_session_never_shows_its_keys() -> None:
    assert TABLE_14.enc.hex() not in repr(TABLE_14).lower()
    assert repr(TABLE_14.enc) not in repr(TABLE_14)
