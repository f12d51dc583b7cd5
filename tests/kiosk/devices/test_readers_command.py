"""``kiosk readers``: what there is, and what each reader makes of a card."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cli import main
from kiosk.devices.card_keys import read_card_keys
from kiosk.devices.ntag424 import personalise
from kiosk.devices.typed import Typed, unseen
from kiosk.readers_command import compared
from tests.listener import PATIENCE_S
from tests.pcscd import READERS
from tests.virtual_card import UID, VirtualCard
from tests.vpcd_card import VpcdCard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pcscd import Pcscd

WEDGE = """
[[readers]]
id = "desk"
kind = "wedge"
format = "10D"
prefix = "~"
"""
SERIAL = """
[[readers]]
id = "gate"
kind = "serial"
port = "{port}"
format = "8H"
order = "little"
"""
PCSC = f"""
[[readers]]
id = "pad"
kind = "pcsc"
port = "{READERS[0]}"
"""


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The end of a pipe into which a wedge reader types; the other end is standard input.

    No other test's pcscd is there to be listened to.
    """
    monkeypatch.setitem(sys.modules, "smartcard", None)
    ours, theirs = os.pipe()
    with open(ours, encoding="utf-8") as keys:  # noqa: PTH123 - a descriptor
        monkeypatch.setattr(sys, "stdin", keys)
        yield theirs


def said(
    capsys: pytest.CaptureFixture[str], home: Path, settings: str, *more: str
) -> tuple[int, list[str]]:
    (home / "kiosk.toml").write_text(settings, encoding="utf-8")
    code = main(["readers", "--home", str(home), "--lang", "zh_CN", *more])
    return code, capsys.readouterr().out.splitlines()


def type_and_leave(typed: int, *lines: str) -> None:
    os.write(typed, "".join(f"{line}\r" for line in lines).encode())
    os.close(typed)


