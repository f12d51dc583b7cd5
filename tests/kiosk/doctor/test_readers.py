"""The self-check says of each card reader whether a tap on it could be heard."""

from __future__ import annotations

import os
import sys
import tty
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from serial import Serial

from kiosk.devices.card_keys import MASTERS_FILE, read_card_keys
from kiosk.devices.pcsc import NO_PYSCARD, NO_SERVICE
from kiosk.doctor import Check, Level, full_check
from kiosk.till.home import writing
from tests.pcscd import READERS, pcscd, pcscd_of_the_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pcscd import Pcscd

__all__ = ["pcscd", "pcscd_of_the_session"]

PROVEN = """
[[card_types]]
id = "worker"
name_zh = "环卫工人"
name_en = "worker"
level = "ev2"
breakfast = true
valid_days = 365
"""


def check(home: Path, settings: str, name: str = "reader_desk") -> Check:
    """The finding on one reader, in sentences that are as they should be."""
    (home / "kiosk.toml").write_text(settings, encoding="utf-8")
    found = {each.name: each for each in full_check(home)}
    assert found["settings"].level is Level.GREEN, found["settings"]
    one = found[name]
    for phrase in (one.said, *((one.do,) if one.do else ())):
        assert all(text and text == text.strip() for text in phrase)
        assert not phrase.zh.endswith("。")
        assert not phrase.en.endswith(".")
    assert (one.do is None) == (one.level is Level.GREEN)
    return one


def reader(kind: str, **more: str) -> str:
    stated = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    return f'[[readers]]\nid = "desk"\nkind = "{kind}"\n{stated}'


@pytest.fixture
def port() -> Iterator[Path]:
    """A serial port: the far end of a pty."""
    from pathlib import Path  # noqa: PLC0415 - for types alone elsewhere

    ours, theirs = os.openpty()
    tty.setraw(theirs)
    yield Path(os.ttyname(theirs))
    os.close(ours)
    os.close(theirs)


def test_a_kiosk_without_readers_has_no_check_of_them(tmp_path: Path) -> None:
    assert check(tmp_path, "", "settings").level is Level.GREEN
    assert not [each.name for each in full_check(tmp_path) if each.name.startswith("reader_")]


def test_a_wedge_with_a_prefix_is_good_and_reads_staff_cards_too(tmp_path: Path) -> None:
    stated = reader("wedge", format="10D", order="little", prefix="~")
    found = check(tmp_path, stated)
    assert (found.level, found.said.zh) == (Level.GREEN, "键盘式，10D 反序，前缀 ~")
    assert "desk" in check(tmp_path, stated, "reader").said.zh


def test_a_wedge_without_a_prefix_is_worth_minding(tmp_path: Path) -> None:
    found = check(tmp_path, reader("wedge", format="10D"))
    assert found.level is Level.YELLOW
    assert found.do is not None
    assert "readers.prefix" in found.do.zh


def test_a_serial_port_that_opens_is_good_and_free_again(tmp_path: Path, port: Path) -> None:
    stated = reader("serial", port=str(port), format="8H")
    assert check(tmp_path, stated).level is Level.GREEN
    Serial(str(port), exclusive=True).close()


def test_a_serial_port_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    found = check(tmp_path, reader("serial", port=str(tmp_path / "ttyUSB7"), format="8H"))
    assert found.level is Level.RED
    assert "ttyUSB7" in found.said.zh
    assert found.do is not None
    assert "readers.port" in found.do.en


def test_a_serial_port_in_use_is_good_if_the_open_till_has_it(tmp_path: Path, port: Path) -> None:
    stated = reader("serial", port=str(port), format="8H")
    with closing(Serial(str(port), exclusive=True)):
        found = check(tmp_path, stated)
        assert (found.level, found.said.zh) == (Level.RED, f"{port} 正被别的程序占用")
        with writing(tmp_path):
            assert check(tmp_path, stated).level is Level.GREEN


def test_without_pyserial_or_pyscard_the_target_that_brings_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    monkeypatch.setitem(sys.modules, "smartcard", None)
    found = check(tmp_path, reader("serial", port="/dev/ttyUSB7", format="8H"))
    assert found.level is Level.RED
    assert found.do is not None
    assert "make setup" in found.do.zh
    found = check(tmp_path, reader("pcsc"))
    assert found.level is Level.RED
    assert found.do is not None
    assert "make readers" in found.do.zh
    assert f"{found.said.en}: {found.do.en}" == NO_PYSCARD.en


def test_a_pcsc_reader_that_is_plugged_in_is_good(pcscd: Pcscd, tmp_path: Path) -> None:
    assert pcscd.port
    found = check(tmp_path, reader("pcsc", port=READERS[0]))
    assert (found.level, found.said.en) == (Level.GREEN, f"ready: {READERS[0]}")


def test_a_pcsc_reader_that_is_not_there_is_wrong(pcscd: Pcscd, tmp_path: Path) -> None:
    assert pcscd.port
    found = check(tmp_path, reader("pcsc", port="ACR122U"))
    assert found.level is Level.RED
    assert "ACR122U" in found.said.zh


def test_without_pcscd_it_is_said_how_it_is_started(pcscd: Pcscd, tmp_path: Path) -> None:
    pcscd.kill()
    found = check(tmp_path, reader("pcsc"))
    assert found.level is Level.RED
    assert found.do is not None
    assert f"{found.said.zh}：{found.do.zh}" == NO_SERVICE.zh


def test_where_cards_have_to_prove_themselves_keys_are_missed(pcscd: Pcscd, tmp_path: Path) -> None:
    assert pcscd.port
    stated = reader("pcsc", port=READERS[0]) + PROVEN
    found = check(tmp_path, stated)
    assert found.level is Level.YELLOW
    assert found.do is not None
    assert MASTERS_FILE in found.do.zh
    assert not (tmp_path / MASTERS_FILE).exists()  # nothing is made by looking
    read_card_keys(tmp_path, make=True)
    assert check(tmp_path, stated).level is Level.GREEN
