"""The master keys: where they lie, who may read them, and that nobody ever sees one."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from kiosk.devices.card_crypto import diversified
from kiosk.devices.card_device_errors import CardKeyError, NoKeyVersionError, WrongChipError
from kiosk.devices.card_keys import (
    APP,
    FILE,
    FIRST_VERSION,
    LAST_VERSION,
    MASTERS_FILE,
    PROOF,
    VARIABLE,
    CardKeys,
    read_card_keys,
    rotate_card_keys,
)
from tests.kiosk.conftest import bilingual
from tests.virtual_card import UID

if TYPE_CHECKING:
    from pathlib import Path

ONE = "00112233445566778899aabbccddeeff"
TWO = "fedcba98765432100123456789abcdef"


@pytest.fixture(autouse=True)
def _without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def text(**masters: object) -> str:
    return json.dumps({"format": 1, "masters": masters})


def written(home: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path = home / MASTERS_FILE
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def test_a_home_without_cards_has_no_keys_and_gets_none_by_being_read(tmp_path: Path) -> None:
    assert read_card_keys(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_first_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    made = read_card_keys(tmp_path, make=True)
    assert made is not None
    assert made.versions == (FIRST_VERSION,)
    again = read_card_keys(tmp_path, make=True)
    assert again is not None
    assert again.of(FIRST_VERSION, UID) == made.of(FIRST_VERSION, UID)
    (path,) = tmp_path.iterdir()
    assert path.name == MASTERS_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_first_key_is_readable_by_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        read_card_keys(tmp_path, make=True)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / MASTERS_FILE).stat().st_mode) == 0o600


def test_of_many_that_make_the_first_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [pool.submit(read_card_keys, tmp_path, make=True) for _ in range(16)]
    found = {keys.of(FIRST_VERSION, UID).keys for each in made if (keys := each.result())}
    assert len(found) == 1


def test_a_new_version_leaves_the_old_ones_as_they_are(tmp_path: Path) -> None:
    first = read_card_keys(tmp_path, make=True)
    second = rotate_card_keys(tmp_path)
    assert first is not None
    assert second.versions == (FIRST_VERSION, FIRST_VERSION + 1)
    assert second.newest == FIRST_VERSION + 1
    assert second.of(FIRST_VERSION, UID) == first.of(FIRST_VERSION, UID)
    assert second.of(second.newest, UID).keys != first.of(FIRST_VERSION, UID).keys
    read = read_card_keys(tmp_path)
    assert read is not None
    assert read.of(read.newest, UID) == second.of(second.newest, UID)


def test_rotating_where_there_is_no_key_yet_makes_the_first(tmp_path: Path) -> None:
    assert rotate_card_keys(tmp_path).versions == (FIRST_VERSION,)


def test_of_many_that_rotate_at_once_each_adds_one(tmp_path: Path) -> None:
    read_card_keys(tmp_path, make=True)
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(rotate_card_keys, tmp_path) for _ in range(6)]
    newest = {each.result().newest for each in made}
    assert newest == {FIRST_VERSION + n for n in range(1, 7)}


def test_after_the_last_version_there_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, text(**{str(LAST_VERSION): ONE}))
    with pytest.raises(CardKeyError) as refused:
        rotate_card_keys(tmp_path)
    bilingual(refused.value, str(path), str(LAST_VERSION))


def test_each_card_and_each_purpose_has_a_key_of_its_own() -> None:
    keys = CardKeys({FIRST_VERSION: bytes.fromhex(ONE), 90: bytes.fromhex(TWO)})
    other = bytes.fromhex("04A1B2C3D4E5F7")
    made = [keys.of(version, uid).keys for version in keys.versions for uid in (UID, other)]
    assert len({key for chip in made for key in chip}) == 4 * 5
    assert all(len(key) == 16 for chip in made for key in chip)


def test_a_cards_keys_stay_the_same_for_ever() -> None:
    """Cards outlive programs: another input to AN10922 would make every card in use worthless."""
    keys = CardKeys({FIRST_VERSION: bytes.fromhex(ONE)}).of(FIRST_VERSION, UID)
    who = UID + b"BK\x01kiosk\x01"
    assert len(who) >= 16, "shorter ones differ between programs"
    assert keys.keys[PROOF] == diversified(bytes.fromhex(ONE), who)
    assert keys.keys[APP].hex() == "cbe366996b983cb6f25863c398c3949e"
    assert keys.keys[FILE].hex() == "fa16804ed86c136ae8b798afea061624"


def test_a_version_that_is_not_here_is_named(tmp_path: Path) -> None:
    written(tmp_path, text(**{"81": ONE}))
    keys = read_card_keys(tmp_path)
    assert keys is not None
    assert 81 in keys
    assert 82 not in keys
    with pytest.raises(NoKeyVersionError) as refused:
        keys.of(82, UID)
    bilingual(refused.value, "82", MASTERS_FILE)


@pytest.mark.parametrize("uid", [b"", UID[:4], UID + b"\0"])
def test_no_keys_are_made_for_a_number_that_no_such_card_has(uid: bytes) -> None:
    with pytest.raises(WrongChipError) as refused:
        CardKeys({81: bytes.fromhex(ONE)}).of(81, uid)
    bilingual(refused.value, "NTAG 424 DNA")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_keys_that_others_can_read_are_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, text(**{"81": ONE}), mode)
    for act in (read_card_keys, rotate_card_keys):
        with pytest.raises(CardKeyError) as refused:
            act(tmp_path)
        bilingual(refused.value, str(path), "chmod 600")
    assert stat.S_IMODE(path.stat().st_mode) == mode, "nobody repairs it in silence"


def test_keys_of_another_user_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, text(**{"81": ONE}))
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(CardKeyError) as refused:
        read_card_keys(tmp_path)
    bilingual(refused.value, str(path))


def test_a_link_is_refused_even_where_it_leads_to_good_keys(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(text(**{"81": ONE}))
    elsewhere.chmod(0o600)
    home = tmp_path / "home"
    home.mkdir()
    (home / MASTERS_FILE).symlink_to(elsewhere)
    for act in (read_card_keys, rotate_card_keys):
        with pytest.raises(CardKeyError) as refused:
            act(home)
        assert "链接" in refused.value.zh
        assert "link" in refused.value.en


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / MASTERS_FILE
    path.mkdir() if kind == "folder" else os.mkfifo(path, 0o600)
    with pytest.raises(CardKeyError) as refused:
        read_card_keys(tmp_path, make=True)
    bilingual(refused.value, str(path))


def test_a_home_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CardKeyError) as refused:
        read_card_keys(tmp_path / "nowhere", make=True)
    bilingual(refused.value, MASTERS_FILE)


DAMAGED = [
    "",
    "{",
    "[]",
    "null",
    '"text"',
    "[" * 5000,
    '{"format": 1}',
    text(),
    text(**{"81": ONE[:-1]}),
    text(**{"81": ONE + "00"}),
    text(**{"81": "gg" * 16}),
    text(**{"81": 7}),
    text(**{"81": None}),
    text(**{"0": ONE}),
    text(**{"256": ONE}),
    text(**{"-1": ONE}),
    text(**{"081": ONE}),
    text(**{"８１": ONE}),
    text(**{"81": "00" * 16}),
    text(**{"81": ONE, "82": ONE}),
    text(**{"81": ONE}).replace('"format": 1', '"format": 2'),
]


@pytest.mark.parametrize("content", [*DAMAGED, b"\xff\xfe\x00", text(**{"81": ONE})[:-9]])
def test_damaged_keys_are_refused_and_never_made_anew(tmp_path: Path, content: str | bytes) -> None:
    path = written(tmp_path, content)
    before = path.read_bytes()
    for make in (False, True):
        with pytest.raises(CardKeyError) as refused:
            read_card_keys(tmp_path, make=make)
        bilingual(refused.value, str(path))
        assert ONE[:12] not in str(refused.value)
        assert refused.value.__cause__ is None
    assert path.read_bytes() == before


def test_the_environment_stands_in_for_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, text(**{"81": ONE}))
    monkeypatch.setenv(VARIABLE, text(**{"90": TWO}))
    keys = read_card_keys(tmp_path, make=True)
    assert keys is not None
    assert keys.versions == (90,)
    with pytest.raises(CardKeyError) as refused:
        rotate_card_keys(tmp_path)
    bilingual(refused.value, VARIABLE)


@pytest.mark.parametrize("content", DAMAGED[1:])
def test_a_damaged_environment_is_refused_without_showing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setenv(VARIABLE, content)
    with pytest.raises(CardKeyError) as refused:
        read_card_keys(tmp_path)
    bilingual(refused.value, VARIABLE)
    assert ONE[:12] not in str(refused.value)


def test_no_key_is_ever_shown() -> None:
    keys = CardKeys({81: bytes.fromhex(ONE), 82: bytes.fromhex(TWO)})
    chip = keys.of(81, UID)
    shown = f"{keys!r} {keys} {chip!r} {chip}".lower()
    assert "81" in shown
    for key in (bytes.fromhex(ONE), bytes.fromhex(TWO), *chip.keys):
        assert key.hex() not in shown
        assert repr(key).lower() not in shown


def test_a_full_disk_leaves_no_half_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CardKeyError) as refused:
        read_card_keys(tmp_path, make=True)
    bilingual(refused.value, "No space left")
    assert list(tmp_path.iterdir()) == []