def test_a_card_tapped_twice_on_a_wedge_is_the_same_card(
    typed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    type_and_leave(typed, "~0077705923", "～００７７７０５９２３", "~0000000001")
    code, lines = said(capsys, tmp_path, WEDGE)
    assert code == 0
    assert "desk" in lines[0]
    assert "10D 正序" in lines[0]
    assert "前缀 ~" in lines[0]
    assert lines[-3:] == [
        "desk  …B2C3  4 字节  uid",
        "desk  …B2C3  4 字节  uid  和上一次相同",
        "desk  …0001  4 字节  uid  和上一次不同",
    ]


def test_a_whole_number_is_only_shown_to_who_asks_for_it(
    typed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    type_and_leave(typed, "~0077705923")
    assert "desk  04A1B2C3  4 字节  uid" in said(capsys, tmp_path, WEDGE, "--show")[1]


def test_half_a_number_is_said_with_what_it_may_have_been(
    typed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    type_and_leave(typed, "~04A1B2", "~07302202", "豆浆")
    _, lines = said(capsys, tmp_path, WEDGE)
    assert (
        "desk：读到的不是 10D 格式的卡号：请用 kiosk readers 核对 kiosk.toml 的 readers.format"
        in lines
    )
    assert "键盘输入 6 位，前缀 ~，可能的写法：6H" in lines
    assert "  6H：正序为 04A1…" in lines
    assert any(line.startswith("desk：卡号只读到一半：8 位，应为 10 位") for line in lines)
    assert "键盘输入 0 位，前缀 豆浆：不是任何一种卡号写法" in lines


def test_before_anything_is_set_up_a_typed_number_names_its_formats(
    typed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    type_and_leave(typed, "0040856634")
    code, lines = said(capsys, tmp_path, "")
    assert code == 0
    assert "docs/readers.md" in lines[0]
    assert "键盘输入 10 位，可能的写法：10H, 10D, 8H10D, 4H4H" in lines
    assert "  10D：正序为 026F…" in lines


def objects(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def test_scripts_get_a_line_of_json_for_each_tap(
    typed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    type_and_leave(typed, "~0077705923", "~1")
    _, lines = said(capsys, tmp_path, WEDGE, "--json")
    first, tap, typed_ = objects(lines)
    assert [each["id"] for each in first["readers"]] == ["desk"]
    assert tap["tap"] == {
        "reader": "desk",
        "uid": "…B2C3",
        "bytes": 4,
        "level": "uid",
        "counter": None,
        "key_version": None,
        "failed": False,
        "others": 0,
        "compared": None,
    }
    assert typed_["typed"]["formats"] == []
    assert "一半" in typed_["typed"]["zh"]


def test_a_serial_reader_that_is_not_there_ends_with_1(
    typed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.close(typed)
    gone = SERIAL.format(port=tmp_path / "ttyUSB7")
    code, lines = said(capsys, tmp_path, gone, "--seconds", "1")
    assert code == 1
    assert any(line.startswith("gate：打不开") for line in lines)


@contextmanager
def listening(home: Path, settings: str, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, until it is interrupted as by Ctrl+C."""
    (home / "kiosk.toml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", "kiosk.cli", "readers", "--home", str(home), "--json", *more]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def next_of(running: subprocess.Popen[str], kind: str) -> dict[str, Any]:
    assert running.stdout is not None
    for line in running.stdout:
        if kind in (found := json.loads(line)):
            return dict(found[kind]) if kind != "readers" else found
    pytest.fail(f"it ended without a {kind}")


def test_a_card_on_a_pcsc_reader_is_proved_until_ctrl_c(pcscd: Pcscd, tmp_path: Path) -> None:
    pcscd.await_card(there=False)
    keys = read_card_keys(tmp_path, make=True)
    assert keys is not None
    card = VirtualCard()
    personalise(card.transmit, keys)
    card.reset()
    with listening(tmp_path, PCSC, "--show") as running:
        first = next_of(running, "readers")
        assert first["pcsc"] == [
            {"name": READERS[0], "reader": "pad"},
            {"name": READERS[1], "reader": None},
        ]
        assert next_of(running, "state")["ok"]
        with VpcdCard(card, port=pcscd.ports[0]):
            tap = next_of(running, "tap")
        running.send_signal(2)
        assert running.wait(PATIENCE_S) == 0
    assert (tap["uid"], tap["level"], tap["key_version"]) == (UID.hex().upper(), "ev2", keys.newest)
    pcscd.await_card(there=False)


def test_a_pcsc_reader_is_heard_before_it_is_set_up(pcscd: Pcscd, tmp_path: Path) -> None:
    pcscd.await_card(there=False)
    with listening(tmp_path, "") as running:
        assert next_of(running, "state")["reader"] == "pcsc"
        with VpcdCard(VirtualCard(plain=True), port=pcscd.ports[0]):
            assert next_of(running, "tap")["uid"] == "…E5F6"
    pcscd.await_card(there=False)


def test_without_pcscd_it_is_said_and_the_command_goes_on(
    pcscd: Pcscd,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pcscd.kill()
    monkeypatch.setattr(sys, "stdin", None)
    code, lines = said(capsys, tmp_path, PCSC, "--json", "--seconds", "1")
    assert code == 1
    first, *states = objects(lines)
    assert "pcscd" in first["pcsc_trouble"]["zh"]
    assert "pcscd" in states[0]["state"]["zh"]


def test_broken_settings_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kiosk.toml").write_text(WEDGE.replace("10D", "11D"), encoding="utf-8")
    assert main(["readers", "--home", str(tmp_path)]) == 1
    assert "readers" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["-1", "1.5", "soon", "100000"])
def test_seconds_that_are_none_are_not_understood(
    seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["readers", f"--seconds={seconds}"])
    assert ended.value.code == 2
    assert "秒数" in capsys.readouterr().err


def test_a_terminal_shows_no_number_and_is_left_as_it_was() -> None:
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    with unseen(theirs):
        assert not termios.tcgetattr(theirs)[3] & (termios.ECHO | termios.ICANON)
        assert termios.tcgetattr(theirs)[3] & termios.ISIG
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


def test_at_a_terminal_a_wedge_types_unseen_until_ctrl_d(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text(WEDGE, encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kiosk.cli", "readers", "--home", str(tmp_path)]
    nowhere = os.environ | {"PCSCLITE_CSOCK_NAME": str(tmp_path / "none")}
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, encoding="utf-8", env=nowhere
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "Ctrl+C" in line:
                break
        os.write(ours, b"~0077705923\r\x04")
        assert "…B2C3" in running.stdout.readline()
        assert running.wait(PATIENCE_S) == 0
    os.close(theirs)
    os.set_blocking(ours, False)
    try:
        shown = os.read(ours, 4096)
    except OSError:  # nothing at all, and nobody at the other end
        shown = b""
    os.close(ours)
    assert b"0077705923" not in shown


ENDINGS = st.sampled_from(["\r", "\n", "\r\n", "\t"])


@given(st.lists(st.text("0123456789ABCDEF~", min_size=1, max_size=20), max_size=8), st.data())
def test_typed_lines_come_whole_however_they_end(lines: list[str], data: st.DataObject) -> None:
    ours, theirs = os.pipe()
    for line in lines:
        os.write(theirs, (line + data.draw(ENDINGS)).encode())
    os.close(theirs)
    heard: list[str | None] = []
    Typed(ours, heard.append).run()
    os.close(ours)
    assert heard == [*lines, None]


def test_a_reader_that_ends_its_number_with_nothing_is_heard_after_a_pause() -> None:
    ours, theirs = os.pipe()
    heard: list[str | None] = []

    def hear(line: str | None) -> None:
        heard.append(line)
        if line is not None:
            os.close(theirs)

    os.write(theirs, b"0077705923")
    Typed(ours, hear).run()
    os.close(ours)
    assert heard == ["0077705923", None]


BYTES = st.binary(min_size=4, max_size=7)


@given(BYTES, BYTES)
def test_two_readings_compare_the_same_either_way(one: bytes, other: bytes) -> None:
    assert compared(one, other) == compared(other, one)
    assert compared(one, one) == "same"
    assert compared(None, one) is None
    assert (compared(one, other) == "same") == (one == other)


@pytest.mark.parametrize(
    ("other", "how"),
    [
        ("F6E5D4C3B2A104", "backwards"),
        ("04A1B2C3", "part"),
        ("C3D4E5F6", "part"),
        ("F6E5D4C3", "part"),
        ("C3B2A104", "part"),
        ("A1B2C3D4", "another"),
    ],
)
def test_two_readers_of_one_card_say_what_is_wrong_with_them(other: str, how: str) -> None:
    assert compared(UID, bytes.fromhex(other)) == how
